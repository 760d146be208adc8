//! Work under the migration lock.

use super::abandoned::Watch;
use super::run::create_tables;
use super::{Observer, RunnerError, journal, lock, project};
use crate::driver::Driver;

/// Whether the work needs the history tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tables {
    Create,
    AsTheyAre,
}

/// Does work in a transaction, under the lock: commits it, or rolls it back where it fails. No other process is inside a revision meanwhile.
pub(super) fn in_transaction<T>(
    driver: &mut dyn Driver,
    tables: Tables,
    observer: &mut Observer<'_>,
    work: impl FnOnce(&mut dyn Driver) -> Result<T, RunnerError>,
) -> Result<T, RunnerError> {
    lock::acquire(driver, observer)?;
    let result = begin(driver, tables, observer).and_then(|()| work(driver)).and_then(|value| {
        driver.commit()?;
        Ok(value)
    });
    if result.is_err() {
        // The first error says more; the connection's end rolls back too.
        let _ = driver.rollback();
    }
    // Inside the transaction that a refused query has spoilt, the database could not be asked for its reason.
    let result = result.map_err(|error| match error {
        RunnerError::Driver(error) => project::blame_table(driver, error),
        error => error,
    });
    // What is committed stays so, and the connection's end gives the lock back too.
    let _ = driver.unlock();
    result
}

/// Does work while no other process is inside a revision, nor can get there. The database is only read.
///
/// # Errors
///
/// The lock is not got in time, or the database refuses.
pub fn exclusively<T>(
    driver: &mut dyn Driver,
    observer: &mut Observer<'_>,
    work: impl FnOnce(&mut dyn Driver) -> T,
) -> Result<T, RunnerError> {
    in_transaction(driver, Tables::AsTheyAre, observer, |driver| Ok(work(driver)))
}

/// Begins the transaction, at a moment when no other process is between two transactions of a revision.
fn begin(driver: &mut dyn Driver, tables: Tables, observer: &mut Observer<'_>) -> Result<(), RunnerError> {
    let is_transactional = driver.capabilities().transactional_ddl;
    if tables == Tables::Create && !is_transactional {
        create_tables(driver)?;
    }
    let mut watch = Watch::default();
    loop {
        driver.begin()?;
        if is_alone(driver, &mut watch)? {
            break;
        }
        // Whoever is inside a revision needs the lock to go on.
        driver.rollback()?;
        watch.wait(driver, observer)?;
    }
    if tables == Tables::Create && is_transactional {
        create_tables(driver)?;
    }
    Ok(())
}

fn is_alone(driver: &mut dyn Driver, watch: &mut Watch) -> Result<bool, RunnerError> {
    let steps = driver.history_table().steps();
    if !driver.capabilities().lock_ends_with_transaction || !driver.table_exists(&steps)? {
        return Ok(true);
    }
    let rows = journal::read(driver, None)?.rows;
    Ok(watch.is_over(driver, &rows))
}
