//! Replaying a history on a scratch database.

use schema_core::revision::RevisionId;
use schema_core::verify::{VerifyError, verify};
use schema_tests::migrations::Project;
use schema_tests::server::Server;

fn run(project: &Project) -> Result<Vec<String>, VerifyError> {
    let mut scratch = project.driver().scratch_for_scripts().unwrap();
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

/// A server's session reaches all of its databases, and a script may name the one that it is for.
#[test]
fn a_script_that_would_leave_the_scratch_database_is_refused() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    let own = project.query("SELECT DATABASE()").remove(0);
    for statement in [format!("CREATE TABLE {own}.t (id integer)"), format!("USE {own}")] {
        project.revision("a", &format!("{statement};\nCREATE TABLE u (id integer);"), "");
        let error = run(&project).unwrap_err().to_string();
        assert!(error.contains("cannot be tried on a scratch database"), "{statement}: {error}");
        project.remove_last();
    }
    assert!(project.tables().is_empty());
}
