//! What renames do to objects that are kept without being understood.

use super::RenameRules;
use crate::model::{OpaqueKind, OpaqueObject, QualifiedName, Schema};
use std::collections::HashSet;

/// Has the objects that read a table, or hang on it, call it otherwise.
pub(super) fn rename_table(
    schema: &mut Schema,
    from: &QualifiedName,
    to: &QualifiedName,
    rules: &RenameRules,
) {
    for object in schema.opaque.iter_mut().filter(|it| it.depends_on.contains(from)) {
        if !follows(object) {
            for read in object.depends_on.iter_mut().filter(|read| **read == *from) {
                *read = to.clone();
            }
            continue;
        }
        if let Some(name) = object.name.name.strip_suffix(&format!(" on {from}")) {
            object.name = QualifiedName { schema: to.schema.clone(), name: format!("{name} on {to}") };
        }
        for read in object.depends_on.iter_mut().filter(|read| **read == *from) {
            *read = to.clone();
        }
        rewrite(object, &from.name, &to.name, rules);
        if object.kind == OpaqueKind::Function {
            // The types of its arguments are part of its name.
            object.name.name = (rules.rewrite)(&object.name.name, &from.name, &to.name);
        }
    }
}

/// Has the objects that read one of the tables, or hang on it, call a column otherwise.
pub(super) fn rename_column(
    schema: &mut Schema,
    tables: &HashSet<QualifiedName>,
    (from, to): (&str, &str),
    rules: &RenameRules,
) {
    let reads = |object: &OpaqueObject| object.depends_on.iter().any(|read| tables.contains(read));
    for object in schema.opaque.iter_mut().filter(|object| follows(object) && reads(object)) {
        rewrite(object, from, to, rules);
        if object.kind == OpaqueKind::Setting
            && let Some((what, table)) = object.name.name.split_once(&format!(" {from} on "))
        {
            object.name.name = format!("{what} {to} on {table}");
        }
    }
}

fn rewrite(object: &mut OpaqueObject, from: &str, to: &str, rules: &RenameRules) {
    let types = object.attributes.iter_mut().map(|attribute| &mut attribute.ty);
    let texts = object.definition.iter_mut().chain(&mut object.target).chain(&mut object.restore);
    for text in texts.chain(types) {
        *text = (rules.rewrite)(text, from, to);
    }
}

/// Whether the engine keeps what the object means, and not its text, so that the text follows renames.
fn follows(object: &OpaqueObject) -> bool {
    match object.kind {
        // Its signature, and a body that is no text.
        OpaqueKind::Function
        | OpaqueKind::MaterializedView
        | OpaqueKind::Trigger
        | OpaqueKind::Rule
        | OpaqueKind::Policy
        | OpaqueKind::Statistics
        | OpaqueKind::NotNull
        | OpaqueKind::Setting => true,
        OpaqueKind::VirtualTable
        | OpaqueKind::ShadowTable
        | OpaqueKind::Extension
        | OpaqueKind::Collation
        | OpaqueKind::Domain
        | OpaqueKind::CompositeType
        | OpaqueKind::RangeType
        | OpaqueKind::Sequence
        | OpaqueKind::Procedure
        | OpaqueKind::Package
        | OpaqueKind::Event
        | OpaqueKind::ForeignTable
        | OpaqueKind::Other => false,
    }
}
