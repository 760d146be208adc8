//! Databases of the same kind that are gone afterwards.

use super::{Driver, Facts};
use crate::driver::DriverError;

/// Makes databases of the same kind that are gone when they are dropped.
pub trait ScratchSource: Facts {
    /// An empty database of the same kind, gone when it is dropped: beside this one, or where [`ConnectOptions::scratch`](crate::driver::ConnectOptions::scratch) says.
    ///
    /// Where this one is an empty database that is kept for scratch work, the new one takes its place, and this one can be used no more.
    ///
    /// # Errors
    ///
    /// There can be none.
    fn scratch(&self) -> Result<Box<dyn Driver>, DriverError>;

    /// An empty database as [`scratch`](Self::scratch) gives it, for scripts that people wrote: where it is on the server of the database at hand, what would
    /// reach beyond it is refused. That are other databases on MySQL and MariaDB, on any server, and on PostgreSQL what all databases of a server share.
    ///
    /// # Errors
    ///
    /// There can be none.
    fn scratch_for_scripts(&self) -> Result<Box<dyn Driver>, DriverError> {
        self.scratch()
    }

    /// A copy of the database beside this one, gone when it is dropped: all definitions, and no rows but those of the history tables. What would reach beyond
    /// it is refused there.
    ///
    /// # Errors
    ///
    /// The engine can try statements on the database itself, or something cannot be copied.
    fn copy_without_rows(&mut self) -> Result<Box<dyn Driver>, DriverError> {
        Err(DriverError::Unsupported { engine: self.engine(), what: "need for a copy to try statements on" })
    }
}
