//! Databases on the MySQL or MariaDB server of the tests, and the oracle for changes of their schemas.

mod dump;
mod scratch;

pub use dump::{Dump, differences, kinds_that_differ};
pub use scratch::Scratch;
