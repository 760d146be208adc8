//! `heads`: the newest revisions.

use crate::context::Context;
use crate::describe::{Describer, listed};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use schema_core::revision::Directory;

/// List the head revisions: those that no other builds on
///
/// More than one head means that two people added a revision on the same parent.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct HeadsArgs {
    /// Write the file `heads` anew from the revision folders, as after a merge conflict in it
    #[arg(long)]
    rewrite: bool,
    /// Leave out the heads that another revision depends on
    #[arg(long)]
    resolve_dependencies: bool,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli heads
  schema-cli heads --verbose        with dates, engines and folders
  schema-cli heads --rewrite        settle a merge conflict in migrations/heads";

pub(crate) fn run(args: &HeadsArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let HeadsArgs { rewrite, resolve_dependencies } = args;
    let project = context.project()?;
    let directory = if *rewrite {
        let directory = Directory::rewrite_heads(project.migrations_directory())?;
        context.printer.done("wrote the file `heads` from the revision folders");
        directory
    } else {
        project.directory()?
    };
    let graph = directory.graph();
    let heads = if *resolve_dependencies { graph.heads_with_dependencies() } else { graph.heads() };
    let describer = Describer::new(&directory);
    let descriptions = describer.newest_first(|id| heads.contains(id));
    if descriptions.is_empty() {
        context.printer.say("no revisions yet");
    }
    context.printer.data(&descriptions, || listed(&descriptions, context.printer.is_verbose()))?;
    Ok(ExitStatus::Done)
}
