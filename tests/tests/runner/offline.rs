//! Scripts for the `sqlite3` shell, run with the real one.

use schema_core::driver::HistoryTable;
use schema_core::model::Engine;
use schema_core::revision::{Direction, RevisionId};
use schema_core::runner::{self, OfflineScript, RunOptions, StampOptions};
use schema_tests::migrations::{Project, ids};
use schema_tests::sandbox::Outcome;
use std::io::Write as _;
use std::process::{Command, Stdio};

const OFF: &str = "-- schema: foreign_keys=off\n";

fn render(project: &Project, path: &[&str], direction: Direction) -> OfflineScript {
    let path: Vec<RevisionId> = path.iter().map(|id| id.parse().unwrap()).collect();
    runner::offline(&project.directory(), Engine::Sqlite, &HistoryTable::default(), &path, direction).unwrap()
}

fn has_shell() -> bool {
    let found = Command::new("sqlite3").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !found {
        assert!(std::env::var_os("CI").is_none(), "no sqlite3 shell");
        // Not `eprintln!`, which the test harness keeps to itself.
        let _ = writeln!(std::io::stderr(), "SKIPPED: no sqlite3 shell");
    }
    found
}

/// Feeds a script to the shell, which goes on after errors; none without a shell.
fn shell(project: &Project, sql: &str) -> Option<Outcome> {
    if !has_shell() {
        return None;
    }
    let file = project.path().join("script.sql");
    std::fs::write(&file, sql).unwrap();
    let mut command = Command::new("sqlite3");
    command.arg(project.database()).stdin(std::fs::File::open(file).unwrap());
    Some(Outcome::of(&mut command))
}

fn family() -> Project {
    let mut project = Project::new();
    project
        .revision(
            "a",
            "CREATE TABLE parent (id INTEGER PRIMARY KEY);
             CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE);
             INSERT INTO parent VALUES (1), (2);
             INSERT INTO child VALUES (10, 1);
             CREATE TRIGGER t AFTER DELETE ON child BEGIN SELECT 1; SELECT 2; END;",
            "DROP TABLE child; DROP TABLE parent;",
        )
        .revision(
            "b",
            &format!(
                "{OFF}-- Rebuilds; \"parent\" */ DROP TABLE parent; /*\nCREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT);
                 INSERT INTO new_parent (id) SELECT id FROM parent;
                 DROP TABLE parent;
                 ALTER TABLE new_parent RENAME TO parent;"
            ),
            "ALTER TABLE parent DROP COLUMN name;",
        )
        .revision("c", "CREATE TABLE c (x);\nINSERT INTO c VALUES (8\n/\n2), ('a;\n/\nb');", "DROP TABLE c;");
    project
}

fn count(project: &Project, table: &str) -> i64 {
    project.sqlite().query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

#[test]
fn what_the_shell_has_run_is_what_the_runner_would_have_run() {
    let project = family();
    let Some(outcome) = shell(&project, &render(&project, &["a", "b", "c"], Direction::Up).sql) else {
        return;
    };
    assert_eq!(outcome.clone().exits(0).stderr, "", "{outcome}");
    assert_eq!(project.tables(), ["c", "child", "parent"]);
    assert_eq!(count(&project, "child"), 1);
    let (four, text): (i64, String) = project
        .sqlite()
        .query_row("SELECT min(x), max(x) FROM c", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!((four, text.as_str()), (4, "a;\n/\nb"));

    let mut driver = project.driver();
    let status = runner::status(driver.as_mut(), &project.directory()).unwrap();
    assert_eq!(status.current, ids(&["c"]));
    assert_eq!(status.applied["b"].origin.name(), "offline");
    let nothing = runner::upgrade(
        driver.as_mut(),
        &project.directory(),
        &ids(&["c"]),
        &RunOptions::default(),
        &mut |_| {},
    );
    assert!(nothing.unwrap().is_empty());
    drop(driver);

    shell(&project, &render(&project, &["c", "b", "a"], Direction::Down).sql).unwrap().exits(0);
    assert!(project.tables().is_empty());
    assert_eq!(count(&project, "schema_history"), 0);
}

#[test]
fn rows_that_would_refer_to_nothing_roll_back_the_revision_and_all_after_it() {
    let mut project = family();
    project
        .revision("d", &format!("{OFF}CREATE TABLE d (x);\nDELETE FROM parent WHERE id = 1;"), "")
        .revision("e", "CREATE TABLE e (x);", "");
    let script = render(&project, &["a", "b", "c", "d", "e"], Direction::Up).sql;
    let Some(outcome) = shell(&project, &script) else { return };
    assert!(outcome.exits(1).stderr.contains("rows would refer to nothing"));
    assert_eq!(project.tables(), ["c", "child", "parent"]);
    assert_eq!(project.applied(), ["a", "b", "c"]);
    assert_eq!(count(&project, "parent"), 2);
}

#[test]
fn violations_that_were_there_before_do_not_count() {
    let mut project = family();
    project.revision(
        "d",
        &format!("{OFF}ALTER TABLE child RENAME TO kid;\nALTER TABLE parent RENAME TO Elder;"),
        "",
    );
    let Some(outcome) = shell(&project, &render(&project, &["a", "b", "c"], Direction::Up).sql) else {
        return;
    };
    outcome.exits(0);
    let connection = project.sqlite();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection.execute("INSERT INTO child VALUES (20, 99)", []).unwrap();
    shell(&project, &render(&project, &["d"], Direction::Up).sql).unwrap().exits(0);
    assert_eq!(project.applied(), ["a", "b", "c", "d"]);
}

#[test]
fn an_error_rolls_back_the_revision_and_stops_all_after_it() {
    for broken in [
        "CREATE TABLE d (x);\nINSERT INTO nowhere VALUES (1);\nDROP TABLE child;",
        "CREATE TABLE d (x UNIQUE);\nINSERT INTO d VALUES (1);\nINSERT OR ROLLBACK INTO d VALUES (1);\nDROP TABLE child;",
        "CREATE TABLE d (x);\nCREATE TABL nonsense (x);\nDROP TABLE child;",
    ] {
        let mut project = family();
        project.revision("d", broken, "").revision("e", "DROP TABLE child;", "").revision(
            "f",
            "DROP TABLE c;",
            "",
        );
        let script = render(&project, &["a", "b", "c", "d", "e", "f"], Direction::Up).sql;
        let Some(outcome) = shell(&project, &script) else { return };
        outcome.exits(1);
        assert_eq!(project.tables(), ["c", "child", "parent"], "{broken}");
        assert_eq!(project.applied(), ["a", "b", "c"], "{broken}");
    }
}

#[test]
fn a_script_that_is_run_twice_or_out_of_turn_changes_nothing() {
    let project = family();
    let Some(outcome) = shell(&project, &render(&project, &["b", "c"], Direction::Up).sql) else { return };
    assert!(outcome.exits(1).stderr.contains("not applied"));
    assert!(project.tables().is_empty());
    let script = render(&project, &["a", "b"], Direction::Up).sql;
    shell(&project, &script).unwrap().exits(0);
    project.sqlite().execute("INSERT INTO parent (id) VALUES (3)", []).unwrap();
    shell(&project, &script).unwrap().exits(1);
    shell(&project, &render(&project, &["a"], Direction::Down).sql).unwrap().exits(1);
    assert_eq!(count(&project, "parent"), 3);
    assert_eq!(project.applied(), ["a", "b"]);
}

#[test]
fn a_step_outside_the_transaction_is_journalled() {
    let mut project = family();
    project.revision("d", "CREATE TABLE d (x);\n-- schema: autocommit\nVACUUM;\nINSERT INTO d VALUES (1);\n-- schema: autocommit\nVACUUM;", "");
    let Some(outcome) = shell(&project, &render(&project, &["a", "b", "c", "d"], Direction::Up).sql) else {
        return;
    };
    assert_eq!(outcome.exits(0).stderr, "");
    assert_eq!(count(&project, "d"), 1);
    assert_eq!(count(&project, "schema_history_steps"), 0);
    assert_eq!(project.applied(), ["a", "b", "c", "d"]);
}

#[test]
fn a_step_that_fails_outside_the_transaction_stops_what_follows() {
    let mut project = family();
    project
        .revision(
            "d",
            "CREATE TABLE d (x);\n-- schema: autocommit\nSELECT * FROM nowhere;\nINSERT INTO d VALUES (1);",
            "",
        )
        .revision("e", "CREATE TABLE e (x);", "");
    let script = render(&project, &["a", "b", "c", "d", "e"], Direction::Up).sql;
    let Some(outcome) = shell(&project, &script) else { return };
    outcome.exits(1);
    assert_eq!(count(&project, "d"), 0);
    assert_eq!(project.tables(), ["c", "child", "d", "parent"]);
    assert_eq!(project.applied(), ["a", "b", "c"]);
}

/// As a tool does that knows nothing of lines and pieces, and goes on whatever happens.
#[test]
fn a_tool_that_runs_each_statement_alone_commits_nothing_that_refers_to_nothing() {
    use schema_core::sql::split;
    let mut project = family();
    project.revision("d", &format!("{OFF}DELETE FROM parent WHERE id = 1;"), "");
    let script = render(&project, &["a", "b", "c", "d"], Direction::Up).sql;
    let connection = project.sqlite();
    for statement in split(&script, Engine::Sqlite).unwrap().statements {
        let _ =
            connection.prepare(statement.sql).and_then(|mut statement| statement.query([])?.next().map(drop));
    }
    assert_eq!(count(&project, "parent"), 2);
    assert_eq!(project.applied(), ["a", "b", "c"]);
}

#[test]
fn what_cannot_be_checked_offline_is_told() {
    let mut project = family();
    project.revision("d", "-- schema: expects parent 00ff\nDROP TABLE child;", "");
    let script = render(&project, &["d"], Direction::Up);
    assert_eq!(script.unchecked.len(), 1);
    assert_eq!((script.unchecked[0].revision.as_str(), script.unchecked[0].table.as_str()), ("d", "parent"));
}

#[test]
fn a_stamp_as_a_script_leads_where_a_stamp_leads() {
    let mut project = Project::new();
    project.revision("a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
    project.revision("b", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;");
    project.revision("c", "CREATE TABLE c (id INTEGER);", "DROP TABLE c;");
    let stamp = |target: &str, purge| {
        let targets = target.split_whitespace().map(|id| id.parse().unwrap()).collect();
        let table = HistoryTable::default();
        runner::offline_stamp(
            &project.directory(),
            Engine::Sqlite,
            &table,
            &targets,
            &ids(&[]),
            StampOptions { purge, adopt: false },
        )
        .unwrap()
        .sql
    };
    let run = |sql: &str| shell(&project, sql).map(|outcome| outcome.exits(0)).is_some();
    let tables = runner::offline_history(Engine::Sqlite, &HistoryTable::default()).sql;
    if !run(&tables) {
        return;
    }
    assert_eq!(project.applied(), [""; 0]);
    for (target, expected) in [("b", &["a", "b"][..]), ("c", &["a", "b", "c"]), ("a", &["a"]), ("", &[])] {
        run(&stamp(target, false));
        assert_eq!(project.applied(), expected);
    }
    let gone = "INSERT INTO schema_history VALUES ('gone', '', '', '', 0, 'run', '', 1)";
    project.sqlite().execute_batch(gone).unwrap();
    run(&stamp("c", true));
    assert_eq!(project.applied(), ["a", "b", "c"]);
    runner::verify_history(&mut *project.driver(), &project.directory()).unwrap();
    assert!(project.tables().is_empty(), "nothing is run");
}
