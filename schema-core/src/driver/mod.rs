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
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod parameters;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod peer;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod questions;
mod scratch;
mod sql_value;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod step_state;
mod value;
pub(crate) mod wait;

pub use capability::Capabilities;
pub use error::{DriverError, Lack};
pub(crate) use history_table::{HISTORY_COLUMNS, STEP_COLUMNS, has_history_columns};
pub use history_table::{HistoryTable, InvalidHistoryTable};
pub use integrity::{Compiles, Damage, ForeignKeyViolation, Integrity};
pub use scratch::{ScratchPlace, ScratchPlaces, drop_scratch_databases};
pub use sql_value::{Answer, SqlValue};
pub use step_state::StepState;
pub use value::Value;
pub use wait::WaitListener;

use crate::dialect::mysql::definer::Kept;
use crate::model::{Engine, QualifiedName, Schema};
use crate::sql::Recreated;
use crate::url::{DatabaseUrl, SqliteLocation};
use std::path::{Path, PathBuf};
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
}

impl Default for ConnectOptions {
    fn default() -> Self {
        ConnectOptions {
            history_table: HistoryTable::default(),
            lock_timeout: Duration::from_secs(30),
            on_wait: WaitListener::default(),
            create: true,
            scratch: ScratchPlaces::default(),
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

/// A connection to a database, as the runner and autogenerate need it.
pub trait Driver: Send {
    /// The engine.
    fn engine(&self) -> Engine;

    /// What the engine can do.
    fn capabilities(&self) -> &'static Capabilities;

    /// The history table.
    fn history_table(&self) -> &HistoryTable;

    /// How long to wait for another process.
    fn lock_timeout(&self) -> Duration;

    /// The name as the engine's SQL spells it.
    fn quote(&self, name: &QualifiedName) -> String;

    /// An empty database of the same kind, gone when it is dropped: beside this one, or where [`ConnectOptions::scratch`] says.
    ///
    /// Where this one is an empty database that is kept for scratch work, the new one takes its place, and this one can be used no more.
    ///
    /// # Errors
    ///
    /// There can be none.
    fn scratch(&self) -> Result<Box<dyn Driver>, DriverError>;

    /// An empty database as [`scratch`](Self::scratch) gives it, for scripts that people wrote: where it is on the server of the database at hand, what would
    /// reach beyond it is refused. That are other databases on MySQL and MariaDB, on any server, and on PostgreSQL what all databases of a server share.
    ///
    /// # Errors
    ///
    /// There can be none.
    fn scratch_for_scripts(&self) -> Result<Box<dyn Driver>, DriverError> {
        self.scratch()
    }

    /// A copy of the database beside this one, gone when it is dropped: all definitions, and no rows but those of the history tables. What would reach beyond
    /// it is refused there.
    ///
    /// # Errors
    ///
    /// The engine can try statements on the database itself, or something cannot be copied.
    fn copy_without_rows(&mut self) -> Result<Box<dyn Driver>, DriverError> {
        Err(DriverError::Unsupported { engine: self.engine(), what: "need for a copy to try statements on" })
    }

    /// Reads the whole schema, without the history tables.
    ///
    /// # Errors
    ///
    /// The database refuses, or holds a definition that cannot be read.
    fn introspect(&mut self) -> Result<Schema, DriverError>;

    /// Puts the types, expressions and views of a desired schema into the words in which the database would give them back, where it does not keep them
    /// as they are written; nothing that stays is changed by it.
    ///
    /// `current` is what the database holds: what is spelled there already need not be asked for.
    ///
    /// # Errors
    ///
    /// The database refuses an expression, or the connection fails.
    fn canonicalize(&mut self, current: &Schema, desired: &mut Schema) -> Result<Canonical, DriverError> {
        let _ = (current, desired);
        Ok(Canonical::AsWritten)
    }

    /// For each table the fingerprint of what a rebuild of it has to know; none where there is no such table.
    ///
    /// # Errors
    ///
    /// As [`Driver::introspect`].
    fn fingerprints(&mut self, tables: &[&str]) -> Result<Vec<Option<String>>, DriverError>;

    /// For each object that a script drops and recreates the fingerprint of what the script has to know of it; none where there is no such object. Where
    /// scripts recreate tables alone, [`fingerprints`](Self::fingerprints) are all there is.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn recreated_fingerprints(&mut self, objects: &[Recreated]) -> Result<Vec<Option<String>>, DriverError> {
        Ok(vec![None; objects.len()])
    }

    /// What objects keep when these statements recreate them (MySQL, MariaDB): the definer that they have in the database at hand, where it is the only difference to what the script was written for,
    /// and the rights on routines that are dropped. Is asked outside of transactions, before anything is changed.
    ///
    /// # Errors
    ///
    /// This account may not give an object that definer, or may not see or grant the rights, or the database refuses.
    fn kept(&mut self, objects: &[Recreated], statements: &[&str]) -> Result<Vec<Kept>, DriverError> {
        let _ = (objects, statements);
        Ok(Vec::new())
    }

    /// Within a transaction, before these statements, which drop and recreate objects: takes what these have and no script says (owner, grants, comments, settings).
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn take(&mut self, objects: &[Recreated], statements: &[&str]) -> Result<(), DriverError> {
        let _ = (objects, statements);
        Ok(())
    }

    /// In the same transaction, after those statements: gives what was taken from these objects back to those that were recreated.
    ///
    /// # Errors
    ///
    /// An object was dropped and not recreated, or this role may not give something back.
    fn give_back(&mut self, objects: &[Recreated]) -> Result<(), DriverError> {
        let _ = objects;
        Ok(())
    }

    /// Whether there is a table of this name.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn table_exists(&mut self, table: &QualifiedName) -> Result<bool, DriverError>;

    /// The names of the columns of a table; none where there is no such table.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn column_names(&mut self, table: &QualifiedName) -> Result<Vec<String>, DriverError> {
        Ok(self.column_types(table)?.into_iter().map(|(name, _)| name).collect())
    }

    /// The columns of a table or view in their order, each with its type as the database writes it; none where there is no such table.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn column_types(&mut self, table: &QualifiedName) -> Result<Vec<(String, String)>, DriverError>;

    /// The tables and views that somebody has made, without the history tables and without what belongs to the engine or to an extension.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn relations(&mut self) -> Result<Vec<QualifiedName>, DriverError>;

    /// Has each statement wait for the locks of others no longer than this, and no longer than it usually does; without a limit, as it usually does.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn limit_waits(&mut self, longest: Option<Duration>) -> Result<(), DriverError> {
        let _ = longest;
        Ok(())
    }

    /// Has the statements that follow wait for the locks of others no longer than this; without a limit, as long as the session does. Within a transaction it
    /// ends with that.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn wait_for_locks(&mut self, longest: Option<Duration>) -> Result<(), DriverError> {
        let _ = longest;
        Ok(())
    }

    /// Refuses statements, before any of them runs, that this version of the server must not run.
    ///
    /// # Errors
    ///
    /// [`DriverError::CorruptIndexes`], or the database refuses to tell its version.
    fn check_supported(&mut self, statements: &[&str]) -> Result<(), DriverError> {
        let _ = statements;
        Ok(())
    }

    /// Runs one statement of a script and drops its rows.
    ///
    /// # Errors
    ///
    /// The database refuses it, or the text is not one statement.
    fn execute(&mut self, statement: &str) -> Result<(), DriverError>;

    /// Runs one statement of the runner's own and returns its rows; parameters are `?` in every engine.
    ///
    /// # Errors
    ///
    /// The database refuses it.
    fn query(&mut self, statement: &str, parameters: &[Value]) -> Result<Vec<Vec<Value>>, DriverError>;

    /// Runs one statement of the runner's own, of which no rows matter. Within a transaction it may go to the server with what comes next, and fail there.
    ///
    /// # Errors
    ///
    /// As [`Driver::query`].
    fn write(&mut self, statement: &str, parameters: &[Value]) -> Result<(), DriverError> {
        self.query(statement, parameters)?;
        Ok(())
    }

    /// Runs one statement that a function of the application gives, within a transaction; parameters are `?` in every engine.
    ///
    /// Where scripts are confined, so is this.
    ///
    /// # Errors
    ///
    /// The database refuses it, or a column is of a type that is not read.
    fn run_for_step(&mut self, statement: &str, parameters: &[SqlValue]) -> Result<Answer, DriverError>;

    /// Runs one statement of a script outside any transaction, where it may have to wait for others for as long as they take.
    ///
    /// # Errors
    ///
    /// As [`Driver::execute`].
    fn execute_alone(&mut self, statement: &str) -> Result<(), DriverError> {
        self.execute(statement)
    }

    /// For each statement of a script, in their order, whether it may write to what a rollback does not take back, as tables are whose engine has no transactions.
    /// What the statements before it create counts.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn survives_rollback(&mut self, statements: &[&str]) -> Result<Vec<bool>, DriverError> {
        Ok(vec![false; statements.len()])
    }

    /// What will tell later, when nobody has seen the end of a statement outside any transaction, whether it has happened; none where nothing can. Asked
    /// for right before the statement runs.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn evidence(&mut self, statement: &str) -> Result<Option<String>, DriverError> {
        let _ = statement;
        Ok(None)
    }

    /// What the catalogue says of a statement outside any transaction that was begun, with the evidence from before it.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn probe(&mut self, statement: &str, evidence: Option<&str>) -> Result<StepState, DriverError> {
        let _ = (statement, evidence);
        Ok(StepState::Unknown)
    }

    /// Sets the session to what it was at the beginning, after a script that may have changed its settings or has left these temporary tables there, which
    /// would stand before others of the same names.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn reset_session(&mut self, temporary: &[&str]) -> Result<(), DriverError> {
        let _ = temporary;
        Ok(())
    }

    /// Tries to take the migration lock once, where it is not a transaction that is the lock; whether this connection has it now.
    ///
    /// # Errors
    ///
    /// The database refuses, or such a lock would keep nobody out.
    fn try_lock(&mut self) -> Result<bool, DriverError> {
        Ok(true)
    }

    /// Who has the migration lock, in words that fit `… holds the lock`; none where the database does not tell.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn lock_holder(&mut self) -> Result<Option<String>, DriverError> {
        Ok(None)
    }

    /// Gives the migration lock back.
    ///
    /// # Errors
    ///
    /// The connection is lost, and the lock with it.
    fn unlock(&mut self) -> Result<(), DriverError> {
        Ok(())
    }

    /// Refuses statements that cannot be in one transaction, because the server has no room for all their locks. They are not run.
    ///
    /// # Errors
    ///
    /// [`DriverError::TooManyLocks`], or the database refuses to tell.
    fn check_locks(&mut self, statements: &[&str]) -> Result<(), DriverError> {
        let _ = statements;
        Ok(())
    }

    /// Begins a transaction, which on some engines is the migration lock.
    ///
    /// # Errors
    ///
    /// [`DriverError::LockNotGot`] where another connection keeps the lock for longer than [`ConnectOptions::lock_timeout`].
    fn begin(&mut self) -> Result<(), DriverError>;

    /// Commits the transaction.
    ///
    /// # Errors
    ///
    /// [`DriverError::TransactionLost`] where a statement has ended it; otherwise it is still open.
    fn commit(&mut self) -> Result<(), DriverError>;

    /// Runs one statement of the runner's own, of which no rows matter, and commits the transaction with it: where a server is asked, in one go.
    ///
    /// # Errors
    ///
    /// As [`Driver::query`] and [`Driver::commit`].
    fn query_and_commit(&mut self, statement: &str, parameters: &[Value]) -> Result<(), DriverError> {
        self.write(statement, parameters)?;
        self.commit()
    }

    /// Rolls the transaction back; where there is none, it is done already.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn rollback(&mut self) -> Result<(), DriverError>;

    /// Whether another connection may have changed the database since this was last asked.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn changed_elsewhere(&mut self) -> Result<bool, DriverError>;

    /// How far the replica that is the farthest behind is, as the server at hand sees it; none where this account may not see it.
    ///
    /// # Errors
    ///
    /// The engine does not tell, or the database refuses.
    fn replica_lag(&mut self) -> Result<Option<Duration>, DriverError> {
        Err(DriverError::Unsupported {
            engine: self.engine(),
            what: "way to ask how far replicas are behind",
        })
    }

    /// Switches the enforcement of foreign keys, outside a transaction.
    ///
    /// # Errors
    ///
    /// The engine has no such switch, or did not take it.
    fn switch_foreign_keys(&mut self, on: bool) -> Result<(), DriverError>;

    /// What a script that rebuilds tables could break without an error of its own.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn integrity(&mut self) -> Result<Integrity, DriverError>;

    /// Copies the whole database into a file that only its owner can read, and checks the copy; none where the database is empty.
    ///
    /// # Errors
    ///
    /// The file is there already or cannot be written, or the copy is not sound.
    fn backup(&mut self, destination: &BackupDestination) -> Result<Option<PathBuf>, DriverError>;

    /// The file that holds the database, where it is one.
    fn file(&self) -> Option<&Path>;
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
        DatabaseUrl::Postgres(_) => Err(DriverError::EngineNotAvailable { engine: Engine::Postgres }),
        #[cfg(feature = "sqlite")]
        DatabaseUrl::Sqlite(url) => Ok(Box::new(sqlite::SqliteDriver::connect(url, options)?)),
        #[cfg(not(feature = "sqlite"))]
        DatabaseUrl::Sqlite(_) => Err(DriverError::EngineNotAvailable { engine: Engine::Sqlite }),
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
        DatabaseUrl::Postgres(_) => Err(DriverError::EngineNotAvailable { engine: Engine::Postgres }),
        DatabaseUrl::Sqlite(url) => Ok(match &url.location {
            // The file comes with the first thing that is written.
            SqliteLocation::File(file) => !file.exists(),
            SqliteLocation::Memory => true,
        }),
    }
}
