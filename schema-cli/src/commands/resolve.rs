//! `resolve`: settles a step that is in doubt.

use super::run::events;
use crate::context::Context;
use crate::database::IfMissing;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use schema_core::runner::{self, SettledStep, Settlement};
use serde::Serialize;

/// Settle a step that an interrupted run has left in doubt
///
/// A step outside the transaction was begun, and nothing tells whether it was finished. Look in the database, and say.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, group = clap::ArgGroup::new("settlement").required(true))]
pub(crate) struct ResolveArgs {
    /// Its effect is there: go on behind it
    #[arg(long, group = "settlement")]
    done: bool,
    /// Its effect is not there: run it again
    #[arg(long, group = "settlement")]
    redo: bool,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli resolve --done && schema-cli upgrade
  schema-cli resolve --redo && schema-cli upgrade";

#[derive(Serialize)]
struct Step {
    revision: String,
    direction: &'static str,
    step: usize,
}

#[derive(Serialize)]
struct Report {
    settled: Vec<Step>,
}

pub(crate) fn run(args: &ResolveArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let ResolveArgs { done, redo: _ } = args;
    let (settlement, word) =
        if *done { (Settlement::Done, "done") } else { (Settlement::Redo, "to be run again") };
    let project = context.project()?;
    let directory = project.directory()?;
    let mut driver = context.connect(&project, IfMissing::Refuse)?;
    let settled = runner::resolve(&mut *driver, &directory, settlement, &mut events(context.printer))?;
    for SettledStep { revision, direction, step } in &settled {
        context.printer.done(&format!("step {step} of `{revision}` ({}) is {word}", direction.name()));
    }
    if settled.is_empty() {
        context.printer.done("no step is in doubt");
    }
    if context.printer.is_json() {
        let settled = settled
            .into_iter()
            .map(|SettledStep { revision, direction, step }| Step {
                revision: revision.to_string(),
                direction: direction.name(),
                step,
            })
            .collect();
        context.printer.json(&Report { settled })?;
    }
    Ok(ExitStatus::Done)
}
