//! What the stories need to know of an engine.

use schema_core::database::{mysql, postgres};
use schema_core::driver::{ConnectOptions, Driver, connect};
use schema_core::url::DatabaseUrl;
use schema_core::{Database, Error, Initializer};
use schema_tests::server::{Server, TestDatabase};
use schema_tests::shell::{self, AtErrors};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// An empty database of an engine.
pub(crate) trait Engine: Sized {
    /// One of its own; none without a server.
    fn new() -> Option<Self>;
    /// Its URL.
    fn url(&self) -> String;
    /// Keeps others from migrating until the connection is dropped.
    fn lock(&self) -> Box<dyn Driver>;
    /// Starts an application.
    fn start(initializer: Initializer) -> Result<(), Error>;
    /// Puts a backup into the empty database, as an administrator does.
    fn restore(&self, backup: &Path);

    /// A connection to it.
    fn driver(&self) -> Box<dyn Driver> {
        connect(&DatabaseUrl::parse(&self.url()).unwrap(), &ConnectOptions::default()).unwrap()
    }

    /// Runs a statement.
    fn execute(&self, sql: &str) {
        self.driver().execute(sql).unwrap();
    }

    /// The tables that there are.
    fn tables(&self) -> BTreeSet<String> {
        self.driver().introspect().unwrap().tables.into_iter().map(|table| table.name.name).collect()
    }

    /// What a query gives, a text for each row.
    fn column(&self, sql: &str) -> Vec<String> {
        let rows = self.driver().query(sql, &[]).unwrap();
        rows.iter().map(|row| row[0].as_text().unwrap().to_owned()).collect()
    }
}

/// The lock of a server, which a session has beside its transactions.
fn session_lock(mut driver: Box<dyn Driver>) -> Box<dyn Driver> {
    assert!(driver.try_lock().unwrap());
    driver
}

pub(crate) struct Sqlite {
    folder: TempDir,
}

impl Engine for Sqlite {
    fn new() -> Option<Self> {
        Some(Sqlite { folder: tempfile::tempdir().unwrap() })
    }

    fn url(&self) -> String {
        format!("sqlite://{}/app.db", self.folder.path().display())
    }

    fn lock(&self) -> Box<dyn Driver> {
        let mut driver = self.driver();
        driver.begin().unwrap();
        driver
    }

    fn start(initializer: Initializer) -> Result<(), Error> {
        initializer.initialize_as::<Database>().map(drop)
    }

    fn restore(&self, backup: &Path) {
        fs::copy(backup, self.folder.path().join("app.db")).unwrap();
    }
}

pub(crate) struct Postgres {
    database: TestDatabase,
}

impl Engine for Postgres {
    fn new() -> Option<Self> {
        Some(Postgres { database: Server::Postgres.database()? })
    }

    fn url(&self) -> String {
        self.database.url()
    }

    fn lock(&self) -> Box<dyn Driver> {
        session_lock(self.driver())
    }

    fn start(initializer: Initializer) -> Result<(), Error> {
        initializer.initialize_as::<postgres::Database>().map(drop)
    }

    fn restore(&self, backup: &Path) {
        let mut command = Command::new("pg_restore");
        assert!(command.arg("--dbname").arg(self.url()).arg(backup).status().unwrap().success());
    }
}

pub(crate) struct MariaDb {
    database: TestDatabase,
}

impl Engine for MariaDb {
    fn new() -> Option<Self> {
        Some(MariaDb { database: Server::Mysql.database()? })
    }

    fn url(&self) -> String {
        self.database.url()
    }

    fn lock(&self) -> Box<dyn Driver> {
        session_lock(self.driver())
    }

    fn start(initializer: Initializer) -> Result<(), Error> {
        initializer.initialize_as::<mysql::Database>().map(drop)
    }

    fn restore(&self, backup: &Path) {
        let dump = fs::read_to_string(backup).unwrap();
        shell::run(&self.url(), &dump, AtErrors::Usual).unwrap().exits(0);
    }
}
