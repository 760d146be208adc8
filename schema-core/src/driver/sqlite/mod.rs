//! SQLite.

pub mod introspect;
pub mod prove;
