//! From changes to ordered statements.

mod keep;
mod mysql;
mod order;
mod postgres;
mod sqlite;

use crate::dialect::Scope;
use crate::dialect::mysql::Variant;
use crate::diff::{Changes, ObjectChange};
use crate::kept::KeepDropped;
use crate::model::{DatabaseSchema, Engine, QualifiedName};
use crate::sql::Plan;

/// The states that a script leads through.
///
/// Renames stand at one end of a script: in the first direction `start` and `before` differ by them, in the down script `after` and `finish`.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    /// The schema before the script.
    pub start: &'a DatabaseSchema,
    /// The schema before everything but renames.
    pub before: &'a DatabaseSchema,
    /// The schema after everything but renames.
    pub after: &'a DatabaseSchema,
    /// The schema after the script.
    pub finish: &'a DatabaseSchema,
    /// Whether tables must be recreated where a statement could change them, because something that is broken already is in the way of that (SQLite).
    pub rebuilds_only: bool,
    /// Whether tables that stay are changed beside reads and writes, where that takes more than one transaction (PostgreSQL).
    pub online: bool,
    /// What becomes of the rows of tables that are dropped, and of those that come back.
    pub kept: Option<Kept<'a>>,
    /// Whether the script is for the database at hand, or for all that have the revisions before it.
    pub scope: Scope,
}

impl<'a> Path<'a> {
    /// The revision for which tables are moved out of sight instead of dropped.
    fn moves_aside(&self) -> Option<&'a KeepDropped> {
        match self.kept {
            Some(Kept::MovesAside(keep)) => Some(keep),
            Some(Kept::BringsBack(_)) | None => None,
        }
    }

    /// The revision that has kept the rows of the tables that are created.
    fn brings_back(&self) -> Option<&'a KeepDropped> {
        match self.kept {
            Some(Kept::BringsBack(keep)) => Some(keep),
            Some(Kept::MovesAside(_)) | None => None,
        }
    }
}

/// What a script does for rows that a revision keeps although it drops their table.
#[derive(Clone, Copy, Debug)]
pub enum Kept<'a> {
    /// The up script moves tables out of sight instead of dropping them.
    MovesAside(&'a KeepDropped),
    /// The down script takes the rows from there into the tables that it creates.
    BringsBack(&'a KeepDropped),
}

/// Why a change has no script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unplanned {
    /// No stage knows how to make the change.
    #[error("this release cannot plan {what} on {engine}")]
    Unknown {
        /// The engine.
        engine: Engine,
        /// The change.
        what: String,
    },
    /// Columns change to types that their values cannot be converted to, or not back: the script would fail on the first row.
    #[error("the type of {} cannot change, because no value can be converted there and back", list(columns))]
    NoConversion {
        /// Each of these columns, by table and name.
        columns: Vec<NoConversion>,
    },
}

impl Unplanned {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Unplanned::Unknown { .. } => None,
            Unplanned::NoConversion { .. } => Some(
                "add a column of the new type under another name, and with it those of the foreign keys; fill them and drop the old ones in the \
                 next revision; or write all of it into an empty one (`schema-cli revision`)",
            ),
        }
    }
}

/// A column that cannot get another type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("`{table}`.`{column}` (from `{from}` to `{to}`)")]
pub struct NoConversion {
    /// The table.
    pub table: QualifiedName,
    /// The column.
    pub column: String,
    /// The type that it has.
    pub from: String,
    /// The type that it should have.
    pub to: String,
}

fn list(columns: &[NoConversion]) -> String {
    columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Whether [`plan()`] knows how to make the change.
#[must_use]
pub fn can_plan(engine: Engine, change: &ObjectChange) -> bool {
    match engine {
        Engine::Postgres => postgres::can_plan(change),
        Engine::Mysql => mysql::can_plan(change, Variant::Mysql),
        Engine::Mariadb => mysql::can_plan(change, Variant::Mariadb),
        Engine::Sqlite => sqlite::can_plan(change),
    }
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
