//! Rust structs as the database schema.
//!
//! `#[derive(Table)]` on a model emits metadata; the diff engine compares it with the live database; revisions are written
//! as SQL that people review, and a small runner applies them.

pub mod model;
#[cfg(feature = "migrate")]
mod near;
#[cfg(feature = "migrate")]
pub mod revision;
#[cfg(feature = "migrate")]
pub mod sql;
