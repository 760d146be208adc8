//! Primary keys, unique constraints and CHECKs.

use super::{ConflictClause, Deferrability, is_false, is_usual};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// Columns that the index of the key carries without ordering by them (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// Storage parameters of the index of the key (PostgreSQL).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, String>,
    /// What a violation does (SQLite).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_conflict: Option<ConflictClause>,
    /// The comment (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl PrimaryKey {
    /// A key without options.
    #[must_use]
    pub fn new(columns: Vec<KeyColumn>) -> Self {
        PrimaryKey {
            name: None,
            columns,
            deferrable: Deferrability::NotDeferrable,
            include: Vec::new(),
            with: BTreeMap::new(),
            on_conflict: None,
            comment: None,
        }
    }
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
    /// Columns that the index of the key carries without ordering by them (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// Storage parameters of the index of the key (PostgreSQL).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, String>,
    /// What a violation does (SQLite).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_conflict: Option<ConflictClause>,
    /// The comment (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// A former name; acts only while that one is in the database and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}

impl Unique {
    /// A constraint without options.
    #[must_use]
    pub fn new(columns: Vec<KeyColumn>) -> Self {
        Unique {
            name: None,
            columns,
            deferrable: Deferrability::NotDeferrable,
            nulls_not_distinct: false,
            include: Vec::new(),
            with: BTreeMap::new(),
            on_conflict: None,
            comment: None,
            renamed_from: None,
        }
    }
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
    /// The column whose definition the constraint is part of (MariaDB): it has no name of its own, and goes where that definition goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The comment (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// A former name; acts only while that one is in the database and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}

impl Check {
    /// A constraint without a name or options.
    #[must_use]
    pub fn new(expression: impl Into<String>) -> Self {
        Check {
            name: None,
            expression: expression.into(),
            no_inherit: false,
            not_valid: false,
            not_enforced: false,
            column: None,
            comment: None,
            renamed_from: None,
        }
    }
}

/// An EXCLUDE constraint (PostgreSQL): no two rows for which all of its operators say yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// The name of the constraint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// All after the name, as SQL: `EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (NOT cancelled)`.
    pub definition: String,
    /// The comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// A former name; acts only while that one is in the database and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}
