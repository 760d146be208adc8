//! Columns.

use super::{ColumnType, Declared};
use crate::model::{AutoIncrement, ConflictClause};

/// What a field of a model stands for.
#[derive(Clone, Copy, Debug)]
pub enum Member {
    /// A column of the field's name, with its type and whether NULL is allowed: most are no more than that, and the compiler
    /// reads these fastest.
    Plain(&'static str, (ColumnType, bool)),
    /// A column that says more.
    Column(&'static Declared<Column>),
    /// The columns of another struct, by the field that embeds it.
    Flatten(&'static str, &'static [Member]),
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The name in the database.
    pub name: &'static str,
    /// The type.
    pub ty: ColumnType,
    /// Whether NULL is allowed.
    pub nullable: bool,
    /// The default value.
    pub default: Option<Default>,
    /// How the value is computed.
    pub generated: Option<Generated>,
    /// How the database numbers new rows.
    pub auto: Option<AutoIncrement>,
    /// How the numbers run.
    pub sequence: Option<&'static SequenceOptions>,
    /// The name of the NOT NULL constraint (SQLite).
    pub not_null_name: Option<&'static str>,
    /// What a violation of NOT NULL does (SQLite).
    pub not_null_conflict: Option<ConflictClause>,
    /// The collation.
    pub collation: Option<&'static str>,
    /// The character set (MySQL).
    pub charset: Option<&'static str>,
    /// What a row's update sets the column to (MySQL's ON UPDATE), as SQL.
    pub on_update: Option<&'static str>,
    /// Whether `SELECT *` leaves the column out (MySQL, MariaDB).
    pub invisible: bool,
    /// The comment.
    pub comment: Option<&'static str>,
    /// A former name.
    pub renamed_from: Option<&'static str>,
}

impl Column {
    /// A column without anything else.
    #[must_use]
    pub const fn new(name: &'static str, (ty, nullable): (ColumnType, bool)) -> Self {
        Column {
            name,
            ty,
            nullable,
            default: None,
            generated: None,
            auto: None,
            sequence: None,
            not_null_name: None,
            not_null_conflict: None,
            collation: None,
            charset: None,
            on_update: None,
            invisible: false,
            comment: None,
            renamed_from: None,
        }
    }
}

/// How the numbers of a column run (PostgreSQL; MySQL and MariaDB know the start).
#[derive(Clone, Copy, Debug)]
pub struct SequenceOptions {
    /// The name of the sequence, as SQL.
    pub name: Option<&'static str>,
    /// The type of the numbers.
    pub ty: Option<&'static str>,
    /// The first number.
    pub start: Option<i64>,
    /// The step from number to number.
    pub increment: Option<i64>,
    /// The least number.
    pub min: Option<i64>,
    /// The greatest number.
    pub max: Option<i64>,
    /// How many numbers a session takes at once.
    pub cache: Option<i64>,
    /// Whether the numbers begin again after the last.
    pub cycle: bool,
    /// The comment on the sequence.
    pub comment: Option<&'static str>,
}

impl SequenceOptions {
    /// No options.
    pub const NONE: SequenceOptions = SequenceOptions {
        name: None,
        ty: None,
        start: None,
        increment: None,
        min: None,
        max: None,
        cache: None,
        cycle: false,
        comment: None,
    };
}

/// The default value of a column.
#[derive(Clone, Copy, Debug)]
pub enum Default {
    /// The engine's own current instant.
    Now,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(&'static str),
    /// A text.
    Text(&'static str),
    /// A value of an enum, by its name in the database.
    EnumValue(&'static str),
    /// SQL, as written.
    Sql(&'static str),
}

/// How a generated column is computed.
#[derive(Clone, Copy, Debug)]
pub struct Generated {
    /// The SQL expression.
    pub expression: &'static str,
    /// Whether the value is stored.
    pub stored: bool,
}
