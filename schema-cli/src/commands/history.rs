//! `history`: the revisions in order.

use crate::address::applied_if_needed;
use crate::context::Context;
use crate::database::IfMissing;
use crate::describe::{Describer, drawn};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use schema_core::revision::{RevisionId, TargetRange};
use schema_core::runner;
use std::collections::BTreeSet;

/// Draw the revisions as a graph, the newest first
///
/// As `git log --graph` does: a lane for each branch. The order is that in which `upgrade` applies them, read from below.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct HistoryArgs {
    /// Only the revisions from one to another, both included: `ae10:head`, `-3:current`
    #[arg(short, long, value_name = "FROM:TO", allow_hyphen_values = true)]
    rev_range: Option<TargetRange>,
    /// Mark the revisions that the database is at
    #[arg(short, long)]
    indicate_current: bool,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli history
  schema-cli history --verbose          with dates, engines and folders
  schema-cli history -r ae10:head       from one revision to another
  schema-cli history -i                 and which the database is at
  schema-cli history --format json";

pub(crate) fn run(args: &HistoryArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let HistoryArgs { rev_range, indicate_current } = args;
    let project = context.project()?;
    let directory = project.directory()?;
    let mut describer = Describer::new(&directory);
    if *indicate_current {
        let mut driver = context.connect(&project, IfMissing::Refuse)?;
        let status = runner::status(&mut *driver, &directory)?;
        describer = describer.with_current(status.current).with_unfinished(status.unfinished);
    }
    let range: Option<BTreeSet<RevisionId>> = match rev_range {
        None => None,
        Some(range) => {
            let applied = applied_if_needed(&range.to_string(), &directory, &project, context)?;
            Some(range.revisions(directory.graph(), &applied)?.into_iter().collect())
        }
    };
    let descriptions = describer.newest_first(|id| range.as_ref().is_none_or(|range| range.contains(id)));
    if descriptions.is_empty() {
        let is_all = directory.graph().is_empty();
        context.printer.say(if is_all { "no revisions yet" } else { "no revisions in this range" });
    }
    context.printer.data(&descriptions, || drawn(&descriptions, context.printer.is_verbose()))?;
    Ok(ExitStatus::Done)
}
