//! Objects that are read and kept, but not planned.

use super::QualifiedName;
use serde::{Deserialize, Serialize};

/// An object of a database that no model can say yet; it is never dropped unasked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpaqueObject {
    /// What it is.
    pub kind: OpaqueKind,
    /// Its name.
    #[serde(flatten)]
    pub name: QualifiedName,
    /// The statement that creates it, where the database tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// The tables and views that it depends on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<QualifiedName>,
}

/// The kind of an [`OpaqueObject`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpaqueKind {
    /// A virtual table (SQLite).
    VirtualTable,
    /// A table in which a virtual table keeps its data (SQLite).
    ShadowTable,
}
