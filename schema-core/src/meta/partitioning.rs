//! Partitions.

use super::IndexPart;
use crate::model::PartitionMethod;

/// How the rows of a table are spread over partitions.
#[derive(Clone, Copy, Debug)]
pub struct Partitioning {
    /// By what.
    pub method: PartitionMethod,
    /// The columns and expressions that decide where a row belongs.
    pub key: &'static [IndexPart],
    /// How many partitions there are, where they have no names (MySQL).
    pub number: Option<u32>,
    /// Whether others make and drop partitions.
    pub unmanaged: bool,
}

/// A partition.
#[derive(Clone, Copy, Debug)]
pub struct Partition {
    /// The schema, where it is another than the table's (PostgreSQL).
    pub schema: Option<&'static str>,
    /// The name.
    pub name: &'static str,
    /// Which rows belong here.
    pub bound: PartitionBound,
    /// A former name (PostgreSQL).
    pub renamed_from: Option<&'static str>,
}

/// Which rows belong to a partition.
#[derive(Clone, Copy, Debug)]
pub enum PartitionBound {
    /// Those that belong nowhere else.
    Default,
    /// Those from values to others.
    Range(&'static [BoundValue], &'static [BoundValue]),
    /// Those with these values.
    Values(&'static [BoundValue]),
    /// Those whose hash, divided by the first number, leaves the second.
    Hash(u32, u32),
    /// Those that the hash sends there (MySQL).
    Open,
}

/// A value in the bound of a partition.
#[derive(Clone, Copy, Debug)]
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
    Number(&'static str),
    /// A text.
    Text(&'static str),
    /// SQL.
    Sql(&'static str),
}
