//! Opening a database, and what every connection has in common.

use super::quoted_strings::{QuotedStrings, relied_on};
use super::{Patience, Retry, message};
use crate::driver::DriverError;
use crate::model::Engine;
use crate::url::{SqliteLocation, SqliteMode, SqliteUrl};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long one statement waits for another connection's lock.
pub(crate) fn usual_busy_timeout(url: &SqliteUrl) -> Duration {
    url.busy_timeout.unwrap_or(BUSY_TIMEOUT)
}

/// Opens a database with foreign keys enforced and unknown names in double quotes refused.
///
/// It waits for others as the patience says, in a [`SqliteDriver`](super::SqliteDriver); an application's has to be [given its own timeout](for_application).
///
/// `trusted_schema` stays as it is: the schema is the application's own, and it may use functions of its own. The defensive mode is on:
/// a script has no business in SQLite's own tables.
pub(crate) fn open(url: &SqliteUrl, create: bool, patience: &Patience) -> Result<Connection, DriverError> {
    let mut connection = open_file(url, create)?;
    Patience::take_over(&mut connection)?;
    let prepared: Result<(), DriverError> = (|| {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        enforce(&connection)?;
        QuotedStrings::forbid(&connection)?;
        // In memory there is nothing yet.
        if url.location == SqliteLocation::Memory {
            return Ok(());
        }
        // The first look into the file, which tells whether it is a database at all.
        if patience.run(true, || relied_on(&connection))? {
            QuotedStrings::permit_for_queries(&connection)?;
        }
        Ok(())
    })();
    match prepared {
        Ok(()) => Ok(connection),
        Err(DriverError::Refused { message }) => {
            Err(DriverError::Open { database: url.to_string(), message })
        }
        Err(other) => Err(other),
    }
}

/// Has a connection wait for others as SQLite itself does, for as long as the URL says.
pub(crate) fn for_application(connection: Connection, url: &SqliteUrl) -> Result<Connection, DriverError> {
    connection.busy_timeout(usual_busy_timeout(url))?;
    Ok(connection)
}

/// Takes back what a script may have switched and, where it failed, not switched back.
pub(super) fn enforce(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, false)?;
    Ok(())
}

/// What a script may have set of the connection, and what it is at the beginning.
const RESET: &str = "PRAGMA automatic_index = ON; PRAGMA ignore_check_constraints = OFF; PRAGMA legacy_alter_table = OFF; \
     PRAGMA query_only = OFF; PRAGMA read_uncommitted = OFF; PRAGMA recursive_triggers = OFF; PRAGMA reverse_unordered_selects = OFF; PRAGMA writable_schema = OFF";

/// Drops what a script has left in the connection: temporary tables and views would stand before others of the same names.
pub(super) fn reset(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(RESET)?;
    // The PRAGMA replaces LIKE by a function that SQLite does not take in partial indexes, so it runs only where a script has used it.
    let ignores_case: bool = connection.query_row("SELECT 'a' LIKE 'A'", [], |row| row.get(0))?;
    if !ignores_case {
        connection.execute_batch("PRAGMA case_sensitive_like = OFF")?;
    }
    let names = |query: &str| -> rusqlite::Result<Vec<String>> {
        connection.prepare(query)?.query_map([], |row| row.get(0))?.collect()
    };
    let drops = "SELECT printf('DROP %s temp.\"%w\"', type, name) FROM sqlite_temp_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let detaches =
        "SELECT printf('DETACH \"%w\"', name) FROM pragma_database_list WHERE name NOT IN ('main', 'temp')";
    for statement in names(drops)?.into_iter().chain(names(detaches)?) {
        connection.execute_batch(&statement)?;
    }
    Ok(())
}

fn open_file(url: &SqliteUrl, create: bool) -> Result<Connection, DriverError> {
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX
        | match (url.mode, create) {
            (SqliteMode::ReadOnly, _) => OpenFlags::SQLITE_OPEN_READ_ONLY,
            (SqliteMode::ReadWrite, _) | (SqliteMode::ReadWriteCreate, false) => {
                OpenFlags::SQLITE_OPEN_READ_WRITE
            }
            (SqliteMode::ReadWriteCreate, true) => {
                OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
            }
        };
    let SqliteLocation::File(path) = &url.location else {
        return Ok(Connection::open_in_memory()?);
    };
    Connection::open_with_flags(plain(path), flags).map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen) if !path.exists() && !flags.contains(OpenFlags::SQLITE_OPEN_CREATE) => {
            DriverError::Missing { path: path.clone() }
        }
        _ => DriverError::Open { database: url.to_string(), message: message(&error) },
    })
}

/// SQLite takes a name that begins with `file:` for a URI of its own where it was compiled to do so, and `:memory:` for memory.
pub(super) fn plain(path: &Path) -> PathBuf {
    if path.is_absolute() { path.to_owned() } else { Path::new(".").join(path) }
}

/// Switches a file to write-ahead logging, in which readers and the writer do not wait for each other.
///
/// # Errors
///
/// SQLite's busy timeout does not hold for this, so that it is tried again here; then [`DriverError::LockNotGot`].
pub(crate) fn switch_to_write_ahead_log(
    connection: &Connection,
    timeout: Duration,
) -> Result<(), DriverError> {
    let mode: String = Retry::for_at_most(timeout).run(|| {
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        if mode == "wal" || mode == "memory" || connection.is_readonly("main")? {
            return Ok("wal".to_owned());
        }
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))
    })?;
    if mode == "wal" {
        Ok(())
    } else {
        Err(DriverError::Unsupported { engine: Engine::Sqlite, what: "write-ahead log on this file system" })
    }
}
