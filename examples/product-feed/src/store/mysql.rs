//! MySQL and MariaDB, whose date-times have no zone: an instant is written as UTC.

use super::{Row, Value};
use crate::error::Error;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mysql::prelude::Queryable as _;
use mysql::{Params, Transaction};
use schema_core::model::Engine;

pub(super) struct Connection<'a, 'b>(pub(super) &'a mut Transaction<'b>);

impl super::Connection for Connection<'_, '_> {
    fn engine(&self) -> Engine {
        Engine::Mysql
    }

    fn execute(&mut self, statement: &str, parameters: &[Value]) -> Result<u64, Error> {
        self.0.exec_drop(statement, positional(parameters))?;
        Ok(self.0.affected_rows())
    }

    fn insert(&mut self, statement: &str, parameters: &[Value]) -> Result<i64, Error> {
        self.0.exec_drop(statement, positional(parameters))?;
        let number = self.0.last_insert_id().and_then(|number| i64::try_from(number).ok());
        number.ok_or(Error::Column { column: 0, expected: "the number of the new row" })
    }

    fn query(&mut self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, Error> {
        let found: Vec<mysql::Row> = self.0.exec(statement, positional(parameters))?;
        found.into_iter().map(row).collect()
    }
}

fn positional(parameters: &[Value]) -> Params {
    match parameters {
        [] => Params::Empty,
        _ => Params::Positional(parameters.iter().map(parameter).collect()),
    }
}

fn parameter(value: &Value) -> mysql::Value {
    match value {
        Value::Null => mysql::Value::NULL,
        Value::Integer(number) => mysql::Value::from(*number),
        Value::Text(text) => mysql::Value::from(text),
        Value::Date(date) => mysql::Value::from(date.to_string()),
        Value::Instant(instant) => {
            let utc = instant.to_zoned(TimeZone::UTC).datetime();
            mysql::Value::from(utc.strftime("%Y-%m-%d %H:%M:%S%.6f").to_string())
        }
        Value::Json(document) => mysql::Value::from(document.to_string()),
    }
}

fn row(found: mysql::Row) -> Result<Row, Error> {
    let values = found.unwrap().into_iter().enumerate().map(|(column, value)| {
        let invalid = || Error::Column { column, expected: "a number, a text or a day" };
        Ok(match value {
            mysql::Value::NULL => Value::Null,
            mysql::Value::Int(number) => Value::Integer(number),
            mysql::Value::UInt(number) => Value::Integer(i64::try_from(number).map_err(|_| invalid())?),
            mysql::Value::Bytes(bytes) => Value::Text(String::from_utf8(bytes).map_err(|_| invalid())?),
            mysql::Value::Date(year, month, day, 0, 0, 0, 0) => {
                let number = |number: u8| i8::try_from(number).map_err(|_| invalid());
                let year = i16::try_from(year).map_err(|_| invalid())?;
                Value::Date(Date::new(year, number(month)?, number(day)?).map_err(|_| invalid())?)
            }
            mysql::Value::Date(..)
            | mysql::Value::Time(..)
            | mysql::Value::Float(_)
            | mysql::Value::Double(_) => {
                return Err(invalid());
            }
        })
    });
    Ok(Row(values.collect::<Result<_, Error>>()?))
}
