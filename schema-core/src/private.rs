//! What only the derives' output calls.
//!
//! Every check panics in a constant: the compiler shows the message at the caller's span, under `cargo check` too.

pub use crate::dump::dump_if_requested;
pub use crate::meta::*;
pub use crate::model::{AutoIncrement, ConflictClause, Deferrability, Engine, Match, NullsOrder};
pub use crate::registry::Registered;
pub use crate::sql_type::SqlType;
pub use crate::traits::{Columns, Model, SqlEnum, Table as TableTrait, View as ViewTrait};
pub use core::option::Option::{self, None, Some};
pub use inventory::submit;
#[cfg(feature = "migrate")]
pub use schema_derive::embed_migrations;

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
        Some((name, _)) => name,
        None => "",
    }
}

/// The type of a field that may be in a flattened struct.
#[must_use]
pub const fn field_type(columns: &'static [Member], field: &str) -> ColumnType {
    match find(columns, field) {
        Some((_, ty)) => ty,
        None => ColumnType::Sql(""),
    }
}

/// Refuses digits on anything but a decimal.
#[track_caller]
pub const fn check_digits(ty: ColumnType) {
    if !matches!(ty, ColumnType::Decimal { .. }) {
        Message::new("`precision` and `scale` are for decimals; this column is ").push(ty.describe()).panic();
    }
}

/// Refuses a default that the column's type cannot hold.
#[track_caller]
pub const fn check_default(ty: ColumnType, default: Default) {
    let (fits, kind) = match default {
        Default::Now => (ty.is_time(), "the current instant"),
        Default::Bool(_) => (matches!(ty, ColumnType::Bool | ColumnType::Sql(_)), "a bool"),
        Default::Number(_) => (ty.is_number(), "a number"),
        Default::Text(_) => (ty.is_written_as_text(), "a text"),
        Default::EnumValue(_) | Default::Sql(_) => (true, ""),
    };
    if !fits {
        Message::new("the default is ").push(kind).push(", but the column is ").push(ty.describe()).panic();
    }
}

/// Refuses the value of another enum as a default.
#[track_caller]
pub const fn check_enum_default(ty: ColumnType, declared: &'static Enum) {
    match ty {
        ColumnType::Sql(_) => {}
        ColumnType::Enum(of_column) if column_type::equal(of_column.name, declared.name) => {}
        other => Message::new("the default is a value of the enum `")
            .push(declared.name)
            .push("`, but the column is ")
            .push(other.describe())
            .panic(),
    }
}

/// Refuses a field that neither the struct nor a flattened one has.
#[track_caller]
pub const fn check_field(columns: &'static [Member], field: &str) {
    if find(columns, field).is_none() {
        Message::new("no field `").push(field).push("`; there are ").push_fields(columns).panic();
    }
}

/// Refuses a foreign key to a column that does not exist or is of another type.
#[track_caller]
pub const fn check_reference(
    columns: &'static [Member],
    field: &str,
    ty: ColumnType,
    owner: &str,
    target: &str,
) {
    let Some((_, referenced)) = find(columns, field) else {
        Message::new("`")
            .push(owner)
            .push("` refers to `")
            .push(target)
            .push("::")
            .push(field)
            .push("`, but `")
            .push(target)
            .push("` has no such column; it has ")
            .push_fields(columns)
            .panic();
    };
    if !ty.refers_to(referenced) {
        Message::new("`")
            .push(owner)
            .push("` is ")
            .push(ty.describe())
            .push(", but `")
            .push(target)
            .push("::")
            .push(field)
            .push("`, which it refers to, is ")
            .push(referenced.describe())
            .panic();
    }
}

/// The name and type of a field's column.
const fn find(columns: &'static [Member], field: &str) -> Option<(&'static str, ColumnType)> {
    let mut index = 0;
    while index < columns.len() {
        match &columns[index] {
            Member::Plain(name, (ty, _)) => {
                if column_type::equal(name, field) {
                    return Some((name, *ty));
                }
            }
            Member::Column(column) => {
                if let Some(origin) = column.origin
                    && column_type::equal(origin, field)
                {
                    return Some((column.base.name, column.base.ty));
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

/// A text that is put together in a constant.
struct Message {
    bytes: [u8; Message::CAPACITY],
    length: usize,
}

impl Message {
    const CAPACITY: usize = 1024;

    const fn new(text: &str) -> Self {
        Message { bytes: [0; Message::CAPACITY], length: 0 }.push(text)
    }

    /// Adds a text, or nothing where it does not fit any more.
    const fn push(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if self.length + text.len() <= Message::CAPACITY {
            let mut index = 0;
            while index < text.len() {
                self.bytes[self.length] = text[index];
                self.length += 1;
                index += 1;
            }
        }
        self
    }

    const fn push_fields(mut self, columns: &[Member]) -> Self {
        let mut index = 0;
        while index < columns.len() {
            if index > 0 {
                self = self.push(", ");
            }
            self = match &columns[index] {
                Member::Plain(name, _) => self.push("`").push(name).push("`"),
                Member::Column(column) => match column.origin {
                    Some(origin) => self.push("`").push(origin).push("`"),
                    None => self,
                },
                Member::Flatten(_, columns) => self.push_fields(columns),
            };
            index += 1;
        }
        self
    }

    #[track_caller]
    #[expect(
        clippy::panic,
        reason = "it is how a constant tells the compiler of a mistake; none runs in a program"
    )]
    const fn panic(&self) -> ! {
        match core::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("a mistake in a model"),
        }
    }
}
