//! A statement in ranges of a key: where the next range begins and ends, and the statement for it.
//!
//! A range is everything from one key to another, both among them; the keys are those that rows had when it was asked for them. The last key of all is asked for at the
//! beginning, so that a table that grows does not keep a batch going: each row that is there at the beginning and stays is in exactly one range. What comes
//! meanwhile may be in one or in none.
//!
//! Must not know revisions or the journal: callers say what goes into the transaction of a range.

use crate::dialect::{BatchKey, BatchKeyError};
use crate::driver::{Ask, Driver, DriverError, Execute, Value};
use crate::sql::{Batch, ScriptBatch};
use serde::{Deserialize, Serialize};

/// How far a batch has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BatchPosition {
    /// The table and the key, as [`described`] says them.
    pub(crate) batch: String,
    /// The last key that was there at the beginning, as SQL.
    end: Vec<String>,
    /// The last key of the ranges that are done, as SQL.
    behind: Vec<String>,
    /// How many rows they had.
    pub(crate) rows: u64,
}

/// What became of a range.
pub(crate) enum Advance {
    /// There is more to do.
    Partly(BatchPosition),
    /// It was the last one.
    Finished {
        /// How many rows there were in all.
        rows: u64,
    },
}

/// Why there is no next range.
pub(crate) enum BatchStop {
    /// The columns are no key of the table.
    Key(BatchKeyError),
    /// Rows have no key, and would be left out.
    RowsWithoutKey,
    /// The statement was refused.
    Statement {
        source: DriverError,
        /// How many rows the ranges before it had.
        rows: u64,
    },
    Driver(DriverError),
}

impl From<DriverError> for BatchStop {
    fn from(error: DriverError) -> Self {
        BatchStop::Driver(error)
    }
}

/// The table and the key of a batch: what must not change while it is under way.
pub(crate) fn described(batch: &Batch) -> String {
    format!("{} by {}", batch.table, batch.key.join(", "))
}

/// Finds the key in the database at hand, outside of any transaction.
pub(crate) fn find_key(driver: &mut dyn Driver, batch: &Batch) -> Result<BatchKey, BatchStop> {
    let schema = driver.introspect()?;
    let mut batch = batch.clone();
    // The schema that usual names are in is not said of its tables.
    if batch.table.schema.is_some()
        && !schema.tables.iter().any(|table| table.name == batch.table)
        && driver.table_exists(&batch.table)?
    {
        batch.table.schema = None;
    }
    BatchKey::find(&schema, &batch, driver.engine()).map_err(BatchStop::Key)
}

/// Runs the statement for the next range, in the transaction at hand.
///
/// Of a table without rows the statement runs once, so that its mistakes are seen.
pub(crate) fn advance(
    driver: &mut dyn Execute,
    (key, script): (&BatchKey, &ScriptBatch),
    sql: &str,
    position: Option<&BatchPosition>,
    execute: impl FnOnce(&mut dyn Execute, &str) -> Result<(), DriverError>,
) -> Result<Advance, BatchStop> {
    let ScriptBatch { batch, ranges } = script;
    let done = position.map_or(0, |position| position.rows);
    let refused = |source| BatchStop::Statement { source, rows: done };
    let end = match position {
        Some(position) => position.end.clone(),
        None => {
            if let Some(question) = key.without_key()
                && !driver.query(&question, &[])?.is_empty()
            {
                return Err(BatchStop::RowsWithoutKey);
            }
            match ask(driver, key, &key.last())? {
                Some(end) => end,
                None => {
                    execute(driver, &ranges.whole(sql)).map_err(refused)?;
                    return Ok(Advance::Finished { rows: done });
                }
            }
        }
    };
    let behind = position.map(|position| position.behind.as_slice());
    let Some(from) = ask(driver, key, &key.first(behind, &end))? else {
        return Ok(Advance::Finished { rows: done });
    };
    if behind.is_some_and(|behind| *behind == *from) {
        return Err(BatchStop::Key(BatchKeyError::NotAdvancing { key: from.join(", ") }));
    }
    let full = ask(driver, key, &key.nth(&from, &end, batch.size))?;
    let is_last = full.as_ref().is_none_or(|to| *to == end);
    let to = full.clone().unwrap_or_else(|| end.clone());
    let rows = match full {
        Some(_) => u64::from(batch.size),
        None => count(driver, &key.count(&from, &to))?,
    };
    execute(driver, &ranges.within(sql, &from, &to)).map_err(refused)?;
    let rows = done.saturating_add(rows);
    if is_last {
        return Ok(Advance::Finished { rows });
    }
    Ok(Advance::Partly(BatchPosition { batch: described(batch), end, behind: to, rows }))
}

/// A key, as literals.
fn ask(driver: &mut dyn Ask, key: &BatchKey, question: &str) -> Result<Option<Vec<String>>, BatchStop> {
    let Some(row) = driver.query(question, &[])?.into_iter().next() else { return Ok(None) };
    let values: Vec<String> = row
        .into_iter()
        .filter_map(|value| match value {
            Value::Text(literal) => Some(literal),
            Value::Null | Value::Integer(_) => None,
        })
        .collect();
    // NULL is no key.
    if values.len() == key.len() { Ok(Some(values)) } else { Err(BatchStop::RowsWithoutKey) }
}

fn count(driver: &mut dyn Ask, question: &str) -> Result<u64, DriverError> {
    let rows = driver.query(question, &[])?;
    let number = rows.first().and_then(|row| row.first()).and_then(Value::as_integer);
    Ok(number.and_then(|number| u64::try_from(number).ok()).unwrap_or_default())
}
