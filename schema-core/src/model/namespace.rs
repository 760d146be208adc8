//! Schemas in PostgreSQL's sense: folders of tables.

use serde::{Deserialize, Serialize};

/// A folder of tables inside a database (PostgreSQL's schema); the usual one is none of these.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Namespace {
    /// The name.
    pub name: String,
    /// The comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}
