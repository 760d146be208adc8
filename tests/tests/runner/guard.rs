//! What protects data while a script rebuilds tables.

use schema_core::ErrorClass;
use schema_core::runner::{self, RunOptions, RunnerError};
use schema_tests::migrations::{Project, ids};

const OFF: &str = "-- schema: foreign_keys=off\n";

fn upgrade(project: &Project, target: &str) -> Result<(), RunnerError> {
    runner::upgrade(
        project.driver().as_mut(),
        &project.directory(),
        &ids(&[target]),
        &RunOptions { adopt: true, ..RunOptions::default() },
        &mut |_| {},
    )
    .map(drop)
}

/// A parent with two children's rows, one of which refers to nothing already.
fn family() -> Project {
    let mut project = Project::new();
    project.revision(
        "a",
        "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
         CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE);
         CREATE VIEW names AS SELECT name FROM parent;
         CREATE TABLE log (name TEXT);
         CREATE TRIGGER parent_log AFTER UPDATE ON parent BEGIN INSERT INTO log VALUES (new.name); END;
         INSERT INTO parent VALUES (1, 'one'), (2, 'two');
         INSERT INTO child VALUES (10, 1);",
        "",
    );
    upgrade(&project, "a").unwrap();
    let connection = project.sqlite();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection.execute("INSERT INTO child VALUES (20, 99)", []).unwrap();
    project
}

fn children(project: &Project, table: &str) -> i64 {
    project.sqlite().query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

const REBUILD: &str = "
DROP VIEW names;
CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO new_parent (id, name) SELECT id, name FROM parent;
DROP TABLE parent;
ALTER TABLE new_parent RENAME TO parent;
CREATE TRIGGER parent_log AFTER UPDATE ON parent BEGIN INSERT INTO log VALUES (new.name); END;
CREATE VIEW names AS SELECT name FROM parent;
";

#[test]
fn a_rebuild_keeps_the_rows_that_refer_to_the_table() {
    let mut project = family();
    project.revision("b", &format!("{OFF}{REBUILD}"), "");
    upgrade(&project, "b").unwrap();
    assert_eq!(children(&project, "child"), 2);
}

#[test]
fn without_the_directive_foreign_keys_are_on() {
    let mut project = family();
    project.revision("b", "INSERT INTO child VALUES (30, 77);", "");
    let error = upgrade(&project, "b").unwrap_err();
    assert!(error.to_string().contains("FOREIGN KEY constraint failed"), "{error}");
}

#[test]
fn foreign_keys_are_on_again_after_a_script_that_had_them_off() {
    let mut project = family();
    project.revision("b", &format!("{OFF}{REBUILD}"), "").revision(
        "c",
        "INSERT INTO child VALUES (30, 77);",
        "",
    );
    upgrade(&project, "c").unwrap_err();
    assert_eq!(project.applied(), ["a", "b"]);
}

#[test]
fn rows_left_behind_stop_the_script_and_change_nothing() {
    let mut project = family();
    project.revision("b", &format!("{OFF}DELETE FROM parent WHERE id = 1;"), "");
    let error = upgrade(&project, "b").unwrap_err();
    assert_eq!(error.class(), ErrorClass::Refused);
    assert_eq!(
        error.to_string(),
        "revision `b` (up): 1 row of `child` refers to no row of `parent`, the first with rowid 10"
    );
    assert_eq!(children(&project, "parent"), 2);
    assert_eq!(project.applied(), ["a"]);
}

#[test]
fn renaming_both_tables_brings_no_new_violations() {
    let mut project = family();
    project.revision(
        "b",
        &format!("{OFF}ALTER TABLE child RENAME TO kid;\nALTER TABLE \"parent\" RENAME TO \"elder\";"),
        "",
    );
    upgrade(&project, "b").unwrap();
    assert_eq!(children(&project, "kid"), 2);
}

#[test]
fn a_reference_that_cannot_be_checked_is_tolerated_where_it_was_there_before() {
    let mut project = family();
    let mismatched = "CREATE TABLE odd (id INTEGER PRIMARY KEY, name TEXT REFERENCES parent (name));\nINSERT INTO odd VALUES (1, 'one');";
    project.revision("b", &format!("{OFF}CREATE TABLE fine (id INTEGER PRIMARY KEY);"), "").revision(
        "c",
        &format!("{OFF}{mismatched}"),
        "",
    );
    upgrade(&project, "b").unwrap();
    let error = upgrade(&project, "c").unwrap_err();
    assert!(error.to_string().contains("foreign key mismatch"), "{error}");
    let connection = project.sqlite();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection.execute_batch(mismatched).unwrap();
    project.revision("d", "", "");
    std::fs::write(project.folder_of("c").join("up.sql"), format!("{OFF}CREATE TABLE other (x);")).unwrap();
    upgrade(&project, "d").unwrap();
}

#[test]
fn a_view_or_trigger_that_a_rebuild_breaks_stops_it() {
    for (broken, object) in [
        (
            REBUILD.replace("CREATE VIEW names AS SELECT name", "CREATE VIEW names AS SELECT nam"),
            "view `names`",
        ),
        (
            REBUILD.replace("INSERT INTO log VALUES", "INSERT INTO lag VALUES"),
            "a trigger of `parent` on UPDATE",
        ),
    ] {
        let mut project = family();
        project.revision("b", &format!("{OFF}{broken}"), "");
        let error = upgrade(&project, "b").unwrap_err();
        assert!(error.to_string().contains(&format!("{object} no longer compiles: no such")), "{error}");
        assert_eq!(project.applied(), ["a"]);
    }
}

#[test]
fn views_that_were_broken_before_do_not_stop_a_rebuild() {
    let mut project = family();
    project.sqlite().execute_batch("CREATE VIEW broken AS SELECT x FROM nowhere").unwrap();
    project.revision("b", &format!("{OFF}CREATE TABLE x (y);"), "");
    upgrade(&project, "b").unwrap();
}

#[test]
fn a_table_that_has_grown_something_stops_the_upgrade_before_anything_changes() {
    let mut project = family();
    let hash = project.driver().fingerprints(&["parent"]).unwrap().remove(0).unwrap();
    let script = format!("{OFF}CREATE TABLE early (x);\n-- schema: expects parent {hash}\n{REBUILD}");
    project.revision("b", &script, "");
    project.sqlite().execute_batch("CREATE INDEX grown ON parent (name)").unwrap();
    let error = upgrade(&project, "b").unwrap_err();
    assert!(
        error.to_string().contains("line 3: the table `parent` is not what this script was written for"),
        "{error}"
    );
    assert_eq!(project.tables(), ["child", "log", "parent"]);

    project.sqlite().execute_batch("DROP INDEX grown").unwrap();
    upgrade(&project, "b").unwrap();
}

#[test]
fn schemas_that_rely_on_strings_in_double_quotes_stay_usable() {
    let mut project = Project::new();
    project
        .sqlite()
        .execute_batch(
            "CREATE TABLE t (a TEXT, CHECK (a <> \"forbidden\"));
             CREATE INDEX i ON t (a) WHERE a <> \"none\";
             CREATE VIEW v AS SELECT \"constant\" AS b, a FROM t;
             CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = \"seen\" WHERE a = new.a; END;",
        )
        .unwrap();
    project.revision(
        "a",
        &format!(
            "{OFF}INSERT INTO t VALUES ('x');\nALTER TABLE t RENAME TO u;\nALTER TABLE u RENAME COLUMN a TO c;\nALTER TABLE u ADD COLUMN d;"
        ),
        "",
    );
    upgrade(&project, "a").unwrap();
    let seen: String = project.sqlite().query_row("SELECT c FROM u", [], |row| row.get(0)).unwrap();
    assert_eq!(seen, "seen");
}

#[test]
fn an_error_that_ends_the_transaction_itself_leaves_the_revision_before_it() {
    for script in [
        "PRAGMA max_page_count = 20;\nCREATE TABLE big (x);\nINSERT INTO big VALUES (randomblob(1000000));",
        "CREATE TABLE big (x UNIQUE);\nINSERT INTO big VALUES (1);\nINSERT OR ROLLBACK INTO big VALUES (1);",
    ] {
        let mut project = family();
        project.revision("b", script, "");
        let error = upgrade(&project, "b").unwrap_err();
        assert_eq!(error.class(), ErrorClass::Refused, "{error}");
        assert_eq!(project.tables(), ["child", "log", "parent"]);
        assert_eq!(project.applied(), ["a"]);
        std::fs::write(project.folder_of("b").join("up.sql"), "CREATE TABLE big (x);").unwrap();
        upgrade(&project, "b").unwrap();
    }
}
