//! `autogenerate`: a revision from the difference between the models and the database.

use crate::context::Context;
use crate::database::{AgainstArgs, IfMissing, quoted, verified_status};
use crate::desired::{Differences, Sides};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::models::ModelsArgs;
use crate::printer::Printer;
use crate::renames;
use crate::scripts::tried_out;
use schema_core::diff::RenameRequest;
use schema_core::driver::Driver;
use schema_core::revision::{Directory, NewRevision, RevisionId, Scripts, Target};
use serde::Serialize;
use std::path::PathBuf;

/// Write a revision from the difference between the models and the database
///
/// The database must be at the head that the revision extends. What looks like a rename is asked about on a terminal; elsewhere
/// it stays a drop and an add, unless `--rename` or `renamed_from` says otherwise.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AutogenerateArgs {
    /// What the revision does, in a few words
    #[arg(short, long, value_name = "MESSAGE", required_unless_present_any = ["dry_run", "sql"])]
    message: Option<String>,
    /// Say what would be written, and write nothing
    #[arg(long, conflicts_with = "sql")]
    dry_run: bool,
    /// Write the SQL to stdout, and no revision
    #[arg(long)]
    sql: bool,
    /// A rename that keeps the data: `table=new` or `table.column=new`; may be repeated
    #[arg(long = "rename", value_name = "OLD=NEW", value_parser = renames::parse)]
    renames: Vec<RenameRequest>,
    /// The head to build on, where there are several
    #[arg(long, value_name = "REVISION")]
    head: Option<Target>,
    #[command(flatten)]
    against: AgainstArgs,
    #[command(flatten)]
    models: ModelsArgs,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli autogenerate -m \"add products\"
  schema-cli autogenerate -m \"call it title\" --rename products.name=title
  schema-cli autogenerate --dry-run             what has changed
  schema-cli autogenerate --sql                 and the SQL for it
  schema-cli autogenerate --scratch -m \"more\"   without a database that is at the head";

impl AutogenerateArgs {
    /// What `revision --autogenerate` asks for.
    pub(super) fn with_message(message: String) -> Self {
        AutogenerateArgs {
            message: Some(message),
            dry_run: false,
            sql: false,
            renames: Vec::new(),
            head: None,
            against: AgainstArgs::default(),
            models: ModelsArgs::default(),
        }
    }
}

#[derive(Serialize)]
struct Report {
    revision: Option<RevisionId>,
    folder: Option<PathBuf>,
    #[serde(flatten)]
    differences: Differences,
}

pub(crate) fn run(args: &AutogenerateArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let AutogenerateArgs { message, dry_run, sql, renames, head, against, models } = args;
    let printer = context.printer;
    let project = context.project()?;
    let mut directory = project.directory()?;
    let mut driver = context.connect_to_compare(*against, &project, &directory, IfMissing::TakeAsEmpty)?;
    let head = extended_head(head.as_ref(), &mut *driver, &directory)?;

    let sides = Sides::read(&mut *driver, &project, models, context)?;
    let comparison = renames::decide(&sides, renames.clone(), printer)?;
    let mut report =
        Report { revision: None, folder: None, differences: Differences::of(comparison.changes()) };
    if comparison.is_empty() {
        printer.say("nothing to do: the models and the database agree");
        return report_json(&report, printer);
    }
    let plans = tried_out(&*driver, &comparison, printer)?;
    let scripts = Scripts { up: plans.up.to_script(), down: plans.down.to_script() };
    if *sql {
        printer.text(&scripts.up)?;
        return Ok(ExitStatus::Done);
    }
    if *dry_run {
        printer.data(&report, || report.differences.lines())?;
        return Ok(ExitStatus::Done);
    }

    printer.say(report.differences.lines().trim_end());
    let mut new = NewRevision::new(message.clone().unwrap_or_default(), head);
    new.scripts.insert(driver.engine(), scripts);
    let created = directory.create(new)?;
    printer.done(&format!("wrote {}", created.folder.display()));
    printer.say("next: read the SQL in it, then `schema-cli upgrade`");
    report.revision = Some(created.id);
    report.folder = Some(created.folder);
    report_json(&report, printer)
}

fn report_json(report: &Report, printer: Printer) -> Result<ExitStatus, CliError> {
    if printer.is_json() {
        printer.json(report)?;
    }
    Ok(ExitStatus::Done)
}

/// The head that the revision extends. The database must be at all heads, or the difference would hold what is pending too.
fn extended_head(
    given: Option<&Target>,
    driver: &mut dyn Driver,
    directory: &Directory,
) -> Result<Option<RevisionId>, CliError> {
    let status = verified_status(driver, directory)?;
    let heads = directory.graph().heads();
    let extended = match given {
        Some(target) => target.resolve(directory.graph(), &status.applied_ids())?,
        None => heads.clone(),
    };
    if !extended.is_subset(&heads) {
        return Err(CliError::NotAHead { revisions: quoted(&extended) });
    }
    if extended.len() > 1 {
        return Err(CliError::SeveralHeads { heads: quoted(&extended) });
    }
    if !status.pending.is_empty() {
        return Err(CliError::NotAtHead { pending: status.pending.len() });
    }
    Ok(extended.into_iter().next())
}
