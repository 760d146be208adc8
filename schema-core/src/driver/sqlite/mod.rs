//! SQLite.

pub mod introspect;
