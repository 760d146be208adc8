//! Which owners, grants and default privileges a scratch database gets: those that the scripts touch. The roles of all others may not be there, or not take
//! objects from whoever makes the scratch database.

use crate::comparison::Comparison;
use crate::dialect::inherited_rights;
use crate::diff::RightChange;
use crate::model::{Rights, Schema, Securable};
use std::collections::BTreeSet;

/// The rights of the current and of the desired schema that matter to the scripts.
pub(super) fn judged(comparison: &Comparison) -> (Rights, Rights) {
    let (current, renamed, desired) = (comparison.current(), comparison.renamed(), comparison.desired());
    if current.rights.is_empty() && desired.rights.is_empty() {
        return (Rights::default(), Rights::default());
    }
    let there = inherited_rights(comparison.engine(), renamed, desired);
    let sides = [&renamed.rights, &there, &desired.rights];
    let owners = sides.map(|rights| rights.owners.iter().collect::<BTreeSet<_>>());
    let grants = sides.map(|rights| rights.grants.iter().collect::<BTreeSet<_>>());
    let owners = owners.iter().flatten().filter(|it| !owners.iter().all(|side| side.contains(*it)));
    let grants = grants.iter().flatten().filter(|it| !grants.iter().all(|side| side.contains(*it)));
    let objects = owners.map(|it| &it.object).chain(grants.map(|it| &it.privilege.object));
    let touched: BTreeSet<&Securable> = objects.collect();
    let changes = || comparison.changes().right_changes();
    let changed_later = |creator: &Option<String>| {
        changes().any(|change| match change {
            RightChange::Default { privilege, .. } => privilege.creator == *creator,
            RightChange::Owner { .. } | RightChange::Grant { .. } => false,
        })
    };
    let creates = !touched.is_empty() || changes().next().is_some();
    let part = |rights: &Rights, names: &Rights| Rights {
        owners: rights
            .owners
            .iter()
            .zip(&names.owners)
            .filter(|(_, it)| touched.contains(&it.object))
            .map(|(it, _)| it.clone())
            .collect(),
        grants: rights
            .grants
            .iter()
            .zip(&names.grants)
            .filter(|(_, it)| touched.contains(&it.privilege.object))
            .map(|(it, _)| it.clone())
            .collect(),
        // Those of the current user are given to what the scripts create.
        defaults: rights
            .defaults
            .iter()
            .filter(|it| creates && it.privilege.creator.is_none() || changed_later(&it.privilege.creator))
            .cloned()
            .collect(),
    };
    (part(&current.rights, &renamed.rights), part(&desired.rights, &desired.rights))
}

/// Whether a scratch database must have the right as the schema has it. Schemas that came with it are as the server makes them.
pub(super) fn is_of_interest(change: &RightChange, wanted: &Schema) -> bool {
    match change.object() {
        Some(object @ Securable::Schema { name }) => {
            wanted.namespaces.iter().any(|namespace| namespace.name == *name)
                || wanted.rights.grants.iter().any(|grant| grant.privilege.object == *object)
        }
        Some(
            Securable::Type { .. }
            | Securable::Sequence { .. }
            | Securable::Table { .. }
            | Securable::Routine { .. },
        )
        | None => true,
    }
}
