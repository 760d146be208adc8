//! The migration lock.

use schema_core::driver::{ConnectOptions, HistoryTable, connect};
use schema_core::url::DatabaseUrl;
use schema_tests::server::Server;
use std::time::Duration;

#[test]
fn one_connection_at_a_time_has_the_lock_of_a_history() {
    let Some(database) = Server::Mysql.database() else { return };
    let url = DatabaseUrl::parse(&database.url()).unwrap();
    let options = ConnectOptions::default();
    let mut first = connect(&url, &options).unwrap();
    let mut second = connect(&url, &options).unwrap();
    assert!(first.try_lock().unwrap());
    assert!(first.try_lock().unwrap());
    let id = first.query("SELECT CONNECTION_ID()", &[]).unwrap()[0][0].as_integer().unwrap();
    assert!(!second.try_lock().unwrap());
    let holder = second.lock_holder().unwrap().unwrap();
    assert!(holder.starts_with(&format!("connection {id} of `")), "{holder}");

    // Another history of the same database, and the same history of another database, are migrated by themselves.
    let history_table = HistoryTable::parse("other_history").unwrap();
    let mut other = connect(&url, &ConnectOptions { history_table, ..options.clone() }).unwrap();
    assert!(other.try_lock().unwrap());
    let elsewhere = Server::Mysql.database().unwrap();
    assert!(elsewhere.connect().try_lock().unwrap());

    first.unlock().unwrap();
    assert!(second.try_lock().unwrap());
    drop(second);
    // The server takes a moment to notice.
    while !first.try_lock().unwrap() {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(first.changed_elsewhere().unwrap());
    assert!(!first.changed_elsewhere().unwrap());
}
