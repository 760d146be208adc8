//! The names of the runner's own two tables.

use crate::model::{QualifiedName, Table};
use std::fmt;

const STEPS_SUFFIX: &str = "_steps";

/// The columns of a history table, in their order.
pub(crate) const HISTORY_COLUMNS: [&str; 8] =
    ["revision", "message", "checksum", "applied_at", "duration_ms", "origin", "tool_version", "format"];

/// The columns of a table of steps, in their order.
pub(crate) const STEP_COLUMNS: [&str; 8] =
    ["revision", "direction", "step", "checksum", "state", "started_at", "finished_at", "evidence"];

/// Whether a table is a history table or a table of steps by its columns, whatever its name: that of another project in the same database.
pub(crate) fn has_history_columns(table: &Table) -> bool {
    let are = |columns: [&str; 8]| table.columns.iter().map(|column| column.name.as_str()).eq(columns);
    are(HISTORY_COLUMNS) || are(STEP_COLUMNS)
}

/// The history table, and with it the table of steps, whose name is derived from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryTable {
    name: QualifiedName,
}

/// Why a text is no name for a history table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no name for a history table", given.escape_debug())]
pub struct InvalidHistoryTable {
    /// The text.
    pub given: String,
}

impl Default for HistoryTable {
    fn default() -> Self {
        HistoryTable { name: QualifiedName::new("schema_history") }
    }
}

impl HistoryTable {
    /// Parses `table`, or `schema.table` for engines that have schemas.
    ///
    /// ```
    /// use schema_core::driver::HistoryTable;
    ///
    /// let table = HistoryTable::parse("ops.schema_history")?;
    /// assert_eq!(table.name().to_string(), "ops.schema_history");
    /// assert_eq!(table.steps().to_string(), "ops.schema_history_steps");
    /// # Ok::<(), schema_core::driver::InvalidHistoryTable>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The text is empty, has an empty part or more than two, or holds a control character.
    pub fn parse(text: &str) -> Result<Self, InvalidHistoryTable> {
        let (schema, name) = match text.split_once('.') {
            Some((schema, name)) => (Some(schema), name),
            None => (None, text),
        };
        let bad = |part: &str| part.is_empty() || part.contains('.') || part.chars().any(char::is_control);
        // SQLite keeps this prefix for itself.
        let reserved = name.get(..7).is_some_and(|prefix| prefix.eq_ignore_ascii_case("sqlite_"));
        if bad(name) || schema.is_some_and(bad) || reserved {
            return Err(InvalidHistoryTable { given: text.to_owned() });
        }
        Ok(HistoryTable { name: QualifiedName { schema: schema.map(str::to_owned), name: name.to_owned() } })
    }

    /// The table of applied revisions.
    #[must_use]
    pub fn name(&self) -> &QualifiedName {
        &self.name
    }

    /// The same in the database at hand, as on a scratch database, which must not share it with another.
    #[must_use]
    pub fn without_schema(&self) -> Self {
        HistoryTable { name: QualifiedName { schema: None, name: self.name.name.clone() } }
    }

    /// The table of the steps of a revision that is under way.
    #[must_use]
    pub fn steps(&self) -> QualifiedName {
        let QualifiedName { schema, name } = &self.name;
        QualifiedName { schema: schema.clone(), name: format!("{name}{STEPS_SUFFIX}") }
    }

    /// Whether this is one of the two tables, in whatever case an engine reports it.
    #[must_use]
    pub fn is_history_table(&self, name: &str) -> bool {
        let name = match name.get(name.len().saturating_sub(STEPS_SUFFIX.len())..) {
            Some(suffix)
                if suffix.eq_ignore_ascii_case(STEPS_SUFFIX) && name.len() > self.name.name.len() =>
            {
                name.get(..name.len() - STEPS_SUFFIX.len()).unwrap_or(name)
            }
            Some(_) | None => name,
        };
        name.eq_ignore_ascii_case(&self.name.name)
    }
}

impl fmt::Display for HistoryTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_are_recognised_and_no_other() {
        let table = HistoryTable::default();
        for name in ["schema_history", "Schema_History", "schema_history_steps", "SCHEMA_HISTORY_STEPS"] {
            assert!(table.is_history_table(name), "{name}");
        }
        for name in [
            "",
            "schema_histor",
            "schema_history_step",
            "schema_history_steps_steps",
            "x_steps",
            "_steps",
            "é_step",
        ] {
            assert!(!table.is_history_table(name), "{name}");
        }
        assert!(HistoryTable::parse("x_steps").unwrap().is_history_table("x_steps"));
        assert!(HistoryTable::parse("x_steps").unwrap().is_history_table("x_steps_steps"));
    }

    #[test]
    fn names_that_no_engine_takes_are_refused() {
        for text in ["", ".", "a.", ".b", "a.b.c", "a\nb", "sqlite_history", "SQLite_x"] {
            assert!(HistoryTable::parse(text).is_err(), "{text:?}");
        }
    }
}
