//! How structs say that the rows of a table are spread over partitions.
//!
//! A database tells of it in [`Table::partition_by`](super::Table::partition_by) and [`Table::partition_of`](super::Table::partition_of); a dialect writes what is here so.

use super::{IndexPart, is_false};
use serde::{Deserialize, Serialize};

/// How the rows of a table are spread over partitions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partitioning {
    /// By what.
    pub method: PartitionMethod,
    /// The columns and expressions that decide where a row belongs.
    pub key: Vec<IndexPart>,
    /// How many partitions there are, where they have no names (MySQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// Whether others make and drop partitions: those that no model says stay.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unmanaged: bool,
}

/// By what rows are spread over partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartitionMethod {
    /// From a value to another.
    Range,
    /// By values.
    List,
    /// By a hash.
    Hash,
    /// By a hash of the server's own (MySQL).
    Key,
    /// From values of columns that need not be whole numbers to others (MySQL).
    RangeColumns,
    /// By values of columns that need not be whole numbers (MySQL).
    ListColumns,
    /// By a hash that splits partitions in two (MySQL).
    LinearHash,
    /// By a hash of the server's own that splits partitions in two (MySQL).
    LinearKey,
}

impl PartitionMethod {
    /// As it stands behind PARTITION BY.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            PartitionMethod::Range => "RANGE",
            PartitionMethod::List => "LIST",
            PartitionMethod::Hash => "HASH",
            PartitionMethod::Key => "KEY",
            PartitionMethod::RangeColumns => "RANGE COLUMNS",
            PartitionMethod::ListColumns => "LIST COLUMNS",
            PartitionMethod::LinearHash => "LINEAR HASH",
            PartitionMethod::LinearKey => "LINEAR KEY",
        }
    }
}

/// A partition of the struct's table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablePartition {
    /// The schema, where it is another than the table's (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The name.
    pub name: String,
    /// Which rows belong here.
    pub bound: PartitionBound,
    /// A former name (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}

/// Which rows belong to a partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartitionBound {
    /// Those that belong nowhere else.
    Default,
    /// Those of a range.
    Range {
        /// Its first values; none where it begins at the end of the range before (MySQL).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        from: Vec<BoundValue>,
        /// The values behind its last.
        to: Vec<BoundValue>,
    },
    /// Those with these values.
    Values(Vec<BoundValue>),
    /// Those whose hash leaves this remainder (PostgreSQL).
    Hash {
        /// By what the hash is divided.
        modulus: u32,
        /// What is left.
        remainder: u32,
    },
    /// Those that the hash sends there (MySQL).
    Open,
}

/// A value in the bound of a partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoundValue {
    /// Below all values.
    Min,
    /// Above all values.
    Max,
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(String),
    /// A text.
    Text(String),
    /// SQL.
    Sql(String),
}
