//! Keys, constraints and indexes.

use crate::model::{ConflictClause, Deferrability, Match, NullsOrder};

/// A column in a key.
#[derive(Clone, Copy, Debug)]
pub struct KeyColumn {
    /// The column.
    pub name: &'static str,
    /// Whether the key is in descending order.
    pub descending: bool,
    /// The collation, where it is not the column's.
    pub collation: Option<&'static str>,
    /// How many characters of the column count (MySQL).
    pub prefix_length: Option<u32>,
}

impl KeyColumn {
    /// A plain column.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        KeyColumn { name, descending: false, collation: None, prefix_length: None }
    }
}

/// A primary key.
#[derive(Clone, Copy, Debug)]
pub struct PrimaryKey {
    /// The name of the constraint.
    pub name: Option<&'static str>,
    /// The columns, in the key's order.
    pub columns: &'static [KeyColumn],
    /// When the constraint is checked.
    pub deferrable: Deferrability,
    /// Columns that the index of the key carries (PostgreSQL).
    pub include: &'static [&'static str],
    /// Storage parameters of the index of the key (PostgreSQL); how the key is kept (MySQL, MariaDB).
    pub with: &'static [(&'static str, &'static str)],
    /// What a violation does (SQLite).
    pub on_conflict: Option<ConflictClause>,
    /// The comment.
    pub comment: Option<&'static str>,
}

impl PrimaryKey {
    /// A key without a name.
    #[must_use]
    pub const fn new(columns: &'static [KeyColumn]) -> Self {
        PrimaryKey {
            name: None,
            columns,
            deferrable: Deferrability::NotDeferrable,
            include: &[],
            with: &[],
            on_conflict: None,
            comment: None,
        }
    }
}

/// A unique constraint.
#[derive(Clone, Copy, Debug)]
pub struct Unique {
    /// The name of the constraint.
    pub name: Option<&'static str>,
    /// The columns, in the key's order.
    pub columns: &'static [KeyColumn],
    /// When the constraint is checked.
    pub deferrable: Deferrability,
    /// Whether NULLs count as equal (PostgreSQL).
    pub nulls_not_distinct: bool,
    /// Columns that the index of the key carries (PostgreSQL).
    pub include: &'static [&'static str],
    /// Storage parameters of the index of the key (PostgreSQL).
    pub with: &'static [(&'static str, &'static str)],
    /// What a violation does (SQLite).
    pub on_conflict: Option<ConflictClause>,
    /// The comment.
    pub comment: Option<&'static str>,
    /// A former name.
    pub renamed_from: Option<&'static str>,
}

impl Unique {
    /// A constraint without a name.
    #[must_use]
    pub const fn new(columns: &'static [KeyColumn]) -> Self {
        Unique {
            name: None,
            columns,
            deferrable: Deferrability::NotDeferrable,
            nulls_not_distinct: false,
            include: &[],
            with: &[],
            on_conflict: None,
            comment: None,
            renamed_from: None,
        }
    }
}

/// A CHECK constraint.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// The name of the constraint.
    pub name: Option<&'static str>,
    /// The SQL expression.
    pub expression: &'static str,
    /// Whether inheriting tables are left alone (PostgreSQL).
    pub no_inherit: bool,
    /// Whether rows from before the constraint may violate it (PostgreSQL).
    pub not_valid: bool,
    /// Whether the constraint is written down but not checked (MySQL).
    pub not_enforced: bool,
    /// The comment.
    pub comment: Option<&'static str>,
    /// A former name.
    pub renamed_from: Option<&'static str>,
}

impl Check {
    /// A constraint without a name.
    #[must_use]
    pub const fn new(expression: &'static str) -> Self {
        Check {
            name: None,
            expression,
            no_inherit: false,
            not_valid: false,
            not_enforced: false,
            comment: None,
            renamed_from: None,
        }
    }
}

/// A foreign key.
#[derive(Clone, Copy, Debug)]
pub struct ForeignKey {
    /// The name of the constraint.
    pub name: Option<&'static str>,
    /// The columns of this table.
    pub columns: &'static [&'static str],
    /// The schema of the table that is referred to.
    pub schema: Option<&'static str>,
    /// The table that is referred to.
    pub references: &'static str,
    /// The columns there, one for each of `columns`.
    pub referenced_columns: &'static [&'static str],
    /// What deleting the referred row does.
    pub on_delete: ReferentialAction,
    /// What changing the referred key does.
    pub on_update: ReferentialAction,
    /// When the constraint is checked.
    pub deferrable: Deferrability,
    /// How a key that is partly NULL is matched.
    pub match_type: Match,
    /// Whether rows from before the constraint may violate it (PostgreSQL).
    pub not_valid: bool,
    /// Whether nobody looks at it (PostgreSQL 18).
    pub not_enforced: bool,
    /// The comment.
    pub comment: Option<&'static str>,
    /// A former name.
    pub renamed_from: Option<&'static str>,
}

impl ForeignKey {
    /// A key without options.
    #[must_use]
    pub const fn new(
        columns: &'static [&'static str],
        schema: Option<&'static str>,
        references: &'static str,
        referenced_columns: &'static [&'static str],
    ) -> Self {
        ForeignKey {
            name: None,
            columns,
            schema,
            references,
            referenced_columns,
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferrable: Deferrability::NotDeferrable,
            match_type: Match::Simple,
            not_valid: false,
            not_enforced: false,
            comment: None,
            renamed_from: None,
        }
    }
}

/// What happens to a row when the row it refers to goes or changes.
#[derive(Clone, Copy, Debug)]
pub enum ReferentialAction {
    /// The statement is refused.
    NoAction,
    /// The statement is refused at once.
    Restrict,
    /// The row goes or changes too.
    Cascade,
    /// These columns become NULL; none named means all of the key's.
    SetNull(&'static [&'static str]),
    /// These columns get their defaults; none named means all of the key's.
    SetDefault(&'static [&'static str]),
}

/// An index.
#[derive(Clone, Copy, Debug)]
pub struct Index {
    /// The name.
    pub name: Option<&'static str>,
    /// What is indexed, in order.
    pub parts: &'static [IndexPart],
    /// Whether equal keys are refused.
    pub unique: bool,
    /// The condition of a partial index, as SQL.
    pub predicate: Option<&'static str>,
    /// The access method, where it is not the usual one.
    pub using: Option<&'static str>,
    /// Columns that the index carries without ordering by them (PostgreSQL).
    pub include: &'static [&'static str],
    /// Whether NULLs count as equal in a unique index (PostgreSQL).
    pub nulls_not_distinct: bool,
    /// Storage parameters (PostgreSQL).
    pub with: &'static [(&'static str, &'static str)],
    /// The full-text parser (MySQL).
    pub parser: Option<&'static str>,
    /// Whether the planner passes the index over (MySQL, MariaDB).
    pub invisible: bool,
    /// The comment.
    pub comment: Option<&'static str>,
    /// A former name.
    pub renamed_from: Option<&'static str>,
}

impl Index {
    /// An index without options.
    #[must_use]
    pub const fn new(parts: &'static [IndexPart]) -> Self {
        Index {
            name: None,
            parts,
            unique: false,
            predicate: None,
            using: None,
            include: &[],
            nulls_not_distinct: false,
            with: &[],
            parser: None,
            invisible: false,
            comment: None,
            renamed_from: None,
        }
    }
}

/// One part of an index's key.
#[derive(Clone, Copy, Debug)]
pub struct IndexPart {
    /// The column or expression.
    pub key: IndexKey,
    /// Whether the order is descending.
    pub descending: bool,
    /// Where NULLs are sorted (PostgreSQL).
    pub nulls: Option<NullsOrder>,
    /// The collation, where it is not the column's.
    pub collation: Option<&'static str>,
    /// The operator class with its parameters (PostgreSQL).
    pub opclass: Option<&'static str>,
    /// How many characters of the column count (MySQL).
    pub prefix_length: Option<u32>,
}

impl IndexPart {
    /// A part without options.
    #[must_use]
    pub const fn new(key: IndexKey) -> Self {
        IndexPart { key, descending: false, nulls: None, collation: None, opclass: None, prefix_length: None }
    }
}

/// What a part of an index is made of.
#[derive(Clone, Copy, Debug)]
pub enum IndexKey {
    /// A column.
    Column(&'static str),
    /// A SQL expression.
    Expression(&'static str),
}

/// An EXCLUDE constraint (PostgreSQL).
#[derive(Clone, Copy, Debug)]
pub struct Exclusion {
    /// The name of the constraint.
    pub name: Option<&'static str>,
    /// The access method.
    pub using: Option<&'static str>,
    /// What is compared, and by which operator.
    pub parts: &'static [(IndexPart, &'static str)],
    /// Columns that the index carries.
    pub include: &'static [&'static str],
    /// The condition of rows that count, as SQL.
    pub predicate: Option<&'static str>,
    /// When the constraint is checked.
    pub deferrable: Deferrability,
    /// The comment.
    pub comment: Option<&'static str>,
    /// A former name.
    pub renamed_from: Option<&'static str>,
}

impl Exclusion {
    /// A constraint without options.
    #[must_use]
    pub const fn new(parts: &'static [(IndexPart, &'static str)]) -> Self {
        Exclusion {
            name: None,
            using: None,
            parts,
            include: &[],
            predicate: None,
            deferrable: Deferrability::NotDeferrable,
            comment: None,
            renamed_from: None,
        }
    }
}
