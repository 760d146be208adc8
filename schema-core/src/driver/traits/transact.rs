//! Transactions.

use super::Execute;
use crate::driver::{DriverError, Value};

/// Begins and ends transactions.
pub trait Transact: Execute {
    /// Begins a transaction, which on some engines is the migration lock.
    ///
    /// # Errors
    ///
    /// [`DriverError::LockNotGot`] where another connection keeps the lock for longer than [`ConnectOptions::lock_timeout`](crate::driver::ConnectOptions::lock_timeout).
    fn begin(&mut self) -> Result<(), DriverError>;

    /// Commits the transaction.
    ///
    /// # Errors
    ///
    /// [`DriverError::TransactionLost`] where a statement has ended it; otherwise it is still open.
    fn commit(&mut self) -> Result<(), DriverError>;

    /// Runs one statement of the runner's own, of which no rows matter, and commits the transaction with it: where a server is asked, in one go.
    ///
    /// # Errors
    ///
    /// As [`Ask::query`](crate::driver::Ask::query) and [`commit`](Self::commit).
    fn query_and_commit(&mut self, statement: &str, parameters: &[Value]) -> Result<(), DriverError> {
        self.write(statement, parameters)?;
        self.commit()
    }

    /// Rolls the transaction back; where there is none, it is done already.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn rollback(&mut self) -> Result<(), DriverError>;

    /// Whether another connection may have changed the database since this was last asked.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn changed_elsewhere(&mut self) -> Result<bool, DriverError>;
}
