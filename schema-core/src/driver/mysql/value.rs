//! The runner's values on the wire.

use super::connection::get;
use crate::driver::{DriverError, Value};
use mysql::Row;

impl From<&Value> for mysql::Value {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => mysql::Value::NULL,
            Value::Integer(number) => mysql::Value::Int(*number),
            Value::Text(text) => mysql::Value::Bytes(text.as_bytes().to_vec()),
        }
    }
}

/// The values of a row.
pub(super) fn values(row: &Row) -> Result<Vec<Value>, DriverError> {
    (0..row.len()).map(|column| value(row, column)).collect()
}

fn value(row: &Row, column: usize) -> Result<Value, DriverError> {
    Ok(match row.as_ref(column) {
        None | Some(mysql::Value::NULL) => Value::Null,
        Some(mysql::Value::Int(number)) => Value::Integer(*number),
        Some(mysql::Value::UInt(number)) => match i64::try_from(*number) {
            Ok(number) => Value::Integer(number),
            Err(_) => Value::Text(number.to_string()),
        },
        Some(mysql::Value::Bytes(_)) => Value::Text(get(row, column)?),
        Some(mysql::Value::Float(number)) => Value::Text(number.to_string()),
        Some(mysql::Value::Double(number)) => Value::Text(number.to_string()),
        Some(other @ (mysql::Value::Date(..) | mysql::Value::Time(..))) => {
            Value::Text(other.as_sql(true).trim_matches('\'').to_owned())
        }
    })
}
