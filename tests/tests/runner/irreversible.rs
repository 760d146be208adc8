//! Revisions whose down script says that they cannot be undone.

use crate::engines::on_every_engine;
use schema_core::revision::{Direction, RevisionId};
use schema_core::runner::{self, Failure, RunOptions, RunnerError};
use schema_core::verify::verify;
use schema_core::{ErrorClass, Steps};
use schema_tests::migrations::{Project, ids};
use schema_tests::server::Server;

on_every_engine!(
    nothing_is_undone_where_one_of_the_revisions_cannot_be,
    a_history_is_verified_all_the_same,
    an_up_script_cannot_say_so,
);

const REASON: &str = "the old names are gone";

/// Three revisions with rows; the middle one cannot be undone.
fn three(project: &mut Project) {
    project
        .revision("a", "CREATE TABLE t (id integer NOT NULL PRIMARY KEY);", "DROP TABLE t;")
        .revision(
            "b",
            "INSERT INTO t VALUES (1);\nCREATE TABLE u (id integer);",
            &format!("-- No way.\n-- schema: irreversible {REASON}\nDROP TABLE u;"),
        )
        .revision("c", "CREATE TABLE v (id integer);", "DROP TABLE v;");
}

fn applied(project: &Project) {
    let (mut driver, directory) = (project.driver(), project.directory());
    runner::upgrade(driver.as_mut(), &directory, &ids(&["c"]), &RunOptions::default(), &mut |_| {}).unwrap();
}

#[track_caller]
fn says_why<T: std::fmt::Debug>(result: Result<T, RunnerError>) {
    let error = result.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Usage);
    assert!(error.hint().unwrap().starts_with("nothing was undone"), "{error}");
    let RunnerError::Stopped { revision, failure, done, .. } = error else { panic!("{error}") };
    assert_eq!((revision.as_str(), done.len()), ("b", 0));
    assert!(matches!(*failure, Failure::Irreversible { line: 2, ref reason, .. } if reason == REASON));
}

fn nothing_is_undone_where_one_of_the_revisions_cannot_be(project: &mut Project) {
    three(project);
    applied(project);
    let (mut driver, directory) = (project.driver(), project.directory());
    let driver = driver.as_mut();
    let (all, options) = (ids(&["a"]), RunOptions::default());
    says_why(runner::downgrade(driver, &directory, &all, &options, &mut |_| {}));
    says_why(runner::try_downgrade(driver, &directory, &all, &options, &mut |_| {}));
    let path: Vec<RevisionId> = ["c", "b"].map(|id| id.parse().unwrap()).into();
    let table = driver.history_table().clone();
    says_why(runner::offline(&directory, project.engine(), &table, &path, Direction::Down));
    assert_eq!(project.applied(), ["a", "b", "c"]);
    assert_eq!(project.query("SELECT id FROM t"), ["1"]);

    // What lies above it is undone.
    runner::downgrade(driver, &directory, &ids(&["c"]), &options, &mut |_| {}).unwrap();
    assert_eq!(project.applied(), ["a", "b"]);
}

fn a_history_is_verified_all_the_same(project: &mut Project) {
    three(project);
    let mut scratch = project.driver().scratch_for_scripts().unwrap();
    let found = verify(scratch.as_mut(), &project.directory(), &Steps::new(), &mut |_| {}).unwrap();
    assert_eq!(found.revisions.len(), 3);
    assert_eq!(found.irreversible.iter().map(RevisionId::as_str).collect::<Vec<_>>(), ["b"]);
}

fn an_up_script_cannot_say_so(project: &mut Project) {
    project.revision("a", "CREATE TABLE t (id integer);\n-- schema: irreversible never", "DROP TABLE t;");
    let (mut driver, directory) = (project.driver(), project.directory());
    let result =
        runner::upgrade(driver.as_mut(), &directory, &ids(&["a"]), &RunOptions::default(), &mut |_| {});
    let error = result.unwrap_err().to_string();
    assert!(error.contains("`-- schema: irreversible never` has no effect here"), "{error}");
    assert!(project.tables().is_empty());
}
