//! The few values that the runner itself writes and reads.

/// A value of the history tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// NULL.
    Null,
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(String),
}

impl Value {
    /// The text, where it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Null | Value::Integer(_) => None,
        }
    }

    /// The number, where it is one.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Value::Integer(number) => Some(*number),
            Value::Null | Value::Text(_) => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Integer(number)
    }
}

/// The two columns of a query, as texts.
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub(super) fn pairs_of_texts(rows: &[Vec<Value>]) -> Vec<(String, String)> {
    let pair = |row: &Vec<Value>| {
        let [first, second] = row.as_slice() else { return None };
        Some((first.as_text()?.to_owned(), second.as_text()?.to_owned()))
    };
    rows.iter().filter_map(pair).collect()
}
