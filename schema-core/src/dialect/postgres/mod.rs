//! PostgreSQL.
//!
//! Names in the usual schema (the first of the connection's `search_path`) are written without it; all others with theirs. Types stand as
//! `format_type` spells them, expressions as `pg_get_expr` does.

mod identifier;
mod normalize;
mod resolve;

pub use identifier::{fold, quote, quote_name, quote_text};
pub use normalize::normalize;
pub use resolve::resolve;
