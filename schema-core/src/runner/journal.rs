//! The step journal: how far a revision has come that cannot be applied in one transaction.
//!
//! A step in a transaction is written down in that transaction. A step outside of one is written down before it (`started`) and
//! after it (`done`); what is only `started` is in doubt.

use super::RunnerError;
use super::repair::SettledStep;
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

/// The steps of all revisions that were begun and not finished.
pub(super) fn in_doubt(driver: &mut dyn Driver) -> Result<Vec<SettledStep>, RunnerError> {
    let statement = format!(
        "SELECT revision, direction, step FROM {} WHERE state = ? ORDER BY revision, direction, step",
        table(driver)
    );
    let rows = driver.query(&statement, &[STARTED.into()])?;
    let parse = |row: &Vec<Value>| match row.as_slice() {
        [Value::Text(revision), Value::Text(direction), Value::Integer(step)] => Some(SettledStep {
            revision: revision.parse().ok()?,
            direction: [Direction::Up, Direction::Down].into_iter().find(|it| it.name() == direction)?,
            step: usize::try_from(*step).ok()?,
        }),
        _ => None,
    };
    let invalid =
        RunnerError::InvalidHistory { table: driver.history_table().steps().to_string(), column: "revision" };
    rows.iter().map(parse).collect::<Option<Vec<_>>>().ok_or(invalid)
}

/// Writes down that somebody has found a step in doubt to be done.
pub(super) fn settle(
    driver: &mut dyn Driver,
    revision: &RevisionId,
    direction: Direction,
    step: usize,
) -> Result<(), RunnerError> {
    let update = format!(
        "UPDATE {} SET state = ?, finished_at = ? WHERE revision = ? AND direction = ? AND step = ?",
        table(driver)
    );
    let now = Timestamp::now().to_string();
    driver.query(
        &update,
        &[DONE.into(), now.as_str().into(), revision.as_str().into(), direction.name().into(), number(step)],
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
