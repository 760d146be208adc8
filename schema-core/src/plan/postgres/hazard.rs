//! What statements do to rows that are there, and to those who use them meanwhile. A lock that is held for a moment is no hazard: nearly every
//! statement takes one; a warning that is always there is read by nobody.

use super::columns::Rows;
use super::fate::{Fate, type_text};
use super::work::Work;
use crate::dialect::postgres::conversion::conversion;
use crate::dialect::postgres::is_volatile;
use crate::model::{
    Check, Column, Default, Exclusion, ForeignKey, Index, KeyColumn, PrimaryKey, QualifiedName, Unique,
};
use crate::sql::Hazard;

/// ADD COLUMN.
pub(super) fn of_new_column(table: &QualifiedName, column: &Column) -> Vec<Hazard> {
    let place = format!("`{table}`.`{}`", column.name);
    let mut hazards = Vec::new();
    let computed = column.generated.as_ref().is_some_and(|it| it.stored);
    let volatile = if let Some(Default::Sql(text)) = &column.default { is_volatile(text) } else { false };
    if computed || column.auto.is_some() || volatile {
        hazards.push(rewrites(table));
    }
    let has_value = column.auto.is_some() || is_value(column.default.as_ref());
    if !column.nullable && column.generated.is_some() {
        hazards.push(Hazard::MayFail(format!("rows whose {place} comes out as NULL are refused")));
    } else if !column.nullable && !has_value {
        hazards.push(Hazard::MayFail(format!(
            "{place} is NOT NULL and has no default: with rows in the table, add it with a default, or give it values before NOT NULL"
        )));
    }
    hazards
}

/// Whether a default is anything but NULL.
fn is_value(default: Option<&Default>) -> bool {
    match default {
        None => false,
        Some(Default::Sql(text)) => !text.to_ascii_lowercase().starts_with("null"),
        Some(
            Default::Now | Default::Bool(_) | Default::Number(_) | Default::Text(_) | Default::EnumValue(_),
        ) => true,
    }
}

/// ALTER COLUMN TYPE.
pub(super) fn of_type(
    work: &Work<'_>,
    table: &QualifiedName,
    before: &Column,
    after: &Column,
    fate: Fate,
    rows: Rows,
) -> Vec<Hazard> {
    if rows == Rows::None {
        return Vec::new();
    }
    let place = format!("`{table}`.`{}`", after.name);
    let mut hazards = Vec::new();
    if fate == Fate::Swapped && before.ty == after.ty {
        hazards.push(rewrites(table));
        for swap in work.swaps.iter().filter(|swap| swap.is_type_of(after)) {
            let removed = swap.removed();
            if !removed.is_empty() {
                let removed: Vec<String> = removed.iter().map(|value| format!("`{value}`")).collect();
                hazards.push(Hazard::MayFail(format!(
                    "rows whose {place} is {} are refused: give them another value first",
                    removed.join(" or ")
                )));
            }
        }
        return hazards;
    }
    let (from, to) = (type_text(before), type_text(after));
    if from == to {
        // Only the collation differs: indexes are made anew, rows are not.
        return hazards;
    }
    let conversion = conversion(&after.name, from, to);
    if conversion.rewrites {
        hazards.push(rewrites(table));
    }
    if conversion.may_fail {
        hazards.push(Hazard::MayFail(format!("values of {place} that are no `{to}` are refused")));
    }
    if let Some(loss) = conversion.loses {
        hazards.push(Hazard::DestroysData(format!("{loss} in {place}, on the way from `{from}` to `{to}`")));
    }
    hazards
}

fn rewrites(table: &QualifiedName) -> Hazard {
    Hazard::RewritesTable(format!(
        "all rows of `{table}` are written anew, nobody else can read or write meanwhile"
    ))
}

/// All rows are read under a lock that keeps everybody out.
fn scans(table: &QualifiedName) -> Hazard {
    Hazard::BlocksReads(format!("all rows of `{table}` are checked, nobody else can read or write meanwhile"))
}

/// SET NOT NULL.
pub(super) fn of_not_null(table: &QualifiedName, column: &Column, rows: Rows) -> Vec<Hazard> {
    match rows {
        Rows::None => Vec::new(),
        Rows::Maybe => vec![
            scans(table),
            Hazard::MayFail(format!("rows whose `{table}`.`{}` is NULL are refused", column.name)),
        ],
    }
}

/// ADD PRIMARY KEY.
pub(super) fn of_primary_key(table: &QualifiedName, key: &PrimaryKey) -> Vec<Hazard> {
    of_key(table, &key.columns)
}

/// ADD UNIQUE.
pub(super) fn of_unique(table: &QualifiedName, unique: &Unique) -> Vec<Hazard> {
    of_key(table, &unique.columns)
}

fn of_key(table: &QualifiedName, columns: &[KeyColumn]) -> Vec<Hazard> {
    let columns: Vec<String> = columns.iter().map(|column| format!("`{}`", column.name)).collect();
    vec![
        builds_index(table),
        Hazard::MayFail(format!("rows of `{table}` may have equal keys in {}", columns.join(", "))),
    ]
}

fn builds_index(table: &QualifiedName) -> Hazard {
    Hazard::BlocksReads(format!(
        "an index of all rows of `{table}` is built, nobody else can read or write meanwhile"
    ))
}

/// ADD EXCLUDE.
pub(super) fn of_exclusion(table: &QualifiedName, _: &Exclusion) -> Vec<Hazard> {
    vec![builds_index(table), Hazard::MayFail(format!("rows of `{table}` may exclude each other"))]
}

/// ADD CHECK, or its validation.
pub(super) fn of_check(table: &QualifiedName, check: &Check) -> Vec<Hazard> {
    if check.not_valid {
        return Vec::new();
    }
    vec![scans(table), Hazard::MayFail(format!("rows of `{table}` may violate `{}`", check.expression))]
}

/// ADD FOREIGN KEY.
pub(super) fn of_foreign_key(table: &QualifiedName, key: &ForeignKey) -> Vec<Hazard> {
    if key.not_valid {
        return Vec::new();
    }
    let tables = if key.references == *table {
        format!("`{table}`")
    } else {
        format!("`{table}` and `{}`", key.references)
    };
    vec![
        Hazard::BlocksWrites(format!(
            "all rows of `{table}` are checked, nobody else can write to {tables} meanwhile"
        )),
        Hazard::MayFail(format!(
            "rows of `{table}` may refer to rows that `{}` does not have",
            key.references
        )),
    ]
}

/// CREATE INDEX.
pub(super) fn of_index(table: &QualifiedName, index: &Index) -> Vec<Hazard> {
    let mut hazards = vec![Hazard::BlocksWrites(format!(
        "an index of the rows of `{table}` is built, nobody else can write meanwhile"
    ))];
    if index.unique {
        hazards.push(Hazard::MayFail(format!("rows of `{table}` may have equal keys")));
    }
    hazards
}

/// ATTACH PARTITION.
pub(super) fn of_attached(table: &QualifiedName) -> Vec<Hazard> {
    vec![scans(table), Hazard::MayFail(format!("rows of `{table}` may belong elsewhere"))]
}

/// SET LOGGED and UNLOGGED.
pub(super) fn of_logging(table: &QualifiedName) -> Vec<Hazard> {
    vec![rewrites(table)]
}
