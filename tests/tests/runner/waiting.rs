//! Commands that change the history, started while another process is in the middle of an upgrade: they wait, and judge when it is their turn.

use crate::upgraded;
use schema_core::model::Engine;
use schema_tests::migrations::Project;
use schema_tests::sandbox::Outcome;
use schema_tests::server::Server;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

fn command(project: &Project, arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    command
        .args(arguments.split_whitespace())
        .args(["--database-url", &project.url_text()])
        .current_dir(project.path())
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null());
    command
}

fn run(project: &Project, arguments: &str) -> Outcome {
    Outcome::of(&mut command(project, arguments))
}

fn spawn(project: &Project, arguments: &str) -> Child {
    command(project, arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// An upgrade from `a` to `b` that is in the middle of `b` until it is let go.
struct Upgrade {
    process: Child,
    /// On SQLite, a reader that the commit waits for.
    reader: Option<rusqlite::Connection>,
}

impl Upgrade {
    fn begin(project: &mut Project) -> Self {
        project.revision("a", "CREATE TABLE a (x integer);", "DROP TABLE a;");
        upgraded(project, "a").unwrap();
        let pause = match project.engine() {
            Engine::Sqlite => "",
            Engine::Postgres => "-- schema: autocommit\nSELECT pg_sleep(7);",
            Engine::Mysql | Engine::Mariadb => "SELECT SLEEP(7);",
        };
        let up = format!("CREATE TABLE b (x integer);\n{pause}\nCREATE TABLE c (x integer);");
        project.revision("b", &up, "DROP TABLE c;\nDROP TABLE b;");
        let reader = (project.engine() == Engine::Sqlite).then(|| {
            let reader = project.sqlite();
            reader.execute_batch("BEGIN; SELECT * FROM a").unwrap();
            reader
        });
        let process = spawn(project, "upgrade");
        let begun = Instant::now();
        while !is_inside(project) {
            assert!(begun.elapsed() < Duration::from_secs(30), "the upgrade does not get to its pause");
            thread::sleep(Duration::from_millis(20));
        }
        Upgrade { process, reader }
    }

    fn let_go(&mut self) {
        drop(self.reader.take());
    }
}

fn is_inside(project: &Project) -> bool {
    match project.engine() {
        Engine::Sqlite => project.sqlite().execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_err(),
        Engine::Postgres => {
            let query = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep(%' AND pid <> pg_backend_pid()";
            !project.query(query).is_empty()
        }
        Engine::Mysql | Engine::Mariadb => {
            let query = "SELECT 1 FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'SELECT SLEEP%'";
            !project.query(query).is_empty()
        }
    }
}

fn commands_wait_for_an_upgrade_and_judge_after_it(mut project: Project) {
    let mut upgrade = Upgrade::begin(&mut project);
    for arguments in [
        "downgrade base",
        "downgrade -1",
        "downgrade --dry-run -1",
        "stamp base",
        "stamp current",
        "repair",
        "resolve --done",
    ] {
        let outcome = run(&project, &format!("{arguments} --lock-timeout 0.2")).exits(4);
        assert!(outcome.stderr.contains("holds the database's lock"), "{arguments}: {outcome}");
    }
    // What `-1` and `current` mean is known when the upgrade is done.
    let (undone, stamped) = thread::scope(|scope| {
        let undo = scope.spawn(|| run(&project, "downgrade -1"));
        let stamp = scope.spawn(|| run(&project, "stamp current"));
        thread::sleep(Duration::from_millis(500));
        upgrade.let_go();
        (undo.join().unwrap(), stamp.join().unwrap())
    });
    assert!(upgrade.process.wait().unwrap().success());
    for outcome in [&undone, &stamped] {
        assert_eq!(outcome.code, Some(0), "{outcome}");
        assert!(outcome.stderr.contains("waiting for the lock"), "{outcome}");
    }
    assert!(undone.stderr.contains("[1/1] undo b"), "{undone}");
    assert_eq!(project.applied(), ["a"]);
    assert_eq!(project.tables(), ["a"]);
}

#[test]
fn commands_wait_for_an_upgrade_on_sqlite() {
    commands_wait_for_an_upgrade_and_judge_after_it(Project::new());
}

#[test]
fn commands_wait_for_an_upgrade_on_postgres() {
    if let Some(project) = Project::on(Server::Postgres) {
        commands_wait_for_an_upgrade_and_judge_after_it(project);
    }
}

#[test]
fn commands_wait_for_an_upgrade_on_mysql() {
    if let Some(project) = Project::on(Server::Mysql) {
        commands_wait_for_an_upgrade_and_judge_after_it(project);
    }
}

/// Each of them undoes one: an address counts from what is applied when it is its turn.
fn several_steps_down_at_once_undo_one_revision_each(mut project: Project) {
    for number in 0..6 {
        project.revision(
            &format!("r{number}"),
            &format!("CREATE TABLE t{number} (x integer);"),
            &format!("DROP TABLE t{number};"),
        );
    }
    upgraded(&project, "r5").unwrap();
    let processes: Vec<Child> = (0..4).map(|_| spawn(&project, "downgrade -1")).collect();
    for mut process in processes {
        assert!(process.wait().unwrap().success());
    }
    assert_eq!(project.applied(), ["r0", "r1"]);
    assert_eq!(project.tables(), ["t0", "t1"]);
}

#[test]
fn several_steps_down_at_once_undo_one_revision_each_on_sqlite() {
    several_steps_down_at_once_undo_one_revision_each(Project::new());
}

#[test]
fn several_steps_down_at_once_undo_one_revision_each_on_postgres() {
    if let Some(project) = Project::on(Server::Postgres) {
        several_steps_down_at_once_undo_one_revision_each(project);
    }
}

#[test]
fn several_steps_down_at_once_undo_one_revision_each_on_mysql() {
    if let Some(project) = Project::on(Server::Mysql) {
        several_steps_down_at_once_undo_one_revision_each(project);
    }
}

/// Many copies of a service start at once, and none of them has anything to do.
fn an_upgrade_without_pending_revisions_needs_no_lock(mut project: Project) {
    project.revision("a", "CREATE TABLE a (x integer);", "DROP TABLE a;");
    upgraded(&project, "a").unwrap();
    let mut holder = project.driver();
    assert!(holder.try_lock().unwrap());
    holder.begin().unwrap();
    let outcome = run(&project, "upgrade --lock-timeout 0.2").exits(0);
    assert!(outcome.stderr.contains("nothing to do"), "{outcome}");
    run(&project, "downgrade a --lock-timeout 0.2").exits(4);
}

#[test]
fn an_upgrade_without_pending_revisions_needs_no_lock_on_sqlite() {
    an_upgrade_without_pending_revisions_needs_no_lock(Project::new());
}

#[test]
fn an_upgrade_without_pending_revisions_needs_no_lock_on_postgres() {
    if let Some(project) = Project::on(Server::Postgres) {
        an_upgrade_without_pending_revisions_needs_no_lock(project);
    }
}

#[test]
fn an_upgrade_without_pending_revisions_needs_no_lock_on_mysql() {
    if let Some(project) = Project::on(Server::Mysql) {
        an_upgrade_without_pending_revisions_needs_no_lock(project);
    }
}
