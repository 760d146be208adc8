//! Tables with a date of zero as a default.
//!
//! The servers create and alter such a table only in a session that takes dates of zero, and look at all of its defaults each time. Sessions refuse such dates where
//! the server's own mode does; so the script says around these statements, and no others, that it takes them.

use crate::dialect::mysql::session::{RESTORE_SQL_MODE, take_zero_dates};
use crate::dialect::mysql::{Variant, defaults_to_zero_date};
use crate::model::{QualifiedName, Table};
use crate::plan::Path;
use crate::sql::Statement;
use std::collections::BTreeSet;

/// The statements, with the session's mode around those that create or alter a table with such a default.
pub(super) fn take(statements: Vec<Statement>, path: Path<'_>, variant: Variant) -> Vec<Statement> {
    let Path { start, before, after, finish, rebuilds_only: _, online: _ } = path;
    let has_zero_date =
        |table: &&Table| table.columns.iter().any(|column| defaults_to_zero_date(column, variant));
    let tables: BTreeSet<&QualifiedName> = [start, before, after, finish]
        .into_iter()
        .flat_map(|schema| &schema.tables)
        .filter(has_zero_date)
        .map(|table| &table.name)
        .collect();
    if tables.is_empty() {
        return statements;
    }
    let table_of = |statement: &Statement| statement.table.clone().filter(|table| tables.contains(table));
    let mut all = Vec::new();
    for alike in statements.chunk_by(|left, right| table_of(left).is_some() == table_of(right).is_some()) {
        let names: BTreeSet<String> =
            alike.iter().filter_map(table_of).map(|table| format!("`{table}`")).collect();
        if names.is_empty() {
            all.extend_from_slice(alike);
            continue;
        }
        let has = if names.len() == 1 { "has" } else { "have" };
        let names = names.into_iter().collect::<Vec<_>>().join(" and ");
        let comment = format!("take dates of zero: {names} {has} one as a default");
        all.push(Statement::new(comment, take_zero_dates()));
        all.extend_from_slice(alike);
        all.push(Statement::new("back to the settings of the session", RESTORE_SQL_MODE));
    }
    all
}
