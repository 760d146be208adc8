//! `current`: what the database is at.

use crate::context::Context;
use crate::database::IfMissing;
use crate::describe::{Describer, listed};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use schema_core::runner;

/// Show which revisions the database is at
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CurrentArgs {
    /// Exit 1 where the database is not at the heads
    #[arg(short, long)]
    check_heads: bool,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli current
  schema-cli current --verbose
  schema-cli current --check-heads && start-the-service";

pub(crate) fn run(args: &CurrentArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let CurrentArgs { check_heads } = args;
    let project = context.project()?;
    let directory = project.directory()?;
    let mut driver = context.connect(&project, IfMissing::Refuse)?;
    let status = runner::status(&mut *driver, &directory)?;
    let describer = Describer::new(&directory).with_applied(status.applied);
    let descriptions = describer.newest_first(|id| status.current.contains(id));
    context.printer.data(&descriptions, || listed(&descriptions, context.printer.is_verbose()))?;
    if status.current.is_empty() {
        context.printer.say("no revision is applied");
    }
    if !status.unknown.is_empty() {
        let unknown: Vec<_> = status.unknown.iter().map(|id| format!("`{id}`")).collect();
        context.printer.warn(&format!("applied, but not in the migrations folder: {}", unknown.join(", ")));
    }
    if !status.pending.is_empty() {
        context.printer.say(&format!("{} pending", super::revisions(status.pending.len())));
    }
    let is_at_heads = status.pending.is_empty() && status.unknown.is_empty();
    Ok(if *check_heads && !is_at_heads { ExitStatus::Differs } else { ExitStatus::Done })
}
