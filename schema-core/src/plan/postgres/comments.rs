//! Comments of tables and their parts.

use super::script::{Phase, Script};
use super::work::Work;
use crate::dialect::postgres::{quote, quote_name, render};
use crate::model::{QualifiedName, Table};
use crate::sql::Statement;

pub(super) fn plan(work: &Work<'_>, script: &mut Script) {
    for table in &work.staying {
        if let Some((_, after)) = table.parts.comment {
            script.push(Phase::Finish, on_table(&table.after.name, after.as_deref()));
        }
    }
}

/// The comments on a new table, its columns and its constraints; those on indexes come with the indexes.
pub(super) fn of_new_table(
    work: &Work<'_>,
    table: &Table,
    inherited: &[&str],
    phase: Phase,
    script: &mut Script,
) {
    let name = &table.name;
    // Constraints of a table that is recreated get back the comments that they have in the database at hand.
    let of_old: Vec<_> = work.dropped.get(name).into_iter().flat_map(|old| on_constraints(old)).collect();
    if table.comment.is_some() {
        script.push(phase, on_table(name, table.comment.as_deref()));
    }
    for column in table.columns.iter().filter(|column| !inherited.contains(&column.name.as_str())) {
        if column.comment.is_some() {
            script.push(phase, on_column(name, &column.name, column.comment.as_deref()));
        }
        script.extend(phase, super::sequences::comment_of_new_column(name, column));
    }
    for (constraint, comment) in on_constraints(table) {
        if comment.is_some() && !of_old.contains(&(constraint, comment)) {
            script.push(Phase::Finish, on_constraint(name, constraint.as_ref(), comment.as_deref()));
        }
    }
}

/// The constraints with their comments.
fn on_constraints(table: &Table) -> impl Iterator<Item = (&Option<String>, &Option<String>)> {
    let key = table.primary_key.iter().map(|it| (&it.name, &it.comment));
    let uniques = table.uniques.iter().map(|it| (&it.name, &it.comment));
    let checks = table.checks.iter().map(|it| (&it.name, &it.comment));
    let exclusions = table.exclusions.iter().map(|it| (&it.name, &it.comment));
    let keys = table.foreign_keys.iter().map(|it| (&it.name, &it.comment));
    key.chain(uniques).chain(checks).chain(exclusions).chain(keys)
}

fn on_table(name: &QualifiedName, text: Option<&str>) -> Statement {
    Statement::new(
        format!("comment on the table `{name}`"),
        render::comment(&format!("TABLE {}", quote_name(name)), text),
    )
}

pub(super) fn on_column(table: &QualifiedName, column: &str, text: Option<&str>) -> Statement {
    Statement::new(
        format!("comment on the column `{table}`.`{column}`"),
        render::comment(&format!("COLUMN {}.{}", quote_name(table), quote(column)), text),
    )
}

pub(super) fn on_constraint(table: &QualifiedName, name: Option<&String>, text: Option<&str>) -> Statement {
    let name = name.map(String::as_str).unwrap_or_default();
    Statement::new(
        format!("comment on the constraint `{name}` of `{table}`"),
        render::comment(&format!("CONSTRAINT {} ON {}", quote(name), quote_name(table)), text),
    )
}

pub(super) fn on_index(index: &QualifiedName, text: Option<&str>) -> Statement {
    Statement::new(
        format!("comment on the index `{index}`"),
        render::comment(&format!("INDEX {}", quote_name(index)), text),
    )
}
