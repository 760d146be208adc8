//! Enum types that are recreated: values cannot be removed or get another place.

use super::column_action::type_text;
use super::work::Work;
use crate::dialect::postgres::expression::mentions;
use crate::dialect::postgres::quote_name;
use crate::model::{Column, EnumType, EnumValue, QualifiedName};
use std::collections::BTreeSet;

/// An enum type that is recreated.
pub(super) struct EnumRecreate<'a> {
    pub(super) before: &'a EnumType,
    pub(super) after: &'a EnumType,
    /// What the old type is called meanwhile.
    pub(super) aside: QualifiedName,
}

impl EnumRecreate<'_> {
    /// Whether a column is of this type, or of arrays of it.
    pub(super) fn is_type_of(&self, column: &Column) -> bool {
        let ty = type_text(column);
        ty.strip_suffix("[]").unwrap_or(ty) == quote_name(&self.after.name)
    }

    /// Whether an expression speaks of the type.
    pub(super) fn is_in(&self, expression: &str) -> bool {
        is_type_in(&self.after.name, expression)
    }

    /// The values that rows may hold and the new type lacks.
    pub(super) fn removed(&self) -> Vec<&str> {
        let kept = names(&self.after.values);
        self.before
            .values
            .iter()
            .map(|value| value.name.as_str())
            .filter(|name| !kept.contains(name))
            .collect()
    }
}

/// Whether an expression speaks of a type. One that is called like a built-in type is always written with its schema, and the bare name is the built-in one's.
pub(super) fn is_type_in(name: &QualifiedName, expression: &str) -> bool {
    match &name.schema {
        Some(_) => expression.contains(&quote_name(name)),
        None => mentions(expression, &name.name),
    }
}

/// The types that have to be recreated to get the desired values.
pub(super) fn needed<'a>(work: &Work<'a>) -> Vec<EnumRecreate<'a>> {
    let mut enum_recreates = Vec::new();
    for (before, after) in &work.enums {
        if let (Some(before), Some(after)) = (before, after)
            && added(before, after).is_none()
        {
            enum_recreates.push(EnumRecreate { before, after, aside: aside(&after.name, work) });
        }
    }
    enum_recreates
}

/// The values to add for one type to become the other; none where that is not enough.
pub(super) fn added<'a>(before: &EnumType, after: &'a EnumType) -> Option<Vec<(usize, &'a str)>> {
    let known = names(&before.values);
    let wanted = names(&after.values);
    let stays = |value: &&EnumValue| known.contains(value.name.as_str());
    let kept: Vec<&str> = after.values.iter().filter(stays).map(|value| value.name.as_str()).collect();
    let in_order = before.values.iter().map(|value| value.name.as_str()).eq(kept.iter().copied());
    let all_kept = known.iter().all(|name| wanted.contains(name));
    (all_kept && in_order).then(|| {
        let new = after.values.iter().enumerate().filter(|(_, value)| !stays(value));
        new.map(|(place, value)| (place, value.name.as_str())).collect()
    })
}

fn names(values: &[EnumValue]) -> BTreeSet<&str> {
    values.iter().map(|value| value.name.as_str()).collect()
}

/// A name that no type and no table has.
fn aside(name: &QualifiedName, work: &Work<'_>) -> QualifiedName {
    /// What remains of a name of 63 bytes beside what is put behind it.
    const ROOM: usize = 50;
    let mut end = name.name.len().min(ROOM);
    while !name.name.is_char_boundary(end) {
        end -= 1;
    }
    let stem = name.name.get(..end).unwrap_or_default();
    let is_taken = |name: &QualifiedName| {
        [work.path.start, work.path.before, work.path.after, work.path.finish].iter().any(|schema| {
            schema.enums.iter().any(|object| object.name == *name)
                || schema.tables.iter().any(|table| table.name == *name)
                || schema.views.iter().any(|view| view.name == *name)
                || schema.opaque.iter().any(|object| object.name == *name)
        })
    };
    let mut number = 0_u32;
    loop {
        let suffix = if number == 0 { "_old".to_owned() } else { format!("_old{number}") };
        let candidate = QualifiedName { schema: name.schema.clone(), name: format!("{stem}{suffix}") };
        if !is_taken(&candidate) {
            return candidate;
        }
        number += 1;
    }
}
