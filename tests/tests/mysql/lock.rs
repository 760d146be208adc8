//! The migration lock.

use schema_core::driver::{ConnectOptions, DriverError, HistoryTable, connect};
use schema_core::url::DatabaseUrl;
use schema_tests::server::Server;
use std::time::Duration;

#[test]
fn one_connection_at_a_time_has_the_lock_of_a_history() {
    let Some(database) = Server::Mysql.database() else { return };
    let url = DatabaseUrl::parse(&database.url()).unwrap();
    let options = ConnectOptions { lock_timeout: Duration::from_millis(1_200), ..ConnectOptions::default() };
    let mut first = connect(&url, &options).unwrap();
    let mut second = connect(&url, &options).unwrap();
    first.lock().unwrap();
    first.lock().unwrap();
    let id = first.query("SELECT CONNECTION_ID()", &[]).unwrap()[0][0].as_integer().unwrap();
    let error = second.lock().unwrap_err();
    assert!(matches!(error, DriverError::LockNotGot { .. }), "{error}");
    assert!(error.to_string().starts_with(&format!("connection {id} of `")), "{error}");

    // Another history of the same database, and the same history of another database, are migrated by themselves.
    let history_table = HistoryTable::parse("other_history").unwrap();
    let mut other = connect(&url, &ConnectOptions { history_table, ..options.clone() }).unwrap();
    other.lock().unwrap();
    let elsewhere = Server::Mysql.database().unwrap();
    elsewhere.connect().lock().unwrap();

    first.unlock().unwrap();
    second.lock().unwrap();
    drop(second);
    first.lock().unwrap();
    assert!(first.changed_elsewhere().unwrap());
    assert!(!first.changed_elsewhere().unwrap());
}
