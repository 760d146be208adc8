//! Tables that keep what their rows were (MariaDB's system versioning).
//!
//! The server refuses nearly every change of such a table, for its history changes with it, unless the session says that it may: so the script says so around these
//! statements, and no others. <https://mariadb.com/docs/server/reference/sql-structure/temporal-tables/system-versioned-tables>

use crate::dialect::mysql::render::VERSIONING;
use crate::model::{QualifiedName, Table};
use crate::plan::Path;
use crate::sql::Statement;
use std::collections::BTreeSet;

const KEEP: &str =
    "SET @schema_history = @@system_versioning_alter_history, system_versioning_alter_history = 'KEEP'";
const BACK: &str = "SET system_versioning_alter_history = @schema_history";

/// The statements, with the session's leave around those that change a table which has a history before and after them.
pub(super) fn keep(statements: Vec<Statement>, path: Path<'_>) -> Vec<Statement> {
    let Path { start, before, after, finish, rebuilds_only: _, online: _ } = path;
    let has_history = |table: &&Table| table.options.with.contains_key(VERSIONING);
    let tables: BTreeSet<&QualifiedName> = [start, before, after, finish]
        .into_iter()
        .flat_map(|schema| &schema.tables)
        .filter(has_history)
        .map(|table| &table.name)
        .collect();
    if tables.is_empty() {
        return statements;
    }
    let changed = |statement: &Statement| {
        let table = statement.table.clone().filter(|table| tables.contains(table));
        table.filter(|_| statement.sql.starts_with("ALTER TABLE "))
    };
    let mut all = Vec::new();
    for alike in statements.chunk_by(|left, right| changed(left).is_some() == changed(right).is_some()) {
        let names: BTreeSet<String> =
            alike.iter().filter_map(changed).map(|table| format!("`{table}`")).collect();
        if names.is_empty() {
            all.extend_from_slice(alike);
            continue;
        }
        let names = names.into_iter().collect::<Vec<_>>().join(" and ");
        let comment = format!("let the history of {names} change with the table, and keep it");
        all.push(Statement::new(comment, KEEP));
        all.extend_from_slice(alike);
        all.push(Statement::new("back to the settings of the session", BACK));
    }
    all
}
