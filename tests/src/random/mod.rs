//! Random schemas with rows: SQLite's over its whole feature set, in many spellings, and PostgreSQL's over what models can say and what stands beside tables; MySQL's and MariaDB's.

pub mod laws;
pub mod mysql;
pub mod postgres;
mod rows;
mod spec;
mod spelling;
mod strategy;
mod trials;

pub use rows::{Seeds, insert, seed};
pub use spec::{SchemaSpec, TableSpec};
pub use spelling::{Spelling, script};
pub use strategy::{Pair, pair, schema};
pub use trials::{config, holds};
