//! Triggers, each at its place in the firing order.

use crate::dialect::mysql::FiringPlace;
use crate::model::{DatabaseSchema, Trigger};
use crate::sql::firing::{Firing, arranged};
use std::collections::{BTreeSet, HashMap};

/// The triggers of these names in the order in which they are created, with their places among those that are there then.
pub(super) fn placed<'a>(
    finish: &'a DatabaseSchema,
    new: &BTreeSet<&str>,
) -> Vec<(&'a Trigger, FiringPlace<'a>)> {
    let is_new = |trigger: &Trigger| new.contains(trigger.name.as_str());
    let mut places = HashMap::new();
    for group in Firing::of(&finish.triggers).groups() {
        for (index, trigger) in group.iter().enumerate() {
            let behind = group.get(index + 1..).unwrap_or_default();
            let before = index.checked_sub(1).and_then(|before| group.get(before));
            // Those that are new come in their order, so that what stands before is there, and of what comes behind only what stays.
            let place = match (behind.iter().find(|other| !is_new(other)), before) {
                (Some(_), Some(before)) => FiringPlace::Follows(before.name.as_str()),
                (Some(first), None) => FiringPlace::Precedes(first.name.as_str()),
                (None, _) => FiringPlace::Last,
            };
            places.insert(trigger.name.as_str(), place);
        }
    }
    let created = arranged(&finish.triggers).into_iter().filter(|trigger| is_new(trigger));
    created
        .map(|trigger| (trigger, places.get(trigger.name.as_str()).copied().unwrap_or(FiringPlace::Last)))
        .collect()
}
