//! Names of CHECKs and foreign keys that move from one table to another: those of foreign keys are unique in the database, on MySQL those of CHECKs too.

use super::keys::Altered;
use crate::dialect::mysql::{Variant, fold_case};
use crate::diff::TableChange;
use crate::model::{Check, QualifiedName, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Whether a table that goes has a name for a foreign key or CHECK that something new has too.
pub(super) fn are_taken(dropped: &[&Table], created: &[&Table], altered: &[Altered<'_>]) -> bool {
    let names = |table: &Table| -> Vec<String> {
        let keys = table.foreign_keys.iter().filter_map(|key| key.name.as_ref());
        let checks = table.checks.iter().filter_map(|check| check.name.as_ref());
        keys.chain(checks).map(|name| fold_case(name)).collect()
    };
    let taken: BTreeSet<String> = dropped.iter().flat_map(|table| names(table)).collect();
    let wanted = created.iter().copied().chain(altered.iter().map(|altered| altered.after));
    !taken.is_empty() && wanted.flat_map(names).any(|name| taken.contains(&name))
}

/// The CHECKs of tables that change whose names other tables get.
///
/// They go before anything gets their names, each in a statement of its own, so that it does not matter whether names move in a chain or in a circle.
pub(super) fn moved_checks<'a>(
    altered: &[Altered<'a>],
    created: &[&'a Table],
    variant: Variant,
) -> Vec<(&'a Table, &'a Check)> {
    if !variant.facts().database_wide_checks {
        return Vec::new();
    }
    let folded = |check: &Check| check.name.as_deref().map(fold_case);
    let of_created = created.iter().flat_map(|table| table.checks.iter().map(|check| (&table.name, check)));
    let of_altered = altered.iter().flat_map(|Altered { after, changes, .. }| {
        let added = changes
            .iter()
            .filter_map(|change| if let TableChange::AddCheck(check) = change { Some(check) } else { None });
        added.map(|check| (&after.name, check))
    });
    let wanted: BTreeMap<String, &QualifiedName> =
        of_created.chain(of_altered).filter_map(|(table, check)| Some((folded(check)?, table))).collect();
    let dropped = altered.iter().flat_map(|Altered { before, changes, .. }| {
        let dropped = changes
            .iter()
            .filter_map(|change| if let TableChange::DropCheck(check) = change { Some(check) } else { None });
        dropped.map(|check| (*before, check))
    });
    let moves = |table: &Table, check: &Check| {
        folded(check).and_then(|name| wanted.get(&name)).is_some_and(|other| **other != table.name)
    };
    dropped.filter(|(table, check)| moves(table, check)).collect()
}
