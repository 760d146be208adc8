//! Runs whose connection is lost at every point at which it can be: the next run ends where the first should have, and each statement has run once.

use schema_core::ErrorClass;
use schema_core::runner::{self, RunOptions, RunnerError, Settlement};
use schema_core::sql::{Directive, ObjectName, Recreated, RecreatedKind};
use schema_tests::crash::Crashing;
use schema_tests::migrations::{Project, ids};
use schema_tests::server::Server;
use std::time::Duration;

/// More calls than any of the runs here makes.
const MOST_CALLS: usize = 1000;

/// Loses the connection before every call of an upgrade, each time with an empty database.
fn survives(project: &Project, check: impl Fn(&Project)) {
    survives_settled(project, |project| panic!("in doubt: {:?}", project.query(JOURNAL)), check);
}

const JOURNAL: &str = "SELECT step FROM schema_history_steps WHERE state = 'started'";

/// The same, where a person has to say what has become of a step.
fn survives_settled(
    project: &Project,
    settlement: impl Fn(&Project) -> Settlement,
    check: impl Fn(&Project),
) {
    for calls in 0..MOST_CALLS {
        project.clear();
        let mut driver = Crashing::new(project.driver(), calls);
        let (directory, options) = (project.directory(), RunOptions::default());
        let heads = directory.graph().heads();
        let result = runner::upgrade(&mut driver, &directory, &heads, &options, &mut |_| {});
        if !driver.has_crashed() {
            result.unwrap();
            check(project);
            break;
        }
        drop(driver);
        let head = heads.first().unwrap().as_str();
        let result = match go_on(project, head) {
            Err(error) if error.class() == ErrorClass::InDoubt => {
                runner::resolve(
                    project.driver().as_mut(),
                    &project.directory(),
                    settlement(project),
                    &mut |_| {},
                )
                .unwrap();
                go_on(project, head)
            }
            result => result,
        };
        result.unwrap_or_else(|error| panic!("call {calls}: {error}"));
        check(project);
        assert!(calls + 1 < MOST_CALLS);
    }
}

fn go_on(project: &Project, head: &str) -> Result<(), RunnerError> {
    // On SQLite a step that was begun is waited for as long as this.
    let mut driver = project.impatient_driver(Duration::from_millis(200));
    let (directory, options) = (project.directory(), RunOptions::default());
    runner::upgrade(driver.as_mut(), &directory, &ids(&[head]), &options, &mut |_| {}).map(drop)
}

fn applied(project: &Project) {
    assert_eq!(project.applied(), ["a", "b"]);
    assert!(project.query("SELECT revision FROM schema_history_steps").is_empty());
}

#[test]
fn sqlite() {
    let mut project = Project::new();
    let other = project.path().join("other.db");
    let script = format!(
        "CREATE TEMP TABLE w AS SELECT 1 AS n;
             INSERT INTO log SELECT n FROM w;
             DROP TABLE w;
             -- schema: autocommit
             ATTACH '{}' AS other;
             -- schema: autocommit
             VACUUM;
             DROP TABLE IF EXISTS other.t;
             CREATE TABLE other.t AS SELECT 2 AS n;
             INSERT INTO log SELECT n FROM other.t;",
        other.display()
    );
    project.revision("a", "CREATE TABLE log (step integer);", "").revision("b", &script, "");
    survives(&project, |project| {
        applied(project);
        assert_eq!(project.query("SELECT step FROM log ORDER BY step"), ["1", "2"]);
    });
}

#[test]
fn postgres() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    project.revision("a", "CREATE TABLE log (step integer);", "").revision(
        "b",
        "INSERT INTO log VALUES (1);
             -- schema: autocommit
             CREATE INDEX CONCURRENTLY ON log (step);
             -- schema: autocommit
             INSERT INTO log VALUES (2);",
        "",
    );
    survives(&project, |project| {
        applied(project);
        assert_eq!(project.query("SELECT step FROM log ORDER BY step"), ["1", "2"]);
        let indexes = "SELECT c.relname || i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = 'log'::regclass";
        assert_eq!(project.query(indexes), ["log_step_idxtrue"]);
    });
}

#[test]
fn sessions_on_postgres() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    project
        .revision(
            "a",
            "CREATE TABLE log (step integer);\nCREATE SCHEMA o;\nCREATE TABLE o.u (x integer);",
            "",
        )
        .revision(
            "b",
            "SET search_path = o, public;
             CREATE TEMP TABLE w AS SELECT 1 AS n;
             INSERT INTO log SELECT n FROM w;
             DROP TABLE w;
             -- schema: autocommit
             CREATE INDEX CONCURRENTLY ÄÖ_Idx ON u (x);
             SELECT set_config('my.n', (SELECT 1 + count(*) FROM log)::text, true);
             INSERT INTO log VALUES (current_setting('my.n')::int);",
            "",
        );
    survives(&project, |project| {
        applied(project);
        assert_eq!(project.query("SELECT step FROM log ORDER BY step"), ["1", "2"]);
        let indexes =
            "SELECT indexrelid::regclass::text || indisvalid FROM pg_index WHERE indrelid = 'o.u'::regclass";
        assert_eq!(project.query(indexes), ["o.\"ÄÖ_idx\"true"]);
    });
}

#[test]
fn sessions_on_mysql() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project.revision("a", "CREATE TABLE log (step integer);\nCREATE TABLE t (x integer);", "").revision(
        "b",
        "CREATE TEMPORARY TABLE w AS SELECT 1 AS n;
             INSERT INTO log SELECT n FROM w;
             DROP TEMPORARY TABLE w;
             SET sql_mode = 'ANSI_QUOTES', @two = 2;
             ALTER TABLE t ADD COLUMN y int;
             SET @s = IF((SELECT count(*) FROM log) = 1, 'ALTER TABLE t ADD COLUMN z int', 'no SQL');
             PREPARE q FROM @s;
             EXECUTE q;
             DEALLOCATE PREPARE q;
             INSERT INTO log VALUES (@two);
             SET @s = (SELECT 'x');",
        "",
    );
    let columns = |project: &Project| {
        project.query("SELECT group_concat(COLUMN_NAME ORDER BY ORDINAL_POSITION) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = database() AND TABLE_NAME = 't'").remove(0)
    };
    let settlement = |project: &Project| {
        assert_eq!(project.query(JOURNAL), ["8"]);
        if columns(project) == "x,y,z" { Settlement::Done } else { Settlement::Redo }
    };
    survives_settled(&project, settlement, |project| {
        applied(project);
        assert_eq!(project.query("SELECT step FROM log ORDER BY step"), ["1", "2"]);
        assert_eq!(columns(project), "x,y,z");
    });
}

#[test]
fn mysql() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project.revision("a", "CREATE TABLE log (step integer);", "").revision(
        "b",
        "INSERT INTO log VALUES (1);
             ALTER TABLE log ADD COLUMN more int;
             RENAME TABLE log TO d;
             INSERT INTO d VALUES (2, 2);
             CREATE TRIGGER g BEFORE INSERT ON d FOR EACH ROW SET NEW.step = 7;
             DROP TRIGGER g;",
        "",
    );
    survives(&project, |project| {
        applied(project);
        assert_eq!(project.query("SELECT step FROM d ORDER BY step"), ["1", "2"]);
        assert_eq!(project.tables(), ["d"]);
    });
}

/// Between the statements that drop and create a trigger, nothing but the journal knows who its definer was.
#[test]
fn definers_on_mysql() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    let start = |definer: &str| {
        format!(
            "CREATE TABLE t (x int);
             CREATE {definer} TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.x = 1;
             CREATE {definer} SQL SECURITY INVOKER VIEW v AS SELECT x FROM t;"
        )
    };
    project.revision("a", &start(""), "");
    crate::upgraded(&project, "a").unwrap();
    let name = |parent: Option<&str>, name: &str| ObjectName {
        schema: None,
        parent: parent.map(str::to_owned),
        name: name.to_owned(),
    };
    let mut objects = [
        Recreated::new(RecreatedKind::Trigger, name(Some("t"), "g")),
        Recreated::new(RecreatedKind::View, name(None, "v")),
    ];
    let hashes = project.driver().recreated_fingerprints(&objects).unwrap();
    objects.iter_mut().zip(hashes).for_each(|(object, hash)| object.hash = hash);
    let directives = objects.map(|object| format!("{}\n", Directive::Recreates(object))).concat();
    project.remove_last();
    project.revision("a", &start("DEFINER = `nobody`@`%`"), "").revision(
        "b",
        &format!(
            "{directives}DROP TRIGGER g;
             ALTER TABLE t ADD COLUMN y int;
             CREATE OR REPLACE SQL SECURITY INVOKER VIEW v AS SELECT x, y FROM t;
             CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.y = 1;"
        ),
        "",
    );
    survives(&project, |project| {
        applied(project);
        let definers = "SELECT DEFINER FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = database() \
                        UNION ALL SELECT DEFINER FROM information_schema.VIEWS WHERE TABLE_SCHEMA = database()";
        assert_eq!(project.query(definers), ["nobody@%", "nobody@%"]);
        assert_eq!(
            project.query(
                "SELECT ACTION_STATEMENT FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = database()"
            ),
            ["SET NEW.y = 1"]
        );
    });
}

/// Between the statements that drop and create a function, nothing but the journal knows who may run it.
#[test]
fn rights_on_mysql() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    let user = format!("crash_{}", std::process::id());
    let start = "CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1;
                 CREATE EVENT e ON SCHEDULE EVERY 1 YEAR STARTS '2036-01-01 00:00:00' DO DO 1;";
    let grant = format!("CREATE USER IF NOT EXISTS {user}; GRANT EXECUTE ON FUNCTION f TO {user};");
    project.revision("a", start, "");
    crate::upgraded(&project, "a").unwrap();
    let name = |name: &str| ObjectName { schema: None, parent: None, name: name.to_owned() };
    let mut objects =
        [Recreated::new(RecreatedKind::Function, name("f")), Recreated::new(RecreatedKind::Event, name("e"))];
    let hashes = project.driver().recreated_fingerprints(&objects).unwrap();
    objects.iter_mut().zip(hashes).for_each(|(object, hash)| object.hash = hash);
    let directives = objects.map(|object| format!("{}\n", Directive::Recreates(object))).concat();
    project.remove_last();
    project.revision("a", &format!("{start}{grant}"), "").revision(
        "b",
        &format!(
            "{directives}DROP FUNCTION f;
             CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 2;
             ALTER EVENT e COMMENT 'changed';
             CREATE EVENT new ON SCHEDULE EVERY 1 YEAR STARTS '2036-01-01 00:00:00' DO DO 1;"
        ),
        "",
    );
    survives(&project, |project| {
        applied(project);
        let rights = "SELECT CONCAT_WS(' ', User, Proc_priv) FROM mysql.procs_priv WHERE Db = database()";
        assert_eq!(project.query(rights), [format!("{user} Execute")]);
        assert_eq!(project.query("SELECT f()"), ["2"]);
        let events = "SELECT CONCAT_WS(' ', EVENT_NAME, EVENT_COMMENT) FROM information_schema.EVENTS \
                      WHERE EVENT_SCHEMA = database() ORDER BY 1";
        assert_eq!(project.query(events), ["e changed", "new "]);
    });
    project.execute(&[&format!("DROP USER {user}")]);
}

#[test]
fn triggers_on_mysql() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project
        .revision(
            "a",
            "CREATE TABLE t (x varchar(9));
             SET sql_mode = 'PIPES_AS_CONCAT';
             CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.x = 'a' || 'b';",
            "",
        )
        .revision(
            "b",
            "DROP TRIGGER g;
             ALTER TABLE t ADD COLUMN y int;
             SET @schema_sql_mode = @@sql_mode, sql_mode = 'PIPES_AS_CONCAT';
             CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.x = 'a' || 'b';
             SET sql_mode = @schema_sql_mode;
             CREATE TRIGGER h BEFORE UPDATE ON t FOR EACH ROW SET NEW.y = 1;",
            "",
        );
    survives(&project, |project| {
        applied(project);
        let modes = "SELECT concat(TRIGGER_NAME, ' ', SQL_MODE = 'PIPES_AS_CONCAT', ' ', SQL_MODE LIKE '%STRICT_ALL%') \
                     FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = database() ORDER BY TRIGGER_NAME";
        assert_eq!(project.query(modes), ["g 1 0", "h 0 1"]);
    });
}
