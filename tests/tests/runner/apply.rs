//! Applying and undoing revisions.

use schema_core::ErrorClass;
use schema_core::driver::BackupDestination;
use schema_core::revision::RevisionId;
use schema_core::runner::{self, Event, Failure, RunOptions, RunnerError};
use schema_tests::migrations::{Project, ids};
use std::time::Duration;

fn three() -> Project {
    let mut project = Project::new();
    project
        .revision("a", "CREATE TABLE a (id INTEGER PRIMARY KEY);", "DROP TABLE a;")
        .revision("b", "CREATE TABLE b (id INTEGER PRIMARY KEY);\nINSERT INTO b VALUES (1);", "DROP TABLE b;")
        .revision("c", "-- nothing to do on this engine\n", "");
    project
}

fn upgrade(project: &Project, target: &str) -> Result<Vec<String>, RunnerError> {
    let done = runner::upgrade(
        project.driver().as_mut(),
        &project.directory(),
        &ids(&[target]),
        &RunOptions::default(),
        &mut |_| {},
    )?;
    Ok(done.iter().map(RevisionId::to_string).collect())
}

fn downgrade(project: &Project, removed: &str) -> Result<Vec<String>, RunnerError> {
    let done = runner::downgrade(
        project.driver().as_mut(),
        &project.directory(),
        &ids(&[removed]),
        &RunOptions::default(),
        &mut |_| {},
    )?;
    Ok(done.iter().map(RevisionId::to_string).collect())
}

#[test]
fn revisions_are_applied_once_and_undone_in_reverse() {
    let project = three();
    assert_eq!(upgrade(&project, "b").unwrap(), ["a", "b"]);
    assert_eq!(upgrade(&project, "c").unwrap(), ["c"]);
    assert!(upgrade(&project, "c").unwrap().is_empty());
    assert_eq!(project.tables(), ["a", "b"]);
    assert_eq!(project.applied(), ["a", "b", "c"]);

    assert_eq!(downgrade(&project, "b").unwrap(), ["c", "b"]);
    assert_eq!(project.tables(), ["a"]);
    assert_eq!(project.applied(), ["a"]);
    assert_eq!(downgrade(&project, "a").unwrap(), ["a"]);
    assert!(project.tables().is_empty());
}

#[test]
fn the_status_tells_what_is_applied_and_what_is_pending() {
    let project = three();
    upgrade(&project, "a").unwrap();
    let status = runner::status(project.driver().as_mut(), &project.directory()).unwrap();
    assert_eq!(status.current, ids(&["a"]));
    assert_eq!(status.pending.iter().map(RevisionId::as_str).collect::<Vec<_>>(), ["b", "c"]);
    let row = &status.applied["a"];
    assert_eq!((row.message.as_str(), row.origin.name()), ("add a", "run"));
    assert_eq!(row.tool_version, env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_failing_statement_leaves_the_revision_before_it() {
    let mut project = three();
    project.revision("d", "CREATE TABLE d (x);\n\nINSERT INTO nowhere VALUES (1);\n", "");
    let error = upgrade(&project, "d").unwrap_err();
    assert_eq!(error.class(), ErrorClass::Refused);
    let RunnerError::Stopped { revision, failure, done, .. } = &error else { panic!("{error}") };
    assert_eq!(revision.as_str(), "d");
    assert_eq!(done.len(), 3);
    let Failure::Statement { line, statement, source, path, .. } = failure.as_ref() else {
        panic!("{error}")
    };
    assert_eq!((*line, statement.as_str()), (3, "INSERT INTO nowhere VALUES (1)"));
    assert_eq!(source.to_string(), "no such table: nowhere");
    assert!(path.ends_with("up.sql"));
    assert_eq!(project.tables(), ["a", "b"]);
    assert_eq!(project.applied(), ["a", "b", "c"]);
}

#[test]
fn an_error_in_the_first_revision_leaves_no_history_table() {
    let mut project = Project::new();
    project.revision("a", "SELECT * FROM nowhere;", "");
    upgrade(&project, "a").unwrap_err();
    assert!(project.driver().introspect().unwrap().tables.is_empty());
    let tables: i64 =
        project.sqlite().query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
    assert_eq!(tables, 0);
}

#[test]
fn a_misspelt_column_in_double_quotes_is_an_error() {
    let mut project = three();
    project.revision("d", "UPDATE b SET id = \"idd\";", "");
    let error = upgrade(&project, "d").unwrap_err();
    assert!(
        error.to_string().contains("no such column: \"idd\"")
            || error.to_string().contains("no such column: idd"),
        "{error}"
    );
}

#[test]
fn parameters_have_no_values_in_a_script() {
    let mut project = three();
    project.revision("d", "INSERT INTO b VALUES (?1);", "");
    assert!(upgrade(&project, "d").unwrap_err().to_string().contains("parameters"));
}

#[test]
fn the_history_tables_are_not_part_of_the_schema() {
    let project = three();
    upgrade(&project, "c").unwrap();
    let schema = project.driver().introspect().unwrap();
    let names: Vec<&str> = schema.tables.iter().map(|table| table.name.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn events_tell_how_far_a_run_is() {
    let project = three();
    let mut told = Vec::new();
    runner::upgrade(
        project.driver().as_mut(),
        &project.directory(),
        &ids(&["c"]),
        &RunOptions::default(),
        &mut |event| {
            if let Event::Started { revision, position, total, .. } = event {
                told.push(format!("{} {position}/{total}", revision.id));
            }
        },
    )
    .unwrap();
    assert_eq!(told, ["a 1/3", "b 2/3", "c 3/3"]);
}

#[test]
fn a_step_outside_the_transaction_is_run_and_journalled() {
    let mut project = three();
    project.revision(
        "d",
        "CREATE TABLE d (x);\n-- schema: autocommit\nVACUUM;\nINSERT INTO d VALUES (1);",
        "-- schema: autocommit\nVACUUM;\nDROP TABLE d;",
    );
    upgrade(&project, "d").unwrap();
    let steps = |project: &Project| -> i64 {
        project.sqlite().query_row("SELECT count(*) FROM schema_history_steps", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(project.applied(), ["a", "b", "c", "d"]);
    assert_eq!(steps(&project), 0);
    downgrade(&project, "d").unwrap();
    assert_eq!(project.tables(), ["a", "b"]);
    assert_eq!(steps(&project), 0);
}

#[test]
fn a_failed_step_outside_the_transaction_is_resumed_after_it_is_corrected() {
    let mut project = three();
    project.revision(
        "d",
        "CREATE TABLE d (x);\n-- schema: autocommit\nSELECT * FROM nowhere;\nINSERT INTO d VALUES (1);",
        "",
    );
    upgrade(&project, "d").unwrap_err();
    assert_eq!(project.tables(), ["a", "b", "d"]);
    assert_eq!(project.applied(), ["a", "b", "c"]);

    let up = project.folder_of("d").join("up.sql");
    std::fs::write(&up, "CREATE TABLE d (y);\n-- schema: autocommit\nVACUUM;\nINSERT INTO d VALUES (1);")
        .unwrap();
    let error = upgrade(&project, "d").unwrap_err();
    assert_eq!(error.class(), ErrorClass::History, "{error}");

    std::fs::write(&up, "CREATE TABLE d (x);\n-- schema: autocommit\nVACUUM;\nINSERT INTO d VALUES (1);")
        .unwrap();
    assert_eq!(upgrade(&project, "d").unwrap(), ["d"]);
    assert_eq!(project.applied(), ["a", "b", "c", "d"]);
}

/// A revision `d` of one statement outside the transaction, as a run leaves it that was killed while it ran the statement.
fn begun(statement: &str) -> Project {
    let mut project = three();
    project.revision("d", &format!("-- schema: autocommit\n{statement};"), "");
    upgrade(&project, "c").unwrap();
    let checksum = schema_core::revision::Checksum::of(statement);
    let insert = "INSERT INTO schema_history_steps (revision, direction, step, checksum, state, started_at) VALUES ('d', 'up', 1, ?1, 'started', '')";
    project.sqlite().execute(insert, [checksum.as_str()]).unwrap();
    project
}

/// Goes on with it, and returns what it tells.
fn resume(project: &Project) -> (Result<(), RunnerError>, Vec<String>) {
    let mut events = Vec::new();
    let result = runner::upgrade(
        project.impatient_driver(Duration::from_millis(500)).as_mut(),
        &project.directory(),
        &ids(&["d"]),
        &RunOptions::default(),
        &mut |event| match event {
            Event::Resumed { .. } => events.push("resumed".to_owned()),
            Event::StepUnderWay { line, wait } => events.push(format!("line {line}, {wait:?}")),
            _ => {}
        },
    );
    (result.map(drop), events)
}

#[test]
fn a_step_that_may_have_been_finished_is_in_doubt() {
    let project = begun("VACUUM INTO 'copy.db'");
    let error = resume(&project).0.unwrap_err();
    assert_eq!(error.class(), ErrorClass::InDoubt, "{error}");
}

#[test]
fn a_step_that_may_be_repeated_is_repeated_and_each_event_is_told_once() {
    for statement in ["VACUUM", "PRAGMA optimize", "PRAGMA user_version = 7"] {
        let project = begun(statement);
        let (result, events) = resume(&project);
        result.unwrap();
        assert_eq!(events, ["resumed", "line 2, 500ms"], "{statement}");
        assert_eq!(project.applied(), ["a", "b", "c", "d"]);
    }
}

#[test]
fn a_backup_holds_what_was_there_before() {
    let project = three();
    upgrade(&project, "a").unwrap();
    let path = project.path().join("safe.db");
    let options = RunOptions { backup: Some(BackupDestination::At(path.clone())), ..RunOptions::default() };
    let run = || {
        runner::upgrade(project.driver().as_mut(), &project.directory(), &ids(&["c"]), &options, &mut |_| {})
    };
    run().unwrap();
    let backup = rusqlite::Connection::open(&path).unwrap();
    let revisions: i64 =
        backup.query_row("SELECT count(*) FROM schema_history", [], |row| row.get(0)).unwrap();
    assert_eq!(revisions, 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(run().unwrap().is_empty(), "nothing to do is no reason for a backup");
    downgrade(&project, "c").unwrap();
    let error = run().unwrap_err();
    assert_eq!(error.to_string(), format!("the backup `{}` exists already", path.display()));
    assert_eq!(project.applied(), ["a", "b"]);
}

#[test]
fn backups_beside_the_database_never_meet() {
    let project = three();
    upgrade(&project, "a").unwrap();
    let mut driver = project.driver();
    let paths: std::collections::BTreeSet<_> =
        (0..3).map(|_| driver.backup(&BackupDestination::Beside).unwrap().unwrap()).collect();
    assert_eq!(paths.len(), 3);
    for path in paths {
        assert_eq!(path.parent(), Some(project.path()));
    }
}

#[test]
fn a_dry_run_runs_everything_and_leaves_nothing() {
    let mut project = three();
    let tried = |project: &Project, target: &str| {
        let mut driver = project.driver();
        runner::try_upgrade(
            driver.as_mut(),
            &project.directory(),
            &ids(&[target]),
            &RunOptions::default(),
            &mut |_| {},
        )
        .map(|tried| tried.revisions.iter().map(RevisionId::to_string).collect::<Vec<_>>())
    };
    assert_eq!(tried(&project, "c").unwrap(), ["a", "b", "c"]);
    assert!(project.tables().is_empty());
    upgrade(&project, "a").unwrap();
    project.revision("d", "-- schema: foreign_keys=off\nCREATE TABLE d (x REFERENCES a (id));", "").revision(
        "e",
        "INSERT INTO d VALUES (7);",
        "",
    );
    assert_eq!(tried(&project, "d").unwrap(), ["b", "c", "d"]);
    let error = tried(&project, "e").unwrap_err().to_string();
    assert!(error.contains("1 row of `d` refers to no row of `a`"), "{error}");
    assert_eq!(project.tables(), ["a"]);

    let mut driver = project.driver();
    let undone = runner::try_downgrade(
        driver.as_mut(),
        &project.directory(),
        &ids(&["a"]),
        &RunOptions::default(),
        &mut |_| {},
    );
    assert_eq!(undone.unwrap().revisions.len(), 1);
    drop(driver);
    assert_eq!(project.applied(), ["a"]);
}
