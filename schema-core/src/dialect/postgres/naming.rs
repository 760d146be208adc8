//! Names for what a model leaves unnamed: the ones that PostgreSQL's own statements would give, with a hash where they are too long.

use super::expression;
use super::identifier::quote_name;
use crate::dialect::name::{self, LONGEST_NAME, index_parts, key_columns};
use crate::model::{DatabaseSchema, ObjectKind, PrimaryKey, QualifiedName, Table};
use std::collections::{BTreeMap, HashSet};

/// Gives every unnamed constraint and index a name that follows from its table and columns.
pub(super) fn name_new(schema: &mut DatabaseSchema) {
    let mut relations = relation_names(schema);
    for table in &mut schema.tables {
        let relations = relations.entry(table.name.schema.clone()).or_default();
        let mut names = Names { relations, constraints: constraint_names(table) };
        let stem = table.name.name.clone();
        let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        if let Some(key) = table.primary_key.as_mut().filter(|key| key.name.is_none()) {
            key.name = Some(names.relation_and_constraint(&[&stem], "pkey"));
        }
        for unique in table.uniques.iter_mut().filter(|unique| unique.name.is_none()) {
            unique.name = Some(names.relation_and_constraint(&[&stem, &key_columns(&unique.columns)], "key"));
        }
        for exclusion in table.exclusions.iter_mut().filter(|exclusion| exclusion.name.is_none()) {
            exclusion.name = Some(names.relation_and_constraint(&[&stem], "excl"));
        }
        for check in table.checks.iter_mut().filter(|check| check.name.is_none()) {
            check.name = Some(match only_column(&check.expression, &columns) {
                Some(column) => names.constraint(&[&stem, column], "check"),
                None => names.constraint(&[&stem], "check"),
            });
        }
        for key in table.foreign_keys.iter_mut().filter(|key| key.name.is_none()) {
            key.name = Some(names.constraint(&[&stem, &key.columns.join("_")], "fkey"));
        }
        for index in table.indexes.iter_mut().filter(|index| index.name.is_none()) {
            let suffix = if index.unique { "key" } else { "idx" };
            index.name = Some(names.relation(&[&stem, &index_parts(index)], suffix));
        }
    }
}

/// The name that the server gives to the sequence of a column, as SQL.
#[must_use]
pub fn usual_sequence(table: &QualifiedName, column: &str) -> String {
    let name = made_name(&table.name, Some(column), "seq");
    quote_name(&QualifiedName { schema: table.schema.clone(), name })
}

/// The name that the server gives to the index of a partition, after its columns or nothing.
pub(crate) fn usual_part(table: &str, columns: Option<&[&str]>, label: &str) -> String {
    // Words that are too long are no longer looked at.
    let words = columns.map(|columns| cut(&columns.join("_"), LONGEST_NAME).to_owned());
    made_name(table, words.as_deref(), label)
}

/// A name as the server makes it: parts that are too long are cut, the longer first.
///
/// <https://github.com/postgres/postgres/blob/master/src/backend/commands/indexcmds.c>, `makeObjectName`
fn made_name(table: &str, words: Option<&str>, label: &str) -> String {
    let room = LONGEST_NAME - label.len() - 1 - usize::from(words.is_some());
    let (mut of_table, mut of_words) = (table.len(), words.map_or(0, str::len));
    while of_table + of_words > room {
        if of_table > of_words { of_table -= 1 } else { of_words -= 1 }
    }
    match words {
        Some(words) => format!("{}_{}_{label}", cut(table, of_table), cut(words, of_words)),
        None => format!("{}_{label}", cut(table, of_table)),
    }
}

/// A text cut to so many bytes, or fewer where a letter would be cut.
fn cut(text: &str, mut end: usize) -> &str {
    end = end.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// The names that a table's new objects must keep off.
struct Names<'a> {
    /// Tables, views, sequences and indexes of the same schema.
    relations: &'a mut HashSet<String>,
    /// Constraints of the same table.
    constraints: HashSet<String>,
}

impl Names<'_> {
    /// A name for an index.
    fn relation(&mut self, parts: &[&str], suffix: &str) -> String {
        let name = name::free(parts, suffix, |name| self.relations.contains(name));
        self.relations.insert(name.clone());
        name
    }

    /// A name for a constraint.
    fn constraint(&mut self, parts: &[&str], suffix: &str) -> String {
        let name = name::free(parts, suffix, |name| self.constraints.contains(name));
        self.constraints.insert(name.clone());
        name
    }

    /// A name for a constraint that an index keeps.
    fn relation_and_constraint(&mut self, parts: &[&str], suffix: &str) -> String {
        let taken = |name: &str| self.relations.contains(name) || self.constraints.contains(name);
        let name = name::free(parts, suffix, taken);
        self.relations.insert(name.clone());
        self.constraints.insert(name.clone());
        name
    }
}

/// What shares one space of names, by schema.
pub(super) fn relation_names(schema: &DatabaseSchema) -> BTreeMap<Option<String>, HashSet<String>> {
    let mut names: BTreeMap<Option<String>, HashSet<String>> = BTreeMap::new();
    for table in &schema.tables {
        let Table { name, primary_key, uniques, exclusions, indexes, .. } = table;
        let here = names.entry(name.schema.clone()).or_default();
        here.insert(name.name.clone());
        here.extend(primary_key.iter().filter_map(|key| key.name.clone()));
        here.extend(uniques.iter().filter_map(|unique| unique.name.clone()));
        here.extend(exclusions.iter().filter_map(|exclusion| exclusion.name.clone()));
        here.extend(indexes.iter().filter_map(|index| index.name.clone()));
    }
    let objects = schema.objects.iter().filter(|object| match object.id.kind {
        ObjectKind::Sequence | ObjectKind::MaterializedView | ObjectKind::ForeignTable => true,
        ObjectKind::VirtualTable
        | ObjectKind::ShadowTable
        | ObjectKind::Extension
        | ObjectKind::Collation
        | ObjectKind::Domain
        | ObjectKind::CompositeType
        | ObjectKind::RangeType
        | ObjectKind::Function
        | ObjectKind::Procedure
        | ObjectKind::Package
        | ObjectKind::PackageBody
        | ObjectKind::Event
        | ObjectKind::Trigger
        | ObjectKind::Rule
        | ObjectKind::Policy
        | ObjectKind::Statistics
        | ObjectKind::NotNull
        | ObjectKind::Setting
        | ObjectKind::Detail
        | ObjectKind::Other => false,
    });
    let views = schema.views.iter().map(|view| &view.name);
    for name in views.chain(objects.map(|object| &object.id.name)) {
        names.entry(name.schema.clone()).or_default().insert(name.name.clone());
    }
    names
}

pub(super) fn constraint_names(table: &Table) -> HashSet<String> {
    let key = table.primary_key.iter().map(|PrimaryKey { name, .. }| name);
    let uniques = table.uniques.iter().map(|unique| &unique.name);
    let checks = table.checks.iter().map(|check| &check.name);
    let keys = table.foreign_keys.iter().map(|key| &key.name);
    let exclusions = table.exclusions.iter().map(|exclusion| &exclusion.name);
    key.chain(uniques).chain(checks).chain(keys).chain(exclusions).flatten().cloned().collect()
}

/// The column that an expression speaks of, if it speaks of one alone.
fn only_column<'a>(sql: &str, columns: &'a [String]) -> Option<&'a str> {
    let mentioned: HashSet<String> = expression::identifiers(sql).collect();
    let mut found = columns.iter().filter(|column| mentioned.contains(*column));
    found.next().filter(|_| found.next().is_none()).map(String::as_str)
}
