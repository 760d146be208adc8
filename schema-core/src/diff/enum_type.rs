//! What differs between two forms of an enum type.

use super::{Rename, RenameTime};
use crate::model::EnumType;
use std::collections::HashSet;

/// The values of an enum type that come and go, renamed ones aside.
pub(super) struct EnumDifference<'a> {
    pub(super) added: Vec<&'a str>,
    /// By the names that they have in the database.
    pub(super) dropped: Vec<&'a str>,
    /// Whether those that stay have another order.
    pub(super) moved: bool,
}

/// Compares two forms of a type, of which the first is called as the database calls it.
pub(super) fn difference<'a>(
    before: &'a EnumType,
    after: &'a EnumType,
    (renames, time): (&'a [Rename], RenameTime),
) -> EnumDifference<'a> {
    let renamed = |value: &'a str| {
        let mut values = renames.iter().filter_map(Rename::as_enum_value);
        let new = values.find(|(name, from, _)| **name == after.name && *from == value).map(|(_, _, to)| to);
        match time {
            RenameTime::First => new.unwrap_or(value),
            RenameTime::Last => value,
        }
    };
    let old: Vec<(&str, &str)> =
        before.values.iter().map(|value| (value.name.as_str(), renamed(&value.name))).collect();
    let new: Vec<&str> = after.values.iter().map(|value| value.name.as_str()).collect();
    let known: HashSet<&str> = old.iter().map(|(_, name)| *name).collect();
    let kept: HashSet<&str> = new.iter().copied().collect();
    let (stay, dropped): (Vec<_>, Vec<_>) = old.into_iter().partition(|(_, name)| kept.contains(name));
    let (common, added): (Vec<&str>, Vec<&str>) = new.into_iter().partition(|name| known.contains(name));
    EnumDifference {
        added,
        dropped: dropped.into_iter().map(|(name, _)| name).collect(),
        moved: !stay.into_iter().map(|(_, name)| name).eq(common),
    }
}
