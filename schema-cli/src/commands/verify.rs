//! `verify`: proves a history on a scratch database.

use super::revisions;
use crate::context::Context;
use crate::database::IfMissing;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::progress::Progress;
use schema_core::revision::RevisionId;
use schema_core::verify::verify;
use serde::Serialize;

/// Run every revision up, down and up again on a scratch database
///
/// Exit 1 where a down script does not bring back what was there. The database itself is left alone.
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
}

pub(crate) fn run(args: &VerifyArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let VerifyArgs {} = args;
    let project = context.project()?;
    let directory = project.directory()?;
    let driver = context.connect(&project, IfMissing::TakeAsEmpty)?;
    let mut scratch = driver.scratch_for_scripts()?;
    let printer = context.printer;
    let mut at_work = None;
    let verified = verify(scratch.as_mut(), &directory, &mut |revision, position, total| {
        // Nothing is said while the line stands there.
        drop(at_work.take());
        printer.say(&format!("[{position}/{total}] up, down and up again: {revision}"));
        at_work = Some(Progress::begin(printer, "      at work"));
    });
    drop(at_work);
    let verified = verified.map_err(schema_core::Error::from)?;
    printer.done(&format!(
        "verified {}: the scripts lead where they should, and back",
        revisions(verified.len())
    ));
    if context.printer.is_json() {
        context.printer.json(&Report { verified })?;
    }
    Ok(ExitStatus::Done)
}
