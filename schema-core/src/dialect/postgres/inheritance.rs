//! Partitions and children, which models declare as plain tables or not at all.

use super::identity;
use crate::model::{Column, DatabaseSchema, Partition, QualifiedName, Table};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Keeps what no model says of the partitions that models say, and the partitions that no model says, as long as the table is there that they are partitions of: a
/// model of that table covers them, unless it says all of them.
///
/// They have the columns that it will have.
pub(super) fn keep_partitions(current: &DatabaseSchema, desired: &mut DatabaseSchema) {
    let before: HashMap<&QualifiedName, &Table> =
        current.tables.iter().map(|table| (&table.name, table)).collect();
    keep_of_said_partitions(&before, desired);
    // From the top down: a partition can be partitioned again.
    loop {
        let wanted: BTreeMap<&QualifiedName, &Table> =
            desired.tables.iter().map(|table| (&table.name, table)).collect();
        let kept: Vec<Table> = current
            .tables
            .iter()
            .filter(|table| !wanted.contains_key(&table.name))
            .filter_map(|table| {
                let Partition { parent, bound: _, names: _, lacking: _, validated: _ } =
                    table.partition_of.as_ref()?;
                if desired.said.partitioned.get(parent) == Some(&true) {
                    return None;
                }
                Some(following(table, before.get(parent)?, wanted.get(parent)?))
            })
            .collect();
        if kept.is_empty() {
            return;
        }
        desired.tables.extend(kept);
        desired.tables.sort_by(|left, right| left.name.cmp(&right.name));
    }
}

/// A struct says the name of a partition and which rows belong there; all else that it has of its own stays.
fn keep_of_said_partitions(before: &HashMap<&QualifiedName, &Table>, desired: &mut DatabaseSchema) {
    let mut kept: Vec<(usize, Table)> = Vec::new();
    for (place, table) in desired.tables.iter().enumerate() {
        let Some(Partition { parent, bound, names: _, lacking: _, validated: _ }) = &table.partition_of
        else {
            continue;
        };
        let found = before.get(&table.name).filter(|_| desired.said.partitions.contains(&table.name));
        let Some(found) = found else { continue };
        let of_same = found.partition_of.as_ref().filter(|of| of.parent == *parent);
        let after = desired.tables.iter().find(|table| table.name == *parent);
        let table = match (of_same, before.get(parent), after) {
            (Some(of), Some(before), Some(after)) => Table {
                partition_of: Some(Partition {
                    bound: bound.clone(),
                    lacking: BTreeSet::new(),
                    ..of.clone()
                }),
                ..following(found, before, after)
            },
            (_, _, after) => Table {
                columns: table.columns.clone(),
                partition_of: table.partition_of.clone(),
                ..without_parts(found, after)
            },
        };
        kept.push((place, table));
    }
    for (place, table) in kept {
        desired.tables[place] = table;
    }
}

/// A table that becomes a partition, without what will be a part of what the partitioned table has.
fn without_parts(table: &Table, parent: Option<&Table>) -> Table {
    let mut table = table.clone();
    let Some(parent) = parent else { return table };
    fn all<T>(objects: &[T], identity: fn(&T) -> String) -> BTreeSet<String> {
        objects.iter().map(identity).collect()
    }
    let keys: BTreeSet<String> = parent.primary_key.iter().map(identity::primary_key).collect();
    table.primary_key = table.primary_key.filter(|key| !keys.contains(&identity::primary_key(key)));
    let uniques = all(&parent.uniques, identity::unique);
    table.uniques.retain(|it| !uniques.contains(&identity::unique(it)));
    let checks = all(&parent.checks, identity::check);
    table.checks.retain(|it| !checks.contains(&identity::check(it)));
    let keys = all(&parent.foreign_keys, identity::foreign_key);
    table.foreign_keys.retain(|it| !keys.contains(&identity::foreign_key(it)));
    let indexes = all(&parent.indexes, identity::index);
    table.indexes.retain(|it| !indexes.contains(&identity::index(it)));
    table
}

/// A partition after the columns of what it is a partition of have changed.
fn following(table: &Table, before: &Table, after: &Table) -> Table {
    let of_before: HashMap<&str, &Column> =
        before.columns.iter().map(|column| (column.name.as_str(), column)).collect();
    let of_after: HashSet<&str> = after.columns.iter().map(|column| column.name.as_str()).collect();
    let mut table = table.clone();
    if let Some(place) = &mut table.partition_of {
        place.lacking.clear();
    }
    table.columns.retain(|column| {
        of_after.contains(column.name.as_str()) || !of_before.contains_key(column.name.as_str())
    });
    for wanted in &after.columns {
        match (
            of_before.get(wanted.name.as_str()),
            table.columns.iter_mut().find(|it| it.name == wanted.name),
        ) {
            (None, None) => table.columns.push(Column { comment: None, ..wanted.clone() }),
            (Some(before), Some(own)) => follow(own, before, wanted),
            (Some(_), None) | (None, Some(_)) => {}
        }
    }
    table
}

/// What changes there changes here too, unless it is different here.
fn follow(own: &mut Column, before: &Column, after: &Column) {
    if before.ty != after.ty {
        own.ty = after.ty.clone();
    }
    if before.nullable != after.nullable {
        own.nullable = after.nullable;
    }
    if before.default != after.default && own.default == before.default {
        own.default.clone_from(&after.default);
    }
    if before.generated != after.generated {
        own.generated.clone_from(&after.generated);
    }
    if before.collation != after.collation {
        own.collation.clone_from(&after.collation);
    }
}

/// Forgets what the parts of indexes and keys are called that are no longer what they were: the server names the new ones.
pub(super) fn forget_names(current: &DatabaseSchema, desired: &mut DatabaseSchema) {
    let before: HashMap<&QualifiedName, &Table> =
        current.tables.iter().map(|table| (&table.name, table)).collect();
    let mut stale: HashMap<QualifiedName, BTreeSet<String>> = HashMap::new();
    for table in desired.tables.iter().filter(|table| table.partition_by.is_some()) {
        if let Some(before) = before.get(&table.name) {
            stale.insert(table.name.clone(), keys_that_differ(before, table));
        }
    }
    let unchecked: HashMap<QualifiedName, BTreeSet<String>> =
        desired.tables.iter().map(|table| (table.name.clone(), unchecked(table))).collect();
    for place in desired.tables.iter_mut().filter_map(|table| table.partition_of.as_mut()) {
        let wanted = unchecked.get(&place.parent);
        place.validated.retain(|name| wanted.is_some_and(|wanted| wanted.contains(name)));
    }
    // From the top down: what a partition has can be handed down again.
    loop {
        let mut is_settled = true;
        for table in &mut desired.tables {
            let Some(Partition { parent, bound: _, names, lacking: _, validated: _ }) =
                &mut table.partition_of
            else {
                continue;
            };
            let gone: Vec<String> =
                stale.get(parent).into_iter().flatten().filter_map(|name| names.remove(name)).collect();
            is_settled &= gone.is_empty();
            stale.entry(table.name.clone()).or_default().extend(gone);
        }
        if is_settled {
            return;
        }
    }
}

/// The CHECKs of a table that need not hold for the rows that it has.
fn unchecked(table: &Table) -> BTreeSet<String> {
    table.checks.iter().filter(|check| check.not_valid).filter_map(|check| check.name.clone()).collect()
}

/// The names of the indexes and keys of a table that go, or become others.
fn keys_that_differ(before: &Table, after: &Table) -> BTreeSet<String> {
    let key = |table: &Table| table.primary_key.iter().map(identity::primary_key).collect::<Vec<_>>();
    let mut names = BTreeSet::new();
    if key(before) != key(after) {
        names.extend(before.primary_key.iter().filter_map(|key| key.name.clone()));
    }
    let identities = |table: &Table| {
        let uniques = table.uniques.iter().map(|it| (it.name.clone(), identity::unique(it)));
        uniques
            .chain(table.indexes.iter().map(|it| (it.name.clone(), identity::index(it))))
            .collect::<Vec<_>>()
    };
    let wanted = identities(after);
    names.extend(
        identities(before).into_iter().filter(|it| !wanted.contains(it)).filter_map(|(name, _)| name),
    );
    names
}

/// Which columns of a table are there only because a parent has them: models don't say it. A column that is there stays what it is as long as it can.
pub(super) fn decide_what_is_inherited(
    current: &HashMap<&QualifiedName, &Table>,
    desired: &mut DatabaseSchema,
) {
    let parents: HashSet<QualifiedName> =
        desired.tables.iter().flat_map(|table| table.inherits.iter().cloned()).collect();
    let handed_down: HashMap<QualifiedName, HashSet<String>> = desired
        .tables
        .iter()
        .filter(|table| parents.contains(&table.name))
        .map(|table| (table.name.clone(), table.columns.iter().map(|column| column.name.clone()).collect()))
        .collect();
    for table in &mut desired.tables {
        if table.inherits.is_empty() {
            table.columns.iter_mut().for_each(|column| column.inherited = false);
            continue;
        }
        // Of a new table a document of a database says it.
        let Some(before) = current.get(&table.name) else { continue };
        let before: HashMap<&str, &Column> =
            before.columns.iter().map(|column| (column.name.as_str(), column)).collect();
        let parents = table.inherits.iter().filter_map(|parent| handed_down.get(parent));
        let parents: Vec<&HashSet<String>> = parents.collect();
        for column in &mut table.columns {
            column.inherited = parents.iter().any(|columns| columns.contains(&column.name))
                && before.get(column.name.as_str()).is_none_or(|before| before.inherited);
        }
    }
}

/// Takes off a table what its partitioned table or its parents give it: introspection leaves that out as well.
pub(super) fn leave_out_inherited(
    before: &Table,
    table: &mut Table,
    current: &HashMap<&QualifiedName, &Table>,
) {
    let parents: Vec<&Table> = ancestors(before, current);
    if parents.is_empty() {
        return;
    }
    let identities = |list: fn(&Table) -> Vec<String>| -> BTreeSet<String> {
        parents.iter().flat_map(|parent| list(parent)).collect()
    };
    let checks = identities(|table| table.checks.iter().map(identity::check).collect());
    table.checks.retain(|check| before.checks.contains(check) || !checks.contains(&identity::check(check)));
    if before.partition_of.is_none() {
        // Plain inheritance hands down CHECKs alone.
        return;
    }
    let keys = identities(|table| table.primary_key.iter().map(identity::primary_key).collect());
    if before.primary_key.is_none() {
        table.primary_key =
            table.primary_key.take().filter(|key| !keys.contains(&identity::primary_key(key)));
    }
    let uniques = identities(|table| table.uniques.iter().map(identity::unique).collect());
    table.uniques.retain(|it| before.uniques.contains(it) || !uniques.contains(&identity::unique(it)));
    let keys = identities(|table| table.foreign_keys.iter().map(identity::foreign_key).collect());
    table
        .foreign_keys
        .retain(|it| before.foreign_keys.contains(it) || !keys.contains(&identity::foreign_key(it)));
    let indexes = identities(|table| table.indexes.iter().map(identity::index).collect());
    table.indexes.retain(|it| before.indexes.contains(it) || !indexes.contains(&identity::index(it)));
}

/// All tables that a table is a partition of or inherits from.
fn ancestors<'a>(table: &Table, tables: &HashMap<&QualifiedName, &'a Table>) -> Vec<&'a Table> {
    let mut found: Vec<&'a Table> = Vec::new();
    let mut next: Vec<&QualifiedName> = parents(table).collect();
    while let Some(name) = next.pop() {
        if let Some(parent) = tables.get(name)
            && !found.iter().any(|known| known.name == parent.name)
        {
            found.push(parent);
            next.extend(parents(parent));
        }
    }
    found
}

fn parents(table: &Table) -> impl Iterator<Item = &QualifiedName> {
    table.partition_of.iter().map(|partition| &partition.parent).chain(&table.inherits)
}
