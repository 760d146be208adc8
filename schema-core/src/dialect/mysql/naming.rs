//! Names for what a model leaves unnamed, and the indexes that foreign keys need.
//!
//! The servers would make an index for a foreign key by themselves, under its name, and drop it again when another serves; here it is always said.

use super::expression;
use super::identifier::fold_case;
use super::variant::Variant;
use crate::dialect::name::{self, index_parts};
use crate::model::{DatabaseSchema, ForeignKey, Index, IndexKey, IndexPart, PrimaryKey, Table};
use std::collections::HashSet;

/// Gives every unnamed constraint and index a name that follows from its table and columns.
pub(super) fn name_new(schema: &mut DatabaseSchema, variant: Variant) {
    // Foreign keys, and CHECKs on MySQL, have names that are unique in the database.
    let of_keys =
        schema.tables.iter().flat_map(|table| &table.foreign_keys).filter_map(|it| it.name.as_ref());
    let of_checks = schema.tables.iter().flat_map(|table| &table.checks).filter_map(|it| it.name.as_ref());
    let mut keys: HashSet<String> = of_keys.map(|name| fold_case(name)).collect();
    let mut checks: HashSet<String> = of_checks.map(|name| fold_case(name)).collect();
    for table in &mut schema.tables {
        let stem = table.name.name.clone();
        let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        let mut indexes: HashSet<String> = table
            .indexes
            .iter()
            .filter_map(|index| index.name.as_ref())
            .map(|name| fold_case(name))
            .collect();
        for index in table.indexes.iter_mut().filter(|index| index.name.is_none()) {
            let suffix = if index.unique { "key" } else { "idx" };
            index.name = Some(take(&mut indexes, &[&stem, &index_parts(index)], suffix));
        }
        if !variant.facts().database_wide_checks {
            checks = table.checks.iter().filter_map(|it| it.name.as_ref()).map(|it| fold_case(it)).collect();
        }
        for check in table.checks.iter_mut().filter(|it| it.name.is_none() && it.column.is_none()) {
            check.name = Some(match only_column(&check.expression, &columns) {
                Some(column) => take(&mut checks, &[&stem, column], "check"),
                None => take(&mut checks, &[&stem], "check"),
            });
        }
        for key in table.foreign_keys.iter_mut().filter(|key| key.name.is_none()) {
            key.name = Some(take(&mut keys, &[&stem, &key.columns.join("_")], "fkey"));
        }
    }
}

fn take(taken: &mut HashSet<String>, parts: &[&str], suffix: &str) -> String {
    let name = name::free(parts, suffix, |name| taken.contains(&fold_case(name)));
    taken.insert(fold_case(&name));
    name
}

/// The column that an expression speaks of, if it speaks of one alone.
fn only_column<'a>(sql: &str, columns: &'a [String]) -> Option<&'a str> {
    let mentioned: HashSet<String> = expression::identifiers(sql).map(|name| fold_case(&name)).collect();
    let mut found = columns.iter().filter(|column| mentioned.contains(&fold_case(column)));
    found.next().filter(|_| found.next().is_none()).map(String::as_str)
}

/// Adds the indexes that foreign keys need and nothing declares: the one that `before` has, where there is one, else one of the key's name.
pub(super) fn index_foreign_keys(table: &mut Table, before: Option<&Table>) {
    for key in &table.foreign_keys {
        if serves(table.primary_key.as_ref(), &table.indexes, &key.columns) {
            continue;
        }
        let mut taken: HashSet<String> = table
            .indexes
            .iter()
            .filter_map(|index| index.name.as_ref())
            .map(|name| fold_case(name))
            .collect();
        let known = before.into_iter().flat_map(|before| &before.indexes).find(|index| {
            !index.unique
                && leads_with(index, &key.columns)
                && index.name.as_ref().is_some_and(|name| !taken.contains(&fold_case(name)))
        });
        let index = known.cloned().unwrap_or_else(|| {
            let ForeignKey { name, columns, .. } = key;
            let parts = columns.iter().map(|column| IndexPart::new(IndexKey::Column(column.clone())));
            let name = name.clone().filter(|name| !taken.contains(&fold_case(name)));
            let name =
                name.unwrap_or_else(|| take(&mut taken, &[&table.name.name, &columns.join("_")], "idx"));
            Index { name: Some(name), ..Index::new(parts.collect()) }
        });
        table.indexes.push(index);
    }
}

/// Whether one of the keys serves a foreign key on these columns.
pub(crate) fn serves<'a>(
    primary_key: Option<&PrimaryKey>,
    indexes: impl IntoIterator<Item = &'a Index>,
    columns: &[String],
) -> bool {
    let of_key = primary_key.is_some_and(|key| {
        let whole = key.columns.iter().map(|part| part.prefix_length.is_none().then_some(part.name.as_str()));
        begins_with(whole, columns)
    });
    of_key || indexes.into_iter().any(|index| leads_with(index, columns))
}

/// Whether an index begins with these columns, whole and in this order.
fn leads_with(index: &Index, columns: &[String]) -> bool {
    let parts = index.parts.iter().map(|part| match &part.key {
        IndexKey::Column(name) if part.prefix_length.is_none() => Some(name.as_str()),
        IndexKey::Column(_) | IndexKey::Expression(_) => None,
    });
    // Which method is the engine's own is not known yet where a model is resolved.
    matches!(index.using.as_deref(), None | Some("btree")) && begins_with(parts, columns)
}

fn begins_with<'a>(mut parts: impl Iterator<Item = Option<&'a str>>, columns: &[String]) -> bool {
    columns.iter().all(|column| parts.next().flatten().is_some_and(|part| part.eq_ignore_ascii_case(column)))
}
