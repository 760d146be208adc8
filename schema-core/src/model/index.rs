//! Indexes.

use super::is_false;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An index that is not part of a constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What is indexed, in order.
    pub parts: Vec<IndexPart>,
    /// Whether equal keys are refused.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// The condition of a partial index, as SQL.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "where")]
    pub predicate: Option<String>,
    /// The access method (`gin`, `hash`; MySQL's `fulltext` and `spatial`), where it is not the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<String>,
    /// Columns that the index carries without ordering by them (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// Whether NULLs count as equal in a unique index (PostgreSQL 15 and later).
    #[serde(default, skip_serializing_if = "is_false")]
    pub nulls_not_distinct: bool,
    /// Storage parameters (PostgreSQL).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, String>,
    /// The full-text parser (MySQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parser: Option<String>,
    /// Whether the planner passes the index over (MySQL's INVISIBLE, MariaDB's IGNORED).
    #[serde(default, skip_serializing_if = "is_false")]
    pub invisible: bool,
    /// The comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// A former name; acts only while that one is in the database and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// The statement that created the index, where the engine keeps it (SQLite).
    #[serde(skip)]
    pub definition: Option<String>,
}

impl Index {
    /// An index without a name or options.
    #[must_use]
    pub fn new(parts: Vec<IndexPart>) -> Self {
        Index {
            name: None,
            parts,
            unique: false,
            predicate: None,
            using: None,
            include: Vec::new(),
            nulls_not_distinct: false,
            with: BTreeMap::new(),
            parser: None,
            invisible: false,
            comment: None,
            renamed_from: None,
            definition: None,
        }
    }
}

/// One part of an index's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexPart {
    /// The column or expression.
    #[serde(flatten)]
    pub key: IndexKey,
    /// Whether the order is descending.
    #[serde(default, skip_serializing_if = "is_false")]
    pub descending: bool,
    /// Where NULLs are sorted (PostgreSQL), where it is not the usual place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<NullsOrder>,
    /// The collation, where it is not the column's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// The operator class with its parameters (PostgreSQL), where it is not the type's usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opclass: Option<String>,
    /// How many characters of the column count (MySQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix_length: Option<u32>,
}

impl IndexPart {
    /// A part without options.
    #[must_use]
    pub fn new(key: IndexKey) -> Self {
        IndexPart { key, descending: false, nulls: None, collation: None, opclass: None, prefix_length: None }
    }
}

/// What a part of an index is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexKey {
    /// A column.
    Column(String),
    /// A SQL expression.
    Expression(String),
}

/// Where an index sorts NULLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NullsOrder {
    /// Before all values.
    First,
    /// After all values.
    Last,
}
