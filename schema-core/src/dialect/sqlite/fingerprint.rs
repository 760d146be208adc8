//! What a rebuild knows of a table, as a hash.

use super::expression::{canonical, mentions};
use super::{fold, normalize};
use crate::model::{ColumnType, DatabaseSchema, Default, QualifiedName};
use crate::sql::firing::Firing;

/// The hash of everything that a rebuild of the table knows: its columns, constraints, indexes and triggers, and the views on it. None where the
/// schema has no such table.
///
/// Two databases give the same hash exactly if a script that rebuilds the table in one is safe in the other: the order of columns, the
/// spelling of SQL and the names of constraints do not count.
#[must_use]
pub fn fingerprint(schema: &DatabaseSchema, name: &QualifiedName) -> Option<String> {
    let key = fold(&name.name);
    let table = schema.tables.iter().find(|table| table.name.name.eq_ignore_ascii_case(&key))?;
    let alias = normalize::rowid_alias(table);
    let mut lines: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            let ty = match &column.ty {
                ColumnType::Sql(text) => canonical(text),
                other => format!("{other:?}"),
            };
            let default = match &column.default {
                Some(Default::Sql(text)) => Some(canonical(text)),
                Some(other) => Some(format!("{other:?}")),
                None => None,
            };
            let generated = column
                .generated
                .as_ref()
                .map(|generated| (canonical(&generated.expression), generated.stored));
            // A rowid alias is never NULL, whatever it says.
            let nullable = column.nullable && alias.as_ref() != Some(&column.name);
            format!(
                "column {} {ty:?} {nullable} {default:?} {generated:?} {:?} {:?} {:?}",
                fold(&column.name),
                column.auto,
                fold(column.collation.as_deref().unwrap_or("binary")),
                column.not_null_conflict
            )
        })
        .collect();
    lines.extend(normalize::constraint_identities(table));
    lines.push(format!("options {:?} {:?}", table.options.strict, table.options.without_rowid));
    lines.extend(
        schema
            .triggers
            .iter()
            .filter(|trigger| trigger.table.name.eq_ignore_ascii_case(&key))
            .map(|trigger| format!("trigger {} {}", fold(&trigger.name), canonical(&trigger.definition))),
    );
    lines.extend(
        schema.views.iter().filter(|view| mentions(&view.query, &key)).map(|view| {
            format!("view {} {:?} {}", fold(&view.name.name), view.columns, canonical(&view.query))
        }),
    );
    // The order in which they fire, where names do not say it.
    for group in Firing::of(&schema.triggers).groups() {
        let names: Vec<String> = group.iter().map(|trigger| fold(&trigger.name)).collect();
        let is_own = group.iter().any(|trigger| trigger.table.name.eq_ignore_ascii_case(&key));
        if is_own && !names.is_sorted() {
            lines.push(format!("order {names:?}"));
        }
    }
    lines.sort();
    let mut hash = crate::hash::sha256(&lines.join("\n"));
    hash.truncate(32);
    Some(hash)
}
