//! What objects have that a script which recreates them does not say.

use super::Facts;
use crate::dialect::mysql::definer::Kept;
use crate::driver::DriverError;
use crate::sql::Recreated;

/// Keeps what objects have when a script recreates them and does not say it.
pub trait Recreate: Facts {
    /// For each table the fingerprint of what a rebuild of it has to know; none where there is no such table.
    ///
    /// # Errors
    ///
    /// As [`Introspect::introspect`](crate::driver::Introspect::introspect).
    fn fingerprints(&mut self, tables: &[&str]) -> Result<Vec<Option<String>>, DriverError>;

    /// For each object that a script drops and recreates the fingerprint of what the script has to know of it; none where there is no such object. Where
    /// scripts recreate tables alone, [`fingerprints`](Self::fingerprints) are all there is.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn recreated_fingerprints(&mut self, objects: &[Recreated]) -> Result<Vec<Option<String>>, DriverError> {
        Ok(vec![None; objects.len()])
    }

    /// What objects keep when these statements recreate them (MySQL, MariaDB): the definer that they have in the database at hand, where it is the only difference to what the script was written for,
    /// and the rights on routines that are dropped. Is asked outside of transactions, before anything is changed.
    ///
    /// # Errors
    ///
    /// This account may not give an object that definer, or may not see or grant the rights, or the database refuses.
    fn kept(&mut self, objects: &[Recreated], statements: &[&str]) -> Result<Vec<Kept>, DriverError> {
        let _ = (objects, statements);
        Ok(Vec::new())
    }

    /// Within a transaction, before these statements, which drop and recreate objects: takes what these have and no script says (owner, grants, comments, settings).
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn take(&mut self, objects: &[Recreated], statements: &[&str]) -> Result<(), DriverError> {
        let _ = (objects, statements);
        Ok(())
    }

    /// In the same transaction, after those statements: gives what was taken from these objects back to those that were recreated.
    ///
    /// # Errors
    ///
    /// An object was dropped and not recreated, or this role may not give something back.
    fn give_back(&mut self, objects: &[Recreated]) -> Result<(), DriverError> {
        let _ = objects;
        Ok(())
    }
}
