//! One spelling for each name: SQLite keeps a name as it was written wherever it was written, and its case never counts.

use super::{fold, normalize::refuse_null_in_key};
use crate::model::{IndexKey, QualifiedName, Schema, Table};
use std::collections::HashMap;

/// Spells every name as the table, view or column that it means is spelled, and says what a key implies, so that tables can be compared
/// as they are.
pub fn spell_as_defined(schema: &mut Schema) {
    let tables: HashMap<String, QualifiedName> = schema
        .tables
        .iter()
        .map(|table| &table.name)
        .chain(schema.views.iter().map(|view| &view.name))
        .map(|name| (fold(&name.name), name.clone()))
        .collect();
    let columns: HashMap<QualifiedName, HashMap<String, String>> = schema
        .tables
        .iter()
        .map(|table| {
            let names = table.columns.iter().map(|column| (fold(&column.name), column.name.clone()));
            (table.name.clone(), names.collect())
        })
        .collect();
    for table in &mut schema.tables {
        spell_columns(table, &HashMap::new());
        refuse_null_in_key(table);
        for key in &mut table.foreign_keys {
            if let Some(name) = tables.get(&fold(&key.references.name)) {
                key.references.clone_from(name);
            }
            for column in &mut key.referenced_columns {
                if let Some(name) =
                    columns.get(&key.references).and_then(|columns| columns.get(&fold(column)))
                {
                    column.clone_from(name);
                }
            }
        }
    }
    for trigger in &mut schema.triggers {
        if let Some(name) = tables.get(&fold(&trigger.table.name)) {
            trigger.table.clone_from(name);
        }
    }
}

/// Spells the columns as the table spells them, everywhere in it. `names` are the database's spellings.
pub(super) fn spell_columns(table: &mut Table, names: &HashMap<String, &str>) {
    for column in &mut table.columns {
        if let Some(name) = names.get(&fold(&column.name)) {
            column.name = (*name).to_owned();
        }
    }
    let own: HashMap<String, String> =
        table.columns.iter().map(|column| (fold(&column.name), column.name.clone())).collect();
    let spell = |name: &mut String| {
        if let Some(spelled) = own.get(&fold(name)) {
            name.clone_from(spelled);
        }
    };
    let key = table.primary_key.iter_mut().map(|key| &mut key.columns);
    for column in key.chain(table.uniques.iter_mut().map(|unique| &mut unique.columns)).flatten() {
        spell(&mut column.name);
    }
    for key in &mut table.foreign_keys {
        key.columns.iter_mut().for_each(spell);
    }
    for part in table.indexes.iter_mut().flat_map(|index| &mut index.parts) {
        if let IndexKey::Column(name) = &mut part.key {
            spell(name);
        }
    }
}
