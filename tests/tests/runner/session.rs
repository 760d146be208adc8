//! What scripts leave in their session: set again where a run goes on, refused where it would be lost, and gone when the next script runs.

use crate::upgraded;
use schema_core::ErrorClass;
use schema_core::driver::Value;
use schema_tests::migrations::Project;
use schema_tests::server::Server;
use std::fs;

/// An empty database of each engine that is there.
fn projects() -> Vec<Project> {
    let servers = [Server::Postgres, Server::Mysql].into_iter().filter_map(Project::on);
    std::iter::once(Project::new()).chain(servers).collect()
}

/// Writes into the journal that steps of `b` have run, or the last of them was begun.
fn journal(project: &Project, statements: &[&str], last: &str, evidence: Option<&str>) {
    let insert = "INSERT INTO schema_history_steps (revision, direction, step, checksum, state, started_at, evidence) VALUES ('b', 'up', ?, ?, ?, 'x', ?)";
    for (number, statement) in (1_i64..).zip(statements) {
        let is_last = usize::try_from(number).unwrap() == statements.len();
        let checksum = schema_core::revision::Checksum::of(statement);
        let evidence = evidence.filter(|_| is_last).map_or(Value::Null, Value::from);
        let state = if is_last { last } else { "done" };
        let values = [Value::Integer(number), checksum.as_str().into(), state.into(), evidence];
        project.driver().query(insert, &values).unwrap();
    }
}

#[test]
fn a_temporary_table_that_is_needed_behind_a_commit_is_refused_before_anything_runs() {
    for (mut project, commit) in projects().into_iter().zip([
        "-- schema: autocommit\nVACUUM;",
        "-- schema: autocommit\nVACUUM;",
        "-- DDL commits\nCREATE TABLE more (x int);",
    ]) {
        let script = format!(
            "INSERT INTO t VALUES (1);\nCREATE TEMPORARY TABLE w AS SELECT x FROM t;\n{commit}\nINSERT INTO t SELECT x FROM w;"
        );
        project.revision("a", "CREATE TABLE t (x int);", "").revision("b", &script, "");
        let error = upgraded(&project, "b").unwrap_err();
        assert_eq!(error.class(), ErrorClass::Usage, "{error}");
        let message = error.to_string();
        let expected =
            "line 2: the temporary object `w` ends with the session, and line 5 needs it after a commit";
        assert!(message.ends_with(expected), "{message}");
        assert!(error.hint().unwrap().starts_with("use a permanent table"), "{error:?}");
        assert_eq!((project.applied(), project.tables()), (vec!["a".to_owned()], vec!["t".to_owned()]));
        assert!(project.query("SELECT x FROM t").is_empty());
    }
}

#[test]
fn what_works_without_its_name_is_refused_before_anything_runs() {
    let vacuum = "-- schema: autocommit\nVACUUM;";
    let scripts = [
        (
            None,
            "CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO t VALUES (NEW.x + 1); END;",
            vacuum,
            "INSERT INTO t VALUES (2);",
            "the temporary object `g`",
        ),
        (
            None,
            "ATTACH ':memory:' AS m;",
            vacuum,
            "INSERT INTO t SELECT 1 FROM m.sqlite_schema;",
            "the attached database `m`",
        ),
        (
            Some(Server::Postgres),
            "CREATE FUNCTION pg_temp.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; \
             CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION pg_temp.f();",
            vacuum,
            "INSERT INTO t VALUES (2);",
            "the temporary object `f`",
        ),
        (
            Some(Server::Postgres),
            "CREATE TEMP SEQUENCE sq START 7;",
            vacuum,
            "INSERT INTO t VALUES (nextval('sq'));",
            "the temporary object `sq`",
        ),
        (
            Some(Server::Postgres),
            "SELECT setseed(0.5);",
            vacuum,
            "INSERT INTO t VALUES ((random() * 1000)::int);",
            "the seed of random numbers",
        ),
        (
            Some(Server::Mysql),
            "PREPARE q FROM 'CREATE TEMPORARY TABLE w AS SELECT x FROM t'; EXECUTE q;",
            "CREATE TABLE more (x int);",
            "INSERT INTO t SELECT x FROM w;",
            "the temporary object `w`",
        ),
        (
            Some(Server::Mysql),
            "INSERT INTO t VALUES (2);",
            "CREATE TABLE more (x int);",
            "SET @k = LAST_INSERT_ID(); INSERT INTO t VALUES (@k);",
            "the key that the last insert has generated",
        ),
    ];
    for (server, before, commit, after, state) in scripts {
        let Some(project) = server.map_or_else(|| Some(Project::new()), Project::on) else { continue };
        refused(project, &["CREATE TABLE t (x int)"], &format!("{before}\n{commit}\n{after}"), state);
    }
    let sequence = ["CREATE TABLE t (x int)", "CREATE SEQUENCE sq"];
    for (before, after) in [
        ("SELECT nextval(sq);", "INSERT INTO t VALUES (lastval(sq));"),
        ("DO NEXT VALUE FOR sq;", "INSERT INTO t VALUES (PREVIOUS VALUE FOR sq);"),
    ] {
        let Some(project) = Project::on(Server::Mysql) else { return };
        if project.engine() != schema_core::model::Engine::Mariadb {
            return;
        }
        let script = format!("{before}\nCREATE TABLE more (x int);\n{after}");
        refused(project, &sequence, &script, "the key that the last insert has generated");
    }
}

/// The second revision is refused, and nothing of it has run.
fn refused(mut project: Project, first: &[&str], script: &str, state: &str) {
    let script = format!("INSERT INTO t VALUES (1);\n{script}");
    project.revision("a", &format!("{};", first.join(";\n")), "").revision("b", &script, "");
    upgraded(&project, "a").unwrap();
    let error = upgraded(&project, "b").unwrap_err();
    assert_eq!(error.class(), ErrorClass::Usage, "{error}\n{script}");
    assert!(
        error.to_string().contains(&format!("line 2: {state} ends with the session")),
        "{error}\n{script}"
    );
    assert!(error.hint().is_some(), "{error:?}");
    assert_eq!(project.applied(), ["a"], "{script}");
    assert!(project.query("SELECT x FROM t").is_empty(), "{script}");
}

#[test]
fn a_database_in_memory_is_not_detached_where_a_run_goes_on_without_it() {
    let mut project = Project::new();
    let steps = ["ATTACH ':memory:' AS m", "DETACH m", "INSERT INTO t VALUES (1)", "VACUUM"];
    let [attach, detach, insert, vacuum] = steps;
    let script = format!(
        "{attach};\n{detach};\n{insert};\n-- schema: autocommit\n{vacuum};\nINSERT INTO t VALUES (2);"
    );
    project.revision("a", "CREATE TABLE t (x int);", "").revision("b", &script, "");
    upgraded(&project, "a").unwrap();
    // As an earlier version has run it.
    project.execute(&[insert]);
    journal(&project, &steps, "done", None);
    upgraded(&project, "b").unwrap();
    assert_eq!(project.query("SELECT x FROM t ORDER BY x"), ["1", "2"]);
}

#[test]
fn a_run_of_an_earlier_version_that_has_lost_its_session_is_in_doubt_until_the_script_does_without() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    let first = "SELECT set_config('my.n', (SELECT count(*) FROM t)::text, false)";
    let second = "DELETE FROM t";
    let script = |rest: &str| format!("{first};\n{second};\n-- schema: autocommit\nVACUUM t;\n{rest}");
    project.revision("a", "CREATE TABLE t (x int);", "").revision(
        "b",
        &script("INSERT INTO t VALUES (current_setting('my.n')::int);"),
        "",
    );
    upgraded(&project, "a").unwrap();
    journal(&project, &[first, second, "VACUUM t"], "done", None);
    let error = upgraded(&project, "b").unwrap_err();
    assert_eq!(error.class(), ErrorClass::InDoubt, "{error}");
    let message = error.to_string();
    assert!(
        message.ends_with("line 1: the computed setting `my.n` is lost with the session of the interrupted run, and line 5 needs it"),
        "{message}"
    );
    assert!(project.query("SELECT x FROM t").is_empty());
    // It is set anew before anything else needs it.
    let rest = "RESET my.n;\nINSERT INTO t VALUES (3);";
    fs::write(project.folder_of("b").join("up.sql"), script(rest)).unwrap();
    upgraded(&project, "b").unwrap();
    assert_eq!(project.query("SELECT x FROM t"), ["3"]);
}

#[test]
fn what_only_sets_something_runs_again_and_what_does_more_does_not() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    let steps = [
        "SET search_path = other",
        "SELECT set_config('my.n', '7', false)",
        "INSERT INTO public.t SELECT set_config('my.m', '8', true)::int",
        "VACUUM public.t",
    ];
    let [path, setting, insert, vacuum] = steps;
    let script = format!(
        "{path};\n{setting};\n{insert};\n-- schema: autocommit\n{vacuum};\nINSERT INTO u VALUES (current_setting('my.n')::int);"
    );
    project
        .revision("a", "CREATE SCHEMA other;\nCREATE TABLE t (x int);\nCREATE TABLE other.u (x int);", "")
        .revision("b", &script, "");
    upgraded(&project, "a").unwrap();
    journal(&project, &steps, "done", None);
    upgraded(&project, "b").unwrap();
    assert!(project.query("SELECT x FROM t").is_empty());
    assert_eq!(project.query("SELECT x FROM other.u"), ["7"]);
}

#[test]
fn what_has_become_of_a_step_is_asked_under_the_settings_that_it_ran_under() {
    if let Some(mut project) = Project::on(Server::Postgres) {
        let (path, build) = ("SET search_path = other", "CREATE INDEX CONCURRENTLY i ON u (x)");
        let script = format!("{path};\n-- schema: autocommit\n{build};");
        project
            .revision("a", "CREATE SCHEMA other;\nCREATE TABLE other.u (x int);", "")
            .revision("b", &script, "");
        upgraded(&project, "a").unwrap();
        journal(&project, &[path, build], "started", Some(""));
        project.execute(&["CREATE INDEX CONCURRENTLY i ON other.u (x)"]);
        upgraded(&project, "b").unwrap();
    }
    if let Some(mut project) = Project::on(Server::Mysql) {
        let (mode, change) = ("SET sql_mode = 'ANSI_QUOTES'", "ALTER TABLE t ADD COLUMN y int");
        project.revision("a", "CREATE TABLE t (x int);", "").revision(
            "b",
            &format!("{mode};\n{change};"),
            "",
        );
        upgraded(&project, "a").unwrap();
        let mut driver = project.driver();
        driver.execute(mode).unwrap();
        let evidence = driver.evidence(change).unwrap();
        journal(&project, &[mode, change], "started", evidence.as_deref());
        upgraded(&project, "b").unwrap();
        // The server tells definitions otherwise under this mode: that is no sign that the step has run.
        assert!(project.query("SELECT y FROM t").is_empty());
    }
}

#[test]
fn a_statement_under_settings_of_its_own_runs_once() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    if project.engine() != schema_core::model::Engine::Mariadb {
        return;
    }
    let insert = "SET STATEMENT max_statement_time = 9 FOR INSERT INTO t VALUES (1)";
    let change = "ALTER TABLE t ADD COLUMN y int";
    project.revision("a", "CREATE TABLE t (x int);", "").revision(
        "b",
        &format!("{insert};\n{change};\nINSERT INTO t (x) VALUES (2);"),
        "",
    );
    upgraded(&project, "a").unwrap();
    project.execute(&["INSERT INTO t VALUES (1)", change]);
    journal(&project, &[insert, change], "done", None);
    upgraded(&project, "b").unwrap();
    assert_eq!(project.query("SELECT x FROM t ORDER BY x"), ["1", "2"]);
}

#[test]
fn a_temporary_table_does_not_stand_before_a_table_of_the_next_revision() {
    for mut project in projects() {
        project
            .revision("a", "CREATE TABLE T1 (x int);\nINSERT INTO T1 VALUES (1);", "")
            .revision("b", "CREATE TEMPORARY TABLE T1 (x int);\nINSERT INTO T1 VALUES (2);", "")
            .revision("c", "INSERT INTO T1 VALUES (3);", "");
        upgraded(&project, "c").unwrap();
        assert_eq!(project.query("SELECT x FROM T1 ORDER BY x"), ["1", "3"], "{}", project.engine());
    }
}
