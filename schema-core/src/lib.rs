//! Rust structs as the database schema.
//!
//! `#[derive(Table)]` on a model emits metadata; the diff engine compares it with the live database; revisions are written
//! as SQL that people review, and a small runner applies them.

#[cfg(feature = "migrate")]
pub mod autogenerate;
#[cfg(feature = "migrate")]
pub mod dialect;
#[cfg(feature = "migrate")]
pub mod diff;
#[cfg(feature = "migrate")]
pub mod driver;
#[cfg(feature = "migrate")]
mod hash;
pub mod model;
#[cfg(feature = "migrate")]
mod near;
#[cfg(feature = "migrate")]
pub mod plan;
#[cfg(feature = "migrate")]
pub mod revision;
#[cfg(feature = "migrate")]
pub mod sql;
