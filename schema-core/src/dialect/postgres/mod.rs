//! PostgreSQL.
//!
//! Names in the usual schema (the first of the connection's `search_path`) are written without it; all others with theirs. Types stand as
//! `format_type` spells them, expressions as `pg_get_expr` does.

mod attached;
mod block;
mod collation;
pub mod conversion;
mod convertible;
mod deparsed;
mod domain_checks;
pub mod evidence;
pub mod expression;
#[cfg(feature = "postgres")]
pub(crate) mod extension;
mod identifier;
mod identity;
mod inheritance;
mod literal;
pub mod locks;
mod named;
mod namespace;
mod naming;
mod normalize;
mod numbering;
#[cfg(feature = "postgres")]
mod qualified;
pub mod recreate;
mod refuse;
pub mod render;
mod resolve;
mod rights;
pub mod session;
pub mod settings;
pub mod spelt;
mod statement_effect;
mod type_family;
mod types;
mod user_types;
mod volatile;

pub(super) use attached::{attach, materialized_statements};
pub use block::block;
pub(crate) use convertible::is_convertible;
pub use deparsed::as_meant;
pub use identifier::{fold, quote, quote_name, quote_text};
pub use namespace::leave_out_usual_schema;
pub(crate) use naming::usual_part;
pub use naming::usual_sequence;
pub use normalize::{kept_objects, normalize};
#[cfg(feature = "postgres")]
pub(crate) use qualified::{replace_qualified, restore_qualified};
pub use resolve::resolve;
pub(crate) use rights::{
    Grants, by_privilege, from_anyone, has_holder, has_objects, owner_of, owners_of, without_holder,
};
pub use rights::{inherited_rights, kept_rights};
pub use statement_effect::{ReindexScope, StatementEffect};
pub(crate) use type_family::comparable as comparable_types;
pub use types::{canonical as canonical_type, rename as rename_type};
pub(super) use user_types::attach as attach_types;
pub(crate) use volatile::is_volatile;

#[cfg(test)]
mod tests;
