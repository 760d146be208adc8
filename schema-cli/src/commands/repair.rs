//! `repair`: accepts files that were edited after they had been applied.

use super::run::events;
use crate::context::Context;
use crate::database::{IfMissing, names};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use schema_core::revision::{RevisionId, Target};
use schema_core::runner;
use serde::Serialize;
use std::collections::BTreeSet;

/// Accept applied revisions whose files were edited since
///
/// Records the files' checksums as they are now, and runs nothing: the database keeps what the former files did. Without a revision, all
/// that were edited are accepted.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RepairArgs {
    /// The revision to accept; may be repeated
    #[arg(value_name = "REVISION")]
    revisions: Vec<Target>,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli repair ae10       accept the file of one revision
  schema-cli repair            accept all that were edited";

#[derive(Serialize)]
struct Report<'a> {
    repaired: &'a BTreeSet<RevisionId>,
}

pub(crate) fn run(args: &RepairArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let RepairArgs { revisions } = args;
    let project = context.project()?;
    let directory = project.directory()?;
    let mut driver = context.connect(&project, IfMissing::Refuse)?;
    let repaired: BTreeSet<RevisionId> =
        runner::repair(&mut *driver, &directory, revisions, &mut events(context.printer))?
            .into_iter()
            .collect();
    if repaired.is_empty() {
        context.printer.done("no applied file was edited");
    } else {
        context.printer.done(&format!("accepted as they are now: {}", names(&repaired)));
    }
    if context.printer.is_json() {
        context.printer.json(&Report { repaired: &repaired })?;
    }
    Ok(ExitStatus::Done)
}
