//! What only PostgreSQL has: statements that no transaction takes, sessions that live on, poolers.

use crate::upgraded;
use schema_core::ErrorClass;
use schema_core::driver::{DriverError, Value};
use schema_core::runner::{self, Event, RunOptions};
use schema_tests::migrations::{Project, ids};
use schema_tests::sandbox::Outcome;
use schema_tests::server::Server;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const CONCURRENTLY: &str = "-- schema: autocommit\nCREATE INDEX CONCURRENTLY t_x_idx ON t (x);";

/// A table with some rows, and a revision `b` with an index that is built beside the traffic.
fn with_index(rows: u32, script: &str) -> Option<Project> {
    let mut project = Project::on(Server::Postgres)?;
    let fill = format!("CREATE TABLE t (x integer);\nINSERT INTO t SELECT generate_series(1, {rows});");
    project.revision("a", &fill, "DROP TABLE t;");
    upgraded(&project, "a").unwrap();
    project.revision("b", script, "");
    Some(project)
}

fn indexes(project: &Project) -> Vec<String> {
    project.query(
        "SELECT c.relname || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END FROM pg_index i
         JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 'public.t'::regclass ORDER BY 1",
    )
}

/// As a run leaves it that is killed while it runs a step.
fn begun(project: &Project, step: i64, statement: &str, evidence: Option<&str>) {
    begun_in(project, "b", step, statement, evidence);
}

fn begun_in(project: &Project, revision: &str, step: i64, statement: &str, evidence: Option<&str>) {
    let insert = "INSERT INTO schema_history_steps (revision, direction, step, checksum, state, started_at, evidence) VALUES (?, 'up', ?, ?, 'started', 'x', ?)";
    let checksum = schema_core::revision::Checksum::of(statement);
    let evidence = evidence.map_or(Value::Null, Value::from);
    let values = [revision.into(), Value::Integer(step), checksum.as_str().into(), evidence];
    project.driver().query(insert, &values).unwrap();
}

/// Leaves an index behind that is not valid: its build finds two rows that are equal.
fn break_index(project: &Project) {
    project.execute(&["INSERT INTO t VALUES (1)"]);
    project.driver().execute("CREATE UNIQUE INDEX CONCURRENTLY t_x_idx ON t (x)").unwrap_err();
    assert_eq!(indexes(project), ["t_x_idx invalid"]);
}

#[test]
fn a_step_outside_the_transaction_has_run_once_before_what_follows() {
    let script = format!("INSERT INTO t VALUES (0);\n{CONCURRENTLY}\nINSERT INTO t VALUES (-1);");
    let Some(project) = with_index(10, &script) else { return };
    upgraded(&project, "b").unwrap();
    assert_eq!(indexes(&project), ["t_x_idx"]);
    assert_eq!(project.query("SELECT count(*) FROM t"), ["12"]);
    assert!(project.query("SELECT 1 FROM schema_history_steps").is_empty());
}

#[test]
fn a_value_of_an_enum_is_there_for_the_statement_after_it() {
    let script = "-- schema: autocommit\nALTER TYPE mood ADD VALUE 'ok';\nINSERT INTO m VALUES ('ok');";
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    project
        .revision("a", "CREATE TYPE mood AS ENUM ('bad');\nCREATE TABLE m (mood mood);", "")
        .revision("b", script, "");
    upgraded(&project, "b").unwrap();
    assert_eq!(project.query("SELECT mood::text FROM m"), ["ok"]);
}

#[test]
fn a_constraint_that_is_looked_at_only_at_the_end_says_what_it_misses() {
    let parent = "CREATE TABLE p (id integer PRIMARY KEY);\nCREATE TABLE c (p_id integer REFERENCES p DEFERRABLE INITIALLY DEFERRED);";
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    project.revision("a", parent, "").revision("b", "INSERT INTO c VALUES (1);", "");
    let error = upgraded(&project, "b").unwrap_err();
    let message = error.to_string();
    assert!(message.contains("is not present in table \"p\""), "{message}");
    assert_eq!(project.applied(), ["a"]);
    assert!(project.query("SELECT 1 FROM c").is_empty());
}

#[test]
fn a_transaction_that_was_ended_is_noticed_before_anything_is_recorded() {
    let Some(project) = Project::on(Server::Postgres) else { return };
    project.execute(&["CREATE TABLE seen (x integer)"]);
    for script in [&["COMMIT"][..], &["SELECT 1", "COMMIT"], &["COMMIT", "BEGIN"], &["ROLLBACK", "BEGIN"]] {
        let mut driver = project.driver();
        driver.begin().unwrap();
        for statement in script {
            driver.execute(statement).unwrap();
        }
        let result = driver.query_and_commit("INSERT INTO seen VALUES (?)", &[Value::Integer(1)]);
        assert!(matches!(result, Err(DriverError::TransactionLost)), "{script:?}: {result:?}");
        driver.rollback().unwrap();
        assert!(project.query("SELECT x FROM seen").is_empty(), "{script:?}");
    }
}

#[test]
fn an_index_that_was_finished_is_not_built_again() {
    let Some(project) = with_index(10, CONCURRENTLY) else { return };
    begun(&project, 1, "CREATE INDEX CONCURRENTLY t_x_idx ON t (x)", Some(""));
    project.execute(&["CREATE INDEX CONCURRENTLY t_x_idx ON t (x)"]);
    upgraded(&project, "b").unwrap();
    assert_eq!(project.applied(), ["a", "b"]);
}

#[test]
fn an_index_that_was_not_finished_is_dropped_and_built() {
    for (statement, name) in [
        ("CREATE INDEX CONCURRENTLY t_x_idx ON t (x)", "t_x_idx"),
        ("CREATE INDEX CONCURRENTLY ON t (x)", "t_x_idx"),
        ("create index concurrently if not exists T_x_idx on only public.t using btree (x)", "t_x_idx"),
    ] {
        let Some(project) = with_index(10, &format!("-- schema: autocommit\n{statement};")) else { return };
        break_index(&project);
        begun(&project, 1, statement, Some(""));
        upgraded(&project, "b").unwrap();
        assert_eq!(indexes(&project), [name], "{statement}");
    }
}

#[test]
fn an_index_that_is_not_valid_is_none_for_if_not_exists() {
    let script = "-- schema: autocommit\nCREATE INDEX CONCURRENTLY IF NOT EXISTS t_x_idx ON t (x);";
    let Some(project) = with_index(10, script) else { return };
    break_index(&project);
    upgraded(&project, "b").unwrap();
    assert_eq!(indexes(&project), ["t_x_idx"]);
}

/// Names that the server folds, decodes or cuts: of a table, and of an index on it.
fn odd_names() -> [(String, String); 5] {
    let long = |letter: &str| letter.repeat(40);
    [
        ("Big".to_owned(), "ÄÖ_Idx".to_owned()),
        ("\"Big\"".to_owned(), format!("a{}", long("ä"))),
        (format!("\"A{}\"", long("Ö")), format!("\"B{}\"", long("ß"))),
        ("U&\"d\\0061t\\00c4\"".to_owned(), "U&\"it's \"\"d!0061t\"\" !+01F600\" UESCAPE '!'".to_owned()),
        ("x".repeat(80), "Y".repeat(80)),
    ]
}

#[test]
fn an_index_that_is_not_valid_is_found_however_its_name_is_spelt() {
    for was_begun in [false, true] {
        for (table, index) in odd_names() {
            let Some(mut project) = Project::on(Server::Postgres) else { return };
            let fill = format!("CREATE TABLE {table} (x integer);\nINSERT INTO {table} VALUES (1), (1);");
            let statement = format!("CREATE INDEX CONCURRENTLY IF NOT EXISTS {index} ON {table} (x)");
            project.revision("a", &fill, "");
            upgraded(&project, "a").unwrap();
            project.revision("b", &format!("-- schema: autocommit\n{statement};"), "");
            let build = format!("CREATE UNIQUE INDEX CONCURRENTLY {index} ON {table} (x)");
            project.driver().execute(&build).unwrap_err();
            let invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";
            assert_eq!(project.query(invalid), ["1"], "{index}");
            if was_begun {
                begun(&project, 1, &statement, Some(""));
            }
            upgraded(&project, "b").unwrap();
            assert_eq!(project.query(invalid), ["0"], "{index}");
        }
    }
}

#[test]
fn an_index_of_any_name_that_was_finished_is_not_built_again() {
    for (table, index) in odd_names() {
        let Some(mut project) = Project::on(Server::Postgres) else { return };
        project.revision("a", &format!("CREATE TABLE {table} (x integer);"), "");
        upgraded(&project, "a").unwrap();
        let statement = format!("CREATE INDEX CONCURRENTLY {index} ON {table} (x)");
        project.revision("b", &format!("-- schema: autocommit\n{statement};"), "");
        begun(&project, 1, &statement, Some(""));
        project.execute(&[&statement]);
        upgraded(&project, "b").unwrap();
        assert_eq!(project.applied(), ["a", "b"]);
    }
}

#[test]
fn what_a_reindex_has_left_behind_is_dropped_and_nothing_else() {
    for statement in [
        "REINDEX TABLE CONCURRENTLY t",
        "REINDEX INDEX CONCURRENTLY t_x_idx",
        "REINDEX SCHEMA CONCURRENTLY public",
    ] {
        let Some(mut project) = with_index(10, "CREATE INDEX t_x_idx ON t (x);") else { return };
        upgraded(&project, "b").unwrap();
        project.execute(&["INSERT INTO t VALUES (1)"]);
        project.driver().execute("CREATE UNIQUE INDEX CONCURRENTLY own_ccnew ON t (x)").unwrap_err();
        let own = "SELECT string_agg(indexrelid::text, ' ') FROM pg_index WHERE NOT indisvalid";
        let evidence = project.query(own).remove(0);
        // A transaction that is older keeps the build waiting; a statement timeout ends it there.
        let mut older = project.driver();
        older.begin().unwrap();
        older.execute("UPDATE t SET x = x WHERE x = 2").unwrap();
        let mut building = project.driver();
        building.execute("SET statement_timeout = '300ms'").unwrap();
        building.execute("SET lock_timeout = 0").unwrap();
        building.execute(statement).unwrap_err();
        older.rollback().unwrap();
        assert_eq!(indexes(&project).len(), 3, "{statement}");
        project.revision("c", &format!("-- schema: autocommit\n{statement};"), "");
        begun_in(&project, "c", 1, statement, Some(&evidence));
        upgraded(&project, "c").unwrap();
        assert_eq!(indexes(&project), ["own_ccnew invalid", "t_x_idx"], "{statement}");
    }
}

#[test]
fn a_build_that_fails_leaves_nothing_behind() {
    let script = "-- schema: autocommit\nCREATE UNIQUE INDEX CONCURRENTLY t_x_idx ON t (x);";
    let Some(project) = with_index(10, script) else { return };
    project.execute(&["INSERT INTO t VALUES (1)"]);
    let error = upgraded(&project, "b").unwrap_err();
    assert_eq!(error.class(), ErrorClass::Refused);
    assert!(indexes(&project).is_empty());
    assert!(project.query("SELECT 1 FROM schema_history_steps").is_empty());
    project.execute(&["DELETE FROM t WHERE ctid = (SELECT max(ctid) FROM t)"]);
    upgraded(&project, "b").unwrap();
    assert_eq!(indexes(&project), ["t_x_idx"]);
}

#[test]
fn a_partition_that_is_on_its_way_out_leaves() {
    let statement = "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY";
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    if project.query("SELECT current_setting('server_version_num')::bigint") < vec!["140000".to_owned()] {
        return;
    }
    let tables = "CREATE TABLE p (x integer) PARTITION BY LIST (x);\nCREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);";
    project.revision("a", tables, "").revision("b", &format!("-- schema: autocommit\n{statement};"), "");
    upgraded(&project, "a").unwrap();
    // A transaction that uses the table keeps the second half waiting; a statement timeout ends it there.
    let mut reader = project.driver();
    reader.begin().unwrap();
    reader.execute("SELECT * FROM p").unwrap();
    let mut detaching = project.driver();
    detaching.execute("SET statement_timeout = '200ms'").unwrap();
    detaching.execute(statement).unwrap_err();
    reader.rollback().unwrap();
    assert_eq!(project.query("SELECT inhdetachpending FROM pg_inherits"), ["1"]);
    begun(&project, 1, statement, None);
    upgraded(&project, "b").unwrap();
    assert!(project.query("SELECT 1 FROM pg_inherits").is_empty());
}

#[test]
fn what_the_catalogue_cannot_tell_is_in_doubt_until_somebody_says() {
    let script = "-- schema: autocommit\nCALL work();";
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    let procedure = "CREATE TABLE t (x integer);\nCREATE PROCEDURE work() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (1); COMMIT; END $$;";
    project.revision("a", procedure, "").revision("b", script, "");
    upgraded(&project, "a").unwrap();
    begun(&project, 1, "CALL work()", None);
    let error = upgraded(&project, "b").unwrap_err();
    assert_eq!(error.class(), ErrorClass::InDoubt);
    runner::resolve(project.driver().as_mut(), &project.directory(), runner::Settlement::Redo, &mut |_| {})
        .unwrap();
    upgraded(&project, "b").unwrap();
    assert_eq!(project.query("SELECT count(*) FROM t"), ["1"]);
}

#[test]
fn a_table_in_use_is_waited_for_a_moment_at_a_time() {
    let Some(project) = with_index(10, "ALTER TABLE t ADD COLUMN y integer;") else { return };
    let mut reader = project.driver();
    reader.begin().unwrap();
    reader.execute("SELECT count(*) FROM t").unwrap();
    let mut retries = 0;
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(3800));
            reader.rollback().unwrap();
        });
        let mut driver = project.driver();
        let mut observer = |event: Event<'_>| retries += usize::from(matches!(event, Event::Retrying { .. }));
        let (directory, options) = (project.directory(), RunOptions::default());
        runner::upgrade(driver.as_mut(), &directory, &ids(&["b"]), &options, &mut observer).unwrap();
    });
    assert!(retries > 0);
    assert_eq!(project.applied(), ["a", "b"]);
}

#[test]
fn a_table_that_stays_in_use_ends_in_its_own_exit_code_and_nothing_is_changed() {
    let Some(project) = with_index(10, "CREATE TABLE b (x integer);\nALTER TABLE t ADD COLUMN y integer;")
    else {
        return;
    };
    let mut reader = project.driver();
    reader.begin().unwrap();
    reader.execute("SELECT count(*) FROM t").unwrap();
    let outcome = Outcome::of(upgrade(&project).args(["--lock-timeout", "1"])).exits(4);
    assert!(outcome.stderr.contains("holds the database's lock"), "{outcome}");
    assert_eq!(project.tables(), ["t"]);
}

#[test]
fn who_has_the_lock_is_named() {
    let Some(project) = with_index(10, CONCURRENTLY) else { return };
    let mut holder = project.driver();
    assert!(holder.try_lock().unwrap());
    let outcome = Outcome::of(upgrade(&project).args(["--lock-timeout", "1"])).exits(4);
    assert!(outcome.stderr.contains("waiting for the lock: process "), "{outcome}");
    assert!(outcome.stderr.contains("(`schema-cli`) holds the database's lock; waited 1 s"), "{outcome}");
    holder.unlock().unwrap();
    Outcome::of(&mut upgrade(&project)).exits(0);
}

#[test]
fn settings_of_a_script_end_with_it() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    project
        .revision(
            "a",
            "CREATE SCHEMA other;\nSELECT pg_catalog.set_config('search_path', '', false);\nSET lock_timeout = 0;\nCREATE TABLE other.t (x integer);",
            "",
        )
        .revision("b", "CREATE TABLE b (x integer);\nSET search_path = other;\nCREATE TABLE c (x integer);", "")
        .revision("c", "CREATE TABLE d (x integer);", "");
    upgraded(&project, "c").unwrap();
    assert_eq!(project.tables(), ["b", "d"]);
    assert_eq!(project.applied(), ["a", "b", "c"]);
}

#[test]
fn a_history_is_found_behind_a_schema_that_came_later() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    project.revision("a", "CREATE TABLE a (x integer);\nCREATE SCHEMA postgres;", "").revision(
        "b",
        "CREATE TABLE public.b (x integer);",
        "",
    );
    upgraded(&project, "a").unwrap();
    upgraded(&project, "b").unwrap();
    assert_eq!(project.applied(), ["a", "b"]);
}

fn upgrade(project: &Project) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    command
        .args(["upgrade", "--database-url", &project.url_text()])
        .current_dir(project.path())
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null());
    command
}

#[test]
fn two_processes_build_an_index_beside_the_traffic_twenty_times() {
    for _ in 0..20 {
        let script = format!("INSERT INTO t VALUES (0);\n{CONCURRENTLY}\nINSERT INTO t VALUES (-1);");
        let Some(project) = with_index(2000, &script) else { return };
        let start = || upgrade(&project).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let processes: Vec<Child> = (0..2).map(|_| start()).collect();
        for process in processes {
            let output = process.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        assert_eq!(indexes(&project), ["t_x_idx"]);
        assert_eq!(project.query("SELECT count(*) FROM t WHERE x < 1"), ["2"]);
    }
}

/// Waits until somebody builds an index in the project's database.
fn wait_for_build(project: &Project, is_building: bool) {
    let query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active' AND query LIKE 'CREATE INDEX%'";
    let start = Instant::now();
    while (project.query(query) == ["0"]) == is_building {
        assert!(start.elapsed() < Duration::from_secs(30), "the build never came, or never ended");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_process_that_is_killed_while_it_builds_an_index_is_followed_by_one_that_finishes() {
    let Some(project) = with_index(2000, CONCURRENTLY) else { return };
    // A transaction that is older keeps the build waiting, so that the process can be killed in it.
    let mut older = project.driver();
    older.begin().unwrap();
    older.execute("UPDATE t SET x = x WHERE x = 1").unwrap();
    let mut process = upgrade(&project).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_for_build(&project, true);
    process.kill().unwrap();
    process.wait().unwrap();
    // The server goes on for a while; the next process waits for it, or finds what it has left.
    let next = upgrade(&project).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    thread::sleep(Duration::from_millis(500));
    older.rollback().unwrap();
    let output = next.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(indexes(&project), ["t_x_idx"]);
    assert_eq!(project.applied(), ["a", "b"]);
}
