//! One spelling for each name: SQLite keeps a name as it was written wherever it was written, and its case never counts.

use super::expression::{as_column, without_qualifier};
use super::{fold, normalize::refuse_null_in_key};
use crate::model::{Column, DatabaseSchema, IndexKey, QualifiedName, Table};
use std::collections::HashMap;

/// Spells every name as the table, view or column that it means is spelled, and says what a key implies, so that tables can be compared
/// as they are.
pub fn spell_as_defined(schema: &mut DatabaseSchema) {
    for table in &mut schema.tables {
        spell_columns(table, None);
        refuse_null_in_key(table);
    }
    spell_references(schema);
    let tables: HashMap<String, QualifiedName> = schema
        .tables
        .iter()
        .map(|table| &table.name)
        .chain(schema.views.iter().map(|view| &view.name))
        .map(|name| (fold(&name.name), name.clone()))
        .collect();
    for trigger in &mut schema.triggers {
        if let Some(name) = tables.get(&fold(&trigger.table.name)) {
            trigger.table.clone_from(name);
        }
    }
}

/// Spells the other ends of foreign keys as their tables do.
fn spell_references(schema: &mut DatabaseSchema) {
    let places: HashMap<String, usize> =
        schema.tables.iter().enumerate().map(|(place, table)| (fold(&table.name.name), place)).collect();
    for place in 0..schema.tables.len() {
        let Some(table) = schema.tables.get_mut(place) else { continue };
        let mut keys = std::mem::take(&mut table.foreign_keys);
        for key in &mut keys {
            let other = places.get(&fold(&key.references.name)).and_then(|place| schema.tables.get(*place));
            let Some(other) = other else { continue };
            key.references.clone_from(&other.name);
            for name in &mut key.referenced_columns {
                spell(name, &other.columns);
            }
        }
        if let Some(table) = schema.tables.get_mut(place) {
            table.foreign_keys = keys;
        }
    }
}

/// Spells a column's name as the table with these columns does, where it has such a column.
fn spell(name: &mut String, columns: &[Column]) {
    if let Some(column) = columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
        && column.name != *name
    {
        name.clone_from(&column.name);
    }
}

/// Spells the columns as the table spells them, everywhere in it; those that `before` has, as that does.
pub(super) fn spell_columns(table: &mut Table, before: Option<&Table>) {
    if let Some(before) = before {
        for (place, column) in table.columns.iter_mut().enumerate() {
            // Most stand where they stood.
            if before.columns.get(place).is_none_or(|found| found.name != column.name) {
                spell(&mut column.name, &before.columns);
            }
        }
    }
    leave_out_own_name(table);
    let columns = std::mem::take(&mut table.columns);
    let spell = |name: &mut String| spell(name, &columns);
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
    table.columns = columns;
}

/// Inside a table its columns need not say whose they are; its new form, which has another name meanwhile, must not.
fn leave_out_own_name(table: &mut Table) {
    let Table { name, columns, checks, indexes, .. } = table;
    let shorten = |text: &mut String| {
        if text.contains('.') {
            *text = without_qualifier(text, &name.name);
        }
    };
    columns
        .iter_mut()
        .filter_map(|column| column.generated.as_mut())
        .for_each(|generated| shorten(&mut generated.expression));
    checks.iter_mut().for_each(|check| shorten(&mut check.expression));
    for index in indexes {
        index.predicate.iter_mut().for_each(shorten);
        for part in &mut index.parts {
            if let IndexKey::Expression(text) = &mut part.key {
                shorten(text);
                if let Some(column) = as_column(text) {
                    part.key = IndexKey::Column(column);
                }
            }
        }
    }
}
