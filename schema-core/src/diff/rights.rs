//! Owners, grants and default privileges that differ.

use crate::model::{
    DefaultGrant, DefaultPrivilege, Grant, Grantee, Owner, Privilege, QualifiedName, Right, Rights, Securable,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// An owner, grant or default privilege that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RightChange {
    /// The owner of an object.
    Owner {
        /// The object.
        object: Securable,
        /// The owner as it is; none is the one who looks.
        before: Option<String>,
        /// The desired owner.
        after: Option<String>,
    },
    /// What somebody may do with an object.
    Grant {
        /// The privilege.
        privilege: Privilege,
        /// Whether he has it; none means as usual.
        before: Option<Right>,
        /// Whether he shall have it.
        after: Option<Right>,
    },
    /// What somebody may do with objects that are created later.
    Default {
        /// The privilege.
        privilege: DefaultPrivilege,
        /// Whether he has it; none means as usual.
        before: Option<Right>,
        /// Whether he shall have it.
        after: Option<Right>,
    },
}

impl RightChange {
    /// The change that undoes this one.
    #[must_use]
    pub fn inverse(&self) -> RightChange {
        let mut inverse = self.clone();
        match &mut inverse {
            RightChange::Owner { object: _, before, after } => std::mem::swap(before, after),
            RightChange::Grant { privilege: _, before, after }
            | RightChange::Default { privilege: _, before, after } => std::mem::swap(before, after),
        }
        inverse
    }

    /// The object; none of default privileges.
    #[must_use]
    pub fn object(&self) -> Option<&Securable> {
        match self {
            RightChange::Owner { object, .. } => Some(object),
            RightChange::Grant { privilege, .. } => Some(&privilege.object),
            RightChange::Default { .. } => None,
        }
    }
}

/// Who is meant: a role, the owner, or everybody.
#[must_use]
pub fn grantee(role: &Grantee) -> String {
    match role {
        Grantee::Public => "everybody".to_owned(),
        Grantee::Owner => "its owner".to_owned(),
        Grantee::Role(role) => format!("`{role}`"),
    }
}

/// Who is meant, where it is about what is created later.
#[must_use]
pub fn later_grantee(role: &Grantee) -> String {
    match role {
        Grantee::Owner => "whoever creates them".to_owned(),
        Grantee::Public | Grantee::Role(_) => grantee(role),
    }
}

/// What has to be done: ``grant SELECT on table `users` to `reader` ``.
impl fmt::Display for RightChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RightChange::Owner { object, before: _, after } => {
                let owner =
                    after.as_ref().map_or_else(|| "the current user".to_owned(), |it| format!("`{it}`"));
                write!(formatter, "give {} `{object}` to {owner}", object.keyword().to_lowercase())
            }
            RightChange::Grant { privilege, before, after } => {
                let Privilege { object, column, privilege, grantee: role, grantor: _ } = privilege;
                let column = column.as_ref().map(|column| format!(" (`{column}`)")).unwrap_or_default();
                let on = format!("{privilege}{column} on {} `{object}`", object.keyword().to_lowercase());
                formatter.write_str(&change(&on, &grantee(role), (*before, *after)))
            }
            RightChange::Default { privilege, before, after } => {
                let DefaultPrivilege { creator, schema, objects, privilege, grantee: role } = privilege;
                let creator = creator.as_ref().map(|role| format!(" of `{role}`")).unwrap_or_default();
                let schema = schema.as_ref().map(|schema| format!(" in `{schema}`")).unwrap_or_default();
                let on = format!("{privilege} on new {}{creator}{schema}", objects.keyword().to_lowercase());
                formatter.write_str(&change(&on, &later_grantee(role), (*before, *after)))
            }
        }
    }
}

fn change(on: &str, role: &str, (before, after): (Option<Right>, Option<Right>)) -> String {
    match (before, after) {
        (_, Some(Right::WithGrantOption)) => format!("grant {on} to {role} with the grant option"),
        (Some(Right::WithGrantOption), Some(Right::Granted)) => {
            format!("revoke the grant option for {on} from {role}")
        }
        (_, Some(Right::Granted)) | (Some(Right::Revoked), None) => format!("grant {on} to {role}"),
        (_, Some(Right::Revoked) | None) => format!("revoke {on} from {role}"),
    }
}

/// What turns one set of rights into the other, where both are about the same objects.
#[must_use]
pub fn changes(before: &Rights, after: &Rights) -> Vec<RightChange> {
    let Rights { owners, grants, defaults, current_user: _ } = after;
    let owner = |it: &Owner| (it.object.clone(), it.owner.clone());
    let owners = pairs(before.owners.iter().map(owner), owners.iter().map(owner))
        .map(|(object, before, after)| RightChange::Owner { object, before, after });
    let grant = |it: &Grant| (it.privilege.clone(), it.right);
    let grants = pairs(before.grants.iter().map(grant), grants.iter().map(grant))
        .map(|(privilege, before, after)| RightChange::Grant { privilege, before, after });
    let default = |it: &DefaultGrant| (it.privilege.clone(), it.right);
    let defaults = pairs(before.defaults.iter().map(default), defaults.iter().map(default))
        .map(|(privilege, before, after)| RightChange::Default { privilege, before, after });
    owners.chain(grants).chain(defaults).collect()
}

/// What differs, by key.
fn pairs<K: Ord + Clone, V: PartialEq>(
    before: impl Iterator<Item = (K, V)>,
    after: impl Iterator<Item = (K, V)>,
) -> impl Iterator<Item = (K, Option<V>, Option<V>)> {
    let mut sides: BTreeMap<K, (Option<V>, Option<V>)> = BTreeMap::new();
    for (key, value) in before {
        sides.entry(key).or_default().0 = Some(value);
    }
    for (key, value) in after {
        sides.entry(key).or_default().1 = Some(value);
    }
    let differ = sides.into_iter().filter(|(_, (before, after))| before != after);
    differ.map(|(key, (before, after))| (key, before, after))
}

/// The objects that changes are about.
pub(crate) fn objects_of<'a>(changes: impl IntoIterator<Item = &'a RightChange>) -> BTreeSet<Securable> {
    changes.into_iter().filter_map(RightChange::object).cloned().collect()
}

/// The schema that an object is in, or is.
pub(crate) fn schema_of(object: &Securable) -> Option<String> {
    match object {
        Securable::Schema { name } => Some(name.clone()),
        Securable::Type { .. }
        | Securable::Sequence { .. }
        | Securable::Table { .. }
        | Securable::Routine { .. } => {
            let QualifiedName { schema, name: _ } = object.name();
            schema
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn privilege(column: Option<&str>) -> Privilege {
        Privilege {
            object: Securable::Table { name: "users".into() },
            column: column.map(str::to_owned),
            privilege: "SELECT".to_owned(),
            grantee: Grantee::Role("reader".to_owned()),
            grantor: None,
        }
    }

    #[test]
    fn what_differs_is_said_in_plain_words() {
        let grants = |rights: &[(Option<&str>, Right)]| Rights {
            grants: rights
                .iter()
                .map(|(column, right)| Grant { privilege: privilege(*column), right: *right })
                .collect(),
            ..Rights::default()
        };
        let said = |before: &Rights, after: &Rights| -> Vec<String> {
            changes(before, after).iter().map(ToString::to_string).collect()
        };
        let (none, plain) = (Rights::default(), grants(&[(None, Right::Granted)]));
        let option = grants(&[(None, Right::WithGrantOption), (Some("email"), Right::Granted)]);
        assert_eq!(said(&none, &plain), ["grant SELECT on table `users` to `reader`"]);
        assert_eq!(
            said(&plain, &option),
            [
                "grant SELECT on table `users` to `reader` with the grant option",
                "grant SELECT (`email`) on table `users` to `reader`"
            ]
        );
        assert_eq!(
            said(&option, &plain),
            [
                "revoke the grant option for SELECT on table `users` from `reader`",
                "revoke SELECT (`email`) on table `users` from `reader`"
            ]
        );
        for change in changes(&option, &plain) {
            assert_eq!(change.inverse().inverse(), change);
        }
    }
}
