//! What an engine renames.

use super::object::Kind;
use crate::model::QualifiedName;

/// What an engine renames, and how SQL text speaks of it; the differences between engines that renames need to know.
#[derive(Clone, Copy, Debug)]
pub struct RenameRules {
    /// A name in the form in which names are compared.
    pub fold: fn(&str) -> String,
    /// A name as statements have it.
    pub quote: fn(&QualifiedName) -> String,
    /// Whether enums are types with names of their own, renamed in place, values too.
    pub enum_types: bool,
    /// Whether domains, composite types, triggers and policies are renamed in place.
    pub objects: bool,
    /// Whether indexes are renamed in place.
    pub indexes: bool,
    /// Whether constraints are renamed in place.
    pub constraints: bool,
    /// Whether views and triggers follow; else their text stays as it is, and speaks of names that are no more.
    pub views_follow: bool,
    /// A trigger on a table that gets this name, where the engine rewrites that place in it and nothing else: `text`, `to`.
    pub trigger_on: Option<fn(&str, &str) -> String>,
    /// Replaces an identifier in SQL text: `text`, `from`, `to`.
    pub rewrite: fn(&str, &str, &str) -> String,
    /// Replaces an enum type in SQL text.
    pub rewrite_type: fn(&str, &QualifiedName, &QualifiedName) -> String,
    /// Replaces an enum type where a column's type stands.
    pub rewrite_column_type: fn(&str, &QualifiedName, &QualifiedName) -> String,
    /// Replaces a value of an enum type in SQL text: `text`, `type`, `from`, `to`.
    pub rewrite_value: fn(&str, &QualifiedName, &str, &str) -> String,
    /// What stands between a table's name and a number in the names of foreign keys that the engine renames with the table.
    pub foreign_key_infix: Option<&'static str>,
    /// The same for CHECKs.
    pub check_infix: Option<&'static str>,
    /// The name of the sequence that numbers a column, given its table and the column, where the engine has such; it stays when these are renamed.
    pub sequence: Option<fn(&QualifiedName, &str) -> String>,
}

impl RenameRules {
    /// Whether things of this kind are renamed in place.
    pub(super) fn renames(&self, kind: Kind) -> bool {
        match kind {
            Kind::Index => self.indexes,
            Kind::PrimaryKey | Kind::Unique | Kind::Check | Kind::ForeignKey | Kind::Exclusion => {
                self.constraints
            }
        }
    }

    /// A name to look tables up by.
    pub(super) fn key(&self, name: &QualifiedName) -> (Option<String>, String) {
        (name.schema.as_deref().map(self.fold), (self.fold)(&name.name))
    }
}
