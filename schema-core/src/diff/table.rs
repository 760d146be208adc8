//! The parts of a table that differ.

use super::TableChange;
use crate::model::{Column, Table};
use std::collections::HashMap;

/// What turns `before` into `after`, two tables of one name. The order of columns is no difference.
pub(crate) fn diff(before: &Table, after: &Table) -> Vec<TableChange> {
    let Table {
        name: _,
        columns,
        primary_key,
        uniques,
        checks,
        foreign_keys,
        exclusions,
        indexes,
        options,
        partition_by,
        partition_of,
        inherits,
        comment,
        renamed_from: _,
        definition: _,
    } = after;
    let mut changes = Vec::new();

    list(
        &before.foreign_keys,
        foreign_keys,
        &mut changes,
        TableChange::DropForeignKey,
        TableChange::AddForeignKey,
    );
    list(&before.indexes, indexes, &mut changes, TableChange::DropIndex, TableChange::AddIndex);
    list(&before.uniques, uniques, &mut changes, TableChange::DropUnique, TableChange::AddUnique);
    list(&before.checks, checks, &mut changes, TableChange::DropCheck, TableChange::AddCheck);
    list(&before.exclusions, exclusions, &mut changes, TableChange::DropExclusion, TableChange::AddExclusion);
    columns_diff(&before.columns, columns, &mut changes);
    if before.primary_key != *primary_key {
        changes
            .push(TableChange::PrimaryKey { before: before.primary_key.clone(), after: primary_key.clone() });
    }
    if before.partition_by != *partition_by {
        changes.push(TableChange::PartitionBy {
            before: before.partition_by.clone(),
            after: partition_by.clone(),
        });
    }
    if before.partition_of != *partition_of {
        changes.push(TableChange::PartitionOf {
            before: before.partition_of.clone(),
            after: partition_of.clone(),
        });
    }
    if before.inherits != *inherits {
        changes.push(TableChange::Inherits { before: before.inherits.clone(), after: inherits.clone() });
    }
    if before.options != *options {
        changes.push(TableChange::Options { before: before.options.clone(), after: options.clone() });
    }
    if before.comment != *comment {
        changes.push(TableChange::Comment { before: before.comment.clone(), after: comment.clone() });
    }
    changes
}

fn columns_diff(before: &[Column], after: &[Column], changes: &mut Vec<TableChange>) {
    let found: HashMap<&str, &Column> = before.iter().map(|column| (column.name.as_str(), column)).collect();
    let wanted: HashMap<&str, &Column> = after.iter().map(|column| (column.name.as_str(), column)).collect();
    for column in before.iter().filter(|column| !wanted.contains_key(column.name.as_str())) {
        changes.push(TableChange::DropColumn(column.clone()));
    }
    for column in after {
        match found.get(column.name.as_str()) {
            None => changes.push(TableChange::AddColumn(column.clone())),
            Some(before) if *before != column => changes.push(TableChange::AlterColumn {
                before: Box::new((*before).clone()),
                after: Box::new(column.clone()),
            }),
            Some(_) => {}
        }
    }
}

/// Drops what is only in `before`, adds what is only in `after`; what is there twice counts twice.
fn list<T: Clone + PartialEq>(
    before: &[T],
    after: &[T],
    changes: &mut Vec<TableChange>,
    drop: impl Fn(T) -> TableChange,
    add: impl Fn(T) -> TableChange,
) {
    let mut unmatched: Vec<&T> = after.iter().collect();
    for object in before {
        match unmatched.iter().position(|other| *other == object) {
            Some(index) => {
                unmatched.swap_remove(index);
            }
            None => changes.push(drop(object.clone())),
        }
    }
    changes.extend(
        after
            .iter()
            .filter(|object| unmatched.iter().any(|other| std::ptr::eq(*other, *object)))
            .cloned()
            .map(add),
    );
}
