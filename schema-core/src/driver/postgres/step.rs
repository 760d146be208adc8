//! Statements of an application's functions.

use super::connection::Connection;
use super::value::with_numbers;
use crate::driver::{Answer, DriverError, SqlValue};
use postgres::Row;
use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::{Format, FromSql, IsNull, Kind, ToSql, Type, private::BytesMut, to_sql_checked};
use std::error::Error;

/// Runs one statement.
pub(super) fn run(
    connection: &Connection,
    statement: &str,
    parameters: &[SqlValue],
) -> Result<Answer, DriverError> {
    let (statement, parameters) = (with_numbers(statement), parameters.to_vec());
    connection.call(move |client| {
        let typed = parameters.iter().map(|parameter| (parameter, type_of(parameter)));
        let mut found = client.query_typed_raw(&statement, typed)?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            rows.push((0..row.len()).map(|column| value(&row, column)).collect::<Result<_, _>>()?);
        }
        Ok(Answer { rows, changed: found.rows_affected().unwrap_or_default() })
    })
}

/// The type that the server is told for a parameter; it finds out that of a NULL or a text itself.
fn type_of(value: &SqlValue) -> Type {
    match value {
        SqlValue::Null | SqlValue::Text(_) => Type::UNKNOWN,
        SqlValue::Boolean(_) => Type::BOOL,
        SqlValue::Integer(_) => Type::INT8,
        SqlValue::Real(_) => Type::FLOAT8,
        SqlValue::Bytes(_) => Type::BYTEA,
    }
}

impl ToSql for SqlValue {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            SqlValue::Null => Ok(IsNull::Yes),
            SqlValue::Boolean(value) => value.to_sql(ty, out),
            SqlValue::Integer(number) => number.to_sql(ty, out),
            SqlValue::Real(number) => number.to_sql(ty, out),
            SqlValue::Bytes(bytes) => bytes.to_sql(ty, out),
            SqlValue::Text(text) => {
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    /// A text is one of any type.
    fn encode_format(&self, _: &Type) -> Format {
        match self {
            SqlValue::Text(_) => Format::Text,
            SqlValue::Null
            | SqlValue::Boolean(_)
            | SqlValue::Integer(_)
            | SqlValue::Real(_)
            | SqlValue::Bytes(_) => Format::Binary,
        }
    }

    to_sql_checked!();
}

fn value(row: &Row, column: usize) -> Result<SqlValue, DriverError> {
    let unreadable = |name: &str, ty: &Type| DriverError::Refused {
        message: format!(
            "the column `{name}` is of the type `{ty}`, which is read as text: write `::text` behind it"
        ),
    };
    match row.columns().get(column) {
        Some(found) if !SqlValue::accepts_type(found.type_()) => Err(unreadable(found.name(), found.type_())),
        Some(_) | None => Ok(row.try_get::<_, Option<SqlValue>>(column)?.unwrap_or(SqlValue::Null)),
    }
}

impl SqlValue {
    fn accepts_type(ty: &Type) -> bool {
        <SqlValue as FromSql<'_>>::accepts(ty)
    }
}

impl<'a> FromSql<'a> for SqlValue {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(match *ty {
            Type::BOOL => SqlValue::Boolean(bool::from_sql(ty, raw)?),
            Type::INT2 => SqlValue::Integer(i16::from_sql(ty, raw)?.into()),
            Type::INT4 => SqlValue::Integer(i32::from_sql(ty, raw)?.into()),
            Type::INT8 => SqlValue::Integer(i64::from_sql(ty, raw)?),
            Type::OID => SqlValue::Integer(u32::from_sql(ty, raw)?.into()),
            Type::FLOAT4 => SqlValue::Real(f32::from_sql(ty, raw)?.into()),
            Type::FLOAT8 => SqlValue::Real(f64::from_sql(ty, raw)?),
            Type::BYTEA => SqlValue::Bytes(raw.to_vec()),
            Type::UUID => SqlValue::Text(uuid(raw).ok_or("a UUID has 16 bytes")?),
            // A version stands before the text.
            Type::JSONB => SqlValue::Text(text(raw.strip_prefix(&[1]).ok_or("another version of jsonb")?)?),
            // Types as ltree have a version before the text.
            _ => SqlValue::Text(String::from_sql(ty, raw)?),
        })
    }

    fn accepts(ty: &Type) -> bool {
        let is_enum = matches!(ty.kind(), Kind::Enum(_));
        let is_known = matches!(
            *ty,
            Type::BOOL
                | Type::INT2
                | Type::INT4
                | Type::INT8
                | Type::OID
                | Type::FLOAT4
                | Type::FLOAT8
                | Type::BYTEA
                | Type::UUID
                | Type::JSON
                | Type::JSONB
        );
        is_enum || is_known || <String as FromSql<'_>>::accepts(ty)
    }
}

fn text(raw: &[u8]) -> Result<String, std::string::FromUtf8Error> {
    String::from_utf8(raw.to_vec())
}

/// As PostgreSQL writes it.
fn uuid(raw: &[u8]) -> Option<String> {
    let bytes: [u8; 16] = raw.try_into().ok()?;
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32];
    let parts: Option<Vec<&str>> = parts.into_iter().map(|part| digits.get(part)).collect();
    Some(parts?.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_written_as_the_server_writes_it() {
        let bytes =
            [0x0a, 0xee, 0xbc, 0x99, 0x9c, 0x0b, 0x4e, 0xf8, 0xbb, 0x6d, 0x6b, 0xb9, 0xbd, 0x38, 0x0a, 0x11];
        assert_eq!(uuid(&bytes).unwrap(), "0aeebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
        assert_eq!(uuid(&[1]), None);
    }
}
