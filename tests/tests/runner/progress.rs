//! Statements that take a while tell how far they have come, and large rewrites are told of beforehand.

use schema_core::driver::ProgressUnit;
use schema_core::model::Engine;
use schema_core::runner::{self, Event, RunOptions};
use schema_tests::migrations::{Project, ids};
use schema_tests::server::Server;

/// Applies all of it, and returns what the slow statement told last.
fn told(project: &Project) -> Option<(usize, ProgressUnit, u64, Option<u64>)> {
    let (mut last, mut is_over) = (None, false);
    let mut listen = |event: Event<'_>| match event {
        Event::StatementAdvanced { line, progress } => {
            last = Some((line, progress.unit, progress.done, progress.total));
            is_over = false;
        }
        Event::StatementEnded { line } => is_over = last.is_some_and(|(last, ..)| last == line),
        _ => {}
    };
    let (directory, options) = (project.directory(), RunOptions::default());
    runner::upgrade(project.driver().as_mut(), &directory, &ids(&["a"]), &options, &mut listen).unwrap();
    assert_eq!(is_over, last.is_some());
    last
}

#[test]
fn copies_of_sqlite_count_their_rows() {
    let mut project = Project::new();
    // Each row takes a few milliseconds.
    let slow = "(WITH RECURSIVE c (x) AS (SELECT a UNION ALL SELECT x + 1 FROM c WHERE x < a + 20000) SELECT count(*) FROM c) > 0";
    let rows =
        "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000) SELECT x FROM c";
    project.revision(
        "a",
        &format!(
            "CREATE TABLE t (a integer);\nINSERT INTO t {rows};\nCREATE TABLE n (a integer);\nINSERT INTO n (a) SELECT a FROM t WHERE {slow};"
        ),
        "DROP TABLE n;\nDROP TABLE t;",
    );
    let (line, unit, done, total) = told(&project).unwrap();
    assert_eq!((line, unit, total), (4, ProgressUnit::Rows, Some(1000)));
    assert!((1..=1000).contains(&done), "{done}");
    assert_eq!(project.query("SELECT count(*) FROM n"), ["1000"]);
}

#[test]
fn builds_of_indexes_count_their_blocks() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    project.revision(
        "a",
        "CREATE TABLE t (a integer, b text) WITH (fillfactor = 10);\n\
         INSERT INTO t SELECT n, repeat('x', 100) FROM generate_series(1, 200) n;\n\
         CREATE FUNCTION slow(a integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.01); RETURN a; END';\n\
         -- schema: autocommit\n\
         CREATE INDEX CONCURRENTLY i ON t (slow(a));",
        "DROP INDEX i;\nDROP FUNCTION slow;\nDROP TABLE t;",
    );
    let (line, _, done, total) = told(&project).unwrap();
    assert_eq!(line, 5);
    assert!(total.is_some_and(|total| done <= total), "{done} of {total:?}");
}

#[test]
fn mariadb_and_mysql_tell_how_far_a_copy_is() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    // On MySQL its administrator has to want it.
    let counts = project.engine() == Engine::Mariadb || project.query("SELECT @@performance_schema") == ["1"];
    if counts && project.engine() == Engine::Mysql {
        project.execute(&["UPDATE performance_schema.setup_consumers SET ENABLED = 'YES' WHERE NAME = 'events_stages_current'"]);
    }
    project.revision(
        "a",
        "CREATE TABLE t (a varchar(10));\n\
         INSERT INTO t SELECT * FROM (WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 800) SELECT x FROM c) r;\n\
         ALTER TABLE t ADD CONSTRAINT slow CHECK (sha2(repeat(a, 1000000), 512) <> 'x'), ALGORITHM=COPY;",
        "DROP TABLE t;",
    );
    let told = told(&project);
    assert_eq!(told.is_some(), counts);
    let Some((line, unit, done, total)) = told else { return };
    assert_eq!((line, unit), (3, ProgressUnit::Parts));
    assert!(total.is_some_and(|total| done <= total), "{done} of {total:?}");
}

#[test]
fn a_large_table_is_told_of_before_it_is_rewritten() {
    for (rows, expected) in [(99_999, None), (100_000, Some(Some(100_000)))] {
        let mut project = Project::new();
        let rows = format!(
            "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < {rows}) SELECT x FROM c"
        );
        project.revision(
            "z",
            &format!("CREATE TABLE t (a integer);\nINSERT INTO t {rows};"),
            "DROP TABLE t;",
        );
        let copy = "CREATE TABLE n (a integer NOT NULL);\n-- REWRITES TABLE: every row is copied\nINSERT INTO n (a) SELECT a FROM t;";
        project.revision("a", copy, "DROP TABLE n;");
        let mut told = None;
        let mut listen = |event: Event<'_>| {
            if let Event::Rewrites { table } = event {
                told = Some((table.name.clone(), table.size.rows));
            }
        };
        let (directory, options) = (project.directory(), RunOptions::default());
        runner::upgrade(project.driver().as_mut(), &directory, &ids(&["a"]), &options, &mut listen).unwrap();
        assert_eq!(told, expected.map(|rows| ("t".to_owned(), rows)));
    }
}
