//! The error of the whole library, above all errors of its parts.

use crate::autogenerate::AutogenerateError;
use crate::driver::DriverError;
use crate::error_class::ErrorClass;
use crate::revision::{DirectoryError, RevisionId};
use crate::runner::RunnerError;
use crate::url::UrlError;
use crate::verify::VerifyError;

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
    /// The migrations cannot be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// An application was to start, and its database is not at the newest revision.
    #[error("the database is {} behind: {}", plural(revisions.len()), listed(revisions))]
    Pending {
        /// What is to be applied.
        revisions: Vec<RevisionId>,
    },
    /// Nothing says which database to use.
    #[error("`DATABASE_URL` is not set")]
    NoDatabaseUrl,
    /// Nothing says where the databases of tests are to be made.
    #[error("no server is named for the databases of tests")]
    NoTestServer,
    /// An environment variable that is a switch has another value.
    #[error("`{name}` is `{}`, neither on nor off", value.escape_debug())]
    InvalidVariable {
        /// The variable.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// A history does not produce the expected schema, or does not bring back the one before.
    #[error(transparent)]
    Verify(#[from] VerifyError),
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
            Error::Directory(_)
            | Error::NoDatabaseUrl
            | Error::NoTestServer
            | Error::InvalidVariable { .. } => ErrorClass::Usage,
            Error::Pending { .. } => ErrorClass::Differences,
            Error::Verify(error) => error.class(),
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
            Error::Directory(error) => error.hint(),
            Error::Pending { .. } => {
                Some("run `schema-cli upgrade`, or set `MIGRATION_AUTO_UPGRADE=1`".to_owned())
            }
            Error::NoDatabaseUrl => Some("set it to `sqlite://app.db`, for example".to_owned()),
            Error::NoTestServer => Some(
                "set `DATABASE_URL` to a server where this account may create databases; the database that it names is not touched".to_owned(),
            ),
            Error::InvalidVariable { .. } => Some("set it to `1` or `0`".to_owned()),
            Error::Verify(error) => error.hint(),
            Error::Runner(error) => error.hint(),
        }
    }
}

fn plural(revisions: usize) -> String {
    if revisions == 1 { "1 revision".to_owned() } else { format!("{revisions} revisions") }
}

fn listed(revisions: &[RevisionId]) -> String {
    const MOST: usize = 5;
    let mut ids: Vec<String> = revisions.iter().take(MOST).map(|revision| format!("`{revision}`")).collect();
    if revisions.len() > MOST {
        ids.push("…".to_owned());
    }
    ids.join(", ")
}
