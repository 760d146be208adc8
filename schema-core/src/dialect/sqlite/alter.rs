//! What ALTER TABLE can do, and what needs a rebuild.
//!
//! The rules are static: some statements that SQLite accepts on an empty table fail once there is a row, so what they do to an empty one says
//! nothing (<https://www.sqlite.org/lang_altertable.html>).

use super::expression::{as_list_of_texts, identifiers, may_hold_quoted_string, mentions};
use super::identifier::ROWID_NAMES;
use super::{fold, quote_text, render, types};
use crate::diff::TableChange;
use crate::model::{
    Check, Column, ColumnType, DatabaseSchema, Default, ForeignKey, Index, IndexKey, Table, Unique,
};
use std::collections::HashSet;

/// A step that ALTER TABLE, CREATE INDEX or DROP INDEX takes by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// ADD COLUMN, with the whole definition and the CHECKs in it that the value in all rows may violate.
    AddColumn { column: &'a Column, definition: String, may_violate: Vec<&'a Check> },
    /// DROP COLUMN.
    DropColumn(&'a Column),
    /// CREATE INDEX.
    AddIndex(&'a Index),
    /// DROP INDEX.
    DropIndex(&'a Index),
}

/// The native steps for the changes; none where the table must be rebuilt.
///
/// `holds_check` tells whether somebody wrote a CHECK into a column's own definition: it goes where that goes. `keeps_texts` tells whether
/// DROP COLUMN leaves the views and triggers as they are ([`drop_column_keeps_texts`]).
pub(crate) fn native_steps<'a>(
    before: &Table,
    after: &Table,
    changes: &'a [TableChange],
    start: &DatabaseSchema,
    keeps_texts: bool,
    holds_check: impl Fn(&Column) -> bool,
) -> Option<Vec<Step<'a>>> {
    let mut steps = Vec::new();
    let added: Vec<&Column> = changes
        .iter()
        .filter_map(|change| if let TableChange::AddColumn(column) = change { Some(column) } else { None })
        .collect();
    for change in changes {
        match change {
            TableChange::AddColumn(column) => {
                let definition = added_column(column, after, changes)?;
                let may_violate = changes
                    .iter()
                    .filter_map(
                        |change| if let TableChange::AddCheck(check) = change { Some(check) } else { None },
                    )
                    .filter(|check| belongs_to(check, column, after) && !satisfies(column, check))
                    .collect();
                steps.push(Step::AddColumn { column, definition, may_violate });
            }
            TableChange::DropColumn(column) => {
                if holds_check(column) || !keeps_texts || !can_drop(column, before, changes, start) {
                    return None;
                }
                steps.push(Step::DropColumn(column));
            }
            TableChange::AddIndex(index) => steps.push(Step::AddIndex(index)),
            TableChange::DropIndex(index) => steps.push(Step::DropIndex(index)),
            // These can come with a column that is added, and only so.
            TableChange::AddCheck(check) => {
                added.iter().find(|column| belongs_to(check, column, after))?;
            }
            TableChange::AddForeignKey(key) => {
                added.iter().find(|column| refers_from(key, column))?;
            }
            TableChange::AlterColumn { .. }
            | TableChange::PrimaryKey { .. }
            | TableChange::AddUnique(_)
            | TableChange::DropUnique(_)
            | TableChange::DropCheck(_)
            | TableChange::DropForeignKey(_)
            | TableChange::AddExclusion(_)
            | TableChange::DropExclusion(_)
            | TableChange::PartitionBy { .. }
            | TableChange::PartitionOf { .. }
            | TableChange::Inherits { .. }
            | TableChange::Options { .. }
            | TableChange::Comment { .. } => return None,
        }
    }
    Some(in_order(steps, after))
}

/// Columns are added before others are dropped, so that a person can give values from the old to the new; in the table's order, but each behind those that it
/// is computed from.
fn in_order<'a>(steps: Vec<Step<'a>>, after: &Table) -> Vec<Step<'a>> {
    let (mut open, rest): (Vec<Step<'a>>, Vec<Step<'a>>) =
        steps.into_iter().partition(|step| matches!(step, Step::AddColumn { .. }));
    open.sort_by_key(|step| after.columns.iter().position(|column| added(step) == Some(column)));
    let mut ordered = Vec::with_capacity(open.len() + rest.len());
    while !open.is_empty() {
        let waits = |step: &Step<'_>| {
            added(step).and_then(|column| column.generated.as_ref()).is_some_and(|generated| {
                open.iter()
                    .filter(|other| *other != step)
                    .filter_map(added)
                    .any(|other| mentions(&generated.expression, &other.name))
            })
        };
        let next = open.iter().position(|step| !waits(step)).unwrap_or(0);
        ordered.push(open.remove(next));
    }
    ordered.extend(rest);
    ordered
}

fn added<'a>(step: &Step<'a>) -> Option<&'a Column> {
    match step {
        Step::AddColumn { column, .. } => Some(column),
        Step::DropColumn(_) | Step::AddIndex(_) | Step::DropIndex(_) => None,
    }
}

/// The definition with which ADD COLUMN takes the column, whatever rows there are.
fn added_column(column: &Column, after: &Table, changes: &[TableChange]) -> Option<String> {
    if is_rowid(&column.name) {
        return None;
    }
    let key = after.primary_key.iter().flat_map(|key| &key.columns);
    let unique = after.uniques.iter().flat_map(|unique| &unique.columns);
    if key.chain(unique).any(|part| part.name == column.name) {
        return None;
    }
    match &column.default {
        Some(Default::Sql(default)) if types::is_constant(default) => {}
        None => {}
        Some(_) => return None,
    }
    let has_default = types::gives_value(column.default.as_ref());
    match &column.generated {
        Some(generated) if generated.stored || !column.nullable => return None,
        Some(_) => {}
        None if !column.nullable && !has_default => return None,
        None => {}
    }
    let mut constraints = Vec::new();
    for change in changes {
        match change {
            TableChange::AddCheck(check) if belongs_to(check, column, after) => {
                constraints.push(render::check(check));
            }
            TableChange::AddForeignKey(key) if refers_from(key, column) => {
                if has_default {
                    return None;
                }
                let name = render::constraint_name(key.name.as_ref());
                constraints.push(format!("{name}{}", render::references(key)));
            }
            TableChange::AddCheck(_)
            | TableChange::AddForeignKey(_)
            | TableChange::AddColumn(_)
            | TableChange::DropColumn(_)
            | TableChange::AlterColumn { .. }
            | TableChange::PrimaryKey { .. }
            | TableChange::AddUnique(_)
            | TableChange::DropUnique(_)
            | TableChange::DropCheck(_)
            | TableChange::DropForeignKey(_)
            | TableChange::AddIndex(_)
            | TableChange::DropIndex(_)
            | TableChange::AddExclusion(_)
            | TableChange::DropExclusion(_)
            | TableChange::PartitionBy { .. }
            | TableChange::PartitionOf { .. }
            | TableChange::Inherits { .. }
            | TableChange::Options { .. }
            | TableChange::Comment { .. } => {}
        }
    }
    // The order in which somebody declares them must not change the script.
    constraints.sort();
    constraints.insert(0, render::column(column, None));
    Some(constraints.join(" "))
}

/// Whether the name is one that a table's rowid has, which ADD COLUMN and DROP COLUMN refuse and CREATE TABLE takes.
fn is_rowid(name: &str) -> bool {
    ROWID_NAMES.iter().any(|rowid| name.eq_ignore_ascii_case(rowid))
}

/// Whether the CHECK speaks of this column and no other.
fn belongs_to(check: &Check, column: &Column, table: &Table) -> bool {
    let mentioned: HashSet<String> = identifiers(&check.expression).collect();
    table.columns.iter().all(|other| mentioned.contains(&fold(&other.name)) == (other.name == column.name))
}

/// Whether what the rows get in a new column is sure to satisfy the CHECK: one of the texts in its list, or NULL.
fn satisfies(column: &Column, check: &Check) -> bool {
    let Some((_, texts)) = as_list_of_texts(&check.expression) else { return false };
    match &column.default {
        None => column.generated.is_none(),
        Some(Default::Sql(default)) => texts.iter().any(|text| quote_text(text) == *default),
        Some(_) => false,
    }
}

fn refers_from(key: &ForeignKey, column: &Column) -> bool {
    matches!(key.columns.as_slice(), [only] if *only == column.name)
}

/// Whether DROP COLUMN leaves the texts of all views and triggers as they are: what names nothing in double quotes it writes as the
/// string that it is, wherever that stands.
pub(crate) fn drop_column_keeps_texts(schema: &DatabaseSchema) -> bool {
    let views = schema.views.iter().map(|view| view.query.as_str());
    let texts: Vec<&str> = views
        .chain(schema.triggers.iter().map(|trigger| trigger.definition.as_str()))
        .filter(|text| text.contains('"'))
        .collect();
    if texts.is_empty() {
        return true;
    }
    let columns = schema.tables.iter().flat_map(|table| &table.columns).map(|column| &column.name);
    let names: HashSet<String> = columns
        .chain(schema.tables.iter().map(|table| &table.name.name))
        .chain(schema.views.iter().flat_map(|view| view.columns.iter().chain([&view.name.name])))
        .chain(schema.triggers.iter().map(|trigger| &trigger.name))
        .map(|name| fold(name))
        .collect();
    !texts.iter().any(|text| may_hold_quoted_string(text, |name| names.contains(name)))
}

/// Whether nothing that stays speaks of the column.
fn can_drop(column: &Column, before: &Table, changes: &[TableChange], start: &DatabaseSchema) -> bool {
    let name = column.name.as_str();
    let Table { name: table, columns, primary_key, uniques, checks, foreign_keys, indexes, .. } = before;
    let keys = primary_key
        .iter()
        .flat_map(|key| &key.columns)
        .chain(uniques.iter().flat_map(|unique| &unique.columns));
    let dropped: Vec<&Index> = changes
        .iter()
        .filter_map(|change| if let TableChange::DropIndex(index) = change { Some(index) } else { None })
        .collect();
    let text_of_others = columns
        .iter()
        .filter(|other| other.name != name)
        .filter_map(|other| other.generated.as_ref())
        .map(|generated| generated.expression.as_str())
        .chain(checks.iter().map(|check| check.expression.as_str()))
        .chain(
            start
                .views
                .iter()
                .map(|view| view.query.as_str())
                .chain(start.triggers.iter().map(|trigger| trigger.definition.as_str()))
                .filter(|text| mentions(text, &table.name)),
        );
    !is_rowid(name)
        && !keys.map(|part| &part.name).any(|part| part == name)
        && !foreign_keys.iter().any(|key| key.columns.iter().any(|part| part == name))
        && !indexes.iter().filter(|index| !dropped.contains(index)).any(|index| indexes_column(index, name))
        && !text_of_others.into_iter().any(|text| mentions(text, name))
        // A table keeps at least one column that is not generated.
        && columns.iter().any(|other| {
            let goes = |change: &TableChange| matches!(change, TableChange::DropColumn(gone) if gone == other);
            other.generated.is_none() && !changes.iter().any(goes)
        })
}

fn indexes_column(index: &Index, name: &str) -> bool {
    index.predicate.iter().any(|predicate| mentions(predicate, name))
        || index.parts.iter().any(|part| match &part.key {
            IndexKey::Column(column) => column == name,
            IndexKey::Expression(expression) => mentions(expression, name),
        })
}

/// The key of the table, if SQLite may fail to rename it: where it is one INTEGER column, the name is forgotten in each UNIQUE that is written before the
/// key, and in a table WITHOUT ROWID in each behind it ("no such column", in all versions up to 3.54).
pub(crate) fn key_that_refuses_renames(table: &Table) -> Option<&str> {
    let [key] = table.primary_key.as_ref()?.columns.as_slice() else { return None };
    let is_integer = table.columns.iter().any(|column| {
        column.name == key.name
            && matches!(&column.ty, ColumnType::Sql(ty) if ty.eq_ignore_ascii_case("INTEGER"))
    });
    let holds_key = |unique: &Unique| unique.columns.iter().any(|column| column.name == key.name);
    if !is_integer || !table.uniques.iter().any(holds_key) {
        return None;
    }
    let words: Vec<String> = identifiers(table.definition.as_ref()?).collect();
    let (before, behind) = words.split_at(words.iter().position(|word| word == "primary")?);
    let wrong_side = if table.options.without_rowid { behind } else { before };
    wrong_side.iter().any(|word| word == "unique").then_some(key.name.as_str())
}
