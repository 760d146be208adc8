//! Columns.

use super::{ColumnType, Default, is_false};
use serde::{Deserialize, Serialize};

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The name in the database.
    pub name: String,
    /// The type.
    #[serde(rename = "type")]
    pub ty: ColumnType,
    /// Whether NULL is allowed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nullable: bool,
    /// The default value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Default>,
    /// How the value is computed, for a generated column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<Generated>,
    /// How the database numbers new rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto: Option<AutoIncrement>,
    /// How the numbers run, where it is not the usual way (PostgreSQL's identity and serial).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<SequenceOptions>,
    /// The collation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// The character set (MySQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charset: Option<String>,
    /// What a row's update sets the column to (MySQL's ON UPDATE), as SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_update: Option<String>,
    /// Whether `SELECT *` leaves the column out (MySQL, MariaDB).
    #[serde(default, skip_serializing_if = "is_false")]
    pub invisible: bool,
    /// The name of the NOT NULL constraint, where somebody gave it one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_null_name: Option<String>,
    /// What a violation of NOT NULL does (SQLite).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_null_conflict: Option<ConflictClause>,
    /// Whether the column is there only because a table that this one inherits from has it, so that it goes when it goes there (PostgreSQL).
    #[serde(default, skip_serializing_if = "is_false")]
    pub inherited: bool,
    /// The comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// A former name; acts only while that one is in the database and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// Former names of values, for an enum that the engine holds as text; each acts like `renamed_from`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renamed_values: Vec<RenamedValue>,
}

impl Column {
    /// A NOT NULL column without anything else.
    #[must_use]
    pub fn new(name: impl Into<String>, ty: ColumnType) -> Self {
        Column {
            name: name.into(),
            ty,
            nullable: false,
            default: None,
            generated: None,
            auto: None,
            sequence: None,
            collation: None,
            charset: None,
            on_update: None,
            invisible: false,
            not_null_name: None,
            not_null_conflict: None,
            inherited: false,
            comment: None,
            renamed_from: None,
            renamed_values: Vec::new(),
        }
    }
}

/// How a generated column is computed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generated {
    /// The SQL expression.
    pub expression: String,
    /// Whether the value is stored; else it is computed when read.
    #[serde(default, skip_serializing_if = "is_false")]
    pub stored: bool,
}

/// How the database numbers new rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutoIncrement {
    /// The engine's usual way: a rowid alias, an identity by default, AUTO_INCREMENT.
    Usual,
    /// SQLite's AUTOINCREMENT: a number is never used twice.
    Autoincrement,
    /// An identity that refuses explicit values (PostgreSQL's GENERATED ALWAYS).
    IdentityAlways,
    /// A default that takes the next number of a sequence that belongs to the column (PostgreSQL's serial, as it was before identities).
    Serial,
}

/// How the numbers of a sequence run; what is none is as the engine does it.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SequenceOptions {
    /// The name of the sequence, with its schema, as SQL; none means the one that the engine gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The type of the numbers, where it is not that of the column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ty: Option<String>,
    /// The comment on the sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The first number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<i64>,
    /// The step from number to number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub increment: Option<i64>,
    /// The least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// How many numbers a session takes at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<i64>,
    /// Whether the numbers begin anew after the last.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cycle: bool,
}

/// What a violated constraint does (SQLite's ON CONFLICT); ABORT is the usual and written as none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictClause {
    /// Rolls the transaction back.
    Rollback,
    /// Stops the statement, keeping what it did so far.
    Fail,
    /// Leaves the row out.
    Ignore,
    /// Deletes the rows in the way.
    Replace,
}

/// A value of an enum that was called otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenamedValue {
    /// The former name.
    pub from: String,
    /// The present name.
    pub to: String,
}
