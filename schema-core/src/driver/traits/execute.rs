//! Statements that run, and how long they wait.

use super::Ask;
use crate::driver::{Answer, DriverError, ProgressSource, SqlValue, Value};
use std::time::Duration;

/// Runs statements of scripts and of the runner, and says how long they wait.
pub trait Execute: Ask {
    /// Has each statement wait for the locks of others no longer than this, and no longer than it usually does; without a limit, as it usually does.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn limit_waits(&mut self, longest: Option<Duration>) -> Result<(), DriverError> {
        let _ = longest;
        Ok(())
    }

    /// Has the statements that follow wait for the locks of others no longer than this; without a limit, as long as the session does. Within a transaction it
    /// ends with that.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn wait_for_locks(&mut self, longest: Option<Duration>) -> Result<(), DriverError> {
        let _ = longest;
        Ok(())
    }

    /// Runs one statement of a script and drops its rows.
    ///
    /// # Errors
    ///
    /// The database refuses it, or the text is not one statement.
    fn execute(&mut self, statement: &str) -> Result<(), DriverError>;

    /// Runs one statement of the runner's own, of which no rows matter. Within a transaction it may go to the server with what comes next, and fail there.
    ///
    /// # Errors
    ///
    /// As [`Ask::query`](crate::driver::Ask::query).
    fn write(&mut self, statement: &str, parameters: &[Value]) -> Result<(), DriverError> {
        self.query(statement, parameters)?;
        Ok(())
    }

    /// Runs one statement that a function of the application gives, within a transaction; parameters are `?` in every engine.
    ///
    /// Where scripts are confined, so is this.
    ///
    /// # Errors
    ///
    /// The database refuses it, or a column is of a type that is not read.
    fn run_for_step(&mut self, statement: &str, parameters: &[SqlValue]) -> Result<Answer, DriverError>;

    /// Runs one statement of a script outside any transaction, where it may have to wait for others for as long as they take.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    fn execute_alone(&mut self, statement: &str) -> Result<(), DriverError> {
        self.execute(statement)
    }

    /// What another thread can ask how far this statement has come, which the session is about to run; none where the engine does not tell of it. Afterwards
    /// [`stop_progress`](Self::stop_progress) is called.
    fn begin_progress(&mut self, statement: &str) -> Option<Box<dyn ProgressSource>> {
        let _ = statement;
        None
    }

    /// The statement has ended.
    fn stop_progress(&mut self) {}

    /// Sets the session to what it was at the beginning, after a script that may have changed its settings or has left these temporary tables there, which
    /// would stand before others of the same names.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn reset_session(&mut self, temporary: &[&str]) -> Result<(), DriverError> {
        let _ = temporary;
        Ok(())
    }

    /// Switches the enforcement of foreign keys, outside a transaction.
    ///
    /// # Errors
    ///
    /// The engine has no such switch, or did not take it.
    fn switch_foreign_keys(&mut self, on: bool) -> Result<(), DriverError>;
}
