//! What only the derives' output calls.
//!
//! Every check panics in a constant: the compiler shows the message at the caller's span, under `cargo check` too.

pub use crate::dump::dump_if_requested;
pub use crate::meta::*;
pub use crate::model::{
    AutoIncrement, Compression, ConflictClause, Deferrability, Engine, Match, NullsOrder, PartitionMethod,
    PolicyCommand, StatisticsKind, Storage, TablePrivilege, TriggerEnabled, TriggerTiming,
};
pub use crate::sql_type::SqlType;
pub use crate::traits::{Columns, Model, SqlEnum, Table as TableTrait, View as ViewTrait};
pub use core::option::Option::{self, None, Some};
pub use inventory::submit;
#[cfg(feature = "migrate")]
pub use schema_derive::embed_migrations;
pub use schema_derive::{sql, sql_file};

mod check;
mod message;

pub use check::*;

use crate::meta::column_type;

/// The type of a decimal column with digits; any other type stays as it is, and [`check_digits`] tells of it.
#[must_use]
pub const fn decimal(ty: ColumnType, precision: Option<u32>, scale: Option<u32>) -> ColumnType {
    if let ColumnType::Decimal { .. } = ty { ColumnType::Decimal { precision, scale } } else { ty }
}

/// The database's text for a variant.
#[must_use]
pub const fn enum_value(declared: &'static Enum, variant: &str) -> Default {
    let mut index = 0;
    while index < declared.values.len() {
        if column_type::equal(declared.values[index].variant, variant) {
            return Default::EnumValue(declared.values[index].name);
        }
        index += 1;
    }
    Default::EnumValue("")
}

/// The database's name for a field that may be in a flattened struct; [`check_field`] tells of one that is nowhere.
#[must_use]
pub const fn field(columns: &'static [Member], field: &str) -> &'static str {
    match find(columns, field) {
        Some((name, _, _)) => name,
        None => "",
    }
}

/// The type of a field that may be in a flattened struct.
#[must_use]
pub const fn field_type(columns: &'static [Member], field: &str) -> ColumnType {
    match find(columns, field) {
        Some((_, ty, _)) => ty,
        None => ColumnType::Sql(""),
    }
}

/// Whether a field that may be in a flattened struct allows NULL.
#[must_use]
pub const fn field_nullable(columns: &'static [Member], field: &str) -> bool {
    match find(columns, field) {
        Some((_, _, nullable)) => nullable,
        None => false,
    }
}

/// The name and type of a field's column, and whether it allows NULL.
const fn find(columns: &'static [Member], field: &str) -> Option<(&'static str, ColumnType, bool)> {
    let mut index = 0;
    while index < columns.len() {
        match &columns[index] {
            Member::Plain(name, (ty, nullable)) => {
                if column_type::equal(name, field) {
                    return Some((name, *ty, *nullable));
                }
            }
            Member::Column(column) => {
                if let Some(origin) = column.origin
                    && column_type::equal(origin, field)
                {
                    return Some((column.base.name, column.base.ty, column.base.nullable));
                }
            }
            Member::Flatten(_, columns) => {
                if let Some(column) = find(columns, field) {
                    return Some(column);
                }
            }
        }
        index += 1;
    }
    None
}
