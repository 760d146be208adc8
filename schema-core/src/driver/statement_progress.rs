//! How far a statement has come while it runs.

use super::DriverError;

/// How far a statement has come, as the database tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementProgress {
    /// What the database says that it is doing; none where it does not say.
    pub phase: Option<String>,
    /// How much of it is done.
    pub done: u64,
    /// How much there is, which may be an estimate; none where nobody knows.
    pub total: Option<u64>,
    /// What is counted.
    pub unit: ProgressUnit,
}

/// What a database counts to tell how far a statement has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressUnit {
    /// Rows that are written.
    Rows,
    /// Blocks of a table that are read or written.
    Blocks,
    /// Sessions that are waited for.
    Sessions,
    /// Bytes that are read.
    Bytes,
    /// Parts of the work, of no size that is known.
    Parts,
}

/// Tells how far one statement of a session has come, while that session is at it.
pub trait ProgressSource: Send {
    /// Looks once; none where the database does not tell at the moment.
    ///
    /// # Errors
    ///
    /// The database cannot be asked.
    fn look(&mut self) -> Result<Option<StatementProgress>, DriverError>;
}
