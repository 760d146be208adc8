//! Large tables of MySQL and MariaDB, changed by `pt-online-schema-change` where the settings name it.

use schema_core::driver::{ConnectOptions, Driver, DriverError, OnlineSchemaChange, connect};
use schema_core::revision::RevisionId;
use schema_core::runner::{self, RunOptions, RunnerError};
use schema_tests::migrations::{Project, ids};
use schema_tests::process::{Running, Signal};
use schema_tests::server::{Server, in_ci};
use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const PROGRAM: &str = "pt-online-schema-change";

const ROWS: u32 = 20_000;

/// More than anything here takes on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// A table of rows `1, 1`, `2, 2`, …
fn filled(columns: &str, options: &str) -> String {
    format!(
        "CREATE TABLE t (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, n int NOT NULL{columns}){options};\n\
         INSERT INTO t (id, n) WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 1000) SELECT i, i FROM s;\n"
    )
}

/// More rows than the server's limit for one recursion.
fn many() -> String {
    let more = format!("INSERT INTO t (n) SELECT n + (SELECT max(n) FROM t) FROM t LIMIT {ROWS};\n");
    filled("", "") + &more.repeat(5)
}

/// A project, where there are a server and the program.
fn project() -> Option<Project> {
    let found = Command::new(PROGRAM).arg("--version").output();
    if found.is_err() {
        assert!(!in_ci(), "`{PROGRAM}` is not installed; on Debian: apt-get install percona-toolkit");
        eprintln!("SKIPPED: there is no {PROGRAM}");
        return None;
    }
    Project::on(Server::Mysql)
}

fn words(more: &[&str]) -> Vec<String> {
    let mut words = vec![PROGRAM, "--execute", "--alter", "{alter}", "--recursion-method=none"];
    words.extend(more);
    words.push("F={defaults_file},D={database},t={table}");
    words.into_iter().map(str::to_owned).collect()
}

fn program() -> OnlineSchemaChange {
    OnlineSchemaChange::new(words(&[])).unwrap().from_bytes(0)
}

fn driver(project: &Project, program: OnlineSchemaChange) -> Box<dyn Driver> {
    let options = ConnectOptions { online_schema_change: Some(program), ..ConnectOptions::default() };
    connect(&project.url(), &options).unwrap()
}

fn upgraded(project: &Project, program: OnlineSchemaChange) -> Result<Vec<RevisionId>, RunnerError> {
    let mut driver = driver(project, program);
    runner::upgrade(driver.as_mut(), &project.directory(), &ids(&["b"]), &RunOptions::default(), &mut |_| {})
}

fn type_of_n(project: &Project) -> String {
    project
        .query("SELECT DATA_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'n'")
        .remove(0)
}

/// The tables and triggers beside the history.
fn objects(project: &Project) -> Vec<String> {
    project.query(
        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME NOT LIKE 'schema\\_%' \
         UNION ALL SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY 1",
    )
}

/// As an application has to: a deadlock with the program rolls the whole statement back.
fn write(connection: &mut dyn Driver, statement: &str) {
    let start = Instant::now();
    while let Err(error) = connection.execute(statement) {
        assert!(error.is_transient() && start.elapsed() < PATIENCE, "{statement}: {error}");
    }
}

const WIDEN: &str = "ALTER TABLE t\n    MODIFY n bigint NOT NULL,\n    ALGORITHM=COPY, LOCK=SHARED;\n";

#[test]
fn a_large_table_changes_beside_those_who_write_to_it() {
    let Some(mut project) = project() else { return };
    project.revision("a", &many(), "DROP TABLE t;");
    project.revision("b", WIDEN, "ALTER TABLE t MODIFY n int NOT NULL, ALGORITHM=COPY, LOCK=SHARED;");
    crate::upgraded(&project, "a").unwrap();
    let has_ended = AtomicBool::new(false);
    let (result, written) = thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut connection = project.driver();
            let mut written = 0;
            while !has_ended.load(Ordering::Relaxed) {
                write(connection.as_mut(), "INSERT INTO t (n) VALUES (-1)");
                write(connection.as_mut(), "UPDATE t SET n = n + 1000000 ORDER BY id LIMIT 1");
                written += 1;
            }
            written
        });
        let result = upgraded(&project, program());
        has_ended.store(true, Ordering::Relaxed);
        (result, writer.join().unwrap())
    });
    result.unwrap();
    assert_eq!((type_of_n(&project).as_str(), objects(&project)), ("bigint", vec!["t".to_owned()]));
    assert_eq!(project.query("SELECT count(*) FROM t WHERE n = -1"), [written.to_string()]);
    let first = (written * 1_000_000 + 1).to_string();
    assert_eq!(project.query("SELECT n FROM t ORDER BY id LIMIT 1"), [first]);
    assert_eq!(project.applied(), ["a", "b"]);

    // What does not fit would be cut by the program, and is refused by the server.
    let mut through_program = driver(&project, program());
    let (directory, options) = (project.directory(), RunOptions::default());
    let error = runner::downgrade(through_program.as_mut(), &directory, &ids(&["b"]), &options, &mut |_| {})
        .unwrap_err();
    let text = error.to_string();
    assert!(text.contains("`n` changes from bigint"), "{text}");
    assert_eq!(type_of_n(&project), "bigint");
    let mut by_server = driver(&project, program().except(["t"]));
    project.execute(&["UPDATE t SET n = 1 WHERE n > 1000000"]);
    runner::downgrade(by_server.as_mut(), &directory, &ids(&["b"]), &options, &mut |_| {}).unwrap();
    assert_eq!(type_of_n(&project), "int");
}

#[test]
fn what_a_copy_would_not_keep_is_refused_and_changes_nothing() {
    let Some(project) = project() else { return };
    let cases = [
        ("", "", "ADD CONSTRAINT c CHECK (n > 0)", "rows that break what is new"),
        ("", "", "MODIFY n smallint NOT NULL", "`n` changes from int"),
        ("", "", "ADD UNIQUE (n)", "the unique key `n` is new"),
        ("", "MODIFY n int", "MODIFY n int NOT NULL", "`n` becomes NOT NULL"),
        ("", "", "CHANGE n m bigint NOT NULL", "the statement renames"),
        ("", "ADD CONSTRAINT k CHECK (n > 0)", "MODIFY n bigint NOT NULL", "constraints whose names"),
        ("", "MODIFY id int NOT NULL, DROP PRIMARY KEY", "MODIFY n bigint NOT NULL", "neither a primary key"),
        ("", "", "MODIFY id int NOT NULL, DROP PRIMARY KEY", "neither a primary key"),
        (" PARTITION BY HASH (id) PARTITIONS 2", "", "MODIFY n bigint NOT NULL", "partitioned"),
        ("", "", "PARTITION BY HASH (id) PARTITIONS 2", "partitioned"),
    ];
    for (options, before, changes, expected) in cases {
        project.clear();
        let made = filled("", options);
        let mut statements: Vec<&str> = made.split_terminator(";\n").collect();
        let before = format!("ALTER TABLE t {before}");
        if before != "ALTER TABLE t " {
            statements.push(&before);
        }
        project.execute(&statements);
        let dump = project.dump();
        let statement = format!("ALTER TABLE t {changes}, ALGORITHM=COPY, LOCK=SHARED");
        let error = driver(&project, program()).execute(&statement).unwrap_err();
        assert!(matches!(error, DriverError::OnlineSchemaChange { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains(expected), "{changes}: {text}");
        assert!(error.hint().unwrap().contains("online_schema_change_except = [\"t\"]"));
        assert_eq!(project.dump(), dump);
    }
}

#[test]
fn tables_with_triggers_or_that_others_refer_to_are_refused() {
    let Some(project) = project() else { return };
    let made = filled("", "");
    let statements: Vec<&str> = made.split_terminator(";\n").collect();
    project.execute(&statements);
    let widen = WIDEN.trim().trim_end_matches(';');
    let refused = |expected: &str| {
        let text = driver(&project, program()).execute(widen).unwrap_err().to_string();
        assert!(text.contains(expected), "{text}");
    };
    project.execute(&["CREATE TRIGGER first BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 1"]);
    refused("it has triggers: `first`");
    project.execute(&[
        "DROP TRIGGER first",
        "CREATE TABLE child (id int PRIMARY KEY, CONSTRAINT child_id_fkey FOREIGN KEY (id) REFERENCES t (id))",
    ]);
    refused("foreign keys refer to it: `child` by `child_id_fkey`");
}

#[test]
fn what_the_server_itself_refuses_is_told_in_its_words() {
    let Some(project) = project() else { return };
    let made = filled("", "");
    let statements: Vec<&str> = made.split_terminator(";\n").collect();
    project.execute(&statements);
    let error = driver(&project, program())
        .execute("ALTER TABLE t DROP COLUMN no_column, ALGORITHM=COPY, LOCK=SHARED")
        .unwrap_err();
    assert!(error.to_string().contains("no_column"), "{error}");
    // Other options of the program that it does not know.
    let program = OnlineSchemaChange::new(words(&["--no-such-option"])).unwrap().from_bytes(0);
    let error = driver(&project, program).execute(WIDEN.trim().trim_end_matches(';')).unwrap_err();
    assert!(error.to_string().contains("no-such-option"), "{error}");
    assert_eq!((type_of_n(&project).as_str(), objects(&project)), ("int", vec!["t".to_owned()]));
}

/// The processes whose command line has this text, beside those of the server and of this test.
fn processes(text: &str) -> Vec<u32> {
    let of_process = |entry: fs::DirEntry| -> Option<u32> {
        let process = entry.file_name().to_str()?.parse().ok()?;
        let line = fs::read(entry.path().join("cmdline")).ok()?;
        String::from_utf8_lossy(&line).contains(text).then_some(process)
    };
    fs::read_dir("/proc")
        .map_or_else(|_| Vec::new(), |entries| entries.flatten().filter_map(of_process).collect())
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// An upgrade whose program takes its time, once it has begun to copy.
fn begun(project: &Project) -> Running {
    let command = words(&["--chunk-size=200", "--chunk-time=0", "--sleep=0.3"]);
    let settings = format!(
        "[mysql]\nonline_schema_change = {command:?}\nonline_schema_change_from = \"0B\"\n[migrations]\ndir = \"migrations\"\n"
    );
    fs::write(project.path().join("schema.toml"), settings).unwrap();
    let mut upgrade = Command::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    let url = project.url_text();
    upgrade.args(["upgrade", "--database-url", &url]).current_dir(project.path());
    let running = Running::start(upgrade.env_remove("DATABASE_URL"));
    let copied = "SELECT count(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()";
    wait_until("the program begins", || project.query(copied) == ["3"]);
    running
}

#[test]
fn the_program_ends_with_the_run_and_the_next_one_changes_the_table() {
    let Some(mut project) = project() else { return };
    project.revision("a", &many(), "DROP TABLE t;");
    project.revision("b", WIDEN, "");
    crate::upgraded(&project, "a").unwrap();
    let rows = project.query("SELECT sum(n) FROM t");
    let name = project.query("SELECT DATABASE()").remove(0);
    let of_program = format!("D={name},t=t");

    let running = begun(&project);
    running.signal(Signal::Kill);
    drop(running.end(PATIENCE));
    wait_until("the program ends", || processes(&of_program).is_empty());
    // It leaves its triggers and the copy on purpose when it is interrupted.
    assert_eq!((type_of_n(&project).as_str(), objects(&project).len()), ("int", 5));

    // Without the program, too, for its settings may be gone.
    crate::upgraded(&project, "b").unwrap();
    assert_eq!((type_of_n(&project).as_str(), objects(&project)), ("bigint", vec!["t".to_owned()]));
    assert_eq!(
        (project.query("SELECT sum(n) FROM t"), project.applied()),
        (rows, vec!["a".to_owned(), "b".to_owned()])
    );
}
