//! A SQLite database, opened for an application.

use super::MigrationTarget;
use super::pool::{Pool, Unavailable};
use super::{ApplicationDatabase, MOST_CONNECTIONS};
use crate::driver::sqlite::{self, Patience, Retry, SqliteDriver};
use crate::driver::{ConnectOptions, Driver, DriverError};
use crate::error::Error;
use crate::url::{DatabaseUrl, SqliteLocation, SqliteMode, SqliteUrl};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::Duration;

/// How long to wait for the write-ahead log to be switched on.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A SQLite database: a small pool of connections that any thread may use, and that clones share.
///
/// Connections enforce foreign keys, use the write-ahead log, wait 5 seconds for each other's locks (`busy_timeout` in the URL), and
/// refuse a misspelt name in double quotes instead of taking it for a string. Calls block, so that inside an asynchronous runtime they
/// belong into `spawn_blocking` where they may take long. A database in memory has one connection.
///
/// ```
/// use schema_core::Database;
///
/// let database = Database::open("sqlite::memory:")?;
/// let count = database.transaction(|transaction| -> rusqlite::Result<i64> {
///     transaction.execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1), (2);")?;
///     transaction.query_row("SELECT count(*) FROM t", [], |row| row.get(0))
/// })?;
/// assert_eq!(count, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    url: SqliteUrl,
    pool: Pool<Connection>,
}

impl Database {
    /// Opens a database by its URL or file name, and creates the file where the URL allows it.
    ///
    /// # Errors
    ///
    /// The URL is not one of SQLite, or the database cannot be opened.
    pub fn open(url: &str) -> Result<Self, Error> {
        Database::open_url(&DatabaseUrl::parse(url)?)
    }

    /// Opens a database, as [`Database::open`].
    ///
    /// # Errors
    ///
    /// As [`Database::open`].
    pub fn open_url(url: &DatabaseUrl) -> Result<Self, Error> {
        let DatabaseUrl::Sqlite(url) = url else {
            return Err(DriverError::EngineNotAvailable { engine: url.engine() }.into());
        };
        let connection = open(url)?;
        sqlite::switch_to_write_ahead_log(&connection, LONGEST_WAIT)?;
        let limit = match url.location {
            SqliteLocation::File(_) => MOST_CONNECTIONS,
            SqliteLocation::Memory => 1,
        };
        Ok(Database { inner: Arc::new(Inner { url: url.clone(), pool: Pool::new(limit, connection) }) })
    }

    /// Where the database is.
    #[must_use]
    pub fn url(&self) -> DatabaseUrl {
        DatabaseUrl::Sqlite(self.inner.url.clone())
    }

    /// Runs work with a connection of rusqlite's own; what it leaves open is rolled back.
    ///
    /// # Errors
    ///
    /// Those of the work; and the database cannot be opened, or all connections stay in use.
    pub fn with_connection<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.inner.take()?;
        // A database in memory would be gone with its connection.
        let result = panic::catch_unwind(AssertUnwindSafe(|| work(&mut connection)));
        self.inner.put_back(connection);
        result.unwrap_or_else(|panic| panic::resume_unwind(panic))
    }

    /// Runs work in a transaction: commits on `Ok`, rolls back on `Err` and on panic.
    ///
    /// The transaction may write from its beginning (`BEGIN IMMEDIATE`), so that it never has to give up half way because another
    /// connection was first. Only its beginning is tried again; the work runs once.
    ///
    /// # Errors
    ///
    /// Those of the work, and of beginning and committing.
    pub fn transaction<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let behavior = match self.inner.url.mode {
            SqliteMode::ReadOnly => TransactionBehavior::Deferred,
            SqliteMode::ReadWrite | SqliteMode::ReadWriteCreate => TransactionBehavior::Immediate,
        };
        self.with_connection(|connection| {
            let transaction = Retry::for_at_most(sqlite::usual_busy_timeout(&self.inner.url))
                .run(|| Transaction::new_unchecked(connection, behavior))
                .map_err(rusqlite::Error::from)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        })
    }

    /// Runs work with a driver on one of the connections: for a database in memory there is no other way to reach it.
    pub(crate) fn with_driver<T>(
        &self,
        options: &ConnectOptions,
        work: impl FnOnce(&mut dyn Driver) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let connection = self.inner.take().map_err(DriverError::from)?;
        let mut driver = SqliteDriver::over(connection, &self.inner.url, options)
            .inspect_err(|_| self.inner.pool.closed())?;
        let result = panic::catch_unwind(AssertUnwindSafe(|| work(&mut driver)));
        match driver.into_connection() {
            Ok(connection) => self.inner.put_back(connection),
            Err(_) => self.inner.pool.closed(),
        }
        result.unwrap_or_else(|panic| panic::resume_unwind(panic))
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Database").field("url", &self.inner.url).finish_non_exhaustive()
    }
}

fn open(url: &SqliteUrl) -> Result<Connection, DriverError> {
    let ConnectOptions {
        create,
        lock_timeout,
        on_wait,
        history_table: _,
        scratch: _,
        online_schema_change: _,
    } = ConnectOptions::default();
    sqlite::for_application(sqlite::open(url, create, &Patience::new(lock_timeout, on_wait))?, url)
}

impl Inner {
    fn take(&self) -> rusqlite::Result<Connection> {
        self.pool.take(|| open(&self.url)).map_err(|error| match error {
            Unavailable::AllInUse => no_connection(),
            Unavailable::Open(error) => failure(rusqlite::ffi::SQLITE_CANTOPEN, error.to_string()),
        })
    }

    fn put_back(&self, connection: Connection) {
        if !connection.is_autocommit() && connection.execute_batch("ROLLBACK").is_err() {
            drop(connection);
            self.pool.closed();
        } else {
            self.pool.put_back(connection);
        }
    }
}

impl ApplicationDatabase for Database {
    fn open_url(url: &DatabaseUrl) -> Result<Self, Error> {
        Database::open_url(url)
    }

    fn migration_target(&self) -> MigrationTarget<'_> {
        MigrationTarget::Database(self)
    }
}

fn no_connection() -> rusqlite::Error {
    failure(rusqlite::ffi::SQLITE_BUSY, "all connections stay in use".to_owned())
}

fn failure(code: i32, message: String) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), Some(message))
}
