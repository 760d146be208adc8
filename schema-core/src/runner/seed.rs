//! The first rows of a database, put in once.

use super::locked::{Tables, in_transaction};
use super::{Event, Observer, RunOptions, RunnerError, journal};
use crate::driver::{Driver, DriverError, Execute, Value};
use crate::revision::Checksum;
use crate::sql::SeedStatement;
use std::collections::BTreeMap;

/// Values shorter than this could be part of any message.
const SHORTEST_SECRET: usize = 3;

/// Runs a seed in one transaction, with these values bound to its parameters, and returns whether it had to be run: one that has run before is left out. The
/// checksum, that of its text, tells one seed from another. A backup is made only where the seed has to be run.
///
/// # Errors
///
/// A parameter without a value, or a statement that is refused; then nothing of it stays.
pub fn seed(
    driver: &mut dyn Driver,
    statements: &[SeedStatement],
    values: &BTreeMap<String, String>,
    checksum: &Checksum,
    options: &RunOptions,
    observer: &mut Observer<'_>,
) -> Result<bool, RunnerError> {
    let mut backed_up = None;
    let result = in_transaction(driver, Tables::Create, observer, |driver| {
        if journal::has_seed(driver, checksum)? {
            return Ok(false);
        }
        let texts: Vec<&str> = statements.iter().map(|statement| statement.sql.as_str()).collect();
        let survives = driver.survives_rollback(&texts)?;
        if let Some((SeedStatement { line, .. }, _)) =
            statements.iter().zip(survives).find(|(_, survives)| *survives)
        {
            return Err(RunnerError::SeedNotWhole { line: *line });
        }
        if let Some(destination) = &options.backup {
            backed_up = driver.backup(destination)?;
        }
        for statement in statements {
            run(driver, statement, values)?;
        }
        journal::write_seed(driver, checksum)?;
        Ok(true)
    });
    if let Some(path) = backed_up {
        observer(Event::BackedUp { path: &path });
    }
    result
}

/// Whether a seed has run before, whatever the database is at.
///
/// # Errors
///
/// The database refuses.
pub fn is_seeded(driver: &mut dyn Driver, checksum: &Checksum) -> Result<bool, RunnerError> {
    let steps = driver.history_table().steps();
    Ok(driver.table_exists(&steps)? && journal::has_seed(driver, checksum)?)
}

fn run(
    driver: &mut dyn Execute,
    statement: &SeedStatement,
    values: &BTreeMap<String, String>,
) -> Result<(), RunnerError> {
    let SeedStatement { sql, parameters, line } = statement;
    let bound = parameters
        .iter()
        .map(|name| {
            let value = values
                .get(name)
                .ok_or_else(|| RunnerError::NoSeedValue { name: name.clone(), line: *line })?;
            Ok(Value::from(value.as_str()))
        })
        .collect::<Result<Vec<_>, RunnerError>>()?;
    let result = if bound.is_empty() { driver.execute(sql) } else { driver.query(sql, &bound).map(drop) };
    result.map_err(|source| RunnerError::Seed { line: *line, source: without_values(source, values) })
}

/// A server may repeat what it was given, and that may be a password.
fn without_values(error: DriverError, values: &BTreeMap<String, String>) -> DriverError {
    error.reworded(|message| {
        let secrets = values.values().filter(|value| value.len() >= SHORTEST_SECRET);
        secrets.fold(message.to_owned(), |message, value| message.replace(value.as_str(), "…"))
    })
}
