//! The cases, by what changes.

mod attached;
mod checks;
mod columns;
mod comments;
mod enum_types;
mod enums;
mod foreign_keys;
mod generated;
mod indexes;
mod key_options;
mod keys;
mod mysql;
mod mysql_partitions;
mod mysql_references;
mod mysql_ways;
mod names;
mod namespaces;
mod numbering;
mod options;
mod partitions;
mod settings;
mod sources;
mod tables;
mod together;
mod uniques;
mod user_types;
mod views;

use super::Case;
use crate::models::{TableExt as _, document, integer, table};
use schema_core::model::{Column, DeclaredTable, Document};
use std::collections::BTreeSet;

/// All cases.
pub fn all() -> Vec<Case> {
    let cases = [
        tables::cases(),
        columns::cases(),
        generated::cases(),
        keys::cases(),
        uniques::cases(),
        checks::cases(),
        foreign_keys::cases(),
        indexes::cases(),
        enums::cases(),
        options::cases(),
        mysql::cases(),
        mysql_ways::cases(),
        mysql_references::cases(),
        mysql_partitions::cases(),
        views::cases(),
        names::cases(),
        together::cases(),
        comments::cases(),
        enum_types::cases(),
        key_options::cases(),
        namespaces::cases(),
        numbering::cases(),
        settings::cases(),
        sources::cases(),
        attached::cases(),
        partitions::cases(),
        user_types::cases(),
    ]
    .concat();
    let mut names = BTreeSet::new();
    for case in &cases {
        assert!(names.insert(case.name()), "two cases are called `{}`", case.name());
    }
    cases
}

/// A table `items` of an `id`, which is its key, and these columns.
fn items_table(columns: impl IntoIterator<Item = Column>) -> DeclaredTable {
    table("items", [integer("id")].into_iter().chain(columns)).key(&["id"])
}

/// The document of `items` alone.
fn items(columns: impl IntoIterator<Item = Column>) -> Document {
    document([items_table(columns)])
}
