//! SQL that models say.

use super::Engine;
use serde::{Deserialize, Serialize};

/// SQL that a crate says beside its structs: `sql!` or `sql_file!`. What it makes, a server tells.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// Its file, from the folder of the crate's Cargo.toml, or that of the code that it stands in.
    pub file: String,
    /// The line of the code that it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The statements.
    pub sql: String,
    /// The module that says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The only engines that it is for, each named: MySQL is MySQL alone. Empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<Engine>,
}

impl Source {
    /// The place of a line of the SQL, counted from 1: `sql/touch.sql:3`. Of SQL that stands in code, where the code begins.
    #[must_use]
    pub fn place(&self, line: usize) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.file),
            None => format!("{}:{line}", self.file),
        }
    }
}
