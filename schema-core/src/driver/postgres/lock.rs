//! The migration lock: an advisory lock of the session that runs the statements.
//!
//! It is polled, because a session that waits inside `pg_advisory_lock` holds a snapshot, for whose end CREATE INDEX CONCURRENTLY of the
//! lock's holder would wait in turn.

use super::connection::Connection;
use crate::driver::{DriverError, HistoryTable};
use std::thread;
use std::time::{Duration, Instant};

const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// The key of the lock: PostgreSQL counts them for each database apart, and each history is migrated by itself.
pub(super) fn key(history_table: &HistoryTable) -> i64 {
    let digits = crate::hash::short(&format!("schema migrations {history_table}"));
    // `schema` in ASCII above, so that somebody who looks into pg_locks finds the same upper half everywhere.
    let upper = i64::from_be_bytes([0, b's', b'c', b'h', 0, 0, 0, 0]);
    upper | i64::from_str_radix(&digits, 16).unwrap_or_default()
}

pub(super) fn acquire(connection: &Connection, key: i64, timeout: Duration) -> Result<(), DriverError> {
    let start = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        let got = connection.call(move |client| {
            Ok(client.query_one("SELECT pg_try_advisory_lock($1)", &[&key])?.try_get::<_, bool>(0)?)
        })?;
        if got {
            return Ok(());
        }
        let waited = start.elapsed();
        if waited >= timeout {
            return Err(DriverError::LockNotGot { waited, holder: None });
        }
        thread::sleep(pause.min(timeout.saturating_sub(waited)));
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

pub(super) fn release(connection: &Connection, key: i64) -> Result<(), DriverError> {
    connection.call(move |client| {
        client.execute("SELECT pg_advisory_unlock($1)", &[&key])?;
        Ok(())
    })
}
