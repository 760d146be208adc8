//! Connections and transactions.

use schema_core::Database;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use tempfile::TempDir;

fn file() -> (TempDir, Database) {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(&format!("sqlite://{}/app.db", folder.path().display())).unwrap();
    create(&database);
    (folder, database)
}

fn memory() -> Database {
    let database = Database::open("sqlite::memory:").unwrap();
    create(&database);
    database
}

fn create(database: &Database) {
    database
        .with_connection(|connection| {
            connection.execute_batch(
                "CREATE TABLE parent (id INTEGER PRIMARY KEY);
                 CREATE TABLE child (parent_id INTEGER REFERENCES parent (id));",
            )
        })
        .unwrap();
}

fn parents(database: &Database) -> i64 {
    database
        .with_connection(|connection| {
            connection.query_row("SELECT count(*) FROM parent", [], |row| row.get(0))
        })
        .unwrap()
}

fn insert(transaction: &rusqlite::Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute("INSERT INTO parent DEFAULT VALUES", []).map(drop)
}

#[test]
fn a_transaction_commits_on_ok_and_rolls_back_on_an_error_or_a_panic() {
    let (_folder, on_disk) = file();
    for database in [on_disk, memory()] {
        database.transaction(insert).unwrap();
        assert_eq!(parents(&database), 1);

        let failed: Result<(), Box<dyn std::error::Error>> = database.transaction(|transaction| {
            insert(transaction)?;
            Err("no".into())
        });
        assert_eq!(failed.unwrap_err().to_string(), "no");
        assert_eq!(parents(&database), 1);

        let panicked = catch_unwind(AssertUnwindSafe(|| {
            database.transaction(|transaction| -> rusqlite::Result<()> {
                insert(transaction)?;
                panic!("on purpose")
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(parents(&database), 1);
        database.transaction(insert).unwrap();
        assert_eq!(parents(&database), 2);
    }
}

#[test]
fn a_transaction_left_open_on_a_connection_is_rolled_back() {
    let (_folder, database) = file();
    database
        .with_connection(|connection| connection.execute_batch("BEGIN; INSERT INTO parent DEFAULT VALUES;"))
        .unwrap();
    assert_eq!(parents(&database), 0);
}

#[test]
fn connections_enforce_foreign_keys_and_use_the_write_ahead_log() {
    let (_folder, database) = file();
    let mode: String = database
        .with_connection(|connection| connection.pragma_query_value(None, "journal_mode", |row| row.get(0)))
        .unwrap();
    assert_eq!(mode, "wal");
    let orphan = database.transaction(|transaction| transaction.execute("INSERT INTO child VALUES (1)", []));
    assert!(orphan.unwrap_err().to_string().contains("FOREIGN KEY constraint failed"));
}

#[test]
fn a_misspelt_name_in_double_quotes_is_an_error() {
    let misspelt =
        memory().transaction(|transaction| transaction.execute("DELETE FROM parent WHERE \"idd\" = 1", []));
    assert!(misspelt.unwrap_err().to_string().contains("no such column"));
}

#[test]
fn many_threads_write_at_once() {
    let (_folder, on_disk) = file();
    for database in [on_disk, memory()] {
        thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        database
                            .transaction(|transaction| {
                                let _: i64 =
                                    transaction
                                        .query_row("SELECT count(*) FROM parent", [], |row| row.get(0))?;
                                insert(transaction)
                            })
                            .unwrap();
                    }
                });
            }
        });
        assert_eq!(parents(&database), 160);
    }
}

#[test]
fn many_may_open_a_new_database_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/app.db", folder.path().display());
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let database = Database::open(&url).unwrap();
                database
                    .transaction(|transaction| transaction.execute_batch("CREATE TABLE IF NOT EXISTS t (x)"))
                    .unwrap();
            });
        }
    });
}

#[test]
fn a_database_that_is_only_read_is_not_written() {
    let (folder, database) = file();
    database.transaction(insert).unwrap();
    let url = format!("sqlite://{}/app.db?mode=ro", folder.path().display());
    let reader = Database::open(&url).unwrap();
    assert_eq!(parents(&reader), 1);
    let read: i64 =
        reader.transaction(|transaction| transaction.query_row("SELECT 1", [], |row| row.get(0))).unwrap();
    assert_eq!(read, 1);
    assert!(reader.transaction(insert).unwrap_err().to_string().contains("readonly"));
}

#[test]
fn what_is_no_database_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(
        &path,
        "these are only a few words, but more than a header's worth of them, and no database\n".repeat(9),
    )
    .unwrap();
    let error = Database::open(path.to_str().unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot open `sqlite://{}`: file is not a database", path.display())
    );
    let error = Database::open(&format!("sqlite://{}/none.db?mode=rw", folder.path().display())).unwrap_err();
    assert!(error.to_string().ends_with("none.db` does not exist"), "{error}");
}
