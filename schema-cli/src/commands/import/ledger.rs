//! The table in which another tool keeps what it has applied: read, and left alone.

use super::super::new_project::NewProject;
use crate::error::CliError;
use schema_core::driver::{Driver, Value};
use schema_core::filter::{Filter, Pattern};
use schema_core::import::ledger::{LedgerError, LedgerRow};
use schema_core::import::{Folder, Tool};
use schema_core::model::QualifiedName;
use schema_core::revision::RevisionId;
use std::collections::BTreeSet;

/// A tool's ledger.
pub(super) struct Ledger {
    tool: Tool,
    /// The name as it was given.
    pub(super) name: String,
    table: QualifiedName,
    is_usual: bool,
}

impl Ledger {
    pub(super) fn of(tool: Tool, given: Option<&str>) -> Self {
        let name = given.unwrap_or(tool.ledger());
        let table = match name.split_once('.') {
            Some((schema, table)) => {
                QualifiedName { schema: Some(schema.to_owned()), name: table.to_owned() }
            }
            None => QualifiedName::new(name),
        };
        Ledger { tool, name: name.to_owned(), is_usual: table.name == tool.ledger(), table }
    }

    /// What its rows say is applied; none where there is no such table.
    pub(super) fn read(
        &self,
        driver: &mut dyn Driver,
        folder: &Folder,
    ) -> Result<Option<Result<BTreeSet<RevisionId>, LedgerError>>, CliError> {
        if !driver.table_exists(&self.table)? {
            return Ok(None);
        }
        let query = self.tool.ledger_query(&driver.quote(&self.table), driver.engine());
        let text = |value: &Value| match value {
            Value::Null => None,
            Value::Integer(number) => Some(number.to_string()),
            Value::Text(text) => Some(text.clone()),
        };
        let rows: Vec<LedgerRow> =
            driver.query(&query, &[])?.iter().map(|row| row.iter().map(text).collect()).collect();
        Ok(Some(folder.applied(&rows)))
    }

    /// What comparisons leave alone: what schema.toml says, and the ledger.
    pub(super) fn left_alone(&self, place: &NewProject) -> Result<Filter, CliError> {
        let mut filter = place.project.config.filters.clone();
        if self.is_usual {
            return Ok(filter);
        }
        let pattern: Pattern = self
            .name
            .parse()
            .map_err(|_| CliError::NoLedger { tool: self.tool, table: self.name.clone() })?;
        if filter.tables.contains(&pattern) {
            return Ok(filter);
        }
        if place.new_config.is_none() {
            return Err(CliError::LedgerNotFiltered { table: self.name.clone() });
        }
        filter.tables.push(pattern);
        Ok(filter)
    }

    /// The text of a new schema.toml, in which the ledger is left alone.
    pub(super) fn configuration(&self, text: &str) -> String {
        if self.is_usual {
            return text.to_owned();
        }
        let table = toml::Value::String(self.name.clone());
        format!(
            "{text}\n# The table in which {} keeps what it has applied.\n[filters]\ntables = [{table}]\n",
            self.tool
        )
    }
}
