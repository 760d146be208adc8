//! Scratch databases that are created, and dropped with their driver.
//!
//! Each is held by a named lock of the session that made it, so that what a killed program has left behind is known for what it is.

use super::{Connection, Server, open};
use crate::dialect::mysql::{quote, quote_text};
use crate::driver::DriverError;
use crate::driver::mysql::connection::get;
use crate::driver::mysql::{error, lock};
use crate::driver::scratch::{Registration, made_at, new_name, seconds_now};
use crate::url::MysqlUrl;
use std::time::Duration;

/// What the names of scratch databases begin with.
const PREFIX: &str = "schema_scratch_";

/// How old a scratch database without a holder has to be before it is dropped: locks are one server's own, and of a cluster's several servers each
/// sees the databases of all.
const STALE: Duration = Duration::from_secs(3600);

/// A database that its driver drops.
#[derive(Debug)]
pub(in super::super) struct CreatedDatabase {
    /// It is known from before it is there until it is gone.
    _registration: Registration,
}

/// Makes an empty database with the character set of `like` on the server of the connection, which the URL leads to, and selects it.
pub(super) fn create(
    connection: &mut Connection,
    server: &Server,
    like: &Server,
    url: &MysqlUrl,
) -> Result<(String, CreatedDatabase), DriverError> {
    let name = new_name(PREFIX);
    drop_stale(connection, seconds_now());
    let session = connection.row("SELECT CONNECTION_ID()", ())?.map(|row| get::<u64>(&row, 0)).transpose()?;
    let (url, dropped) = (url.clone(), name.clone());
    let registration = Registration::new(move || {
        let Ok(mut connection) = open(&url) else { return };
        // What its session is just doing would be in the way.
        if let Some(session) = session {
            let _ = connection.run(&format!("KILL {session}"));
        }
        let _ = drop_database(&mut connection, &dropped);
    });
    // Where the server has no locks, nothing is dropped for want of one either.
    let _ = lock::try_acquire(connection, &name, Duration::ZERO);
    let created = connection.run(&format!(
        "CREATE DATABASE {} CHARACTER SET {} COLLATE {}",
        quote(&name),
        quote(&like.charset),
        quote(&like.collation)
    ));
    match created {
        Err(error) if error::is_not_allowed(&error) => {
            let message = error::message(&error);
            let engine = server.variant.engine();
            return Err(DriverError::ScratchNotAllowed { message, grant: grant(&server.user), engine });
        }
        created => created?,
    }
    connection.run(&format!("USE {}", quote(&name)))?;
    Ok((name, CreatedDatabase { _registration: registration }))
}

/// What allows an account, as `CURRENT_USER()` gives it, to have scratch databases and nothing else: in the name of a database, `_` and `%` are wildcards.
fn grant(user: &str) -> String {
    let (name, host) = user.rsplit_once('@').unwrap_or((user, "%"));
    let databases = format!("{}%", PREFIX.replace('_', "\\_"));
    format!("GRANT ALL ON {}.* TO {}@{}", quote(&databases), quote_text(name), quote_text(host))
}

/// Drops a scratch database.
pub(in super::super) fn drop_database(connection: &mut Connection, name: &str) -> Result<(), DriverError> {
    Ok(connection.run(&format!("DROP DATABASE IF EXISTS {}", quote(name)))?)
}

/// Drops what others have left behind, as far as that can be told.
fn drop_stale(connection: &mut Connection, now: u64) {
    let Ok(rows) = connection.rows(
        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE LEFT(SCHEMA_NAME, CHAR_LENGTH(?)) = ?",
        (PREFIX, PREFIX),
    ) else {
        return;
    };
    for row in rows {
        let Ok(name) = get::<String>(&row, 0) else { continue };
        let is_old = made_at(PREFIX, &name).is_some_and(|made| now.saturating_sub(made) > STALE.as_secs());
        if is_old && lock::is_held(connection, &name) == Some(false) {
            let _ = drop_database(connection, &name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_count_as_scratch_databases() {
        assert_eq!(made_at(PREFIX, "schema_scratch_1700000000_17_0"), Some(1_700_000_000));
        for name in
            ["schema_scratch_", "schema_scratch_1_2", "schema_scratch_1_2_3_4", "schema_scratch_a_1_2", "app"]
        {
            assert_eq!(made_at(PREFIX, name), None, "{name}");
        }
    }
}
