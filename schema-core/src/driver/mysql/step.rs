//! Statements of an application's functions.

use super::connection::{Connection, get};
use crate::driver::{Answer, DriverError, SqlValue};
use mysql::consts::ColumnType;
use mysql::prelude::Queryable as _;
use mysql::{Params, Row};

/// The character set of bytes: <https://dev.mysql.com/doc/refman/8.4/en/charset-binary-set.html>.
const BINARY: u16 = 63;

/// Runs one statement.
pub(super) fn run(
    connection: &mut Connection,
    statement: &str,
    parameters: &[SqlValue],
) -> Result<Answer, DriverError> {
    let parameters: Vec<mysql::Value> = parameters.iter().map(mysql::Value::from).collect();
    let parameters = if parameters.is_empty() { Params::Empty } else { Params::Positional(parameters) };
    let connection = connection.ready()?;
    let mut found = connection.exec_iter(statement, parameters)?;
    let mut rows = Vec::new();
    for row in found.by_ref() {
        let row = row?;
        rows.push((0..row.len()).map(|column| value(&row, column)).collect::<Result<_, _>>()?);
    }
    drop(found);
    Ok(Answer { rows, changed: connection.affected_rows() })
}

impl From<&SqlValue> for mysql::Value {
    fn from(value: &SqlValue) -> Self {
        match value {
            SqlValue::Null => mysql::Value::NULL,
            SqlValue::Boolean(value) => mysql::Value::Int((*value).into()),
            SqlValue::Integer(number) => mysql::Value::Int(*number),
            SqlValue::Real(number) => mysql::Value::Double(*number),
            SqlValue::Text(text) => mysql::Value::Bytes(text.as_bytes().to_vec()),
            SqlValue::Bytes(bytes) => mysql::Value::Bytes(bytes.clone()),
        }
    }
}

fn value(row: &Row, column: usize) -> Result<SqlValue, DriverError> {
    Ok(match row.as_ref(column) {
        None | Some(mysql::Value::NULL) => SqlValue::Null,
        Some(mysql::Value::Int(number)) => SqlValue::Integer(*number),
        Some(mysql::Value::UInt(number)) => match i64::try_from(*number) {
            Ok(number) => SqlValue::Integer(number),
            Err(_) => SqlValue::Text(number.to_string()),
        },
        Some(mysql::Value::Float(number)) => SqlValue::Real((*number).into()),
        Some(mysql::Value::Double(number)) => SqlValue::Real(*number),
        Some(mysql::Value::Bytes(bytes)) if is_binary(row, column) => SqlValue::Bytes(bytes.clone()),
        Some(mysql::Value::Bytes(_)) => SqlValue::Text(get(row, column)?),
        Some(mysql::Value::Date(year, month, day, hour, minute, second, micros)) => {
            let date = format!("{year:04}-{month:02}-{day:02}");
            let has_time = row
                .columns_ref()
                .get(column)
                .is_none_or(|column| !matches!(column.column_type(), ColumnType::MYSQL_TYPE_DATE));
            SqlValue::Text(match has_time {
                true => format!("{date} {hour:02}:{minute:02}:{second:02}{}", fraction(*micros, row, column)),
                false => date,
            })
        }
        Some(mysql::Value::Time(is_negative, days, hours, minutes, seconds, micros)) => {
            let sign = if *is_negative { "-" } else { "" };
            let hours = days * 24 + u32::from(*hours);
            SqlValue::Text(format!(
                "{sign}{hours:02}:{minutes:02}:{seconds:02}{}",
                fraction(*micros, row, column)
            ))
        }
    })
}

/// A part of a second with as many digits as the column has.
fn fraction(micros: u32, row: &Row, column: usize) -> String {
    let digits = row.columns_ref().get(column).map_or(0, |column| usize::from(column.decimals()).min(6));
    match format!("{micros:06}").get(..digits) {
        Some(digits) if !digits.is_empty() => format!(".{digits}"),
        Some(_) | None => String::new(),
    }
}

/// Whether a column holds bytes; decimals and JSON come as bytes too, and are text.
fn is_binary(row: &Row, column: usize) -> bool {
    row.columns_ref().get(column).is_some_and(|column| {
        let is_string = matches!(
            column.column_type(),
            ColumnType::MYSQL_TYPE_TINY_BLOB
                | ColumnType::MYSQL_TYPE_MEDIUM_BLOB
                | ColumnType::MYSQL_TYPE_LONG_BLOB
                | ColumnType::MYSQL_TYPE_BLOB
                | ColumnType::MYSQL_TYPE_STRING
                | ColumnType::MYSQL_TYPE_VAR_STRING
                | ColumnType::MYSQL_TYPE_VARCHAR
                | ColumnType::MYSQL_TYPE_GEOMETRY
                | ColumnType::MYSQL_TYPE_BIT
        );
        is_string && column.character_set() == BINARY
    })
}
