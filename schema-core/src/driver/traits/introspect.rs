//! Reading what a database holds, as the server normalizes it.

use super::Facts;
use crate::driver::{Canonical, DriverError};
use crate::model::DatabaseSchema;

/// Reads what a database holds, as the server normalizes it.
pub trait Introspect: Facts {
    /// Reads the whole schema, without the history tables.
    ///
    /// # Errors
    ///
    /// The database refuses, or holds a definition that cannot be read.
    fn introspect(&mut self) -> Result<DatabaseSchema, DriverError>;

    /// Puts the types, expressions and views of a desired schema into the words in which the database would give them back, where it does not keep them
    /// as they are written; nothing that stays is changed by it.
    ///
    /// `current` is what the database holds: what is spelled there already need not be asked for.
    ///
    /// # Errors
    ///
    /// The database refuses an expression, or the connection fails.
    fn canonicalize(
        &mut self,
        current: &DatabaseSchema,
        desired: &mut DatabaseSchema,
    ) -> Result<Canonical, DriverError> {
        let _ = (current, desired);
        Ok(Canonical::AsWritten)
    }

    /// What the database has beside its schema that makes it what it is, and that no model says: each with why not.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn beside_schema(&mut self) -> Result<Vec<(String, &'static str)>, DriverError> {
        Ok(Vec::new())
    }
}
