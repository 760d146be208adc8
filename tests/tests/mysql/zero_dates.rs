//! Dates that are none: never written for want of a value, and in nobody's way where a database has them already.

use schema_core::driver::{ConnectOptions, Driver};
use schema_core::url::DatabaseUrl;
use schema_tests::server::{Server, TestDatabase};

fn refused(driver: &mut dyn Driver, statement: &str) -> String {
    driver.execute(statement).expect_err(statement).to_string()
}

fn modes(driver: &mut dyn Driver) -> String {
    driver.query("SELECT @@sql_mode", &[]).unwrap()[0][0].as_text().unwrap().to_owned()
}

/// Whether the server's own mode refuses them.
fn server_refuses(driver: &mut dyn Driver) -> bool {
    let mode = driver.query("SELECT @@GLOBAL.sql_mode", &[]).unwrap();
    mode[0][0].as_text().unwrap().contains("NO_ZERO_DATE")
}

fn database() -> Option<(TestDatabase, Box<dyn Driver>)> {
    let database = Server::Mysql.database()?;
    let mut driver = database.connect();
    driver.execute("CREATE TABLE t (id int PRIMARY KEY)").unwrap();
    driver.execute("INSERT INTO t VALUES (1)").unwrap();
    Some((database, driver))
}

#[test]
fn rows_get_no_date_that_is_none() {
    let Some((_database, mut driver)) = database() else { return };
    if !server_refuses(driver.as_mut()) {
        // MariaDB's usual mode; scripts that are generated ask for a value there too.
        assert!(!modes(driver.as_mut()).contains("NO_ZERO_DATE"));
        return;
    }
    for column in ["shipped datetime(6) NOT NULL", "shipped date NOT NULL DEFAULT '0000-00-00'"] {
        let message = refused(driver.as_mut(), &format!("ALTER TABLE t ADD COLUMN {column}"));
        assert!(message.contains("0000-00-00") || message.contains("Invalid default"), "{column}: {message}");
    }
}

#[test]
fn a_table_that_has_them_as_defaults_can_be_changed() {
    let Some((database, mut driver)) = database() else { return };
    assert_eq!(modes(driver.as_mut()).contains("NO_ZERO_DATE"), server_refuses(driver.as_mut()));
    driver.execute("SET SESSION sql_mode = ''").unwrap();
    driver.execute("ALTER TABLE t ADD COLUMN shipped date NOT NULL DEFAULT '0000-00-00'").unwrap();
    let url = DatabaseUrl::parse(&database.url()).unwrap();
    let mut driver = schema_core::driver::connect(&url, &ConnectOptions::default()).unwrap();
    assert!(!modes(driver.as_mut()).contains("NO_ZERO_DATE"));
    driver.execute("ALTER TABLE t ADD COLUMN n int, ALGORITHM=COPY").unwrap();
    let mut scratch = driver.scratch().unwrap();
    assert!(!modes(scratch.as_mut()).contains("NO_ZERO_DATE"), "a scratch database is like its own");
    driver.reset_session(&[]).unwrap();
    assert!(!modes(driver.as_mut()).contains("NO_ZERO_DATE"));
}
