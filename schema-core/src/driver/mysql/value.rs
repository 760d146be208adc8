//! The runner's values on the wire.

use super::connection::get;
use crate::driver::parameters::replaced;
use crate::driver::{DriverError, Value};
use crate::model::Engine;
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

/// The statement with a value in place of each `?`. Scripts may change how a session reads texts, so that no text is written that is read in more than one way.
pub(super) fn with_values(statement: &str, values: &[Value]) -> String {
    replaced(statement, Engine::Mysql, |place| match values.get(place) {
        Some(Value::Text(text)) if text.chars().all(is_plain) => format!("'{text}'"),
        Some(Value::Text(text)) => {
            let digits: String = text.bytes().map(|byte| format!("{byte:02X}")).collect();
            format!("_utf8mb4 X'{digits}'")
        }
        Some(Value::Integer(number)) => number.to_string(),
        Some(Value::Null) | None => "NULL".to_owned(),
    })
}

/// Whether a character means itself between quotes, in every mode and every character set.
fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || " .,:;+-_/()".contains(character)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_in_one_way_in_every_mode() {
        let values = [Value::from("a-1"), Value::from("it's \\"), Value::Integer(-1), Value::Null];
        assert_eq!(
            with_values("INSERT INTO `h?` VALUES (?, ?, ?, ?)", &values),
            "INSERT INTO `h?` VALUES ('a-1', _utf8mb4 X'69742773205C', -1, NULL)"
        );
    }
}
