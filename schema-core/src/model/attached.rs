//! What structs say of their tables that an engine keeps beside them: triggers, policies, statistics, grants.
//!
//! A database tells of them by their statements ([`Trigger`](super::Trigger), [`Object`](super::Object)); a dialect writes those of what is here.

use super::{Deferrability, QualifiedName, is_false, is_usual};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A trigger of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableTrigger {
    /// The name.
    pub name: String,
    /// When it fires.
    pub timing: TriggerTiming,
    /// What it fires on.
    pub events: Vec<TriggerEvent>,
    /// Whether it fires once for a statement, and not for each row (PostgreSQL).
    #[serde(default, skip_serializing_if = "is_false")]
    pub for_each_statement: bool,
    /// The condition on which it fires, as SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// What it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<TriggerAction>,
    /// Whether it is a constraint trigger, and when that one fires (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint: Option<Deferrability>,
    /// What the statement's old rows are called (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_table: Option<String>,
    /// What the statement's new rows are called (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_table: Option<String>,
    /// In which sessions it fires (PostgreSQL).
    #[serde(default, skip_serializing_if = "is_usual")]
    pub enabled: TriggerEnabled,
    /// The comment (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// A former name; acts only while that one is in the database and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}

/// A trigger of a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewTrigger {
    /// The view.
    pub view: QualifiedName,
    /// What fires on it.
    pub trigger: TableTrigger,
}

/// When a trigger fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerTiming {
    /// Before the row changes.
    Before,
    /// After the row has changed.
    After,
    /// In the place of the change, on a view.
    InsteadOf,
}

/// What a trigger fires on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerEvent {
    /// A new row.
    Insert,
    /// A changed row, where one of these columns is set; none named means any.
    Update(Vec<String>),
    /// A deleted row.
    Delete,
    /// TRUNCATE (PostgreSQL).
    Truncate,
}

/// What a trigger does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerAction {
    /// Calls a function (PostgreSQL): `touch()`.
    Execute(String),
    /// Runs statements (SQLite, MySQL, MariaDB).
    Body(String),
}

/// In which sessions a trigger fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerEnabled {
    /// In all but those that replicate.
    #[default]
    Usual,
    /// In all.
    Always,
    /// In those that replicate.
    Replica,
    /// In none.
    Disabled,
}

/// A policy of a table: who sees and writes which rows (PostgreSQL).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The name.
    pub name: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub command: PolicyCommand,
    /// The roles that it is for; none named means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The rows that are seen, as SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<String>,
    /// The rows that may be written, as SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// Whether it takes rows away, and does not add any.
    #[serde(default, skip_serializing_if = "is_false")]
    pub restrictive: bool,
    /// The comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// A former name; acts only while that one is in the database and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}

/// What a policy is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyCommand {
    /// Everything.
    #[default]
    All,
    /// SELECT.
    Select,
    /// INSERT.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
}

/// Statistics that the planner keeps of several columns together (PostgreSQL).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    /// The name.
    pub name: String,
    /// What is looked at: columns and expressions.
    pub parts: Vec<super::IndexKey>,
    /// Which statistics are kept; none named means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<StatisticsKind>,
    /// The comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A kind of [`Statistics`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatisticsKind {
    /// How many different values there are.
    Ndistinct,
    /// Which columns decide others.
    Dependencies,
    /// The most common values.
    Mcv,
}

/// Who may do what with a table (PostgreSQL).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableGrant {
    /// What the roles may do.
    pub privileges: Vec<GrantedPrivilege>,
    /// The roles.
    pub roles: Vec<String>,
    /// Whether they may grant it to others.
    #[serde(default, skip_serializing_if = "is_false")]
    pub with_grant_option: bool,
}

/// A privilege of a [`TableGrant`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedPrivilege {
    /// What may be done.
    pub privilege: TablePrivilege,
    /// The columns that it is for; none named means the table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

/// What may be done with a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TablePrivilege {
    /// Everything that the server knows.
    All,
    /// SELECT.
    Select,
    /// INSERT.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
    /// TRUNCATE.
    Truncate,
    /// Foreign keys to it.
    References,
    /// Triggers on it.
    Trigger,
    /// VACUUM, ANALYZE and their like (PostgreSQL 17 and later).
    Maintain,
}

impl TablePrivilege {
    /// The word for it in GRANT.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            TablePrivilege::All => "ALL",
            TablePrivilege::Select => "SELECT",
            TablePrivilege::Insert => "INSERT",
            TablePrivilege::Update => "UPDATE",
            TablePrivilege::Delete => "DELETE",
            TablePrivilege::Truncate => "TRUNCATE",
            TablePrivilege::References => "REFERENCES",
            TablePrivilege::Trigger => "TRIGGER",
            TablePrivilege::Maintain => "MAINTAIN",
        }
    }
}

/// How the values of a column are kept, and how closely the planner looks at them (PostgreSQL).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnSettings {
    /// The column.
    pub column: String,
    /// How its values are stored, where that is not usual for the type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage: Option<Storage>,
    /// How long values are compressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<Compression>,
    /// How many values ANALYZE keeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistics: Option<u32>,
    /// Parameters of the column, such as `n_distinct`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, String>,
}

/// What a table is set to beside its storage parameters (PostgreSQL).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSettings {
    /// The index whose order CLUSTER puts the rows in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_on: Option<String>,
    /// The composite type that the table is of: `person`, `app.person`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_type: Option<String>,
    /// Storage parameters of the table in which long values are kept.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub toast: BTreeMap<String, String>,
}

impl ColumnSettings {
    /// Whether anything is not as usual.
    #[must_use]
    pub fn is_said(&self) -> bool {
        let ColumnSettings { column: _, storage, compression, statistics, with } = self;
        storage.is_some() || compression.is_some() || statistics.is_some() || !with.is_empty()
    }
}

/// How values are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Storage {
    /// In the row, as they are.
    Plain,
    /// Outside of the row, as they are.
    External,
    /// Compressed, and outside of the row where that is not enough.
    Extended,
    /// Compressed, in the row where that is possible.
    Main,
}

impl Storage {
    /// The word for it in ALTER TABLE.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Storage::Plain => "PLAIN",
            Storage::External => "EXTERNAL",
            Storage::Extended => "EXTENDED",
            Storage::Main => "MAIN",
        }
    }
}

/// How long values are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// PostgreSQL's own way.
    Pglz,
    /// LZ4.
    Lz4,
}

impl Compression {
    /// The word for it in ALTER TABLE.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Compression::Pglz => "pglz",
            Compression::Lz4 => "lz4",
        }
    }
}
