//! `diff`: the SQL that turns one database into another.

use crate::context::Context;
use crate::database::IfMissing;
use crate::desired::Differences;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::printer::{Format, Printer};
use crate::progress::Progress;
use crate::prompt;
use crate::renames;
use crate::scripts::tried_out;
use schema_core::apply;
use schema_core::autogenerate::{AutogenerateError, compare};
use schema_core::dialect::Scope;
use schema_core::diff::RenameRequest;
use schema_core::model::OpaqueKind;
use schema_core::sql::{Hazard, Plan, Recreated, Statement};
use schema_core::url::DatabaseUrl;
use serde::Serialize;
use std::collections::BTreeSet;

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
    let DiffArgs { from, to, down, apply, yes, renames } = args;
    let printer = context.printer;
    let config = context.config()?;
    let connect = |url: &str| {
        context.open(&DatabaseUrl::parse(url)?, &config.migrations.history_table, IfMissing::Refuse)
    };
    let url = DatabaseUrl::parse(from)?;
    let (mut from, mut to) = (connect(from)?, connect(to)?);
    if from.engine() != to.engine() {
        return Err(CliError::EnginesDiffer { from: from.engine(), to: to.engine() });
    }
    let (current, mut desired) = (from.introspect()?, to.introspect()?);
    config
        .filters
        .leave_alone(from.engine(), &current, &mut desired, Scope::Database)
        .map_err(AutogenerateError::from)?;
    let comparison = compare(from.engine(), current, desired, Scope::Database, renames)?;
    let mut unplanned = comparison.opaque_differences();
    // They come and go with their virtual table.
    unplanned.retain(|object| object.kind != OpaqueKind::ShadowTable);
    if !unplanned.is_empty() {
        // What is on both sides is there twice.
        let names: BTreeSet<String> = unplanned.iter().map(|object| object.label()).collect();
        return Err(CliError::OpaqueDiffer { names: Vec::from_iter(names).join(", ") });
    }
    if comparison.is_empty() {
        if printer.is_json() {
            printer
                .json(&Report { differences: Differences::of(comparison.changes()), sql: String::new() })?;
        }
        printer.say("the databases are equal");
        return Ok(ExitStatus::Done);
    }

    let scripts = tried_out(&*from, &comparison, &config.filters, printer)?;
    let (plan, changes) = match *down {
        false => (&scripts.up, comparison.changes().clone()),
        true => (&scripts.down, comparison.changes().inverse()),
    };
    match printer.format() {
        Format::Human => printer.exact(&plan.to_script())?,
        Format::Json => {
            printer.json(&Report { differences: Differences::of(&changes), sql: plan.to_script() })?;
        }
    }
    if !*apply {
        tell_of_rights(plan, printer);
        return Ok(ExitStatus::Differs);
    }
    if !*yes {
        if !prompt::is_interactive() {
            return Err(CliError::NobodyToAsk);
        }
        if !prompt::confirm(&question(plan, &url))? {
            return Ok(ExitStatus::Differs);
        }
    }
    let progress = Progress::begin(printer, "running it");
    apply::apply(&mut *from, plan, &changes.renames)?;
    drop(progress);
    printer.done("done: the databases are equal");
    Ok(ExitStatus::Done)
}

/// A shell does not know what directives ask for.
fn tell_of_rights(plan: &Plan, printer: Printer) {
    let names: Vec<String> =
        plan.recreated.iter().filter(|it| it.kind.has_fingerprint()).map(Recreated::label).collect();
    if !names.is_empty() {
        printer.warn(&format!(
            "the SQL recreates {}, without their owners, grants and settings",
            names.join(", ")
        ));
        printer.hint("`--apply` restores these, and so does a revision with this SQL, directives included");
    }
}

/// What is about to happen, as a question.
fn question(plan: &Plan, url: &DatabaseUrl) -> String {
    let count = match plan.statements.len() {
        1 => "this statement".to_owned(),
        count => format!("these {count} statements"),
    };
    let destroys = |statement: &&Statement| {
        statement.hazards.iter().any(|hazard| matches!(hazard, Hazard::DestroysData(_)))
    };
    match plan.statements.iter().filter(destroys).count() {
        0 => format!("Run {count} on {url}?"),
        1 => format!("Run {count} on {url}? One destroys data."),
        several => format!("Run {count} on {url}? {several} destroy data."),
    }
}
