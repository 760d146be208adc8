//! `--sql`: the script for a database shell, instead of a run. No database is connected to.

use crate::address::{applied_if_needed, begins_or_ends_at_applied};
use crate::context::Context;
use crate::database;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::project::Project;
use schema_core::driver::HistoryTable;
use schema_core::model::Engine;
use schema_core::revision::{Direction, Directory, RevisionId, Target, TargetError, TargetRange};
use schema_core::runner::{self, Unchecked};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// A revision or, with `--sql`, a range.
#[derive(Clone, Debug)]
pub(super) enum Destination {
    Revision(Target),
    Range(TargetRange),
}

impl FromStr for Destination {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        if text.contains(':') {
            text.parse().map(Destination::Range)
        } else {
            text.parse().map(Destination::Revision)
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Destination::Revision(target) => target.fmt(formatter),
            Destination::Range(range) => range.fmt(formatter),
        }
    }
}

impl Destination {
    /// The one revision that a run goes to.
    pub(super) fn revision(&self) -> Result<&Target, CliError> {
        match self {
            Destination::Revision(target) => Ok(target),
            Destination::Range(range) => Err(CliError::RangeWithoutSql { range: range.to_string() }),
        }
    }

    /// The range that a script leads through: an upgrade to a revision begins at the base, a downgrade needs both ends.
    fn range(&self, direction: Direction) -> Result<TargetRange, CliError> {
        match (self, direction) {
            (Destination::Range(range), _) => Ok(range.clone()),
            (Destination::Revision(target), Direction::Up) => {
                Ok(TargetRange { from: None, to: Some(target.clone()) })
            }
            (Destination::Revision(target), Direction::Down) => {
                Err(CliError::RangeNeeded { to: target.to_string() })
            }
        }
    }
}

#[derive(Serialize)]
struct Report<'a> {
    direction: &'static str,
    revisions: &'a [RevisionId],
    unchecked: Vec<Rebuilt<'a>>,
    sql: &'a str,
}

/// A table that the script rebuilds without a check.
#[derive(Serialize)]
struct Rebuilt<'a> {
    revision: &'a RevisionId,
    table: &'a str,
}

impl<'a> Rebuilt<'a> {
    fn of(unchecked: &'a Unchecked) -> Self {
        let Unchecked { revision, table } = unchecked;
        Rebuilt { revision, table }
    }
}

/// Writes the script to stdout.
pub(super) fn write(
    destination: &Destination,
    direction: Direction,
    directory: &Directory,
    project: &Project,
    context: &Context,
) -> Result<ExitStatus, CliError> {
    let range = destination.range(direction)?;
    let graph = directory.graph();
    let addresses = range.to_string();
    let applied = if begins_or_ends_at_applied(&addresses) {
        applied_if_needed(&addresses, directory, project, context)?
    } else {
        BTreeSet::new()
    };
    let path = match direction {
        Direction::Up => {
            let start = range.upgrade(graph, &applied)?;
            graph.upgrade_path(&start.applied, &start.targets)
        }
        Direction::Down => {
            let start = range.downgrade(graph, &applied)?;
            graph.downgrade_path(&start.applied, &start.targets)
        }
    };
    let (engine, history_table) = target(project, context)?;
    let engine = database::spoken(engine, directory);
    let script = runner::offline(directory, engine, &history_table, &path, direction)?;
    if context.printer.is_json() {
        let report = Report {
            direction: direction.name(),
            revisions: &path,
            unchecked: script.unchecked.iter().map(Rebuilt::of).collect(),
            sql: &script.sql,
        };
        context.printer.json(&report)?;
        return Ok(ExitStatus::Done);
    }
    for unchecked in &script.unchecked {
        context.printer.warn(&format!(
            "revision `{}` rebuilds `{}`; a script cannot check that it is what the revision was written for",
            unchecked.revision, unchecked.table
        ));
    }
    context.printer.exact(&script.sql)?;
    Ok(ExitStatus::Done)
}

/// What a script is for: the engine of the database that is not connected to, and the history table's name.
pub(super) fn target(project: &Project, context: &Context) -> Result<(Engine, HistoryTable), CliError> {
    let engine = database::url(&context.target(project)?, project)?.engine();
    Ok((engine, HistoryTable::parse(&project.config.migrations.history_table)?))
}

/// Writes a script that is nothing but its SQL.
pub(super) fn write_sql(sql: &str, context: &Context) -> Result<ExitStatus, CliError> {
    context.printer.script(&serde_json::json!({ "sql": sql }), || sql.to_owned())?;
    Ok(ExitStatus::Done)
}
