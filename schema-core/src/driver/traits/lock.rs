//! The migration lock.

use super::Facts;
use crate::driver::DriverError;

/// Keeps other runs out: the migration lock.
pub trait Lock: Facts {
    /// Tries to take the migration lock once, where it is not a transaction that is the lock; whether this connection has it now.
    ///
    /// # Errors
    ///
    /// The database refuses, or such a lock would keep nobody out.
    fn try_lock(&mut self) -> Result<bool, DriverError> {
        Ok(true)
    }

    /// Who has the migration lock, in words that fit `… holds the lock`; none where the database does not tell.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn lock_holder(&mut self) -> Result<Option<String>, DriverError> {
        Ok(None)
    }

    /// Gives the migration lock back.
    ///
    /// # Errors
    ///
    /// The connection is lost, and the lock with it.
    fn unlock(&mut self) -> Result<(), DriverError> {
        Ok(())
    }
}
