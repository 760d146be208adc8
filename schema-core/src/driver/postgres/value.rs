//! The runner's values on the wire.

use crate::dialect::postgres::quote_text;
use crate::driver::parameters::replaced;
use crate::driver::{DriverError, Value};
use crate::model::Engine;
use postgres::Row;
use postgres::types::{Format, IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use std::error::Error;

/// The statement with `$1`, `$2`, … in place of each `?`.
pub(super) fn with_numbers(statement: &str) -> String {
    replaced(statement, Engine::Postgres, |place| format!("${}", place + 1))
}

/// The statement with a value in place of each `?`.
pub(super) fn with_values(statement: &str, values: &[Value]) -> String {
    replaced(statement, Engine::Postgres, |place| match values.get(place) {
        Some(Value::Text(text)) => quote_text(text),
        Some(Value::Integer(number)) => number.to_string(),
        Some(Value::Null) | None => "NULL".to_owned(),
    })
}

/// The type that the server is told for a parameter; it finds out that of a NULL or a text itself.
pub(super) fn type_of(value: &Value) -> Type {
    match value {
        Value::Null | Value::Text(_) => Type::UNKNOWN,
        Value::Integer(_) => Type::INT8,
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Integer(number) => number.to_sql(ty, out),
            Value::Text(text) => {
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
            Value::Text(_) => Format::Text,
            Value::Null | Value::Integer(_) => Format::Binary,
        }
    }

    to_sql_checked!();
}

/// The values of a row.
pub(super) fn values(row: &Row) -> Result<Vec<Value>, DriverError> {
    (0..row.len()).map(|column| value(row, column)).collect()
}

fn value(row: &Row, column: usize) -> Result<Value, DriverError> {
    let ty = row.columns().get(column).map_or(&Type::UNKNOWN, postgres::Column::type_);
    let number = |number: Option<i64>| number.map_or(Value::Null, Value::Integer);
    Ok(match *ty {
        Type::BOOL => number(row.try_get::<_, Option<bool>>(column)?.map(i64::from)),
        Type::INT2 => number(row.try_get::<_, Option<i16>>(column)?.map(i64::from)),
        Type::INT4 => number(row.try_get::<_, Option<i32>>(column)?.map(i64::from)),
        Type::INT8 => number(row.try_get(column)?),
        _ => row.try_get::<_, Option<String>>(column)?.map_or(Value::Null, Value::Text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn question_marks_in_texts_and_comments_stay() {
        assert_eq!(
            with_numbers("SELECT '?', \"?\" /* ? */ FROM t WHERE a = ? AND b = ?"),
            "SELECT '?', \"?\" /* ? */ FROM t WHERE a = $1 AND b = $2"
        );
        let values = [Value::from("it's ?\\"), Value::Integer(-1), Value::Null];
        assert_eq!(
            with_values("INSERT INTO t VALUES ('?', ?, ?, ?)", &values),
            "INSERT INTO t VALUES ('?', E'it''s ?\\\\', -1, NULL)"
        );
    }
}
