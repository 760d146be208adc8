//! What only MySQL and MariaDB have: DDL that commits, and servers that go on after their clients.

use crate::upgraded;
use schema_core::ErrorClass;
use schema_core::runner::{self, Settlement};
use schema_tests::migrations::Project;
use schema_tests::sandbox::Outcome;
use schema_tests::server::Server;
use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

fn upgrade(project: &Project) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    command
        .args(["upgrade", "--database-url", &project.url_text()])
        .current_dir(project.path())
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null());
    command
}

/// Ten statements, of which the sixth is the one given.
fn ten(sixth: &str) -> String {
    let mut statements: Vec<String> =
        (1..=10).map(|number| format!("CREATE TABLE t{number} (x int);\n")).collect();
    statements[5] = format!("{sixth}\n");
    statements.concat()
}

#[test]
fn a_revision_whose_sixth_statement_fails_goes_on_there() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project.revision("a", &ten("CREATE TABLE t6 (x nonsense);"), "");
    let error = upgraded(&project, "a").unwrap_err();
    assert_eq!(error.class(), ErrorClass::Refused);
    let text = error.to_string();
    assert!(
        text.contains("line 6: ") && text.ends_with("; the 5 statements before it, of 10, have run and stay"),
        "{text}"
    );
    assert!(error.hint().unwrap().contains("it goes on here"));
    assert_eq!(project.tables().len(), 5);

    let script = project.folder_of("a").join("up.sql");
    fs::write(&script, ten("CREATE TABLE t6 (x int);").replace("t3 (x int)", "t3 (y int)")).unwrap();
    let error = upgraded(&project, "a").unwrap_err();
    assert_eq!(error.class(), ErrorClass::History);
    assert!(error.to_string().contains("was changed after step 3 of it had run"), "{error}");

    fs::write(&script, ten("CREATE TABLE t6 (x int);")).unwrap();
    let outcome = Outcome::of(&mut upgrade(&project)).exits(0);
    assert!(outcome.stderr.contains("5 of its 10 statements have run before"), "{outcome}");
    assert_eq!(project.tables().len(), 10);
    assert_eq!(project.applied(), ["a"]);
}

#[test]
fn settings_of_the_session_hold_where_a_run_goes_on() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    let script = |last: &str| {
        format!(
            "SET foreign_key_checks = 0;\nCREATE TABLE a (x int REFERENCES b (x), FOREIGN KEY (x) REFERENCES b (x));\n{last}"
        )
    };
    project.revision("a", &script("CREATE TABLE nonsense;"), "");
    upgraded(&project, "a").unwrap_err();
    // A row that refers to nothing goes in only while the checks are off.
    let rest = "CREATE TABLE b (x int PRIMARY KEY);\nINSERT INTO a VALUES (1);";
    fs::write(project.folder_of("a").join("up.sql"), script(rest)).unwrap();
    upgraded(&project, "a").unwrap();
    assert_eq!(project.query("SELECT x FROM a"), ["1"]);
}

#[test]
fn what_no_definition_tells_is_in_doubt_until_somebody_says() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project.revision("a", "CREATE TABLE t (x int);\nINSERT INTO t VALUES (1);", "");
    upgraded(&project, "a").unwrap();
    project.revision("b", "TRUNCATE TABLE t;", "");
    let checksum = schema_core::revision::Checksum::of("TRUNCATE TABLE t");
    project.execute(&[&format!(
        "INSERT INTO schema_history_steps (revision, direction, step, checksum, state, started_at) VALUES ('b', 'up', 1, '{}', 'started', 'x')",
        checksum.as_str()
    )]);
    assert_eq!(upgraded(&project, "b").unwrap_err().class(), ErrorClass::InDoubt);
    runner::resolve(project.driver().as_mut(), &project.directory(), Settlement::Done, &mut |_| {}).unwrap();
    upgraded(&project, "b").unwrap();
    assert_eq!(project.query("SELECT x FROM t"), ["1"]);
}

/// How many of the server's sessions are at an ALTER TABLE of `name`.
fn altering(project: &Project, name: &str) -> usize {
    let query =
        format!("SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'ALTER TABLE {name} %'");
    project.query(&query).len()
}

#[test]
fn a_process_that_is_killed_inside_a_long_alter_is_followed_by_one_that_goes_on_behind_it() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project.revision("a", "CREATE TABLE log (step int);\nCREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, x char(200));\nINSERT INTO t (x) VALUES ('x');", "");
    upgraded(&project, "a").unwrap();
    for _ in 0..17 {
        project.execute(&["INSERT INTO t (x) SELECT x FROM t"]);
    }
    let name = format!("t /* {} */", project.url().to_string().rsplit('/').next().unwrap());
    project.revision(
        "b",
        &format!("INSERT INTO log VALUES (1);\nALTER TABLE {name} ADD COLUMN y int NOT NULL DEFAULT 7, ALGORITHM=COPY;\nINSERT INTO log VALUES (2);"),
        "",
    );
    let mut process = upgrade(&project).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let start = Instant::now();
    while altering(&project, &name) == 0 {
        assert!(start.elapsed() < Duration::from_secs(20), "the ALTER never came");
        thread::sleep(Duration::from_millis(5));
    }
    process.kill().unwrap();
    process.wait().unwrap();
    assert_eq!(altering(&project, &name), 1, "the server should still be at it");
    let outcome = Outcome::of(&mut upgrade(&project)).exits(0);
    assert!(outcome.stderr.contains("waiting for the lock: connection "), "{outcome}");
    assert_eq!(project.query("SELECT step FROM log ORDER BY step"), ["1", "2"]);
    assert_eq!(project.query("SELECT count(*) FROM t WHERE y = 7"), [(1 << 17).to_string()]);
    assert_eq!(project.applied(), ["a", "b"]);
}

#[test]
fn processes_that_are_killed_at_any_time_leave_what_the_next_one_finishes() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project.revision("r0", "CREATE TABLE log (revision varchar(10));", "");
    for number in 1..12 {
        let id = format!("r{number}");
        let script = format!(
            "CREATE TABLE t{number} (x int);\nINSERT INTO log VALUES ('{id}');\nALTER TABLE t{number} ADD COLUMN y int;\nCREATE INDEX i ON t{number} (y);\nINSERT INTO log VALUES ('{id}');"
        );
        project.revision(&id, &script, "");
    }
    for round in 0_u64..200 {
        let mut process = upgrade(&project).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(5 + round * 7 % 60));
        if let Some(status) = process.try_wait().unwrap() {
            assert!(status.success());
            break;
        }
        process.kill().unwrap();
        process.wait().unwrap();
    }
    Outcome::of(&mut upgrade(&project)).exits(0);
    let mut expected: Vec<String> =
        (1..12).flat_map(|number| [format!("r{number}"), format!("r{number}")]).collect();
    expected.sort();
    assert_eq!(project.query("SELECT revision FROM log ORDER BY revision"), expected);
    assert_eq!(project.applied().len(), 12);
}

/// How many of the server's sessions in the project's database are at a statement that begins so.
fn at_work(project: &Project, beginning: &str) -> usize {
    let query = format!(
        "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE '{beginning}%'"
    );
    project.query(&query).len()
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(20), "{what} never came");
        thread::sleep(Duration::from_millis(5));
    }
}

/// What becomes of the table's lock that the statement of a killed process waits for.
#[derive(Clone, Copy, PartialEq)]
enum Reader {
    /// It goes, so that the server does what nobody waits for any more.
    LetsGo,
    /// It stays until the server gives up.
    Stays,
}

/// Two tables change their names, one of them goes, and the process is killed while the swap waits for a reader; then the next run.
fn swap_is_killed(columns: [&str; 2], reader: Reader) -> Option<(Project, Outcome)> {
    let mut project = Project::on(Server::Mysql)?;
    let [of_t, of_b] = columns;
    let tables = format!(
        "CREATE TABLE t (x {of_t});\nCREATE TABLE b (x {of_b});\nINSERT INTO t VALUES (1);\nINSERT INTO b VALUES (2);"
    );
    project.revision("a", &tables, "");
    upgraded(&project, "a").unwrap();
    project.revision("b", "RENAME TABLE t TO a, b TO t, a TO b;\nDROP TABLE b;", "");
    let mut holder = project.driver();
    holder.begin().unwrap();
    holder.query("SELECT x FROM t", &[]).unwrap();
    let mut process = upgrade(&project).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_until("the RENAME", || at_work(&project, "RENAME TABLE") == 1);
    process.kill().unwrap();
    process.wait().unwrap();
    if reader == Reader::LetsGo {
        holder.rollback().unwrap();
    } else {
        wait_until("the end of the RENAME", || at_work(&project, "RENAME TABLE") == 0);
        holder.rollback().unwrap();
    }
    let outcome = Outcome::of(&mut upgrade(&project));
    Some((project, outcome))
}

/// The row of `b` is in `t`, and `b` is gone: each statement has run once.
fn is_swapped_once(project: &Project) {
    assert_eq!(project.tables(), ["t"]);
    assert_eq!(project.query("SELECT x FROM t"), ["2"]);
    assert_eq!(project.applied(), ["a", "b"]);
}

fn a_swap_of_tables_that_are_alike_is_in_doubt(reader: Reader) {
    let Some((project, outcome)) = swap_is_killed(["int", "int"], reader) else { return };
    assert!(outcome.stderr.contains("it is in doubt whether this step was finished"), "{outcome}");
    let outcome = outcome.exits(6);
    let swapped = project.query("SELECT x FROM t") == ["2"];
    assert_eq!(project.tables(), ["b", "t"], "{outcome}");
    // The server did what it could.
    assert_eq!(swapped, reader == Reader::LetsGo);
    // A second look knows no more, and changes nothing either.
    Outcome::of(&mut upgrade(&project)).exits(6);
    assert_eq!(project.query("SELECT x FROM t") == ["2"], swapped);
    let settlement = if swapped { Settlement::Done } else { Settlement::Redo };
    runner::resolve(project.driver().as_mut(), &project.directory(), settlement, &mut |_| {}).unwrap();
    Outcome::of(&mut upgrade(&project)).exits(0);
    is_swapped_once(&project);
}

#[test]
fn a_swap_of_tables_that_are_alike_which_the_server_finished_by_itself_is_in_doubt() {
    a_swap_of_tables_that_are_alike_is_in_doubt(Reader::LetsGo);
}

#[test]
fn a_swap_of_tables_that_are_alike_which_the_server_gave_up_is_in_doubt() {
    a_swap_of_tables_that_are_alike_is_in_doubt(Reader::Stays);
}

#[test]
fn a_swap_of_tables_that_differ_is_done_once_whatever_the_server_did() {
    for reader in [Reader::LetsGo, Reader::Stays] {
        let Some((project, outcome)) = swap_is_killed(["int", "bigint"], reader) else { return };
        outcome.exits(0);
        is_swapped_once(&project);
    }
}
