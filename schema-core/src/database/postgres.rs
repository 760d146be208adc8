//! A PostgreSQL database, opened for an application.
//!
//! The `postgres` crate drives a runtime inside each call and panics where the caller is inside one already, when a connection is dropped too. All that has to do
//! with a connection runs on a thread of its own, for which the caller waits.

use super::MigrationTarget;
use super::pool::{Pool, Unavailable};
use super::{ApplicationDatabase, MOST_CONNECTIONS};
use crate::driver::{DriverError, postgres as driver};
use crate::error::Error;
use crate::url::{DatabaseUrl, PostgresUrl};
use postgres::{Client, Transaction};
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// The client library, in the version whose types transactions have.
pub use ::postgres as client;

/// How long a connection that has waited may take to show that it is still there.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

/// A PostgreSQL database: a small pool of connections that any thread may use, and that clones share.
///
/// Works, and may be dropped, in plain code and inside an asynchronous runtime alike. Calls block, so that inside a runtime they belong into
/// `spawn_blocking` where they may take long.
///
/// ```no_run
/// use schema_core::database::postgres::Database;
///
/// let database = Database::open("postgres://app@localhost/shop")?;
/// let count = database.transaction(|transaction| -> Result<i64, schema_core::Error> {
///     transaction.execute("INSERT INTO visits DEFAULT VALUES", &[])?;
///     Ok(transaction.query_one("SELECT count(*) FROM visits", &[])?.get(0))
/// })?;
/// # Ok::<(), schema_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    url: PostgresUrl,
    whole_url: DatabaseUrl,
    pool: Pool<Client>,
}

impl Database {
    /// Opens a database by its URL.
    ///
    /// # Errors
    ///
    /// The URL is not one of PostgreSQL, or the database cannot be reached.
    pub fn open(url: &str) -> Result<Self, Error> {
        Database::open_url(&DatabaseUrl::parse(url)?)
    }

    /// Opens a database, as [`Database::open`].
    ///
    /// # Errors
    ///
    /// As [`Database::open`].
    pub fn open_url(whole_url: &DatabaseUrl) -> Result<Self, Error> {
        let DatabaseUrl::Postgres(url) = whole_url else {
            return Err(DriverError::EngineNotAvailable { engine: whole_url.engine() }.into());
        };
        let first = apart(|| driver::open(url))?;
        let pool = Pool::new(MOST_CONNECTIONS, first);
        Ok(Database { inner: Arc::new(Inner { url: url.clone(), whole_url: whole_url.clone(), pool }) })
    }

    /// Where the database is.
    #[must_use]
    pub fn url(&self) -> &DatabaseUrl {
        &self.inner.whole_url
    }

    /// Runs work with a connection of the `postgres` crate's own, on a thread of its own; what it leaves open is rolled back.
    ///
    /// # Errors
    ///
    /// Those of the work; and the database cannot be reached, or all connections stay in use.
    pub fn with_connection<T: Send, E: From<Error> + Send>(
        &self,
        work: impl FnOnce(&mut Client) -> Result<T, E> + Send,
    ) -> Result<T, E> {
        apart(|| {
            let mut connection = self.inner.take()?;
            let result = panic::catch_unwind(AssertUnwindSafe(|| work(&mut connection)));
            self.inner.put_back(connection);
            result.unwrap_or_else(|panic| panic::resume_unwind(panic))
        })
    }

    /// Runs work in a transaction, on a thread of its own: commits on `Ok`, rolls back on `Err` and on panic.
    ///
    /// # Errors
    ///
    /// Those of the work, and of beginning and committing.
    pub fn transaction<T: Send, E: From<Error> + Send>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, E> + Send,
    ) -> Result<T, E> {
        self.with_connection(|connection| {
            let mut transaction = connection.transaction().map_err(Error::from)?;
            let value = work(&mut transaction)?;
            transaction.commit().map_err(Error::from)?;
            Ok(value)
        })
    }
}

impl Inner {
    fn take(&self) -> Result<Client, Error> {
        let mut connection = self.pool.take(|| driver::open(&self.url)).map_err(|error| match error {
            Unavailable::AllInUse => {
                DriverError::Refused { message: "all connections stay in use".to_owned() }
            }
            Unavailable::Open(error) => error,
        })?;
        // The server may have been started anew since it was last used.
        if connection.is_valid(SIGN_OF_LIFE).is_ok() {
            return Ok(connection);
        }
        driver::open(&self.url).map_err(|error| {
            self.pool.closed();
            error.into()
        })
    }

    fn put_back(&self, mut connection: Client) {
        if connection.batch_execute("ROLLBACK").is_ok() {
            self.pool.put_back(connection);
        } else {
            self.pool.closed();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let connections = self.pool.drain();
        apart(|| drop(connections));
    }
}

/// Does it on a thread of its own.
fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| scope.spawn(work).join()).unwrap_or_else(|panic| panic::resume_unwind(panic))
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

/// What the server says, in its words; who wants its codes has an error type of his own for [`Database::transaction`].
impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Self {
        DriverError::Refused { message: driver::message(&error) }.into()
    }
}
