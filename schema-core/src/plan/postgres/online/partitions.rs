//! Indexes and keys of partitioned tables: each partition gets its part beside reads and writes; then one statement makes the whole, and takes the parts that it
//! finds. A partition that the script does not know gets its part by that statement, so that no index is left without one.
//!
//! The server takes whatever index a partition has that is like the one that it would build, and a key where that index belongs to one.
//! <https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/commands/indexcmds.c>, `DefineIndex`

use super::super::constraints::Constraint;
use super::super::detached_partitions::moves;
use super::super::partition_indexes::{Keyed, own_names};
use super::super::script::{Phase, Script};
use super::super::work::{Staying, Work};
use super::super::{comments, indexes as plain_indexes};
use super::{KeyIndex, Online, all_at_end, brief, indexes, is_rewritten, named, place};
use crate::dialect::Scope;
use crate::dialect::postgres::quote_name;
use crate::model::{DatabaseSchema, Index, ObjectKind, Partition, PrimaryKey, QualifiedName, Table, Unique};
use crate::sql::{Hazard, Statement};
use std::collections::BTreeSet;

/// An index, or a key, which an index keeps, with parts that are built one by one.
pub(in super::super) trait WithParts: Keyed {
    /// The table with nothing but this, under a name.
    fn alone(&self, table: &Table, name: &str) -> Table;

    fn of_table(table: &Table) -> Option<&Self>;

    /// The index to be built.
    fn to_build(&self) -> Index;

    /// Gives its name to the index that was built; none where that has it.
    fn take(&self, table: &Table, built: &str) -> Option<Statement>;

    /// The lock in which it is made from its parts.
    const LOCK: &'static str;

    /// The comment on it.
    fn say(&self, table: &QualifiedName) -> Option<Statement>;
}

impl WithParts for Index {
    const LOCK: &'static str = "SHARE";

    fn alone(&self, table: &Table, name: &str) -> Table {
        Table { indexes: vec![Index { name: Some(name.to_owned()), ..self.clone() }], ..named(table) }
    }

    fn of_table(table: &Table) -> Option<&Self> {
        table.indexes.first()
    }

    fn to_build(&self) -> Index {
        self.clone()
    }

    fn take(&self, table: &Table, built: &str) -> Option<Statement> {
        let name = self.name.as_deref().unwrap_or_default();
        (name != built).then(|| indexes::rename(&table.name, built, name))
    }

    fn say(&self, table: &QualifiedName) -> Option<Statement> {
        let comment = self.comment.as_deref()?;
        let name = self.name.clone().unwrap_or_default();
        Some(comments::on_index(&QualifiedName { schema: table.schema.clone(), name }, Some(comment)))
    }
}

/// The same for keys.
macro_rules! key {
    ($type:ident, $field:ident, $into:path, $index:path) => {
        impl WithParts for $type {
            const LOCK: &'static str = "ACCESS EXCLUSIVE";

            fn alone(&self, table: &Table, name: &str) -> Table {
                let key = $type { name: Some(name.to_owned()), ..self.clone() };
                Table { $field: $into(key), ..named(table) }
            }

            fn of_table(table: &Table) -> Option<&Self> {
                table.$field.iter().next()
            }

            fn to_build(&self) -> Index {
                $index(self).index
            }

            fn take(&self, table: &Table, built: &str) -> Option<Statement> {
                let name = self.name.as_deref().unwrap_or_default();
                let kind = <$type as Constraint>::KIND;
                let take = Statement::new(
                    format!("add the {kind} `{name}` of `{}`, which takes the index `{built}`", table.name),
                    format!("ALTER TABLE {} {}", quote_name(&table.name), $index(self).add(name, built)),
                );
                Some(take.locking(brief("ACCESS EXCLUSIVE", &place(table))))
            }

            fn say(&self, table: &QualifiedName) -> Option<Statement> {
                let comment = self.comment.as_deref()?;
                Some(comments::on_constraint(table, self.name.as_ref(), Some(comment)))
            }
        }
    };
}

key!(PrimaryKey, primary_key, Some, KeyIndex::of_primary_key);
key!(Unique, uniques, one, KeyIndex::of_unique);

fn one<T>(object: T) -> Vec<T> {
    vec![object]
}

/// The part that a partition has of an index or key.
struct Part<'a> {
    table: &'a Table,
    name: String,
    /// What it is a part of.
    whole: String,
}

impl<'a> Online<'a> {
    /// The partitioned tables whose partitions can get their parts one by one.
    pub(super) fn can_be_built_in_parts(work: &Work<'a>, table: &Staying<'a>) -> bool {
        let schemas = [work.path.before, work.path.after];
        // Nothing says here which of them are partitions.
        let has_foreign_tables = schemas
            .iter()
            .any(|schema| schema.objects.iter().any(|object| object.id.kind == ObjectKind::ForeignTable));
        table.after.partition_by.is_some() && !has_foreign_tables && parts_can_be_built(work, table)
    }

    /// Whether an index or key that comes can be built in parts, or needs none.
    pub(super) fn parts_are_free<T: WithParts>(
        &self,
        work: &Work<'_>,
        table: &Staying<'_>,
        object: &T,
    ) -> bool {
        if table.after.partition_by.is_none() {
            return true;
        }
        let Some(name) = object.key_name() else { return false };
        let parts = parts(work, table.after, name, object);
        let others = other_parts(work, table, name);
        parts.iter().all(|part| {
            let relation = (part.table.name.schema.as_deref(), part.name.as_str());
            // The server names the parts of partitions that have partitions.
            let has_usual_name =
                part.table.partition_by.is_none() || part.name == object.usual_name(part.table);
            let is_free = !self.before.contains(&relation) || is_part_before(work, part);
            has_usual_name && is_free && !others.contains(&(&part.table.name, part.name.clone()))
        })
    }

    /// Builds the parts of an index or key that comes to a partitioned table, and makes the whole of them.
    pub(super) fn build_in_parts<T: WithParts>(
        &self,
        work: &Work<'_>,
        table: &Staying<'_>,
        object: &T,
        hazards: &[Hazard],
        script: &mut Script,
    ) {
        let name = object.key_name().unwrap_or_default();
        let parts = parts(work, table.after, name, object);
        let of_parts = parts.iter().map(|part| object.alone(part.table, &part.name));
        let mut ends =
            all_at_end(work, [object.alone(table.after, name)].into_iter().chain(of_parts).collect());
        ends.reverse();
        let Some(whole) = ends.pop() else { return };
        for (part, end) in parts.iter().zip(ends.iter().rev()) {
            let Some(own) = T::of_table(end).filter(|_| part.table.partition_by.is_none()) else { continue };
            let name = own.key_name().unwrap_or_default();
            let (built, replaces) = match is_part_before(work, part) {
                true => (self.temporary(part.table, &part.name, "new"), Some(name)),
                false => (name.to_owned(), None),
            };
            let build = indexes::build(&end.name, &own.to_build(), &built, replaces, hazards);
            script.push(Phase::BuildOnline, build);
            script.extend(Phase::TakePlace, own.take(end, &built));
        }
        if let Some(own) = T::of_table(&whole) {
            let create = own.create(&whole.name, own.key_name().unwrap_or_default(), false);
            let lock = format!(
                "{} on {} for a moment; the indexes of the partitions are taken as they are",
                T::LOCK,
                place(&whole)
            );
            script.push(Phase::TakePlace, create.locking(lock));
            script.extend(Phase::FinishPlaces, own.say(&whole.name));
        }
    }
}

/// The partitions of a table that have no partitions of their own.
pub(super) fn leaves<'a>(work: &Work<'a>, table: &Table) -> Vec<&'a Table> {
    let partitions = work.inheritance_after.partitions(&table.name).into_iter();
    partitions
        .flat_map(|(partition, _)| match partition.partition_by {
            Some(_) => leaves(work, partition),
            None => vec![partition],
        })
        .collect()
}

/// Whether a table has the same partitions before and after, at each level.
pub(super) fn partitions_stay(work: &Work<'_>, table: &Staying<'_>) -> bool {
    let before = work.inheritance_before.partitions(&table.before.name);
    let after = work.inheritance_after.partitions(&table.after.name);
    let names = |partitions: &[(&Table, &Partition)]| -> BTreeSet<QualifiedName> {
        partitions.iter().map(|(partition, _)| partition.name.clone()).collect()
    };
    names(&before) == names(&after)
        && after.iter().all(|(partition, _)| {
            work.staying(&partition.name).is_some_and(|partition| {
                !moves(partition.before.partition_of.as_ref(), partition.after.partition_of.as_ref())
                    && (partition.after.partition_by.is_none() || partitions_stay(work, partition))
            })
        })
}

/// Whether all partitions are known, and have nothing of their own that would be in the way of their parts.
fn parts_can_be_built(work: &Work<'_>, table: &Staying<'_>) -> bool {
    let is_plain = |partition: &Table| {
        let place = partition.partition_of.as_ref();
        let own = own_names(partition);
        partition.options.replica_identity.as_deref().and_then(plain_indexes::of_replica_identity).is_none()
            && place.is_none_or(|place| {
                place.lacking.is_empty() && !place.names.values().any(|name| own.contains(&name.as_str()))
            })
    };
    are_known(work, table)
        && partitions_stay(work, table)
        && work.inheritance_after.partitions(&table.after.name).into_iter().all(|(partition, _)| {
            work.staying(&partition.name).is_some_and(|partition| {
                is_plain(partition.before)
                    && is_plain(partition.after)
                    && !is_rewritten(partition, |_| false)
                    && (partition.after.partition_by.is_none() || parts_can_be_built(work, partition))
            })
        })
}

/// Whether all databases that the script is for have these partitions: models say them, or there is one database.
fn are_known(work: &Work<'_>, table: &Staying<'_>) -> bool {
    let all_are_said =
        |schema: &DatabaseSchema| schema.said.partitioned.get(&table.after.name) == Some(&true);
    match work.path.scope {
        Scope::Database => true,
        Scope::Models => all_are_said(work.path.before) || all_are_said(work.path.after),
    }
}

/// The parts of an index or key, each before those of its own partitions.
fn parts<'a, T: WithParts>(work: &Work<'a>, table: &Table, name: &str, object: &T) -> Vec<Part<'a>> {
    let mut all = Vec::new();
    for (partition, place) in work.inheritance_after.partitions(&table.name) {
        let own = place.names.get(name).cloned().unwrap_or_else(|| object.usual_name(partition));
        let below = parts(work, partition, &own, object);
        all.push(Part { table: partition, name: own, whole: name.to_owned() });
        all.extend(below);
    }
    all
}

/// The names of the parts of what else comes to the table.
fn other_parts<'a>(
    work: &Work<'a>,
    table: &Staying<'_>,
    name: &str,
) -> BTreeSet<(&'a QualifiedName, String)> {
    fn add<'a, T: WithParts>(
        work: &Work<'a>,
        table: &Staying<'_>,
        (objects, name): (&[&T], &str),
        names: &mut BTreeSet<(&'a QualifiedName, String)>,
    ) {
        for object in objects {
            if let Some(own) = object.key_name().filter(|own| *own != name) {
                let parts = parts(work, table.after, own, *object);
                names.extend(parts.into_iter().map(|part| (&part.table.name, part.name)));
            }
        }
    }
    let mut names = BTreeSet::new();
    let added = &table.parts;
    add(work, table, (&added.indexes.added, name), &mut names);
    add(work, table, (&added.uniques.added, name), &mut names);
    add(work, table, (&added.primary_key.added, name), &mut names);
    names
}

/// Whether what has the name of a part is the part of what has the name of the whole now.
fn is_part_before(work: &Work<'_>, part: &Part<'_>) -> bool {
    let table = work.inheritance_before.table(&part.table.name);
    let place = table.and_then(|table| table.partition_of.as_ref());
    place.is_some_and(|place| place.names.get(&part.whole) == Some(&part.name))
}
