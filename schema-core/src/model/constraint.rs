//! Primary keys, unique constraints and CHECKs.

use super::{ConflictClause, Deferrability, is_false, is_usual};
use serde::{Deserialize, Serialize};

/// A column in a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyColumn {
    /// The column.
    pub name: String,
    /// Whether the key is in descending order.
    #[serde(default, skip_serializing_if = "is_false")]
    pub descending: bool,
    /// The collation, where it is not the column's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// How many characters of the column count (MySQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix_length: Option<u32>,
}

impl KeyColumn {
    /// A plain column.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        KeyColumn { name: name.into(), descending: false, collation: None, prefix_length: None }
    }
}

/// The primary key of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrimaryKey {
    /// The name of the constraint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The columns, in the key's order.
    pub columns: Vec<KeyColumn>,
    /// When the constraint is checked.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub deferrable: Deferrability,
    /// What a violation does (SQLite).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_conflict: Option<ConflictClause>,
}

/// A unique constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unique {
    /// The name of the constraint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The columns, in the key's order.
    pub columns: Vec<KeyColumn>,
    /// When the constraint is checked.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub deferrable: Deferrability,
    /// Whether NULLs count as equal (PostgreSQL 15 and later).
    #[serde(default, skip_serializing_if = "is_false")]
    pub nulls_not_distinct: bool,
    /// What a violation does (SQLite).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_conflict: Option<ConflictClause>,
    /// A former name; acts only while that one is in the database and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}

/// A CHECK constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The name of the constraint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The SQL expression.
    pub expression: String,
    /// Whether inheriting tables are left alone (PostgreSQL).
    #[serde(default, skip_serializing_if = "is_false")]
    pub no_inherit: bool,
    /// Whether rows from before the constraint may violate it (PostgreSQL).
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_valid: bool,
    /// Whether the constraint is written down but not checked (MySQL).
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_enforced: bool,
    /// A former name; acts only while that one is in the database and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}
