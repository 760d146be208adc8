//! What is known of a database without asking it.

use crate::driver::{Capabilities, HistoryTable};
use crate::model::{Engine, QualifiedName};
use std::path::Path;
use std::time::Duration;

/// What is known of a database without asking it.
pub trait Facts: Send {
    /// The engine.
    fn engine(&self) -> Engine;

    /// What the engine can do.
    fn capabilities(&self) -> &'static Capabilities;

    /// The history table.
    fn history_table(&self) -> &HistoryTable;

    /// How long to wait for another process.
    fn lock_timeout(&self) -> Duration;

    /// The name as the engine's SQL spells it.
    fn quote(&self, name: &QualifiedName) -> String;

    /// The file that holds the database, where it is one.
    fn file(&self) -> Option<&Path>;
}
