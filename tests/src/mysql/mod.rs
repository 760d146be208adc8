//! Databases on the MySQL or MariaDB server of the tests, and the oracle for changes of their schemas.

mod dump;
mod encoding;
mod literals;
mod scratch;

pub use dump::{Dump, differences, dump as dump_of, kinds_that_differ};
pub use encoding::with_encodings;
pub use scratch::Scratch;
