//! Databases as applications use them: small pools of connections, a module an engine, all with the same methods.
//!
//! Owns connections and transactions; must not know revisions or models. What a transaction is given is the engine's own client library's: this is no query layer.

#[cfg(feature = "mysql")]
pub mod mysql;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod pool;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "sqlite")]
pub mod sqlite;

#[cfg(feature = "sqlite")]
pub use sqlite::Database;

use crate::error::Error;
use crate::url::DatabaseUrl;

/// How many connections there are at most.
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
const MOST_CONNECTIONS: usize = 8;

/// What to migrate: an open [`Database`], a connection of the application's own, or any database by its URL.
#[non_exhaustive]
pub enum MigrationTarget<'a> {
    /// An open database; one in memory can only be migrated so.
    #[cfg(feature = "sqlite")]
    Database(&'a Database),
    /// A connection of the application's own, to a file or in memory.
    ///
    /// It must not be inside a transaction, nor have temporary tables, views or triggers, nor other databases attached. Its settings are set for the run as those of
    /// the connections that are opened by URL, and put back afterwards, also after an error or a panic: foreign keys, the busy timeout, and what a script may
    /// have set. SQLite does not tell a busy handler, so that one is lost: set it again.
    #[cfg(feature = "sqlite")]
    SqliteConnection(&'a mut rusqlite::Connection),
    /// A client of the application's own (PostgreSQL).
    ///
    /// It must not be inside a transaction, nor have temporary objects or open cursors. Its session is set for the run as those of the connections that are opened by
    /// URL, and put back afterwards, also after an error or a panic: all settings of the server, the role, the channels that it listens to. Settings of one's own
    /// (`app.tenant`) stay as they are, and those that a script makes stay too. A backup needs a URL; a pooler that lends the session to others
    /// between two transactions is found out at the second transaction, not before the first.
    #[cfg(feature = "postgres")]
    PostgresClient(&'a mut ::postgres::Client),
    /// A database to which a connection is made for this.
    Url(&'a DatabaseUrl),
}

#[cfg(feature = "sqlite")]
impl<'a> From<&'a Database> for MigrationTarget<'a> {
    fn from(database: &'a Database) -> Self {
        MigrationTarget::Database(database)
    }
}

#[cfg(feature = "sqlite")]
impl<'a> From<&'a mut rusqlite::Connection> for MigrationTarget<'a> {
    fn from(connection: &'a mut rusqlite::Connection) -> Self {
        MigrationTarget::SqliteConnection(connection)
    }
}

#[cfg(feature = "postgres")]
impl<'a> From<&'a mut ::postgres::Client> for MigrationTarget<'a> {
    fn from(client: &'a mut ::postgres::Client) -> Self {
        MigrationTarget::PostgresClient(client)
    }
}

impl<'a> From<&'a DatabaseUrl> for MigrationTarget<'a> {
    fn from(url: &'a DatabaseUrl) -> Self {
        MigrationTarget::Url(url)
    }
}

/// What [`Initializer`](crate::Initializer) opens: a database of one engine.
pub trait ApplicationDatabase: Sized {
    /// Opens a database by its URL.
    ///
    /// # Errors
    ///
    /// The URL is of another engine, or the database cannot be reached.
    fn open_url(url: &DatabaseUrl) -> Result<Self, Error>;

    /// The database as a [`Migrator`](crate::Migrator) wants it.
    fn migration_target(&self) -> MigrationTarget<'_>;
}
