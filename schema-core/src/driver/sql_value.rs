//! Values of an application's own statements, which may be of any type.

/// A value that goes into a statement of a [step](crate::steps), or comes out of its rows.
///
/// What has no variant here is text, as the engine writes it: dates, times, UUIDs, decimals, JSON.
///
/// ```
/// use schema_core::SqlValue;
///
/// let parameters = [SqlValue::from(7), "ann".into(), true.into(), None::<i64>.into()];
/// assert_eq!(parameters[0].as_integer(), Some(7));
/// assert_eq!(parameters[1].as_text(), Some("ann"));
/// assert!(parameters[3].is_null());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum SqlValue {
    /// NULL.
    Null,
    /// True or false; SQLite, MySQL and MariaDB have the numbers 1 and 0 for it.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A floating point number.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl SqlValue {
    /// Whether it is NULL.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, SqlValue::Null)
    }

    /// Whether it is true, where it is a boolean or one of the numbers 1 and 0.
    #[must_use]
    pub fn as_boolean(&self) -> Option<bool> {
        match self {
            SqlValue::Boolean(value) => Some(*value),
            SqlValue::Integer(0) => Some(false),
            SqlValue::Integer(1) => Some(true),
            SqlValue::Integer(_)
            | SqlValue::Null
            | SqlValue::Real(_)
            | SqlValue::Text(_)
            | SqlValue::Bytes(_) => None,
        }
    }

    /// The number, where it is a whole one.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            SqlValue::Integer(number) => Some(*number),
            SqlValue::Null
            | SqlValue::Boolean(_)
            | SqlValue::Real(_)
            | SqlValue::Text(_)
            | SqlValue::Bytes(_) => None,
        }
    }

    /// The number, where it is a floating point number.
    #[must_use]
    pub fn as_real(&self) -> Option<f64> {
        match self {
            SqlValue::Real(number) => Some(*number),
            SqlValue::Null
            | SqlValue::Boolean(_)
            | SqlValue::Integer(_)
            | SqlValue::Text(_)
            | SqlValue::Bytes(_) => None,
        }
    }

    /// The text, where it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            SqlValue::Text(text) => Some(text),
            SqlValue::Null
            | SqlValue::Boolean(_)
            | SqlValue::Integer(_)
            | SqlValue::Real(_)
            | SqlValue::Bytes(_) => None,
        }
    }

    /// The bytes, where they are no text.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            SqlValue::Bytes(bytes) => Some(bytes),
            SqlValue::Null
            | SqlValue::Boolean(_)
            | SqlValue::Integer(_)
            | SqlValue::Real(_)
            | SqlValue::Text(_) => None,
        }
    }
}

impl From<bool> for SqlValue {
    fn from(value: bool) -> Self {
        SqlValue::Boolean(value)
    }
}

impl From<i32> for SqlValue {
    fn from(number: i32) -> Self {
        SqlValue::Integer(number.into())
    }
}

impl From<i64> for SqlValue {
    fn from(number: i64) -> Self {
        SqlValue::Integer(number)
    }
}

impl From<f64> for SqlValue {
    fn from(number: f64) -> Self {
        SqlValue::Real(number)
    }
}

impl From<&str> for SqlValue {
    fn from(text: &str) -> Self {
        SqlValue::Text(text.to_owned())
    }
}

impl From<String> for SqlValue {
    fn from(text: String) -> Self {
        SqlValue::Text(text)
    }
}

impl From<Vec<u8>> for SqlValue {
    fn from(bytes: Vec<u8>) -> Self {
        SqlValue::Bytes(bytes)
    }
}

impl<T: Into<SqlValue>> From<Option<T>> for SqlValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(SqlValue::Null, Into::into)
    }
}

/// What a statement of a [step](crate::steps) has come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The rows that it returns.
    pub rows: Vec<Vec<SqlValue>>,
    /// How many rows it has changed, as the engine counts them.
    pub changed: u64,
}
