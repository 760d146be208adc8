//! Finding `schema.toml` and the folder that paths in it are relative to.

use crate::config::{Config, ConfigError, FILE_NAME};
use schema_core::revision::{Directory, DirectoryError};
use std::path::{Path, PathBuf};

/// A folder with a `schema.toml`.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    /// The folder.
    pub(crate) root: PathBuf,
    /// What the file says.
    pub(crate) config: Config,
}

/// Why there is no project.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProjectError {
    /// Neither this folder nor one above has the file.
    #[error("there is no `{FILE_NAME}` in `{}` or a folder above", start.display())]
    NotFound {
        /// Where the search began.
        start: PathBuf,
    },
    /// The folder cannot be entered.
    #[error("`{}` cannot be entered: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

impl ProjectError {
    /// What to do about it.
    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            ProjectError::NotFound { .. } => {
                Some(
                    "`schema-cli init` writes one, and makes the migrations folder; `-C DIR` or `--config FILE` points to one; \
                     `inspect`, `diff` and `models` work with URLs alone"
                        .to_owned(),
                )
            }
            ProjectError::Folder { .. } => None,
            ProjectError::Config(error) => error.hint(),
        }
    }
}

impl Project {
    /// Reads the given file or, without one, the nearest `schema.toml` from the current folder upwards.
    ///
    /// # Errors
    ///
    /// When there is none, or it cannot be used.
    pub(crate) fn find(file: Option<&Path>) -> Result<Self, ProjectError> {
        let here = std::env::current_dir()
            .map_err(|source| ProjectError::Folder { folder: PathBuf::from("."), source })?;
        let file = match file {
            Some(file) => here.join(file),
            None => here
                .ancestors()
                .map(|folder| folder.join(FILE_NAME))
                .find(|path| path.is_file())
                .ok_or_else(|| ProjectError::NotFound { start: here.clone() })?,
        };
        let config = Config::read(file.strip_prefix(&here).unwrap_or(&file))?;
        let root = file.parent().unwrap_or(&here).to_owned();
        Ok(Project { root, config })
    }

    /// The project's folder, as the beginning of a path: nothing where it is the current folder, for messages show it.
    pub(crate) fn relative_root(&self) -> PathBuf {
        match std::env::current_dir() {
            Ok(here) if here == self.root => PathBuf::new(),
            Ok(_) | Err(_) => self.root.clone(),
        }
    }

    /// The folder of the revisions.
    pub(crate) fn migrations_directory(&self) -> PathBuf {
        self.relative_root().join(&self.config.migrations.dir)
    }

    /// The revisions.
    pub(crate) fn directory(&self) -> Result<Directory, DirectoryError> {
        Directory::open(self.migrations_directory())
    }
}
