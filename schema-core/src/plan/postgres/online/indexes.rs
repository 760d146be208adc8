//! Indexes that are built, replaced and dropped beside reads and writes.

use super::super::script::{Phase, Script};
use super::super::work::{Staying, Work};
use super::super::{comments, indexes};
use super::{Built, KeyIndex, Online, at_end, brief, is_about_changes, named, place, refusals};
use crate::dialect::postgres::render::IndexBuild;
use crate::dialect::postgres::{quote, quote_name, render};
use crate::model::{Index, QualifiedName, Table};
use crate::sql::{Hazard, Statement};
use std::collections::BTreeSet;

impl Online<'_> {
    /// Whether an index or key of this name comes to the table, and is built beside reads and writes.
    pub(super) fn comes(&self, table: &Staying<'_>, name: &str) -> bool {
        self.coming.get(&table.after.name).is_some_and(|names| names.contains(name))
    }

    /// Whether what has the name can stay until what replaces it is there: in one transaction the one goes and the other comes, so that the comment and the
    /// settings of the one can be given to the other.
    pub(super) fn can_give_way(&self, table: &Staying<'_>, name: &str) -> bool {
        let has_name = |own: Option<&String>| own.is_some_and(|own| own == name);
        let parts = &table.parts;
        let mut indexes = parts.indexes.dropped.iter().filter(|index| has_name(index.name.as_ref()));
        let keys = parts.primary_key.dropped.iter().filter(|key| has_name(key.name.as_ref()));
        let uniques = parts.uniques.dropped.iter().filter(|unique| has_name(unique.name.as_ref()));
        let mut keys = keys
            .map(|key| KeyIndex::of_primary_key(key))
            .chain(uniques.map(|unique| KeyIndex::of_unique(unique)));
        indexes.all(|index| self.can_stay(table, &Built::of(index)))
            && keys.all(|key| self.can_stay(table, &Built::of(&key.index)))
    }

    /// Whether an index or key that goes stays until everything else is done.
    pub(super) fn can_wait(&self, table: &Staying<'_>, built: &Built<'_>) -> bool {
        let is_taken = self.after.contains(&(table.after.name.schema.as_deref(), built.name));
        self.can_stay(table, built) && (!is_taken || self.comes(table, built.name))
    }

    /// Whether nothing else that the script does is in the way of an index, and the other way round.
    pub(super) fn can_stay(&self, table: &Staying<'_>, built: &Built<'_>) -> bool {
        let may_lose = built.needs_objects && self.loses_objects;
        self.can_change(table)
            && !self.is_needed_at_once(table, built)
            && !is_about_changes(table, &built.columns, &built.texts)
            && !may_lose
    }

    pub(super) fn can_change(&self, table: &Staying<'_>) -> bool {
        let is_partitioned = table.before.partition_by.is_some() || table.after.partition_by.is_some();
        self.is_for(table)
            && !self.is_rewritten(table)
            && (!is_partitioned || self.in_parts.contains(&table.after.name))
    }

    /// Whether foreign keys refer to it, or replicas know rows by it.
    pub(super) fn is_needed_at_once(&self, table: &Staying<'_>, built: &Built<'_>) -> bool {
        let columns: BTreeSet<&str> = built.key.iter().copied().collect();
        let identifies = |table: &Table| {
            let identity = table.options.replica_identity.as_deref();
            identity.and_then(indexes::of_replica_identity).is_some_and(|index| index == built.name)
        };
        built.is_unique && self.is_referenced(table, &columns)
            || identifies(table.before)
            || identifies(table.after)
    }

    /// An index that comes; no where its plain form fits better.
    pub(in super::super) fn create_index(
        &self,
        work: &Work<'_>,
        table: &Staying<'_>,
        index: &Index,
        hazards: &[Hazard],
        script: &mut Script,
    ) -> bool {
        let built = Built::of(index);
        // What is in the way of a change for a while comes back with it.
        if !table.parts.indexes.added.contains(&index) || !self.comes(table, built.name) {
            return false;
        }
        if table.after.partition_by.is_some() {
            self.build_in_parts(work, table, index, hazards, script);
            return true;
        }
        let end = at_end(work, Table { indexes: vec![index.clone()], ..named(table.after) });
        let Some(index) = end.indexes.first() else { return false };
        let name = index.name.as_deref().unwrap_or_default();
        if self.gives_way(table, built.name) {
            let temporary = self.temporary(table.after, built.name, "new");
            script.push(Phase::BuildOnline, build(&end.name, index, &temporary, Some(name), hazards));
            script.push(Phase::TakePlace, rename(&end.name, &temporary, name));
        } else {
            script.push(Phase::BuildOnline, build(&end.name, index, name, None, hazards));
        }
        if index.comment.is_some() {
            let name = QualifiedName { schema: end.name.schema.clone(), name: name.to_owned() };
            script.push(Phase::FinishPlaces, comments::on_index(&name, index.comment.as_deref()));
        }
        true
    }

    /// An index that goes; no where its plain form fits better.
    pub(in super::super) fn drop_index(
        &self,
        work: &Work<'_>,
        table: &Staying<'_>,
        index: &Index,
        script: &mut Script,
    ) -> bool {
        let built = Built::of(index);
        if !self.index_waits(table, index) {
            return false;
        }
        let end = at_end(work, named(table.after));
        if end.partition_by.is_some() {
            let drop = Statement::new(
                format!("drop the index `{}` of `{}`", built.name, end.name),
                format!("DROP INDEX {}", quote_name(&beside(&end.name, built.name))),
            );
            script.push(Phase::GiveWay, drop.locking(brief("ACCESS EXCLUSIVE", &place(&end))));
            return true;
        }
        let mut name = built.name.to_owned();
        if self.comes(table, built.name) {
            name = self.temporary(table.after, built.name, "old");
            script.push(Phase::GiveWay, rename(&end.name, built.name, &name));
        }
        let statement = Statement::new(
            format!("drop the index `{name}` of `{}`", end.name),
            format!("DROP INDEX CONCURRENTLY {}", quote_name(&beside(&end.name, &name))),
        );
        let lock = format!(
            "SHARE UPDATE EXCLUSIVE on `{}`: reads and writes go on; it waits for transactions that use the table",
            end.name
        );
        script.push(Phase::DropOnline, statement.locking(lock).outside_transaction());
        true
    }

    fn index_waits(&self, table: &Staying<'_>, index: &Index) -> bool {
        table.parts.indexes.dropped.contains(&index) && self.can_wait(table, &Built::of(index))
    }

    /// Whether an index or key of this table has the name until what replaces it is there.
    pub(super) fn gives_way(&self, table: &Staying<'_>, name: &str) -> bool {
        let mut dropped = table.parts.indexes.dropped.iter();
        dropped.any(|index| index.name.as_deref() == Some(name) && self.index_waits(table, index))
            || self.key_gives_way(table, name)
    }
}

/// CREATE INDEX CONCURRENTLY.
pub(super) fn build(
    table: &QualifiedName,
    index: &Index,
    name: &str,
    replaces: Option<&str>,
    hazards: &[Hazard],
) -> Statement {
    let replaces = replaces.map(|other| format!(", which takes the place of `{other}`")).unwrap_or_default();
    let index = Index { name: Some(name.to_owned()), ..index.clone() };
    let statement = Statement::new(
        format!("create the index `{name}` on `{table}`{replaces}"),
        render::create_index(table, &index, IndexBuild::Concurrently),
    );
    let lock = format!(
        "SHARE UPDATE EXCLUSIVE on `{table}`: reads and writes go on; DDL and VACUUM of it wait until the index is built"
    );
    statement.locking(lock).with_hazards(refusals(hazards.to_vec())).outside_transaction()
}

/// ALTER INDEX RENAME.
pub(super) fn rename(table: &QualifiedName, from: &str, to: &str) -> Statement {
    let statement = Statement::new(
        format!("rename the index `{from}` of `{table}` to `{to}`"),
        format!("ALTER INDEX {} RENAME TO {}", quote_name(&beside(table, from)), quote(to)),
    );
    statement.locking(brief("SHARE UPDATE EXCLUSIVE", &format!("`{}`", beside(table, from))))
}

/// An index lives in the schema of its table.
fn beside(table: &QualifiedName, name: &str) -> QualifiedName {
    QualifiedName { schema: table.schema.clone(), name: name.to_owned() }
}
