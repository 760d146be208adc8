//! Views.

use super::{QualifiedName, is_false};
use serde::{Deserialize, Serialize};

/// A view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The name.
    #[serde(flatten)]
    pub name: QualifiedName,
    /// The names of its columns, where it gives them itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The query.
    pub query: String,
    /// Whether the rows are stored (PostgreSQL).
    #[serde(default, skip_serializing_if = "is_false")]
    pub materialized: bool,
    /// The comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}
