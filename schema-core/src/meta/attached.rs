//! Triggers, policies, statistics and grants.

use super::IndexKey;
use crate::model::{
    Compression, Deferrability, PolicyCommand, StatisticsKind, Storage, TablePrivilege, TriggerEnabled,
    TriggerTiming,
};

/// A trigger.
#[derive(Clone, Copy, Debug)]
pub struct Trigger {
    /// The name.
    pub name: &'static str,
    /// When it fires.
    pub timing: TriggerTiming,
    /// What it fires on.
    pub events: &'static [TriggerEvent],
    /// Whether it fires once for a statement (PostgreSQL).
    pub for_each_statement: bool,
    /// The condition on which it fires, as SQL.
    pub when: Option<&'static str>,
    /// What it does.
    pub action: Option<TriggerAction>,
    /// Whether it is a constraint trigger, and when that one fires (PostgreSQL).
    pub constraint: Option<Deferrability>,
    /// What the statement's old rows are called (PostgreSQL).
    pub old_table: Option<&'static str>,
    /// What the statement's new rows are called (PostgreSQL).
    pub new_table: Option<&'static str>,
    /// In which sessions it fires (PostgreSQL).
    pub enabled: TriggerEnabled,
    /// The comment (PostgreSQL).
    pub comment: Option<&'static str>,
    /// A former name.
    pub renamed_from: Option<&'static str>,
}

impl Trigger {
    /// A trigger for each row, without options.
    #[must_use]
    pub const fn new(name: &'static str, timing: TriggerTiming, events: &'static [TriggerEvent]) -> Self {
        Trigger {
            name,
            timing,
            events,
            for_each_statement: false,
            when: None,
            action: None,
            constraint: None,
            old_table: None,
            new_table: None,
            enabled: TriggerEnabled::Usual,
            comment: None,
            renamed_from: None,
        }
    }
}

/// What a trigger fires on.
#[derive(Clone, Copy, Debug)]
pub enum TriggerEvent {
    /// A new row.
    Insert,
    /// A changed row, where one of these columns is set; none named means any.
    Update(&'static [&'static str]),
    /// A deleted row.
    Delete,
    /// TRUNCATE (PostgreSQL).
    Truncate,
}

/// What a trigger does.
#[derive(Clone, Copy, Debug)]
pub enum TriggerAction {
    /// Calls a function (PostgreSQL).
    Execute(&'static str),
    /// Runs statements (SQLite, MySQL, MariaDB).
    Body(&'static str),
}

/// A policy (PostgreSQL).
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// The name.
    pub name: &'static str,
    /// What it is about.
    pub command: PolicyCommand,
    /// The roles that it is for; none named means all.
    pub roles: &'static [&'static str],
    /// The rows that are seen, as SQL.
    pub using: Option<&'static str>,
    /// The rows that may be written, as SQL.
    pub check: Option<&'static str>,
    /// Whether it takes rows away.
    pub restrictive: bool,
    /// The comment.
    pub comment: Option<&'static str>,
    /// A former name.
    pub renamed_from: Option<&'static str>,
}

impl Policy {
    /// A policy without options.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Policy {
            name,
            command: PolicyCommand::All,
            roles: &[],
            using: None,
            check: None,
            restrictive: false,
            comment: None,
            renamed_from: None,
        }
    }
}

/// Statistics of several columns together (PostgreSQL).
#[derive(Clone, Copy, Debug)]
pub struct Statistics {
    /// The name.
    pub name: &'static str,
    /// What is looked at.
    pub parts: &'static [IndexKey],
    /// Which statistics are kept; none named means all.
    pub kinds: &'static [StatisticsKind],
    /// The comment.
    pub comment: Option<&'static str>,
}

impl Statistics {
    /// All kinds of statistics, without a comment.
    #[must_use]
    pub const fn new(name: &'static str, parts: &'static [IndexKey]) -> Self {
        Statistics { name, parts, kinds: &[], comment: None }
    }
}

/// Who may do what with a table (PostgreSQL).
#[derive(Clone, Copy, Debug)]
pub struct Grant {
    /// What the roles may do, each with the columns that it is for; none named means the table.
    pub privileges: &'static [(TablePrivilege, &'static [&'static str])],
    /// The roles.
    pub roles: &'static [&'static str],
    /// Whether they may grant it to others.
    pub with_grant_option: bool,
}

/// How the values of a column are kept, and how closely the planner looks at them (PostgreSQL).
#[derive(Clone, Copy, Debug)]
pub struct ColumnSettings {
    /// The column.
    pub column: &'static str,
    /// How its values are stored.
    pub storage: Option<Storage>,
    /// How long values are compressed.
    pub compression: Option<Compression>,
    /// How many values ANALYZE keeps.
    pub statistics: Option<u32>,
    /// Parameters of the column, such as `n_distinct`.
    pub with: &'static [(&'static str, &'static str)],
}

impl ColumnSettings {
    /// A column that is as usual.
    #[must_use]
    pub const fn new(column: &'static str) -> Self {
        ColumnSettings { column, storage: None, compression: None, statistics: None, with: &[] }
    }
}

/// What a table is set to beside its storage parameters (PostgreSQL).
#[derive(Clone, Copy, Debug)]
pub struct TableSettings {
    /// The index whose order CLUSTER puts the rows in.
    pub cluster_on: Option<&'static str>,
    /// The composite type that the table is of.
    pub of_type: Option<&'static str>,
    /// Storage parameters of the table in which long values are kept.
    pub toast: &'static [(&'static str, &'static str)],
}

impl TableSettings {
    /// A table that is as usual.
    pub const NONE: TableSettings = TableSettings { cluster_on: None, of_type: None, toast: &[] };
}
