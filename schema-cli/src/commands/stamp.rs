//! `stamp`: says what a database is at, without running anything.

use super::offline;
use super::run::events;
use crate::address::applied_if_needed;
use crate::context::Context;
use crate::database::{IfMissing, names, spoken};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::project::Project;
use schema_core::revision::{Directory, RevisionId, Target};
use schema_core::runner::{self, Declared, StampOptions};
use serde::Serialize;
use std::collections::BTreeSet;

/// Declare the database to be at a revision, and run nothing
///
/// For a database that got its schema otherwise. The revision and all that it needs count as applied afterwards, and nothing that
/// builds on it does.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct StampArgs {
    /// The revision that the database is at; `base` for none
    #[arg(value_name = "REVISION", required = true, allow_negative_numbers = true)]
    revisions: Vec<Target>,
    /// Forget all that was recorded before, including revisions whose files are missing
    #[arg(long)]
    purge: bool,
    /// Do so even where the history is another project's, which has none any more then
    #[arg(long, requires = "purge", conflicts_with = "sql")]
    adopt: bool,
    /// Write the script for a database shell to stdout instead; no database is connected to
    #[arg(long)]
    sql: bool,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli stamp head             the schema is there already
  schema-cli stamp base             nothing counts as applied
  schema-cli stamp --purge head     and what was recorded before was wrong
  schema-cli stamp --sql head       as a script for a database shell";

#[derive(Serialize)]
struct Report<'a> {
    current: &'a BTreeSet<RevisionId>,
}

pub(crate) fn run(args: &StampArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let StampArgs { revisions, purge, adopt, sql } = args;
    let project = context.project()?;
    let directory = project.directory()?;
    if *sql {
        return write_script(args, &directory, &project, context);
    }
    let mut driver = context.connect(&project, IfMissing::Create)?;
    let declared = Declared::Addresses(revisions);
    let options = StampOptions { purge: *purge, adopt: *adopt };
    runner::stamp(&mut *driver, &directory, declared, options, &mut events(context.printer))?;
    let current = runner::status(&mut *driver, &directory)?.current;
    context.printer.done(&format!("stamped: the database is at {}", names(&current)));
    if context.printer.is_json() {
        context.printer.json(&Report { current: &current })?;
    }
    Ok(ExitStatus::Done)
}

fn write_script(
    args: &StampArgs,
    directory: &Directory,
    project: &Project,
    context: &Context,
) -> Result<ExitStatus, CliError> {
    let (mut targets, mut undone) = (BTreeSet::new(), BTreeSet::new());
    for revision in &args.revisions {
        let applied = applied_if_needed(&revision.to_string(), directory, project, context)?;
        let address = Declared::Addresses(std::slice::from_ref(revision));
        let (at, not_at) = address.resolve(directory.graph(), &applied)?;
        targets.extend(at);
        undone.extend(not_at);
    }
    let (engine, history_table) = offline::target(project, context)?;
    let engine = spoken(engine, directory);
    let options = StampOptions { purge: args.purge, adopt: args.adopt };
    let script = runner::offline_stamp(directory, engine, &history_table, &targets, &undone, options)?;
    offline::write_sql(&script.sql, context)
}
