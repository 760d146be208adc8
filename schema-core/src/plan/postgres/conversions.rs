//! Columns whose values cannot be converted to their new type: the change is refused before anything is planned.

use super::super::NoConversion;
use super::column_action::{ColumnAction, type_text};
use super::columns::follows_parent;
use super::work::Work;
use super::{Unplanned, type_conversion, unplanned};
use crate::dialect::postgres::is_convertible;

pub(super) fn check(work: &Work<'_>) -> Result<(), Unplanned> {
    let mut columns = Vec::new();
    for table in &work.staying {
        for old in &table.before.columns {
            let Some(new) = table.after.columns.iter().find(|new| new.name == old.name) else { continue };
            match table.column_actions.get(new.name.as_str()) {
                Some(ColumnAction::Retyped | ColumnAction::TypeRecreated) => {}
                Some(ColumnAction::Added | ColumnAction::Dropped | ColumnAction::Replaced) | None => continue,
            }
            if follows_parent(work, table, new) {
                continue;
            }
            let (from, to) = (type_text(old), type_text(new));
            if let Some(composite) = type_conversion::inconvertible(work, from, to) {
                return Err(unplanned(format!(
                    "other types of attributes of {}, while attributes come, go or change places, and `{}`.`{}` stores values that must be read as texts: \
                     change them in two revisions,",
                    composite.label(),
                    table.after.name,
                    new.name
                )));
            }
            for (from, to) in type_conversion::leaves(work, from, to) {
                if !is_convertible(&from, &to) {
                    let (table, column) = (table.after.name.clone(), new.name.clone());
                    columns.push(NoConversion { table, column, from, to });
                }
            }
        }
    }
    columns.sort();
    if columns.is_empty() { Ok(()) } else { Err(Unplanned::NoConversion { columns }) }
}
