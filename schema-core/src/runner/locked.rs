//! Work under the migration lock.

use super::run::create_tables;
use super::{RunnerError, lock};
use crate::driver::Driver;

/// Whether the work needs the history tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tables {
    Create,
    AsTheyAre,
}

/// Does work in a transaction, under the lock: commits it, or rolls it back where it fails.
pub(super) fn in_transaction<T>(
    driver: &mut dyn Driver,
    tables: Tables,
    work: impl FnOnce(&mut dyn Driver) -> Result<T, RunnerError>,
) -> Result<T, RunnerError> {
    lock::acquire(driver, &mut |_| {})?;
    let result = begin(driver, tables).and_then(|()| {
        let result = work(driver).and_then(|value| {
            driver.commit()?;
            Ok(value)
        });
        if result.is_err() {
            // The first error says more; the connection's end rolls back too.
            let _ = driver.rollback();
        }
        result
    });
    // What is committed stays so, and the connection's end gives the lock back too.
    let _ = driver.unlock();
    result
}

fn begin(driver: &mut dyn Driver, tables: Tables) -> Result<(), RunnerError> {
    let is_transactional = driver.capabilities().transactional_ddl;
    if tables == Tables::Create && !is_transactional {
        create_tables(driver)?;
    }
    driver.begin()?;
    if tables == Tables::Create && is_transactional {
        create_tables(driver)?;
    }
    Ok(())
}
