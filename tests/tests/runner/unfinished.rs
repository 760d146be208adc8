//! What commands that read say of a revision that an interrupted run has left applied or undone in part.

use crate::upgraded;
use schema_core::driver::Value;
use schema_core::revision::Checksum;
use schema_tests::migrations::Project;
use schema_tests::sandbox::Outcome;
use schema_tests::server::Server;
use std::process::{Command, Stdio};

fn run(project: &Project, arguments: &str) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    command
        .args(arguments.split_whitespace())
        .args(["--database-url", &project.url_text(), "--lock-timeout", "5"])
        .current_dir(project.path())
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null());
    Outcome::of(&mut command)
}

/// As a run leaves it that is killed after the first statement.
fn leave(project: &Project, direction: &str, statement: &str) {
    project.execute(&[statement]);
    let insert = "INSERT INTO schema_history_steps (revision, direction, step, checksum, state, started_at) VALUES ('b', ?, 1, ?, 'done', 'x')";
    let checksum = Checksum::of(statement);
    project.driver().query(insert, &[Value::from(direction), checksum.as_str().into()]).unwrap();
}

fn a_revision_that_is_partly_applied_is_shown(mut project: Project) {
    project.revision("a", "CREATE TABLE a (x integer);", "DROP TABLE a;");
    upgraded(&project, "a").unwrap();
    project.revision(
        "b",
        "CREATE TABLE b (x integer);\n-- schema: autocommit\nCREATE TABLE c (x integer);",
        "DROP TABLE c;\n-- schema: autocommit\nDROP TABLE b;",
    );
    leave(&project, "up", "CREATE TABLE b (x integer)");

    let outcome = run(&project, "current").exits(5);
    assert!(outcome.stdout.contains("b (head) (partly applied, 1 of 2 statements), add b\n"), "{outcome}");
    assert!(outcome.stderr.contains("revision `b` is partly applied"), "{outcome}");
    assert!(outcome.stderr.contains("hint: `upgrade b` goes on with it"), "{outcome}");
    let json: serde_json::Value =
        serde_json::from_str(&run(&project, "current --format json").exits(5).stdout).unwrap();
    assert_eq!(json[0]["revision"], "b");
    assert_eq!(json[0]["unfinished"]["direction"], "up");
    assert_eq!((&json[0]["unfinished"]["done"], &json[0]["unfinished"]["total"]), (&1.into(), &2.into()));
    assert_eq!(json[1]["revision"], "a");
    assert!(json[1].get("unfinished").is_none());
    assert!(run(&project, "history -i").exits(0).stdout.contains("(partly applied, 1 of 2 statements)"));
    run(&project, "current --check-heads").exits(5);

    // While somebody has the lock, it was not left so.
    let mut holder = project.driver();
    if !holder.capabilities().lock_ends_with_transaction {
        assert!(holder.try_lock().unwrap());
        let outcome = run(&project, "current").exits(0);
        assert!(outcome.stderr.contains("`b` is being applied: "), "{outcome}");
        run(&project, "current --check-heads").exits(1);
    }
    drop(holder);

    // What is said to go on with it does so, in both directions.
    upgraded(&project, "b").unwrap();
    run(&project, "current --check-heads").exits(0);
    leave(&project, "down", "DROP TABLE c");
    let outcome = run(&project, "current").exits(5);
    assert!(outcome.stdout.contains("(partly undone, 1 of 2 statements)"), "{outcome}");
    assert!(outcome.stderr.contains("hint: `downgrade b@-1` goes on with it"), "{outcome}");
    run(&project, "downgrade b@-1").exits(0);
    assert_eq!(project.tables(), ["a"]);
    run(&project, "current").exits(0);
}

#[test]
fn a_revision_that_is_partly_applied_is_shown_on_sqlite() {
    a_revision_that_is_partly_applied_is_shown(Project::new());
}

#[test]
fn a_revision_that_is_partly_applied_is_shown_on_postgres() {
    if let Some(project) = Project::on(Server::Postgres) {
        a_revision_that_is_partly_applied_is_shown(project);
    }
}

#[test]
fn a_revision_that_is_partly_applied_is_shown_on_mysql() {
    if let Some(project) = Project::on(Server::Mysql) {
        a_revision_that_is_partly_applied_is_shown(project);
    }
}
