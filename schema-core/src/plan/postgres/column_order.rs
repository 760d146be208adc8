//! In which order the columns of a table come and go. New columns come before others change, and these before others are dropped: between them a person can
//! give values from the old to the new. What is here says which columns cannot wait, and which must.

use super::column_action::ColumnAction;
use super::hazard;
use super::work::{Staying, Work};
use crate::dialect::postgres::expression::mentions;
use crate::dialect::postgres::{quote, render};
use crate::model::{Column, Table};

/// The columns that go, for good or for a while.
pub(super) fn gone<'a>(table: &Staying<'a>) -> impl Iterator<Item = &'a Column> {
    let is_gone = |column: &&Column| {
        matches!(
            table.column_actions.get(column.name.as_str()),
            Some(ColumnAction::Dropped | ColumnAction::Replaced)
        )
    };
    table.before.columns.iter().filter(is_gone)
}

/// The columns that come, for the first time or again; what is computed behind what it is computed from.
pub(super) fn come<'a>(table: &Staying<'a>) -> impl Iterator<Item = &'a Column> {
    let comes = |column: &&Column| {
        matches!(
            table.column_actions.get(column.name.as_str()),
            Some(ColumnAction::Added | ColumnAction::Replaced)
        )
    };
    let (computed, plain): (Vec<&Column>, Vec<&Column>) =
        table.after.columns.iter().filter(comes).partition(|column| column.generated.is_some());
    plain.into_iter().chain(computed)
}

/// Whether a column that goes for good must do so before anything else can be done.
pub(super) fn is_in_the_way(work: &Work<'_>, table: &Staying<'_>, column: &Column) -> bool {
    let Some(generated) = &column.generated else { return gives_up_name(table, column) };
    let is_touched = |other: &Column| match table.column_actions.get(other.name.as_str()) {
        Some(ColumnAction::Retyped | ColumnAction::TypeRecreated | ColumnAction::Replaced) => true,
        Some(ColumnAction::Dropped) => other.generated.is_none() && gives_up_name(table, other),
        Some(ColumnAction::Added) | None => false,
    };
    let mut others = table.before.columns.iter().filter(|other| other.name != column.name);
    others.any(|other| is_touched(other) && mentions(&generated.expression, &other.name))
        || work.type_recreates.iter().any(|type_recreate| type_recreate.is_in(&generated.expression))
}

/// Whether another column has the name of this one's sequence or NOT NULL constraint when all is done.
fn gives_up_name(table: &Staying<'_>, column: &Column) -> bool {
    let names = names_of(table.before, column);
    let mut others = table.after.columns.iter().filter(|other| other.name != column.name);
    others.any(|other| names_of(table.after, other).iter().any(|name| names.contains(name)))
}

/// The names of what a column has beside itself, as SQL.
fn names_of(table: &Table, column: &Column) -> Vec<String> {
    let sequence = column.auto.map(|_| render::sequence_name(&table.name, column).0);
    let not_null = column.not_null_name.iter().filter(|_| !column.nullable).map(|name| quote(name));
    sequence.into_iter().chain(not_null).collect()
}

/// When a column comes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// Before others change.
    First,
    /// With the types of others, because the table is rewritten anyway.
    WithTypes,
    /// Once others have changed, from which it is computed, or which have a name that it needs.
    Last,
}

pub(super) fn moment(table: &Staying<'_>, column: &Column) -> Moment {
    let comes_late = |other: &Column| other.generated.is_none() && waits_for_name(table, other);
    let waits = match &column.generated {
        None => waits_for_name(table, column),
        Some(generated) => {
            let mut late = come(table).filter(|other| comes_late(other));
            !generated.stored || late.any(|other| mentions(&generated.expression, &other.name))
        }
    };
    if waits {
        Moment::Last
    } else if hazard::rewrites_when_new(column) {
        Moment::WithTypes
    } else {
        Moment::First
    }
}

/// Whether another column, which stays, has a name until it changes that this one needs.
fn waits_for_name(table: &Staying<'_>, column: &Column) -> bool {
    let names = names_of(table.after, column);
    table.after.columns.iter().filter(|other| other.name != column.name).any(|after| {
        let before = table.before.columns.iter().find(|old| old.name == after.name);
        before.is_some_and(|before| {
            let (held, kept) = (names_of(table.before, before), names_of(table.after, after));
            names.iter().any(|name| held.contains(name) && !kept.contains(name))
        })
    })
}

/// What is computed goes before what it is computed from.
pub(super) fn in_order_of_drops(columns: Vec<&Column>) -> impl Iterator<Item = &Column> {
    let (computed, plain): (Vec<&Column>, Vec<&Column>) =
        columns.into_iter().partition(|column| column.generated.is_some());
    computed.into_iter().chain(plain)
}
