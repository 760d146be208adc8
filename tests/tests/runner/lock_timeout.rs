//! `--lock-timeout` holds for the whole of a command: whichever statement has to wait, whatever the journal mode, for commands that only read too.

use crate::upgraded;
use schema_core::model::Engine;
use schema_tests::migrations::Project;
use schema_tests::sandbox::Outcome;
use schema_tests::server::Server;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a loaded machine may take for everything but waiting.
const SLACK: Duration = Duration::from_millis(1900);

fn run(project: &Project, arguments: &str) -> (Outcome, Duration) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    command
        .args(arguments.split_whitespace())
        .args(["--database-url", &project.url_text()])
        .current_dir(project.path())
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null());
    let begun = Instant::now();
    (Outcome::of(&mut command), begun.elapsed())
}

/// Runs a command that is kept waiting, and asserts that it waits as long as it was told to, and says so.
fn waits_for(project: &Project, arguments: &str, seconds: u64) {
    let (outcome, took) = run(project, &format!("{arguments} --lock-timeout {seconds}"));
    assert_eq!(outcome.code, Some(4), "{arguments}: {outcome}");
    let expected = Duration::from_secs(seconds);
    assert!(took + Duration::from_millis(100) > expected && took < expected + SLACK, "{arguments}: {took:?}");
    assert!(outcome.stderr.contains(&format!("waited {seconds} s")), "{arguments}: {outcome}");
}

/// A project at `a`, with a revision `b` that writes more than fits into SQLite's cache.
fn pending() -> Project {
    let mut project = Project::new();
    project.revision("a", "CREATE TABLE a (x);", "DROP TABLE a;");
    upgraded(&project, "a").unwrap();
    project.revision(
        "b",
        "CREATE TABLE b (x);\nINSERT INTO b WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) SELECT hex(randomblob(500)) FROM n;\n\
         CREATE INDEX b_x_idx ON b (x);\nUPDATE b SET x = x || 'y';",
        "DROP TABLE b;",
    );
    project
}

const READS: [&str; 4] = ["current", "inspect", "history -i", "diff --to sqlite::memory: --from"];

#[test]
fn one_deadline_holds_for_every_command_on_sqlite() {
    for mode in ["delete", "truncate", "wal"] {
        let project = pending();
        let holder = project.sqlite();
        holder.pragma_update_and_check(None, "journal_mode", mode, |row| row.get::<_, String>(0)).unwrap();
        // With a journal that is rolled back, nobody reads beside this.
        holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
        for arguments in READS {
            let arguments = arguments.replace("--from", &format!("--from {}", project.url_text()));
            if mode == "wal" {
                assert!(run(&project, &arguments).0.code < Some(2), "{arguments}");
            } else {
                waits_for(&project, &arguments, 1);
            }
        }
        for arguments in ["upgrade", "downgrade base", "stamp head"] {
            waits_for(&project, arguments, 1);
        }
        holder.execute_batch("ROLLBACK; BEGIN; SELECT * FROM a").unwrap();
        if mode != "wal" {
            // The reader keeps the upgrade from being committed, and from writing down what does not fit into its cache.
            waits_for(&project, "upgrade", 2);
        }
        holder.execute_batch("COMMIT").unwrap();
        run(&project, "upgrade").0.exits(0);
    }
}

#[test]
fn who_is_waited_for_is_told() {
    let project = pending();
    let holder = project.sqlite();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    for arguments in ["current", "inspect", "upgrade", "downgrade base"] {
        let (outcome, _) = run(&project, &format!("{arguments} --lock-timeout 0.5"));
        assert!(outcome.stderr.contains("waiting for the lock: another connection has it"), "{outcome}");
    }
}

/// A table that another session has locked, and a revision that changes it.
fn locked_table(server: Server) -> Option<(Project, Box<dyn schema_core::driver::Driver>)> {
    let mut project = Project::on(server)?;
    project.revision("a", "CREATE TABLE a (x integer);", "DROP TABLE a;");
    upgraded(&project, "a").unwrap();
    project.revision("b", "ALTER TABLE a ADD COLUMN y integer;", "");
    project.execute(&["CREATE VIEW v AS SELECT x FROM a"]);
    let mut holder = project.driver();
    if project.engine() == Engine::Postgres {
        holder.execute("BEGIN").unwrap();
        holder.execute("LOCK TABLE a, v IN ACCESS EXCLUSIVE MODE").unwrap();
    } else {
        holder.execute("LOCK TABLES a WRITE").unwrap();
    }
    Some((project, holder))
}

#[test]
fn one_deadline_holds_for_every_command_on_postgres() {
    let Some((project, mut holder)) = locked_table(Server::Postgres) else { return };
    waits_for(&project, "inspect", 1);
    waits_for(&project, "upgrade", 1);
    // Longer than a statement waits for a lock.
    waits_for(&project, "inspect", 4);
    waits_for(&project, "upgrade", 4);
    std::thread::scope(|scope| {
        let inspect = scope.spawn(|| run(&project, "inspect").0);
        std::thread::sleep(Duration::from_secs(4));
        holder.execute("ROLLBACK").unwrap();
        let outcome = inspect.join().unwrap().exits(0);
        assert!(outcome.stderr.contains("waiting for the lock: another session has it"), "{outcome}");
    });
}

#[test]
fn one_deadline_holds_for_every_command_on_mysql() {
    let Some((project, _holder)) = locked_table(Server::Mysql) else { return };
    waits_for(&project, "upgrade", 1);
    waits_for(&project, "upgrade", 5);
}

/// The servers have another limit for locks of rows than for those of tables.
#[test]
fn one_deadline_holds_for_locks_of_rows_too() {
    for server in [Server::Postgres, Server::Mysql] {
        let Some(mut project) = Project::on(server) else { continue };
        project.revision("a", "CREATE TABLE a (x integer);\nINSERT INTO a VALUES (1);", "DROP TABLE a;");
        upgraded(&project, "a").unwrap();
        project.revision("b", "UPDATE a SET x = 2;", "");
        let mut holder = project.driver();
        holder.execute("BEGIN").unwrap();
        holder.execute("UPDATE a SET x = 3").unwrap();
        waits_for(&project, "upgrade", 1);
        waits_for(&project, "upgrade", 5);
        holder.execute("ROLLBACK").unwrap();
        run(&project, "upgrade").0.exits(0);
        assert_eq!(project.query("SELECT x FROM a"), ["2"]);
    }
}
