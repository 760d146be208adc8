//! Databases for the tests of an application: a fresh one at head for each test, gone when the test has passed.
//!
//! The revisions are applied once, to a template that tests get copies of: `CREATE DATABASE … TEMPLATE` on PostgreSQL, definitions and rows on MySQL and
//! MariaDB, a file on SQLite. So tests run side by side and see nothing of each other. A database whose test fails stays, and its URL is printed.
//!
//! ```
//! # #[cfg(feature = "sqlite")] {
//! use schema_core::revision::{Directory, EmbeddedFile};
//! use schema_core::testing::TestDatabases;
//! # let toml = "revision = \"a\"\nrevises = []\nmessage = \"add products\"\ncreated = 2026-01-01T00:00:00Z\nengines = [\"sqlite\"]\n";
//! # let files: &'static [EmbeddedFile] = Box::leak(Box::new([
//! #     EmbeddedFile { path: "heads", contents: "a\n" },
//! #     EmbeddedFile { path: "20260101000000_a_add_products/revision.toml", contents: toml },
//! #     EmbeddedFile { path: "20260101000000_a_add_products/up.sql", contents: "CREATE TABLE products (title TEXT);" },
//! #     EmbeddedFile { path: "20260101000000_a_add_products/down.sql", contents: "DROP TABLE products;" },
//! # ]));
//! # let revisions = Directory::from_embedded(files)?;
//!
//! let database = TestDatabases::new(revisions).server("sqlite::memory:".parse()?).fresh()?;
//! database.execute("INSERT INTO products VALUES ('lamp')")?;
//! assert_eq!(database.rows("SELECT title FROM products", &[])?, [["lamp".into()]]);
//! # }
//! # Ok::<(), schema_core::Error>(())
//! ```
//!
//! [`#[schema_core::test]`](crate::test) does that around a test function.
//!
//! Owns templates, copies and their end. Must not know a client library: it speaks to servers through [`Driver`](crate::driver::Driver).

mod assertions;
mod copies;
mod database;
mod databases;
#[cfg(feature = "mysql")]
mod mysql;
mod outcome;
#[cfg(feature = "postgres")]
mod postgres;
mod server;
mod template;

#[doc(hidden)]
pub use assertions::{schema_at_head, still_to_do};
pub use database::TestDatabase;
pub use databases::TestDatabases;
#[doc(hidden)]
pub use outcome::{TestOutcome, of_package, run};
