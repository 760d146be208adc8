//! The schema of a database as Rust structs: the text of a module, and what it does not say.
//!
//! Pure. `say` decides what the structs say, in the types of `model`; `render` writes that as Rust. A type, default or name gets its short form only where the engine's
//! own rules give back exactly what the database has. Must not read a database: the columns of views are handed in.

mod render;
mod say;
#[cfg(test)]
mod tests;

use crate::model::{Document, Engine, QualifiedName, Schema};
use std::collections::{BTreeMap, BTreeSet};

/// The columns of each view in their order, with their types as the database writes them.
pub type ViewColumns = BTreeMap<QualifiedName, Vec<(String, String)>>;

/// Rust structs, and what they say.
#[derive(Clone, Debug)]
pub struct Written {
    /// The module.
    pub rust: String,
    /// What its derives declare.
    pub document: Document,
    /// What it does not say.
    pub losses: Vec<Loss>,
    /// The crates whose types it uses; `schema-core` has a feature of the same name for each.
    pub crates: BTreeSet<&'static str>,
}

/// Something of the database that the structs do not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What it is: ``the trigger `touch` on `users` ``.
    pub object: String,
    /// Why it is not said.
    pub reason: String,
}

/// Writes structs for the schema of a database.
#[must_use]
pub fn write(engine: Engine, schema: &Schema, views: &ViewColumns) -> Written {
    let (document, types, losses) = say::say(engine, schema, views);
    let (rust, crates) = render::render(engine, &document, &types, views);
    Written { rust, document, losses, crates }
}
