//! What becomes of statements: asked before and after they run.

use super::Facts;
use crate::driver::{DriverError, Integrity, StepState};

/// Tells what becomes of statements, before they run and when nobody has seen their end.
pub trait Evidence: Facts {
    /// Refuses statements, before any of them runs, that this version of the server must not run.
    ///
    /// # Errors
    ///
    /// [`DriverError::CorruptIndexes`], or the database refuses to tell its version.
    fn check_supported(&mut self, statements: &[&str]) -> Result<(), DriverError> {
        let _ = statements;
        Ok(())
    }

    /// For each statement of a script, in their order, whether it may write to what a rollback does not take back, as tables are whose engine has no transactions.
    /// What the statements before it create counts.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn survives_rollback(&mut self, statements: &[&str]) -> Result<Vec<bool>, DriverError> {
        Ok(vec![false; statements.len()])
    }

    /// What will tell later, when nobody has seen the end of a statement outside any transaction, whether it has happened; none where nothing can. Asked
    /// for right before the statement runs.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn evidence(&mut self, statement: &str) -> Result<Option<String>, DriverError> {
        let _ = statement;
        Ok(None)
    }

    /// What the catalogue says of a statement outside any transaction that was begun, with the evidence from before it.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn probe(&mut self, statement: &str, evidence: Option<&str>) -> Result<StepState, DriverError> {
        let _ = (statement, evidence);
        Ok(StepState::Unknown)
    }

    /// Refuses statements that cannot be in one transaction, because the server has no room for all their locks, or the disk none for the copies of tables
    /// that they make. They are not run.
    ///
    /// # Errors
    ///
    /// [`DriverError::TooManyLocks`] or [`DriverError::NoRoom`], or the database refuses to tell.
    fn check_room(&mut self, statements: &[&str]) -> Result<(), DriverError> {
        let _ = statements;
        Ok(())
    }

    /// What a script that rebuilds tables could break without an error of its own.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn integrity(&mut self) -> Result<Integrity, DriverError>;
}
