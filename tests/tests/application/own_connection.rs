//! Migrations on a connection that the application has opened itself.

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use schema_core::{Error, ErrorClass, Migrator};
use schema_tests::migrations::{Project, ids};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

const PARENTS: &str = "CREATE TABLE parents (id INTEGER PRIMARY KEY);\n\
     CREATE TABLE children (parent REFERENCES parents (id) ON DELETE CASCADE);";

/// The parents' table is dropped, which would delete the children where foreign keys were enforced. The script leaves settings behind.
const REBUILD: &str = "-- schema: foreign_keys=off\n\
     CREATE TABLE new_parents (id INTEGER PRIMARY KEY, name TEXT);\n\
     INSERT INTO new_parents (id) SELECT id FROM parents;\n\
     DROP TABLE parents;\n\
     ALTER TABLE new_parents RENAME TO parents;\n\
     CREATE TEMP TABLE left_behind (x);\n\
     PRAGMA recursive_triggers = ON;\n\
     PRAGMA cache_size = 17;\n\
     PRAGMA case_sensitive_like = ON;";

fn project() -> Project {
    let mut project = Project::new();
    project.revision("a", PARENTS, "").revision("b", REBUILD, "");
    project
}

fn migrator(project: &Project) -> Migrator {
    Migrator::from_directory(project.migrations()).unwrap()
}

/// All that a connection is set to, each with its name.
fn settings(connection: &Connection) -> Vec<(String, i64)> {
    let names = [
        "automatic_index",
        "busy_timeout",
        "cache_size",
        "foreign_keys",
        "ignore_check_constraints",
        "legacy_alter_table",
        "query_only",
        "read_uncommitted",
        "recursive_triggers",
        "reverse_unordered_selects",
        "synchronous",
        "temp_store",
        "trusted_schema",
        "writable_schema",
    ];
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get(0)).unwrap();
    let mut settings: Vec<_> = names.into_iter().map(|name| (name.to_owned(), pragma(name))).collect();
    for switch in [
        DbConfig::SQLITE_DBCONFIG_DEFENSIVE,
        DbConfig::SQLITE_DBCONFIG_DQS_DML,
        DbConfig::SQLITE_DBCONFIG_DQS_DDL,
    ] {
        settings.push((format!("{switch:?}"), connection.db_config(switch).unwrap().into()));
    }
    let query = |sql: &str| connection.query_row(sql, [], |row| row.get(0)).unwrap();
    settings.push(("like".to_owned(), query("SELECT 'a' LIKE 'A'")));
    settings.push(("temporary".to_owned(), query("SELECT count(*) FROM sqlite_temp_schema")));
    settings
}

/// Settings that are the opposite of what a run wants.
fn unusual(connection: &Connection) {
    connection.busy_timeout(Duration::from_millis(1234)).unwrap();
    connection
        .execute_batch(
            "PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON; PRAGMA recursive_triggers = ON; PRAGMA cache_size = 99; \
             PRAGMA ignore_check_constraints = ON; PRAGMA query_only = ON; PRAGMA automatic_index = OFF; PRAGMA trusted_schema = OFF; \
             PRAGMA synchronous = OFF; PRAGMA case_sensitive_like = ON",
        )
        .unwrap();
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, true).unwrap();
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, true).unwrap();
}

fn connections(project: &Project) -> [Connection; 3] {
    // One for each test and call, as other tests run in the same process.
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let shared = format!("file:own-connection-{number}?mode=memory&cache=shared");
    [project.sqlite(), Connection::open_in_memory().unwrap(), Connection::open(shared).unwrap()]
}

fn children(connection: &Connection) -> i64 {
    connection.query_row("SELECT count(*) FROM children", [], |row| row.get(0)).unwrap()
}

#[test]
fn an_own_connection_is_migrated_with_its_rows_and_stays_as_it_was_set() {
    for is_unusual in [false, true] {
        let project = project();
        for mut connection in connections(&project) {
            let first = Migrator::from_directory(project.migrations()).unwrap();
            if is_unusual {
                unusual(&connection);
            }
            let before = settings(&connection);
            assert_eq!(first.pending(&mut connection).unwrap().len(), 2);
            assert_eq!(settings(&connection), before);
            assert_eq!(first.upgrade(&mut connection).unwrap().len(), 2);
            assert_eq!(settings(&connection), before);
            assert_eq!(first.current(&mut connection).unwrap(), ids(&["b"]));
            assert!(first.upgrade(&mut connection).unwrap().is_empty());
            assert_eq!(settings(&connection), before);
            connection.query_row("SELECT count(name) FROM parents", [], |row| row.get::<_, i64>(0)).unwrap();
        }
    }
}

#[test]
fn foreign_keys_are_as_the_script_says_and_the_rows_survive() {
    let mut project = Project::new();
    project.revision("a", PARENTS, "");
    for mut connection in connections(&project) {
        migrator(&project).upgrade(&mut connection).unwrap();
        connection
            .execute_batch(
                "PRAGMA foreign_keys = ON; INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1)",
            )
            .unwrap();
        project.revision("b", REBUILD, "");
        migrator(&project).upgrade(&mut connection).unwrap();
        assert_eq!(children(&connection), 1);
        connection.execute("DELETE FROM parents", []).unwrap();
        assert_eq!(children(&connection), 0, "they are enforced again");
        project.remove_last();
    }
}

#[test]
fn after_an_error_the_settings_are_back_and_a_later_run_goes_on() {
    let mut project = project();
    for mut connection in connections(&project) {
        unusual(&connection);
        let before = settings(&connection);
        project.revision(
            "c",
            "CREATE TABLE c (x); PRAGMA cache_size = 18; INSERT INTO nowhere VALUES (1);",
            "",
        );
        migrator(&project).upgrade(&mut connection).unwrap_err();
        assert_eq!(settings(&connection), before);
        assert!(connection.is_autocommit());
        assert_eq!(migrator(&project).current(&mut connection).unwrap(), ids(&["b"]));
        project.remove_last();
        project.revision("c", "CREATE TABLE c (x);", "");
        assert_eq!(migrator(&project).upgrade(&mut connection).unwrap().len(), 1);
        project.remove_last();
    }
}

#[test]
fn after_a_panic_the_connection_is_back_as_it_was() {
    let project = project();
    for mut connection in connections(&project) {
        unusual(&connection);
        let before = settings(&connection);
        let count = AtomicUsize::new(0);
        let panicking = migrator(&project).observer(move |_| {
            assert!(count.fetch_add(1, Ordering::Relaxed) < 2, "the observer has had enough");
        });
        catch_unwind(AssertUnwindSafe(|| panicking.upgrade(&mut connection))).unwrap_err();
        assert_eq!(settings(&connection), before);
        assert!(connection.is_autocommit());
        migrator(&project).upgrade(&mut connection).unwrap();
        assert_eq!(children(&connection), 0);
    }
}

#[test]
fn a_connection_in_use_is_refused_and_left_alone() {
    let project = project();
    for (statements, message) in [
        ("BEGIN; CREATE TABLE mine (x)", "the connection is inside a transaction"),
        ("CREATE TEMP TABLE mine (x)", "the connection has temporary tables, views or triggers"),
        (
            "ATTACH ':memory:' AS other; CREATE TABLE other.mine (x)",
            "the connection has another database attached",
        ),
    ] {
        for mut connection in connections(&project) {
            connection.execute_batch(statements).unwrap();
            let before = settings(&connection);
            let error = migrator(&project).upgrade(&mut connection).unwrap_err();
            assert_eq!((error.to_string().as_str(), error.class()), (message, ErrorClass::Usage));
            assert!(error.hint().is_some());
            assert_eq!(settings(&connection), before);
            connection.execute("INSERT INTO mine VALUES (1)", []).unwrap();
        }
    }
}

#[test]
fn functions_and_hooks_of_the_application_stay() {
    let mut project = Project::new();
    project.revision("a", "CREATE TABLE t (x); INSERT INTO t VALUES (answer());", "").revision(
        "b",
        "CREATE TABLE new_t (x, y); INSERT INTO new_t (x) SELECT x FROM t; DROP TABLE t; ALTER TABLE new_t RENAME TO t;",
        "",
    );
    let mut connection = project.sqlite();
    connection.create_scalar_function("answer", 0, FunctionFlags::SQLITE_UTF8, |_| Ok(42)).unwrap();
    let writes = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&writes);
    connection
        .update_hook(Some(move |_, _: &str, _: &str, _| {
            count.fetch_add(1, Ordering::Relaxed);
        }))
        .unwrap();
    migrator(&project).upgrade(&mut connection).unwrap();
    let seen = writes.load(Ordering::Relaxed);
    connection.execute("INSERT INTO t SELECT answer(), 1", []).unwrap();
    assert_eq!(writes.load(Ordering::Relaxed), seen + 1);
}

#[test]
fn the_lock_of_another_connection_is_waited_for_and_respected() {
    let project = project();
    let (mut connection, other) = (project.sqlite(), project.sqlite());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let before = settings(&connection);
    let error: Error =
        migrator(&project).lock_timeout(Duration::from_millis(50)).upgrade(&mut connection).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Lock, "{error}");
    assert_eq!(settings(&connection), before);
    other.execute_batch("ROLLBACK").unwrap();
    let applied: usize = thread::scope(|scope| {
        let runs: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| migrator(&project).upgrade(&mut project.sqlite()).unwrap().len()))
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).sum()
    });
    assert_eq!(applied, 2);
}
