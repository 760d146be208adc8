//! The SQLite driver.
//!
//! `BEGIN IMMEDIATE` is the migration lock: SQLite has one writer at a time. The journal mode of a file is never changed here: that
//! is a decision of the application (`Database::open`), and it fails at once while any other connection is at work.

mod backup;
mod borrowed;
mod confine;
mod connection;
mod copied_table;
mod integrity;
pub mod introspect;
mod patience;
mod progress;
mod quoted_strings;
mod retry;
mod room;
mod size;
mod step;

pub(crate) use borrowed::with_borrowed;
pub(crate) use connection::{for_application, open, switch_to_write_ahead_log, usual_busy_timeout};
pub(crate) use patience::Patience;
pub(crate) use retry::Retry;

use super::{
    Answer, Ask, Backup, BackupDestination, Capabilities, ConnectOptions, Driver, DriverError, Evidence,
    Execute, Facts, HistoryTable, Integrity, Introspect, Lock, ProgressSource, Recreate, ScratchSource,
    SqlValue, StepState, TableSize, Transact, Value,
};
use crate::dialect::sqlite::{can_be_repeated, fingerprint, quote_name};
use crate::kept;
use crate::model::{DatabaseSchema, Engine, QualifiedName};
use crate::url::{SqliteLocation, SqliteUrl};
use introspect::IntrospectError;
use quoted_strings::{QuotedStrings, is_about_quoted_strings};
use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A connection to a SQLite database.
#[derive(Debug)]
pub struct SqliteDriver {
    connection: Connection,
    url: SqliteUrl,
    history_table: HistoryTable,
    lock_timeout: Duration,
    patience: Patience,
    data_version: Option<i64>,
    /// Whether it is a scratch database, from which no file is to be reached.
    is_confined: bool,
    /// Whether it is an application's own connection, which may have hooks of its own.
    is_borrowed: bool,
}

impl SqliteDriver {
    /// Whether a table is no part of the schema: one of the history, or what a revision has dropped and keeps.
    fn is_hidden(&self, name: &str) -> bool {
        self.history_table.is_history_table(name) || kept::is_kept(Engine::Sqlite, &QualifiedName::new(name))
    }

    /// Opens a database.
    ///
    /// # Errors
    ///
    /// The file is missing and may not be created, or cannot be opened, or is no database.
    pub fn connect(url: &SqliteUrl, options: &ConnectOptions) -> Result<Self, DriverError> {
        let ConnectOptions {
            history_table: _,
            lock_timeout,
            on_wait,
            create,
            scratch: _,
            online_schema_change: _,
        } = options;
        SqliteDriver::check_options(options)?;
        let patience = Patience::new(*lock_timeout, on_wait.clone());
        let connection = open(url, *create, &patience)?;
        Ok(SqliteDriver { patience, ..SqliteDriver::over(connection, url, options)? })
    }

    fn check_options(options: &ConnectOptions) -> Result<(), DriverError> {
        if options.history_table.name().schema.is_some() {
            return Err(DriverError::Unsupported {
                engine: Engine::Sqlite,
                what: "schemas for the history table",
            });
        }
        Ok(())
    }

    /// A driver on a connection that [`open`] has made.
    pub(crate) fn over(
        mut connection: Connection,
        url: &SqliteUrl,
        options: &ConnectOptions,
    ) -> Result<Self, DriverError> {
        Patience::take_over(&mut connection)?;
        Ok(SqliteDriver::new(connection, url.clone(), options))
    }

    /// A driver on a connection, which stays as it is set.
    fn new(connection: Connection, url: SqliteUrl, options: &ConnectOptions) -> Self {
        let ConnectOptions {
            history_table,
            lock_timeout,
            on_wait,
            create: _,
            scratch: _,
            online_schema_change: _,
        } = options;
        SqliteDriver {
            connection,
            url,
            history_table: history_table.clone(),
            lock_timeout: *lock_timeout,
            patience: Patience::new(*lock_timeout, on_wait.clone()),
            data_version: None,
            is_confined: false,
            is_borrowed: false,
        }
    }

    /// The connection, for a pool: as [`open`] has made it, whatever a script has left behind.
    pub(crate) fn into_connection(mut self) -> Result<Connection, DriverError> {
        self.rollback()?;
        connection::enforce(&self.connection)?;
        for_application(self.connection, &self.url)
    }

    /// The connection itself, for what only SQLite has.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Waits where others are in the way. In a transaction the lock is held, and a statement is not run a second time.
    fn patiently<T>(&self, work: impl FnMut() -> rusqlite::Result<T>) -> Result<T, DriverError> {
        Ok(self.patience.run(self.connection.is_autocommit(), work)?)
    }

    fn run(&self, statement: &str) -> rusqlite::Result<()> {
        let mut prepared = self.connection.prepare(statement)?;
        let expected = prepared.parameter_count();
        if expected > 0 {
            return Err(rusqlite::Error::InvalidParameterCount(0, expected));
        }
        let mut rows = prepared.query([])?;
        while rows.next()?.is_some() {}
        Ok(())
    }
}

impl Facts for SqliteDriver {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn capabilities(&self) -> &'static Capabilities {
        &Capabilities::SQLITE
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
        match &self.url.location {
            SqliteLocation::File(path) => Some(path),
            SqliteLocation::Memory => None,
        }
    }
}

impl Ask for SqliteDriver {
    fn query(&mut self, statement: &str, parameters: &[Value]) -> Result<Vec<Vec<Value>>, DriverError> {
        self.patiently(|| {
            let mut prepared = self.connection.prepare_cached(statement)?;
            let columns = prepared.column_count();
            let rows = prepared.query_map(params_from_iter(parameters), |row| {
                (0..columns).map(|column| value(row.get_ref(column)?, column)).collect()
            })?;
            rows.collect()
        })
    }

    fn table_exists(&mut self, table: &QualifiedName) -> Result<bool, DriverError> {
        let statement = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE";
        Ok(!self.query(statement, &[Value::from(table.name.as_str())])?.is_empty())
    }

    fn column_types(&mut self, table: &QualifiedName) -> Result<Vec<(String, String)>, DriverError> {
        let statement = "SELECT name, type FROM pragma_table_xinfo(?) ORDER BY cid";
        Ok(super::value::pairs_of_texts(&self.query(statement, &[Value::from(table.name.as_str())])?))
    }

    fn table_size(&mut self, name: &str) -> Result<Option<TableSize>, DriverError> {
        size::table_size(self, name)
    }

    fn relations(&mut self) -> Result<Vec<QualifiedName>, DriverError> {
        let statement = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'view', 'virtual') \
                         AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
        let mut names = texts(self.query(statement, &[])?);
        names.retain(|name| !self.is_hidden(name));
        Ok(names.into_iter().map(QualifiedName::new).collect())
    }
}

impl Introspect for SqliteDriver {
    fn introspect(&mut self) -> Result<DatabaseSchema, DriverError> {
        let mut unreadable = None;
        let schema =
            self.patiently(|| match introspect::introspect(&self.connection, |name| self.is_hidden(name)) {
                Ok(schema) => Ok(Some(schema)),
                Err(IntrospectError::Database(error)) => Err(error),
                Err(error @ IntrospectError::Definition(_)) => {
                    unreadable = Some(error.to_string());
                    Ok(None)
                }
            })?;
        schema.ok_or_else(|| DriverError::Refused { message: unreadable.unwrap_or_default() })
    }

    fn beside_schema(&mut self) -> Result<Vec<(String, &'static str)>, DriverError> {
        const REASON: &str =
            "it is a setting of the file, which its program sets; a revision can say it (`PRAGMA`)";
        // With what a new file has.
        const SETTINGS: [(&str, &str); 4] =
            [("user_version", "0"), ("application_id", "0"), ("encoding", "UTF-8"), ("auto_vacuum", "0")];
        let mut unusual = Vec::new();
        for (setting, usual) in SETTINGS {
            let rows = self.query(&format!("PRAGMA {setting}"), &[])?;
            let value = match rows.first().and_then(|row| row.first()) {
                Some(Value::Integer(number)) => number.to_string(),
                Some(Value::Text(text)) => text.clone(),
                Some(_) | None => continue,
            };
            if value != usual {
                unusual.push((format!("the setting `{setting} = {value}`"), REASON));
            }
        }
        Ok(unusual)
    }
}

impl Execute for SqliteDriver {
    fn execute(&mut self, statement: &str) -> Result<(), DriverError> {
        if let Some(reason) = self.is_confined.then(|| confine::beyond(statement)).flatten() {
            return Err(DriverError::BeyondScratch { reason, engine: Engine::Sqlite });
        }
        self.patiently(|| match self.run(statement) {
            Err(error) if is_about_quoted_strings(&self.connection, statement, &error) => {
                let _permitted = QuotedStrings::permit(&self.connection)?;
                self.run(statement)
            }
            result => result,
        })
    }

    fn run_for_step(&mut self, statement: &str, parameters: &[SqlValue]) -> Result<Answer, DriverError> {
        if let Some(reason) = self.is_confined.then(|| confine::beyond(statement)).flatten() {
            return Err(DriverError::BeyondScratch { reason, engine: Engine::Sqlite });
        }
        Ok(step::run(&self.connection, statement, parameters)?)
    }

    fn begin_progress(&mut self, statement: &str) -> Option<Box<dyn ProgressSource>> {
        progress::begin(self, statement)
    }

    fn stop_progress(&mut self) {
        progress::stop(self);
    }

    fn reset_session(&mut self, _: &[&str]) -> Result<(), DriverError> {
        Ok(connection::reset(&self.connection)?)
    }

    fn switch_foreign_keys(&mut self, on: bool) -> Result<(), DriverError> {
        self.connection.pragma_update(None, "foreign_keys", on).map_err(DriverError::from)?;
        // Inside a transaction SQLite ignores the switch without a word.
        let now: bool = self.connection.pragma_query_value(None, "foreign_keys", |row| row.get(0))?;
        if now == on {
            Ok(())
        } else {
            Err(DriverError::Unsupported {
                engine: Engine::Sqlite,
                what: "foreign key switch inside a transaction",
            })
        }
    }
}

impl Transact for SqliteDriver {
    fn begin(&mut self) -> Result<(), DriverError> {
        // A rebuild switches this on, and where it failed in between it stays so.
        self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, false)?;
        self.patiently(|| self.connection.execute_batch("BEGIN IMMEDIATE"))
    }

    fn commit(&mut self) -> Result<(), DriverError> {
        if self.connection.is_autocommit() {
            return Err(DriverError::TransactionLost);
        }
        // Readers may be in the way; the transaction stays open meanwhile.
        self.patience.run(true, || self.connection.execute_batch("COMMIT"))?;
        self.patience.renew();
        Ok(())
    }

    fn rollback(&mut self) -> Result<(), DriverError> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        Ok(self.connection.execute_batch("ROLLBACK")?)
    }

    fn changed_elsewhere(&mut self) -> Result<bool, DriverError> {
        let rows = self.query("PRAGMA data_version", &[])?;
        let version = rows.first().and_then(|row| row.first()).and_then(Value::as_integer);
        let changed = version.is_none() || version != self.data_version;
        self.data_version = version;
        Ok(changed)
    }
}

impl Lock for SqliteDriver {}

impl ScratchSource for SqliteDriver {
    fn scratch(&self) -> Result<Box<dyn Driver>, DriverError> {
        let url = SqliteUrl::usual(SqliteLocation::Memory);
        let options = ConnectOptions {
            history_table: self.history_table.clone(),
            lock_timeout: self.lock_timeout,
            ..ConnectOptions::default()
        };
        Ok(Box::new(SqliteDriver { is_confined: true, ..SqliteDriver::connect(&url, &options)? }))
    }
}

impl Recreate for SqliteDriver {
    fn fingerprints(&mut self, tables: &[&str]) -> Result<Vec<Option<String>>, DriverError> {
        if tables.is_empty() {
            return Ok(Vec::new());
        }
        let schema = self.introspect()?;
        Ok(tables.iter().map(|table| fingerprint(&schema, &QualifiedName::new(*table))).collect())
    }
}

impl Evidence for SqliteDriver {
    fn check_room(&mut self, statements: &[&str]) -> Result<(), DriverError> {
        room::check(self, statements)
    }

    fn probe(&mut self, statement: &str, _: Option<&str>) -> Result<StepState, DriverError> {
        Ok(if can_be_repeated(statement) { StepState::Absent } else { StepState::Unknown })
    }

    fn integrity(&mut self) -> Result<Integrity, DriverError> {
        self.patiently(|| integrity::read(&self.connection))
    }
}

impl Backup for SqliteDriver {
    fn backup(&mut self, destination: &BackupDestination) -> Result<Option<PathBuf>, DriverError> {
        if self.query("SELECT 1 FROM sqlite_schema LIMIT 1", &[])?.is_empty() {
            return Ok(None);
        }
        backup::backup(&self.connection, self.file(), destination, self.lock_timeout).map(Some)
    }
}

impl From<rusqlite::Error> for DriverError {
    fn from(error: rusqlite::Error) -> Self {
        DriverError::Refused { message: message(&error) }
    }
}

impl From<retry::Failed> for DriverError {
    fn from(failed: retry::Failed) -> Self {
        match failed {
            retry::Failed::Busy { waited } => DriverError::LockNotGot { waited, holder: None },
            retry::Failed::Other(error) => error.into(),
        }
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => rusqlite::types::Null.into(),
            Value::Integer(number) => (*number).into(),
            Value::Text(text) => text.as_str().into(),
        })
    }
}

/// The one column of a query, as texts.
fn texts(rows: Vec<Vec<Value>>) -> Vec<String> {
    rows.iter().filter_map(|row| row.first()?.as_text().map(str::to_owned)).collect()
}

fn value(value: ValueRef<'_>, column: usize) -> rusqlite::Result<Value> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Integer(number)),
        ValueRef::Text(text) => Ok(Value::Text(String::from_utf8_lossy(text).into_owned())),
        ValueRef::Real(_) | ValueRef::Blob(_) => {
            Err(rusqlite::Error::InvalidColumnType(column, String::new(), value.data_type()))
        }
    }
}

/// SQLite's own words, without rusqlite's frame of result codes.
fn message(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        rusqlite::Error::MultipleStatement => "there is more than one statement".to_owned(),
        rusqlite::Error::InvalidParameterCount(..) => {
            "the statement has parameters, for which a script has no values".to_owned()
        }
        other => other.to_string(),
    }
}
