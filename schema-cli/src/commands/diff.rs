//! `diff`: the SQL that turns one schema into another, wherever the two are.

use crate::context::Context;
use crate::desired::Differences;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::patch;
use crate::printer::{Format, Printer};
use crate::progress::Progress;
use crate::prompt;
use crate::renames;
use crate::scripts::{FormsArgs, tried_out};
use crate::side::{self, Read, Side};
use schema_core::apply;
use schema_core::autogenerate::{AutogenerateError, Scripts};
use schema_core::comparison::{Comparison, compare};
use schema_core::definitions::{Definition, definitions};
use schema_core::diff::RenameRequest;
use schema_core::driver::ScratchSource;
use schema_core::filter::Filter;
use schema_core::model::{Engine, Object};
use schema_core::sql::{Hazard, Plan, Recreated, Statement};
use schema_core::url::DatabaseUrl;
use serde::Serialize;

/// Write the SQL that turns one schema into another
///
/// A side is the URL of a database, the name of one in schema.toml, `models`, `migrations` (the revisions, replayed), `empty`, a file of SQL or a folder of
/// such files, or a JSON document: what `inspect --format json` or a program wrote. Files and revisions are run on a scratch database: what they make, the server says.
///
/// Exit 0 where the sides are equal, and 1 where they are not. The order of columns is no difference. Objects of kinds that are not planned yet are
/// named where they differ, and left as they are; with `--strict` they are an error. Models and documents of programs as the second side leave alone what they do not
/// speak of, as `autogenerate` does; what `inspect` wrote is all that its database held.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DiffArgs {
    /// The schema as it is
    #[arg(value_name = "FROM", required_unless_present = "from", conflicts_with_all = ["from", "to"], requires = "second")]
    first: Option<String>,
    /// The schema as it shall be
    #[arg(value_name = "TO")]
    second: Option<String>,
    /// The same as FROM
    #[arg(long, value_name = "FROM", requires = "to", hide_short_help = true)]
    from: Option<String>,
    /// The same as TO
    #[arg(long, value_name = "TO", requires = "from", hide_short_help = true)]
    to: Option<String>,
    /// Write the down script instead
    #[arg(long, conflicts_with = "apply")]
    down: bool,
    /// Show what differs as `git diff` does, by the statements that make each object, instead of the SQL that changes it
    #[arg(long, conflicts_with_all = ["apply", "down"])]
    definitions: bool,
    /// Run the SQL on the first side, a database, after asking
    #[arg(long)]
    apply: bool,
    /// Don't ask
    #[arg(long, requires = "apply")]
    yes: bool,
    /// Write nothing where an object differs that cannot be planned, and exit 2
    #[arg(long)]
    strict: bool,
    /// A rename that keeps the data: `table=new` or `table.column=new`; may be repeated
    #[arg(long = "rename", value_name = "OLD=NEW", value_parser = renames::parse)]
    renames: Vec<RenameRequest>,
    #[command(flatten)]
    forms: FormsArgs,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli diff sqlite://app.db sqlite://wanted.db
  schema-cli diff sqlite://app.db sqlite://wanted.db --down
  schema-cli diff sqlite://app.db schema.sql --apply
  schema-cli diff production models                      what production lacks of the models
  schema-cli diff production models --definitions        the same as `git diff` would show it
  schema-cli diff migrations models                      what no revision makes yet
  schema-cli diff empty postgres://localhost/app         a schema from nothing
  schema-cli diff sqlite://app.db sqlite://wanted.db --strict   all or nothing";

#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    differences: Differences,
    sql: String,
    /// What differs and is left as it is.
    unplanned: Vec<String>,
}

pub(crate) fn run(args: &DiffArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let DiffArgs { first, second, from, to, down, definitions, apply, yes, strict, renames, forms } = args;
    let printer = context.printer;
    let project = context.project_or_none()?;
    let config = &project.config;
    let side = |given: &Option<String>, option: &Option<String>| {
        Side::parse(given.as_ref().or(option.as_ref()).map_or("", String::as_str), &project)
    };
    let (first, second) = (side(first, from)?, side(second, to)?);
    if *apply && first.url().is_none() {
        return Err(CliError::NothingToApplyTo);
    }
    let both = if first.url().and(second.url()).is_some() { "the databases" } else { "the sides" };
    let Read { mut from, current, desired, scope } = side::read(&first, &second, context, &project)?;
    let comparison =
        compare(from.engine(), current, desired, scope, renames)?.online(forms.are_online(config));
    if *definitions {
        return show_definitions(&comparison, both, printer);
    }
    let (comparison, unplanned) = comparison.leaving_unplanned();
    let unplanned: Vec<String> = unplanned.iter().map(Object::label).collect();
    if *strict && !unplanned.is_empty() {
        return Err(CliError::ObjectsUnplanned { names: unplanned.join(", ") });
    }
    let scripts = match comparison.is_empty() {
        false => Some(planned(&*from, &comparison, &config.filters, printer, &unplanned)?),
        true => None,
    };
    let plan = match (&scripts, *down) {
        (Some(scripts), false) => &scripts.up,
        (Some(scripts), true) => &scripts.down,
        (None, _) => &Plan::default(),
    };
    let changes = if *down { comparison.changes().inverse() } else { comparison.changes().clone() };
    let sql = if scripts.is_some() { plan.to_script() } else { String::new() };
    match printer.format() {
        Format::Human => printer.exact(&sql)?,
        Format::Json => printer.json(&Report {
            differences: Differences::of(&changes),
            sql,
            unplanned: unplanned.clone(),
        })?,
    }
    if !unplanned.is_empty() {
        printer.warn(&format!("these differ too, and stay as they are: {}", unplanned.join(", ")));
    }
    if scripts.is_none() {
        if unplanned.is_empty() {
            printer.say(&format!("{both} are equal"));
            return Ok(ExitStatus::Done);
        }
        return Ok(ExitStatus::Differs);
    }
    let Some(url) = first.url().filter(|_| *apply) else {
        match comparison.engine() {
            Engine::Postgres => tell_of_rights(plan, printer),
            // What is recreated there is all that the SQL says.
            Engine::Sqlite | Engine::Mysql | Engine::Mariadb => {}
        }
        return Ok(ExitStatus::Differs);
    };
    if !*yes {
        if !prompt::is_interactive() {
            return Err(CliError::NobodyToAsk);
        }
        if !prompt::confirm(&question(plan, url))? {
            return Ok(ExitStatus::Differs);
        }
    }
    let progress = Progress::begin(printer, "running it");
    apply::apply(&mut *from, plan, &changes.renames)?;
    drop(progress);
    if unplanned.is_empty() {
        printer.done(&format!("done: {both} are equal"));
        return Ok(ExitStatus::Done);
    }
    printer.done(&format!("done: {both} are equal but for what the warning names"));
    Ok(ExitStatus::Differs)
}

#[derive(Serialize)]
struct Definitions<'a> {
    changes: Vec<String>,
    objects: Vec<DefinitionReport<'a>>,
}

#[derive(Serialize)]
struct DefinitionReport<'a> {
    object: &'a str,
    before: Option<&'a str>,
    after: Option<&'a str>,
}

/// Writes the objects that differ, each with its definition on both sides.
fn show_definitions(comparison: &Comparison, both: &str, printer: Printer) -> Result<ExitStatus, CliError> {
    let found = definitions(comparison);
    let Differences { changes, data_loss: _ } = Differences::of(comparison.changes());
    if comparison.is_empty() {
        if printer.is_json() {
            printer.json(&Definitions { changes, objects: Vec::new() })?;
        }
        printer.say(&format!("{both} are equal"));
        return Ok(ExitStatus::Done);
    }
    let objects = found.iter().map(|Definition { object, before, after }| DefinitionReport {
        object,
        before: before.as_deref(),
        after: after.as_deref(),
    });
    printer.data(&Definitions { changes, objects: objects.collect() }, || patch::of(comparison, &found))?;
    Ok(ExitStatus::Differs)
}

/// The scripts of what can be planned. Where they fail, what is not planned may be what they need.
fn planned(
    driver: &dyn ScratchSource,
    comparison: &Comparison,
    filter: &Filter,
    printer: Printer,
    unplanned: &[String],
) -> Result<Scripts, CliError> {
    match tried_out(driver, comparison, filter, printer) {
        Err(CliError::Core(source)) if !unplanned.is_empty() && may_need_the_rest(&source) => {
            Err(CliError::RestInTheWay { names: unplanned.join(", "), source: Box::new(source) })
        }
        result => result,
    }
}

fn may_need_the_rest(error: &schema_core::Error) -> bool {
    use schema_core::Error;
    matches!(error, Error::Autogenerate(AutogenerateError::Proof(_) | AutogenerateError::Unplanned(_)))
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
