//! The migration lock: an advisory lock of the session that runs the statements.
//!
//! It is tried and never waited for, because a session that waits inside `pg_advisory_lock` holds a snapshot, for whose end CREATE INDEX
//! CONCURRENTLY of the lock's holder would wait in turn. A session whose client has died keeps it until its statement has ended.

use super::connection::Connection;
use super::settings::Settings;
use crate::driver::DriverError;
use crate::model::Engine;
use crate::sql::{TokenKind, tokenize};

/// How much of a statement is shown.
const SHOWN_CHARACTERS: usize = 80;

/// Who has an advisory lock: its key is shown in two halves.
const HOLDER: &str = "SELECT a.pid, a.application_name, a.state, left(a.query, 400), \
     extract(epoch FROM now() - a.query_start)::bigint \
     FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid \
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
       AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()) \
       AND l.classid::bigint = $1 AND l.objid::bigint = $2";

pub(super) fn acquire(connection: &Connection, key: i64) -> Result<bool, DriverError> {
    connection.call(move |client| {
        Ok(client.query_one("SELECT pg_try_advisory_lock($1)", &[&key])?.try_get::<_, bool>(0)?)
    })
}

pub(super) fn release(connection: &Connection, key: i64) -> Result<(), DriverError> {
    connection.call(move |client| {
        client.execute("SELECT pg_advisory_unlock($1)", &[&key])?;
        Ok(())
    })
}

/// Makes sure that a lock which this session has keeps a second connection out.
///
/// A pooler in transaction mode lends one session to several clients in turn: the second connection gets the very session of the first, which has the lock.
pub(super) fn check_exclusive(settings: &Settings, key: i64, process: i32) -> Result<(), DriverError> {
    // Where there is no second connection to be had, nothing is found out and nothing is wrong.
    let Ok(second) = Connection::open(settings) else { return Ok(()) };
    let (other, got) = second.call(move |client| {
        let row = client.query_one("SELECT pg_backend_pid(), pg_try_advisory_lock($1)", &[&key])?;
        Ok((row.try_get::<_, i32>(0)?, row.try_get::<_, bool>(1)?))
    })?;
    if other != process && !got {
        return Ok(());
    }
    // The session lives on in the pooler, and the lock with it.
    second.call(move |client| Ok(client.batch_execute("SELECT pg_advisory_unlock_all()")?))?;
    Err(DriverError::SharedSession { finding: "a second connection got the lock that the first one has" })
}

/// Who has the lock, as far as this user may know.
pub(super) fn holder(connection: &Connection, key: i64) -> Result<Option<String>, DriverError> {
    let (upper, lower) = (key >> 32, key & 0xFFFF_FFFF);
    let row = connection.call(move |client| {
        let Some(row) = client.query_opt(HOLDER, &[&upper, &lower])? else { return Ok(None) };
        let process: Option<i32> = row.try_get(0)?;
        let text = |column: usize| row.try_get::<_, Option<String>>(column);
        Ok(Some((process, text(1)?, text(2)?, text(3)?, row.try_get::<_, Option<i64>>(4)?)))
    })?;
    Ok(row.map(|(process, application, state, query, seconds)| {
        let mut holder = format!("process {} of the server", process.unwrap_or_default());
        if let Some(application) = application.filter(|name| !name.is_empty()) {
            holder.push_str(&format!(" (`{}`)", application.escape_debug()));
        }
        if let (Some("active"), Some(query)) = (state.as_deref(), query) {
            holder.push_str(&format!(
                ", which has been running `{}` for {} s,",
                shown(&query),
                seconds.unwrap_or_default()
            ));
        }
        holder
    }))
}

/// The statement in one line, without what may be a secret.
fn shown(query: &str) -> String {
    let mut text = String::new();
    for token in tokenize(query, Engine::Postgres) {
        match token.kind {
            TokenKind::String | TokenKind::Unterminated(_) => text.push_str("'…'"),
            TokenKind::Whitespace => text.push(' '),
            TokenKind::LineComment | TokenKind::BlockComment => {}
            TokenKind::Word
            | TokenKind::QuotedIdentifier
            | TokenKind::Blob
            | TokenKind::Number
            | TokenKind::Parameter
            | TokenKind::Punctuation
            | TokenKind::Unknown => {
                text.extend(token.text(query).chars().filter(|character| !character.is_control()))
            }
        }
    }
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_shown_without_secrets() {
        assert_eq!(shown("ALTER ROLE ann\n  PASSWORD 's3cret' -- hm"), "ALTER ROLE ann PASSWORD '…' ");
        assert_eq!(shown(&"x".repeat(200)).chars().count(), SHOWN_CHARACTERS + 1);
        assert!(!shown("SET a = 'begins and is cut").contains("begins"));
    }
}
