//! Which indexes and keys are built beside reads and writes. One depends on the other: where what tells rows apart now cannot stay until what follows it is there,
//! both change in one transaction, so that rows are told apart at every moment.

use super::super::work::{Staying, Work};
use super::keys::OnlineKey as _;
use super::{Built, KeyIndex, Online};
use crate::model::{PrimaryKey, Unique};
use std::collections::BTreeSet;

impl<'a> Online<'a> {
    /// The names of what is built beside reads and writes on a table.
    pub(super) fn coming_to(&self, work: &Work<'_>, table: &Staying<'a>) -> BTreeSet<&'a str> {
        let parts = &table.parts;
        let indexes = parts.indexes.added.iter().filter(|index| self.parts_are_free(work, table, **index));
        let indexes = indexes.map(|index| (index.name.as_deref(), Built::of(index)));
        let keys: Vec<(Option<&str>, KeyIndex)> =
            self.primary_keys(work, table).chain(self.uniques(work, table)).collect();
        let keys = keys.iter().map(|(name, key)| (*name, Built::of(&key.index)));
        let fits = |(name, built): &(Option<&'a str>, Built<'_>)| {
            name.is_some()
                && self.can_change(table)
                && !self.is_needed_at_once(table, built)
                && self.can_give_way(table, built.name)
        };
        let mut candidates: Vec<(Option<&'a str>, Built<'_>)> = indexes.chain(keys).filter(fits).collect();
        loop {
            let coming: BTreeSet<&'a str> = candidates.iter().filter_map(|(name, _)| *name).collect();
            let count = candidates.len();
            candidates.retain(|(_, built)| self.stay_apart(table, built, &coming));
            if candidates.len() == count {
                return coming;
            }
        }
    }

    /// Whether rows are told apart until an index or key does it: what does so now, and goes, stays until then.
    fn stay_apart(&self, table: &Staying<'_>, built: &Built<'_>, coming: &BTreeSet<&str>) -> bool {
        let parts = &table.parts;
        let stays = |other: &Built<'_>| {
            let does_now = other.is_unique && other.key.iter().all(|column| built.key.contains(column));
            let is_taken = self.after.contains(&(table.after.name.schema.as_deref(), other.name));
            !does_now || self.can_stay(table, other) && (!is_taken || coming.contains(other.name))
        };
        let is_coming = |key: &&PrimaryKey| key.name.as_deref().is_some_and(|name| coming.contains(name));
        // There is one primary key at a time.
        let key_may_wait = parts.primary_key.added.iter().all(is_coming);
        let key_stays = |key: &&PrimaryKey| {
            let KeyIndex { index, .. } = KeyIndex::of_primary_key(key);
            let other = Built::of(&index);
            stays(&other) && (key_may_wait || !other.key.iter().all(|column| built.key.contains(column)))
        };
        !built.is_unique
            || parts.indexes.dropped.iter().all(|index| stays(&Built::of(index)))
                && parts.uniques.dropped.iter().all(|key| stays(&Built::of(&KeyIndex::of_unique(key).index)))
                && parts.primary_key.dropped.iter().all(key_stays)
    }

    fn primary_keys(
        &self,
        work: &Work<'_>,
        table: &Staying<'a>,
    ) -> impl Iterator<Item = (Option<&'a str>, KeyIndex)> {
        let mut added: Vec<&'a PrimaryKey> = match PrimaryKey::may_be_needed(work, table) {
            true => Vec::new(),
            false => table.parts.primary_key.added.clone(),
        };
        added.retain(|key| self.parts_are_free(work, table, *key));
        added.into_iter().map(|key| (key.name.as_deref(), KeyIndex::of_primary_key(key)))
    }

    fn uniques(
        &self,
        work: &Work<'_>,
        table: &Staying<'a>,
    ) -> impl Iterator<Item = (Option<&'a str>, KeyIndex)> {
        let mut added: Vec<&'a Unique> = table.parts.uniques.added.clone();
        added.retain(|unique| self.parts_are_free(work, table, *unique));
        added.into_iter().map(|unique| (unique.name.as_deref(), KeyIndex::of_unique(unique)))
    }
}
