//! Foreign keys.

use super::{QualifiedName, is_false, is_usual};
use serde::{Deserialize, Serialize};

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The name of the constraint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The columns of this table.
    pub columns: Vec<String>,
    /// The table that is referred to.
    pub references: QualifiedName,
    /// The columns there, one for each of `columns`; empty means that table's primary key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub referenced_columns: Vec<String>,
    /// What deleting the referred row does.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub on_delete: ReferentialAction,
    /// What changing the referred key does.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub on_update: ReferentialAction,
    /// When the constraint is checked.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub deferrable: Deferrability,
    /// How a key that is partly NULL is matched.
    #[serde(default, skip_serializing_if = "is_usual", rename = "match")]
    pub match_type: Match,
    /// Whether rows from before the constraint may violate it (PostgreSQL).
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_valid: bool,
    /// Whether nobody looks at it (PostgreSQL 18).
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_enforced: bool,
    /// Whether the last columns are periods of which the one contains the other (PostgreSQL 18).
    #[serde(default, skip_serializing_if = "is_false")]
    pub period: bool,
    /// The comment (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// A former name; acts only while that one is in the database and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}

impl ForeignKey {
    /// A reference to the primary key of a table, without options.
    #[must_use]
    pub fn new(columns: Vec<String>, references: QualifiedName) -> Self {
        ForeignKey {
            name: None,
            columns,
            references,
            referenced_columns: Vec::new(),
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferrable: Deferrability::NotDeferrable,
            match_type: Match::Simple,
            not_valid: false,
            not_enforced: false,
            period: false,
            comment: None,
            renamed_from: None,
        }
    }
}

/// What happens to a row when the row it refers to goes or changes.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferentialAction {
    /// The statement is refused.
    #[default]
    NoAction,
    /// The statement is refused at once.
    Restrict,
    /// The row goes or changes too.
    Cascade,
    /// These columns become NULL; none named means all of the key's.
    SetNull(Vec<String>),
    /// These columns get their defaults; none named means all of the key's.
    SetDefault(Vec<String>),
}

/// When a constraint is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deferrability {
    /// With each statement.
    #[default]
    NotDeferrable,
    /// With each statement, unless a transaction asks for its end.
    InitiallyImmediate,
    /// At the end of the transaction.
    InitiallyDeferred,
}

/// How a foreign key that is partly NULL is matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// Any NULL satisfies the constraint.
    #[default]
    Simple,
    /// All or none of the columns must be NULL.
    Full,
    /// Standard SQL's partial match, which SQLite keeps as written and ignores.
    Partial,
}
