//! The schema of a database as Rust structs: the text of a module, and what it does not say.
//!
//! Pure. `say` decides what the structs say, in the types of `model`, and `beside` what SQL says that no struct can; `render` writes that as Rust. A type, default or name gets its short form only where the engine's
//! own rules give back exactly what the database has. Must not read a database: the columns of views are handed in.

mod beside;
mod render;
mod say;
mod style;
#[cfg(test)]
mod tests;

use crate::model::{DatabaseSchema, Document, Engine, QualifiedName, Source};
pub use beside::SqlFile;
use std::collections::{BTreeMap, BTreeSet};
pub use style::{Dates, Decimals, DerivePath, NoDerivePath, Style};

/// The columns of each view in their order, with their types as the database writes them.
pub type ViewColumns = BTreeMap<QualifiedName, Vec<(String, String)>>;

/// What structs and SQL beside them say of a database.
#[derive(Clone, Debug)]
pub struct Written {
    engine: Engine,
    document: Document,
    types: say::Types,
    views: ViewColumns,
    sql: Vec<SqlFile>,
    losses: Vec<Loss>,
}

/// Something of the database that neither structs nor SQL say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What it is: ``the trigger `touch` on `users` ``.
    pub object: String,
    /// Why it is not said.
    pub reason: String,
}

/// Structs as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rust {
    /// The module.
    pub text: String,
    /// The crates whose types it uses; `schema-core` has a feature of the same name for each.
    pub crates: BTreeSet<&'static str>,
}

/// Where the SQL beside the structs stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqlPlace<'a> {
    /// In the module.
    Inline,
    /// In files in this folder, as the module names them: from the folder of the crate's Cargo.toml.
    Files(&'a str),
}

/// Writes structs, and SQL beside them, for the schema of a database.
#[must_use]
pub fn write(engine: Engine, schema: &DatabaseSchema, views: &ViewColumns) -> Written {
    let say::Sayings { document, types, sql, losses } = say::say(engine, schema, views);
    Written { engine, document, types, views: views.clone(), sql, losses }
}

impl Written {
    /// What the module declares, the SQL beside the structs included.
    #[must_use]
    pub fn document(&self) -> Document {
        let mut document = self.document.clone();
        for SqlFile { path, sql, objects: _ } in &self.sql {
            document.declare_source(Source {
                file: path.clone(),
                line: None,
                sql: sql.clone(),
                origin: None,
                only: vec![self.engine],
            });
        }
        document.sort();
        document
    }

    /// What the structs alone declare.
    #[must_use]
    pub fn structs(&self) -> &Document {
        &self.document
    }

    /// The SQL beside the structs.
    #[must_use]
    pub fn sql(&self) -> &[SqlFile] {
        &self.sql
    }

    /// What is not said.
    #[must_use]
    pub fn losses(&self) -> &[Loss] {
        &self.losses
    }

    /// Adds something that is not said.
    pub fn lose(&mut self, object: impl Into<String>, reason: impl Into<String>) {
        self.losses.push(Loss { object: object.into(), reason: reason.into() });
    }

    /// Leaves a file of SQL out, for a reason; whether there was one of that path.
    pub fn leave_out(&mut self, path: &str, reason: &str) -> bool {
        let lost = beside::leave_out(&mut self.sql, path, reason);
        let was_there = !lost.is_empty();
        self.losses.extend(lost);
        was_there
    }

    /// The module as text.
    #[must_use]
    pub fn rust(&self, place: SqlPlace<'_>, style: &Style) -> Rust {
        render::render(self, place, style)
    }
}
