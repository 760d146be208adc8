//! Databases on the PostgreSQL server of the tests, and the oracle for changes of their schemas.

mod change;
mod dump;
mod pg_dump;
mod roles;
mod scratch;

pub use change::Change;
pub use dump::{Dump, differences, dump_of, kinds_that_differ};
pub use roles::Roles;
pub use scratch::{Refusal, Scratch};
