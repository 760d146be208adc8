//! Triggers.

use super::QualifiedName;
use serde::{Deserialize, Serialize};

/// A trigger. Models have none: a database's own are kept as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// The name.
    pub name: String,
    /// The table or view that it is on.
    pub table: QualifiedName,
    /// The whole statement that creates it.
    pub definition: String,
}
