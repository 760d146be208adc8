//! Dry runs on servers: rolled back, or on a copy without rows.

use schema_core::ErrorClass;
use schema_core::model::{DatabaseSchema, Engine};
use schema_core::revision::{Direction, RevisionId};
use schema_core::runner::{self, Burden, DryRun, Event, Failure, RunOptions, RunnerError};
use schema_tests::migrations::{Project, ids};
use schema_tests::server::Server;

fn tried(project: &Project, target: &str) -> Result<DryRun, RunnerError> {
    runner::try_upgrade(
        &mut *project.driver(),
        &project.directory(),
        &ids(&[target]),
        &RunOptions::default(),
        &mut |_| {},
    )
}

fn upgraded(project: &Project, target: &str) {
    crate::upgraded(project, target).unwrap();
}

fn named(revisions: &[RevisionId]) -> Vec<&str> {
    revisions.iter().map(RevisionId::as_str).collect()
}

fn schema(project: &Project) -> DatabaseSchema {
    project.driver().introspect().unwrap()
}

/// What comes before a step that commits by itself is tried, and the rest is told.
#[test]
fn what_postgres_cannot_roll_back_is_told_and_what_comes_before_is_tried() {
    for (script, line, statements, counts) in [
        (
            "CREATE TABLE b (x integer);\n-- schema: autocommit\nCREATE INDEX CONCURRENTLY i ON a (x);",
            3,
            1,
            1,
        ),
        (
            "-- schema: autocommit\nCREATE INDEX CONCURRENTLY i ON a (x);\nCREATE TABLE b (x integer);",
            2,
            2,
            0,
        ),
        ("CREATE TYPE m AS ENUM ('a');\n\n-- schema: autocommit\nALTER TYPE m ADD VALUE 'b';", 4, 1, 1),
    ] {
        let Some(mut project) = Project::on(Server::Postgres) else { return };
        project
            .revision("a", "CREATE TABLE a (x integer);", "DROP TABLE a;")
            .revision("b", script, "")
            .revision("c", "CREATE TABLE c (x integer);", "");
        let (mut started, mut finished) = (Vec::new(), Vec::new());
        let (directory, targets) = (project.directory(), ids(&["c"]));
        let dry_run = runner::try_upgrade(
            &mut *project.driver(),
            &directory,
            &targets,
            &RunOptions::default(),
            &mut |event| match event {
                Event::Started { revision, .. } => started.push(revision.id.clone()),
                Event::Finished { revision, .. } => finished.push(revision.clone()),
                _ => {}
            },
        )
        .unwrap();
        assert_eq!((named(&started), named(&finished)), (vec!["a", "b"], vec!["a"]));
        assert_eq!(named(&dry_run.revisions), ["a"]);
        let [first, second] = dry_run.untried.as_slice() else { panic!("{dry_run:?}") };
        assert_eq!((first.revision.as_str(), first.line), ("b", line));
        assert_eq!((first.statements, first.tried), (statements, counts));
        assert!(first.path.ends_with("up.sql"));
        assert_eq!((second.revision.as_str(), second.line, second.statements), ("c", 1, 1));
        assert!(project.tables().is_empty());
        assert_eq!(named(&tried(&project, "a").unwrap().revisions), ["a"]);
    }
}

#[test]
fn what_fails_before_a_step_that_commits_by_itself_is_found() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    let script =
        "ALTER TABLE a ADD CHECK (y > 0);\n-- schema: autocommit\nCREATE INDEX CONCURRENTLY i ON a (x);";
    project.revision("a", "CREATE TABLE a (x integer);", "").revision("b", script, "");
    let error = tried(&project, "b").unwrap_err();
    let RunnerError::Stopped { revision, direction: Direction::Up, failure, done } = error else { panic!() };
    assert_eq!((revision.as_str(), named(&done)), ("b", vec!["a"]));
    assert!(matches!(*failure, Failure::Statement { line: 1, .. }), "{failure}");
    assert!(project.tables().is_empty());
}

/// The tables that take time, with their rows.
fn at_stake(project: &Project) -> Vec<(String, Burden, Option<u64>)> {
    let tables = tried(project, "b").unwrap().tables;
    assert!(tables.iter().all(|table| table.size.bytes.is_none_or(|bytes| bytes > 0)), "{tables:?}");
    tables.into_iter().map(|table| (table.name, table.burden, table.size.rows)).collect()
}

#[test]
fn tables_that_take_time_are_named_with_their_size() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    project.revision(
        "a",
        "CREATE TABLE t (x integer);
         CREATE TABLE \"a b\" (x integer) PARTITION BY RANGE (x);
         CREATE TABLE p PARTITION OF \"a b\" FOR VALUES FROM (0) TO (100);
         CREATE TABLE q PARTITION OF \"a b\" DEFAULT;
         CREATE TABLE u (x integer);
         CREATE TABLE never_analyzed (x integer);
         INSERT INTO t SELECT generate_series(1, 500);
         INSERT INTO \"a b\" SELECT generate_series(1, 300);
         INSERT INTO u VALUES (1);
         INSERT INTO never_analyzed VALUES (1);
         ANALYZE t; ANALYZE \"a b\"; ANALYZE p; ANALYZE q;",
        "",
    );
    upgraded(&project, "a");
    project.revision(
        "b",
        "-- change it\n-- REWRITES TABLE: all rows\n-- MAY FAIL: x\nALTER TABLE ONLY public.t ALTER x TYPE bigint;\n\n\
         -- LOCK: for a moment\nALTER TABLE u ADD CHECK (x > 0) NOT VALID;\n\n\
         -- BLOCKS WRITES: meanwhile\nCREATE INDEX ON \"a b\" (x);\n\n\
         -- BLOCKS READS: meanwhile\nALTER TABLE never_analyzed ADD CHECK (x > 0);\n\n\
         -- BLOCKS READS: of a table that is new\nCREATE TABLE later (x integer);\n\n\
         -- LOCK: until it is built\n-- schema: autocommit\nCREATE INDEX CONCURRENTLY i ON t (x);",
        "",
    );
    let expected = [
        ("\"a b\"", Burden::BlocksWrites, Some(300)),
        ("never_analyzed", Burden::BlocksReads, None),
        ("public.t", Burden::Rewrites, Some(500)),
        ("t", Burden::BesideUse, Some(500)),
    ];
    let expected = expected.map(|(name, burden, rows)| (name.to_owned(), burden, rows));
    assert_eq!(at_stake(&project), expected);
}

#[test]
fn sizes_on_other_engines() {
    let mut projects = vec![Project::new()];
    projects.extend(Project::on(Server::Mysql));
    for mut project in projects {
        let values: Vec<String> = (1..=50).map(|number| format!("({number})")).collect();
        let rows = format!("CREATE TABLE t (x integer);\nINSERT INTO t VALUES {};", values.join(", "));
        project.revision("a", &rows, "");
        upgraded(&project, "a");
        let analyze = match project.engine() {
            Engine::Sqlite => "ANALYZE",
            Engine::Postgres | Engine::Mysql | Engine::Mariadb => "ANALYZE TABLE t",
        };
        project.execute(&[analyze]);
        project.revision(
            "b",
            "-- REWRITES TABLE: all rows\nALTER TABLE t ADD COLUMN y integer;\n\n-- BLOCKS READS: x\nCREATE TABLE v (x integer);",
            "",
        );
        assert_eq!(at_stake(&project), [("t".to_owned(), Burden::Rewrites, Some(50))]);
    }
}

const EVERYTHING: &str = "CREATE TABLE p (id integer PRIMARY KEY AUTO_INCREMENT);
CREATE TABLE a_child (id integer PRIMARY KEY, p_id integer, FOREIGN KEY (p_id) REFERENCES p (id));
CREATE VIEW a_view AS SELECT id FROM z_view;
CREATE OR REPLACE VIEW z_view AS SELECT id FROM p;
CREATE OR REPLACE VIEW a_view AS SELECT id FROM z_view;
CREATE TABLE log (x integer);
DELIMITER //
CREATE TRIGGER g AFTER INSERT ON p FOR EACH ROW BEGIN INSERT INTO log VALUES (NEW.id); END//
CREATE PROCEDURE fill() BEGIN INSERT INTO p VALUES (NULL), (NULL); END//
CREATE FUNCTION double_of(x integer) RETURNS integer DETERMINISTIC RETURN x * 2//
DELIMITER ;
INSERT INTO p VALUES (1), (2);
INSERT INTO a_child VALUES (10, 1);";

#[test]
fn a_copy_on_mysql_has_everything_but_the_rows() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    let everything = EVERYTHING.replacen("CREATE VIEW a_view AS SELECT id FROM z_view;\n", "", 1);
    project
        .revision("a", &everything, "DROP TABLE a_child;")
        .revision(
            "b",
            "ALTER TABLE a_child ADD COLUMN q integer NOT NULL;\nCREATE VIEW v AS SELECT a_view.id, q FROM a_view JOIN a_child;\n\
             CALL fill();\nINSERT INTO a_child SELECT id, id, double_of(id) FROM a_view;\nDROP TRIGGER g;",
            "DROP VIEW v;\nALTER TABLE a_child DROP COLUMN q;",
        )
        .revision("c", "DROP VIEW v;\nCREATE TABLE c (x integer);", "DROP TABLE c;");
    assert_eq!(named(&tried(&project, "b").unwrap().revisions), ["a", "b"]);
    assert!(project.tables().is_empty() && schema(&project) == DatabaseSchema::default());
    upgraded(&project, "a");

    let before = (schema(&project), project.applied(), project.query("SELECT count(*) FROM log"));
    let DryRun { revisions, on_copy, untried, tables: _ } = tried(&project, "c").unwrap();
    assert_eq!((named(&revisions), on_copy, untried.len()), (vec!["b", "c"], true, 0));
    let now = (schema(&project), project.applied(), project.query("SELECT count(*) FROM log"));
    assert_eq!(now, before);
    assert_eq!(project.query("SELECT count(*) FROM a_child"), ["1"]);

    upgraded(&project, "c");
    let (directory, removed) = (project.directory(), ids(&["c"]));
    let down = runner::try_downgrade(
        &mut *project.driver(),
        &directory,
        &removed,
        &RunOptions::default(),
        &mut |_| {},
    )
    .unwrap();
    assert_eq!((named(&down.revisions), down.on_copy), (vec!["c"], true));
    assert!(project.tables().contains(&"c".to_owned()));
    assert!(tried(&project, "c").unwrap().revisions.is_empty());
}

#[test]
fn a_statement_that_fails_on_the_copy_is_named_and_nothing_is_left() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project.revision("a", "CREATE TABLE a (x integer);", "DROP TABLE a;").revision(
        "b",
        "CREATE TABLE b (x integer);\nALTER TABLE a ADD COLUMN x integer;",
        "",
    );
    let error = tried(&project, "b").unwrap_err();
    assert_eq!(error.class(), ErrorClass::Refused);
    let text = error.to_string();
    assert!(text.contains("up.sql, line 2: ") && !text.contains("stay"), "{text}");
    assert!(project.tables().is_empty());
}

/// A script may speak of other databases, and of what is no database's own.
#[test]
fn nothing_reaches_beyond_the_copy() {
    let (Some(mut project), Some(other)) = (Project::on(Server::Mysql), Server::Mysql.database()) else {
        return;
    };
    let own = project.query("SELECT DATABASE()").remove(0);
    other.connect().execute("CREATE TABLE t (x integer)").unwrap();
    project.revision("a", "CREATE TABLE t (x integer);", "");
    upgraded(&project, "a");
    for statement in [
        format!("ALTER TABLE {own}.t ADD COLUMN y integer"),
        format!("INSERT INTO `{}` . `t` VALUES (1)", other.name()),
        format!("USE {own}"),
        format!("CREATE DATABASE {own}_2"),
        format!("CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW INSERT INTO {}.t VALUES (1)", other.name()),
        format!("EXECUTE IMMEDIATE 'DROP TABLE {own}.t'"),
        "SET GLOBAL sort_buffer_size = 1000000".to_owned(),
        format!("DROP TABLE /*! {}.t */", other.name()),
        format!("/*!50003 DROP TABLE */ `{}` /*!50003 . */ t", other.name()),
        format!("DROP TABLE /*! t /* */, {}.t -- */", other.name()),
    ] {
        let up = format!("{statement};\nALTER TABLE t ADD COLUMN z integer;");
        project.revision("b", &up, "");
        let error = tried(&project, "b").unwrap_err().to_string();
        assert!(error.contains("cannot be tried on a scratch database"), "{statement}: {error}");
        project.remove_last();
    }
    assert_eq!(schema(&project).tables[0].columns.len(), 1);
    assert!(other.connect().query("SELECT x FROM t", &[]).unwrap().is_empty());
}
