//! Which owners, grants and default privileges a scratch database gets: those that the scripts touch. The roles of all others may not be there, or not take
//! objects from whoever makes the scratch database.

use crate::comparison::Comparison;
use crate::dialect::inherited_rights;
use crate::diff::RightChange;
use crate::model::{DatabaseSchema, Grant, Owner, Rights, Securable};
use std::collections::{BTreeMap, BTreeSet};

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
    // What a new object is given by default privileges alone takes no statement, and the roles need not be there to prove the rest.
    let [before, given, after] = sides.map(by_object);
    let is_only_inherited =
        |object: &&Securable| !before.contains_key(*object) && given.get(*object) == after.get(*object);
    let touched: BTreeSet<&Securable> = objects.filter(|object| !is_only_inherited(object)).collect();
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
        current_user: rights.current_user.clone(),
    };
    (part(&current.rights, &renamed.rights), part(&desired.rights, &desired.rights))
}

/// The owners and grants of each object that has some.
fn by_object(rights: &Rights) -> BTreeMap<&Securable, (Vec<&Owner>, Vec<&Grant>)> {
    let mut objects: BTreeMap<&Securable, (Vec<&Owner>, Vec<&Grant>)> = BTreeMap::new();
    for owner in &rights.owners {
        objects.entry(&owner.object).or_default().0.push(owner);
    }
    for grant in &rights.grants {
        objects.entry(&grant.privilege.object).or_default().1.push(grant);
    }
    objects
}

/// Whether a scratch database must have the right as the schema has it. Schemas that came with it are as the server makes them.
pub(super) fn is_of_interest(change: &RightChange, wanted: &DatabaseSchema) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::compare;
    use crate::dialect::Scope;
    use crate::model::{
        CreatedLater, DefaultGrant, DefaultPrivilege, Engine, Grantee, Privilege, QualifiedName, Right, Table,
    };

    /// A schema in which a role may read all that is created, and the same with a new table that it may read.
    fn with_new_table(grantee: &str) -> (DatabaseSchema, DatabaseSchema) {
        let mut current = DatabaseSchema::default();
        current.rights.defaults.push(DefaultGrant {
            privilege: DefaultPrivilege {
                creator: None,
                schema: None,
                objects: CreatedLater::Tables,
                privilege: "SELECT".to_owned(),
                grantee: Grantee::Role("reader".to_owned()),
            },
            right: Right::Granted,
        });
        let mut desired = current.clone();
        desired.tables.push(Table::new("t"));
        desired.rights.grants.push(Grant {
            privilege: Privilege {
                object: Securable::Table { name: QualifiedName::new("t") },
                column: None,
                privilege: "SELECT".to_owned(),
                grantee: Grantee::Role(grantee.to_owned()),
                grantor: None,
            },
            right: Right::Granted,
        });
        (current, desired)
    }

    fn judged_of((current, desired): (DatabaseSchema, DatabaseSchema)) -> (Rights, Rights) {
        judged(&compare(Engine::Postgres, current, desired, Scope::Database, &[]).unwrap())
    }

    #[test]
    fn what_new_tables_inherit_needs_no_roles() {
        assert_eq!(judged_of(with_new_table("reader")), (Rights::default(), Rights::default()));
        let (current, desired) = judged_of(with_new_table("writer"));
        assert_eq!((current.defaults.len(), desired.grants.len()), (1, 1));
    }
}
