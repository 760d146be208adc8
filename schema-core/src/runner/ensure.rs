//! Making the history tables without applying anything.

use super::locked::{Tables, in_transaction};
use super::run::create_tables;
use super::{Observer, RunnerError, history, project};
use crate::driver::Driver;
use crate::revision::Directory;

/// Creates the history tables where they are not there, and returns whether they had to be created.
///
/// For a database whose application may write rows but create no tables.
///
/// # Errors
///
/// The table was written by a newer version, is another project's or no history table, or the database refuses.
pub fn ensure_history(
    driver: &mut dyn Driver,
    revisions: &Directory,
    observer: &mut Observer<'_>,
) -> Result<bool, RunnerError> {
    let history = history::read_for(driver, revisions.graph())?;
    if history.exists {
        project::check_owner(driver, &history, revisions.graph())?;
        project::check_tables(driver)?;
        return Ok(false);
    }
    in_transaction(driver, Tables::AsTheyAre, observer, |driver| {
        // Another process may have been faster.
        let table = driver.history_table().name().clone();
        let is_missing = !driver.table_exists(&table)?;
        create_tables(driver)?;
        Ok(is_missing)
    })
}
