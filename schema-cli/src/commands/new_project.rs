//! A folder that a command makes a project of, where it is none yet.

use super::init;
use crate::config::{Config, FILE_NAME};
use crate::error::CliError;
use crate::printer::Printer;
use crate::project::{Project, ProjectError};
use schema_core::revision::{Directory, DirectoryError};
use std::path::Path;

/// The folder that becomes a project.
pub(super) struct NewProject {
    pub(super) project: Project,
    /// What schema.toml gets, where there is none.
    pub(super) new_config: Option<String>,
    /// The variable that stands for the password in it.
    variable: Option<&'static str>,
}

impl NewProject {
    /// The project that is there, or a new one for the database of this URL with its revisions in this folder.
    pub(super) fn of(project: Project, url: Option<&str>, revisions: &Path) -> Result<Self, CliError> {
        if project.root.join(FILE_NAME).is_file() {
            return Ok(NewProject { project, new_config: None, variable: None });
        }
        let (text, variable) = init::configuration_for(url, revisions)?;
        let config = Config::parse(&text, Path::new(FILE_NAME)).map_err(ProjectError::Config)?;
        let project = Project { root: project.root, config };
        Ok(NewProject { project, new_config: Some(text), variable })
    }

    /// The revisions that are there already, if the folder for them is there.
    pub(super) fn revisions(&self) -> Result<Option<Directory>, CliError> {
        let folder = self.project.migrations_directory();
        if !folder.exists() {
            return Ok(None);
        }
        match Directory::open(&folder) {
            // Between the folder of a revision and its line in `heads` a run can be interrupted.
            Err(DirectoryError::HeadsDisagree { written, .. }) if written.is_empty() => {
                Ok(Some(Directory::rewrite_heads(folder)?))
            }
            directory => Ok(Some(directory?)),
        }
    }

    pub(super) fn tell_of_password(&self, printer: Printer) {
        if let Some(variable) = self.variable {
            printer.warn(&format!("the password is not written into {FILE_NAME}, which is committed"));
            printer.hint(&format!("set `{variable}`, or add it to `.env`"));
        }
    }
}
