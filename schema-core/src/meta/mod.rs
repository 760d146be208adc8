//! What the derives emit: the declared schema as constants.
//!
//! Owns the `const` twins of [`crate::model`]'s types, with static slices for its vectors. Nothing here is written by hand;
//! [`crate::registry`] turns it into a [`Document`](crate::model::Document).

mod attached;
mod column;
pub(crate) mod column_type;
mod convert;
mod object;
mod partitioning;
mod user_type;

pub use attached::{
    ColumnSettings, Grant, Policy, Statistics, TableSettings, Trigger, TriggerAction, TriggerEvent,
};
pub use column::{Column, Default, Generated, Member, SequenceOptions};
pub use column_type::ColumnType;
pub use object::{
    Check, Exclusion, ForeignKey, Index, IndexKey, IndexPart, KeyColumn, PrimaryKey, ReferentialAction,
    Unique,
};

pub use partitioning::{BoundValue, Partition, PartitionBound, Partitioning};
pub use user_type::{CompositeAttribute, CompositeType, Domain, DomainCheck, DomainDefinition};

use crate::model::Engine;

/// One object as declared: its definition, and where it differs by engine.
#[derive(Clone, Copy, Debug)]
pub struct Declared<T: 'static> {
    /// The definition for every engine that has none of its own.
    pub base: T,
    /// The field that it stands on.
    pub origin: Option<&'static str>,
    /// The only engines that have the object, each named; empty means all.
    pub only: &'static [Engine],
    /// Whole definitions for engines that differ.
    pub overrides: &'static [(Engine, T)],
}

impl<T: 'static> Declared<T> {
    /// What a field declares alike for every engine.
    #[must_use]
    pub const fn by_field(field: &'static str, base: T) -> Self
    where
        T: Copy,
    {
        Declared { base, origin: Some(field), only: &[], overrides: &[] }
    }

    /// What a struct declares alike for every engine.
    #[must_use]
    pub const fn by_struct(base: T) -> Self
    where
        T: Copy,
    {
        Declared { base, origin: None, only: &[], overrides: &[] }
    }
}

/// What one derive declares.
#[derive(Clone, Copy, Debug)]
pub enum Registered {
    /// A table.
    Table(&'static Table),
    /// A view.
    View(&'static View),
    /// An enum.
    Enum(&'static Enum),
    /// A domain.
    Domain(&'static Domain),
    /// A composite type.
    Composite(&'static CompositeType),
    /// SQL.
    Source(&'static Source),
}

/// What a struct of columns declares.
#[derive(Clone, Copy, Debug)]
pub struct Body {
    /// The columns, in the struct's order.
    pub columns: &'static [Member],
    /// What the flattened structs declare beside their columns, by field.
    pub flattened: &'static [(&'static str, &'static Body)],
    /// The primary key.
    pub primary_key: Option<Declared<PrimaryKey>>,
    /// The unique constraints.
    pub uniques: &'static [Declared<Unique>],
    /// The CHECK constraints.
    pub checks: &'static [Declared<Check>],
    /// The foreign keys.
    pub foreign_keys: &'static [Declared<ForeignKey>],
    /// The EXCLUDE constraints.
    pub exclusions: &'static [Declared<Exclusion>],
    /// The indexes.
    pub indexes: &'static [Declared<Index>],
    /// The triggers.
    pub triggers: &'static [Declared<Trigger>],
    /// The policies.
    pub policies: &'static [Declared<Policy>],
    /// The statistics of several columns together.
    pub statistics: &'static [Declared<Statistics>],
    /// Who may do what with the table.
    pub grants: &'static [Declared<Grant>],
    /// How values of columns are kept.
    pub settings: &'static [Declared<ColumnSettings>],
    /// What the table is set to beside its storage parameters.
    pub table_settings: &'static [Declared<TableSettings>],
    /// How rows are spread over partitions.
    pub partitioning: &'static [Declared<Partitioning>],
    /// The partitions.
    pub partitions: &'static [Declared<Partition>],
}

impl Body {
    /// Columns, and nothing else.
    #[must_use]
    pub const fn new(columns: &'static [Member]) -> Self {
        Body {
            columns,
            flattened: &[],
            primary_key: None,
            uniques: &[],
            checks: &[],
            foreign_keys: &[],
            exclusions: &[],
            indexes: &[],
            triggers: &[],
            policies: &[],
            statistics: &[],
            grants: &[],
            settings: &[],
            table_settings: &[],
            partitioning: &[],
            partitions: &[],
        }
    }
}

/// A table as declared.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The schema, where the engine has schemas.
    pub schema: Option<&'static str>,
    /// The name.
    pub name: &'static str,
    /// The struct's path.
    pub origin: &'static str,
    /// The only engines that have the table, each named; empty means all.
    pub only: &'static [Engine],
    /// The columns and what belongs to them.
    pub body: Body,
    /// What only some engines know of a table.
    pub options: &'static [(Engine, TableOptions)],
    /// The comment.
    pub comment: Option<&'static str>,
    /// A former name.
    pub renamed_from: Option<&'static str>,
}

impl Table {
    /// A table of columns, and nothing else.
    #[must_use]
    pub const fn new(name: &'static str, origin: &'static str, columns: &'static [Member]) -> Self {
        Table {
            schema: None,
            name,
            origin,
            only: &[],
            body: Body::new(columns),
            options: &[],
            comment: None,
            renamed_from: None,
        }
    }
}

/// What only some engines know of a table.
#[derive(Clone, Copy, Debug)]
pub struct TableOptions {
    /// STRICT (SQLite).
    pub strict: bool,
    /// WITHOUT ROWID (SQLite).
    pub without_rowid: bool,
    /// UNLOGGED (PostgreSQL).
    pub unlogged: bool,
    /// Storage parameters (PostgreSQL).
    pub with: &'static [(&'static str, &'static str)],
    /// Whether policies decide who sees which row (PostgreSQL).
    pub row_level_security: bool,
    /// Whether policies hold for the owner too (PostgreSQL).
    pub force_row_level_security: bool,
    /// What identifies a row to a replica (PostgreSQL).
    pub replica_identity: Option<&'static str>,
    /// The storage engine (MySQL).
    pub engine: Option<&'static str>,
    /// The character set of new columns (MySQL).
    pub charset: Option<&'static str>,
    /// The collation of new columns (MySQL).
    pub collation: Option<&'static str>,
    /// The row format (MySQL).
    pub row_format: Option<&'static str>,
}

impl TableOptions {
    /// No options.
    pub const NONE: TableOptions = TableOptions {
        strict: false,
        without_rowid: false,
        unlogged: false,
        with: &[],
        row_level_security: false,
        force_row_level_security: false,
        replica_identity: None,
        engine: None,
        charset: None,
        collation: None,
        row_format: None,
    };
}

/// An enum as declared.
#[derive(Clone, Copy, Debug)]
pub struct Enum {
    /// The name.
    pub name: &'static str,
    /// The Rust enum's path.
    pub origin: &'static str,
    /// The values, in order.
    pub values: &'static [EnumValue],
    /// The comment.
    pub comment: Option<&'static str>,
    /// A former name.
    pub renamed_from: Option<&'static str>,
}

/// A value of an enum.
#[derive(Clone, Copy, Debug)]
pub struct EnumValue {
    /// The variant's name in Rust.
    pub variant: &'static str,
    /// The text in the database.
    pub name: &'static str,
    /// A former name.
    pub renamed_from: Option<&'static str>,
}

/// A view as declared.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// The schema, where the engine has schemas.
    pub schema: Option<&'static str>,
    /// The name.
    pub name: &'static str,
    /// The struct's path.
    pub origin: &'static str,
    /// The only engines that have the view, each named; empty means all.
    pub only: &'static [Engine],
    /// The triggers.
    pub triggers: &'static [Declared<Trigger>],
    /// The definition.
    pub definition: ViewDefinition,
    /// Whole definitions for engines that differ.
    pub overrides: &'static [(Engine, ViewDefinition)],
}

/// What a view is.
#[derive(Clone, Copy, Debug)]
pub struct ViewDefinition {
    /// The names of its columns.
    pub columns: &'static [&'static str],
    /// The query.
    pub query: &'static str,
    /// Whether the rows are stored.
    pub materialized: bool,
    /// The indexes on the rows that are stored.
    pub indexes: &'static [Index],
    /// The comment.
    pub comment: Option<&'static str>,
}

/// SQL as declared.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// The module that says it.
    pub origin: &'static str,
    /// Its file, or that of the code that it stands in.
    pub file: &'static str,
    /// The line of the code that it stands in.
    pub line: Option<u32>,
    /// The statements.
    pub sql: &'static str,
    /// The only engines that it is for, each named; empty means all.
    pub only: &'static [Engine],
}
