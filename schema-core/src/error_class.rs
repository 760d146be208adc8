//! What errors of all parts mean to whoever started the program. Must know none of them.

/// What an error means to whoever started the program: the exit codes above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorClass {
    /// The models and the database differ, or revisions are pending.
    Differences,
    /// Wrong usage or configuration.
    Usage,
    /// The database refused.
    Refused,
    /// The lock was not got in time.
    Lock,
    /// The history and the files disagree.
    History,
    /// A step is in doubt.
    InDoubt,
}

impl ErrorClass {
    /// The exit code.
    ///
    /// ```
    /// assert_eq!(schema_core::ErrorClass::Lock.exit_code(), 4);
    /// ```
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            ErrorClass::Differences => 1,
            ErrorClass::Usage => 2,
            ErrorClass::Refused => 3,
            ErrorClass::Lock => 4,
            ErrorClass::History => 5,
            ErrorClass::InDoubt => 6,
        }
    }
}
