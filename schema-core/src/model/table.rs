//! Tables.

use super::{
    Check, Column, Exclusion, ForeignKey, Index, PrimaryKey, QualifiedName, Unique, is_false, is_usual,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A table with everything that is part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The name.
    #[serde(flatten)]
    pub name: QualifiedName,
    /// The columns, in the table's order.
    pub columns: Vec<Column>,
    /// The primary key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<PrimaryKey>,
    /// The unique constraints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uniques: Vec<Unique>,
    /// The CHECK constraints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// The foreign keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
    /// The EXCLUDE constraints (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<Exclusion>,
    /// The indexes that are not part of a constraint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    /// What only some engines know of a table.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub options: TableOptions,
    /// How rows are spread over partitions, as SQL: `RANGE (created_at)` (PostgreSQL), with the partitions after it (MySQL, MariaDB).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_by: Option<String>,
    /// What this table is a partition of (PostgreSQL). What it has from there alone (constraints, indexes) is left out here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_of: Option<Partition>,
    /// The tables that this one inherits from, in their order (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inherits: Vec<QualifiedName>,
    /// The comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// A former name; acts only while that one is in the database and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// The statement that created the table, where the engine keeps it (SQLite), so that a rebuild can bring the table
    /// back as somebody wrote it. Never compared.
    #[serde(skip)]
    pub definition: Option<String>,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(name: impl Into<QualifiedName>) -> Self {
        Table {
            name: name.into(),
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            checks: Vec::new(),
            foreign_keys: Vec::new(),
            exclusions: Vec::new(),
            indexes: Vec::new(),
            options: TableOptions::default(),
            partition_by: None,
            partition_of: None,
            inherits: Vec::new(),
            comment: None,
            renamed_from: None,
            definition: None,
        }
    }
}

/// A table's place among the partitions of another.
#[derive(Clone, Debug, Eq, Serialize, Deserialize)]
pub struct Partition {
    /// The partitioned table.
    pub parent: QualifiedName,
    /// Which rows belong here, as SQL: `FOR VALUES FROM (1) TO (10)` or `DEFAULT`.
    pub bound: String,
    /// What constraints and indexes of the partitioned table are called here, by their names there. Never a difference.
    #[serde(skip)]
    pub names: BTreeMap<String, String>,
    /// The indexes and keys of the partitioned table that have no part here, as one made `ON ONLY` has none at first.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub lacking: BTreeSet<String>,
    /// The CHECKs of the partitioned table that hold for all rows here although they are `NOT VALID` there.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub validated: BTreeSet<String>,
}

impl PartialEq for Partition {
    fn eq(&self, other: &Self) -> bool {
        let Partition { parent, bound, names: _, lacking, validated } = self;
        *parent == other.parent
            && *bound == other.bound
            && *lacking == other.lacking
            && *validated == other.validated
    }
}

impl Partition {
    /// A place among the partitions of a table.
    #[must_use]
    pub fn new(parent: impl Into<QualifiedName>, bound: impl Into<String>) -> Self {
        Partition {
            parent: parent.into(),
            bound: bound.into(),
            names: BTreeMap::new(),
            lacking: BTreeSet::new(),
            validated: BTreeSet::new(),
        }
    }
}

/// What only some engines know of a table.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TableOptions {
    /// STRICT (SQLite).
    #[serde(default, skip_serializing_if = "is_false")]
    pub strict: bool,
    /// WITHOUT ROWID (SQLite).
    #[serde(default, skip_serializing_if = "is_false")]
    pub without_rowid: bool,
    /// UNLOGGED (PostgreSQL).
    #[serde(default, skip_serializing_if = "is_false")]
    pub unlogged: bool,
    /// Storage parameters (PostgreSQL); other options of a table by their names in lower case, as `key_block_size` (MySQL, MariaDB).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, String>,
    /// Whether policies decide who sees which row (PostgreSQL).
    #[serde(default, skip_serializing_if = "is_false")]
    pub row_level_security: bool,
    /// Whether policies hold for the owner too (PostgreSQL).
    #[serde(default, skip_serializing_if = "is_false")]
    pub force_row_level_security: bool,
    /// What identifies a row to a replica, where it is not the primary key (PostgreSQL): `FULL`, `NOTHING` or `USING INDEX name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replica_identity: Option<String>,
    /// The storage engine (MySQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// The character set of new columns (MySQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charset: Option<String>,
    /// The collation of new columns (MySQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// The row format (MySQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_format: Option<String>,
}
