//! The locks of a large transaction (PostgreSQL): the server has room for a fixed number.

use crate::upgraded;
use schema_core::driver::DriverError;
use schema_tests::migrations::Project;
use schema_tests::server::Server;

/// So many tables that their locks fit nowhere near.
fn too_many(project: &Project) -> Vec<String> {
    let room = project.query(
        "SELECT (9000 + 2 * current_setting('max_locks_per_transaction')::int * (current_setting('max_connections')::int + 100))::text",
    );
    let count: usize = room[0].parse().unwrap();
    // Each is a table, an index, and two for long values.
    (0..count / 4 + 1_000)
        .map(|number| format!("CREATE TABLE t{number} (id bigint PRIMARY KEY, note text)"))
        .collect()
}

#[test]
fn a_script_whose_locks_the_server_has_no_room_for_is_refused_before_it_begins() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    let statements = too_many(&project);
    project.revision("a", &format!("{};", statements.join(";\n")), "SELECT 1;");
    let error = upgraded(&project, "a").unwrap_err();
    let text = error.to_string();
    assert!(text.contains(&format!("needs at least {} locks", statements.len() * 4)), "{text}");
    assert!(text.contains("`max_locks_per_transaction = "), "{text}");
    let hint = error.hint().unwrap();
    assert!(
        hint.contains("set `max_locks_per_transaction = ") && hint.contains("several revisions"),
        "{hint}"
    );
    assert_eq!(project.query("SELECT relname::text FROM pg_class WHERE relname = 't0'"), [] as [&str; 0]);
}

#[test]
fn what_fits_is_not_refused() {
    let Some(project) = Project::on(Server::Postgres) else { return };
    let mut driver = project.driver();
    let statements = too_many(&project);
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    driver.check_room(&statements[..statements.len() / 8]).unwrap();
    let refused = driver.check_room(&statements).unwrap_err();
    assert!(matches!(refused, DriverError::TooManyLocks { .. }), "{refused}");
    // A table that is there is dropped with its index and what holds its long values.
    driver.execute("CREATE TABLE t0 (id bigint PRIMARY KEY, note text)").unwrap();
    let drops: Vec<String> = (0..300).map(|number| format!("DROP TABLE IF EXISTS t{number}")).collect();
    driver.check_room(&drops.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
}

#[test]
fn a_server_that_runs_out_of_locks_is_told_from_one_that_runs_out_of_memory() {
    let Some(project) = Project::on(Server::Postgres) else { return };
    let mut driver = project.driver();
    let mut raised = |message: &str, hint: &str| {
        let statement =
            format!("DO $$ BEGIN RAISE '{message}' USING ERRCODE = '53200', HINT = '{hint}'; END $$");
        driver.execute(&statement).unwrap_err()
    };
    for (message, hint) in [
        ("out of shared memory", ""),
        ("Speicher aufgebraucht", "Sie müssen möglicherweise max_locks_per_transaction erhöhen."),
    ] {
        let error = raised(message, hint);
        assert!(matches!(error, DriverError::OutOfLocks { .. }), "{error}");
        assert!(error.hint().unwrap().contains("max_locks_per_transaction"), "{error}");
    }
    let error = raised("out of memory", "");
    assert!(matches!(error, DriverError::Refused { .. }), "{error}");
}
