//! Names of tables and views.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The raw, unquoted name of a table or view, with its schema where the engine has schemas.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QualifiedName {
    /// The schema (PostgreSQL); none means the database's usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The name inside the schema.
    pub name: String,
}

impl QualifiedName {
    /// A name in the usual schema.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        QualifiedName { schema: None, name: name.into() }
    }
}

impl From<&str> for QualifiedName {
    fn from(name: &str) -> Self {
        QualifiedName::new(name)
    }
}

/// For messages, unquoted; SQL is rendered by a dialect alone.
impl fmt::Display for QualifiedName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(formatter, "{schema}.")?;
        }
        formatter.write_str(&self.name)
    }
}
