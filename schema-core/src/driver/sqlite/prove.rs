//! Proves a pair of scripts on a scratch database in memory before anybody relies on them.
//!
//! The static rules say what a statement does; whether the whole leads where it should, and back, SQLite itself is asked. Only the tables that
//! the scripts touch are made, with everything that speaks of them.

use super::introspect::{IntrospectError, introspect};
use crate::autogenerate::{Comparison, compare};
use crate::dialect::Scope;
use crate::dialect::sqlite::{expression, fold};
use crate::diff::{self, Change, Rename};
use crate::model::{Engine, Schema};
use crate::plan::Unplanned;
use crate::sql::Plan;
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};

/// Why scripts are not proven.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The schema as it is cannot be made in memory, as when it needs an extension; so nothing can be said.
    #[error("the schema cannot be made on a scratch database: {reason}")]
    NoScratch {
        /// What SQLite says.
        reason: String,
    },
    /// A statement is refused.
    #[error("the {direction} script fails on a scratch database: {reason}, in `{statement}`")]
    Refused {
        /// Which script.
        direction: &'static str,
        /// The statement.
        statement: String,
        /// What SQLite says.
        reason: String,
    },
    /// A script leads elsewhere.
    #[error("the {direction} script does not lead where it should, left are: {}", differences.join("; "))]
    Unsettled {
        /// Which script.
        direction: &'static str,
        /// What is still to do.
        differences: Vec<String>,
    },
    /// The schema cannot be read or the scripts cannot be made.
    #[error(transparent)]
    Introspect(#[from] IntrospectError),
    /// The scripts cannot be made.
    #[error(transparent)]
    Unplanned(#[from] Unplanned),
}

/// Runs both scripts of a comparison on a scratch database: the first must lead to the desired schema, the second back.
///
/// # Errors
///
/// When they don't, or when that cannot be found out.
pub fn prove(comparison: &Comparison, up: &Plan, down: &Plan) -> Result<(), ProofError> {
    let names = touched(comparison);
    let (current, desired) = (part(comparison.current(), &names), part(comparison.desired(), &names));
    let connection = scratch(&current)?;
    run(&connection, up, "up")?;
    settled(&connection, &desired, "up")?;
    run(&connection, down, "down")?;
    settled(&connection, &current, "down")
}

/// A database in memory with the schema.
fn scratch(schema: &Schema) -> Result<Connection, ProofError> {
    let no_scratch = |error: rusqlite::Error| ProofError::NoScratch { reason: error.to_string() };
    let connection = Connection::open_in_memory().map_err(no_scratch)?;
    let whole = compare(Engine::Sqlite, Schema::default(), schema.clone(), Scope::Database, &[])
        .map_err(|error| ProofError::NoScratch { reason: error.to_string() })?;
    connection.execute_batch("PRAGMA foreign_keys = OFF; BEGIN").map_err(no_scratch)?;
    for statement in whole.up()?.statements {
        connection.execute_batch(&statement.sql).map_err(no_scratch)?;
    }
    connection.execute_batch("COMMIT").map_err(no_scratch)?;
    Ok(connection)
}

fn run(connection: &Connection, plan: &Plan, direction: &'static str) -> Result<(), ProofError> {
    let refused = |statement: &str, error: rusqlite::Error| ProofError::Refused {
        direction,
        statement: statement.to_owned(),
        reason: error.to_string(),
    };
    connection.execute_batch("BEGIN").map_err(|error| refused("BEGIN", error))?;
    for statement in &plan.statements {
        connection.execute_batch(&statement.sql).map_err(|error| refused(&statement.sql, error))?;
    }
    connection.execute_batch("COMMIT").map_err(|error| refused("COMMIT", error))
}

fn settled(connection: &Connection, wanted: &Schema, direction: &'static str) -> Result<(), ProofError> {
    let reached = introspect(connection, |_| false)?;
    let mut wanted = wanted.clone();
    wanted.opaque.clear();
    let left = compare(Engine::Sqlite, reached, wanted, Scope::Database, &[])
        .map_err(|error| ProofError::NoScratch { reason: error.to_string() })?;
    if left.is_empty() {
        Ok(())
    } else {
        Err(ProofError::Unsettled { direction, differences: diff::describe(left.changes()) })
    }
}

/// The names, folded, of all tables and views that the scripts touch or that speak of such.
fn touched(comparison: &Comparison) -> HashSet<String> {
    let mut names = HashSet::new();
    let mut sql_matters = false;
    for change in &comparison.changes().objects {
        match change {
            Change::CreateTable { table } | Change::DropTable { table } => {
                names.insert(fold(&table.name.name));
            }
            Change::AlterTable { before, after: _, changes: _ } => {
                names.insert(fold(&before.name.name));
            }
            Change::View { .. } | Change::Trigger { .. } => sql_matters = true,
            Change::Enum { .. } => {}
        }
    }
    // A rename changes those who refer to the table, too.
    let mut renamed = HashSet::new();
    for rename in comparison.renames() {
        match rename {
            Rename::Table { from, to } => {
                renamed.insert(fold(&from.name));
                renamed.insert(fold(&to.name));
            }
            Rename::Column { table, .. } => {
                renamed.insert(fold(&table.name));
            }
            Rename::Value { .. } => {}
        }
    }
    let schemas = [comparison.current(), comparison.desired()];
    for schema in schemas {
        let referring: Vec<String> = schema
            .tables
            .iter()
            .filter(|table| {
                table.foreign_keys.iter().any(|key| renamed.contains(&fold(&key.references.name)))
            })
            .map(|table| fold(&table.name.name))
            .collect();
        // An ALTER TABLE looks at all views and triggers, so all must be there with what they speak of.
        sql_matters |= !schema.views.is_empty() || !schema.triggers.is_empty();
        names.extend(referring);
    }
    names.extend(renamed);
    if sql_matters {
        for schema in schemas {
            names.extend(spoken_of(schema));
        }
    }
    names
}

/// Everything that views and triggers speak of, themselves included.
fn spoken_of(schema: &Schema) -> HashSet<String> {
    let views = schema.views.iter().map(|view| (fold(&view.name.name), view.query.as_str()));
    let triggers =
        schema.triggers.iter().map(|trigger| (fold(&trigger.table.name), trigger.definition.as_str()));
    let mut words = HashSet::new();
    for (name, text) in views.chain(triggers) {
        words.insert(name);
        words.extend(expression::identifiers(text));
    }
    words
}

/// The tables of these names, and all views and triggers.
fn part(schema: &Schema, names: &HashSet<String>) -> Schema {
    let Schema { tables, enums, views, triggers, opaque: _ } = schema;
    let kept: HashMap<String, _> = tables
        .iter()
        .map(|table| (fold(&table.name.name), table))
        .filter(|(name, _)| names.contains(name))
        .collect();
    Schema {
        tables: tables.iter().filter(|table| kept.contains_key(&fold(&table.name.name))).cloned().collect(),
        enums: enums.clone(),
        views: views.clone(),
        triggers: triggers
            .iter()
            .filter(|trigger| {
                let name = fold(&trigger.table.name);
                kept.contains_key(&name) || views.iter().any(|view| fold(&view.name.name) == name)
            })
            .cloned()
            .collect(),
        opaque: Vec::new(),
    }
}
