//! The step journal: how far a revision has come that cannot be applied in one transaction.
//!
//! A step in a transaction is written down in that transaction. A step outside of one is written down before it (`started`) and
//! after it (`done`); what is only `started` is in doubt.

use super::RunnerError;
use crate::driver::{Capabilities, Driver, Value};
use crate::revision::directory::Direction;
use crate::revision::{Checksum, RevisionId};
use jiff::Timestamp;

pub(super) const STARTED: &str = "started";
pub(super) const DONE: &str = "done";

/// A step that has been begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JournalledStep {
    /// From 1.
    pub(super) step: usize,
    pub(super) checksum: String,
    pub(super) done: bool,
}

/// The columns of the table, in brackets.
pub(super) fn columns(types: &Capabilities) -> String {
    let (key, integer) = (types.key_text_type, types.integer_type);
    format!(
        "(\n    revision {key} NOT NULL,\n    direction {key} NOT NULL,\n    step {integer} NOT NULL,\n    \
         checksum {key} NOT NULL,\n    state {key} NOT NULL,\n    started_at {key} NOT NULL,\n    \
         finished_at {key},\n    PRIMARY KEY (revision, direction, step)\n)"
    )
}

fn table(driver: &dyn Driver) -> String {
    driver.quote(&driver.history_table().steps())
}

pub(super) fn read(
    driver: &mut dyn Driver,
    revision: &RevisionId,
    direction: Direction,
) -> Result<Vec<JournalledStep>, RunnerError> {
    let statement = format!(
        "SELECT step, checksum, state FROM {} WHERE revision = ? AND direction = ? ORDER BY step",
        table(driver)
    );
    let rows = driver.query(&statement, &[revision.as_str().into(), direction.name().into()])?;
    let parse = |row: &Vec<Value>| match row.as_slice() {
        [Value::Integer(step), Value::Text(checksum), Value::Text(state)]
            if state == STARTED || state == DONE =>
        {
            let step = usize::try_from(*step).ok()?;
            Some(JournalledStep { step, checksum: checksum.clone(), done: state == DONE })
        }
        _ => None,
    };
    rows.iter()
        .map(|row| {
            parse(row).ok_or_else(|| RunnerError::InvalidHistory {
                table: driver.history_table().steps().to_string(),
                column: "step",
            })
        })
        .collect()
}

/// Writes down that a step is about to run outside a transaction.
pub(super) fn start(
    driver: &mut dyn Driver,
    revision: &RevisionId,
    direction: Direction,
    step: usize,
    statement: &str,
) -> Result<(), RunnerError> {
    write(driver, revision, direction, step, statement, STARTED)
}

/// Writes down that a step is done.
pub(super) fn finish(
    driver: &mut dyn Driver,
    revision: &RevisionId,
    direction: Direction,
    step: usize,
    statement: &str,
) -> Result<(), RunnerError> {
    forget_step(driver, revision, direction, step)?;
    write(driver, revision, direction, step, statement, DONE)
}

fn write(
    driver: &mut dyn Driver,
    revision: &RevisionId,
    direction: Direction,
    step: usize,
    statement: &str,
    state: &str,
) -> Result<(), RunnerError> {
    let now = Timestamp::now().to_string();
    let finished = if state == DONE { Value::from(now.as_str()) } else { Value::Null };
    let insert = format!(
        "INSERT INTO {} (revision, direction, step, checksum, state, started_at, finished_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        table(driver)
    );
    driver.query(
        &insert,
        &[
            revision.as_str().into(),
            direction.name().into(),
            number(step),
            Checksum::of(statement).as_str().into(),
            state.into(),
            now.as_str().into(),
            finished,
        ],
    )?;
    Ok(())
}

/// A step that has failed as a whole was never begun.
pub(super) fn forget_step(
    driver: &mut dyn Driver,
    revision: &RevisionId,
    direction: Direction,
    step: usize,
) -> Result<(), RunnerError> {
    let delete = format!("DELETE FROM {} WHERE revision = ? AND direction = ? AND step = ?", table(driver));
    driver.query(&delete, &[revision.as_str().into(), direction.name().into(), number(step)])?;
    Ok(())
}

/// Once the revision is in the history, or out of it, its steps are of no more interest.
pub(super) fn forget(driver: &mut dyn Driver, revision: &RevisionId) -> Result<(), RunnerError> {
    let delete = format!("DELETE FROM {} WHERE revision = ?", table(driver));
    driver.query(&delete, &[revision.as_str().into()])?;
    Ok(())
}

fn number(step: usize) -> Value {
    Value::Integer(i64::try_from(step).unwrap_or(i64::MAX))
}
