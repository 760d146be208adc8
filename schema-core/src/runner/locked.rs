//! Work under the migration lock.

use super::{RunnerError, lock};
use crate::driver::Driver;

/// Does work in a transaction, under the lock: commits it, or rolls it back where it fails.
pub(super) fn in_transaction<T>(
    driver: &mut dyn Driver,
    work: impl FnOnce(&mut dyn Driver) -> Result<T, RunnerError>,
) -> Result<T, RunnerError> {
    lock::acquire(driver, &mut |_| {})?;
    let result = driver.begin().map_err(RunnerError::from).and_then(|()| {
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
