//! What scripts for `psql` have of their own: statements outside the transaction, and the shell's own commands.

use schema_core::driver::HistoryTable;
use schema_core::revision::{Direction, RevisionId};
use schema_core::runner::{self, RunOptions};
use schema_tests::migrations::{Project, ids};
use schema_tests::server::Server;
use schema_tests::shell::{self, AtErrors};

fn script(project: &Project, ids: &[&str], direction: Direction) -> String {
    let (directory, table) = (project.directory(), HistoryTable::default());
    let path: Vec<RevisionId> = ids.iter().map(|id| id.parse().unwrap()).collect();
    runner::offline(&directory, project.engine(), &table, &path, direction).unwrap().sql
}

fn steps(project: &Project) -> Vec<String> {
    project.query("SELECT step || state FROM schema_history_steps ORDER BY step")
}

const INDEXED: &str = "CREATE TABLE t (a integer);\nINSERT INTO t VALUES (1), (1);\n-- builds beside the traffic\n\
     -- schema: autocommit\nCREATE UNIQUE INDEX CONCURRENTLY i ON t (a);\nINSERT INTO t VALUES (2);";

#[test]
fn what_no_transaction_holds_is_journalled_and_stands_outside_of_any() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    let sound = INDEXED.replace("(1), (1)", "(1)");
    project
        .revision("a", &sound, "-- schema: autocommit\nDROP INDEX CONCURRENTLY i;")
        .revision("b", "-- schema: autocommit\nCREATE INDEX CONCURRENTLY IF NOT EXISTS j ON t (a);", "")
        .revision(
            "c",
            "CREATE TYPE mood AS ENUM ('sad');\n-- schema: autocommit\nALTER TYPE mood ADD VALUE 'ok';\n\
             CREATE TABLE m (m mood DEFAULT 'ok');",
            "",
        );
    let up = script(&project, &["a", "b", "c"], Direction::Up);
    let Some(outcome) = shell::run(&project.url_text(), &up, AtErrors::Usual) else { return };
    assert_eq!(outcome.exits(0).stderr, "");
    assert_eq!(project.applied(), ["a", "b", "c"]);
    assert_eq!(
        project.query("SELECT relname::text FROM pg_class WHERE relname IN ('i', 'j') ORDER BY 1"),
        ["i", "j"]
    );
    assert_eq!(project.query("SELECT count(*) FROM t"), ["2"]);
    assert!(steps(&project).is_empty());
}

#[test]
fn a_build_that_fails_stops_the_script_and_a_run_goes_on_from_there() {
    for at_errors in [AtErrors::Usual, AtErrors::GoOn] {
        let Some(mut project) = Project::on(Server::Postgres) else { return };
        project.revision("a", INDEXED, "").revision("b", "DROP TABLE t;", "");
        let up = script(&project, &["a", "b"], Direction::Up);
        let Some(outcome) = shell::run(&project.url_text(), &up, at_errors) else { return };
        assert!(outcome.stderr.contains("could not create unique index"), "{outcome}");
        assert!(project.applied().is_empty());
        assert_eq!(steps(&project), ["1done", "2done", "3started"], "{outcome}");
        // The same script does not begin anew, nor does it build on what is there in part.
        let again = shell::run(&project.url_text(), &up, at_errors).unwrap();
        assert!(again.stderr.contains("a revision is partly applied"), "{again}");
        assert_eq!(project.query("SELECT count(*) FROM t"), ["2"]);

        project.execute(&["DELETE FROM t WHERE ctid = (SELECT min(ctid) FROM t)"]);
        let (directory, options) = (project.directory(), RunOptions::default());
        runner::upgrade(&mut *project.driver(), &directory, &ids(&["a"]), &options, &mut |_| {}).unwrap();
        assert_eq!(
            project.query("SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'i'::regclass"),
            ["true"]
        );
        assert_eq!(project.query("SELECT a FROM t ORDER BY a"), ["1", "2"]);
    }
}

#[test]
fn an_index_that_was_left_behind_is_not_taken_for_a_whole_one() {
    for name in ["\"I\"", "ÄÖ_Idx", "U&\"d!0061t\" UESCAPE '!'", &"long".repeat(20)] {
        let Some(mut project) = Project::on(Server::Postgres) else { return };
        project.revision("a", "CREATE TABLE t (a integer);\nINSERT INTO t VALUES (1), (1);", "").revision(
            "b",
            &format!(
                "-- schema: autocommit\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {name} ON t (a);"
            ),
            "",
        );
        let up = script(&project, &["a"], Direction::Up);
        if shell::run(&project.url_text(), &up, AtErrors::Usual).is_none() {
            return;
        }
        let build = format!("CREATE UNIQUE INDEX CONCURRENTLY {name} ON t (a)");
        assert!(project.driver().execute(&build).is_err());
        project.execute(&["DELETE FROM t WHERE ctid = (SELECT min(ctid) FROM t)"]);
        let up = script(&project, &["b"], Direction::Up);
        let outcome = shell::run(&project.url_text(), &up, AtErrors::Usual).unwrap().exits(3);
        assert!(outcome.stderr.contains("has left an index behind that is not valid"), "{outcome}");
        let (directory, options) = (project.directory(), RunOptions::default());
        runner::upgrade(&mut *project.driver(), &directory, &ids(&["b"]), &options, &mut |_| {}).unwrap();
        let valid = "SELECT indisvalid::text FROM pg_index WHERE indrelid = 't'::regclass";
        assert_eq!(project.query(valid), ["true"], "{name}");
    }
}

#[test]
fn a_revision_that_changes_the_session_leaves_the_history_where_it_is() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    project
        .revision(
            "a",
            "CREATE SCHEMA elsewhere;\nCREATE TABLE elsewhere.schema_history (x text);\nSET search_path = elsewhere;\n\
             CREATE TABLE t (a integer);\n-- schema: autocommit\nCREATE INDEX CONCURRENTLY i ON t (a);\n\
             SET standard_conforming_strings = on;",
            "",
        )
        .revision("b", "CREATE TABLE b (a integer);", "DROP TABLE b;");
    let up = script(&project, &["a", "b"], Direction::Up);
    let Some(outcome) = shell::run(&project.url_text(), &up, AtErrors::Usual) else { return };
    assert_eq!(outcome.exits(0).stderr, "");
    assert_eq!(project.applied(), ["a", "b"]);
    assert_eq!(project.tables(), ["b"]);
}

#[test]
fn nothing_in_a_script_is_a_command_of_the_shell() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    let is_new = project.query("SELECT current_setting('server_version_num')::int >= 140000") == ["true"];
    let atomic =
        if is_new { "BEGIN ATOMIC SELECT 1; SELECT 2; END" } else { "LANGUAGE sql AS 'SELECT 1; SELECT 2'" };
    let function = "CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $schema$ BEGIN RETURN 'a\\; :USER $$'; END $schema$;";
    project
        .revision(
            "a",
            &format!(
                "-- \\q ends nothing, nor does it's quote; :USER\n{function}\n\
                 CREATE TABLE t (a text DEFAULT ':USER \\gset', b integer[], \"c\\\\:USER\" text);\n\
                 INSERT INTO t (b) SELECT v[1:n] FROM (SELECT '{{1,2,3}}'::integer[] AS v, 2 AS n) s;\n\
                 CREATE FUNCTION g() RETURNS integer {atomic};\n\
                 CREATE RULE r AS ON DELETE TO t DO ALSO (SELECT 1; SELECT 2)"
            ),
            "",
        )
        .revision("b", "CREATE TABLE b (a integer); -- the end", "DROP TABLE b;");
    let up = script(&project, &["a", "b"], Direction::Up);
    // As if the variable were one of the shell's own, which there are.
    let up = format!("\\set n 1\n{up}");
    let Some(outcome) = shell::run(&project.url_text(), &up, AtErrors::Usual) else { return };
    assert_eq!(outcome.exits(0).stderr, "");
    assert_eq!(project.query("SELECT a FROM t"), [":USER \\gset"]);
    assert_eq!(project.query("SELECT b::text FROM t"), ["{1,2}"]);
    assert_eq!(project.query("SELECT f()"), ["a\\; :USER $$"]);
    assert_eq!(project.applied(), ["a", "b"]);
}

#[test]
fn a_history_table_of_any_name_is_found() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    project.revision("a", "CREATE TABLE a (x integer);", "DROP TABLE a;");
    project.execute(&["CREATE SCHEMA \"o'ps $schema$\""]);
    let table = HistoryTable::parse("o'ps $schema$.Some \"history\"").unwrap();
    let path = ["a".parse().unwrap()];
    let up =
        runner::offline(&project.directory(), project.engine(), &table, &path, Direction::Up).unwrap().sql;
    let Some(outcome) = shell::run(&project.url_text(), &up, AtErrors::Usual) else { return };
    assert_eq!(outcome.exits(0).stderr, "");
    assert_eq!(project.query("SELECT revision FROM \"o'ps $schema$\".\"Some \"\"history\"\"\""), ["a"]);
    assert_eq!(project.tables(), ["a"]);
}
