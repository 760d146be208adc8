//! Foreign keys.

use super::tables::Tables;
use super::{Catalogue, text};
use crate::driver::DriverError;
use crate::model::{ForeignKey, QualifiedName, ReferentialAction};
use std::collections::HashMap;

pub(super) fn read(catalogue: &mut Catalogue<'_>, tables: &mut Tables) -> Result<(), DriverError> {
    let actions = catalogue.rows(include_str!("../queries/referential_actions.sql"), &[], |row| {
        Ok(((text(row, 0)?, text(row, 1)?), (action(&text(row, 2)?), action(&text(row, 3)?))))
    })?;
    if actions.is_empty() {
        return Ok(());
    }
    let mut actions: HashMap<(String, String), (ReferentialAction, ReferentialAction)> =
        actions.into_iter().collect();
    let database = catalogue.database.to_owned();
    let rows = catalogue.rows(include_str!("../queries/foreign_keys.sql"), &[], |row| {
        Ok([text(row, 0)?, text(row, 1)?, text(row, 2)?, text(row, 3)?, text(row, 4)?, text(row, 5)?])
    })?;
    for [table, name, column, referenced_schema, referenced, referenced_column] in rows {
        let Some(found) = tables.get_mut(&table) else { continue };
        let is_next = |key: &&mut ForeignKey| key.name.as_ref() == Some(&name);
        if let Some(key) = found.foreign_keys.last_mut().filter(is_next) {
            key.columns.push(column);
            key.referenced_columns.push(referenced_column);
            continue;
        }
        let (on_update, on_delete) = actions.remove(&(table, name.clone())).unwrap_or_default();
        let schema = (!referenced_schema.eq_ignore_ascii_case(&database)).then_some(referenced_schema);
        found.foreign_keys.push(ForeignKey {
            name: Some(name),
            referenced_columns: vec![referenced_column],
            on_update,
            on_delete,
            ..ForeignKey::new(vec![column], QualifiedName { schema, name: referenced })
        });
    }
    Ok(())
}

/// RESTRICT and NO ACTION are the same to the server.
fn action(rule: &str) -> ReferentialAction {
    match rule {
        "CASCADE" => ReferentialAction::Cascade,
        "SET NULL" => ReferentialAction::SetNull(Vec::new()),
        "SET DEFAULT" => ReferentialAction::SetDefault(Vec::new()),
        _ => ReferentialAction::NoAction,
    }
}
