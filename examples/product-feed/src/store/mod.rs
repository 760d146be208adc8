//! Where the data lives: opens the database, of whichever engine, and migrates it on the way.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;
mod value;

pub use value::{Row, Value};

use crate::error::Error;
#[cfg(feature = "mysql")]
use schema_core::database::mysql::Database as Mysql;
#[cfg(feature = "postgres")]
use schema_core::database::postgres::Database as Postgres;
use schema_core::driver::BackupDestination;
use schema_core::model::Engine;
use schema_core::url::DatabaseUrl;
use schema_core::{Database as Sqlite, EmbeddedMigrations, Initializer, Migrator, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

const DEFAULT_URL: &str = "sqlite://product-feed.db";

/// A connection of any engine, as the service's queries need it: each parameter is a `?`.
pub trait Connection {
    /// The engine, for the few statements that differ.
    fn engine(&self) -> Engine;

    /// Runs a statement; returns how many rows it has touched.
    ///
    /// # Errors
    ///
    /// When the database refuses.
    fn execute(&mut self, statement: &str, parameters: &[Value]) -> Result<u64, Error>;

    /// Adds a row to a table that numbers its rows in `id`; returns the number.
    ///
    /// # Errors
    ///
    /// When the database refuses.
    fn insert(&mut self, statement: &str, parameters: &[Value]) -> Result<i64, Error>;

    /// Reads rows.
    ///
    /// # Errors
    ///
    /// When the database refuses.
    fn query(&mut self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, Error>;
}

/// The database.
#[derive(Clone, Debug)]
pub enum Store {
    /// A file, or memory.
    Sqlite(Sqlite),
    /// A PostgreSQL server.
    #[cfg(feature = "postgres")]
    Postgres(Postgres),
    /// A MySQL or MariaDB server.
    #[cfg(feature = "mysql")]
    Mysql(Mysql),
}

impl Store {
    /// Runs work in a transaction: commits on `Ok`, rolls back on `Err` and on panic.
    ///
    /// # Errors
    ///
    /// Those of the work, and of beginning and committing.
    pub fn transaction<T: Send>(
        &self,
        work: impl FnOnce(&mut dyn Connection) -> Result<T, Error> + Send,
    ) -> Result<T, Error> {
        match self {
            Store::Sqlite(database) => database.transaction(|tx| work(&mut sqlite::Connection(tx))),
            #[cfg(feature = "postgres")]
            Store::Postgres(database) => database.transaction(|tx| work(&mut postgres::Connection(tx))),
            #[cfg(feature = "mysql")]
            Store::Mysql(database) => database.transaction(|tx| work(&mut mysql::Connection(tx))),
        }
    }
}

/// Opens the database for work. `MIGRATION_AUTO_UPGRADE` has it migrated first, and `MIGRATION_BACKUP_BEFORE_UPGRADE` copied before that;
/// without them a database that is behind is an error.
///
/// # Errors
///
/// When the database can't be opened, or a migration fails or is pending.
pub fn open(url: Option<&str>) -> Result<Store, Error> {
    initialize(initializer(url)?)
}

/// Creates the database if it is missing, and migrates it whatever the environment says.
///
/// # Errors
///
/// When the database can't be opened or a migration fails.
pub fn create(url: Option<&str>, backup: bool) -> Result<Store, Error> {
    let mut initializer = initializer(url)?.auto_upgrade(true);
    if backup {
        initializer = initializer.backup(BackupDestination::Beside);
    }
    initialize(initializer)
}

fn initializer(url: Option<&str>) -> Result<Initializer, Error> {
    let migrator = Migrator::embedded(MIGRATIONS)?;
    let mut initializer = Initializer::from_environment(migrator)?;
    if let Some(url) = url {
        initializer = initializer.database_url(DatabaseUrl::parse(url).map_err(schema_core::Error::from)?);
    }
    let default = DatabaseUrl::parse(DEFAULT_URL).map_err(schema_core::Error::from)?;
    Ok(initializer.default_database_url(default))
}

fn initialize(initializer: Initializer) -> Result<Store, Error> {
    Ok(match initializer.engine() {
        #[cfg(feature = "postgres")]
        Some(Engine::Postgres) => Store::Postgres(initializer.initialize_as()?),
        #[cfg(feature = "mysql")]
        Some(Engine::Mysql | Engine::Mariadb) => Store::Mysql(initializer.initialize_as()?),
        // An engine that this build has no driver for is an error of the initializer.
        Some(_) | None => Store::Sqlite(initializer.initialize_as()?),
    })
}
