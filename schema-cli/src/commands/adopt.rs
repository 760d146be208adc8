//! A database with tables and no history: it is taken for this project's only where somebody says so.

use super::run::BackupArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::project::Project;
use crate::prompt;
use schema_core::runner::{RunOptions, RunnerError};

/// Whether to take such a database over.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct AdoptArgs {
    /// Apply the revisions to a database that has tables and no history, too
    #[arg(long)]
    adopt: bool,
}

impl AdoptArgs {
    /// How to run.
    pub(super) fn options(self, backup: &BackupArgs, project: &Project, context: &Context) -> RunOptions {
        let filter = project.config.filters.clone();
        RunOptions { backup: backup.destination(), adopt: self.adopt, filter, steps: context.steps().clone() }
    }
}

/// Runs, and again where a person at the terminal says that the database is to be taken over.
pub(super) fn asking<T>(
    options: &RunOptions,
    context: &Context,
    mut run: impl FnMut(&RunOptions) -> Result<T, RunnerError>,
) -> Result<T, CliError> {
    match run(options) {
        Err(error @ RunnerError::NoHistory { .. }) if may_ask() => {
            context.printer.warn(&error.to_string());
            if prompt::confirm("Apply the revisions to it all the same?")? {
                Ok(run(&RunOptions { adopt: true, ..options.clone() })?)
            } else {
                Err(error.into())
            }
        }
        result => Ok(result?),
    }
}

/// Continuous integration may have a terminal, and nobody at it.
fn may_ask() -> bool {
    let is_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    prompt::is_interactive() && !is_ci
}
