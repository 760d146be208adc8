//! What the stories need to know of an engine.

use schema_core::driver::{ConnectOptions, Driver, connect};
use schema_core::url::DatabaseUrl;
use schema_tests::server::{Server, TestDatabase};
use std::collections::BTreeSet;
use tempfile::TempDir;

/// An empty database of an engine.
pub(crate) trait Engine: Sized {
    /// Whether the database is a file, with backups beside it, that one writer can lock.
    const IS_FILE: bool;

    /// One of its own; none without a server.
    fn new() -> Option<Self>;
    /// Its URL.
    fn url(&self) -> String;

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

pub(crate) struct Sqlite {
    folder: TempDir,
}

impl Engine for Sqlite {
    const IS_FILE: bool = true;

    fn new() -> Option<Self> {
        Some(Sqlite { folder: tempfile::tempdir().unwrap() })
    }

    fn url(&self) -> String {
        format!("sqlite://{}/app.db", self.folder.path().display())
    }
}

pub(crate) struct Postgres {
    database: TestDatabase,
}

impl Engine for Postgres {
    const IS_FILE: bool = false;

    fn new() -> Option<Self> {
        Some(Postgres { database: Server::Postgres.database()? })
    }

    fn url(&self) -> String {
        self.database.url()
    }
}

pub(crate) struct MariaDb {
    database: TestDatabase,
}

impl Engine for MariaDb {
    const IS_FILE: bool = false;

    fn new() -> Option<Self> {
        Some(MariaDb { database: Server::Mysql.database()? })
    }

    fn url(&self) -> String {
        self.database.url()
    }
}
