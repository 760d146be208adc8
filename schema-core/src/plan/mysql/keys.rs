//! Foreign keys that are in the way of other changes: they go first and come again.

use super::column;
use super::partitions::Direction;
use crate::dialect::mysql::serves;
use crate::diff::TableChange;
use crate::model::{Check, DatabaseSchema, ForeignKey, Index, IndexKey, QualifiedName, Table};
use std::collections::BTreeMap;

/// A table that is altered.
pub(super) struct Altered<'a> {
    pub(super) before: &'a Table,
    pub(super) after: &'a Table,
    pub(super) changes: &'a [TableChange],
    /// CHECKs of the changes that are gone by then, because another table gets their names.
    pub(super) gone_checks: Vec<&'a Check>,
    /// Which way the script leads.
    pub(super) direction: Direction,
}

/// Whether an index has the column as a part.
pub(super) fn is_on(index: &Index, column: &str) -> bool {
    index.parts.iter().any(|part| match &part.key {
        IndexKey::Column(name) => name == column,
        IndexKey::Expression(text) => crate::dialect::mysql::expression::mentions(text, column),
    })
}

/// The index that serves a new foreign key, with its name, where an older key on the same columns may have had the server make it.
///
/// A server gives up such an index of its own in favour of one of the new key's name, unless the index is recreated beside the key.
pub(super) fn possibly_the_servers<'a>(
    key: &ForeignKey,
    before: &Table,
    after: &'a Table,
) -> Option<(&'a str, &'a Index)> {
    let had_key = before.foreign_keys.iter().any(|old| old.columns == key.columns);
    let is_its_own = |index: &&Index| index.name != key.name && is_plain_on(index, &key.columns);
    let index = after.indexes.iter().filter(|_| had_key).find(is_its_own)?;
    before.indexes.contains(index).then_some((index.name.as_deref()?, index))
}

/// Whether the server may have made an index for a foreign key that goes. It gives that up by itself for any other key on these columns.
pub(super) fn was_the_servers(index: &Index, before: &Table, after: &Table) -> bool {
    let mut keys = before.foreign_keys.iter().filter(|key| is_plain_on(index, &key.columns)).peekable();
    keys.peek().is_some() && keys.all(|key| !after.foreign_keys.contains(key))
}

fn is_plain_on(index: &Index, columns: &[String]) -> bool {
    let parts = index.parts.iter().map(|part| match &part.key {
        IndexKey::Column(name) if part.prefix_length.is_none() && !part.descending => Some(name),
        IndexKey::Column(_) | IndexKey::Expression(_) => None,
    });
    !index.unique && index.using.is_none() && parts.eq(columns.iter().map(Some))
}

/// The columns whose values are of another kind afterwards.
pub(super) fn changed_columns<'a>(altered: &Altered<'a>) -> Vec<&'a str> {
    let Altered { before, after, changes: _, gone_checks: _, direction: _ } = altered;
    let pairs = after.columns.iter().filter_map(|column| {
        before.columns.iter().find(|old| old.name == column.name).map(|old| (old, column))
    });
    pairs
        .filter(|(old, new)| column::changes_values((old, before), (new, after)))
        .map(|(_, column)| column.name.as_str())
        .collect()
}

/// The foreign keys that stay and must go meanwhile, by their tables.
pub(super) fn in_the_way<'a>(
    altered: &[Altered<'a>],
    before: &'a DatabaseSchema,
    after: &'a DatabaseSchema,
) -> Vec<(&'a QualifiedName, &'a ForeignKey)> {
    let obstacles: BTreeMap<&QualifiedName, Obstacles<'a>> =
        altered.iter().map(|altered| (&altered.before.name, Obstacles::of(altered))).collect();
    if obstacles.values().all(|obstacles| obstacles.changed.is_empty() && !obstacles.keys_go) {
        return Vec::new();
    }
    let finally: BTreeMap<&QualifiedName, &Table> =
        after.tables.iter().map(|table| (&table.name, table)).collect();
    let mut found = Vec::new();
    for table in &before.tables {
        let stays = |key: &&ForeignKey| {
            finally.get(&table.name).is_some_and(|table| table.foreign_keys.contains(key))
        };
        for key in table.foreign_keys.iter().filter(stays) {
            let ends = [(&table.name, &key.columns), (&key.references, &key.referenced_columns)];
            let obstructs = ends
                .iter()
                .any(|(name, columns)| obstacles.get(name).is_some_and(|obstacles| obstacles.stop(columns)));
            if obstructs {
                found.push((&table.name, key));
            }
        }
    }
    found
}

/// What of a table's changes a foreign key can be in the way of.
struct Obstacles<'a> {
    changed: Vec<&'a str>,
    /// Some key of the table goes or becomes another.
    keys_go: bool,
    /// The table without the keys that go.
    remaining: Table,
}

impl<'a> Obstacles<'a> {
    fn of(altered: &Altered<'a>) -> Self {
        let Altered { before, after, changes, gone_checks: _, direction: _ } = altered;
        let changed = changed_columns(altered);
        let mut remaining = (*before).clone();
        let mut keys_go = false;
        // What an index that comes with the same statement serves needs no other.
        let added: Vec<&Index> = after
            .indexes
            .iter()
            .filter(|index| !before.indexes.contains(index) && index.using.is_none())
            .collect();
        let gone: Vec<&str> = changes
            .iter()
            .filter_map(|change| match change {
                TableChange::DropColumn(column) if column.generated.is_some() => Some(column.name.as_str()),
                TableChange::DropColumn(_)
                | TableChange::AddColumn(_)
                | TableChange::AlterColumn { .. }
                | TableChange::PrimaryKey { .. }
                | TableChange::AddUnique(_)
                | TableChange::DropUnique(_)
                | TableChange::AddCheck(_)
                | TableChange::DropCheck(_)
                | TableChange::AddForeignKey(_)
                | TableChange::DropForeignKey(_)
                | TableChange::AddIndex(_)
                | TableChange::DropIndex(_)
                | TableChange::AddExclusion(_)
                | TableChange::DropExclusion(_)
                | TableChange::PartitionBy { .. }
                | TableChange::PartitionOf { .. }
                | TableChange::Inherits { .. }
                | TableChange::Options { .. }
                | TableChange::Comment { .. } => None,
            })
            .collect();
        let early = |index: &Index| changed.iter().chain(&gone).any(|column| is_on(index, column));
        for change in *changes {
            match change {
                TableChange::DropIndex(index) => {
                    keys_go = true;
                    remaining.indexes.retain(|other| other != index);
                    if !early(index) && index.using.is_none() {
                        remaining.indexes.extend(added.iter().map(|index| (*index).clone()));
                    }
                }
                TableChange::PrimaryKey { before: _, after: _ } => {
                    keys_go = true;
                    remaining.primary_key = None;
                }
                TableChange::AddColumn(_)
                | TableChange::DropColumn(_)
                | TableChange::AlterColumn { .. }
                | TableChange::AddUnique(_)
                | TableChange::DropUnique(_)
                | TableChange::AddCheck(_)
                | TableChange::DropCheck(_)
                | TableChange::AddForeignKey(_)
                | TableChange::DropForeignKey(_)
                | TableChange::AddIndex(_)
                | TableChange::AddExclusion(_)
                | TableChange::DropExclusion(_)
                | TableChange::PartitionBy { .. }
                | TableChange::PartitionOf { .. }
                | TableChange::Inherits { .. }
                | TableChange::Options { .. }
                | TableChange::Comment { .. } => {}
            }
        }
        Obstacles { changed, keys_go, remaining }
    }

    fn stop(&self, columns: &[String]) -> bool {
        columns.iter().any(|column| self.changed.contains(&column.as_str()))
            || self.keys_go && !serves(self.remaining.primary_key.as_ref(), &self.remaining.indexes, columns)
    }
}
