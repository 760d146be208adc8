//! A driver on an application's own connection, which afterwards is set as it was.

use super::quoted_strings::{QuotedStrings, relied_on};
use super::{Patience, SqliteDriver, connection};
use crate::driver::{ConnectOptions, Driver, DriverError, Transact as _};
use crate::url::{SqliteLocation, SqliteUrl};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::time::Duration;

/// Switches that a driver sets, or that a script may set.
const SWITCHES: [DbConfig; 6] = [
    DbConfig::SQLITE_DBCONFIG_DEFENSIVE,
    DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY,
    DbConfig::SQLITE_DBCONFIG_LEGACY_ALTER_TABLE,
    DbConfig::SQLITE_DBCONFIG_DQS_DML,
    DbConfig::SQLITE_DBCONFIG_DQS_DDL,
    DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA,
];

/// Settings of a connection that a script may set, and that are numbers.
const SETTINGS: [&str; 12] = [
    "automatic_index",
    "cache_size",
    "cell_size_check",
    "defer_foreign_keys",
    "ignore_check_constraints",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "synchronous",
    "temp_store",
    "writable_schema",
];

/// Runs work with a driver on a connection, which is set as before when this returns.
///
/// # Errors
///
/// Those of the work; [`DriverError::ConnectionInUse`]; and SQLite refuses a setting.
pub(crate) fn with_borrowed<T, E: From<DriverError>>(
    connection: &mut Connection,
    options: &ConnectOptions,
    work: impl FnOnce(&mut dyn Driver) -> Result<T, E>,
) -> Result<T, E> {
    SqliteDriver::check_options(options)?;
    refuse_in_use(connection)?;
    let before = Session::read(connection).map_err(DriverError::from)?;
    // The driver owns its connection; this stands in for it meanwhile.
    let stand_in = Connection::open_in_memory().map_err(DriverError::from)?;
    let mut driver = SqliteDriver::borrowing(std::mem::replace(connection, stand_in), options);
    let result = panic::catch_unwind(AssertUnwindSafe(|| {
        driver.prepare()?;
        work(&mut driver)
    }));
    let ended = driver.rollback();
    // A look at a database that another connection is committing to waits, here too.
    let restored = driver.patience.run(true, || before.restore(&driver.connection));
    std::mem::swap(connection, &mut driver.connection);
    // What the work says says more.
    let value = result.unwrap_or_else(|panic| panic::resume_unwind(panic))?;
    ended?;
    restored.map_err(DriverError::from)?;
    Ok(value)
}

impl SqliteDriver {
    fn borrowing(connection: Connection, options: &ConnectOptions) -> Self {
        let url = SqliteUrl::usual(SqliteLocation::Memory);
        SqliteDriver { is_borrowed: true, ..SqliteDriver::new(connection, url, options) }
    }

    /// Sets the connection as [`open`](super::open) sets its own.
    fn prepare(&mut self) -> Result<(), DriverError> {
        Patience::take_over(&mut self.connection)?;
        self.patience.run(true, || connection::reset(&self.connection))?;
        self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection::enforce(&self.connection)?;
        QuotedStrings::forbid(&self.connection)?;
        if self.patience.run(true, || relied_on(&self.connection))? {
            QuotedStrings::permit_for_queries(&self.connection)?;
        }
        // The first look has created a file that was not there. A database in memory may have a name too.
        let file = self.connection.path().map(Path::new).filter(|path| path.is_file());
        if let Some(file) = file {
            self.url = SqliteUrl::usual(SqliteLocation::File(file.to_owned()));
        }
        Ok(())
    }
}

/// Refuses a connection with state that a run would take part in, or take away.
fn refuse_in_use(connection: &Connection) -> Result<(), DriverError> {
    let in_use = |finding| Err(DriverError::ConnectionInUse { finding });
    if !connection.is_autocommit() {
        return in_use("is inside a transaction");
    }
    let is_there = |query: &str| connection.prepare(query)?.exists([]);
    if is_there("SELECT 1 FROM pragma_database_list WHERE name NOT IN ('main', 'temp')")? {
        return in_use("has another database attached");
    }
    if is_there("SELECT 1 FROM sqlite_temp_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")? {
        return in_use("has temporary tables, views or triggers");
    }
    Ok(())
}

/// How a connection is set.
struct Session {
    switches: Vec<bool>,
    settings: Vec<i64>,
    like_ignores_case: bool,
    busy_timeout: Duration,
}

impl Session {
    fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let milliseconds = u64::try_from(number("busy_timeout")?).unwrap_or_default();
        Ok(Session {
            switches: SWITCHES
                .into_iter()
                .map(|switch| connection.db_config(switch))
                .collect::<rusqlite::Result<_>>()?,
            settings: SETTINGS.into_iter().map(number).collect::<rusqlite::Result<_>>()?,
            like_ignores_case: connection.query_row("SELECT 'a' LIKE 'A'", [], |row| row.get(0))?,
            busy_timeout: Duration::from_millis(milliseconds),
        })
    }

    /// Sets what differs; all of it, and then says what was refused first.
    fn restore(&self, connection: &Connection) -> rusqlite::Result<()> {
        let mut results = vec![
            // Without this, statements of the defensive mode and of the settings might be refused.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false).map(drop),
            connection::reset(connection),
        ];
        for (setting, before) in SETTINGS.into_iter().zip(&self.settings) {
            let now = connection.pragma_query_value(None, setting, |row| row.get::<_, i64>(0));
            if now.as_ref().ok() != Some(before) {
                results.push(connection.pragma_update(None, setting, before));
            }
        }
        let like = connection.query_row("SELECT 'a' LIKE 'A'", [], |row| row.get::<_, bool>(0));
        if like != Ok(self.like_ignores_case) {
            results.push(connection.pragma_update(None, "case_sensitive_like", !self.like_ignores_case));
        }
        for (switch, before) in SWITCHES.into_iter().zip(&self.switches) {
            results.push(connection.set_db_config(switch, *before).map(drop));
        }
        results.push(connection.busy_timeout(self.busy_timeout));
        results.into_iter().collect()
    }
}
