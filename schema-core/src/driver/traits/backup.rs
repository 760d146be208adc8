//! Copies of a whole database.

use super::Facts;
use crate::driver::{BackupDestination, DriverError};
use std::path::PathBuf;

/// Copies a whole database.
pub trait Backup: Facts {
    /// Copies the whole database into a file that only its owner can read, and checks the copy; none where the database is empty.
    ///
    /// # Errors
    ///
    /// The file is there already or cannot be written, or the copy is not sound.
    fn backup(&mut self, destination: &BackupDestination) -> Result<Option<PathBuf>, DriverError>;
}
