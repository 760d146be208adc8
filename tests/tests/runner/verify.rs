//! Replaying a history on a scratch database.

use schema_core::revision::RevisionId;
use schema_core::verify::{VerifyError, verify};
use schema_tests::migrations::Project;

fn run(project: &Project) -> Result<Vec<String>, VerifyError> {
    let mut scratch = project.driver().scratch().unwrap();
    let done = verify(scratch.as_mut(), &project.directory(), &mut |_, _, _| {})?;
    Ok(done.iter().map(RevisionId::to_string).collect())
}

#[test]
fn a_history_whose_scripts_lead_there_and_back_holds() {
    let mut project = Project::new();
    project.revision("a", "CREATE TABLE a (id INTEGER PRIMARY KEY);", "DROP TABLE a;").revision(
        "b",
        "ALTER TABLE a ADD COLUMN name TEXT;",
        "ALTER TABLE a DROP COLUMN name;",
    );
    assert_eq!(run(&project).unwrap(), ["a", "b"]);
    assert!(project.tables().is_empty(), "the database itself is left alone");
}

#[test]
fn a_down_script_that_leaves_something_is_found() {
    let mut project = Project::new();
    project.revision("a", "CREATE TABLE a (id INTEGER PRIMARY KEY);", "DROP TABLE a;").revision(
        "b",
        "ALTER TABLE a ADD COLUMN name TEXT;",
        "",
    );
    let error = run(&project).unwrap_err();
    assert_eq!(error.to_string(), "undoing `b` does not bring back what was there: drop column `a`.`name`");
}

#[test]
fn a_script_that_fails_is_named() {
    let mut project = Project::new();
    project.revision("a", "CREATE TABLE a (id INTEGER PRIMARY KEY);", "DROP TABLE nothing;");
    let error = run(&project).unwrap_err();
    assert!(matches!(error, VerifyError::Runner(_)), "{error}");
}
