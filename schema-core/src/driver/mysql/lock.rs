//! The migration lock: a named lock of the session that runs the statements, so that it stays while the server still works for a client that is
//! gone.

use super::connection::{Connection, get};
use crate::driver::{DriverError, HistoryTable};
use std::thread;
use std::time::{Duration, Instant};

/// How long one question waits in the server.
const TURN: Duration = Duration::from_secs(1);

/// The name of the lock. Locks are the whole server's, and their names have 64 characters at most.
pub(super) fn name(database: &str, history_table: &HistoryTable) -> String {
    let digits = crate::hash::sha256(&format!("{database}\n{history_table}"));
    format!("schema migrations {}", digits.get(..40).unwrap_or(&digits))
}

/// Waits for a lock of this name.
pub(super) fn acquire(connection: &mut Connection, name: &str, timeout: Duration) -> Result<(), DriverError> {
    let start = Instant::now();
    loop {
        let left = timeout.saturating_sub(start.elapsed());
        if try_acquire(connection, name, left.min(TURN))? {
            return Ok(());
        }
        let waited = start.elapsed();
        if waited >= timeout {
            return Err(DriverError::LockNotGot { waited, holder: holder(connection, name) });
        }
        // Only where the server did not wait.
        if left < TURN {
            thread::sleep(left.min(Duration::from_millis(50)));
        }
    }
}

/// Asks for a lock of this name once; `wait` counts in whole seconds.
pub(super) fn try_acquire(
    connection: &mut Connection,
    name: &str,
    wait: Duration,
) -> Result<bool, DriverError> {
    let row = connection.row("SELECT GET_LOCK(?, ?)", (name, wait.as_secs()))?;
    match row.map(|row| get::<Option<i64>>(&row, 0)).transpose()?.flatten() {
        Some(1) => {}
        Some(_) => return Ok(false),
        None => return Err(refused("GET_LOCK fails on this server")),
    }
    // Some servers that speak MySQL's language say yes to everybody.
    let row = connection.row("SELECT IS_USED_LOCK(?) = CONNECTION_ID()", (name,))?;
    match row.map(|row| get::<Option<i64>>(&row, 0)).transpose()?.flatten() {
        Some(1) => Ok(true),
        Some(_) | None => Err(refused("GET_LOCK gives no lock on this server")),
    }
}

pub(super) fn release(connection: &mut Connection, name: &str) -> Result<(), DriverError> {
    let row = connection.row("SELECT RELEASE_LOCK(?)", (name,))?;
    match row.map(|row| get::<Option<i64>>(&row, 0)).transpose()?.flatten() {
        Some(1) => Ok(()),
        Some(_) | None => Err(refused("the migration lock was lost")),
    }
}

/// Whether somebody has a lock of this name; none where the server does not tell.
pub(super) fn is_held(connection: &mut Connection, name: &str) -> Option<bool> {
    let row = connection.row("SELECT IS_FREE_LOCK(?)", (name,)).ok()??;
    get::<Option<i64>>(&row, 0).ok()?.map(|free| free == 0)
}

/// Who has the lock, as far as this account may know.
fn holder(connection: &mut Connection, name: &str) -> Option<String> {
    let row = connection.row("SELECT IS_USED_LOCK(?)", (name,)).ok()??;
    let id: u64 = get::<Option<u64>>(&row, 0).ok()??;
    let session = connection
        .row("SELECT USER, HOST FROM information_schema.PROCESSLIST WHERE ID = ?", (id,))
        .ok()
        .flatten()
        .and_then(|row| Some((get::<String>(&row, 0).ok()?, get::<String>(&row, 1).ok()?)));
    Some(match session {
        Some((user, host)) => format!("connection {id} of `{user}` from `{host}`"),
        None => format!("connection {id}"),
    })
}

fn refused(message: &str) -> DriverError {
    DriverError::Refused { message: message.to_owned() }
}
