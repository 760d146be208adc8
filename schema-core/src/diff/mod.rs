//! Compares two schemas that `dialect` has normalised, and says what differs.
//!
//! Knows no engine: after normalisation, equal means equal. It must not decide how, or in which order, a change is made.

mod change;
mod describe;
mod enum_type;
mod firing;
mod objects;
mod rename;
mod rights;
mod table;

pub use change::{Change, Changes, DataLoss, ObjectChange, Rename, RenameTime, TableChange, TypeKind};
pub use describe::describe;
pub use rename::{
    RenameCandidate, RenameError, RenameRequest, RenameRules, RenameSubject, apply, candidates, resolve,
};

use crate::model::{DatabaseSchema, Object, QualifiedName, Rights, Table};
pub(crate) use rename::rename_right;
pub use rights::{RightChange, changes as right_changes, grantee, later_grantee};
pub(crate) use rights::{objects_of, schema_of};
use std::collections::BTreeMap;
pub(crate) use table::diff as table_changes;

/// The three schemas that a difference is made from.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// What the database holds.
    pub current: &'a DatabaseSchema,
    /// The same after the renames.
    pub renamed: &'a DatabaseSchema,
    /// What it shall hold, normalised against `renamed`.
    pub desired: &'a DatabaseSchema,
    /// The objects of `renamed` that are known by their statements alone, without those that go with a table.
    pub kept: &'a [Object],
    /// The rights that the desired objects have before any is granted or revoked.
    pub rights: &'a Rights,
}

/// What turns the current schema into the desired one.
///
/// Everything that a schema holds is compared; an empty result means equal.
#[must_use]
pub fn diff(pair: Pair<'_>, renames: Vec<Rename>) -> Changes {
    let DatabaseSchema {
        namespaces,
        tables,
        enums,
        views,
        triggers,
        objects: other_objects,
        rights,
        said: _,
    } = pair.desired;
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
        pairs(
            (&pair.current.namespaces, &pair.renamed.namespaces),
            namespaces,
            |object| object.name.clone(),
            String::clone,
        )
        .map(|(before, after)| Change::Namespace { before, after }),
    );
    objects.extend(
        pairs(
            (&pair.current.enums, &pair.renamed.enums),
            enums,
            |object| object.name.clone(),
            |name| name_before(&renames, name),
        )
        .map(|(before, after)| Change::Enum { before, after }),
    );
    objects.extend(
        pairs(
            (&pair.current.views, &pair.renamed.views),
            views,
            |view| view.name.clone(),
            QualifiedName::clone,
        )
        .map(|(before, after)| Change::View { before, after }),
    );
    let changed: Vec<_> = pairs(
        (&pair.current.triggers, &pair.renamed.triggers),
        triggers,
        |trigger| trigger.name.clone(),
        String::clone,
    )
    .collect();
    let names = changed.iter().filter_map(|(before, after)| after.as_ref().or(before.as_ref()));
    let moved =
        firing::moved(&pair.renamed.triggers, triggers, &names.map(|trigger| trigger.name.clone()).collect());
    let moved = moved.into_iter().map(|after| {
        let before = pair.current.triggers.iter().find(|before| before.name == after.name);
        (before.cloned(), Some(after.clone()))
    });
    objects.extend(changed.into_iter().chain(moved).map(|(before, after)| Change::Trigger { before, after }));
    objects.extend(objects::changes(pair.kept, other_objects).into_iter().map(Change::Object));
    objects.extend(rights::changes(pair.rights, rights).into_iter().map(Change::Right));
    Changes { renames, rename_time: RenameTime::First, objects }
}

/// What an enum type was called before the renames.
fn name_before(renames: &[Rename], name: &QualifiedName) -> QualifiedName {
    renames.iter().rev().fold(name.clone(), |name, rename| match rename {
        Rename::Type { kind: _, from, to } if *to == name => from.clone(),
        Rename::Type { .. }
        | Rename::Table { .. }
        | Rename::Column { .. }
        | Rename::Value { .. }
        | Rename::EnumValue { .. }
        | Rename::Attribute { .. }
        | Rename::OnTable { .. }
        | Rename::Index { .. }
        | Rename::Constraint { .. } => name,
    })
}

/// The objects of one kind that differ, each before and after.
///
/// What is compared is the object after the renames; `before` is the object as the database has it, before any rename changed its name or text.
/// `key_before` tells what a key was before the renames.
fn pairs<T: Clone + PartialEq, K: Ord>(
    (current, renamed): (&[T], &[T]),
    desired: &[T],
    key: impl Fn(&T) -> K,
    key_before: impl Fn(&K) -> K,
) -> impl Iterator<Item = (Option<T>, Option<T>)> {
    let originals: BTreeMap<K, &T> = current.iter().map(|object| (key(object), object)).collect();
    let mut found: BTreeMap<K, &T> = renamed.iter().map(|object| (key(object), object)).collect();
    let original = |key: &K| originals.get(&key_before(key)).map(|object| (*object).clone());
    let mut pairs = Vec::new();
    for object in desired {
        let key = key(object);
        match found.remove(&key) {
            Some(compared) if compared == object => {}
            Some(_) => pairs.push((original(&key), Some(object.clone()))),
            None => pairs.push((None, Some(object.clone()))),
        }
    }
    pairs.extend(found.keys().map(|key| (original(key), None)));
    pairs.into_iter()
}
