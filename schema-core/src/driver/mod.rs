//! Talks to databases: everything with an effect, one cargo feature each.

#[cfg(feature = "sqlite")]
pub mod sqlite;
