//! SQLite, which holds days, instants and documents as text.

use super::{Row, Value};
use crate::error::Error;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use schema_core::model::Engine;

pub(super) struct Connection<'a>(pub(super) &'a rusqlite::Connection);

impl super::Connection for Connection<'_> {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn execute(&mut self, statement: &str, parameters: &[Value]) -> Result<u64, Error> {
        let mut statement = self.0.prepare_cached(statement)?;
        let touched = statement.execute(rusqlite::params_from_iter(parameters))?;
        Ok(u64::try_from(touched).unwrap_or(u64::MAX))
    }

    fn insert(&mut self, statement: &str, parameters: &[Value]) -> Result<i64, Error> {
        self.execute(statement, parameters)?;
        Ok(self.0.last_insert_rowid())
    }

    fn query(&mut self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, Error> {
        let mut statement = self.0.prepare_cached(statement)?;
        let columns = statement.column_count();
        let mut found = statement.query(rusqlite::params_from_iter(parameters))?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            let values = (0..columns).map(|column| value(column, row.get_ref(column)?));
            rows.push(Row(values.collect::<Result<_, Error>>()?));
        }
        Ok(rows)
    }
}

fn value(column: usize, value: ValueRef<'_>) -> Result<Value, Error> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Real(_) | ValueRef::Blob(_) => {
            return Err(Error::Column { column, expected: "a number or a text" });
        }
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Value::Null => Ok(ToSqlOutput::from(rusqlite::types::Null)),
            Value::Integer(number) => number.to_sql(),
            Value::Text(text) => text.to_sql(),
            Value::Date(date) => date.to_sql(),
            Value::Instant(instant) => instant.to_sql(),
            Value::Json(document) => document.to_sql(),
        }
    }
}
