//! Names of columns, whose case is no difference: spelled as the database spells them.

use super::identifier::fold_case;
use crate::model::{DatabaseSchema, IndexKey, QualifiedName, Table};
use std::collections::HashMap;

/// Calls the columns of desired tables as the database calls them, wherever they are named but in expressions.
pub(super) fn spell_columns(current: &DatabaseSchema, desired: &mut DatabaseSchema) {
    let names = |table: &Table| -> HashMap<String, String> {
        table.columns.iter().map(|column| (fold_case(&column.name), column.name.clone())).collect()
    };
    let mut known: HashMap<QualifiedName, HashMap<String, String>> =
        desired.tables.iter().map(|table| (table.name.clone(), names(table))).collect();
    for table in &current.tables {
        known.entry(table.name.clone()).or_default().extend(names(table));
    }
    for table in &mut desired.tables {
        let Some(own) = known.get(&table.name) else { continue };
        spell_own(table, own);
        for key in &mut table.foreign_keys {
            if let Some(other) = known.get(&key.references) {
                key.referenced_columns.iter_mut().for_each(|name| spell(name, other));
            }
        }
    }
}

fn spell_own(table: &mut Table, names: &HashMap<String, String>) {
    table.columns.iter_mut().for_each(|column| spell(&mut column.name, names));
    let key = table.primary_key.iter_mut().flat_map(|key| &mut key.columns);
    key.for_each(|part| spell(&mut part.name, names));
    for part in table.indexes.iter_mut().flat_map(|index| &mut index.parts) {
        if let IndexKey::Column(name) = &mut part.key {
            spell(name, names);
        }
    }
    let of_keys = table.foreign_keys.iter_mut().flat_map(|key| &mut key.columns);
    of_keys
        .chain(table.checks.iter_mut().filter_map(|check| check.column.as_mut()))
        .for_each(|name| spell(name, names));
}

fn spell(name: &mut String, names: &HashMap<String, String>) {
    if let Some(known) = names.get(&fold_case(name)) {
        name.clone_from(known);
    }
}
