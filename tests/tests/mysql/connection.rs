//! Sessions and statements.

use schema_core::driver::{ConnectOptions, Driver, DriverError, Value, connect};
use schema_core::model::Engine;
use schema_core::url::DatabaseUrl;
use schema_tests::server::Server;
use std::time::{Duration, Instant};

fn text(driver: &mut dyn Driver, query: &str) -> String {
    driver.query(query, &[]).unwrap()[0][0].as_text().unwrap().to_owned()
}

fn number(driver: &mut dyn Driver, query: &str) -> i64 {
    driver.query(query, &[]).unwrap()[0][0].as_integer().unwrap()
}

#[test]
fn the_server_decides_which_engine_it_is() {
    let Some(database) = Server::Mysql.database() else { return };
    let mut engines = Vec::new();
    for scheme in ["mysql", "mariadb"] {
        let (_, rest) = database.url().split_once("://").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let url = DatabaseUrl::parse(&format!("{scheme}://{rest}")).unwrap();
        let mut driver = connect(&url, &ConnectOptions::default()).unwrap();
        let is_mariadb = text(driver.as_mut(), "SELECT VERSION()").contains("MariaDB");
        engines.push(driver.engine());
        assert_eq!(driver.engine(), if is_mariadb { Engine::Mariadb } else { Engine::Mysql });
    }
    assert_eq!(engines[0], engines[1]);
}

#[test]
fn sessions_are_strict_whatever_the_server_says() {
    let Some(database) = Server::Mysql.database() else { return };
    let mut driver = database.connect();
    assert!(text(driver.as_mut(), "SELECT @@sql_mode").contains("STRICT_ALL_TABLES"));
    assert_eq!(text(driver.as_mut(), "SELECT @@time_zone"), "+00:00");
    assert_eq!(number(driver.as_mut(), "SELECT @@lock_wait_timeout"), 3);
    assert_eq!(number(driver.as_mut(), "SELECT @@innodb_lock_wait_timeout"), 3);
    driver.execute("CREATE TABLE t (a varchar(2))").unwrap();
    assert!(driver.execute("INSERT INTO t VALUES ('long')").is_err());
    driver.execute("INSERT INTO t VALUES ('é;')").unwrap();
    assert_eq!(text(driver.as_mut(), "SELECT a FROM t"), "é;");
}

#[test]
fn values_go_there_and_back() {
    let Some(database) = Server::Mysql.database() else { return };
    let mut driver = database.connect();
    let values = [Value::Null, Value::Integer(i64::MIN), Value::from("it's \\ \"`;\n?")];
    let rows = driver.query("SELECT ?, ?, ?", &values).unwrap();
    assert_eq!(rows, [values.to_vec()]);
}

#[test]
fn only_one_statement_is_run_at_a_time() {
    let Some(database) = Server::Mysql.database() else { return };
    let mut driver = database.connect();
    assert!(driver.execute("CREATE TABLE a (x int); CREATE TABLE b (x int)").is_err());
    assert!(!driver.table_exists(&"a".into()).unwrap());
    driver.execute("CREATE TABLE a (x int) -- one; two\n;").unwrap();
    assert!(driver.table_exists(&"a".into()).unwrap());
}

#[test]
fn a_statement_that_ends_the_transaction_is_noticed() {
    let Some(database) = Server::Mysql.database() else { return };
    let mut driver = database.connect();
    driver.execute("CREATE TABLE a (x int)").unwrap();
    driver.begin().unwrap();
    driver.execute("INSERT INTO a VALUES (1)").unwrap();
    driver.commit().unwrap();
    driver.begin().unwrap();
    driver.execute("INSERT INTO a VALUES (2)").unwrap();
    driver.execute("CREATE TABLE b (x int)").unwrap();
    assert!(matches!(driver.commit(), Err(DriverError::TransactionLost)));
    driver.rollback().unwrap();
    driver.begin().unwrap();
    driver.execute("INSERT INTO a VALUES (3)").unwrap();
    driver.rollback().unwrap();
    assert_eq!(number(driver.as_mut(), "SELECT CAST(sum(x) AS SIGNED) FROM a").to_string(), "3");
}

#[test]
fn a_statement_waits_for_a_tables_lock_only_for_a_moment() {
    let Some(database) = Server::Mysql.database() else { return };
    let mut reader = database.connect();
    reader.execute("CREATE TABLE a (x int)").unwrap();
    reader.begin().unwrap();
    reader.query("SELECT * FROM a", &[]).unwrap();
    let start = Instant::now();
    let error = database.connect().execute("ALTER TABLE a ADD y int").unwrap_err();
    assert!(matches!(error, DriverError::LockNotGot { .. }), "{error}");
    assert!(error.is_transient());
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn files_of_this_machine_are_not_read() {
    let Some(database) = Server::Mysql.database() else { return };
    let mut driver = database.connect();
    driver.execute("CREATE TABLE a (x int)").unwrap();
    let error = driver.execute("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE a").unwrap_err();
    // MySQL's own refusal, where it is not switched on.
    let message = error.to_string();
    assert!(message.contains("LOAD DATA LOCAL") || message.contains("local data is disabled"), "{error}");
    driver.execute("INSERT INTO a VALUES (1)").unwrap();
    assert_eq!(number(driver.as_mut(), "SELECT count(*) FROM a"), 1);
}

#[test]
fn who_is_not_let_in_is_told_without_the_password() {
    let Some(database) = Server::Mysql.database() else { return };
    let url = database.url();
    let (_, place) = url.rsplit_once('@').unwrap();
    let url = DatabaseUrl::parse(&format!("mysql://nobody:secret@{place}")).unwrap();
    let error = connect(&url, &ConnectOptions::default()).map(|_| ()).unwrap_err();
    assert!(matches!(error, DriverError::Open { .. }), "{error}");
    assert!(!error.to_string().contains("secret"), "{error}");
}

#[test]
fn connections_may_be_used_and_dropped_inside_a_runtime() {
    let Some(database) = Server::Mysql.database() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut driver = database.connect();
        assert_eq!(number(driver.as_mut(), "SELECT 1"), 1);
        drop(driver.scratch().unwrap());
    });
}
