//! Types of columns: as Rust knows them in a model, as SQL spells them in a database.

use super::QualifiedName;
use serde::{Deserialize, Serialize};

/// The type of a column.
///
/// A model mostly says the Rust type; a dialect turns it into [`ColumnType::Sql`] when it resolves a document for its
/// engine, so that a resolved or introspected schema holds only `Sql`, `Enum` and arrays of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// `bool`
    Bool,
    /// `i8`
    I8,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `u8`
    U8,
    /// `u16`
    U16,
    /// `u32`
    U32,
    /// `u64`
    U64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `String` and its relatives.
    Text,
    /// `char`
    Char,
    /// `Vec<u8>`
    Bytes,
    /// `[u8; N]`, its length in bytes.
    FixedBytes(u32),
    /// A date without a time.
    Date,
    /// A time of day without a zone.
    Time,
    /// A date and time without a zone.
    DateTime,
    /// An instant: a date and time that is the same moment everywhere.
    Instant,
    /// A UUID.
    Uuid,
    /// JSON.
    Json,
    /// An exact decimal number.
    Decimal {
        /// All digits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        precision: Option<u32>,
        /// The digits after the point.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scale: Option<u32>,
    },
    /// An IP network (`ipnetwork::IpNetwork`).
    IpNetwork,
    /// `Vec<T>`, an array where the engine has arrays.
    Array(Box<ColumnType>),
    /// The SQL enum of this name.
    Enum(String),
    /// The domain of this name.
    Domain(QualifiedName),
    /// The composite type of this name.
    Composite(QualifiedName),
    /// SQL text: `type = ".."` in a model, or what a database says.
    Sql(String),
}

/// What a type is named by or made of: for what does not tell Rust's own types apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypeForm<'a> {
    /// One of Rust's own types, or of a crate's.
    Rust,
    /// An array of a type.
    Array(&'a ColumnType),
    /// The enum of this name.
    Enum(&'a str),
    /// The domain of this name.
    Domain(&'a QualifiedName),
    /// The composite type of this name.
    Composite(&'a QualifiedName),
    /// SQL text.
    Sql(&'a str),
}

impl ColumnType {
    /// What the type is named by or made of.
    pub(crate) fn form(&self) -> TypeForm<'_> {
        match self {
            ColumnType::Array(item) => TypeForm::Array(item),
            ColumnType::Enum(name) => TypeForm::Enum(name),
            ColumnType::Domain(name) => TypeForm::Domain(name),
            ColumnType::Composite(name) => TypeForm::Composite(name),
            ColumnType::Sql(text) => TypeForm::Sql(text),
            ColumnType::Bool
            | ColumnType::I8
            | ColumnType::I16
            | ColumnType::I32
            | ColumnType::I64
            | ColumnType::U8
            | ColumnType::U16
            | ColumnType::U32
            | ColumnType::U64
            | ColumnType::F32
            | ColumnType::F64
            | ColumnType::Text
            | ColumnType::Char
            | ColumnType::Bytes
            | ColumnType::FixedBytes(_)
            | ColumnType::Date
            | ColumnType::Time
            | ColumnType::DateTime
            | ColumnType::Instant
            | ColumnType::Uuid
            | ColumnType::Json
            | ColumnType::Decimal { precision: _, scale: _ }
            | ColumnType::IpNetwork => TypeForm::Rust,
        }
    }

    /// The enum that the type, or that of its items, is.
    #[must_use]
    pub fn enum_name(&self) -> Option<&str> {
        match self.form() {
            TypeForm::Enum(name) => Some(name),
            TypeForm::Array(item) => item.enum_name(),
            TypeForm::Rust | TypeForm::Domain(_) | TypeForm::Composite(_) | TypeForm::Sql(_) => None,
        }
    }

    /// The domain or composite type that the type, or that of its items, is.
    #[must_use]
    pub fn user_type(&self) -> Option<&QualifiedName> {
        match self.form() {
            TypeForm::Domain(name) | TypeForm::Composite(name) => Some(name),
            TypeForm::Array(item) => item.user_type(),
            TypeForm::Rust | TypeForm::Enum(_) | TypeForm::Sql(_) => None,
        }
    }
}
