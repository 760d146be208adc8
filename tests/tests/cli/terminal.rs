//! Questions, which are asked on a terminal only.

use crate::database::{applied, models};
use rexpect::session::{PtySession, spawn_command};
use schema_tests::sandbox::Sandbox;
use std::process::{Command, Stdio};

const PATIENCE: Option<u64> = Some(20_000);
const DOWN: &str = "\u{1b}[B";
const INTERRUPT: char = 'c';

/// Runs the command line on a terminal.
fn on_a_terminal(sandbox: &Sandbox, arguments: &str) -> PtySession {
    let mut command: Command = sandbox.command(arguments.split_whitespace());
    command.env("TERM", "xterm").env_remove("CI").stdin(Stdio::inherit());
    spawn_command(command, PATIENCE).unwrap()
}

fn exit_code(terminal: &PtySession) -> Option<i32> {
    match terminal.process().wait().unwrap() {
        rexpect::process::WaitStatus::Exited(_, code) => Some(code),
        _ => None,
    }
}

#[test]
fn a_likely_rename_is_asked_about_and_the_answer_is_followed() {
    let sandbox = applied();
    sandbox.write("schema.json", &models(&["handle"]));
    let command = "autogenerate --dry-run --schema-json schema.json";

    let mut terminal = on_a_terminal(&sandbox, command);
    terminal.exp_string("column `users.nick` is gone from the models").unwrap();
    terminal.exp_string("dropped, with its data").unwrap();
    terminal.send("\r").unwrap();
    terminal.flush().unwrap();
    let rest = terminal.exp_eof().unwrap();
    assert!(rest.contains("- rename column `users`.`nick` to `handle`"), "{rest}");

    let mut terminal = on_a_terminal(&sandbox, command);
    terminal.exp_string("dropped, with its data").unwrap();
    terminal.send(&format!("{DOWN}\r")).unwrap();
    terminal.flush().unwrap();
    let rest = terminal.exp_eof().unwrap();
    assert!(rest.contains("- drop column `users`.`nick`"), "{rest}");

    let mut terminal = on_a_terminal(&sandbox, command);
    terminal.exp_string("dropped, with its data").unwrap();
    terminal.send_control(INTERRUPT).unwrap();
    let rest = terminal.exp_eof().unwrap();
    assert!(rest.contains("\u{1b}[?25h"), "the cursor is still hidden: {rest:?}");
    assert_eq!(exit_code(&terminal), Some(130));
}

#[test]
fn diff_applies_only_what_was_confirmed() {
    let sandbox = applied();
    std::fs::copy(sandbox.path().join("dev.db"), sandbox.path().join("wanted.db")).unwrap();
    let wanted = rusqlite::Connection::open(sandbox.path().join("wanted.db")).unwrap();
    wanted.execute_batch("ALTER TABLE users ADD COLUMN email TEXT").unwrap();
    let command = "diff --apply --from sqlite://dev.db --to sqlite://wanted.db";

    for (answer, code) in [("n", 1), ("\r", 1), ("y", 0)] {
        let mut terminal = on_a_terminal(&sandbox, command);
        terminal.exp_string("Run this statement on sqlite://dev.db?").unwrap();
        terminal.send(&format!("{answer}\r")).unwrap();
        terminal.flush().unwrap();
        terminal.exp_eof().unwrap();
        assert_eq!(exit_code(&terminal), Some(code), "{answer:?}");
    }
    assert!(sandbox.run("inspect").exits(0).stdout.contains("email"));
}

#[test]
fn a_secret_of_a_seed_is_asked_for_and_not_shown() {
    let sandbox = applied();
    sandbox.write("seed.sql", "INSERT INTO users (id, nick) VALUES (1, :admin_password);\n");
    let mut terminal = on_a_terminal(&sandbox, "init-db --seed seed.sql");
    terminal.exp_string("`:admin_password` in the seed: ").unwrap();
    terminal.send("s3'cret\r").unwrap();
    terminal.flush().unwrap();
    let rest = terminal.exp_eof().unwrap();
    assert!(rest.contains("the seed is in"), "{rest}");
    assert!(!rest.contains("cret"), "{rest}");
    assert_eq!(exit_code(&terminal), Some(0));
    let database = rusqlite::Connection::open(sandbox.path().join("dev.db")).unwrap();
    let nick: String = database.query_row("SELECT nick FROM users", [], |row| row.get(0)).unwrap();
    assert_eq!(nick, "s3'cret");

    sandbox.write("other.sql", "INSERT INTO users (id, nick) VALUES (2, :admin_password);\n");
    let mut terminal = on_a_terminal(&sandbox, "init-db --seed other.sql");
    terminal.exp_string("`:admin_password` in the seed: ").unwrap();
    terminal.send("\r").unwrap();
    terminal.flush().unwrap();
    let rest = terminal.exp_eof().unwrap();
    assert!(rest.contains("`:admin_password` has no value"), "{rest}");
    assert_eq!(exit_code(&terminal), Some(2));

    let mut terminal = on_a_terminal(&sandbox, "init-db --seed other.sql");
    terminal.exp_string("`:admin_password` in the seed: ").unwrap();
    terminal.send_control(INTERRUPT).unwrap();
    terminal.exp_eof().unwrap();
    assert_eq!(exit_code(&terminal), Some(130));
    let rows: i64 = database.query_row("SELECT count(*) FROM users", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 1);
}

#[test]
fn a_database_with_tables_and_no_history_is_adopted_where_a_person_says_so() {
    let sandbox = applied();
    let database = rusqlite::Connection::open(sandbox.path().join("dev.db")).unwrap();
    database
        .execute_batch("DROP TABLE schema_history; DROP TABLE users; CREATE TABLE orders (id INTEGER)")
        .unwrap();
    for (answer, code) in [("n", 5), ("y", 0)] {
        let mut terminal = on_a_terminal(&sandbox, "upgrade");
        terminal.exp_string("the database has no history, but it has tables or views: `orders`").unwrap();
        terminal.exp_string("Apply the revisions to it all the same?").unwrap();
        terminal.send(&format!("{answer}\r")).unwrap();
        terminal.flush().unwrap();
        terminal.exp_eof().unwrap();
        assert_eq!(exit_code(&terminal), Some(code), "{answer:?}");
    }

    database.execute_batch("DROP TABLE schema_history; DROP TABLE users").unwrap();
    let mut command = sandbox.command(["upgrade"]);
    command.env("TERM", "xterm").env("CI", "true").stdin(Stdio::inherit());
    let mut terminal = spawn_command(command, PATIENCE).unwrap();
    let rest = terminal.exp_eof().unwrap();
    assert!(!rest.contains("all the same?"), "nobody is there to answer: {rest}");
    assert_eq!(exit_code(&terminal), Some(5));
}

#[test]
fn work_that_takes_long_says_so_until_it_is_done() {
    let sandbox = applied();
    sandbox.run("revision -m slow --rev-id slow").exits(0);
    let shown = sandbox.run("show slow --format json").exits(0).stdout;
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    // As long as somebody else holds the lock, the upgrade waits.
    let other = rusqlite::Connection::open(sandbox.path().join("dev.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    sandbox.write(
        &format!("{}/up.sql", shown[0]["folder"].as_str().unwrap()),
        "CREATE TABLE slow (id INTEGER);\n",
    );

    let mut terminal = on_a_terminal(&sandbox, "upgrade");
    terminal.exp_string("getting ready ").unwrap();
    other.execute_batch("ROLLBACK").unwrap();
    let rest = terminal.exp_eof().unwrap();
    assert!(rest.contains("done: the database is at slow"), "{rest}");
    assert_eq!(exit_code(&terminal), Some(0));
}

#[test]
fn a_revision_is_removed_after_a_yes() {
    let sandbox = applied();
    sandbox.run("revision -m more --rev-id more").exits(0);
    for (answer, code, gone) in [("n", 1, false), ("y", 0, true)] {
        let mut terminal = on_a_terminal(&sandbox, "remove more");
        terminal.exp_string("Delete ").unwrap();
        terminal.send(answer).unwrap();
        terminal.flush().unwrap();
        let rest = terminal.exp_eof().unwrap();
        assert_eq!(rest.contains("removed "), gone, "{rest}");
        assert_eq!(exit_code(&terminal), Some(code));
    }
}
