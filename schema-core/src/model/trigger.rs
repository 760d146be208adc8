//! Triggers.

use super::QualifiedName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A trigger. Models have none: a database's own are kept as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// The name.
    pub name: String,
    /// The table or view that it is on.
    pub table: QualifiedName,
    /// The whole statement that creates it.
    pub definition: String,
    /// The settings of the session that created it, under which it runs (MySQL, MariaDB): `sql_mode`, `collation_connection`, and `character_set_client` where it is
    /// not `utf8mb4`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
}
