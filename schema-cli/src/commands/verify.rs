//! `verify`: proves a history on a scratch database.

use crate::context::Context;
use crate::database::IfMissing;
use crate::describe::revisions;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::progress::Progress;
use crate::scripts::listed;
use schema_core::revision::RevisionId;
use schema_core::verify::{Verified, Verifying, verify};
use serde::Serialize;
use std::collections::BTreeSet;

/// Run every revision up, down and up again on a scratch database
///
/// Exit 1 where a down script does not bring back what was there: tables, views, functions, triggers, rights and everything else that `inspect`
/// shows. A revision whose down script says `-- schema: irreversible` is applied alone, and named. The database itself is left alone.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct VerifyArgs {}

const EXAMPLES: &str = "\
Examples:
  schema-cli verify                  all scripts of the default database's engine
  schema-cli verify --format json";

#[derive(Serialize)]
struct Report {
    verified: Vec<RevisionId>,
    /// The objects of which only the name was compared.
    known_by_name: BTreeSet<String>,
    /// The revisions that say they cannot be undone.
    irreversible: Vec<RevisionId>,
}

pub(crate) fn run(args: &VerifyArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let VerifyArgs {} = args;
    let project = context.project()?;
    let directory = project.directory()?;
    let driver = context.connect(&project, IfMissing::TakeAsEmpty)?;
    let mut scratch = driver.scratch_for_scripts()?;
    let printer = context.printer;
    let mut at_work = None;
    let verified = verify(scratch.as_mut(), &directory, context.steps(), &mut |at| {
        let Verifying { revision, position, total, is_irreversible } = at;
        // Nothing is said while the line stands there.
        drop(at_work.take());
        let what = if is_irreversible { "up alone, it cannot be undone" } else { "up, down and up again" };
        printer.say(&format!("[{position}/{total}] {what}: {revision}"));
        at_work = Some(Progress::begin(printer, "      at work"));
    });
    drop(at_work);
    let Verified { revisions: verified, known_by_name, irreversible } =
        verified.map_err(schema_core::Error::from)?;
    if verified.is_empty() || irreversible.len() < verified.len() {
        printer.done(&format!(
            "verified {}: the scripts produce the expected schema, and undo it",
            revisions(verified.len() - irreversible.len())
        ));
    }
    if !irreversible.is_empty() {
        let ids: Vec<String> = irreversible.iter().map(RevisionId::to_string).collect();
        printer.done(&format!(
            "applied {}, which cannot be undone: {}",
            revisions(irreversible.len()),
            listed(&ids)
        ));
    }
    if !known_by_name.is_empty() {
        let names: Vec<String> = known_by_name.iter().cloned().collect();
        printer.warn(&format!("compared by their names alone: {}", listed(&names)));
    }
    if context.printer.is_json() {
        context.printer.json(&Report { verified, known_by_name, irreversible })?;
    }
    Ok(ExitStatus::Done)
}
