//! Columns.

use super::super::collation::quote_collation;
use super::super::expression::without_brackets;
use super::super::{quote, render};
use crate::model::{AutoIncrement, Column, ColumnType, Default, Generated, QualifiedName};

/// A column's definition, as CREATE TABLE and ADD COLUMN take it.
#[must_use]
pub fn column(table: &QualifiedName, column: &Column) -> String {
    let Column {
        name,
        ty: _,
        nullable,
        default,
        generated,
        auto,
        sequence,
        collation: _,
        charset: _,
        on_update: _,
        invisible: _,
        not_null_name,
        not_null_conflict: _,
        inherited: _,
        comment: _,
        renamed_from: _,
        renamed_values: _,
    } = column;
    let short = (*auto == Some(AutoIncrement::Serial) && sequence.is_none() && !nullable)
        .then(|| serial(&column.ty))
        .flatten();
    if let Some(short) = short {
        return format!("{} {short}", quote(name));
    }
    let mut sql = format!("{} {}", quote(name), column_type(column));
    match auto {
        Some(AutoIncrement::Usual | AutoIncrement::IdentityAlways | AutoIncrement::Autoincrement) => {
            sql.push(' ');
            sql.push_str(&render::identity(column));
        }
        Some(AutoIncrement::Serial) => {
            sql.push_str(&format!(" DEFAULT {}", render::sequence_name(table, column).next_value()));
        }
        None => {}
    }
    if let Some(Default::Sql(default)) = default {
        sql.push_str(&format!(" DEFAULT {default}"));
    }
    if let Some(Generated { expression, stored }) = generated {
        let kind = if *stored { "STORED" } else { "VIRTUAL" };
        sql.push_str(&format!(" GENERATED ALWAYS AS ({}) {kind}", without_brackets(expression)));
    }
    if !nullable {
        if let Some(name) = not_null_name {
            sql.push_str(&format!(" CONSTRAINT {}", quote(name)));
        }
        sql.push_str(" NOT NULL");
    }
    sql
}

/// The type with the collation.
#[must_use]
pub fn column_type(column: &Column) -> String {
    let ty = if let ColumnType::Sql(ty) = &column.ty { ty.as_str() } else { "" };
    match &column.collation {
        Some(collation) => format!("{ty} COLLATE {}", quote_collation(collation)),
        None => ty.to_owned(),
    }
}

/// The word for an integer with a sequence.
fn serial(ty: &ColumnType) -> Option<&'static str> {
    let ColumnType::Sql(ty) = ty else { return None };
    match ty.as_str() {
        "smallint" => Some("smallserial"),
        "integer" => Some("serial"),
        "bigint" => Some("bigserial"),
        _ => None,
    }
}
