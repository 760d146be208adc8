//! From changes to ordered statements.

mod mysql;
mod postgres;
mod sqlite;

use crate::dialect::mysql::Variant;
use crate::diff::Changes;
use crate::model::{Engine, Schema};
use crate::sql::Plan;

/// The states that a script leads through.
///
/// Renames stand at one end of a script: in the first direction `start` and `before` differ by them, on the way back `after` and `finish`.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    /// The schema before the script.
    pub start: &'a Schema,
    /// The schema before everything but renames.
    pub before: &'a Schema,
    /// The schema after everything but renames.
    pub after: &'a Schema,
    /// The schema after the script.
    pub finish: &'a Schema,
    /// Whether tables must be made anew where a statement could change them, because something that is broken already is in the way of that (SQLite).
    pub rebuilds_only: bool,
}

/// A change that no stage knows how to make.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this release cannot plan {what} on {engine}")]
pub struct Unplanned {
    /// The engine.
    pub engine: Engine,
    /// The change.
    pub what: String,
}

/// The statements that make the changes, in an order that the engine takes.
///
/// # Errors
///
/// When a change cannot be planned; none is ever left out.
pub fn plan(engine: Engine, changes: &Changes, path: Path<'_>) -> Result<Plan, Unplanned> {
    match engine {
        Engine::Sqlite => sqlite::plan(changes, path),
        Engine::Postgres => postgres::plan(changes, path),
        Engine::Mysql => mysql::plan(changes, path, Variant::Mysql),
        Engine::Mariadb => mysql::plan(changes, path, Variant::Mariadb),
    }
}
