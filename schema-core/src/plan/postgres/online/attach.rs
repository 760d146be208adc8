//! Tables that become partitions, and partitions that become tables of their own, while others read and write the rows of the partitioned table.

use super::super::detached_partitions::moves;
use super::super::parts::Parts;
use super::super::script::{Phase, Script};
use super::super::work::{Staying, Work};
use super::super::{constraints, options};
use super::{Online, at_end, bounds, brief, named, place, refusals, scanning, short};
use crate::dialect::postgres::expression::mentions;
use crate::dialect::postgres::usual_part;
use crate::diff::RenameTime;
use crate::model::{Check, DatabaseSchema, Partition, QualifiedName, Table};
use crate::sql::Hazard;
use std::collections::BTreeSet;

/// Whether a table can become a partition when all else is done, with a CHECK that proves that its rows belong there.
pub(super) fn can_attach<'a>(work: &Work<'a>, table: &Staying<'a>) -> bool {
    let (None, Some(to)) = (&table.before.partition_of, &table.after.partition_of) else { return false };
    bounds::of(to, &work.inheritance_after).is_some() && is_the_only_move(work, table, to)
}

/// Whether a partition can leave when all else is done. The server leaves a CHECK on it that says which rows it had, and names that itself.
pub(super) fn can_detach<'a>(work: &Work<'a>, table: &Staying<'a>) -> bool {
    let (Some(from), None) = (&table.before.partition_of, &table.after.partition_of) else { return false };
    let Some(bound) = bounds::of(from, &work.inheritance_before) else { return false };
    // Where another CHECK says the same, the server adds none.
    let is_said = table
        .before
        .checks
        .iter()
        .any(|check| bound.columns.iter().any(|name| mentions(&check.expression, name)));
    let name = left_behind(table.before, &bound.columns);
    let schemas = [work.path.before, work.path.after, work.path.finish];
    let is_taken =
        schemas.iter().any(|schema| constraint_names(schema, &table.before.name).contains(name.as_str()));
    let is_renamed = work.changes.rename_time == RenameTime::Last && !work.changes.renames.is_empty();
    nothing_else_changes(table) && !is_renamed && !is_said && !is_taken && is_the_only_move(work, table, from)
}

fn nothing_else_changes(table: &Staying<'_>) -> bool {
    let Parts {
        primary_key,
        uniques,
        checks,
        exclusions,
        foreign_keys,
        indexes,
        partition_of: _,
        inherits,
        options,
        comment,
    } = &table.parts;
    table.before.columns == table.after.columns
        && table.column_actions.is_empty()
        && primary_key.is_empty()
        && uniques.is_empty()
        && checks.is_empty()
        && exclusions.is_empty()
        && foreign_keys.is_empty()
        && indexes.is_empty()
        && inherits.is_none()
        && options.is_none()
        && comment.is_none()
}

/// Whether nothing else comes to the partitioned table or leaves it, and it has no default partition, whose rows would be in question.
fn is_the_only_move(work: &Work<'_>, table: &Staying<'_>, at: &Partition) -> bool {
    let partitions = |schema: &'_ DatabaseSchema| -> BTreeSet<(QualifiedName, String)> {
        let all = schema.tables.iter().filter(|other| other.name != table.after.name);
        let places = all.filter_map(|other| Some((other.name.clone(), other.partition_of.as_ref()?)));
        places
            .filter(|(_, place)| place.parent == at.parent)
            .map(|(name, place)| (name, place.bound.clone()))
            .collect()
    };
    let (before, after) = (partitions(work.path.before), partitions(work.path.after));
    let parent_stays = work.staying(&at.parent).is_some_and(|parent| {
        !moves(parent.before.partition_of.as_ref(), parent.after.partition_of.as_ref())
    });
    before == after && parent_stays && before.iter().all(|(_, bound)| bound != "DEFAULT")
}

/// The name of the CHECK that a partition gets when it leaves.
///
/// <https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/commands/tablecmds.c>, `DetachAddConstraintIfNeeded`
fn left_behind(table: &Table, columns: &BTreeSet<&str>) -> String {
    let columns: Vec<&str> = columns.iter().copied().collect();
    let only = (columns.len() == 1).then_some(columns.as_slice());
    usual_part(&table.name.name, only, "check")
}

/// The names of the constraints in the schema of a table, which the server keeps off.
fn constraint_names<'a>(schema: &'a DatabaseSchema, table: &QualifiedName) -> BTreeSet<&'a str> {
    let tables = schema.tables.iter().filter(|other| other.name.schema == table.schema);
    tables
        .flat_map(|table| {
            let checks = table.checks.iter().map(|it| &it.name);
            let keys = table.foreign_keys.iter().map(|it| &it.name);
            let uniques = table.uniques.iter().map(|it| &it.name);
            let exclusions = table.exclusions.iter().map(|it| &it.name);
            let primary_key = table.primary_key.iter().map(|it| &it.name);
            checks.chain(keys).chain(uniques).chain(exclusions).chain(primary_key).flatten()
        })
        .map(String::as_str)
        .collect()
}

impl Online<'_> {
    /// A table that becomes a partition; no where its plain form fits better.
    pub(in super::super) fn attach(
        &self,
        work: &Work<'_>,
        table: &Staying<'_>,
        hazards: &[Hazard],
        script: &mut Script,
    ) -> bool {
        let bound =
            table.after.partition_of.as_ref().and_then(|place| bounds::of(place, &work.inheritance_after));
        let Some(bound) = bound.filter(|_| self.attached.contains(&table.after.name)) else { return false };
        let label = self.temporary(table.after, &table.after.name.name, "partition_check");
        let check = Check { name: Some(label), not_valid: true, ..Check::new(bound.condition) };
        let add = constraints::add(&table.after.name, &check, false);
        script.push(Phase::AddConstraints, add.locking(short("ACCESS EXCLUSIVE", &place(table.after))));
        let end = at_end(work, named(table.after));
        let Some(to) = &end.partition_of else { return false };
        let validate = constraints::validate(&end.name, check.name.as_ref()).locking(scanning(&place(&end)));
        let hazards = refusals(hazards.to_vec());
        script.push(Phase::ValidateOnline, validate.with_hazards(hazards).outside_transaction());
        let lock = format!(
            "SHARE UPDATE EXCLUSIVE on `{}`, ACCESS EXCLUSIVE on {} for a moment; the CHECK has proven that its rows belong there",
            to.parent,
            place(&end)
        );
        script.push(Phase::AttachOnline, options::attach(&end.name, to).locking(lock));
        let drop = constraints::drop(&end.name, "CHECK", check.name.as_ref());
        script.push(Phase::AttachOnline, drop.locking(brief("ACCESS EXCLUSIVE", &place(&end))));
        true
    }

    /// A partition that becomes a table of its own; no where its plain form fits better.
    pub(in super::super) fn detach(&self, work: &Work<'_>, table: &Staying<'_>, script: &mut Script) -> bool {
        let bound =
            table.before.partition_of.as_ref().and_then(|place| bounds::of(place, &work.inheritance_before));
        let Some(bound) = bound.filter(|_| self.detached.contains(&table.after.name)) else { return false };
        let Some(from) = &table.before.partition_of else { return false };
        let name = &table.before.name;
        let mut detach = options::detach(name, from);
        detach.sql.push_str(" CONCURRENTLY");
        let lock = format!(
            "SHARE UPDATE EXCLUSIVE on `{}`: reads and writes go on; it waits for transactions that use the table",
            from.parent
        );
        script.push(Phase::DetachOnline, detach.locking(lock).outside_transaction());
        let label = left_behind(table.before, &bound.columns);
        let drop = constraints::drop(name, "CHECK", Some(&label));
        script.push(Phase::FinishDetached, drop.locking(brief("ACCESS EXCLUSIVE", &place(table.before))));
        true
    }
}
