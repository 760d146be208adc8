//! `ensure-version`: makes the history tables.

use super::offline;
use super::run::events;
use crate::context::Context;
use crate::database::IfMissing;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use schema_core::runner;
use serde::Serialize;

/// Create the history table where it is not there, and nothing else
///
/// `upgrade` and `stamp` do so by themselves. This is for a database whose administrator makes the tables and grants rights on them.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct EnsureVersionArgs {
    /// Write the script for a database shell to stdout instead; no database is connected to
    #[arg(long)]
    sql: bool,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli ensure-version
  schema-cli ensure-version --database production
  schema-cli ensure-version --sql     as a script for a database shell";

#[derive(Serialize)]
struct Report {
    table: String,
    created: bool,
}

pub(crate) fn run(args: &EnsureVersionArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let EnsureVersionArgs { sql } = args;
    let project = context.project()?;
    if *sql {
        let (engine, history_table) = offline::target(&project, context)?;
        return offline::write_sql(&runner::offline_history(engine, &history_table).sql, context);
    }
    let directory = project.directory()?;
    let mut driver = context.connect(&project, IfMissing::Create)?;
    let created = runner::ensure_history(&mut *driver, &directory, &mut events(context.printer))?;
    let table = driver.history_table().to_string();
    context.printer.done(&if created {
        format!("created the history table `{table}`")
    } else {
        format!("the history table `{table}` is there")
    });
    if context.printer.is_json() {
        context.printer.json(&Report { table, created })?;
    }
    Ok(ExitStatus::Done)
}
