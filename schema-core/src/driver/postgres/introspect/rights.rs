//! Who owns what and who may do what with it.

use super::{Catalogue, get};
use crate::driver::scratch::MARKER;
use crate::driver::{DriverError, HistoryTable};
use crate::kept;
use crate::model::{
    CreatedLater, DefaultGrant, DefaultPrivilege, Engine, Grant, Grantee, NumberedColumn, Owner, Privilege,
    QualifiedName, Right, Rights, Securable,
};
use postgres::Row;

pub(super) fn read(
    catalogue: &mut Catalogue<'_, '_>,
    history_table: &HistoryTable,
) -> Result<Rights, DriverError> {
    let mut rights = Rights::default();
    catalogue.rows(include_str!("../queries/rights.sql"), |row| {
        let name = QualifiedName { schema: get(row, 1)?, name: get(row, 2)? };
        let (privilege, role): (Option<String>, Option<String>) = (get(row, 8)?, get(row, 9)?);
        let right = right(row)?;
        let grantee = match (get(row, 13)?, &role) {
            (true, _) => Grantee::Owner,
            (false, Some(role)) => Grantee::Role(role.clone()),
            (false, None) => Grantee::Public,
        };
        rights.current_user = Some(get(row, 14)?);
        let Some(object) = securable(row, &name)? else {
            let Some((objects, privilege)) = created_later(&name.name).zip(privilege) else { return Ok(()) };
            let QualifiedName { schema, name: _ } = name;
            let privilege = DefaultPrivilege { creator: get(row, 5)?, schema, objects, privilege, grantee };
            rights.defaults.push(DefaultGrant { privilege, right });
            return Ok(());
        };
        if is_of_tool(&object, history_table) {
            return Ok(());
        }
        match privilege {
            Some(privilege) => {
                let (column, grantor) = (get(row, 7)?, get(row, 10)?);
                let privilege = Privilege { object, column, privilege, grantee, grantor };
                rights.grants.push(Grant { privilege, right });
            }
            None => rights.owners.extend(role.map(|owner| Owner { object, owner })),
        }
        Ok(())
    })?;
    rights.sort();
    Ok(rights)
}

/// What the row is about; none where that is what is created later.
fn securable(row: &Row, name: &QualifiedName) -> Result<Option<Securable>, DriverError> {
    let name = name.clone();
    Ok(match get::<String>(row, 0)?.as_str() {
        "schema" => Some(Securable::Schema { name: name.name }),
        "type" => Some(Securable::Type { name }),
        "table" => Some(Securable::Table { name }),
        "routine" => Some(Securable::Routine { name, arguments: get(row, 3)? }),
        "sequence" => {
            let table: Option<String> = get(row, 5)?;
            let of = match table {
                Some(table) => Some(NumberedColumn {
                    table: QualifiedName { schema: get(row, 4)?, name: table },
                    column: get(row, 6)?,
                }),
                None => None,
            };
            Some(Securable::Sequence { name, of })
        }
        _ => None,
    })
}

fn right(row: &Row) -> Result<Right, DriverError> {
    Ok(match (get(row, 11)?, get(row, 12)?) {
        (_, true) => Right::Revoked,
        (true, false) => Right::WithGrantOption,
        (false, false) => Right::Granted,
    })
}

/// The kind by the word in the query.
fn created_later(word: &str) -> Option<CreatedLater> {
    Some(match word {
        "tables" => CreatedLater::Tables,
        "sequences" => CreatedLater::Sequences,
        "routines" => CreatedLater::Routines,
        "types" => CreatedLater::Types,
        "schemas" => CreatedLater::Schemas,
        _ => return None,
    })
}

fn is_kept(name: &QualifiedName) -> bool {
    kept::is_kept(Engine::Postgres, name)
}

/// Whether it is one of this tool's own tables, or of such.
fn is_of_tool(object: &Securable, history_table: &HistoryTable) -> bool {
    let is_of_tool = |name: &QualifiedName| {
        name.schema == history_table.name().schema && history_table.is_history_table(&name.name)
            || *name == QualifiedName::new(MARKER)
            || is_kept(name)
    };
    match object {
        Securable::Table { name } => is_of_tool(name),
        Securable::Sequence { name, of } => {
            is_kept(name) || of.as_ref().is_some_and(|of| is_of_tool(&of.table))
        }
        Securable::Schema { name } => name == kept::SCHEMA,
        Securable::Type { .. } | Securable::Routine { .. } => false,
    }
}
