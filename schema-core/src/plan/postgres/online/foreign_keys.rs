//! Foreign keys, which hold for new rows at once, and for those that are there when they are validated.

use super::super::script::{Phase, Script};
use super::super::work::{Staying, Work};
use super::super::{comments, constraints, foreign_keys as plain, hazard};
use super::{all_at_end, at_end, leaves, named, place, refusals, scanning, short};
use crate::model::{ForeignKey, Table};

/// ADD FOREIGN KEY without a look at the rows, and the look at them.
pub(super) fn add(work: &Work<'_>, table: &Staying<'_>, key: &ForeignKey, script: &mut Script) {
    let unvalidated = ForeignKey { not_valid: true, ..key.clone() };
    let name = &table.after.name;
    let lock = match key.references == *name {
        true => short("SHARE ROW EXCLUSIVE", &place(table.after)),
        false => format!(
            "SHARE ROW EXCLUSIVE on `{name}` and `{}` for a moment; the rows that are there are checked below",
            key.references
        ),
    };
    script.push(Phase::AddForeignKeys, plain::add(name, &unvalidated).locking(lock));
    validate(work, table, key, script);
}

/// VALIDATE of a foreign key.
pub(in super::super) fn validate(
    work: &Work<'_>,
    table: &Staying<'_>,
    key: &ForeignKey,
    script: &mut Script,
) {
    let end = at_end(work, Table { foreign_keys: vec![key.clone()], ..named(table.after) });
    let label = end.foreign_keys.first().and_then(|key| key.name.as_ref());
    let validate = constraints::validate(&end.name, label).locking(scanning(&place(&end)));
    let hazards = refusals(hazard::of_foreign_key(table, key));
    script.push(Phase::ValidateOnline, validate.with_hazards(hazards).outside_transaction());
}

/// Adds it to each partition, has the rows of each checked, and then adds it to the table, which takes those of the partitions: no row is read again.
pub(super) fn add_in_parts(work: &Work<'_>, table: &Staying<'_>, key: &ForeignKey, script: &mut Script) {
    let unvalidated = ForeignKey { not_valid: true, comment: None, ..key.clone() };
    let leaves = leaves(work, table.after);
    for leaf in &leaves {
        let lock = format!(
            "SHARE ROW EXCLUSIVE on `{}` and `{}` for a moment; the rows that are there are checked below",
            leaf.name, key.references
        );
        script.push(Phase::AddForeignKeys, plain::add(&leaf.name, &unvalidated).locking(lock));
    }
    let alone = |table: &Table| Table { foreign_keys: vec![key.clone()], ..named(table) };
    let mut ends = all_at_end(work, [table.after].into_iter().chain(leaves).map(alone).collect()).into_iter();
    let Some(whole) = ends.next() else { return };
    let hazards = refusals(hazard::of_foreign_key(table, key));
    for leaf in ends {
        let label = leaf.foreign_keys.first().and_then(|key| key.name.as_ref());
        let validate = constraints::validate(&leaf.name, label).locking(scanning(&place(&leaf)));
        script.push(Phase::ValidateOnline, validate.with_hazards(hazards.clone()).outside_transaction());
    }
    let Some(key) = whole.foreign_keys.first() else { return };
    let lock = format!(
        "SHARE ROW EXCLUSIVE on {}, ACCESS EXCLUSIVE on `{}` for a moment; the partitions obey already, and no row is read",
        place(&whole),
        key.references
    );
    script.push(Phase::TakePlace, plain::add(&whole.name, key).locking(lock));
    if key.comment.is_some() {
        let comment = comments::on_constraint(&whole.name, key.name.as_ref(), key.comment.as_deref());
        script.push(Phase::FinishPlaces, comment);
    }
}
