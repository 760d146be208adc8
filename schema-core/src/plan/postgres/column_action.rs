//! What becomes of the columns of a table that stays, and whether an object that speaks of them has to be dropped and recreated.

use super::type_recreate::TypeRecreate;
use crate::dialect::postgres::expression::mentions;
use crate::model::{Column, ColumnType, Default, Generated, Index, IndexKey, Table};
use std::collections::BTreeMap;

/// What becomes of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnAction {
    Added,
    Dropped,
    /// Its values get another type or collation.
    Retyped,
    /// Its type is recreated, and the server takes the new one for another.
    TypeRecreated,
    /// It is dropped and added again, because its values are computed, or are computed otherwise.
    Replaced,
}

/// The columns that something happens to beside their defaults, and whether they may be NULL.
pub(super) fn column_actions<'a>(
    before: &'a Table,
    after: &'a Table,
    type_recreates: &[TypeRecreate<'_>],
) -> BTreeMap<&'a str, ColumnAction> {
    let mut column_actions: BTreeMap<&str, ColumnAction> = BTreeMap::new();
    if std::ptr::eq(before, after) && type_recreates.is_empty() {
        return column_actions;
    }
    let wanted: BTreeMap<&str, &Column> =
        after.columns.iter().map(|column| (column.name.as_str(), column)).collect();
    for old in &before.columns {
        let Some(new) = wanted.get(old.name.as_str()) else {
            column_actions.insert(&old.name, ColumnAction::Dropped);
            continue;
        };
        column_actions.extend(
            column_action(old, new, type_recreates).map(|column_action| (old.name.as_str(), column_action)),
        );
    }
    for new in &after.columns {
        if !before.columns.iter().any(|old| old.name == new.name) {
            column_actions.insert(&new.name, ColumnAction::Added);
        }
    }
    // The server changes no type that something is computed from.
    let touched: Vec<&str> = column_actions
        .iter()
        .filter(|(_, column_action)| {
            matches!(column_action, ColumnAction::Retyped | ColumnAction::TypeRecreated)
        })
        .map(|(name, _)| *name)
        .collect();
    for new in &after.columns {
        if let Some(Generated { expression, stored: _ }) = &new.generated
            && !column_actions.contains_key(new.name.as_str())
            && (touched.iter().any(|name| mentions(expression, name))
                || type_recreates.iter().any(|type_recreate| type_recreate.is_in(expression)))
        {
            column_actions.insert(&new.name, ColumnAction::Replaced);
        }
    }
    column_actions
}

fn column_action(old: &Column, new: &Column, type_recreates: &[TypeRecreate<'_>]) -> Option<ColumnAction> {
    let has_recreated_type =
        |column: &Column| type_recreates.iter().any(|type_recreate| type_recreate.is_type_of(column));
    let retyped = old.ty != new.ty || old.collation != new.collation;
    match (&old.generated, &new.generated) {
        (None, Some(_)) => Some(ColumnAction::Replaced),
        (Some(before), Some(after)) if before != after || retyped || has_recreated_type(new) => {
            Some(ColumnAction::Replaced)
        }
        // Only what is stored can stay.
        (Some(Generated { expression: _, stored: false }), None) => Some(ColumnAction::Replaced),
        (Some(_) | None, None) if has_recreated_type(old) || has_recreated_type(new) => {
            Some(ColumnAction::TypeRecreated)
        }
        (Some(_) | None, None) if retyped => Some(ColumnAction::Retyped),
        (Some(_), Some(_)) | (Some(_) | None, None) => None,
    }
}

/// The columns, and the types in casts, that nothing may speak of while they change.
pub(super) struct InTheWay<'a> {
    replaced: Vec<&'a str>,
    recreated: Vec<&'a str>,
    retyped: Vec<&'a str>,
    type_recreates: &'a [TypeRecreate<'a>],
}

impl<'a> InTheWay<'a> {
    pub(super) fn of(
        column_actions: &BTreeMap<&'a str, ColumnAction>,
        type_recreates: &'a [TypeRecreate<'a>],
    ) -> Self {
        let of = |wanted: ColumnAction| {
            column_actions
                .iter()
                .filter(|(_, column_action)| **column_action == wanted)
                .map(|(name, _)| *name)
                .collect()
        };
        InTheWay {
            replaced: of(ColumnAction::Replaced),
            recreated: of(ColumnAction::TypeRecreated),
            retyped: of(ColumnAction::Retyped),
            type_recreates,
        }
    }

    fn is_key(&self, column: &str) -> bool {
        self.replaced.contains(&column)
    }

    pub(super) fn is_in(&self, expression: &str) -> bool {
        self.replaced.iter().chain(&self.recreated).any(|name| mentions(expression, name))
            || self.type_recreates.iter().any(|type_recreate| type_recreate.is_in(expression))
            || is_read_otherwise(expression) && self.retyped.iter().any(|name| mentions(expression, name))
    }

    pub(super) fn moves_key<'b>(&self, columns: impl IntoIterator<Item = &'b str>) -> bool {
        columns.into_iter().any(|column| self.is_key(column))
    }

    /// A plain index on a column follows when the type changes; what is computed or conditional does not.
    pub(super) fn moves_index(&self, index: &Index) -> bool {
        let of_part = |key: &IndexKey| match key {
            IndexKey::Column(name) => self.is_key(name),
            IndexKey::Expression(text) => self.is_in(text),
        };
        index.parts.iter().any(|part| of_part(&part.key))
            || self.moves_key(index.include.iter().map(String::as_str))
            || index.predicate.as_deref().is_some_and(|text| self.is_in(text))
            || self.is_made_otherwise(index)
    }

    /// Whether the server, which makes an index anew when the type of a column in it changes, would make another one.
    fn is_made_otherwise(&self, index: &Index) -> bool {
        let mut texts: Vec<&str> = index.predicate.iter().map(String::as_str).collect();
        let mut columns: Vec<&str> = index.include.iter().map(String::as_str).collect();
        for part in &index.parts {
            match &part.key {
                IndexKey::Column(name) => columns.push(name),
                IndexKey::Expression(text) => texts.push(text),
            }
        }
        texts.iter().any(|text| is_read_otherwise(text))
            && self
                .retyped
                .iter()
                .any(|name| columns.contains(name) || texts.iter().any(|text| mentions(text, name)))
    }

    /// Whether a default has a value of a type that is recreated.
    pub(super) fn is_in_default(&self, column: &Column) -> bool {
        match &column.default {
            Some(Default::Sql(text)) => {
                self.type_recreates.iter().any(|type_recreate| type_recreate.is_in(text))
            }
            Some(
                Default::Now
                | Default::Bool(_)
                | Default::Number(_)
                | Default::Text(_)
                | Default::EnumValue(_),
            )
            | None => false,
        }
    }
}

/// Whether the server does not read back what it means where it makes an expression anew from its own words, as it does when the type of a column
/// changes: see [`as_meant`](crate::dialect::postgres::as_meant).
fn is_read_otherwise(expression: &str) -> bool {
    expression.contains("ANY (ARRAY[") || expression.contains("ALL (ARRAY[")
}

/// The type as SQL; a resolved or introspected column has no other.
pub(super) fn type_text(column: &Column) -> &str {
    if let ColumnType::Sql(ty) = &column.ty { ty } else { "" }
}
