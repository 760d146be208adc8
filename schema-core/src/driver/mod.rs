//! Drivers: the only code that talks to databases, one folder and one cargo feature for each engine.
//!
//! Owns connections, locks and what only a connection can answer. Must not know revisions; callers ask for
//! [`Capabilities`], never for an engine's name.

#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod backup_file;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod backup_program;
mod capability;
mod error;
mod history_table;
mod integrity;
pub(crate) mod migration_lock;
#[cfg(feature = "mysql")]
pub mod mysql;
mod online_schema_change;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod parameters;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod peer;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod questions;
pub(crate) mod scratch;
mod sql_value;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod statement_progress;
mod step_state;
mod table_size;
mod traits;
mod value;
pub(crate) mod wait;

pub use capability::Capabilities;
pub use error::{DriverError, Lack};
pub(crate) use history_table::{HISTORY_COLUMNS, STEP_COLUMNS, has_history_columns};
pub use history_table::{HistoryTable, InvalidHistoryTable};
pub use integrity::{Compiles, Damage, ForeignKeyViolation, Integrity};
pub use online_schema_change::{InvalidOnlineSchemaChange, OnlineSchemaChange, OnlineSchemaChangeError};
pub use scratch::{ScratchPlace, ScratchPlaces, drop_scratch_databases};
pub use sql_value::{Answer, SqlValue};
pub use statement_progress::{ProgressSource, ProgressUnit, StatementProgress};
pub use step_state::StepState;
pub use table_size::TableSize;
pub use traits::{
    Ask, Backup, Driver, Evidence, Execute, Facts, Introspect, Lock, Recreate, ScratchSource, Transact,
};
pub use value::Value;
pub use wait::WaitListener;

use crate::url::{DatabaseUrl, SqliteLocation};
use std::path::PathBuf;
use std::time::Duration;

/// How to connect, beyond what the URL says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectOptions {
    /// The history table, which introspection leaves out.
    pub history_table: HistoryTable,
    /// How long to wait for the migration lock, and for others that are in the way.
    pub lock_timeout: Duration,
    /// Is told where a statement has to wait.
    pub on_wait: WaitListener,
    /// Whether a database that is not there may be created, where the URL allows it.
    pub create: bool,
    /// Where scratch databases are made, where that is not beside the database.
    pub scratch: ScratchPlaces,
    /// The program that changes large tables (MySQL, MariaDB); none has the server do it.
    pub online_schema_change: Option<OnlineSchemaChange>,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        ConnectOptions {
            history_table: HistoryTable::default(),
            lock_timeout: Duration::from_secs(30),
            on_wait: WaitListener::default(),
            create: true,
            scratch: ScratchPlaces::default(),
            online_schema_change: None,
        }
    }
}

/// Where a backup goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackupDestination {
    /// Next to the database, that of a server in the current folder, under a name with the time in it.
    Beside,
    /// This file, which must not exist; in a folder, a file as for [`BackupDestination::Beside`].
    At(PathBuf),
}

/// How the expressions of a desired schema are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Canonical {
    /// By their text: the engine keeps it.
    AsWritten,
    /// In the database's own words.
    InItsOwnWords,
    /// By their text, because the database does not let itself be asked.
    NotAllowed {
        /// Why.
        reason: String,
    },
}

/// Connects to a database.
///
/// # Errors
///
/// The engine is not compiled in, or the database cannot be opened.
pub fn connect(url: &DatabaseUrl, options: &ConnectOptions) -> Result<Box<dyn Driver>, DriverError> {
    #[cfg(not(any(feature = "mysql", feature = "postgres", feature = "sqlite")))]
    let _ = options;
    match url {
        #[cfg(feature = "mysql")]
        DatabaseUrl::Mysql(url) => Ok(Box::new(mysql::MysqlDriver::connect(url, options)?)),
        #[cfg(not(feature = "mysql"))]
        DatabaseUrl::Mysql(url) => Err(DriverError::EngineNotAvailable { engine: url.engine() }),
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(url) => Ok(Box::new(postgres::PostgresDriver::connect(url, options)?)),
        #[cfg(not(feature = "postgres"))]
        DatabaseUrl::Postgres(_) => {
            Err(DriverError::EngineNotAvailable { engine: crate::model::Engine::Postgres })
        }
        #[cfg(feature = "sqlite")]
        DatabaseUrl::Sqlite(url) => Ok(Box::new(sqlite::SqliteDriver::connect(url, options)?)),
        #[cfg(not(feature = "sqlite"))]
        DatabaseUrl::Sqlite(_) => {
            Err(DriverError::EngineNotAvailable { engine: crate::model::Engine::Sqlite })
        }
    }
}

/// Creates the database that a URL names, where it is not there, and returns whether it had to be created.
///
/// # Errors
///
/// The engine is not compiled in, the server cannot be reached, or this user may not create databases.
pub fn create_database(url: &DatabaseUrl) -> Result<bool, DriverError> {
    match url {
        #[cfg(feature = "mysql")]
        DatabaseUrl::Mysql(url) => mysql::create_database(url),
        #[cfg(not(feature = "mysql"))]
        DatabaseUrl::Mysql(url) => Err(DriverError::EngineNotAvailable { engine: url.engine() }),
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(url) => postgres::create_database(url),
        #[cfg(not(feature = "postgres"))]
        DatabaseUrl::Postgres(_) => {
            Err(DriverError::EngineNotAvailable { engine: crate::model::Engine::Postgres })
        }
        DatabaseUrl::Sqlite(url) => Ok(match &url.location {
            // The file comes with the first thing that is written.
            SqliteLocation::File(file) => !file.exists(),
            SqliteLocation::Memory => true,
        }),
    }
}
