//! The driver for MySQL and MariaDB. Which of the two a server is, it says itself; the URL's scheme decides nothing.
//!
//! Every session sets its own modes and timeouts, whatever the server or an account says: a statement may take as long as it takes, but waits
//! for a table's lock only for a moment, because all who come after it wait behind it; trying again is the runner's.

mod backup;
mod beside;
mod canonicalize;
mod client_options;
mod confine;
mod connection;
mod copy;
mod error;
#[cfg(all(any(test, fuzzing), feature = "mysql", feature = "postgres"))]
pub(crate) mod fuzzing;
mod introspect;
mod lasting;
mod literals;
mod lock;
mod online_schema_change;
mod option_files;
mod probe;
mod progress;
mod recreated;
mod relations;
mod rights;
mod scratch;
mod server;
mod settings;
mod show_create;
mod step;
mod tls;
mod value;

use self::online_schema_change::{ToolProgress, Watched};
use super::wait::patiently;
use super::{
    Answer, Ask, Backup, BackupDestination, Canonical, Capabilities, ConnectOptions, Driver, DriverError,
    Evidence, Execute, Facts, HistoryTable, Integrity, Introspect, Lock, OnlineSchemaChange, ProgressSource,
    Recreate, ScratchPlaces, ScratchSource, SqlValue, StepState, TableSize, Transact, Value, WaitListener,
    migration_lock,
};
use crate::dialect::mysql::definer::Kept;
use crate::dialect::mysql::event;
use crate::dialect::mysql::session::STATEMENT_LOCK_TIMEOUT;
use crate::dialect::mysql::{Variant, quote, quote_name};
use crate::model::{DatabaseSchema, Engine, QualifiedName};
use crate::sql::{self, Recreated};
use crate::url::MysqlUrl;
use connection::Connection;
use scratch::Scratch;
use server::Server;
use settings::Settings;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

const BEGIN: &str = "START TRANSACTION";

/// A mark in the runner's own transaction, which its end removes.
const SAVEPOINT: &str = "schema_runner";

/// A connection to a MySQL or MariaDB server.
#[derive(Debug)]
pub struct MysqlDriver {
    connection: Connection,
    server: Server,
    url: MysqlUrl,
    history_table: HistoryTable,
    lock_timeout: Duration,
    on_wait: WaitListener,
    scratch_places: ScratchPlaces,
    in_transaction: bool,
    is_locked: bool,
    /// Whether the lock was taken since the history was last asked for.
    is_freshly_locked: bool,
    /// What the database is, where it is a scratch database.
    scratch: Option<Scratch>,
    /// Where statements are only tried, the databases that none of them may reach.
    others: Option<BTreeSet<String>>,
    /// Whether it is a copy, in which everything belongs to this account.
    is_copy: bool,
    /// The program that changes large tables.
    online_schema_change: Option<OnlineSchemaChange>,
    /// How far it has come.
    online_progress: ToolProgress,
}

impl MysqlDriver {
    /// Connects to a server; without a database in the URL, none is selected.
    ///
    /// # Errors
    ///
    /// The server cannot be reached, lets nobody in, or does not have the database.
    pub fn connect(url: &MysqlUrl, options: &ConnectOptions) -> Result<Self, DriverError> {
        let ConnectOptions { history_table, lock_timeout, on_wait, create: _, scratch, online_schema_change } =
            options;
        let mut connection = open(url)?;
        let server = Server::ask(&mut connection)?;
        server.prepare(&mut connection)?;
        Ok(MysqlDriver {
            connection,
            server,
            url: url.clone(),
            history_table: history_table.clone(),
            lock_timeout: *lock_timeout,
            on_wait: on_wait.clone(),
            scratch_places: scratch.clone(),
            in_transaction: false,
            is_locked: false,
            is_freshly_locked: false,
            scratch: None,
            others: None,
            is_copy: false,
            online_schema_change: online_schema_change.clone(),
            online_progress: ToolProgress::default(),
        })
    }

    /// The database at hand.
    fn database(&self) -> Result<&str, DriverError> {
        self.server.database.as_deref().ok_or_else(|| DriverError::Open {
            database: self.url.to_string(),
            message: "the URL names no database".to_owned(),
        })
    }

    fn lock_name(&self) -> Result<String, DriverError> {
        Ok(migration_lock::mysql_name(self.database()?, &self.history_table))
    }

    /// An empty database of the same kind, which is dropped with this.
    fn scratch_driver(&self) -> Result<MysqlDriver, DriverError> {
        scratch::connect(self)
    }

    /// The scratch database with no way out of it.
    fn confined(mut self) -> Result<MysqlDriver, DriverError> {
        self.others = Some(confine::other_databases(&mut self.connection, self.server.database.as_deref())?);
        Ok(self)
    }

    fn run(&mut self, statement: &str) -> Result<(), DriverError> {
        Ok(self.connection.run(statement)?)
    }

    /// The statement as it means the same in a session in which backslashes escape, whatever this one is set to.
    fn as_read<'sql>(&self, statement: &'sql str) -> Cow<'sql, str> {
        match self.connection.escapes_by_backslash() {
            true => Cow::Borrowed(statement),
            false => Cow::Owned(sql::with_escapes(statement, self.engine())),
        }
    }

    /// Refuses what reaches beyond a database on which statements are only tried.
    fn check_confined(&self, statement: &str) -> Result<(), DriverError> {
        let reach = self
            .others
            .as_ref()
            .and_then(|others| confine::beyond(statement, self.engine(), self.server.version, others));
        reach.map_or(Ok(()), |reason| Err(DriverError::BeyondScratch { reason, engine: self.engine() }))
    }
}

/// Creates the database that a URL names, where it is not there.
pub(super) fn create_database(url: &MysqlUrl) -> Result<bool, DriverError> {
    let Some(name) = url.get("database") else { return Ok(false) };
    let mut server = open(&url.without_database())?;
    let exists = "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?";
    if server.row(exists, (name,))?.is_some() {
        return Ok(false);
    }
    server.run(&format!("CREATE DATABASE IF NOT EXISTS {} CHARACTER SET utf8mb4", quote(name)))?;
    Ok(true)
}

/// Copies all definitions and rows of a database into an empty one of the same server. Objects belong to this account there.
#[cfg(feature = "testing")]
pub(crate) fn copy_database(from: &MysqlUrl, to: &MysqlUrl) -> Result<(), DriverError> {
    let options = ConnectOptions { create: false, ..ConnectOptions::default() };
    let (mut from, mut to) = (MysqlDriver::connect(from, &options)?, MysqlDriver::connect(to, &options)?);
    copy::copy_with_rows(&mut from, &mut to)
}

/// A plain connection, for an application.
pub(crate) fn open_plain(url: &MysqlUrl) -> Result<mysql::Conn, DriverError> {
    open(url).map(Connection::into_inner)
}

fn open(url: &MysqlUrl) -> Result<Connection, DriverError> {
    let failed = |message: String| DriverError::Open { database: url.to_string(), message };
    Connection::open(&Settings::new(url).map_err(|error| failed(error.to_string()))?)
}

/// Drops a scratch database; nobody is there to tell where it fails, and the next to make one finds it.
impl Drop for MysqlDriver {
    fn drop(&mut self) {
        match self.scratch {
            Some(Scratch::Created(_)) => {}
            // A database that is kept stays, and empties itself.
            Some(Scratch::Dedicated(_)) | None => return,
        }
        let Some(name) = self.server.database.clone() else { return };
        if scratch::created::drop_database(&mut self.connection, &name).is_err()
            && let Ok(mut connection) = open(&self.url.without_database())
        {
            let _ = scratch::created::drop_database(&mut connection, &name);
        }
    }
}

impl Facts for MysqlDriver {
    fn engine(&self) -> Engine {
        self.server.variant.engine()
    }

    fn capabilities(&self) -> &'static Capabilities {
        match self.server.variant {
            Variant::Mariadb => &Capabilities::MARIADB,
            Variant::Mysql => &Capabilities::MYSQL,
        }
    }

    fn history_table(&self) -> &HistoryTable {
        &self.history_table
    }

    fn lock_timeout(&self) -> Duration {
        self.lock_timeout
    }

    fn quote(&self, name: &QualifiedName) -> String {
        quote_name(name)
    }

    fn file(&self) -> Option<&Path> {
        None
    }
}

impl Ask for MysqlDriver {
    fn query(&mut self, statement: &str, parameters: &[Value]) -> Result<Vec<Vec<Value>>, DriverError> {
        let parameters: Vec<mysql::Value> = parameters.iter().map(mysql::Value::from).collect();
        self.connection.rows(statement, parameters)?.iter().map(value::values).collect()
    }

    fn table_exists(&mut self, table: &QualifiedName) -> Result<bool, DriverError> {
        let QualifiedName { schema, name } = table;
        let database = match schema {
            Some(schema) => schema.as_str(),
            None => self.database()?,
        };
        let parameters = (database.to_owned(), name.as_str());
        let row = self.connection.row(
            "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND TABLE_TYPE <> 'VIEW'",
            parameters,
        )?;
        Ok(row.is_some())
    }

    fn column_types(&mut self, table: &QualifiedName) -> Result<Vec<(String, String)>, DriverError> {
        relations::column_types(self, table)
    }

    fn relations(&mut self) -> Result<Vec<QualifiedName>, DriverError> {
        relations::relations(self)
    }

    fn table_size(&mut self, name: &str) -> Result<Option<TableSize>, DriverError> {
        relations::table_size(self, name)
    }
}

impl Introspect for MysqlDriver {
    fn introspect(&mut self) -> Result<DatabaseSchema, DriverError> {
        let database = self.database()?.to_owned();
        let (budget, listener) = (self.lock_timeout, self.on_wait.clone());
        let mut is_limited = false;
        let result = patiently(budget, &listener, |left| {
            if left < STATEMENT_LOCK_TIMEOUT {
                is_limited = true;
                self.limit_waits(Some(left))?;
            }
            let server = (&self.server, self.scratch.is_some());
            introspect::introspect(&mut self.connection, server, &database, &self.history_table)
        });
        if is_limited {
            // What was asked says more.
            let restored = self.limit_waits(None);
            let schema = result?;
            restored?;
            return Ok(schema);
        }
        result
    }

    fn canonicalize(
        &mut self,
        current: &DatabaseSchema,
        desired: &mut DatabaseSchema,
    ) -> Result<Canonical, DriverError> {
        canonicalize::canonicalize(self, current, desired)
    }

    fn beside_schema(&mut self) -> Result<Vec<(String, &'static str)>, DriverError> {
        beside::read(self)
    }
}

impl Execute for MysqlDriver {
    fn execute(&mut self, statement: &str) -> Result<(), DriverError> {
        let engine = self.engine();
        let read = self.as_read(statement);
        // The protocol takes a list of statements, and does those before the one that fails.
        match sql::split(&read, engine) {
            Ok(split) if split.statements.len() > 1 => {
                return Err(DriverError::Refused { message: "there is more than one statement".to_owned() });
            }
            Ok(_) => {}
            Err(error) => return Err(DriverError::Refused { message: error.to_string() }),
        }
        self.check_confined(&read)?;
        if online_schema_change::takes_over(self, &read)? {
            return Ok(());
        }
        // The server would run an event of a scratch database, whose statement may reach anything.
        let asleep = self.scratch.as_ref().and_then(|_| event::asleep(&read));
        let is_escaped = matches!(read, Cow::Owned(_));
        let asleep = asleep.map(|sql| if is_escaped { sql::without_escapes(&sql, engine) } else { sql });
        let sent = asleep.as_deref().unwrap_or(statement);
        self.connection.run(sent).map_err(|failed| error::of_statement(failed, statement))?;
        if self.connection.asked_for_file() {
            let message = "LOAD DATA LOCAL reads no files here; nothing was loaded".to_owned();
            return Err(DriverError::Refused { message });
        }
        Ok(())
    }

    fn write(&mut self, statement: &str, parameters: &[Value]) -> Result<(), DriverError> {
        let statement = value::with_values(statement, parameters);
        if self.in_transaction {
            self.connection.defer(statement);
            return Ok(());
        }
        self.run(&statement)
    }

    fn run_for_step(&mut self, statement: &str, parameters: &[SqlValue]) -> Result<Answer, DriverError> {
        self.check_confined(&self.as_read(statement))?;
        step::run(&mut self.connection, statement, parameters)
    }

    fn limit_waits(&mut self, longest: Option<Duration>) -> Result<(), DriverError> {
        let longest = longest.unwrap_or(STATEMENT_LOCK_TIMEOUT).min(STATEMENT_LOCK_TIMEOUT);
        // It counts in whole seconds, of which MySQL takes at least one: in its strict mode it refuses 0.
        let seconds = (longest + Duration::from_millis(500)).as_secs();
        let least = match self.engine() {
            Engine::Mysql => 1,
            Engine::Mariadb | Engine::Postgres | Engine::Sqlite => 0,
        };
        let seconds = seconds.max(least);
        // One is for locks of tables, the other for those of rows.
        self.run(&format!("SET SESSION lock_wait_timeout = {seconds}, innodb_lock_wait_timeout = {seconds}"))
    }

    fn begin_progress(&mut self, statement: &str) -> Option<Box<dyn ProgressSource>> {
        let server = progress::of(self, statement)?;
        Some(match self.online_schema_change {
            Some(_) => Box::new(Watched::new(self, server)),
            None => server,
        })
    }

    fn reset_session(&mut self, temporary: &[&str]) -> Result<(), DriverError> {
        for table in temporary {
            self.connection.run(&format!("DROP TEMPORARY TABLE IF EXISTS {}", quote(table)))?;
        }
        // Not with the protocol's own reset, which lets the lock go.
        self.server.prepare(&mut self.connection)
    }

    fn switch_foreign_keys(&mut self, _: bool) -> Result<(), DriverError> {
        Err(DriverError::Unsupported { engine: self.engine(), what: "switch for foreign keys" })
    }
}

impl Transact for MysqlDriver {
    fn begin(&mut self) -> Result<(), DriverError> {
        self.connection.defer(BEGIN.to_owned());
        self.connection.defer(format!("SAVEPOINT {SAVEPOINT}"));
        self.in_transaction = true;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), DriverError> {
        let mut statements = self.connection.take_deferred();
        let release = statements.len();
        statements.push(format!("RELEASE SAVEPOINT {SAVEPOINT}"));
        statements.push("COMMIT".to_owned());
        self.connection.run_list(&statements).map_err(|(place, error)| match error.into() {
            // DDL ends a transaction in silence, and its savepoints with it.
            DriverError::Refused { .. } if place == release => DriverError::TransactionLost,
            error => error,
        })?;
        self.in_transaction = false;
        Ok(())
    }

    fn rollback(&mut self) -> Result<(), DriverError> {
        let deferred = self.connection.take_deferred();
        let has_begun = deferred.first().is_none_or(|first| first != BEGIN);
        if std::mem::take(&mut self.in_transaction) && has_begun {
            self.run("ROLLBACK")?;
        }
        Ok(())
    }

    fn changed_elsewhere(&mut self) -> Result<bool, DriverError> {
        // Who else changes the history holds the lock; once it is ours, nobody does.
        Ok(std::mem::take(&mut self.is_freshly_locked) || !self.is_locked)
    }
}

impl Lock for MysqlDriver {
    fn try_lock(&mut self) -> Result<bool, DriverError> {
        if !self.is_locked {
            let name = self.lock_name()?;
            self.is_locked = lock::try_acquire(&mut self.connection, &name, Duration::ZERO)?;
            self.is_freshly_locked = self.is_locked;
        }
        Ok(self.is_locked)
    }

    fn lock_holder(&mut self) -> Result<Option<String>, DriverError> {
        let name = self.lock_name()?;
        Ok(lock::holder(&mut self.connection, &name))
    }

    fn unlock(&mut self) -> Result<(), DriverError> {
        if self.is_locked {
            self.is_locked = false;
            let name = self.lock_name()?;
            lock::release(&mut self.connection, &name)?;
        }
        Ok(())
    }
}

impl ScratchSource for MysqlDriver {
    fn scratch(&self) -> Result<Box<dyn Driver>, DriverError> {
        Ok(Box::new(self.scratch_driver()?))
    }

    fn scratch_for_scripts(&self) -> Result<Box<dyn Driver>, DriverError> {
        Ok(Box::new(self.scratch_driver()?.confined()?))
    }

    fn copy_without_rows(&mut self) -> Result<Box<dyn Driver>, DriverError> {
        Ok(Box::new(copy::copy(self)?))
    }
}

impl Recreate for MysqlDriver {
    fn fingerprints(&mut self, tables: &[&str]) -> Result<Vec<Option<String>>, DriverError> {
        if tables.is_empty() {
            return Ok(Vec::new());
        }
        Err(DriverError::Unsupported { engine: self.engine(), what: "table rebuilds to expect anything of" })
    }

    fn recreated_fingerprints(&mut self, objects: &[Recreated]) -> Result<Vec<Option<String>>, DriverError> {
        recreated::fingerprints(self, objects)
    }

    fn kept(&mut self, objects: &[Recreated], statements: &[&str]) -> Result<Vec<Kept>, DriverError> {
        recreated::kept(self, objects, statements)
    }
}

impl Evidence for MysqlDriver {
    fn evidence(&mut self, statement: &str) -> Result<Option<String>, DriverError> {
        probe::evidence(&mut self.connection, self.server.variant.engine(), statement)
    }

    fn probe(&mut self, statement: &str, evidence: Option<&str>) -> Result<StepState, DriverError> {
        probe::probe(&mut self.connection, self.server.variant.engine(), statement, evidence)
    }

    fn survives_rollback(&mut self, statements: &[&str]) -> Result<Vec<bool>, DriverError> {
        lasting::survives_rollback(&mut self.connection, self.server.variant.engine(), statements)
    }

    fn integrity(&mut self) -> Result<Integrity, DriverError> {
        // Nothing breaks in silence here: the server checks references.
        Ok(Integrity::default())
    }
}

impl Backup for MysqlDriver {
    fn backup(&mut self, destination: &BackupDestination) -> Result<Option<PathBuf>, DriverError> {
        backup::backup(self, destination)
    }
}
