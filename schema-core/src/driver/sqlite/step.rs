//! Statements of an application's functions.

use crate::driver::{Answer, SqlValue};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};

/// Runs one statement.
pub(super) fn run(
    connection: &Connection,
    statement: &str,
    parameters: &[SqlValue],
) -> rusqlite::Result<Answer> {
    let mut prepared = connection.prepare_cached(statement)?;
    let columns = prepared.column_count();
    let rows = prepared
        .query_map(params_from_iter(parameters), |row| {
            (0..columns).map(|column| Ok(value(row.get_ref(column)?))).collect()
        })?
        .collect::<rusqlite::Result<_>>()?;
    // A statement that only reads leaves the number of the one before it.
    let changed = if prepared.readonly() { 0 } else { connection.changes() };
    Ok(Answer { rows, changed })
}

impl ToSql for SqlValue {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            SqlValue::Null => ValueRef::Null,
            SqlValue::Boolean(value) => ValueRef::Integer(i64::from(*value)),
            SqlValue::Integer(number) => ValueRef::Integer(*number),
            SqlValue::Real(number) => ValueRef::Real(*number),
            SqlValue::Text(text) => ValueRef::Text(text.as_bytes()),
            SqlValue::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn value(value: ValueRef<'_>) -> SqlValue {
    match value {
        ValueRef::Null => SqlValue::Null,
        ValueRef::Integer(number) => SqlValue::Integer(number),
        ValueRef::Real(number) => SqlValue::Real(number),
        // SQLite keeps bytes as text that are none; nothing of them is to be lost.
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => SqlValue::Text(text.to_owned()),
            Err(_) => SqlValue::Bytes(text.to_vec()),
        },
        ValueRef::Blob(bytes) => SqlValue::Bytes(bytes.to_vec()),
    }
}
