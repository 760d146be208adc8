//! Names for what a model leaves unnamed.

use super::{expression, fold};
use crate::dialect::name_within;
use crate::model::{Index, IndexKey, KeyColumn, Schema, Table};
use std::collections::HashSet;

/// SQLite has no limit of its own; the names are the ones that PostgreSQL would get, so that projects on both have the same.
const LONGEST_NAME: usize = 63;

/// Gives every unnamed index, unique constraint, CHECK and foreign key a name that follows from its table and columns.
///
/// `named` says which objects a database has without a name; those stay so.
pub(super) fn name_new(schema: &mut Schema, is_known: impl Fn(&Table) -> KnownUnnamed) {
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
            .filter(|unique| unique.name.is_none() && !known.uniques.contains(&key_list(&unique.columns)))
        {
            unique.name = Some(free(&mut taken, &[&table_name, &key_list(&unique.columns)], "key"));
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
                .map(|unique| key_list(&unique.columns))
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

fn index_parts(index: &Index) -> String {
    let parts: Vec<&str> = index
        .parts
        .iter()
        .map(|part| match &part.key {
            IndexKey::Column(column) => column.as_str(),
            IndexKey::Expression(_) => "expr",
        })
        .collect();
    parts.join("_")
}

fn key_list(columns: &[KeyColumn]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    names.join("_")
}

/// The column that an expression speaks of, if it speaks of one alone.
fn only_column<'a>(sql: &str, columns: &'a [String]) -> Option<&'a String> {
    let mentioned: HashSet<String> = expression::identifiers(sql).collect();
    let mut found = columns.iter().filter(|column| mentioned.contains(&fold(column)));
    found.next().filter(|_| found.next().is_none())
}

/// The first name of its row (`users_email_key`, `users_email_key1`, …) that nobody has.
fn free(taken: &mut HashSet<String>, parts: &[&str], suffix: &str) -> String {
    let base = name_within(LONGEST_NAME, &parts.join("_"), suffix);
    let name = std::iter::once(base.clone())
        .chain(
            (1_usize..)
                .map(|number| name_within(LONGEST_NAME, &parts.join("_"), &format!("{suffix}{number}"))),
        )
        .find(|name| !taken.contains(&fold(name)))
        .unwrap_or(base);
    taken.insert(fold(&name));
    name
}
