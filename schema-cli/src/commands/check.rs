//! `check`: whether the models, the revisions and the database agree.

use crate::context::Context;
use crate::database::{AgainstArgs, IfMissing, verified_status};
use crate::describe::revisions;
use crate::desired::{self, Differences, Sides};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::models::{self, ModelsArgs};
use schema_core::revision::RevisionId;
use serde::Serialize;

/// Exit 1 if the models and the database differ, and say in what
///
/// The test for CI, on a database that was just upgraded: it fails when a model was changed and no revision was written.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    against: AgainstArgs,
    #[command(flatten)]
    models: ModelsArgs,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli upgrade && schema-cli check
  schema-cli check --scratch               do models and revisions agree, without a database
  schema-cli check --format json";

#[derive(Serialize)]
struct Report {
    pending: Vec<RevisionId>,
    #[serde(flatten)]
    differences: Differences,
}

pub(crate) fn run(args: &CheckArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let CheckArgs { against, models } = args;
    let printer = context.printer;
    let project = context.project()?;
    let directory = project.directory()?;
    let target = context.target(&project)?;
    let replayed = directory.graph().heads();
    let mut driver = context.connect_to_compare(
        *against,
        (&target, &project),
        (&directory, &replayed),
        IfMissing::Refuse,
    )?;
    let pending = verified_status(&mut *driver, &directory)?.pending;
    let document = models::document(&project, models, printer)?;
    let desired = desired::resolve(&document, driver.engine(), &directory)?;
    drop(document);
    let sides = Sides::read(&mut *driver, desired, &project.config.filters, printer)?;
    let comparison = sides.into_comparison(&[])?;

    let differences = Differences::of(comparison.changes());
    let report = Report { pending, differences };
    printer.data(&report, || report.differences.lines())?;
    if !report.pending.is_empty() {
        printer.say(&format!("{} pending", revisions(report.pending.len())));
        printer.advise("`schema-cli upgrade` applies them");
    } else if comparison.is_empty() {
        printer.done("the models and the database agree");
    } else {
        printer.say("the models and the database differ");
        printer.advise("`schema-cli autogenerate -m \"…\"` writes a revision from the difference");
    }
    let agree = report.pending.is_empty() && comparison.is_empty();
    Ok(if agree { ExitStatus::Done } else { ExitStatus::Differs })
}
