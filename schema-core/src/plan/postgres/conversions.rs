//! Columns whose values cannot be converted to their new type: the change is refused before anything is planned.

use super::super::NoConversion;
use super::Unplanned;
use super::column_action::{ColumnAction, type_text};
use super::columns::follows_parent;
use super::work::Work;
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
            let (from, to) = (type_text(old), type_text(new));
            if !is_convertible(from, to) && !follows_parent(work, table, new) {
                columns.push(NoConversion {
                    table: table.after.name.clone(),
                    column: new.name.clone(),
                    from: from.to_owned(),
                    to: to.to_owned(),
                });
            }
        }
    }
    columns.sort();
    if columns.is_empty() { Ok(()) } else { Err(Unplanned::NoConversion { columns }) }
}
