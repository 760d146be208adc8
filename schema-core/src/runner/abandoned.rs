//! Whether a revision that the journal shows under way has been abandoned, where the lock does not tell.
//!
//! Where the migration lock lasts for a whole run, whoever holds it knows that nobody else is inside a revision. Where it ends with each transaction, another
//! process may be between two of them: then its journal is looked at again until it has stood still for a while.

use super::{Event, Observer};
use crate::driver::{DriverError, Facts, Value};
use std::thread;
use std::time::{Duration, Instant};

/// How often to look.
const POLL: Duration = Duration::from_millis(100);

/// A process that is alive begins its next transaction much sooner than this, and holds the lock while it is inside one.
const STANDSTILL: Duration = Duration::from_secs(2);

/// Looks at a journal, each time with the lock.
#[derive(Debug, Default)]
pub(super) struct Watch {
    begun: Option<Instant>,
    rows: Vec<Vec<Value>>,
    /// For how many looks in a row the journal has been the same.
    looks: u32,
}

impl Watch {
    /// Whether whoever wrote these rows is gone. If not, [`wait`](Self::wait) and look again.
    pub(super) fn is_over(&mut self, driver: &dyn Facts, rows: &[Vec<Value>]) -> bool {
        if rows.is_empty() || !driver.capabilities().lock_ends_with_transaction {
            return true;
        }
        if self.rows == rows {
            self.looks += 1;
        } else {
            self.rows = rows.to_vec();
            self.looks = 0;
        }
        POLL * self.looks >= STANDSTILL.min(driver.lock_timeout())
    }

    /// Leaves the lock to the other process for a moment.
    ///
    /// # Errors
    ///
    /// [`DriverError::LockNotGot`] where it is still at work when the time is over.
    pub(super) fn wait(
        &mut self,
        driver: &dyn Facts,
        observer: &mut Observer<'_>,
    ) -> Result<(), DriverError> {
        let begun = match self.begun {
            Some(begun) => begun,
            None => {
                observer(Event::Waiting { holder: None });
                *self.begun.insert(Instant::now())
            }
        };
        let waited = begun.elapsed();
        if waited >= driver.lock_timeout() {
            return Err(DriverError::LockNotGot { waited, holder: None });
        }
        thread::sleep(POLL);
        Ok(())
    }
}
