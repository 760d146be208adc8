//! What the fuzz targets of `fuzz/` do with any text: read it with all that reads such texts, and assert what must hold whatever it says.
//!
//! It is here, and not in the targets, because most readers are private. It is compiled for fuzzing (`--cfg fuzzing`, which cargo-fuzz sets) and for tests,
//! where each target is given all kept seeds.

mod document;
mod expressions;
mod files;
mod mysql;
mod postgres;
mod revision;
mod scripts;
mod sqlite;
#[cfg(test)]
mod tests;
mod url;

pub use document::document;
pub use expressions::expressions;
pub use files::files;
pub use mysql::mysql;
pub use postgres::postgres;
pub use revision::revision;
pub use scripts::{script, split, statement, tokenize};
pub use sqlite::sqlite;
pub use url::url;
