//! `diff`: the SQL that turns one database into another.

use crate::context::Context;
use crate::database::{self, IfMissing, LockArgs};
use crate::desired::Differences;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::printer::Format;
use crate::prompt;
use crate::renames;
use crate::scripts::tried_out;
use schema_core::apply;
use schema_core::autogenerate::compare;
use schema_core::dialect::Scope;
use schema_core::diff::RenameRequest;
use schema_core::model::OpaqueKind;
use schema_core::url::DatabaseUrl;
use serde::Serialize;

/// Write the SQL that turns one database into another
///
/// Exit 0 where they are equal, and 1 where they are not. The order of columns is no difference.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DiffArgs {
    /// The database as it is
    #[arg(long, value_name = "URL")]
    from: String,
    /// The database as it shall be
    #[arg(long, value_name = "URL")]
    to: String,
    /// Write the way back instead
    #[arg(long, conflicts_with = "apply")]
    down: bool,
    /// Run the SQL on the first database, after asking
    #[arg(long)]
    apply: bool,
    /// Don't ask
    #[arg(long, requires = "apply")]
    yes: bool,
    /// A rename that keeps the data: `table=new` or `table.column=new`; may be repeated
    #[arg(long = "rename", value_name = "OLD=NEW", value_parser = renames::parse)]
    renames: Vec<RenameRequest>,
    #[command(flatten)]
    lock: LockArgs,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli diff --from sqlite://app.db --to sqlite://wanted.db
  schema-cli diff --from sqlite://app.db --to sqlite://wanted.db --down
  schema-cli diff --from sqlite://app.db --to sqlite://wanted.db --apply";

#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    differences: Differences,
    sql: String,
}

pub(crate) fn run(args: &DiffArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let DiffArgs { from, to, down, apply, yes, renames, lock } = args;
    let printer = context.printer;
    let history_table = context.history_table()?;
    let connect = |url: &str| {
        database::connect(&DatabaseUrl::parse(url)?, &history_table, IfMissing::Refuse, Some(lock))
    };
    let (mut from, mut to) = (connect(from)?, connect(to)?);
    if from.engine() != to.engine() {
        return Err(CliError::EnginesDiffer { from: from.engine(), to: to.engine() });
    }
    let (current, desired) = (from.introspect()?, to.introspect()?);
    let comparison = compare(from.engine(), current, desired, Scope::Database, renames)?;
    let mut unplanned = comparison.opaque_differences();
    // They come and go with their virtual table.
    unplanned.retain(|object| object.kind != OpaqueKind::ShadowTable);
    if !unplanned.is_empty() {
        let names = unplanned.iter().map(|object| format!("`{}`", object.name)).collect::<Vec<_>>();
        return Err(CliError::OpaqueDiffer { names: names.join(", ") });
    }
    if comparison.is_empty() {
        printer.say("the databases are equal");
        return Ok(ExitStatus::Done);
    }

    let scripts = tried_out(&*from, &comparison, printer)?;
    let (plan, changes) = match *down {
        false => (&scripts.up, comparison.changes().clone()),
        true => (&scripts.down, comparison.changes().inverse()),
    };
    match printer.format() {
        Format::Human => printer.text(&plan.to_script())?,
        Format::Json => {
            printer.json(&Report { differences: Differences::of(&changes), sql: plan.to_script() })?;
        }
    }
    if !*apply {
        return Ok(ExitStatus::Differs);
    }
    if !*yes {
        if !prompt::is_interactive() {
            return Err(CliError::NobodyToAsk);
        }
        if !prompt::confirm("Run this on the first database?")? {
            return Ok(ExitStatus::Differs);
        }
    }
    apply::apply(&mut *from, plan, &changes.renames)?;
    printer.done("done: the databases are equal");
    Ok(ExitStatus::Done)
}
