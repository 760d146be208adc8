//! Types of columns.

use super::{CompositeType, Domain, Enum};

/// The type of a column, as Rust knows it or as SQL text.
#[derive(Clone, Copy, Debug)]
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
        precision: Option<u32>,
        /// The digits after the point.
        scale: Option<u32>,
    },
    /// An IP network.
    IpNetwork,
    /// `Vec<T>`, an array where the engine has arrays.
    Array(&'static ColumnType),
    /// An enum.
    Enum(&'static Enum),
    /// A domain.
    Domain(&'static Domain),
    /// A composite type.
    Composite(&'static CompositeType),
    /// SQL text.
    Sql(&'static str),
}

impl ColumnType {
    /// What a message calls the type.
    pub(crate) const fn describe(self) -> &'static str {
        match self {
            ColumnType::Bool => "`bool`",
            ColumnType::I8 => "`i8`",
            ColumnType::I16 => "`i16`",
            ColumnType::I32 => "`i32`",
            ColumnType::I64 => "`i64`",
            ColumnType::U8 => "`u8`",
            ColumnType::U16 => "`u16`",
            ColumnType::U32 => "`u32`",
            ColumnType::U64 => "`u64`",
            ColumnType::F32 => "`f32`",
            ColumnType::F64 => "`f64`",
            ColumnType::Text => "a text",
            ColumnType::Char => "`char`",
            ColumnType::Bytes | ColumnType::FixedBytes(_) => "bytes",
            ColumnType::Date => "a date",
            ColumnType::Time => "a time of day",
            ColumnType::DateTime => "a date and time without zone",
            ColumnType::Instant => "an instant",
            ColumnType::Uuid => "a UUID",
            ColumnType::Json => "JSON",
            ColumnType::Decimal { .. } => "a decimal",
            ColumnType::IpNetwork => "an IP network",
            ColumnType::Array(_) => "an array",
            ColumnType::Enum(_) => "another enum",
            ColumnType::Domain(domain) => domain.definition.ty.describe(),
            ColumnType::Composite(_) => "a composite type",
            ColumnType::Sql(_) => "of a type of its own",
        }
    }

    /// Whether a foreign key may lead from one type to the other: lengths and precisions aside, they are the same. SQL text is
    /// compared later, by engine.
    pub(crate) const fn refers_to(self, other: ColumnType) -> bool {
        match (self, other) {
            (ColumnType::Sql(_), _) | (_, ColumnType::Sql(_)) => true,
            (ColumnType::Array(left), ColumnType::Array(right)) => left.refers_to(*right),
            (ColumnType::Domain(domain), ty) | (ty, ColumnType::Domain(domain)) => {
                domain.definition.ty.refers_to(ty)
            }
            (ColumnType::Enum(left), ColumnType::Enum(right)) => equal(left.name, right.name),
            (left, right) => left.rank() == right.rank(),
        }
    }

    /// The type below domains.
    pub(crate) const fn below(self) -> ColumnType {
        match self {
            ColumnType::Domain(domain) => domain.definition.ty.below(),
            other => other,
        }
    }

    /// Tells types apart, lengths and precisions aside.
    const fn rank(self) -> u8 {
        match self {
            ColumnType::Bool => 0,
            ColumnType::I8 => 1,
            ColumnType::I16 => 2,
            ColumnType::I32 => 3,
            ColumnType::I64 => 4,
            ColumnType::U8 => 5,
            ColumnType::U16 => 6,
            ColumnType::U32 => 7,
            ColumnType::U64 => 8,
            ColumnType::F32 => 9,
            ColumnType::F64 => 10,
            ColumnType::Text => 11,
            ColumnType::Char => 12,
            ColumnType::Bytes => 13,
            ColumnType::FixedBytes(_) => 14,
            ColumnType::Date => 15,
            ColumnType::Time => 16,
            ColumnType::DateTime => 17,
            ColumnType::Instant => 18,
            ColumnType::Uuid => 19,
            ColumnType::Json => 20,
            ColumnType::Decimal { .. } => 21,
            ColumnType::IpNetwork => 22,
            ColumnType::Array(_) => 23,
            ColumnType::Enum(_) => 24,
            ColumnType::Sql(_) => 25,
            ColumnType::Domain(_) => 26,
            ColumnType::Composite(_) => 27,
        }
    }

    /// Whether `default = now` makes sense.
    pub(crate) const fn is_time(self) -> bool {
        matches!(
            self.below(),
            ColumnType::Date
                | ColumnType::Time
                | ColumnType::DateTime
                | ColumnType::Instant
                | ColumnType::Sql(_)
        )
    }

    /// Whether a text is a possible default: everything but truth values, numbers and enums is written as one.
    pub(crate) const fn is_written_as_text(self) -> bool {
        match self.below() {
            ColumnType::Sql(_) | ColumnType::Composite(_) => true,
            ColumnType::Bool | ColumnType::Enum(_) => false,
            other => !other.is_number(),
        }
    }

    /// The least and the greatest value of an integer type.
    pub(crate) const fn integers(self) -> Option<(i128, i128)> {
        match self.below() {
            ColumnType::I8 => Some((i8::MIN as i128, i8::MAX as i128)),
            ColumnType::I16 => Some((i16::MIN as i128, i16::MAX as i128)),
            ColumnType::I32 => Some((i32::MIN as i128, i32::MAX as i128)),
            ColumnType::I64 => Some((i64::MIN as i128, i64::MAX as i128)),
            ColumnType::U8 => Some((0, u8::MAX as i128)),
            ColumnType::U16 => Some((0, u16::MAX as i128)),
            ColumnType::U32 => Some((0, u32::MAX as i128)),
            ColumnType::U64 => Some((0, u64::MAX as i128)),
            ColumnType::Bool
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
            | ColumnType::Decimal { .. }
            | ColumnType::IpNetwork
            | ColumnType::Array(_)
            | ColumnType::Enum(_)
            | ColumnType::Domain(_)
            | ColumnType::Composite(_)
            | ColumnType::Sql(_) => None,
        }
    }

    /// Whether a number is a possible default.
    pub(crate) const fn is_number(self) -> bool {
        matches!(
            self.below(),
            ColumnType::I8
                | ColumnType::I16
                | ColumnType::I32
                | ColumnType::I64
                | ColumnType::U8
                | ColumnType::U16
                | ColumnType::U32
                | ColumnType::U64
                | ColumnType::F32
                | ColumnType::F64
                | ColumnType::Decimal { .. }
                | ColumnType::Sql(_)
        )
    }
}

/// String equality, in a constant.
pub(crate) const fn equal(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}
