//! Scripts for the shells of servers, run with the real ones: they lead where a run leads.

use schema_core::driver::{ConnectOptions, Driver, HistoryTable, connect};
use schema_core::model::DatabaseSchema;
use schema_core::revision::{Direction, Directory, RevisionId};
use schema_core::runner::{self, RunOptions, RunnerError, StampOptions};
use schema_core::url::DatabaseUrl;
use schema_tests::migrations::{Project, ids};
use schema_tests::server::Server;
use schema_tests::shell::{self, AtErrors};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Runs each of these on both servers.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod postgres {
            use super::*;
            $(#[test] fn $name() { super::$name(Server::Postgres); })+
        }
        mod mysql {
            use super::*;
            $(#[test] fn $name() { super::$name(Server::Mysql); })+
        }
    };
}

on_both!(
    a_history_goes_up_and_down_as_in_a_run,
    an_error_stops_all_that_follows_and_a_run_goes_on_from_there,
    a_script_that_is_run_twice_or_out_of_turn_changes_nothing,
    a_script_does_not_run_beside_a_run,
    a_stamp_as_a_script_leads_where_a_stamp_leads,
);

fn path(ids: &[&str]) -> Vec<RevisionId> {
    ids.iter().map(|id| id.parse().unwrap()).collect()
}

fn script(project: &Project, ids: &[&str], direction: Direction) -> String {
    let (directory, table) = (project.directory(), HistoryTable::default());
    runner::offline(&directory, project.engine(), &table, &path(ids), direction).unwrap().sql
}

fn connected(url: &str) -> Box<dyn Driver> {
    connect(&DatabaseUrl::parse(url).unwrap(), &ConnectOptions::default()).unwrap()
}

/// The schema, and what the history tables hold; times aside.
fn state(url: &str) -> (DatabaseSchema, Vec<String>, usize) {
    let mut driver = connected(url);
    let schema = driver.introspect().unwrap();
    let query = "SELECT revision, message, checksum, tool_version FROM schema_history ORDER BY revision";
    let rows = driver.query(query, &[]).unwrap();
    let rows = rows.iter().map(|row| row.iter().map(|value| format!("{value:?} ")).collect()).collect();
    let steps = driver.query("SELECT step FROM schema_history_steps", &[]).unwrap().len();
    (schema, rows, steps)
}

fn a_history_goes_up_and_down_as_in_a_run(server: Server) {
    let (Some(by_shell), Some(by_run)) = (server.database(), server.database()) else { return };
    compare(&by_shell.url(), &by_run.url());
}

#[test]
fn a_history_goes_up_and_down_as_in_a_run_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
    compare(&url("shell.db"), &url("run.db"));
}

/// The history of product-feed, by the shell and by a run.
fn compare(by_shell: &str, by_run: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/product-feed/migrations");
    let directory = Directory::open(folder).unwrap();
    let heads = directory.graph().heads();
    let (options, table) = (RunOptions::default(), HistoryTable::default());
    let mut driver = connected(by_run);
    let (done, engine) =
        (runner::upgrade(&mut *driver, &directory, &heads, &options, &mut |_| {}).unwrap(), driver.engine());
    let up = runner::offline(&directory, engine, &table, &done, Direction::Up).unwrap();
    let Some(outcome) = shell::run(by_shell, &up.sql, AtErrors::Usual) else { return };
    assert_eq!(outcome.exits(0).stderr, "");
    assert_eq!(state(by_shell), state(by_run));

    let targets: BTreeSet<RevisionId> = std::iter::once(done[2].clone()).collect();
    let undone = runner::downgrade(&mut *driver, &directory, &targets, &options, &mut |_| {}).unwrap();
    assert_eq!(undone.len(), done.len() - 2);
    let down = runner::offline(&directory, engine, &table, &undone, Direction::Down).unwrap();
    assert_eq!(shell::run(by_shell, &down.sql, AtErrors::GoOn).unwrap().exits(0).stderr, "");
    assert_eq!(state(by_shell), state(by_run));

    // And from there a run goes on.
    for database in [by_shell, by_run] {
        runner::upgrade(&mut *connected(database), &directory, &heads, &options, &mut |_| {}).unwrap();
    }
    assert_eq!(state(by_shell), state(by_run));
}

fn upgraded(project: &Project, target: &str) -> Result<Vec<RevisionId>, RunnerError> {
    let (directory, options) = (project.directory(), RunOptions::default());
    runner::upgrade(&mut *project.driver(), &directory, &ids(&[target]), &options, &mut |_| {})
}

/// Five revisions; the third fails in its middle.
fn broken(server: Server) -> Option<Project> {
    let mut project = Project::on(server)?;
    project
        .revision("a", "CREATE TABLE a (id integer PRIMARY KEY);\nINSERT INTO a VALUES (1);", "DROP TABLE a;")
        .revision("b", "CREATE TABLE b (x integer);", "DROP TABLE b;")
        .revision("c", BROKEN, "DROP TABLE c; DROP TABLE d;")
        .revision("e", "CREATE TABLE e (x integer);\nINSERT INTO a VALUES (9);", "DROP TABLE e;")
        .revision("f", "DROP TABLE b;", "");
    Some(project)
}

const BROKEN: &str = "CREATE TABLE c (x integer);\nINSERT INTO c VALUES (1);\nINSERT INTO c VALUES (2);\n\
     CREATE TABLE a (clash integer);\nINSERT INTO c VALUES (3);\nCREATE TABLE d (x integer);";

fn an_error_stops_all_that_follows_and_a_run_goes_on_from_there(server: Server) {
    for at_errors in [AtErrors::Usual, AtErrors::GoOn] {
        let Some(project) = broken(server) else { return };
        let sql = script(&project, &["a", "b", "c", "e", "f"], Direction::Up);
        let Some(outcome) = shell::run(&project.url_text(), &sql, at_errors) else { return };
        assert!(outcome.stderr.contains("already exists"), "{outcome}");
        assert_eq!(outcome.code == Some(0), at_errors == AtErrors::GoOn);
        assert_eq!(project.applied(), ["a", "b"], "{outcome}");
        let is_transactional = project.driver().capabilities().transactional_ddl;
        let rows = if is_transactional {
            assert_eq!(project.tables(), ["a", "b"]);
            vec![]
        } else {
            assert_eq!(project.tables(), ["a", "b", "c"]);
            project.query("SELECT x FROM c")
        };
        assert!(rows.is_empty() || rows == ["1", "2"], "{rows:?}");
        assert_eq!(project.query("SELECT id FROM a"), ["1"]);

        // Again: it is not its turn.
        let again = shell::run(&project.url_text(), &sql, at_errors).unwrap();
        assert!(
            again.stderr.contains("is applied already") || again.stderr.contains("partly applied"),
            "{again}"
        );
        assert_eq!(project.applied(), ["a", "b"]);

        // A run finds out what has become of the statement, and stops at the same place.
        let error = upgraded(&project, "f").unwrap_err().to_string();
        assert!(error.contains("up.sql, line 4: ") && error.contains("already exists"), "{error}");
        let up = project.folder_of("c").join("up.sql");
        fs::write(up, BROKEN.replace("CREATE TABLE a (clash integer)", "CREATE TABLE g (x integer)"))
            .unwrap();
        upgraded(&project, "f").unwrap();
        assert_eq!(project.tables(), ["a", "c", "d", "e", "g"]);
        assert_eq!(project.query("SELECT x FROM c ORDER BY x"), ["1", "2", "3"]);
        assert!(project.query("SELECT step FROM schema_history_steps").is_empty());
    }
}

fn a_script_that_is_run_twice_or_out_of_turn_changes_nothing(server: Server) {
    for at_errors in [AtErrors::Usual, AtErrors::GoOn] {
        let Some(project) = broken(server) else { return };
        let run = |ids: &[&str], direction| {
            shell::run(&project.url_text(), &script(&project, ids, direction), at_errors)
        };
        let Some(early) = run(&["b"], Direction::Up) else { return };
        assert!(early.stderr.contains("needs what is not applied: `a`"), "{early}");
        assert!(project.tables().is_empty());
        run(&["a", "b"], Direction::Up).unwrap().exits(0);
        project.execute(&["INSERT INTO a VALUES (3)"]);
        let twice = run(&["a", "b"], Direction::Up).unwrap();
        assert!(twice.stderr.contains("revision `a` (up) is applied already"), "{twice}");
        let early = run(&["a"], Direction::Down).unwrap();
        assert!(early.stderr.contains("revision `a` (down) is needed by what is applied: `b`"), "{early}");
        assert_eq!(project.query("SELECT id FROM a ORDER BY id"), ["1", "3"]);
        assert_eq!(project.applied(), ["a", "b"]);
        run(&["b", "a"], Direction::Down).unwrap().exits(0);
        assert!(project.tables().is_empty() && project.applied().is_empty());
    }
}

fn a_script_does_not_run_beside_a_run(server: Server) {
    for at_errors in [AtErrors::Usual, AtErrors::GoOn] {
        let Some(project) = broken(server) else { return };
        let mut other = connect(&project.url(), &Default::default()).unwrap();
        assert!(other.try_lock().unwrap());
        let sql = script(&project, &["a", "b"], Direction::Up);
        let Some(outcome) = shell::run(&project.url_text(), &sql, at_errors) else { return };
        assert!(outcome.stderr.contains("another session migrates this database"), "{outcome}");
        assert!(project.tables().is_empty());
        other.unlock().unwrap();
        shell::run(&project.url_text(), &sql, at_errors).unwrap().exits(0);
        assert_eq!(project.applied(), ["a", "b"]);
        assert!(other.try_lock().unwrap(), "the lock is given back");
    }
}

fn a_stamp_as_a_script_leads_where_a_stamp_leads(server: Server) {
    let Some(mut project) = Project::on(server) else { return };
    for id in ["a", "b", "c"] {
        project.revision(id, &format!("CREATE TABLE {id} (x integer);"), &format!("DROP TABLE {id};"));
    }
    let table = HistoryTable::default();
    let run = |sql: &str| {
        let outcome = shell::run(&project.url_text(), sql, AtErrors::Usual)?;
        assert_eq!(outcome.exits(0).stderr, "");
        Some(())
    };
    let Some(()) = run(&runner::offline_history(project.engine(), &table).sql) else { return };
    assert_eq!(project.applied(), [""; 0]);
    let stamp = |target: &str, purge| {
        let targets = target.split_whitespace().map(|id| id.parse().unwrap()).collect();
        runner::offline_stamp(
            &project.directory(),
            project.engine(),
            &table,
            &targets,
            &ids(&[]),
            StampOptions { purge, adopt: false },
        )
        .unwrap()
        .sql
    };
    for (target, expected) in [("b", &["a", "b"][..]), ("c", &["a", "b", "c"]), ("a", &["a"]), ("", &[])] {
        run(&stamp(target, false)).unwrap();
        assert_eq!(project.applied(), expected);
    }
    project.execute(&["INSERT INTO schema_history VALUES ('gone', '', '', '', 0, 'run', '', 1)"]);
    run(&stamp("c", true)).unwrap();
    assert_eq!(project.applied(), ["a", "b", "c"]);
    runner::verify_history(&mut *project.driver(), &project.directory()).unwrap();
    assert!(project.tables().is_empty(), "nothing is run");
}
