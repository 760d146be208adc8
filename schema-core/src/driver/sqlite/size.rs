//! How large a table is.

use super::SqliteDriver;
use crate::driver::{Ask as _, DriverError, TableSize, Value};
use crate::model::Engine;
use crate::sql::{Words, unquote_identifier};

/// Counts the rows of a table, and its pages where SQLite was built with `dbstat`.
pub(super) fn table_size(driver: &mut SqliteDriver, name: &str) -> Result<Option<TableSize>, DriverError> {
    let parts: Vec<String> =
        Words::parts(name, Engine::Sqlite).iter().map(|part| unquote_identifier(part)).collect();
    let [name] = parts.as_slice() else { return Ok(None) };
    let found = driver.query(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE AND rootpage > 0",
        &[name.as_str().into()],
    )?;
    let Some(name) = found.first().and_then(|row| row.first()).and_then(Value::as_text) else {
        return Ok(None);
    };
    let count = format!("SELECT count(*), NULL FROM {}", crate::dialect::sqlite::quote(name));
    let rows = TableSize::of(driver.query(&count, &[])?.first()).and_then(|size| size.rows);
    let pages = "SELECT NULL, sum(pgsize) FROM dbstat WHERE name = ?";
    let bytes = match driver.query(pages, &[name.into()]) {
        Ok(found) => TableSize::of(found.first()).and_then(|size| size.bytes),
        // There is no such table: not every SQLite has it.
        Err(DriverError::Refused { .. }) => None,
        Err(error) => return Err(error),
    };
    Ok(Some(TableSize { rows, bytes }))
}
