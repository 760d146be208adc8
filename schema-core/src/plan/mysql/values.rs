//! Values of ENUM and SET columns that are called otherwise or go.
//!
//! The servers keep rows by their values' texts when a type is rewritten. So a value is renamed in three steps: the new one is added, the rows are
//! updated, the old one is dropped. A value that goes is first looked for, because outside of a strict `sql_mode` its rows would lose it in silence.

use crate::dialect::mysql::{guard, quote, quote_name, quote_text, type_of_values, types};
use crate::model::{Column, ColumnType, Table};
use crate::sql::{Hazard, Statement};

/// A renamed value: from, to.
pub(super) type Renamed<'a> = (&'a str, &'a str);

/// The values of both types, where both are of the same kind.
fn both(before: &Column, after: &Column) -> Option<(String, Vec<String>, Vec<String>)> {
    let (ColumnType::Sql(old), ColumnType::Sql(new)) = (&before.ty, &after.ty) else { return None };
    let kind = types::name_of(old);
    (kind == types::name_of(new)).then_some(())?;
    Some((kind.to_owned(), types::values(old)?, types::values(new)?))
}

/// The column with the new names beside the old ones, where rows must be updated before these can go.
pub(super) fn with_both_names(before: &Column, after: &Column, renamed: &[Renamed<'_>]) -> Option<Column> {
    let (kind, mut values, _) = both(before, after)?;
    let known = values.len();
    for (from, to) in renamed {
        // Two values that differ by case alone are the same to most collations, and cannot stand beside each other.
        if from.to_lowercase() != to.to_lowercase() && !values.iter().any(|value| value == to) {
            values.push((*to).to_owned());
        }
    }
    (values.len() > known)
        .then(|| Column { ty: ColumnType::Sql(type_of_values(&kind, &values)), ..before.clone() })
}

/// Gives the rows the new values.
pub(super) fn update(
    table: &Table,
    before: &Column,
    after: &Column,
    renamed: &[Renamed<'_>],
) -> Vec<Statement> {
    let Some((kind, ..)) = both(before, after) else { return Vec::new() };
    let column = quote(&before.name);
    let renamed = renamed.iter().filter(|(from, to)| from.to_lowercase() != to.to_lowercase());
    renamed
        .map(|(from, to)| {
            let (old, new) = (quote_text(from), quote_text(to));
            let (value, rows) = if kind == "set" {
                // A value stands between commas.
                let (old_item, new_item) = (quote_text(&format!(",{from},")), quote_text(&format!(",{to},")));
                (
                    format!(
                        "TRIM(BOTH ',' FROM REPLACE(CONCAT(',', {column}, ','), {old_item}, {new_item}))"
                    ),
                    format!("FIND_IN_SET({old}, {column})"),
                )
            } else {
                (new, format!("{column} = {old}"))
            };
            Statement::new(
                format!(
                    "rename the value `{from}` of `{}`.`{}` to `{to}` in all rows",
                    table.name, before.name
                ),
                format!(
                    "UPDATE {} SET {column} = {value}{} WHERE {rows}",
                    quote_name(&table.name),
                    kept_as_they_are(table, &before.name)
                ),
            )
        })
        .collect()
}

/// Columns with ON UPDATE must not notice.
pub(super) fn kept_as_they_are(table: &Table, except: &str) -> String {
    let columns = table.columns.iter().filter(|column| column.on_update.is_some() && column.name != except);
    columns.map(|column| format!(", {name} = {name}", name = quote(&column.name))).collect()
}

/// Fails where the table has rows, which would need values in these new columns.
pub(super) fn no_rows(table: &Table, places: &[String]) -> Option<Statement> {
    if places.is_empty() {
        return None;
    }
    let columns = places.join(" and ");
    let [verb, has, them, defaults] = if places.len() == 1 {
        ["is", "has", "it", "a default"]
    } else {
        ["are", "have", "them", "defaults"]
    };
    let comment = format!(
        "stop here if `{}` has rows, which would have no value for {columns}: with a row, this SELECT is an error",
        table.name
    );
    let hazard = format!(
        "{columns} {verb} NOT NULL and {has} no default: with rows in the table, add {them} with {defaults}, or give {them} values before NOT NULL"
    );
    let reason = format!("`{}` has rows, which have no value for {columns}", table.name);
    let statement = Statement::new(comment, guard::sql(&reason, &table.name, None));
    Some(statement.with_hazards([Hazard::MayFail(hazard)]))
}

/// Fails where a row has a value that goes.
pub(super) fn without_gone_values(
    table: &Table,
    before: &Column,
    after: &Column,
    renamed: &[Renamed<'_>],
) -> Option<Statement> {
    let (kind, old, new) = both(before, after)?;
    let gone: Vec<&String> = old
        .iter()
        .filter(|value| !new.contains(value) && !renamed.iter().any(|(from, _)| from == value))
        .collect();
    if gone.is_empty() {
        return None;
    }
    let column = quote(&before.name);
    let rows = if kind == "set" {
        let tests = gone.iter().map(|value| format!("FIND_IN_SET({}, {column})", quote_text(value)));
        tests.collect::<Vec<_>>().join(" OR ")
    } else {
        let values: Vec<String> = gone.iter().map(|value| quote_text(value)).collect();
        format!("{column} IN ({})", values.join(", "))
    };
    let names: Vec<String> = gone.iter().map(|value| format!("`{value}`")).collect();
    let place = format!("`{}`.`{}`", table.name, before.name);
    let names = names.join(" or ");
    let comment =
        format!("stop here if a row has {names} in {place}: with such a row, this SELECT is an error");
    let hazard = format!("rows with {names} in {place} are refused: give them another value first");
    let reason = format!("rows have {names} in {place}");
    let statement = Statement::new(comment, guard::sql(&reason, &table.name, Some(&rows)));
    Some(statement.with_hazards([Hazard::MayFail(hazard)]))
}
