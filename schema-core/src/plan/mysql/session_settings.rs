//! Settings of the session around those statements alone that need them.

use crate::model::{QualifiedName, Table};
use crate::plan::Path;
use crate::sql::Statement;
use std::collections::BTreeSet;

/// The names of the tables that are so at some time of the plan.
pub(super) fn tables_that<'a>(path: Path<'a>, is_so: impl Fn(&Table) -> bool) -> BTreeSet<&'a QualifiedName> {
    let Path { start, before, after, finish, rebuilds_only: _, online: _, kept: _, scope: _ } = path;
    let all = [start, before, after, finish].into_iter().flat_map(|schema| &schema.tables);
    all.filter(|table| is_so(table)).map(|table| &table.name).collect()
}

/// The statements, with `open` before each row of them that have a table, and the settings of the session after it. The comment is given the names of the
/// tables, and how many they are.
pub(super) fn around(
    statements: Vec<Statement>,
    table_of: impl Fn(&Statement) -> Option<QualifiedName>,
    comment: impl Fn(&str, usize) -> String,
    (open, close): (&str, &str),
) -> Vec<Statement> {
    let mut all = Vec::new();
    for alike in statements.chunk_by(|left, right| table_of(left).is_some() == table_of(right).is_some()) {
        let names: BTreeSet<String> =
            alike.iter().filter_map(&table_of).map(|table| format!("`{table}`")).collect();
        if names.is_empty() {
            all.extend_from_slice(alike);
            continue;
        }
        let count = names.len();
        let names = names.into_iter().collect::<Vec<_>>().join(" and ");
        all.push(Statement::new(comment(&names, count), open));
        all.extend_from_slice(alike);
        all.push(Statement::new("back to the settings of the session", close));
    }
    all
}
