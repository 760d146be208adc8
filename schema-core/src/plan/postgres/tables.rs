//! Tables that come and go.

use super::Unplanned;
use super::columns;
use super::constraints::Constraint as _;
use super::dependents::Aside;
use super::detached_partitions::with_inherited;
use super::foreign_keys;
use super::inheritance::parent_names;
use super::keep;
use super::object_creation;
use super::objects;
use super::options;
use super::partition_indexes;
use super::script::{Phase, Script};
use super::sequences;
use super::table_recreate;
use super::with_tables::Item;
use super::work::Work;
use crate::dialect::postgres::{quote_name, render};
use crate::model::{Column, ForeignKey, QualifiedName, Table};
use crate::plan::keep::rows_gone;
use crate::sql::Statement;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(super) fn plan(work: &Work<'_>, aside: &Aside<'_>, script: &mut Script) -> Result<(), Unplanned> {
    create(work, script)?;
    drop(work, aside, script)
}

/// New tables, each behind those that it refers to, and what they need; what refers in a circle is referred to later.
fn create(work: &Work<'_>, script: &mut Script) -> Result<(), Unplanned> {
    let mut there: BTreeSet<&QualifiedName> = BTreeSet::new();
    let mut phase = Phase::CreateTypes;
    for created in &work.creation.order {
        let table = match created {
            Item::Table(table) => *table,
            Item::Object(object) => {
                object_creation::create_early(work, object, phase, script)?;
                continue;
            }
        };
        phase = Phase::CreateTables;
        let keys: Vec<&ForeignKey> = table
            .foreign_keys
            .iter()
            .filter(|key| {
                let itself = key.references == table.name;
                let target = if itself {
                    Some(table)
                } else if work.creates(&key.references) {
                    work.created.get(&key.references).copied().filter(|target| there.contains(&target.name))
                } else {
                    // A key that changes may not be there yet.
                    work.staying(&key.references).filter(|it| it.is_unchanged).map(|it| it.after)
                };
                !key.not_valid
                    && target.is_some_and(|target| {
                        // The server numbers the parts of a key by partition, in the order in which it finds them.
                        !work.inheritance_after.has_children(&target.name)
                            && has_key(target, &key.referenced_columns)
                    })
            })
            .collect();
        create_table(work, table, &keys, script);
        keep::bring_back(work, table, script);
        for key in table.foreign_keys.iter().filter(|key| !keys.contains(key)) {
            // The table is new: there are no rows that could be in the way.
            script.push(Phase::AddForeignKeys, foreign_keys::add(&table.name, key));
        }
        if work.creation(table) == Phase::CreateTables {
            there.insert(&table.name);
        }
    }
    Ok(())
}

/// Whether a constraint, and not only an index that comes later, makes these columns a key.
fn has_key(table: &Table, columns: &[String]) -> bool {
    let names = |key: &[crate::model::KeyColumn]| -> BTreeSet<String> {
        key.iter().map(|column| column.name.clone()).collect()
    };
    let wanted: BTreeSet<String> = columns.iter().cloned().collect();
    let keys = table.primary_key.iter().map(|key| &key.columns);
    keys.chain(table.uniques.iter().map(|unique| &unique.columns)).any(|key| names(key) == wanted)
}

fn create_table(work: &Work<'_>, table: &Table, foreign_keys: &[&ForeignKey], script: &mut Script) {
    if let Some(place) = &table.partition_of
        && partition_indexes::comes_with_parts(work, table)
    {
        script.push(Phase::Attach, options::attach(&table.name, place));
        return create_table(work, &before_attached(work, table), foreign_keys, script);
    }
    let (name, phase) = (&table.name, work.creation(table));
    let inherited: Vec<(Column, &Column)> = table
        .columns
        .iter()
        .filter(|column| column.inherited || table.partition_of.is_some())
        .filter_map(|column| Some((work.inheritance_after.as_inherited(table, column)?.1, column)))
        .collect();
    let from_parents: Vec<&str> = inherited.iter().map(|(_, column)| column.name.as_str()).collect();
    let is_own = |column: &&Column| !from_parents.contains(&column.name.as_str());
    let own: Vec<&Column> = table.columns.iter().filter(is_own).collect();
    let is_counted = |column: &&Column| sequences::comes_before_column(work, name, column);
    let counted: Vec<&Column> = own.iter().copied().filter(is_counted).collect();
    for column in &counted {
        script.extend(phase, sequences::create_before_column(work, table, column));
    }
    let written: Vec<Cow<'_, Column>> = own
        .into_iter()
        .map(|column| match is_counted(&column) {
            true => Cow::Owned(sequences::with_sequence(column)),
            false => Cow::Borrowed(column),
        })
        .collect();
    let columns = written.iter().map(Cow::as_ref).collect();
    let parts = render::Parts { columns, foreign_keys: foreign_keys.to_vec() };
    script.push(
        phase,
        Statement::new(
            format!("create the table `{name}`"),
            render::create_table(&without_later_keys(work, table), &parts),
        ),
    );
    super::constraints::of_new_table(work, table, script);
    for column in counted {
        script.push(phase, sequences::give_to_column(name, column));
    }
    // What a column is otherwise than the one that it comes from.
    for (parent, column) in inherited {
        let steps = columns::alter(work, table, (&parent, column), None, columns::Rows::None, script);
        script.extend(phase, steps.into_statements(name));
    }
    // CREATE TABLE would hold them to be valid.
    for check in table.checks.iter().filter(|check| check.not_valid) {
        script.extend(Phase::AddConstraints, check.add(work, table));
    }
    super::comments::of_new_table(work, table, &from_parents, phase, script);
    super::indexes::of_new_table(work, table, script);
    super::options::of_new_table(table, script);
}

fn without_later_keys<'a>(work: &Work<'_>, table: &'a Table) -> Cow<'a, Table> {
    let (key, uniques) = partition_indexes::later_keys(work, table);
    if key.is_none() && uniques.is_empty() {
        return Cow::Borrowed(table);
    }
    let mut table = table.clone();
    if key.is_some() {
        table.primary_key = None;
    }
    table.uniques.retain(|unique| !uniques.contains(unique));
    Cow::Owned(table)
}

/// A partition as a table of its own. It gets the foreign keys of the partitioned table when it is attached.
fn before_attached(work: &Work<'_>, table: &Table) -> Table {
    let mut alone = with_inherited(table, &work.inheritance_after);
    alone.partition_of = None;
    alone.foreign_keys.clone_from(&table.foreign_keys);
    // There are no rows that could be in the way.
    alone.checks.iter_mut().for_each(|check| check.not_valid = false);
    alone
}

fn drop(work: &Work<'_>, aside: &Aside<'_>, script: &mut Script) -> Result<(), Unplanned> {
    let mut dropped = work.dropped.clone();
    let put_aside = table_recreate::put_aside(work);
    dropped.retain(|name, _| !put_aside.contains(name));
    let mut referring: HashMap<&QualifiedName, Vec<(&Table, &ForeignKey)>> = HashMap::new();
    for table in dropped.values() {
        for key in &table.foreign_keys {
            referring.entry(&key.references).or_default().push((table, key));
        }
    }
    // Who refers to a partitioned table depends on each of its partitions.
    let parents: BTreeSet<&QualifiedName> = dropped.values().flat_map(|table| parent_names(table)).collect();
    for (name, keys) in
        referring.iter().filter(|(name, _)| parents.contains(*name)).collect::<BTreeMap<_, _>>()
    {
        for (other, key) in keys.iter().filter(|(other, _)| other.name != **name) {
            script.push(Phase::DropTables, foreign_keys::drop(&other.name, key));
        }
    }
    let mut gone: BTreeSet<&QualifiedName> = BTreeSet::new();
    let mut has_schema = false;
    for removed in &work.removal.order {
        let table = match removed {
            Item::Table(table) => *table,
            Item::Object(object) if aside.has(object) => continue,
            Item::Object(object) => {
                script.extend(Phase::DropTables, objects::drop(object, "")?);
                continue;
            }
        };
        if let Some(place) = &table.partition_of
            && let parent = &place.parent
            && work.staying(parent).is_some()
            && work
                .path
                .before
                .tables
                .iter()
                .any(|it| it.foreign_keys.iter().any(|key| key.references == *parent))
        {
            script.push(Phase::DropTables, options::detach(&table.name, place));
        }
        // What still refers to it does so in a circle.
        for (other, key) in referring.get(&table.name).into_iter().flatten() {
            let is_dropped = parents.contains(&table.name);
            if other.name != table.name && !gone.contains(&other.name) && !is_dropped {
                script.push(Phase::DropTables, foreign_keys::drop(&other.name, key));
            }
        }
        gone.insert(&table.name);
        let not_kept = match keep::of_dropped(work, table) {
            Some(Ok(keep)) => {
                if !std::mem::replace(&mut has_schema, true) {
                    script.push(Phase::DropTables, keep::make_schema());
                }
                keep::move_aside(work, keep, table, aside, script)?;
                continue;
            }
            Some(Err(what)) => Some(what),
            None => None,
        };
        script.push(
            Phase::DropTables,
            Statement::new(
                format!("drop the table `{}`", table.name),
                format!("DROP TABLE {}", quote_name(&table.name)),
            )
            .with_hazards([rows_gone(&table.name, not_kept)]),
        );
    }
    Ok(())
}

/// Tables behind their parents and, as far as they don't go in a circle, behind those that they refer to.
pub(super) fn in_order<'a>(tables: &BTreeMap<&'a QualifiedName, &'a Table>) -> Vec<&'a Table> {
    fn visit<'a>(
        table: &'a Table,
        tables: &BTreeMap<&'a QualifiedName, &'a Table>,
        seen: &mut BTreeSet<&'a QualifiedName>,
        order: &mut Vec<&'a Table>,
    ) {
        if !seen.insert(&table.name) {
            return;
        }
        let mut referred: Vec<&QualifiedName> =
            table.foreign_keys.iter().map(|key| &key.references).collect();
        referred.sort();
        for name in parent_names(table).chain(referred) {
            if let Some(other) = tables.get(name) {
                visit(other, tables, seen, order);
            }
        }
        order.push(table);
    }
    let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
    for table in tables.values() {
        visit(table, tables, &mut seen, &mut order);
    }
    order
}
