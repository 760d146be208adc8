//! Tables with a date of zero as a default.
//!
//! The servers create and alter such a table only in a session that takes dates of zero, and look at all of its defaults each time. Sessions refuse such dates where
//! the server's own mode does; so the script says around these statements, and no others, that it takes them.

use super::session_settings::{around, tables_that};
use crate::dialect::mysql::session::{RESTORE_SQL_MODE, take_zero_dates};
use crate::dialect::mysql::{Variant, defaults_to_zero_date};
use crate::plan::Path;
use crate::sql::Statement;

/// The statements, with the session's mode around those that create or alter a table with such a default.
pub(super) fn take(statements: Vec<Statement>, path: Path<'_>, variant: Variant) -> Vec<Statement> {
    let tables =
        tables_that(path, |table| table.columns.iter().any(|column| defaults_to_zero_date(column, variant)));
    if tables.is_empty() {
        return statements;
    }
    let table_of = |statement: &Statement| statement.table.clone().filter(|table| tables.contains(table));
    let comment = |names: &str, count| {
        let has = if count == 1 { "has" } else { "have" };
        format!("take dates of zero: {names} {has} one as a default")
    };
    around(statements, table_of, comment, (&take_zero_dates(), RESTORE_SQL_MODE))
}
