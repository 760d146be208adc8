//! Replaying a history on a scratch database.

use schema_core::Steps;
use schema_core::revision::RevisionId;
use schema_core::verify::{Verified, VerifyError, verify};
use schema_tests::migrations::Project;
use schema_tests::server::Server;

fn run(project: &Project) -> Result<Vec<String>, VerifyError> {
    let mut scratch = project.driver().scratch_for_scripts().unwrap();
    let done = verify(scratch.as_mut(), &project.directory(), &Steps::new(), &mut |_| {})?;
    Ok(done.revisions.iter().map(RevisionId::to_string).collect())
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

/// SQLite reaches every file that the process may write.
#[test]
fn a_script_that_reaches_a_file_is_refused_on_a_scratch_database() {
    let mut project = Project::new();
    let other = project.path().join("other.db");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE kept (id INTEGER)").unwrap();
    let name = other.display();
    for statement in [format!("ATTACH '{name}' AS o"), format!("VACUUM INTO '{name}.copy'")] {
        project.revision("a", &format!("-- schema: autocommit\n{statement};"), "");
        let error = run(&project).unwrap_err().to_string();
        assert!(error.contains("cannot be tried on a scratch database"), "{statement}: {error}");
        project.remove_last();
    }
    project.revision(
        "a",
        "-- schema: autocommit\nATTACH ':memory:' AS m;\nCREATE TABLE t (id INTEGER);",
        "DROP TABLE t;",
    );
    assert_eq!(run(&project).unwrap(), ["a"]);
    assert!(!project.path().join("other.db.copy").exists());
}

/// Scripts that make and undo what a second revision's objects need.
const GROUND: (&str, &str) = (
    "CREATE TABLE t (id bigint PRIMARY KEY, a text);
     CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
     CREATE SEQUENCE s;
     CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';",
    "DROP TABLE t; DROP FUNCTION f(); DROP SEQUENCE s; DROP PROCEDURE p();",
);

#[test]
fn whatever_postgresql_holds_is_compared() {
    for (up, down, left) in [
        ("CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1'", "", "drop the function `g()`"),
        ("DROP FUNCTION f()", "", "create the function `f()`"),
        (
            "CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN old; END $$",
            "",
            "change the function `f()`",
        ),
        ("DROP PROCEDURE p()", "", "create the function `p()`"),
        ("CREATE SEQUENCE q", "", "drop the sequence `q`"),
        ("ALTER SEQUENCE s INCREMENT 5", "", "change the sequence `s`"),
        ("CREATE DOMAIN d AS text CHECK (value <> '')", "", "drop the domain `d`"),
        ("CREATE TYPE c AS (a int)", "", "drop the composite type `c`"),
        ("CREATE TYPE r AS RANGE (subtype = date)", "", "drop the range type `r`"),
        ("CREATE EXTENSION citext", "", "drop the extension `citext`"),
        (
            "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()",
            "",
            "drop the trigger `g on t`",
        ),
        ("CREATE POLICY p ON t USING (id > 0)", "", "drop the policy `p on t`"),
        ("CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING", "", "drop the rule `r on t`"),
        ("CREATE MATERIALIZED VIEW m AS SELECT id FROM t", "", "drop the materialized view `m`"),
        ("CREATE STATISTICS x ON id, a FROM t", "", "drop the statistics `x`"),
        ("ALTER TABLE t ALTER a SET STATISTICS 9", "", "drop the settings `column a on t`"),
        ("GRANT SELECT ON t TO PUBLIC", "", "revoke SELECT on table `t` from everybody"),
        ("CREATE CAST (t AS text) WITH INOUT", "", "drop the cast `(public.t AS pg_catalog.text)`"),
        ("CREATE PUBLICATION p FOR TABLE t", "", "drop the publication `p`"),
        (
            "CREATE TEXT SEARCH CONFIGURATION x (COPY = simple)",
            "",
            "drop the text search configuration `public.x`",
        ),
        ("CREATE FOREIGN DATA WRAPPER w", "", "drop the foreign-data wrapper `w`"),
    ] {
        let Some(mut project) = Project::on(Server::Postgres) else { return };
        project.revision("a", GROUND.0, GROUND.1).revision("b", &format!("{up};"), &format!("{down};"));
        let error = run(&project).unwrap_err().to_string();
        let wanted = format!("undoing `b` does not bring back what was there: {left}");
        assert_eq!(error, wanted, "{up}");
        project.remove_last();
        assert_eq!(run(&project).unwrap(), ["a"]);
    }
}

#[test]
fn what_is_known_by_name_alone_is_told() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    let up = "CREATE TABLE t (id bigint); CREATE PUBLICATION p FOR TABLE t; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';";
    project.revision("a", up, "DROP PUBLICATION p; DROP TABLE t; DROP FUNCTION f();");
    let mut scratch = project.driver().scratch_for_scripts().unwrap();
    let Verified { revisions: _, known_by_name, irreversible: _ } =
        verify(scratch.as_mut(), &project.directory(), &Steps::new(), &mut |_| {}).unwrap();
    assert_eq!(Vec::from_iter(known_by_name), ["the publication `p`"]);
}

#[test]
fn routines_of_mysql_are_compared() {
    let ground = (
        "CREATE TABLE t (id bigint PRIMARY KEY);\nCREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1;",
        "DROP FUNCTION f;\nDROP TABLE t;",
    );
    for (up, left) in [
        ("CREATE FUNCTION g() RETURNS int DETERMINISTIC RETURN 1", "drop the function `g`"),
        ("DROP FUNCTION f", "create the function `f`"),
        ("CREATE PROCEDURE p() SELECT 1", "drop the procedure `p`"),
    ] {
        let Some(mut project) = Project::on(Server::Mysql) else { return };
        project.revision("a", ground.0, ground.1).revision("b", &format!("{up};"), "");
        let error = run(&project).unwrap_err().to_string();
        assert_eq!(error, format!("undoing `b` does not bring back what was there: {left}"), "{up}");
    }
}

#[test]
fn virtual_tables_of_sqlite_are_compared() {
    let mut project = Project::new();
    project.revision("a", "CREATE TABLE t (a TEXT);", "DROP TABLE t;").revision(
        "b",
        "CREATE VIRTUAL TABLE found USING fts5 (a);",
        "",
    );
    let error = run(&project).unwrap_err().to_string();
    assert_eq!(error, "undoing `b` does not bring back what was there: drop the virtual table `found`");
}
