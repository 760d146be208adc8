//! Rust structs as the database schema.
//!
//! `#[derive(Table)]` on a model emits metadata; the diff engine compares it with the live database; revisions are written
//! as SQL that people review, and a small runner applies them.

#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private;
#[cfg(feature = "migrate")]
pub mod apply;
#[cfg(feature = "migrate")]
pub mod autogenerate;
#[cfg(feature = "migrate")]
mod batch;
#[cfg(feature = "migrate")]
pub mod comparison;
#[cfg(feature = "migrate")]
pub mod database;
#[cfg(feature = "migrate")]
pub mod definitions;
#[cfg(feature = "migrate")]
pub mod dialect;
#[cfg(feature = "migrate")]
pub mod diff;
#[cfg(feature = "migrate")]
pub mod driver;
mod dump;
#[cfg(feature = "migrate")]
pub mod embed;
#[cfg(feature = "migrate")]
pub mod error;
#[cfg(feature = "migrate")]
mod error_class;
#[cfg(feature = "migrate")]
pub mod filter;
#[cfg(all(any(test, fuzzing), feature = "mysql", feature = "postgres"))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "migrate")]
mod hash;
#[cfg(feature = "migrate")]
pub mod import;
#[cfg(feature = "migrate")]
pub mod initializer;
mod json;
#[cfg(feature = "migrate")]
pub mod kept;
#[cfg(feature = "migrate")]
pub mod load;
pub mod meta;
#[cfg(feature = "migrate")]
pub mod migrator;
pub mod model;
#[cfg(feature = "migrate")]
mod near;
#[cfg(feature = "migrate")]
mod parallel;
#[cfg(feature = "migrate")]
pub mod plan;
#[cfg(feature = "migrate")]
pub mod proof;
pub mod registry;
#[cfg(feature = "migrate")]
pub mod revision;
#[cfg(feature = "migrate")]
pub mod runner;
mod source;
#[cfg(feature = "migrate")]
pub mod sources;
#[cfg(feature = "migrate")]
pub mod sql;
mod sql_type;
#[cfg(feature = "migrate")]
pub mod squash;
#[cfg(feature = "migrate")]
pub mod steps;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "migrate")]
pub mod text_file;
mod traits;
#[cfg(feature = "migrate")]
pub mod url;
pub mod validate;
#[cfg(feature = "migrate")]
pub mod verify;
#[cfg(feature = "migrate")]
pub mod write_models;

#[cfg(feature = "sqlite")]
pub use database::Database;
#[cfg(feature = "migrate")]
pub use driver::SqlValue;
pub use dump::{DUMP_VARIABLE, dump_main};
#[cfg(feature = "migrate")]
pub use embed::EmbeddedMigrations;
#[cfg(feature = "migrate")]
pub use error::Error;
#[cfg(feature = "migrate")]
pub use error_class::ErrorClass;
#[cfg(feature = "migrate")]
pub use initializer::Initializer;
pub use json::Json;
#[cfg(feature = "migrate")]
pub use migrator::Migrator;
pub use model::Document as Schema;
pub use registry::{DeclarationError, DeclarationErrors};
pub use sql_type::SqlType;
#[cfg(feature = "migrate")]
pub use steps::{StepError, StepResult, StepTransaction, Steps};
pub use traits::{Columns, Model, Models, SqlEnum, Table, View};

/// Gives a test function a database of its own, at the head of a migrations folder. See [`testing`].
#[cfg(feature = "testing")]
pub use schema_derive::test;

/// The derive macros, beside the traits of the same names.
pub use schema_derive::{Columns, SqlEnum, SqlType, Table, View};
