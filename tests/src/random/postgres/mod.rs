//! Random PostgreSQL schemas over what models can say and what stands beside tables, with rows.

mod conversions;
mod objects;
mod prune;
mod rows;
mod script;
mod sketch;
mod strategy;

pub use conversions::impossible_types;
pub use objects::{Kind, Object};
pub use rows::{clear, fill, kept_rows};
pub use script::{name_of, quote, script};
pub use sketch::{Column, Enum, ForeignKey, Index, Key, Number, Sketch, Table, Type, View};
pub use strategy::{Pair, pair, sketch};
