//! Tables that are dropped and whose rows are kept.
//!
//! SQLite takes no foreign key off a table, and a renamed table would take the references of others, of views and of triggers with it: so the rows are
//! copied, into a table whose columns have no types, which changes no value.

use crate::dialect::sqlite::{quote, quote_name};
use crate::kept::KeepDropped;
use crate::model::{Engine, Table};
use crate::plan::keep;
use crate::sql::{Hazard, Statement};

/// What keeps the rows, before the table is dropped.
pub(super) fn copy(keep: &KeepDropped, table: &Table) -> Vec<Statement> {
    let (name, kept) = (&table.name, keep.name(Engine::Sqlite, &table.name));
    let columns: Vec<String> = keep::stored_columns(table).map(|column| quote(&column.name)).collect();
    let columns = columns.join(", ");
    let (into, from) = (quote_name(&kept), quote_name(name));
    let create = Statement::new(
        format!("make `{kept}`, which keeps the rows of `{name}`"),
        format!("CREATE TABLE {into} ({columns})"),
    );
    let copy = Statement::new(
        format!("copy the rows of `{name}` there"),
        format!("INSERT INTO {into} ({columns})\n    SELECT {columns} FROM {from}"),
    );
    vec![create.of_table(name), copy.of_table(name)]
}

/// What dropping the table means for its rows.
pub(super) fn hazard(keep: Option<&KeepDropped>, table: &Table) -> Hazard {
    let name = &table.name;
    match keep {
        Some(keep) => keep::hazard(name, &keep.name(Engine::Sqlite, name)),
        None => keep::rows_gone(name, None),
    }
}

/// What gives the rows back to the table, which was created again.
pub(super) fn bring_back(keep: &KeepDropped, table: &Table) -> [Statement; 2] {
    let kept = keep.name(Engine::Sqlite, &table.name);
    [
        keep::bring_back(Engine::Sqlite, table, &kept, "", |column| quote(&column.name)),
        keep::drop_kept(Engine::Sqlite, &table.name, &kept),
    ]
}
