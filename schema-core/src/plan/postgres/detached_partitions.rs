//! Partitions that leave their table, or come to one: they keep, or must bring, what introspection says of the partitioned table alone.

use super::super::Path;
use super::inheritance::Inheritance;
use super::partition_indexes;
use crate::diff::{Change, Changes, TableChange, table_changes};
use crate::model::{Partition, QualifiedName, Table};
use std::collections::BTreeMap;

/// A table as it is when it is no partition, and what differs then.
pub(super) struct DetachedPartition {
    pub(super) before: Table,
    pub(super) after: Table,
    pub(super) changes: Vec<TableChange>,
}

/// The tables whose place among partitions changes.
pub(super) fn tables(changes: &Changes, path: Path<'_>) -> BTreeMap<QualifiedName, DetachedPartition> {
    let (inheritance_before, inheritance_after) = (Inheritance::of(path.before), Inheritance::of(path.after));
    let mut tables = BTreeMap::new();
    for change in &changes.objects {
        let Change::AlterTable { before, after, changes: _ } = change else { continue };
        let moves = moves(before.partition_of.as_ref(), after.partition_of.as_ref());
        if moves {
            let (before, after) =
                (with_inherited(before, &inheritance_before), with_inherited(after, &inheritance_after));
            let changes = table_changes(&before, &after);
            tables.insert(before.name.clone(), DetachedPartition { before, after, changes });
        }
    }
    tables
}

/// Whether a table leaves a partitioned table, comes to one, or gets other rows of it.
pub(super) fn moves(before: Option<&Partition>, after: Option<&Partition>) -> bool {
    let place = |partition: Option<&Partition>| partition.map(|it| (it.parent.clone(), it.bound.clone()));
    place(before) != place(after)
}

/// The table with the constraints and indexes that it has from the table that it is a partition of.
///
/// Those that have no part here are no part of it.
pub(super) fn with_inherited(table: &Table, inheritance: &Inheritance<'_>) -> Table {
    let mut table = table.clone();
    let Some(Partition { parent, bound: _, names, lacking, validated: _ }) = table.partition_of.clone()
    else {
        return table;
    };
    let Some(parent) = inheritance.table(&parent) else { return table };
    // What the parent has from its own parent is handed down as well.
    let mut parent = with_inherited(parent, inheritance);
    let is_here = |name: &Option<String>| name.as_ref().is_none_or(|name| !lacking.contains(name));
    parent.primary_key = parent.primary_key.filter(|key| is_here(&key.name));
    parent.uniques.retain(|unique| is_here(&unique.name));
    parent.indexes.retain(|index| is_here(&index.name));
    let rename = |name: &Option<String>| name.as_ref().map(|name| names.get(name).unwrap_or(name).clone());
    // A key of its own can be the part of an index.
    let keys: Vec<String> = partition_indexes::own_names(&table).into_iter().map(str::to_owned).collect();
    if table.primary_key.is_none() {
        table.primary_key = parent.primary_key.map(|mut key| {
            key.name = rename(&key.name);
            key.comment = None;
            key
        });
    }
    macro_rules! inherit {
        ($($list:ident),*) => {$(
            let own = table.$list.iter().map(|object| object.name.clone()).collect::<Vec<_>>();
            let inherited = parent.$list.into_iter().map(|mut object| {
                object.name = rename(&object.name);
                object.comment = None;
                object
            });
            table.$list.extend(inherited.filter(|object| !own.contains(&object.name)));
        )*};
    }
    parent.indexes.retain(|index| !rename(&index.name).is_some_and(|name| keys.contains(&name)));
    inherit!(uniques, checks, exclusions, foreign_keys, indexes);
    table
}
