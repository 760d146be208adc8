//! Random SQLite schemas over its whole feature set, in many spellings, with rows.

mod rows;
mod spec;
mod spelling;
mod strategy;

pub use rows::{Seeds, insert, seed};
pub use spec::{SchemaSpec, TableSpec};
pub use spelling::{Spelling, script};
pub use strategy::{Pair, pair, schema};
