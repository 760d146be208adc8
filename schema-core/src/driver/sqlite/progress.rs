//! How many rows a statement has copied from one table into another, which is what takes the time of a rebuild.

use super::SqliteDriver;
use super::copied_table::CopiedTable;
use crate::driver::{DriverError, ProgressSource, ProgressUnit, StatementProgress};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

struct CopiedRows {
    done: Arc<AtomicU64>,
    total: Option<u64>,
}

impl ProgressSource for CopiedRows {
    fn look(&mut self) -> Result<Option<StatementProgress>, DriverError> {
        let done = self.done.load(Ordering::Relaxed);
        // A table without row ids is copied without a word.
        let progress = StatementProgress { phase: None, done, total: self.total, unit: ProgressUnit::Rows };
        Ok((done > 0).then_some(progress))
    }
}

/// Counts the rows that a statement writes, until [`stop`] is called; none where it copies no table.
pub(super) fn begin(driver: &mut SqliteDriver, statement: &str) -> Option<Box<dyn ProgressSource>> {
    // An application's own hook would be replaced, and nobody can ask for it to put it back.
    if driver.is_borrowed {
        return None;
    }
    let CopiedTable { name: source, columns: _ } = CopiedTable::of(statement)?;
    // Where it counts rows, the estimate is exact; where they were deleted in between, it is too high.
    let estimate = format!("SELECT max(_rowid_) FROM {source}");
    let total = driver.connection.query_row(&estimate, [], |row| row.get::<_, Option<i64>>(0));
    let total = total.ok().flatten().and_then(|rows| u64::try_from(rows).ok());
    let done = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&done);
    let counter = move |_, _: &str, _: &str, _| {
        count.fetch_add(1, Ordering::Relaxed);
    };
    driver.connection.update_hook(Some(counter)).ok()?;
    Some(Box::new(CopiedRows { done, total }))
}

/// Counts no more.
pub(super) fn stop(driver: &mut SqliteDriver) {
    // It only counts.
    let _ = driver.connection.update_hook(None::<fn(rusqlite::hooks::Action, &str, &str, i64)>);
}
