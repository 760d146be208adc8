//! Primary keys and unique constraints: their index is built first, beside reads and writes, and the constraint takes it.

use super::super::constraints::Constraint;
use super::super::script::{Phase, Script};
use super::super::work::{Staying, Work};
use super::super::{comments, constraints};
use super::{Built, KeyIndex, Online, WithParts, at_end, brief, indexes, named, place};
use crate::dialect::postgres::expression::mentions;
use crate::model::{Index, PrimaryKey, Unique};
use crate::sql::Hazard;

/// A key that an index keeps.
pub(in super::super) trait OnlineKey: Constraint + WithParts {
    /// Whether a table can have several of them.
    const ARE_MANY: bool;

    fn key_index(&self) -> KeyIndex;

    /// The keys that come to a table, and those that go.
    fn added<'a>(table: &'a Staying<'_>) -> &'a [&'a Self];
    fn dropped<'a>(table: &'a Staying<'_>) -> &'a [&'a Self];

    /// Whether a view may need it: one that groups by it takes all columns of the row for grouped.
    fn may_be_needed(work: &Work<'_>, table: &Staying<'_>) -> bool;
}

impl OnlineKey for PrimaryKey {
    const ARE_MANY: bool = false;

    fn key_index(&self) -> KeyIndex {
        KeyIndex::of_primary_key(self)
    }

    fn added<'a>(table: &'a Staying<'_>) -> &'a [&'a Self] {
        &table.parts.primary_key.added
    }

    fn dropped<'a>(table: &'a Staying<'_>) -> &'a [&'a Self] {
        &table.parts.primary_key.dropped
    }

    fn may_be_needed(work: &Work<'_>, table: &Staying<'_>) -> bool {
        let groups = |text: &str| {
            mentions(text, "group")
                && [table.before, table.after].iter().any(|it| mentions(text, &it.name.name))
        };
        [work.path.before, work.path.after].iter().any(|schema| {
            schema.views.iter().any(|view| groups(&view.query))
                || schema.objects.iter().any(|object| object.definition.as_deref().is_some_and(groups))
        })
    }
}

impl OnlineKey for Unique {
    const ARE_MANY: bool = true;

    fn key_index(&self) -> KeyIndex {
        KeyIndex::of_unique(self)
    }

    fn added<'a>(table: &'a Staying<'_>) -> &'a [&'a Self] {
        &table.parts.uniques.added
    }

    fn dropped<'a>(table: &'a Staying<'_>) -> &'a [&'a Self] {
        &table.parts.uniques.dropped
    }

    fn may_be_needed(_: &Work<'_>, _: &Staying<'_>) -> bool {
        false
    }
}

impl Online<'_> {
    /// A key that comes; no where its plain form fits better.
    pub(in super::super) fn add_key<T: OnlineKey>(
        &self,
        work: &Work<'_>,
        table: &Staying<'_>,
        key: &T,
        hazards: &[Hazard],
        script: &mut Script,
    ) -> bool {
        if !T::added(table).contains(&key) || !self.key_comes(table, key) {
            return false;
        }
        let own = key.name().map(String::as_str).unwrap_or_default();
        if table.after.partition_by.is_some() {
            self.build_in_parts(work, table, key, hazards, script);
            return true;
        }
        let end = at_end(work, key.alone(table.after, own));
        let Some(key_at_end) = T::of_table(&end) else { return false };
        let key_index = key_at_end.key_index();
        let name = key_index.index.name.as_deref().unwrap_or_default();
        let (built, replaces) = match self.gives_way(table, own) {
            true => (self.temporary(table.after, own, "new"), Some(name)),
            false => (name.to_owned(), None),
        };
        script
            .push(Phase::BuildOnline, indexes::build(&end.name, &key_index.index, &built, replaces, hazards));
        script.extend(Phase::TakePlace, key_at_end.take(&end, &built));
        let old = T::dropped(table).iter().find(|old| old.name() == key.name());
        if key.comment().is_some() && old.is_none_or(|old| old.comment() != key.comment()) {
            let comment = comments::on_constraint(&end.name, key_at_end.name(), key_at_end.comment());
            script.push(Phase::FinishPlaces, comment);
        }
        true
    }

    /// A key that goes when the one that replaces it is there; no where nothing replaces it, or its plain form fits better.
    pub(in super::super) fn drop_key<T: OnlineKey>(
        &self,
        work: &Work<'_>,
        table: &Staying<'_>,
        key: &T,
        script: &mut Script,
    ) -> bool {
        if !self.key_waits(table, key) {
            return false;
        }
        let end = at_end(work, named(table.after));
        let drop = constraints::drop(&end.name, T::KIND, key.name());
        script.push(Phase::GiveWay, drop.locking(brief("ACCESS EXCLUSIVE", &place(&end))));
        true
    }

    /// Whether a key that comes is built beside reads and writes.
    pub(super) fn key_comes<T: OnlineKey>(&self, table: &Staying<'_>, key: &T) -> bool {
        key.name().is_some_and(|name| self.comes(table, name))
    }

    pub(super) fn key_waits<T: OnlineKey>(&self, table: &Staying<'_>, key: &T) -> bool {
        let KeyIndex { index, .. } = key.key_index();
        T::dropped(table).contains(&key)
            && self.is_followed(table, key.name())
            && (T::ARE_MANY || T::added(table).iter().all(|other| self.key_comes(table, *other)))
            && self.can_wait(table, &Built::of(&index))
    }

    /// Whether anything comes beside reads and writes that tells rows apart, or has the name of the key that goes.
    fn is_followed(&self, table: &Staying<'_>, name: Option<&String>) -> bool {
        let parts = &table.parts;
        let follows = |index: &Index| {
            let own = index.name.as_ref();
            (index.unique || own == name) && own.is_some_and(|own| self.comes(table, own))
        };
        parts.indexes.added.iter().any(|index| follows(index))
            || parts.uniques.added.iter().any(|unique| self.key_comes(table, *unique))
            || parts.primary_key.added.iter().any(|key| self.key_comes(table, *key))
    }

    pub(super) fn key_gives_way(&self, table: &Staying<'_>, name: &str) -> bool {
        fn waits<T: OnlineKey>(online: &Online<'_>, table: &Staying<'_>, name: &str) -> bool {
            T::dropped(table)
                .iter()
                .any(|key| key.name().is_some_and(|own| own == name) && online.key_waits(table, *key))
        }
        waits::<PrimaryKey>(self, table, name) || waits::<Unique>(self, table, name)
    }
}
