//! Views.

use super::{Index, QualifiedName, is_false};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// The indexes of a materialized view that a struct says, with their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    /// Options: `security_barrier`, `security_invoker`, `check_option` (PostgreSQL); `algorithm`, `definer`, `sql_security`, `check_option`,
    /// `character_set_client`, `collation_connection` (MySQL, MariaDB), each where it is not the usual one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, String>,
    /// The comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The tables and views that the query reads, where the database tells (PostgreSQL). Never a difference.
    #[serde(skip)]
    pub depends_on: Vec<QualifiedName>,
    /// Statements that bring back what models cannot say once the view was dropped and created again: defaults and comments of
    /// columns (PostgreSQL). Never a difference.
    #[serde(skip)]
    pub restore: Vec<String>,
}

impl View {
    /// A view without options.
    #[must_use]
    pub fn new(name: impl Into<QualifiedName>, query: impl Into<String>) -> Self {
        View {
            name: name.into(),
            columns: Vec::new(),
            query: query.into(),
            materialized: false,
            indexes: Vec::new(),
            with: BTreeMap::new(),
            comment: None,
            depends_on: Vec::new(),
            restore: Vec::new(),
        }
    }
}
