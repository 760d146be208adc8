//! PostgreSQL, which has a type for everything.

use super::{Row, Value};
use crate::error::Error;
use bytes::BytesMut;
use jiff::civil::Date;
use postgres::Transaction;

use postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};
use schema_core::model::Engine;

pub(super) struct Connection<'a, 'b>(pub(super) &'a mut Transaction<'b>);

impl super::Connection for Connection<'_, '_> {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn execute(&mut self, statement: &str, parameters: &[Value]) -> Result<u64, Error> {
        Ok(self.0.execute(&numbered(statement), &references(parameters))?)
    }

    fn insert(&mut self, statement: &str, parameters: &[Value]) -> Result<i64, Error> {
        let statement = format!("{} RETURNING id", numbered(statement));
        Ok(self.0.query_one(&statement, &references(parameters))?.try_get(0)?)
    }

    fn query(&mut self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, Error> {
        let found = self.0.query(&numbered(statement), &references(parameters))?;
        found.iter().map(row).collect()
    }
}

/// The statement with `$1`, `$2` … for each `?`; the service's statements have none in a string.
fn numbered(statement: &str) -> String {
    let mut numbered = String::new();
    for (number, part) in statement.split('?').enumerate() {
        if number > 0 {
            numbered.push_str(&format!("${number}"));
        }
        numbered.push_str(part);
    }
    numbered
}

fn references(parameters: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    parameters.iter().map(|parameter| parameter as &(dyn ToSql + Sync)).collect()
}

fn row(found: &postgres::Row) -> Result<Row, Error> {
    let values = found.columns().iter().enumerate().map(|(column, description)| {
        let value = match description.type_() {
            &Type::INT8 => found.try_get::<_, Option<i64>>(column)?.into(),
            &Type::DATE => found.try_get::<_, Option<Date>>(column)?.into(),
            &Type::JSONB => found.try_get::<_, Option<serde_json::Value>>(column)?.into(),
            &Type::TEXT | &Type::VARCHAR | &Type::BPCHAR => found.try_get::<_, Option<&str>>(column)?.into(),
            _ => return Err(Error::Column { column, expected: "a number, a text, a day or a document" }),
        };
        Ok(value)
    });
    Ok(Row(values.collect::<Result<_, Error>>()?))
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Integer(number) => number.to_sql(ty, out),
            // The value of an enum is sent as its text.
            Value::Text(text) => text.to_sql(ty, out),
            Value::Date(date) => date.to_sql(ty, out),
            Value::Instant(instant) => instant.to_sql(ty, out),
            Value::Json(document) => document.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Enum(_))
            || <i64 as ToSql>::accepts(ty)
            || <String as ToSql>::accepts(ty)
            || <Date as ToSql>::accepts(ty)
            || <jiff::Timestamp as ToSql>::accepts(ty)
            || <serde_json::Value as ToSql>::accepts(ty)
    }

    to_sql_checked!();
}
