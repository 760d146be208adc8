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
use crate::scripts::{FormsArgs, tried_out};
use schema_core::apply;
use schema_core::autogenerate::{AutogenerateError, Scripts};
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::diff::RenameRequest;
use schema_core::driver::Driver;
use schema_core::filter::Filter;
use schema_core::model::{Engine, OpaqueObject};
use schema_core::sql::{Hazard, Plan, Recreated, Statement};
use schema_core::url::DatabaseUrl;
use serde::Serialize;

/// Write the SQL that turns one database into another
///
/// Exit 0 where they are equal, and 1 where they are not. The order of columns is no difference. Objects of kinds that are not planned yet are
/// named where they differ, and left as they are; with `--strict` they are an error.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DiffArgs {
    /// The database as it is
    #[arg(long, value_name = "URL")]
    from: String,
    /// The database as it shall be
    #[arg(long, value_name = "URL")]
    to: String,
    /// Write the down script instead
    #[arg(long, conflicts_with = "apply")]
    down: bool,
    /// Run the SQL on the first database, after asking
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
  schema-cli diff --from sqlite://app.db --to sqlite://wanted.db
  schema-cli diff --from sqlite://app.db --to sqlite://wanted.db --down
  schema-cli diff --from sqlite://app.db --to sqlite://wanted.db --apply
  schema-cli diff --from sqlite://app.db --to sqlite://wanted.db --strict   all or nothing";

#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    differences: Differences,
    sql: String,
    /// What differs and is left as it is.
    unplanned: Vec<String>,
}

pub(crate) fn run(args: &DiffArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let DiffArgs { from, to, down, apply, yes, strict, renames, forms } = args;
    let printer = context.printer;
    let project = context.project_or_none()?;
    let config = &project.config;
    let connect = |url: &str| context.open(&DatabaseUrl::parse(url)?, &project, IfMissing::Refuse);
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
    let comparison =
        compare(from.engine(), current, desired, Scope::Database, renames)?.online(forms.are_online(config));
    let (comparison, unplanned) = comparison.leaving_unplanned();
    let unplanned: Vec<String> = unplanned.iter().map(OpaqueObject::label).collect();
    if *strict && !unplanned.is_empty() {
        return Err(CliError::OpaqueDiffer { names: unplanned.join(", ") });
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
            printer.say("the databases are equal");
            return Ok(ExitStatus::Done);
        }
        return Ok(ExitStatus::Differs);
    }
    if !*apply {
        match comparison.engine() {
            Engine::Postgres => tell_of_rights(plan, printer),
            // What is recreated there is all that the SQL says.
            Engine::Sqlite | Engine::Mysql | Engine::Mariadb => {}
        }
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
    if unplanned.is_empty() {
        printer.done("done: the databases are equal");
        return Ok(ExitStatus::Done);
    }
    printer.done("done: the databases are equal but for what the warning names");
    Ok(ExitStatus::Differs)
}

/// The scripts of what can be planned. Where they fail, what is not planned may be what they need.
fn planned(
    driver: &dyn Driver,
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
