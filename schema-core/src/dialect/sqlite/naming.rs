//! Names for what a model leaves unnamed.

use super::{expression, fold};
use crate::dialect::name::{self, index_parts, key_columns};
use crate::model::{DatabaseSchema, Table};
use std::collections::HashSet;

/// Gives every unnamed index, unique constraint, CHECK and foreign key a name that follows from its table and columns.
///
/// `named` says which objects a database has without a name; those stay so.
pub(super) fn name_new(schema: &mut DatabaseSchema, is_known: impl Fn(&Table) -> KnownUnnamed) {
    let mut index_names: HashSet<String> = schema
        .tables
        .iter()
        .flat_map(|table| table.indexes.iter().filter_map(|index| index.name.as_deref().map(fold)))
        .collect();
    for table in &mut schema.tables {
        let known = is_known(table);
        let table_name = table.name.name.clone();
        let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        let mut taken = constraint_names(table);
        for index in table.indexes.iter_mut().filter(|index| index.name.is_none()) {
            let suffix = if index.unique { "key" } else { "idx" };
            index.name = Some(free(&mut index_names, &[&table_name, &index_parts(index)], suffix));
        }
        for unique in table
            .uniques
            .iter_mut()
            .filter(|unique| unique.name.is_none() && !known.uniques.contains(&key_columns(&unique.columns)))
        {
            unique.name = Some(free(&mut taken, &[&table_name, &key_columns(&unique.columns)], "key"));
        }
        for check in table
            .checks
            .iter_mut()
            .filter(|check| check.name.is_none() && !known.checks.contains(&check.expression))
        {
            let parts = match only_column(&check.expression, &columns) {
                Some(column) => format!("{table_name}_{column}"),
                None => table_name.clone(),
            };
            check.name = Some(free(&mut taken, &[&parts], "check"));
        }
        for key in table
            .foreign_keys
            .iter_mut()
            .filter(|key| key.name.is_none() && !known.foreign_keys.contains(&key.columns.join("_")))
        {
            key.name = Some(free(&mut taken, &[&table_name, &key.columns.join("_")], "fkey"));
        }
    }
}

/// What a table of the database has without a name.
#[derive(Debug, Default)]
pub(super) struct KnownUnnamed {
    pub(super) uniques: HashSet<String>,
    pub(super) checks: HashSet<String>,
    pub(super) foreign_keys: HashSet<String>,
}

impl KnownUnnamed {
    pub(super) fn of(table: &Table) -> Self {
        KnownUnnamed {
            uniques: table
                .uniques
                .iter()
                .filter(|unique| unique.name.is_none())
                .map(|unique| key_columns(&unique.columns))
                .collect(),
            checks: table
                .checks
                .iter()
                .filter(|check| check.name.is_none())
                .map(|check| check.expression.clone())
                .collect(),
            foreign_keys: table
                .foreign_keys
                .iter()
                .filter(|key| key.name.is_none())
                .map(|key| key.columns.join("_"))
                .collect(),
        }
    }
}

fn constraint_names(table: &Table) -> HashSet<String> {
    let uniques = table.uniques.iter().map(|unique| &unique.name);
    let checks = table.checks.iter().map(|check| &check.name);
    let keys = table.foreign_keys.iter().map(|key| &key.name);
    uniques.chain(checks).chain(keys).flatten().map(|name| fold(name)).collect()
}

/// The column that an expression speaks of, if it speaks of one alone.
fn only_column<'a>(sql: &str, columns: &'a [String]) -> Option<&'a String> {
    let mentioned: HashSet<String> = expression::identifiers(sql).collect();
    let mut found = columns.iter().filter(|column| mentioned.contains(&fold(column)));
    found.next().filter(|_| found.next().is_none())
}

fn free(taken: &mut HashSet<String>, parts: &[&str], suffix: &str) -> String {
    let name = name::free(parts, suffix, |name| taken.contains(&fold(name)));
    taken.insert(fold(&name));
    name
}
