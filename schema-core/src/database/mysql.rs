//! A MySQL or MariaDB database, opened for an application.

use super::MigrationTarget;
use super::pool::{Pool, Unavailable};
use super::{ApplicationDatabase, MOST_CONNECTIONS};
use crate::driver::{DriverError, mysql as driver};
use crate::error::Error;
use crate::url::{DatabaseUrl, MysqlUrl};
use mysql::prelude::Queryable as _;
use mysql::{Conn, Transaction, TxOpts};
use std::fmt;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

/// The client library, in the version whose types transactions have.
pub use ::mysql as client;

/// A MySQL or MariaDB database: a small pool of connections that any thread may use, and that clones share.
///
/// Works, and may be dropped, in plain code and inside an asynchronous runtime alike. Calls block, so that inside a runtime they belong into
/// `spawn_blocking` where they may take long.
///
/// ```no_run
/// use schema_core::database::mysql::{Database, client};
/// use client::prelude::Queryable as _;
///
/// let database = Database::open("mysql://app@localhost/shop")?;
/// let count = database.transaction(|transaction| -> client::Result<Option<i64>> {
///     transaction.query_drop("INSERT INTO visits () VALUES ()")?;
///     transaction.query_first("SELECT count(*) FROM visits")
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    url: MysqlUrl,
    whole_url: DatabaseUrl,
    pool: Pool<Conn>,
}

impl Database {
    /// Opens a database by its URL.
    ///
    /// # Errors
    ///
    /// The URL is not one of MySQL or MariaDB, or the database cannot be reached.
    pub fn open(url: &str) -> Result<Self, Error> {
        Database::open_url(&DatabaseUrl::parse(url)?)
    }

    /// Opens a database, as [`Database::open`].
    ///
    /// # Errors
    ///
    /// As [`Database::open`].
    pub fn open_url(whole_url: &DatabaseUrl) -> Result<Self, Error> {
        let DatabaseUrl::Mysql(url) = whole_url else {
            return Err(DriverError::EngineNotAvailable { engine: whole_url.engine() }.into());
        };
        let pool = Pool::new(MOST_CONNECTIONS, driver::open_plain(url)?);
        Ok(Database { inner: Arc::new(Inner { url: url.clone(), whole_url: whole_url.clone(), pool }) })
    }

    /// Where the database is.
    #[must_use]
    pub fn url(&self) -> &DatabaseUrl {
        &self.inner.whole_url
    }

    /// Runs work with a connection of the `mysql` crate's own; what it leaves open is rolled back.
    ///
    /// # Errors
    ///
    /// Those of the work; and the database cannot be reached, or all connections stay in use.
    pub fn with_connection<T, E: From<mysql::Error>>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.inner.take()?;
        let result = panic::catch_unwind(AssertUnwindSafe(|| work(&mut connection)));
        self.inner.put_back(connection);
        result.unwrap_or_else(|panic| panic::resume_unwind(panic))
    }

    /// Runs work in a transaction: commits on `Ok`, rolls back on `Err` and on panic.
    ///
    /// Changes of the schema commit by themselves here, and what was done before them too.
    ///
    /// # Errors
    ///
    /// Those of the work, and of beginning and committing.
    pub fn transaction<T, E: From<mysql::Error>>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.with_connection(|connection| {
            let mut transaction = connection.start_transaction(TxOpts::default())?;
            let value = work(&mut transaction)?;
            transaction.commit()?;
            Ok(value)
        })
    }
}

impl Inner {
    fn take(&self) -> mysql::Result<Conn> {
        let open = || driver::open_plain(&self.url).map_err(other);
        let mut connection = self.pool.take(open).map_err(|error| match error {
            Unavailable::AllInUse => other("all connections stay in use"),
            Unavailable::Open(error) => error,
        })?;
        // The server closes what nobody has used for long.
        if connection.ping().is_ok() {
            return Ok(connection);
        }
        open().inspect_err(|_| self.pool.closed())
    }

    fn put_back(&self, mut connection: Conn) {
        if connection.query_drop("ROLLBACK").is_ok() {
            self.pool.put_back(connection);
        } else {
            self.pool.closed();
        }
    }
}

fn other(error: impl ToString) -> mysql::Error {
    mysql::Error::IoError(io::Error::other(error.to_string()))
}

impl ApplicationDatabase for Database {
    fn open_url(url: &DatabaseUrl) -> Result<Self, Error> {
        Database::open_url(url)
    }

    fn migration_target(&self) -> MigrationTarget<'_> {
        MigrationTarget::Url(self.url())
    }
}

impl<'a> From<&'a Database> for MigrationTarget<'a> {
    fn from(database: &'a Database) -> Self {
        database.migration_target()
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Database").field("url", &self.inner.whole_url).finish_non_exhaustive()
    }
}
