//! SQLite.

pub(crate) mod alter;
mod attached;
pub mod expression;
mod fingerprint;
mod hazard;
mod identifier;
mod naming;
mod normalize;
pub mod parse;
pub(crate) mod rebuild;
pub mod render;
mod resolve;
mod spelling;
mod statement_effect;
mod types;

pub(super) use attached::attach;
pub use fingerprint::fingerprint;
pub use identifier::{fold, quote, quote_name, quote_text};
pub use normalize::normalize;
pub(crate) use normalize::rowid_alias;
pub use resolve::resolve;
pub use spelling::spell_as_defined;
pub use statement_effect::can_be_repeated;
