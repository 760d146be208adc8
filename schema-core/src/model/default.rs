//! Default values of columns.

use serde::{Deserialize, Serialize};

/// The default value of a column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Default {
    /// The engine's own current instant.
    Now,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written: `0`, `-1.5`.
    Number(String),
    /// A text, unquoted.
    Text(String),
    /// A value of an enum, by its name in the database.
    EnumValue(String),
    /// SQL, as written.
    Sql(String),
}
