//! The history and the files have to agree.

use schema_core::ErrorClass;
use schema_core::revision::RevisionId;
use schema_core::runner::{self, Declared, RunOptions, RunnerError, StampOptions};
use schema_tests::migrations::{Project, ids};

const KEEP: StampOptions = StampOptions { purge: false, adopt: false };
const PURGE: StampOptions = StampOptions { purge: true, adopt: false };

fn upgrade(project: &Project, target: &str) -> Result<Vec<RevisionId>, RunnerError> {
    runner::upgrade(
        project.driver().as_mut(),
        &project.directory(),
        &ids(&[target]),
        &RunOptions::default(),
        &mut |_| {},
    )
}

fn two() -> Project {
    let mut project = Project::new();
    project.revision("a", "CREATE TABLE a (x);", "DROP TABLE a;").revision(
        "b",
        "CREATE TABLE b (x);",
        "DROP TABLE b;",
    );
    upgrade(&project, "b").unwrap();
    project
}

fn refused(project: &Project) -> String {
    let error = upgrade(project, "b").unwrap_err();
    assert_eq!(error.class(), ErrorClass::History, "{error}");
    assert!(error.hint().is_some(), "{error}");
    error.to_string()
}

#[test]
fn an_edited_script_is_named() {
    let project = two();
    let path = project.folder_of("a").join("up.sql");
    std::fs::write(&path, "\u{feff}CREATE TABLE a (x);\r\n").unwrap();
    upgrade(&project, "b").unwrap();
    std::fs::write(&path, "CREATE TABLE a (y);").unwrap();
    assert_eq!(refused(&project), format!("`{}` was changed after revision `a` was applied", path.display()));
}

#[test]
fn a_missing_script_is_named() {
    let project = two();
    std::fs::remove_file(project.folder_of("a").join("up.sql")).unwrap();
    assert_eq!(refused(&project), "the script of the applied revision `a` is missing");
}

#[test]
fn an_unknown_applied_revision_is_named() {
    let project = two();
    project.sqlite().execute_batch("UPDATE schema_history SET revision = 'z' WHERE revision = 'b'").unwrap();
    assert_eq!(refused(&project), "applied, but not in the migrations folder: `z`");
}

#[test]
fn a_gap_is_named() {
    let project = two();
    project.sqlite().execute_batch("DELETE FROM schema_history WHERE revision = 'a'").unwrap();
    assert_eq!(refused(&project), "revision `a` is not applied, but `b` is, which needs it");
}

#[test]
fn a_newer_format_is_not_touched() {
    let project = two();
    project.sqlite().execute_batch("UPDATE schema_history SET format = 2").unwrap();
    let message = "the history table `schema_history` has format 2, and this version knows formats up to 1";
    assert_eq!(refused(&project), message);
    let error = runner::stamp(
        project.driver().as_mut(),
        &project.directory(),
        Declared::Revisions { targets: &ids(&[]), undone: &ids(&[]) },
        PURGE,
        &mut |_| {},
    )
    .unwrap_err();
    assert_eq!(error.to_string(), message);
}

#[test]
fn a_row_that_nobody_wrote_is_named() {
    let project = two();
    project.sqlite().execute_batch("UPDATE schema_history SET applied_at = 'yesterday'").unwrap();
    assert_eq!(refused(&project), "the history table `schema_history` holds an invalid applied_at");
    runner::stamp(
        project.driver().as_mut(),
        &project.directory(),
        Declared::Revisions { targets: &ids(&["b"]), undone: &ids(&[]) },
        PURGE,
        &mut |_| {},
    )
    .unwrap();
    upgrade(&project, "b").unwrap();
}

#[test]
fn a_target_that_does_not_exist_is_a_usage_error() {
    let project = two();
    let error = upgrade(&project, "nope").unwrap_err();
    assert_eq!(error.class(), ErrorClass::Usage);
}

#[test]
fn stamping_writes_ancestors_and_removes_descendants() {
    let mut project = two();
    project.revision_on("c", &["a"], "CREATE TABLE c (x);", "");
    let stamp = |targets: &[&str], options| {
        runner::stamp(
            project.driver().as_mut(),
            &project.directory(),
            Declared::Revisions { targets: &ids(targets), undone: &ids(&[]) },
            options,
            &mut |_| {},
        )
        .unwrap();
        project.applied()
    };
    assert_eq!(stamp(&["a"], KEEP), ["a"]);
    assert_eq!(stamp(&[], KEEP), [] as [&str; 0]);
    assert_eq!(stamp(&["c"], KEEP), ["a", "c"]);
    assert_eq!(stamp(&["b"], KEEP), ["a", "b", "c"]);
    assert_eq!(stamp(&["b"], PURGE), ["a", "b"]);
    let status = runner::status(project.driver().as_mut(), &project.directory()).unwrap();
    assert_eq!(status.applied["b"].origin.name(), "stamped");
    upgrade(&project, "b").unwrap();
}

#[test]
fn a_branch_that_is_stamped_at_its_base_takes_no_other_with_it() {
    let mut project = two();
    project.revision_on("c", &[], "CREATE TABLE c (x);", "").revision_on("d", &["c"], "", "");
    let stamp = |targets: &[&str], undone: &[&str]| {
        runner::stamp(
            project.driver().as_mut(),
            &project.directory(),
            Declared::Revisions { targets: &ids(targets), undone: &ids(undone) },
            KEEP,
            &mut |_| {},
        )
        .unwrap();
        project.applied()
    };
    assert_eq!(stamp(&["b", "d"], &[]), ["a", "b", "c", "d"]);
    assert_eq!(stamp(&[], &["c"]), ["a", "b"]);
    assert_eq!(stamp(&["d"], &["b"]), ["a", "c", "d"]);
    assert_eq!(stamp(&[], &[]), [] as [&str; 0]);
}

#[test]
fn purging_gets_past_unknown_revisions() {
    let project = two();
    project.sqlite().execute_batch("UPDATE schema_history SET revision = 'z' WHERE revision = 'b'").unwrap();
    runner::stamp(
        project.driver().as_mut(),
        &project.directory(),
        Declared::Revisions { targets: &ids(&["b"]), undone: &ids(&[]) },
        PURGE,
        &mut |_| {},
    )
    .unwrap();
    upgrade(&project, "b").unwrap();
}

#[test]
fn another_history_table_may_be_named() {
    use schema_core::driver::{ConnectOptions, HistoryTable, connect};
    let project = two();
    let options = ConnectOptions {
        history_table: HistoryTable::parse("my \"history\"").unwrap(),
        ..Default::default()
    };
    let mut driver = connect(&project.url(), &options).unwrap();
    runner::stamp(
        driver.as_mut(),
        &project.directory(),
        Declared::Revisions { targets: &ids(&["b"]), undone: &ids(&[]) },
        KEEP,
        &mut |_| {},
    )
    .unwrap();
    let status = runner::status(driver.as_mut(), &project.directory()).unwrap();
    assert_eq!(status.current, ids(&["b"]));
}
