//! What a script recreates on MySQL and MariaDB: it stops before it changes anything where the database at hand has something else.

use crate::upgraded;
use schema_core::ErrorClass;
use schema_core::driver::{ConnectOptions, connect};
use schema_core::model::Engine;
use schema_core::runner::{self, RunOptions};
use schema_core::sql::{Directive, ObjectName, Recreated, RecreatedKind};
use schema_core::url::DatabaseUrl;
use schema_tests::migrations::{Project, ids};
use schema_tests::server::Server;

const START: &str = "CREATE TABLE t (a int);
    CREATE VIEW v AS SELECT a FROM t;
    CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;";

const CHANGE: &str = "CREATE TABLE first (a int);
    CREATE OR REPLACE VIEW v AS SELECT a + 1 AS a FROM t;
    DROP TRIGGER g;
    CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 2;";

fn object(kind: RecreatedKind, parent: Option<&str>, name: &str) -> Recreated {
    let parent = parent.map(str::to_owned);
    Recreated::new(kind, ObjectName { schema: None, parent, name: name.to_owned() })
}

/// A database in which somebody has run these statements after the first revision, and the directives that were right before that.
fn changed_by_hand(statements: &[&str]) -> Option<(Project, String)> {
    let mut project = Project::on(Server::Mysql)?;
    project.revision("a", START, "");
    upgraded(&project, "a").unwrap();
    let mut objects =
        [object(RecreatedKind::View, None, "v"), object(RecreatedKind::Trigger, Some("t"), "g")];
    let hashes = project.driver().recreated_fingerprints(&objects).unwrap();
    for (object, hash) in objects.iter_mut().zip(hashes) {
        assert!(hash.is_some(), "{object}");
        object.hash = hash;
    }
    let directives: String =
        objects.into_iter().map(|object| format!("{}\n", Directive::Recreates(object))).collect();
    project.execute(statements);
    project.revision("b", &format!("{directives}{CHANGE}"), "");
    Some((project, directives))
}

#[test]
fn what_is_as_it_was_is_recreated() {
    let Some((project, directives)) = changed_by_hand(&[]) else { return };
    assert!(directives.contains("recreates view v ") && directives.contains("recreates trigger g on t "));
    upgraded(&project, "b").unwrap();
    project.execute(&["INSERT INTO t VALUES (9)"]);
    assert_eq!(project.query("SELECT a FROM v"), ["3"]);
}

#[test]
fn what_has_another_definition_definer_or_mode_stops_the_script_before_it_changes_anything() {
    for (statements, named) in [
        (&["ALTER VIEW v AS SELECT a FROM t WHERE a > 0"][..], "the view `v`"),
        (&["ALTER SQL SECURITY INVOKER VIEW v AS SELECT a FROM t"], "the view `v`"),
        (&["ALTER DEFINER = `nobody`@`%` VIEW v AS SELECT a + 2 AS a FROM t"], "the view `v`"),
        (&["ALTER DEFINER = `nobody`@`%` SQL SECURITY INVOKER VIEW v AS SELECT a FROM t"], "the view `v`"),
        (&["SET collation_connection = 'utf8mb4_bin'", "ALTER VIEW v AS SELECT a FROM t"], "the view `v`"),
        (&["DROP VIEW v"], "the view `v`"),
        (
            &[
                "DROP TRIGGER g",
                "CREATE DEFINER = `nobody`@`%` TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 3",
            ],
            "the trigger `g` on `t`",
        ),
        (
            &[
                "DROP TRIGGER g",
                "SET sql_mode = ''",
                "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
            ],
            "the trigger `g` on `t`",
        ),
        (
            &["CREATE TRIGGER another BEFORE INSERT ON t FOR EACH ROW SET NEW.a = NEW.a + 1"],
            "the trigger `g` on `t`",
        ),
    ] {
        let Some((project, _)) = changed_by_hand(statements) else { return };
        let error = upgraded(&project, "b").unwrap_err();
        assert_eq!(error.class(), ErrorClass::Refused, "{statements:?}: {error}");
        assert!(error.to_string().contains(named), "{statements:?}: {error}");
        assert!(error.hint().is_some());
        assert!(!project.tables().contains(&"first".to_owned()), "{statements:?}");
        assert_eq!(project.applied(), ["a"]);
    }
}

/// What a body declares compares as the database did when the trigger was created.
#[test]
fn a_trigger_whose_variables_would_get_another_collation_stops_the_script_before_it_changes_anything() {
    for (body, is_known) in [
        ("BEGIN DECLARE x varchar(9) DEFAULT 'x'; SET NEW.a = (x = 'X'); END", false),
        ("SET NEW.a = ('x' = 'X')", true),
    ] {
        let Some(mut project) = Project::on(Server::Mysql) else { return };
        let trigger = format!("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW {body};");
        project.execute(&["ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"]);
        project.revision("a", &format!("CREATE TABLE t (a int);\n{trigger}"), "");
        upgraded(&project, "a").unwrap();
        let mut trigger_at_hand = object(RecreatedKind::Trigger, Some("t"), "g");
        let hashes = project.driver().recreated_fingerprints(&[trigger_at_hand.clone()]).unwrap();
        trigger_at_hand.hash = hashes.into_iter().next().flatten();
        project.execute(&["ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"]);
        let directive = Directive::Recreates(trigger_at_hand);
        project.revision(
            "b",
            &format!("{directive}\nCREATE TABLE first (a int);\nDROP TRIGGER g;\n{trigger}"),
            "",
        );
        match upgraded(&project, "b") {
            Ok(()) => assert!(is_known, "{body}"),
            Err(error) => {
                assert!(!is_known, "{body}: {error}");
                assert!(error.to_string().contains("the trigger `g` on `t`"), "{error}");
                assert!(!project.tables().contains(&"first".to_owned()));
            }
        }
    }
}

/// So do the arguments of a routine.
#[test]
fn a_routine_whose_arguments_would_get_another_collation_stops_the_script_before_it_changes_anything() {
    for (argument, is_known) in [("varchar(9)", false), ("int", true)] {
        let Some(mut project) = Project::on(Server::Mysql) else { return };
        let function = format!("CREATE FUNCTION f(a {argument}) RETURNS int DETERMINISTIC RETURN a = 'X';");
        project.execute(&["ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"]);
        project.revision("a", &function, "");
        upgraded(&project, "a").unwrap();
        let mut at_hand = object(RecreatedKind::Function, None, "f");
        at_hand.hash = project.driver().recreated_fingerprints(&[at_hand.clone()]).unwrap().remove(0);
        project.execute(&["ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"]);
        let directive = Directive::Recreates(at_hand);
        project.revision("b", &format!("{directive}\nDROP FUNCTION f;\n{function}"), "");
        assert_eq!(upgraded(&project, "b").is_ok(), is_known, "{argument}");
    }
}

const DEFINERS: &str = "SELECT CONCAT(DEFINER, ' ', VIEW_DEFINITION LIKE '%+ 1%') FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()
    UNION ALL SELECT CONCAT(DEFINER, ' ', ACTION_STATEMENT LIKE '%2') FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()";

/// Gives the view and the trigger this definer.
fn defined_by(account: &str) -> [String; 3] {
    [
        format!("ALTER DEFINER = {account} VIEW v AS SELECT a FROM t"),
        "DROP TRIGGER g".to_owned(),
        format!("CREATE DEFINER = {account} TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1"),
    ]
}

#[test]
fn the_definer_at_hand_is_kept_where_the_script_does_not_change_it() {
    let by_hand = defined_by("`no``body`@`10.%`");
    let by_hand: Vec<&str> = by_hand.iter().map(String::as_str).collect();
    let Some((mut project, directives)) = changed_by_hand(&by_hand) else { return };
    upgraded(&project, "b").unwrap();
    assert_eq!(project.query(DEFINERS), ["no`body@10.% 1", "no`body@10.% 1"]);
    assert!(project.query("SELECT revision FROM schema_history_steps").is_empty());

    // A script that gives them another definer knows of the one that they had when it was written alone.
    project.clear();
    project.remove_last();
    upgraded(&project, "a").unwrap();
    project.execute(&by_hand);
    let change = CHANGE
        .replace("CREATE OR REPLACE VIEW", "CREATE OR REPLACE DEFINER = `other`@`%` VIEW")
        .replace("CREATE TRIGGER", "CREATE DEFINER = `other`@`%` TRIGGER");
    project.revision("b", &format!("{directives}{change}"), "");
    let error = upgraded(&project, "b").unwrap_err();
    assert!(error.to_string().contains("the view `v`"), "{error}");
    assert!(!project.tables().contains(&"first".to_owned()));
}

#[test]
fn a_definer_that_the_account_may_not_give_stops_the_script_before_it_changes_anything() {
    let (owner, runner) = (format!("owner_{}", std::process::id()), format!("runner_{}", std::process::id()));
    let by_hand = defined_by(&format!("`{owner}`@`%`"));
    let by_hand: Vec<&str> = by_hand.iter().map(String::as_str).collect();
    let Some((project, _)) = changed_by_hand(&by_hand) else { return };
    let database = project.query("SELECT DATABASE()").remove(0);
    project.execute(&[
        &format!("CREATE USER '{owner}'@'%'"),
        &format!("CREATE USER '{runner}'@'%' IDENTIFIED BY 'secret'"),
        &format!("GRANT ALL ON `{database}`.* TO '{runner}'@'%'"),
    ]);
    let url = project.url_text();
    let (scheme, rest) = url.split_once("://").unwrap();
    let address = rest.split_once('@').map_or(rest, |(_, address)| address);
    let url = DatabaseUrl::parse(&format!("{scheme}://{runner}:secret@{address}")).unwrap();
    let upgrade = || {
        let mut driver = connect(&url, &ConnectOptions::default()).unwrap();
        let (directory, options) = (project.directory(), RunOptions::default());
        runner::upgrade(driver.as_mut(), &directory, &ids(&["b"]), &options, &mut |_| {})
    };
    let error = upgrade().unwrap_err();
    let tables = project.tables();
    let right = match project.engine() {
        Engine::Mysql => "SET_ANY_DEFINER",
        Engine::Mariadb | Engine::Postgres | Engine::Sqlite => "SET USER",
    };
    project.execute(&[&format!("GRANT {right} ON *.* TO '{runner}'@'%'")]);
    let allowed = upgrade();
    let definers = project.query(DEFINERS);
    project.execute(&[&format!("DROP USER '{owner}'@'%'"), &format!("DROP USER '{runner}'@'%'")]);

    assert_eq!(error.class(), ErrorClass::Refused, "{error}");
    let text = error.to_string();
    assert!(text.contains(&format!("the definer `{owner}`@`%`")) && text.contains(right), "{text}");
    assert!(error.hint().unwrap().contains(right));
    assert!(!tables.contains(&"first".to_owned()));
    allowed.unwrap();
    assert_eq!(definers, [format!("{owner}@% 1"), format!("{owner}@% 1")]);
}

#[test]
fn rights_that_the_account_may_not_see_or_give_stop_the_script_before_it_changes_anything() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    let (owner, runner) = (format!("may_{}", std::process::id()), format!("rights_{}", std::process::id()));
    project.revision("a", "CREATE TABLE t (a int);", "");
    upgraded(&project, "a").unwrap();
    project.revision(
        "b",
        "-- schema: recreates function f\nCREATE TABLE first (a int); DROP FUNCTION f;
         CREATE DEFINER = CURRENT_USER FUNCTION f() RETURNS int DETERMINISTIC RETURN 2;",
        "",
    );
    let database = project.query("SELECT DATABASE()").remove(0);
    project.execute(&[
        &format!("CREATE USER '{owner}'@'%'"),
        &format!("CREATE USER '{runner}'@'%' IDENTIFIED BY 'secret'"),
        &format!("CREATE DEFINER = '{runner}'@'%' FUNCTION f() RETURNS int DETERMINISTIC RETURN 1"),
        &format!("GRANT EXECUTE ON FUNCTION f TO '{owner}'@'%'"),
        &format!("GRANT ALL ON `{database}`.* TO '{runner}'@'%'"),
    ]);
    let url = project.url_text();
    let (scheme, rest) = url.split_once("://").unwrap();
    let address = rest.split_once('@').map_or(rest, |(_, address)| address);
    let url = DatabaseUrl::parse(&format!("{scheme}://{runner}:secret@{address}")).unwrap();
    let upgrade = || {
        let mut driver = connect(&url, &ConnectOptions::default()).unwrap();
        let (directory, options) = (project.directory(), RunOptions::default());
        runner::upgrade(driver.as_mut(), &directory, &ids(&["b"]), &options, &mut |_| {})
    };
    let not_seen = upgrade().unwrap_err();
    project.execute(&[&format!("GRANT SELECT ON mysql.procs_priv TO '{runner}'@'%'")]);
    let not_given = upgrade().unwrap_err();
    let tables = project.tables();
    project.execute(&[&format!("GRANT ALL ON `{database}`.* TO '{runner}'@'%' WITH GRANT OPTION")]);
    let allowed = upgrade();
    let rights = project.query(&format!(
        "SELECT User FROM mysql.procs_priv WHERE Db = '{database}' AND User = '{owner}' AND Routine_name = 'f'"
    ));
    project.execute(&[&format!("DROP USER '{owner}'@'%'"), &format!("DROP USER '{runner}'@'%'")]);

    for (error, hint) in [(&not_seen, "GRANT SELECT ON mysql.procs_priv"), (&not_given, "WITH GRANT OPTION")]
    {
        assert_eq!(error.class(), ErrorClass::Refused, "{error}");
        assert!(error.hint().unwrap().contains(hint), "{error}: {:?}", error.hint());
    }
    assert!(not_seen.to_string().contains("who may run the function `f`"), "{not_seen}");
    assert!(!tables.contains(&"first".to_owned()));
    allowed.unwrap();
    assert_eq!(rights, [owner]);
}

#[test]
fn a_dry_run_on_a_copy_does_not_miss_what_was_not_copied() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project.revision("a", &START.replace("CREATE VIEW", "CREATE DEFINER = `nobody`@`%` VIEW"), "");
    upgraded(&project, "a").unwrap();
    let mut view = object(RecreatedKind::View, None, "v");
    view.hash = project.driver().recreated_fingerprints(&[view.clone()]).unwrap().remove(0);
    let directive = Directive::Recreates(view);
    project.revision("b", &format!("{directive}\nCREATE OR REPLACE VIEW v AS SELECT 1 AS a;"), "");
    let (directory, options) = (project.directory(), RunOptions::default());
    let tried =
        runner::try_upgrade(project.driver().as_mut(), &directory, &ids(&["b"]), &options, &mut |_| {});
    assert_eq!(tried.unwrap().revisions.len(), 1);
    upgraded(&project, "b").unwrap();
}

#[test]
fn a_copy_has_views_and_triggers_under_the_collations_that_they_were_created_with() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project.revision("a", "CREATE TABLE t (a varchar(9));", "");
    upgraded(&project, "a").unwrap();
    // Their literals can be compared only there.
    project.execute(&[
        "SET NAMES latin1",
        "CREATE VIEW v AS SELECT a FROM t WHERE 'x' = 'X' COLLATE latin1_bin",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = ('x' = 'X' COLLATE latin1_bin)",
    ]);
    project.revision("b", "INSERT INTO t VALUES ('a'); INSERT INTO t SELECT a FROM v;", "");
    let (directory, options) = (project.directory(), RunOptions::default());
    let tried =
        runner::try_upgrade(project.driver().as_mut(), &directory, &ids(&["b"]), &options, &mut |_| {});
    assert_eq!(tried.unwrap().revisions.len(), 1);
    upgraded(&project, "b").unwrap();
    assert_eq!(project.query("SELECT a FROM t"), ["0"]);
}

#[test]
fn without_a_hash_the_script_does_as_it_says() {
    let by_hand = &["ALTER DEFINER = `nobody`@`%` VIEW v AS SELECT a FROM t"];
    let Some((mut project, _)) = changed_by_hand(by_hand) else { return };
    project.remove_last();
    project.revision("b", &format!("-- schema: recreates view v\n{CHANGE}"), "");
    upgraded(&project, "b").unwrap();
    assert_eq!(project.applied(), ["a", "b"]);
}
