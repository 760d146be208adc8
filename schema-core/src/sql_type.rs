//! Rust types as column types.

use crate::meta::ColumnType;
use std::borrow::Cow;

/// A Rust type that a column can have.
///
/// `#[derive(SqlEnum)]` implements it for an enum and `#[derive(SqlType)]` for a newtype. The types of `chrono`, `time`, `jiff`,
/// `uuid`, `rust_decimal`, `bigdecimal`, `serde_json` and `ipnetwork` have it behind features of those names; `sqlx::types::Json` and `Text` behind `sqlx-0_9`,
/// `postgres_types::Json` behind `postgres-types`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no column type",
    label = "the type of the column is not known",
    note = "name it with `#[column(type = \"..\")]`, or leave the field out with `#[column(skip)]`",
    note = "an enum derives `SqlEnum`, a newtype derives `SqlType`, a struct of columns derives `Columns` and is embedded with `#[column(flatten)]`",
    note = "types of `chrono`, `time`, `jiff`, `uuid`, `rust_decimal`, `bigdecimal`, `serde_json` and `ipnetwork` need schema-core's feature of that name, those of jiff 0.2 `jiff-0_2`; `sqlx::types::Json` needs `sqlx-0_9`, `postgres_types::Json` `postgres-types`"
)]
pub trait SqlType {
    /// The type of the column.
    const TY: ColumnType;
    /// Whether NULL is allowed.
    const NULLABLE: bool = false;
    /// The type of a column of `Vec<Self>`: an array, unless it is a vector of bytes.
    #[doc(hidden)]
    const VECTOR: ColumnType = ColumnType::Array(&Self::TY);
    /// Both of the above, for the derives to ask at once.
    #[doc(hidden)]
    const COLUMN: (ColumnType, bool) = (Self::TY, Self::NULLABLE);
}

macro_rules! column_types {
    ($($ty:ty => $column_type:expr;)+) => {
        $(impl SqlType for $ty {
            const TY: ColumnType = $column_type;
        })+
    };
}

column_types! {
    bool => ColumnType::Bool;
    i8 => ColumnType::I8;
    i16 => ColumnType::I16;
    i32 => ColumnType::I32;
    i64 => ColumnType::I64;
    u16 => ColumnType::U16;
    u32 => ColumnType::U32;
    u64 => ColumnType::U64;
    f32 => ColumnType::F32;
    f64 => ColumnType::F64;
    char => ColumnType::Char;
    String => ColumnType::Text;
    Box<str> => ColumnType::Text;
    Cow<'_, str> => ColumnType::Text;
}

impl SqlType for u8 {
    const TY: ColumnType = ColumnType::U8;
    const VECTOR: ColumnType = ColumnType::Bytes;
}

impl<T: SqlType> SqlType for Option<T> {
    const TY: ColumnType = T::TY;
    const NULLABLE: bool = true;
}

impl<T: SqlType> SqlType for Vec<T> {
    const TY: ColumnType = T::VECTOR;
}

impl<const N: usize> SqlType for [u8; N] {
    #[expect(clippy::cast_possible_truncation, reason = "the bound is asserted")]
    const TY: ColumnType = {
        assert!(N <= u32::MAX as usize, "no column holds so many bytes");
        ColumnType::FixedBytes(N as u32)
    };
}

#[cfg(feature = "chrono")]
column_types! {
    chrono::NaiveDate => ColumnType::Date;
    chrono::NaiveTime => ColumnType::Time;
    chrono::NaiveDateTime => ColumnType::DateTime;
}

#[cfg(feature = "chrono")]
impl<Zone: chrono::TimeZone> SqlType for chrono::DateTime<Zone> {
    const TY: ColumnType = ColumnType::Instant;
}

#[cfg(feature = "time")]
column_types! {
    time::Date => ColumnType::Date;
    time::Time => ColumnType::Time;
    time::PrimitiveDateTime => ColumnType::DateTime;
    time::OffsetDateTime => ColumnType::Instant;
}

#[cfg(feature = "jiff")]
column_types! {
    jiff::civil::Date => ColumnType::Date;
    jiff::civil::Time => ColumnType::Time;
    jiff::civil::DateTime => ColumnType::DateTime;
    jiff::Timestamp => ColumnType::Instant;
}

#[cfg(feature = "jiff-0_2")]
column_types! {
    jiff_0_2::civil::Date => ColumnType::Date;
    jiff_0_2::civil::Time => ColumnType::Time;
    jiff_0_2::civil::DateTime => ColumnType::DateTime;
    jiff_0_2::Timestamp => ColumnType::Instant;
}

#[cfg(feature = "uuid")]
column_types! {
    uuid::Uuid => ColumnType::Uuid;
}

#[cfg(feature = "rust_decimal")]
column_types! {
    rust_decimal::Decimal => ColumnType::Decimal { precision: None, scale: None };
}

#[cfg(feature = "bigdecimal")]
column_types! {
    bigdecimal::BigDecimal => ColumnType::Decimal { precision: None, scale: None };
}

#[cfg(feature = "serde_json")]
column_types! {
    serde_json::Value => ColumnType::Json;
}

#[cfg(feature = "ipnetwork")]
column_types! {
    ipnetwork::IpNetwork => ColumnType::IpNetwork;
}

#[cfg(feature = "postgres-types")]
impl<T> SqlType for postgres_types::Json<T> {
    const TY: ColumnType = ColumnType::Json;
}

#[cfg(feature = "sqlx-0_9")]
impl<T: ?Sized> SqlType for sqlx_core_0_9::types::Json<T> {
    const TY: ColumnType = ColumnType::Json;
}

#[cfg(feature = "sqlx-0_9")]
impl<T> SqlType for sqlx_core_0_9::types::Text<T> {
    const TY: ColumnType = ColumnType::Text;
}

#[cfg(all(test, feature = "postgres-types", feature = "sqlx-0_9"))]
mod tests {
    use super::SqlType;
    use crate::meta::ColumnType;

    #[test]
    fn wrappers_of_database_libraries_have_their_column_types() {
        struct Settings;
        let json = [
            <Option<sqlx_core_0_9::types::Json<Settings>>>::TY,
            <sqlx_core_0_9::types::Json<[Settings]>>::TY,
            <postgres_types::Json<Settings>>::TY,
        ];
        assert!(json.iter().all(|ty| matches!(ty, ColumnType::Json)));
        assert!(matches!(<sqlx_core_0_9::types::Text<Settings>>::TY, ColumnType::Text));
    }
}
