//! Ways out of an edited file and of a step in doubt.

use crate::upgraded;
use schema_core::ErrorClass;
use schema_core::revision::RevisionId;
use schema_core::runner::{self, RunOptions, Settlement};
use schema_tests::migrations::{Project, ids};
use std::fs;
use std::time::Duration;

#[test]
fn an_edited_file_is_refused_until_it_is_accepted() {
    let mut project = Project::new();
    project.revision("a", "CREATE TABLE a (id INTEGER PRIMARY KEY);", "DROP TABLE a;");
    upgraded(&project, "a").unwrap();
    let file = project.folder_of("a").join("up.sql");
    fs::write(&file, "CREATE TABLE a (id INTEGER PRIMARY KEY); -- reviewed\n").unwrap();

    let error = upgraded(&project, "a").unwrap_err();
    assert_eq!(error.class(), ErrorClass::History);
    assert!(error.hint().unwrap().contains("`repair a`"), "{:?}", error.hint());

    let repaired =
        runner::repair(project.driver().as_mut(), &project.directory(), &["a".parse().unwrap()], &mut |_| {})
            .unwrap();
    assert_eq!(repaired.iter().map(RevisionId::as_str).collect::<Vec<_>>(), ["a"]);
    upgraded(&project, "a").unwrap();
    assert!(
        runner::repair(project.driver().as_mut(), &project.directory(), &[], &mut |_| {}).unwrap().is_empty()
    );
}

/// A revision whose first step runs outside the transaction and was begun, as a killed process leaves it.
fn interrupted() -> Project {
    let mut project = Project::new();
    project.revision("a", "CREATE TABLE a (id INTEGER PRIMARY KEY);", "DROP TABLE a;");
    upgraded(&project, "a").unwrap();
    project.revision("b", "-- schema: autocommit\nCREATE TABLE b (id INTEGER PRIMARY KEY);", "DROP TABLE b;");
    let checksum = schema_core::revision::Checksum::of("CREATE TABLE b (id INTEGER PRIMARY KEY)");
    project
        .sqlite()
        .execute(
            "INSERT INTO schema_history_steps (revision, direction, step, checksum, state, started_at)
             VALUES ('b', 'up', 1, ?1, 'started', '2026-01-01T00:00:00Z')",
            [checksum.as_str()],
        )
        .unwrap();
    project
}

#[test]
fn a_step_in_doubt_that_was_done_is_not_repeated() {
    let project = interrupted();
    let mut driver = project.impatient_driver(Duration::from_millis(200));
    let options = RunOptions::default();
    let error = runner::upgrade(driver.as_mut(), &project.directory(), &ids(&["b"]), &options, &mut |_| {});
    assert_eq!(error.unwrap_err().class(), ErrorClass::InDoubt);

    project.sqlite().execute_batch("CREATE TABLE b (id INTEGER PRIMARY KEY)").unwrap();
    assert_eq!(
        runner::resolve(project.driver().as_mut(), &project.directory(), Settlement::Done, &mut |_| {})
            .unwrap()
            .len(),
        1
    );
    upgraded(&project, "b").unwrap();
    assert_eq!(project.tables(), ["a", "b"]);
}

#[test]
fn a_step_in_doubt_that_was_not_done_is_run_again() {
    let project = interrupted();
    assert_eq!(
        runner::resolve(project.driver().as_mut(), &project.directory(), Settlement::Redo, &mut |_| {})
            .unwrap()
            .len(),
        1
    );
    upgraded(&project, "b").unwrap();
    assert_eq!(project.tables(), ["a", "b"]);
    assert!(
        runner::resolve(project.driver().as_mut(), &project.directory(), Settlement::Done, &mut |_| {})
            .unwrap()
            .is_empty()
    );
}
