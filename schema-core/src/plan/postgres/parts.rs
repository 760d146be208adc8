//! The changes of one table, by what they are about.

use crate::diff::TableChange;
use crate::model::{
    Check, Exclusion, ForeignKey, Index, Partition, PrimaryKey, QualifiedName, TableOptions, Unique,
};

/// The objects of one kind that go and come, and those that are dropped and recreated.
#[derive(Clone, Debug)]
pub(super) struct Pairs<'a, T> {
    pub(super) dropped: Vec<&'a T>,
    pub(super) added: Vec<&'a T>,
    /// What stays, but is in the way of something else for a while.
    pub(super) moved: Vec<&'a T>,
}

impl<T> Default for Pairs<'_, T> {
    fn default() -> Self {
        Pairs { dropped: Vec::new(), added: Vec::new(), moved: Vec::new() }
    }
}

impl<'a, T: PartialEq> Pairs<'a, T> {
    /// Whether nothing of the kind changes.
    pub(super) fn is_empty(&self) -> bool {
        self.dropped.is_empty() && self.added.is_empty() && self.moved.is_empty()
    }

    /// Has those that stay dropped and recreated where they are in the way.
    pub(super) fn move_aside(
        &mut self,
        current: impl IntoIterator<Item = &'a T>,
        moves: impl Fn(&T) -> bool,
    ) {
        let moved = current.into_iter().filter(|object| moves(object) && !self.dropped.contains(object));
        self.moved = moved.collect();
    }

    /// Takes out those that differ so little that the old one can become the new one.
    pub(super) fn take_alike(&mut self, alike: impl Fn(&T, &T) -> bool) -> Vec<(&'a T, &'a T)> {
        let (mut taken, added) = (Vec::new(), &mut self.added);
        self.dropped.retain(|old| {
            let Some(place) = added.iter().position(|new| alike(old, new)) else { return true };
            taken.push((*old, added.remove(place)));
            false
        });
        taken
    }

    /// All that goes, for good or for a while.
    pub(super) fn all_gone(&self) -> impl Iterator<Item = &'a T> {
        self.dropped.iter().chain(&self.moved).copied()
    }

    /// All that comes, for the first time or again.
    pub(super) fn all_come(&self) -> impl Iterator<Item = &'a T> {
        self.added.iter().chain(&self.moved).copied()
    }
}

/// Something before and after.
pub(super) type BeforeAndAfter<'a, T> = Option<(&'a T, &'a T)>;

/// The changes of a table but for those of its columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts<'a> {
    pub(super) primary_key: Pairs<'a, PrimaryKey>,
    pub(super) uniques: Pairs<'a, Unique>,
    pub(super) checks: Pairs<'a, Check>,
    pub(super) exclusions: Pairs<'a, Exclusion>,
    pub(super) foreign_keys: Pairs<'a, ForeignKey>,
    pub(super) indexes: Pairs<'a, Index>,
    pub(super) partition_of: BeforeAndAfter<'a, Option<Partition>>,
    pub(super) inherits: BeforeAndAfter<'a, Vec<QualifiedName>>,
    pub(super) options: BeforeAndAfter<'a, TableOptions>,
    pub(super) comment: BeforeAndAfter<'a, Option<String>>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(changes: &'a [TableChange]) -> Self {
        let mut parts = Parts::default();
        for change in changes {
            match change {
                // What becomes of columns is more than the change says.
                TableChange::AddColumn(_)
                | TableChange::DropColumn(_)
                | TableChange::AlterColumn { before: _, after: _ } => {}
                TableChange::PrimaryKey { before, after } => {
                    parts.primary_key.dropped.extend(before);
                    parts.primary_key.added.extend(after);
                }
                TableChange::AddUnique(unique) => parts.uniques.added.push(unique),
                TableChange::DropUnique(unique) => parts.uniques.dropped.push(unique),
                TableChange::AddCheck(check) => parts.checks.added.push(check),
                TableChange::DropCheck(check) => parts.checks.dropped.push(check),
                TableChange::AddForeignKey(key) => parts.foreign_keys.added.push(key),
                TableChange::DropForeignKey(key) => parts.foreign_keys.dropped.push(key),
                TableChange::AddIndex(index) => parts.indexes.added.push(index),
                TableChange::DropIndex(index) => parts.indexes.dropped.push(index),
                TableChange::AddExclusion(exclusion) => parts.exclusions.added.push(exclusion),
                TableChange::DropExclusion(exclusion) => parts.exclusions.dropped.push(exclusion),
                // Such a table is recreated.
                TableChange::PartitionBy { .. } => {}
                TableChange::PartitionOf { before, after } => parts.partition_of = Some((before, after)),
                TableChange::Inherits { before, after } => parts.inherits = Some((before, after)),
                TableChange::Options { before, after } => parts.options = Some((before, after)),
                TableChange::Comment { before, after } => parts.comment = Some((before, after)),
            }
        }
        parts
    }
}
