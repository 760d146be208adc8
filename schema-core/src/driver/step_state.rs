//! What has become of a statement whose end nobody saw.

/// What the catalogue says of a statement outside any transaction that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepState {
    /// It has happened.
    Done,
    /// It has not happened, or can be repeated without harm.
    Absent,
    /// It has happened in part. What is left of it has to be cleared away by these statements before it can be repeated.
    Broken {
        /// The statements.
        cleanup: Vec<String>,
    },
    /// It has happened in part, and these statements do the rest.
    Unfinished {
        /// The statements.
        rest: Vec<String>,
    },
    /// Nothing tells.
    Unknown,
}
