//! The error of the whole library, and its classes.

use crate::autogenerate::AutogenerateError;
use crate::driver::DriverError;
use crate::runner::RunnerError;
use crate::url::UrlError;

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

/// Anything that goes wrong in this library, from a URL to a statement of a revision.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Models and database cannot be compared, or no scripts be made of the difference.
    #[error(transparent)]
    Autogenerate(#[from] AutogenerateError),
    /// The database URL cannot be used.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// The database could not do what it was asked.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// A run of revisions stopped.
    #[error(transparent)]
    Runner(#[from] RunnerError),
}

impl Error {
    /// The class of exit code.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Error::Autogenerate(error) => error.class(),
            Error::Url(_) => ErrorClass::Usage,
            Error::Driver(error) => error.class(),
            Error::Runner(error) => error.class(),
        }
    }

    /// What to type to get on.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Autogenerate(error) => error.hint(),
            Error::Url(error) => error.hint(),
            Error::Driver(error) => error.hint(),
            Error::Runner(error) => error.hint(),
        }
    }
}
