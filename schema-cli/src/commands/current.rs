//! `current`: what the database is at.

use crate::context::Context;
use crate::database::IfMissing;
use crate::describe::{Describer, listed, revisions};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use schema_core::revision::RevisionId;
use schema_core::runner::{self, Unfinished};

/// Show which revisions the database is at
///
/// A revision that an interrupted run has applied or undone in part is shown with how far it is, and the command exits 5.
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
    let describer =
        Describer::new(&directory).with_applied(status.applied).with_unfinished(status.unfinished.clone());
    let is_unfinished =
        |id: &RevisionId| status.unfinished.as_ref().is_some_and(|unfinished| unfinished.revision == *id);
    let descriptions = describer.newest_first(|id| status.current.contains(id) || is_unfinished(id));
    context.printer.data(&descriptions, || listed(&descriptions, context.printer.is_verbose()))?;
    if status.current.is_empty() {
        context.printer.say("no revision is applied");
    }
    if !status.unknown.is_empty() {
        let unknown: Vec<_> = status.unknown.iter().map(|id| format!("`{id}`")).collect();
        context.printer.warn(&format!("applied, but not in the migrations folder: {}", unknown.join(", ")));
    }
    if let Some(partly) = status.partly_squashed.first() {
        let error = partly.error();
        context.printer.warn(&error.to_string());
        if let Some(hint) = error.hint() {
            context.printer.hint(&hint);
        }
        return Ok(error.class().into());
    }
    if !status.pending.is_empty() {
        context.printer.say(&format!("{} pending", revisions(status.pending.len())));
    }
    if let Some(unfinished) = &status.unfinished {
        let Unfinished { revision, direction, holder, .. } = unfinished;
        if let Some(holder) = holder {
            let participle = direction.participle();
            context.printer.say(&format!("`{revision}` is being {participle}: {holder} has the lock"));
        } else {
            let error = unfinished.error();
            context.printer.warn(&error.to_string());
            if let Some(hint) = error.hint() {
                context.printer.hint(&hint);
            }
            return Ok(error.class().into());
        }
    }
    let is_at_heads = status.unfinished.is_none() && status.pending.is_empty() && status.unknown.is_empty();
    Ok(if *check_heads && !is_at_heads { ExitStatus::Differs } else { ExitStatus::Done })
}
