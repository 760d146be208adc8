//! The migration lock: a named lock of the session that runs the statements, so that it stays while the server still works for a client that is
//! gone.

use super::connection::{Connection, get};
use crate::driver::DriverError;
use std::time::Duration;

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
pub(super) fn holder(connection: &mut Connection, name: &str) -> Option<String> {
    let row = connection.row("SELECT IS_USED_LOCK(?)", (name,)).ok()??;
    let id: u64 = get::<Option<u64>>(&row, 0).ok()??;
    let session = connection
        .row("SELECT USER, HOST, COMMAND, TIME FROM information_schema.PROCESSLIST WHERE ID = ?", (id,))
        .ok()
        .flatten()
        .and_then(|row| {
            let is_busy = get::<String>(&row, 2).ok()? != "Sleep";
            let seconds = get::<i64>(&row, 3).ok().filter(|_| is_busy);
            Some((get::<String>(&row, 0).ok()?, get::<String>(&row, 1).ok()?, seconds))
        });
    Some(match session {
        Some((user, host, None)) => format!("connection {id} of `{user}` from `{host}`"),
        Some((user, host, Some(seconds))) => {
            format!(
                "connection {id} of `{user}` from `{host}`, which has been at a statement for {seconds} s,"
            )
        }
        None => format!("connection {id}"),
    })
}

fn refused(message: &str) -> DriverError {
    DriverError::Refused { message: message.to_owned() }
}
