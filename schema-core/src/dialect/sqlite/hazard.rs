//! What a rebuild may do to rows, and what it surely does not: a warning that is always there is read by nobody.

use super::expression::{as_list_of_texts, canonical, mentions};
use super::types::{self, Affinity};
use super::{fold, normalize::rowid_alias};
use crate::diff::{Rename, TableChange};
use crate::model::{
    Check, Column, ColumnType, ForeignKey, KeyColumn, PrimaryKey, QualifiedName, Table, Unique,
};
use crate::sql::Hazard;

/// What the changes may do to the rows that are copied. `values` are the values of enums that get other names on the way.
pub(super) fn of_rebuild(
    before: &Table,
    after: &Table,
    changes: &[TableChange],
    values: &[&Rename],
) -> Vec<Hazard> {
    let table = &after.name;
    let mut hazards = Vec::new();
    for change in changes {
        match change {
            TableChange::DropColumn(column) if column.generated.is_none() => {
                hazards.push(Hazard::DestroysData(format!(
                    "the values of `{table}`.`{}` are gone",
                    column.name
                )));
            }
            TableChange::AddColumn(column)
                if !column.nullable
                    && !types::gives_value(column.default.as_ref())
                    && column.generated.is_none()
                    && rowid_alias(after).as_ref() != Some(&column.name) =>
            {
                hazards.push(Hazard::MayFail(format!(
                    "`{table}`.`{}` is NOT NULL and has no default: with rows in the table, give the column a value in this SELECT",
                    column.name
                )));
            }
            TableChange::AddColumn(column) if !column.nullable && column.generated.is_some() => {
                hazards.push(computed_null(table, column));
            }
            TableChange::AlterColumn { before: old, after: new } => {
                hazards.extend(column_hazards(table, old, new));
                hazards.extend(compared_otherwise(after, old, new));
            }
            TableChange::AddUnique(Unique { columns: key, .. }) => {
                if !is_unique(key, before, changes) {
                    hazards.push(equal_keys(table, key));
                }
            }
            TableChange::PrimaryKey { before: _, after: Some(PrimaryKey { columns: key, .. }) } => {
                if !is_unique(key, before, changes) || !key.iter().all(|part| has_value(part, before)) {
                    hazards.push(equal_keys(table, key));
                }
            }
            TableChange::AddCheck(check) if holds(check, before, values) => {}
            TableChange::AddCheck(check) => {
                hazards
                    .push(Hazard::MayFail(format!("rows of `{table}` may violate `{}`", check.expression)));
            }
            TableChange::AddForeignKey(key) if refers(key, before) => {}
            TableChange::AddForeignKey(key) => {
                hazards.push(Hazard::MayFail(format!(
                    "rows of `{table}` may refer to rows that `{}` does not have",
                    key.references
                )));
            }
            TableChange::Options { before: old, after: new } if new.strict && !old.strict => {
                hazards
                    .push(Hazard::MayFail(format!("rows of `{table}` may hold values that STRICT refuses")));
            }
            TableChange::Options { before: old, after: new } if old.strict && !new.strict => {
                hazards.extend(before.columns.iter().filter(|column| is_any(column)).filter(|column| stays(column, after)).map(|column| {
                    Hazard::DestroysData(format!(
                        "texts of `{table}`.`{}` that look like numbers become numbers, as '007' becomes 7",
                        column.name
                    ))
                }));
            }
            TableChange::DropColumn(_)
            | TableChange::AddColumn(_)
            | TableChange::PrimaryKey { before: _, after: None }
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
    hazards.push(Hazard::RewritesTable(format!(
        "all rows of `{table}` are copied; writes wait until this is done"
    )));
    hazards
}

/// Whether a column takes any value as it is, which it does in STRICT tables alone.
fn is_any(column: &Column) -> bool {
    matches!(&column.ty, ColumnType::Sql(text) if text.eq_ignore_ascii_case("ANY"))
}

fn stays(column: &Column, after: &Table) -> bool {
    after.columns.iter().any(|other| other.name == column.name && other.ty == column.ty)
}

fn column_hazards(table: &QualifiedName, before: &Column, after: &Column) -> Vec<Hazard> {
    let place = format!("`{table}`.`{}`", after.name);
    let mut hazards = Vec::new();
    if before.generated.is_none() && after.generated.is_some() {
        hazards.push(Hazard::DestroysData(format!("the values of {place} are computed from now on")));
    }
    if !after.nullable
        && after.generated.is_some()
        && (before.nullable || before.generated != after.generated)
    {
        hazards.push(computed_null(table, after));
    }
    if before.nullable && !after.nullable && after.generated.is_none() {
        hazards.push(Hazard::MayFail(format!(
            "rows whose {place} is NULL are refused: give them a value in this SELECT"
        )));
    }
    if let (ColumnType::Sql(old), ColumnType::Sql(new)) = (&before.ty, &after.ty)
        && may_change_values(types::affinity(old), types::affinity(new))
    {
        hazards.push(Hazard::DestroysData(format!(
            "values of {place} may change on the way from `{old}` to `{new}`, as '007' becomes 7"
        )));
    }
    hazards
}

/// A CHECK that stays may come out otherwise where its column has another type or collation: to a BLOB, '1' and 1 are not equal.
fn compared_otherwise(after: &Table, old: &Column, new: &Column) -> Vec<Hazard> {
    let affinity = |column: &Column| {
        if let ColumnType::Sql(text) = &column.ty { Some(types::affinity(text)) } else { None }
    };
    if affinity(old) == affinity(new) && old.collation == new.collation {
        return Vec::new();
    }
    let checks = after.checks.iter().filter(|check| mentions(&check.expression, &new.name));
    checks
        .map(|check| Hazard::MayFail(format!("rows of `{}` may violate `{}`", after.name, check.expression)))
        .collect()
}

fn computed_null(table: &QualifiedName, column: &Column) -> Hazard {
    Hazard::MayFail(format!("rows whose `{table}`.`{}` comes out as NULL are refused", column.name))
}

/// Whether a value of one affinity may become another value in a column of the other.
fn may_change_values(before: Affinity, after: Affinity) -> bool {
    match (before, after) {
        (_, Affinity::Blob) => false,
        (Affinity::Integer, Affinity::Numeric) | (Affinity::Numeric, Affinity::Integer) => false,
        (Affinity::Integer, Affinity::Text) => false,
        (left, right) => left != right,
    }
}

/// Whether a CHECK that the rows have passed already makes sure of this one.
fn holds(check: &Check, before: &Table, values: &[&Rename]) -> bool {
    let wanted = as_list_of_texts(&check.expression);
    before.checks.iter().any(|old| {
        if canonical(&old.expression) == canonical(&check.expression) {
            return true;
        }
        let (Some((old_column, old_texts)), Some((column, texts))) =
            (as_list_of_texts(&old.expression), &wanted)
        else {
            return false;
        };
        let renamed = |text: &String| {
            values.iter().find_map(|rename| match rename {
                Rename::Value { table: _, column, from, to }
                    if fold(column) == fold(&old_column) && from == text =>
                {
                    Some(to.clone())
                }
                Rename::Value { .. }
                | Rename::Table { .. }
                | Rename::Column { .. }
                | Rename::Type { .. }
                | Rename::EnumValue { .. }
                | Rename::Attribute { .. }
                | Rename::OnTable { .. }
                | Rename::Index { .. }
                | Rename::Constraint { .. } => None,
            })
        };
        fold(&old_column) == fold(column)
            && old_texts.iter().all(|text| texts.contains(&renamed(text).unwrap_or_else(|| text.clone())))
    })
}

/// Whether another foreign key has the rows refer to the same ones already.
fn refers(key: &ForeignKey, before: &Table) -> bool {
    before.foreign_keys.iter().any(|old| {
        old.columns == key.columns
            && fold(&old.references.name) == fold(&key.references.name)
            && old.referenced_columns == key.referenced_columns
    })
}

/// Whether another key keeps the rows apart already.
fn is_unique(key: &[KeyColumn], before: &Table, changes: &[TableChange]) -> bool {
    let keys = before.primary_key.iter().map(|key| &key.columns);
    let stays = |column: &KeyColumn| {
        column.collation.is_none()
            && !changes.iter().any(|change| {
                matches!(change, TableChange::AlterColumn { after, .. } if after.name == column.name)
            })
    };
    keys.chain(before.uniques.iter().map(|unique| &unique.columns)).any(|old| {
        old.iter()
            .all(|part| stays(part) && key.iter().any(|column| column.name == part.name && stays(column)))
    })
}

fn has_value(part: &KeyColumn, before: &Table) -> bool {
    before.columns.iter().any(|column| column.name == part.name && !column.nullable)
}

fn equal_keys(table: &QualifiedName, key: &[KeyColumn]) -> Hazard {
    let columns: Vec<String> = key.iter().map(|column| format!("`{}`", column.name)).collect();
    Hazard::MayFail(format!("rows of `{table}` may have equal keys, or none, in {}", columns.join(", ")))
}
