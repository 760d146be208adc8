//! Questions that change nothing.

use super::Facts;
use crate::driver::{DriverError, TableSize, Value};
use crate::model::QualifiedName;
use std::time::Duration;

/// Asks the database: its rows, and what its catalogue says of tables.
pub trait Ask: Facts {
    /// Runs one statement of the runner's own and returns its rows; parameters are `?` in every engine.
    ///
    /// # Errors
    ///
    /// The database refuses it.
    fn query(&mut self, statement: &str, parameters: &[Value]) -> Result<Vec<Vec<Value>>, DriverError>;

    /// Whether there is a table of this name.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn table_exists(&mut self, table: &QualifiedName) -> Result<bool, DriverError>;

    /// The names of the columns of a table; none where there is no such table.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn column_names(&mut self, table: &QualifiedName) -> Result<Vec<String>, DriverError> {
        Ok(self.column_types(table)?.into_iter().map(|(name, _)| name).collect())
    }

    /// The columns of a table or view in their order, each with its type as the database writes it; none where there is no such table.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn column_types(&mut self, table: &QualifiedName) -> Result<Vec<(String, String)>, DriverError>;

    /// The tables and views that somebody has made, without the history tables and without what belongs to the engine or to an extension.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn relations(&mut self) -> Result<Vec<QualifiedName>, DriverError>;

    /// How large a table is, with its partitions, by its name as a statement spells it; none where there is no such table.
    ///
    /// # Errors
    ///
    /// The database refuses.
    fn table_size(&mut self, name: &str) -> Result<Option<TableSize>, DriverError>;

    /// How far the replica that is the farthest behind is, as the server at hand sees it; none where this account may not see it.
    ///
    /// # Errors
    ///
    /// The engine does not tell, or the database refuses.
    fn replica_lag(&mut self) -> Result<Option<Duration>, DriverError> {
        Err(DriverError::Unsupported {
            engine: self.engine(),
            what: "way to ask how far replicas are behind",
        })
    }
}
