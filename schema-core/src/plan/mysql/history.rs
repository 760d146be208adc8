//! Tables that keep what their rows were (MariaDB's system versioning).
//!
//! The server refuses nearly every change of such a table, for its history changes with it, unless the session says that it may: so the script says so around these
//! statements, and no others. <https://mariadb.com/docs/server/reference/sql-structure/temporal-tables/system-versioned-tables>

use super::session_settings::{around, tables_that};
use crate::dialect::mysql::render::VERSIONING;
use crate::plan::Path;
use crate::sql::Statement;

const KEEP: &str =
    "SET @schema_history = @@system_versioning_alter_history, system_versioning_alter_history = 'KEEP'";
const BACK: &str = "SET system_versioning_alter_history = @schema_history";

/// The statements, with the session's leave around those that change a table which has a history before and after them.
pub(super) fn keep(statements: Vec<Statement>, path: Path<'_>) -> Vec<Statement> {
    let tables = tables_that(path, |table| table.options.with.contains_key(VERSIONING));
    if tables.is_empty() {
        return statements;
    }
    let changed = |statement: &Statement| {
        let table = statement.table.clone().filter(|table| tables.contains(table));
        table.filter(|_| statement.sql.starts_with("ALTER TABLE "))
    };
    let comment = |names: &str, _| format!("let the history of {names} change with the table, and keep it");
    around(statements, changed, comment, (KEEP, BACK))
}
