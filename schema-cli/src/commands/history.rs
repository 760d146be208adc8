//! `history`: the revisions in order.

use crate::context::Context;
use crate::describe::{Describer, Description, listed};
use crate::error::CliError;
use crate::exit_status::ExitStatus;

/// List the revisions, the newest first
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct HistoryArgs {}

const EXAMPLES: &str = "\
Examples:
  schema-cli history
  schema-cli history --verbose          with dates, engines and folders
  schema-cli history --format json";

pub(crate) fn run(args: &HistoryArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let HistoryArgs {} = args;
    let directory = context.project()?.directory()?;
    let describer = Describer::new(&directory);
    let descriptions = describer.newest_first(|_| true);
    if descriptions.is_empty() {
        context.printer.say("no revisions yet");
    }
    context
        .printer
        .data(&descriptions, || listed(&descriptions, context.printer.is_verbose(), Description::step))?;
    Ok(ExitStatus::Done)
}
