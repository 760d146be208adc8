//! Tables and views themselves, and what tables are children of.

use super::{Catalogue, get, letter, parameters};
use crate::dialect::postgres::as_meant;
use crate::driver::DriverError;
use crate::model::{Partition, QualifiedName, Table, TableOptions, View};
use std::collections::HashMap;

/// Tables and views by their numbers in the catalogue.
pub(super) struct Relations {
    tables: Vec<TableEntry>,
    places: HashMap<u32, usize>,
    pub(super) views: HashMap<u32, View>,
    /// The names of materialized views, which are read with what is known by its statement.
    materialized: HashMap<u32, QualifiedName>,
}

pub(super) struct TableEntry {
    pub(super) table: Table,
    /// The names of the columns by their numbers; those of dropped ones are missing.
    pub(super) columns: HashMap<i16, String>,
}

impl Relations {
    pub(super) fn entry(&mut self, relation: u32) -> Option<&mut TableEntry> {
        self.places.get(&relation).and_then(|place| self.tables.get_mut(*place))
    }

    pub(super) fn table(&mut self, relation: u32) -> Option<&mut Table> {
        self.entry(relation).map(|entry| &mut entry.table)
    }

    pub(super) fn tables_mut(&mut self) -> impl Iterator<Item = &mut Table> {
        self.tables.iter_mut().map(|entry| &mut entry.table)
    }

    pub(super) fn name(&self, relation: u32) -> Option<&QualifiedName> {
        self.places.get(&relation).and_then(|place| self.tables.get(*place)).map(|entry| &entry.table.name)
    }

    /// The name of a table or view, materialized or not.
    pub(super) fn any_name(&self, relation: u32) -> Option<&QualifiedName> {
        let view = || self.views.get(&relation).map(|view| &view.name);
        self.name(relation).or_else(view).or_else(|| self.materialized.get(&relation))
    }

    /// The names of columns by their numbers.
    pub(super) fn column_names(&self, relation: u32, numbers: &[i16]) -> Vec<String> {
        let Some(entry) = self.places.get(&relation).and_then(|place| self.tables.get(*place)) else {
            return Vec::new();
        };
        numbers.iter().filter_map(|number| entry.columns.get(number).cloned()).collect()
    }

    pub(super) fn into_tables_and_views(self) -> (Vec<Table>, Vec<View>) {
        (self.tables.into_iter().map(|entry| entry.table).collect(), self.views.into_values().collect())
    }
}

pub(super) fn read(catalogue: &mut Catalogue<'_, '_>) -> Result<Relations, DriverError> {
    let mut relations = Relations {
        tables: Vec::new(),
        places: HashMap::new(),
        views: HashMap::new(),
        materialized: HashMap::new(),
    };
    let mut bounds: HashMap<u32, String> = HashMap::new();
    catalogue.rows(include_str!("../queries/relations.sql"), |row| {
        let relation: u32 = get(row, 0)?;
        let name = QualifiedName { schema: get(row, 1)?, name: get(row, 2)? };
        if letter(row, 3)? == 'm' {
            relations.materialized.insert(relation, name);
            return Ok(());
        }
        let with = parameters(get(row, 5)?);
        let comment = get(row, 11)?;
        if letter(row, 3)? == 'v' {
            let query: String = get::<Option<String>>(row, 12)?.unwrap_or_default();
            let query = as_meant(query.trim().trim_end_matches(';').to_owned());
            relations.views.insert(relation, View { with, comment, ..View::new(name, query) });
            return Ok(());
        }
        if let Some(bound) = get(row, 10)? {
            bounds.insert(relation, bound);
        }
        relations.places.insert(relation, relations.tables.len());
        relations.tables.push(TableEntry {
            table: Table {
                options: TableOptions {
                    unlogged: get(row, 4)?,
                    with,
                    row_level_security: get(row, 6)?,
                    force_row_level_security: get(row, 7)?,
                    replica_identity: get(row, 8)?,
                    ..TableOptions::default()
                },
                partition_by: get(row, 9)?,
                comment,
                ..Table::new(name)
            },
            columns: HashMap::new(),
        });
        Ok(())
    })?;
    let parents =
        catalogue.rows(include_str!("../queries/parents.sql"), |row| Ok((get(row, 0)?, get(row, 1)?)))?;
    for (child, parent) in parents {
        let Some(parent) = relations.name(parent).cloned() else { continue };
        if let Some(table) = relations.table(child) {
            match bounds.remove(&child) {
                Some(bound) => table.partition_of = Some(Partition::new(parent, bound)),
                None => table.inherits.push(parent),
            }
        }
    }
    Ok(relations)
}
