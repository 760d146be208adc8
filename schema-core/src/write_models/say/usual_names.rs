//! Names that need not be said, because a new database gives them by itself.

use crate::dialect::{self, Scope};
use crate::model::{DatabaseSchema, Engine, QualifiedName, Table};
use std::collections::HashMap;

/// The tables, without the names of constraints and indexes that these would have anyway.
pub(super) fn left_out(engine: Engine, schema: &DatabaseSchema) -> Vec<Table> {
    let mut named = schema.clone();
    named.tables.iter_mut().flat_map(names).for_each(|name| *name = None);
    dialect::normalize(engine, &DatabaseSchema::default(), &mut named, Scope::Models);
    let mut given: HashMap<QualifiedName, Table> =
        named.tables.into_iter().map(|table| (table.name.clone(), table)).collect();
    let mut tables = schema.tables.clone();
    for table in &mut tables {
        let Some(mut usual) = given.remove(&table.name) else { continue };
        let (names, usual) = (names(table), names(&mut usual));
        if names.len() == usual.len() {
            for (name, usual) in names.into_iter().zip(usual) {
                if name == usual {
                    *name = None;
                }
            }
        }
    }
    tables
}

/// The names of all that a table has.
fn names(table: &mut Table) -> Vec<&mut Option<String>> {
    let mut names: Vec<&mut Option<String>> = Vec::new();
    names.extend(table.primary_key.iter_mut().map(|key| &mut key.name));
    names.extend(table.uniques.iter_mut().map(|unique| &mut unique.name));
    names.extend(table.checks.iter_mut().map(|check| &mut check.name));
    names.extend(table.foreign_keys.iter_mut().map(|key| &mut key.name));
    names.extend(table.exclusions.iter_mut().map(|exclusion| &mut exclusion.name));
    names.extend(table.indexes.iter_mut().map(|index| &mut index.name));
    names
}
