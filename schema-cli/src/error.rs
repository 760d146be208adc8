//! Why a command stops: each stage's own error, with the exit status and the hint that belong to it.

use crate::environment::EnvironmentError;
use crate::exit_status::ExitStatus;
use crate::models::ModelsError;
use crate::project::ProjectError;
use crate::target::TargetError;
use schema_core::revision::DirectoryError;
use std::io;
use std::path::PathBuf;

/// Why a command stops.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// There is no usable schema.toml.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The `.env` file cannot be used.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// There is no database to work on.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The migrations folder cannot be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The models' schema cannot be had.
    #[error(transparent)]
    Models(#[from] ModelsError),
    /// A file that `init` would write is there already.
    #[error("`{}` is there already", path.display())]
    AlreadyThere {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be read or written.
    #[error("`{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Stdout cannot be written.
    #[error("the output cannot be written: {0}")]
    Output(io::Error),
    /// A question cannot be asked.
    #[error("the question cannot be asked: {0}")]
    Prompt(io::Error),
}

impl CliError {
    pub(crate) fn prompt(error: dialoguer::Error) -> Self {
        let dialoguer::Error::IO(error) = error;
        CliError::Prompt(error)
    }

    /// The message.
    #[must_use]
    pub(crate) fn report(&self) -> String {
        self.to_string()
    }

    /// What to do about it.
    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            CliError::Project(error) => error.hint(),
            CliError::Environment(error) => error.hint(),
            CliError::Target(error) => error.hint(),
            CliError::Directory(error) => error.hint(),
            CliError::Models(error) => error.hint(),
            CliError::AlreadyThere { .. } => Some("the project is set up: edit the file".to_owned()),
            CliError::File { .. } | CliError::Output(_) | CliError::Prompt(_) => None,
        }
    }

    /// The status that the process ends with.
    #[must_use]
    pub(crate) fn status(&self) -> ExitStatus {
        match self {
            CliError::Project(_)
            | CliError::Environment(_)
            | CliError::Target(_)
            | CliError::Directory(_)
            | CliError::Models(_)
            | CliError::AlreadyThere { .. }
            | CliError::File { .. }
            | CliError::Output(_)
            | CliError::Prompt(_) => ExitStatus::Usage,
        }
    }
}
