//! `show`: one revision.

use crate::address::applied_if_needed;
use crate::context::Context;
use crate::describe::{Describer, Description};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use schema_core::model::Engine;
use schema_core::revision::{Direction, Directory, RevisionId, Target};
use serde::Serialize;
use std::collections::BTreeSet;

/// Show a revision: what it says of itself, or its SQL
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ShowArgs {
    /// The revision
    #[arg(value_name = "REVISION", default_value = "heads", allow_negative_numbers = true)]
    revision: Target,
    /// Write its up script instead
    #[arg(long)]
    sql: bool,
    /// With `--sql`, the down script
    #[arg(long, requires = "sql")]
    down: bool,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli show                     the heads
  schema-cli show ae10                the revision whose id begins with ae10
  schema-cli show head --sql          its SQL
  schema-cli show current             what the database is at";

pub(crate) fn run(args: &ShowArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let ShowArgs { revision, sql, down } = args;
    let project = context.project()?;
    let directory = project.directory()?;
    let applied = applied_if_needed(&revision.to_string(), &directory, &project, context)?;
    let ids = revision.resolve(directory.graph(), &applied)?;
    if *sql {
        let direction = if *down { Direction::Down } else { Direction::Up };
        let scripts = scripts(&directory, &ids, direction)?;
        context.printer.script(&scripts, || scripts.iter().map(|script| script.sql.as_str()).collect())?;
        return Ok(ExitStatus::Done);
    }
    let describer = Describer::new(&directory);
    let descriptions = describer.newest_first(|id| ids.contains(id));
    context.printer.data(&descriptions, || {
        let blocks: Vec<_> = descriptions.iter().map(Description::block).collect();
        blocks.join("\n")
    })?;
    Ok(ExitStatus::Done)
}

/// A script of a revision.
#[derive(Serialize)]
struct Script<'a> {
    revision: &'a RevisionId,
    engine: Engine,
    direction: &'static str,
    sql: String,
}

fn scripts<'a>(
    directory: &'a Directory,
    ids: &BTreeSet<RevisionId>,
    direction: Direction,
) -> Result<Vec<Script<'a>>, CliError> {
    let mut scripts = Vec::new();
    for revision in directory.graph().revisions().filter(|revision| ids.contains(&revision.id)) {
        for engine in &revision.engines {
            let mut sql = directory.script(&revision.id, *engine, direction)?.text;
            if !sql.is_empty() && !sql.ends_with('\n') {
                sql.push('\n');
            }
            scripts.push(Script {
                revision: &revision.id,
                engine: *engine,
                direction: direction.name(),
                sql,
            });
        }
    }
    Ok(scripts)
}
