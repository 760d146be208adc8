//! The table rebuild: what ALTER TABLE cannot do, done by recreating the table.
//!
//! The order is SQLite's own (<https://www.sqlite.org/lang_altertable.html#otheralter>): make the new table, copy, drop the old one, rename. The other
//! way round would turn the references of other tables to the old one.

use super::identifier::ROWID_NAMES;
use super::{hazard, normalize::rowid_alias, quote, quote_name, quote_text, render};
use crate::diff::{Rename, TableChange};
use crate::model::{AutoIncrement, Column, Default, QualifiedName, Table};
use crate::sql::Statement;
use std::collections::HashMap;

/// What the name of a table's new form begins with.
pub(crate) const TEMPORARY_PREFIX: &str = "__schema_new_";

/// The statements that turn `before` into `after`, two tables of one name, up to and without the indexes, triggers and views.
/// `is_taken` tells the names that the new form cannot have meanwhile, `title` is what people read above each statement.
pub(crate) fn statements(
    title: &str,
    before: &Table,
    after: &Table,
    changes: &[TableChange],
    values: &[&Rename],
    is_taken: impl Fn(&str) -> bool,
) -> Vec<Statement> {
    let table = &after.name;
    let temporary = QualifiedName::new(free_name(&table.name, is_taken));
    let (name, new) = (quote_name(table), quote_name(&temporary));
    let mut statements = vec![
        Statement::new(format!("{title}: create the new table"), render::create_table(after, &temporary)),
        Statement::new(format!("{title}: copy its rows"), copy(before, after, &new, values))
            .with_hazards(hazard::of_rebuild(before, after, changes, values)),
    ];
    if counts_up(before) && counts_up(after) {
        statements.push(Statement::new(
            format!("{title}: keep the counter of AUTOINCREMENT"),
            format!("DELETE FROM sqlite_sequence WHERE name = {}", quote_text(&temporary.name)),
        ));
        statements.push(Statement::new(
            format!("{title}: keep the counter of AUTOINCREMENT"),
            format!(
                "INSERT INTO sqlite_sequence (name, seq) SELECT {}, seq FROM sqlite_sequence WHERE name = {}",
                quote_text(&temporary.name),
                quote_text(&table.name)
            ),
        ));
    }
    statements.push(Statement::new(
        format!("{title}: drop the old table, whose rows are copied"),
        format!("DROP TABLE {name}"),
    ));
    // With the check of the modern RENAME a view on the table, which is gone at this moment, would be an error.
    statements.push(Statement::new(
        format!("{title}: keep views and triggers on it unchanged during the swap"),
        "PRAGMA legacy_alter_table = ON",
    ));
    statements.push(Statement::new(
        format!("{title}: rename the new table"),
        format!("ALTER TABLE {new} RENAME TO {name}"),
    ));
    statements.push(Statement::new(format!("{title}: done"), "PRAGMA legacy_alter_table = OFF"));
    statements
}

/// A name for the new form that nothing has.
fn free_name(table: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut name = format!("{TEMPORARY_PREFIX}{table}");
    while is_taken(&name) {
        name.push('_');
    }
    name
}

fn counts_up(table: &Table) -> bool {
    table.columns.iter().any(|column| match column.auto {
        Some(AutoIncrement::Autoincrement) => true,
        Some(AutoIncrement::Usual | AutoIncrement::IdentityAlways | AutoIncrement::Serial) | None => false,
    })
}

/// INSERT … SELECT of everything that both forms have, rowids included.
fn copy(before: &Table, after: &Table, new: &str, values: &[&Rename]) -> String {
    let found: HashMap<&str, &Column> =
        before.columns.iter().map(|column| (column.name.as_str(), column)).collect();
    let (mut targets, mut sources) = (Vec::new(), Vec::new());
    if let Some((target, source)) = rowid(before, after) {
        targets.push(target);
        sources.push(source);
    }
    for column in after.columns.iter().filter(|column| column.generated.is_none()) {
        if found.contains_key(column.name.as_str()) && !targets.contains(&quote(&column.name)) {
            targets.push(quote(&column.name));
            sources.push(renamed_values(&column.name, values));
        }
    }
    let name = quote_name(&before.name);
    // A conflict clause of the new form must not make rows disappear.
    let clauses = after
        .columns
        .iter()
        .map(|column| column.not_null_conflict)
        .chain(after.uniques.iter().map(|unique| unique.on_conflict))
        .chain(after.primary_key.iter().map(|key| key.on_conflict));
    let insert = if clauses.flatten().next().is_some() { "INSERT OR ABORT INTO" } else { "INSERT INTO" };
    if targets.is_empty() {
        // No column and no rowid is in both: as many rows as there were, each with its defaults.
        let any = after.columns.iter().find(|column| column.generated.is_none());
        let column = any.map(|column| quote(&column.name)).unwrap_or_default();
        // What is another name for the rowid is numbered, whatever default it has.
        let numbered = rowid_alias(after);
        let value = match any.filter(|column| numbered.as_ref() != Some(&column.name)) {
            Some(Column { default: Some(Default::Sql(default)), .. }) => default,
            Some(_) | None => "NULL",
        };
        return format!("{insert} {new} ({column})\nSELECT {value}\nFROM {name}");
    }
    format!("{insert} {new} ({})\nSELECT {}\nFROM {name}", targets.join(", "), sources.join(", "))
}

/// The rowid on both sides, where it would not come along as a column: without it SQLite numbers the rows anew, and whoever keeps rowids
/// (full-text indexes, applications) finds others.
fn rowid(before: &Table, after: &Table) -> Option<(String, String)> {
    if before.options.without_rowid || after.options.without_rowid {
        return None;
    }
    let source = rowid_alias(before).map(|column| quote(&column)).or_else(|| hidden_rowid(before))?;
    let target = match rowid_alias(after) {
        // The column is copied like any other.
        Some(column) if before.columns.iter().any(|other| other.name == column) => return None,
        Some(column) => quote(&column),
        None => hidden_rowid(after)?,
    };
    Some((target, source))
}

/// The first of the rowid's names that no column has.
fn hidden_rowid(table: &Table) -> Option<String> {
    ROWID_NAMES
        .into_iter()
        .find(|name| !table.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name)))
        .map(str::to_owned)
}

/// The column's value, with renamed values of an enum by their new names.
fn renamed_values(column: &str, values: &[&Rename]) -> String {
    let mut cases = String::new();
    for rename in values {
        if let Rename::Value { table: _, column: renamed, from, to } = rename
            && renamed == column
        {
            cases.push_str(&format!(" WHEN {} THEN {}", quote_text(from), quote_text(to)));
        }
    }
    let column = quote(column);
    if cases.is_empty() { column } else { format!("CASE {column}{cases} ELSE {column} END") }
}
