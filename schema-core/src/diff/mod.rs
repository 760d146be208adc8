//! Compares two schemas that `dialect` has normalised, and says what differs.
//!
//! Knows no engine: after normalisation, equal means equal. It must not decide how, or in which order, a change is made.

mod change;
mod describe;
mod enum_type;
mod rename;
mod table;

pub use change::{Change, Changes, DataLoss, Rename, RenameTime, TableChange};
pub use describe::describe;
pub use rename::{
    RenameCandidate, RenameError, RenameRequest, RenameRules, RenameSubject, apply, candidates, resolve,
};

use crate::model::{Schema, Table};
use std::collections::BTreeMap;
pub(crate) use table::diff as table_changes;

/// The three schemas that a difference is made from.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// What the database holds.
    pub current: &'a Schema,
    /// The same after the renames.
    pub renamed: &'a Schema,
    /// What it shall hold, normalised against `renamed`.
    pub desired: &'a Schema,
}

/// What turns the current schema into the desired one.
///
/// Enums, opaque objects and everything else that a schema holds is compared; an empty result means equal.
#[must_use]
pub fn diff(pair: Pair<'_>, renames: Vec<Rename>) -> Changes {
    let Schema { namespaces, tables, enums, views, triggers, opaque: _ } = pair.desired;
    let mut objects = Vec::new();
    let found: BTreeMap<_, &Table> = pair.renamed.tables.iter().map(|table| (&table.name, table)).collect();
    let wanted: BTreeMap<_, &Table> = tables.iter().map(|table| (&table.name, table)).collect();
    for (name, before) in &found {
        match wanted.get(name) {
            None => objects.push(Change::DropTable { table: (*before).clone() }),
            Some(after) => {
                let changes = table::diff(before, after);
                if !changes.is_empty() {
                    objects.push(Change::AlterTable {
                        before: Box::new((*before).clone()),
                        after: Box::new((*after).clone()),
                        changes,
                    });
                }
            }
        }
    }
    for (name, table) in &wanted {
        if !found.contains_key(name) {
            objects.push(Change::CreateTable { table: (*table).clone() });
        }
    }
    objects.extend(
        pairs(&pair.renamed.namespaces, &pair.current.namespaces, namespaces, |object| object.name.clone())
            .into_iter()
            .map(|(before, after)| Change::Namespace { before, after }),
    );
    objects.extend(
        pairs(&pair.renamed.enums, &pair.current.enums, enums, |object| object.name.clone())
            .into_iter()
            .map(|(before, after)| Change::Enum { before, after }),
    );
    objects.extend(
        pairs(&pair.renamed.views, &pair.current.views, views, |view| view.name.clone())
            .into_iter()
            .map(|(before, after)| Change::View { before, after }),
    );
    objects.extend(
        pairs(&pair.renamed.triggers, &pair.current.triggers, triggers, |trigger| trigger.name.clone())
            .into_iter()
            .map(|(before, after)| Change::Trigger { before, after }),
    );
    Changes { renames, rename_time: RenameTime::First, objects }
}

/// The objects of one kind that differ, each before and after.
///
/// `renamed` is what is compared; `before` is the object as the database has it, before any rename touched its text.
fn pairs<T: Clone + PartialEq, K: Ord>(
    renamed: &[T],
    current: &[T],
    desired: &[T],
    key: impl Fn(&T) -> K,
) -> Vec<(Option<T>, Option<T>)> {
    let mut found: BTreeMap<K, (&T, &T)> = renamed
        .iter()
        .zip(current)
        .map(|(compared, original)| (key(compared), (compared, original)))
        .collect();
    let mut pairs = Vec::new();
    for object in desired {
        match found.remove(&key(object)) {
            Some((compared, _)) if compared == object => {}
            before => pairs.push((before.map(|(_, original)| original.clone()), Some(object.clone()))),
        }
    }
    pairs.extend(found.into_values().map(|(_, original)| (Some(original.clone()), None)));
    pairs
}
