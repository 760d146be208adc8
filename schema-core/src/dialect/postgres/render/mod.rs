//! Objects as SQL. Must not know in which order statements come, nor what they do to rows.

mod column;
mod comment;
mod constraint;
mod enum_type;
mod index;
mod parameters;
mod sequence;
mod table;
mod view;

pub use column::{column, column_type};
pub use comment::comment;
pub use constraint::{check, exclusion, foreign_key, primary_key, unique};
pub use enum_type::create_enum;
pub use index::{IndexBuild, create_index};
pub use parameters::{parameter_names, parameters};
pub use sequence::{
    alter_sequence, create_sequence, identity, options, sequence_name, sequence_type, usual_bounds,
    usual_sequence_type,
};
pub use table::{Parts, create_table};
pub use view::create_view;

use super::quote;

/// Names with commas between them.
#[must_use]
pub fn names(names: &[String]) -> String {
    names.iter().map(|name| quote(name)).collect::<Vec<_>>().join(", ")
}
