//! Who owns what and who may do what with it, kept so that a difference does not go unseen.

use super::{Catalogue, get};
use crate::driver::{DriverError, HistoryTable};
use crate::model::{OpaqueKind, OpaqueObject, QualifiedName};

/// One right, or the owner.
struct Right {
    kind: String,
    schema: Option<String>,
    name: String,
    quoted: String,
    privilege: Option<String>,
    role: Option<String>,
    may_hand_on: bool,
    is_missing: bool,
}

pub(super) fn read(
    catalogue: &mut Catalogue<'_, '_>,
    history_table: &HistoryTable,
) -> Result<Vec<OpaqueObject>, DriverError> {
    let rights = catalogue.rows(include_str!("../queries/privileges.sql"), |row| {
        Ok(Right {
            kind: get(row, 0)?,
            schema: get(row, 1)?,
            name: get(row, 2)?,
            quoted: get(row, 3)?,
            privilege: get(row, 4)?,
            role: get(row, 5)?,
            may_hand_on: get(row, 6)?,
            is_missing: get(row, 7)?,
        })
    })?;
    let of_history = |right: &Right| {
        right.schema.as_ref() == history_table.name().schema.as_ref()
            && history_table.is_history_table(&right.name)
    };
    let mut objects: Vec<OpaqueObject> = Vec::new();
    for right in rights.iter().filter(|right| !of_history(right)) {
        let kind = if right.privilege.is_some() { OpaqueKind::Privileges } else { OpaqueKind::Owner };
        let name = QualifiedName { schema: right.schema.clone(), name: name(right) };
        let statement = statement(right);
        match objects.last_mut() {
            Some(last) if last.kind == kind && last.name == name => last.restore.push(statement),
            _ => objects.push(OpaqueObject::new(kind, name, Some(statement))),
        }
    }
    Ok(objects)
}

fn name(right: &Right) -> String {
    let Right { kind, schema: _, name, quoted: _, privilege, role: _, may_hand_on: _, is_missing: _ } = right;
    match privilege {
        Some(_) => format!("privileges on {} {name}", kind.to_lowercase()),
        None => format!("owner of {} {name}", kind.to_lowercase()),
    }
}

/// The statement that gives the right, or takes it.
fn statement(right: &Right) -> String {
    let Right { kind, schema: _, name: _, quoted, privilege, role, may_hand_on, is_missing } = right;
    let role = role.as_deref().unwrap_or("PUBLIC");
    let Some(privilege) = privilege else { return format!("ALTER {kind} {quoted} OWNER TO {role}") };
    let option = if *may_hand_on { " WITH GRANT OPTION" } else { "" };
    if kind == "DEFAULT" {
        let (scope, objects) = quoted.rsplit_once(" ON ").unwrap_or((quoted, ""));
        return format!("ALTER DEFAULT PRIVILEGES {scope} GRANT {privilege} ON {objects} TO {role}{option}");
    }
    if *is_missing {
        format!("REVOKE {privilege} ON {kind} {quoted} FROM {role}")
    } else {
        format!("GRANT {privilege} ON {kind} {quoted} TO {role}{option}")
    }
}
