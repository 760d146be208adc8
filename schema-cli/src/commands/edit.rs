//! `edit`: opens a revision's scripts.

use crate::address::applied_if_needed;
use crate::context::Context;
use crate::editor;
use crate::environment::Environment;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use schema_core::revision::{Direction, Target};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Open a revision's scripts in `$VISUAL` or `$EDITOR`
///
/// A script that was applied already should stay as it is: `upgrade` refuses to go on where one was changed, until `repair` accepts it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct EditArgs {
    /// The revision
    #[arg(value_name = "REVISION", default_value = "head", allow_negative_numbers = true)]
    revision: Target,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli edit                     the head
  schema-cli edit ae10                the revision whose id begins with ae10
  EDITOR='code --wait' schema-cli edit current";

#[derive(Serialize)]
struct Report {
    files: BTreeSet<PathBuf>,
}

pub(crate) fn run(args: &EditArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let EditArgs { revision } = args;
    let project = context.project()?;
    let directory = project.directory()?;
    let applied = applied_if_needed(&revision.to_string(), &directory, &project, context)?;
    let ids = revision.resolve(directory.graph(), &applied)?;
    if ids.is_empty() {
        return Err(CliError::NothingToEdit { given: revision.to_string() });
    }
    let mut files = BTreeSet::new();
    for revision in directory.graph().revisions().filter(|revision| ids.contains(&revision.id)) {
        for engine in &revision.engines {
            for direction in [Direction::Up, Direction::Down] {
                files.insert(directory.script_path(&revision.id, *engine, direction)?);
            }
        }
    }
    // Up comes first: it is what one looks for.
    let in_order: Vec<PathBuf> = files.iter().rev().cloned().collect();
    editor::open(&in_order, &Environment::load(&project.root)?)?;
    if context.printer.is_json() {
        context.printer.json(&Report { files })?;
    }
    Ok(ExitStatus::Done)
}
