//! Values on their way to and from a database, whatever its engine.

use crate::error::Error;
use crate::models::ImportStatus;
use jiff::Timestamp;
use jiff::civil::Date;

/// A value of a parameter or a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    /// A whole number.
    Integer(i64),
    /// A text, and on PostgreSQL the value of an enum.
    Text(String),
    /// A day.
    Date(Date),
    /// An instant.
    Instant(Timestamp),
    /// A JSON document.
    Json(serde_json::Value),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Integer(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Value::Text(text.clone())
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Self {
        Value::Date(date)
    }
}

impl From<Timestamp> for Value {
    fn from(instant: Timestamp) -> Self {
        Value::Instant(instant)
    }
}

impl From<serde_json::Value> for Value {
    fn from(document: serde_json::Value) -> Self {
        Value::Json(document)
    }
}

impl From<ImportStatus> for Value {
    fn from(status: ImportStatus) -> Self {
        Value::from(status.as_str())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, T::into)
    }
}

/// A row that a query has found.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(pub Vec<Value>);

impl Row {
    /// The number in a column, counted from 0.
    ///
    /// # Errors
    ///
    /// When something else is there.
    pub fn integer(&self, column: usize) -> Result<i64, Error> {
        match self.0.get(column) {
            Some(Value::Integer(number)) => Ok(*number),
            _ => Err(Error::Column { column, expected: "a whole number" }),
        }
    }

    /// The text in a column, counted from 0.
    ///
    /// # Errors
    ///
    /// When something else is there.
    pub fn text(&self, column: usize) -> Result<String, Error> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Ok(text.clone()),
            Some(Value::Json(document)) => Ok(document.to_string()),
            _ => Err(Error::Column { column, expected: "a text" }),
        }
    }

    /// The day in a column, counted from 0.
    ///
    /// # Errors
    ///
    /// When something else is there.
    pub fn date(&self, column: usize) -> Result<Date, Error> {
        let invalid = || Error::Column { column, expected: "a day" };
        match self.0.get(column) {
            Some(Value::Date(date)) => Ok(*date),
            // SQLite has no type for it.
            Some(Value::Text(text)) => text.parse().map_err(|_| invalid()),
            _ => Err(invalid()),
        }
    }
}
