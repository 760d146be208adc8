//! What renames do to owners and grants: the server keeps them with the object.

use super::RenameRules;
use crate::diff::{Rename, RightChange};
use crate::model::{QualifiedName, Rights, Securable};

/// Has owners and grants call objects as they are called after the rename; each stays in its place.
pub(super) fn rename(rights: &mut Rights, rename: &Rename, rules: &RenameRules) {
    let Rights { owners, grants, defaults: _, current_user: _ } = rights;
    for owner in owners {
        rename_object(&mut owner.object, None, rename, rules);
    }
    for grant in grants {
        let privilege = &mut grant.privilege;
        rename_object(&mut privilege.object, privilege.column.as_mut(), rename, rules);
    }
}

/// The change of an object that is renamed.
pub(crate) fn rename_change(change: &mut RightChange, rename: &Rename, rules: &RenameRules) {
    match change {
        RightChange::Owner { object, before: _, after: _ } => rename_object(object, None, rename, rules),
        RightChange::Grant { privilege, before: _, after: _ } => {
            rename_object(&mut privilege.object, privilege.column.as_mut(), rename, rules);
        }
        RightChange::Default { .. } => {}
    }
}

fn rename_object(object: &mut Securable, column: Option<&mut String>, rename: &Rename, rules: &RenameRules) {
    match rename {
        Rename::Table { from, to } => match object {
            Securable::Table { name } => replace(name, from, to),
            Securable::Sequence { name: _, of: Some(of) } => replace(&mut of.table, from, to),
            Securable::Routine { name: _, arguments } => {
                for argument in arguments {
                    *argument = (rules.rewrite)(argument, &from.name, &to.name);
                }
            }
            Securable::Schema { .. } | Securable::Type { .. } | Securable::Sequence { name: _, of: None } => {
            }
        },
        Rename::Column { table, from, to } => match object {
            Securable::Table { name } => {
                if let Some(column) = column.filter(|column| *name == *table && *column == from) {
                    column.clone_from(to);
                }
            }
            Securable::Sequence { name: _, of: Some(of) } => {
                if of.table == *table && of.column == *from {
                    of.column.clone_from(to);
                }
            }
            Securable::Schema { .. }
            | Securable::Type { .. }
            | Securable::Sequence { name: _, of: None }
            | Securable::Routine { .. } => {}
        },
        Rename::Type { kind: _, from, to } => match object {
            Securable::Type { name } => replace(name, from, to),
            Securable::Routine { name: _, arguments } => {
                for argument in arguments {
                    *argument = (rules.rewrite_column_type)(argument, from, to);
                }
            }
            Securable::Schema { .. } | Securable::Sequence { .. } | Securable::Table { .. } => {}
        },
        Rename::Value { .. }
        | Rename::EnumValue { .. }
        | Rename::Attribute { .. }
        | Rename::OnTable { .. }
        | Rename::Index { .. }
        | Rename::Constraint { .. } => {}
    }
}

fn replace(name: &mut QualifiedName, from: &QualifiedName, to: &QualifiedName) {
    if name == from {
        name.clone_from(to);
    }
}
