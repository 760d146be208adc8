//! What renames do to objects that are kept without being understood.

use super::RenameRules;
use crate::diff::TypeKind;
use crate::model::{DatabaseSchema, Object, ObjectId, ObjectKind, ObjectScope, QualifiedName};
use std::collections::HashSet;

/// Has the objects that read a table, or hang on it, call it otherwise.
pub(super) fn rename_table(
    schema: &mut DatabaseSchema,
    from: &QualifiedName,
    to: &QualifiedName,
    rules: &RenameRules,
) {
    for object in schema.objects.iter_mut().filter(|it| it.depends_on.contains(from)) {
        if !follows(object) {
            for read in object.depends_on.iter_mut().filter(|read| **read == *from) {
                *read = to.clone();
            }
            continue;
        }
        if let Some(table) = object.id.table_mut().filter(|table| **table == *from) {
            table.clone_from(to);
            object.id.name.schema.clone_from(&to.schema);
        }
        for read in object.depends_on.iter_mut().filter(|read| **read == *from) {
            *read = to.clone();
        }
        rewrite(object, &from.name, &to.name, rules);
        if let ObjectScope::Arguments { types } = &mut object.id.scope {
            for ty in types {
                *ty = (rules.rewrite)(ty, &from.name, &to.name);
            }
        }
    }
}

/// Has the objects that read one of the tables, or hang on it, call a column otherwise.
pub(super) fn rename_column(
    schema: &mut DatabaseSchema,
    tables: &HashSet<QualifiedName>,
    (from, to): (&str, &str),
    rules: &RenameRules,
) {
    let reads = |object: &Object| object.depends_on.iter().any(|read| tables.contains(read));
    for object in schema.objects.iter_mut().filter(|object| follows(object) && reads(object)) {
        rewrite(object, from, to, rules);
        if let ObjectId { name, scope: ObjectScope::Column { table }, .. } = &mut object.id
            && name.name == from
            && tables.contains(table)
        {
            to.clone_into(&mut name.name);
        }
    }
}

/// Has a type and what is made of it call it otherwise.
pub(super) fn rename_type(
    schema: &mut DatabaseSchema,
    kind: TypeKind,
    (from, to): (&QualifiedName, &QualifiedName),
    rules: &RenameRules,
) {
    let kind = match kind {
        TypeKind::Enum => None,
        TypeKind::Domain => Some(ObjectKind::Domain),
        TypeKind::Composite => Some(ObjectKind::CompositeType),
    };
    for object in &mut schema.objects {
        if Some(object.id.kind) == kind && object.id.name == *from {
            object.id.name = to.clone();
            let (from, to) = ((rules.quote)(from), (rules.quote)(to));
            let texts = object.definition.iter_mut().chain(&mut object.target).chain(&mut object.restore);
            for text in texts {
                *text = renamed_behind(text, &["DOMAIN", "TYPE"], &from, &to);
            }
        }
        for attribute in &mut object.attributes {
            attribute.ty = renamed_type(&attribute.ty, from, to, rules);
        }
        match object.id.kind {
            ObjectKind::CompositeType => define_composite(object, rules),
            ObjectKind::Domain => {
                if let Some((head, base)) = object.definition.as_deref().and_then(|it| it.split_once(" AS "))
                {
                    object.definition = Some(format!("{head} AS {}", renamed_type(base, from, to, rules)));
                }
            }
            ObjectKind::Function => {
                if let ObjectScope::Arguments { types } = &mut object.id.scope {
                    for ty in types {
                        *ty = (rules.rewrite_column_type)(ty, from, to);
                    }
                }
            }
            ObjectKind::VirtualTable
            | ObjectKind::ShadowTable
            | ObjectKind::Extension
            | ObjectKind::Collation
            | ObjectKind::RangeType
            | ObjectKind::Sequence
            | ObjectKind::Procedure
            | ObjectKind::Package
            | ObjectKind::PackageBody
            | ObjectKind::Event
            | ObjectKind::MaterializedView
            | ObjectKind::ForeignTable
            | ObjectKind::Trigger
            | ObjectKind::Rule
            | ObjectKind::Policy
            | ObjectKind::Statistics
            | ObjectKind::NotNull
            | ObjectKind::Setting
            | ObjectKind::Detail
            | ObjectKind::Other => {}
        }
    }
}

/// A type, perhaps with a collation behind it.
fn renamed_type(ty: &str, from: &QualifiedName, to: &QualifiedName, rules: &RenameRules) -> String {
    match ty.split_once(" COLLATE ") {
        Some((ty, collation)) => format!("{} COLLATE {collation}", (rules.rewrite_column_type)(ty, from, to)),
        None => (rules.rewrite_column_type)(ty, from, to),
    }
}

/// A statement that calls an object otherwise, the name of which stands behind one of these words.
fn renamed_behind(text: &str, words: &[&str], from: &str, to: &str) -> String {
    for word in words {
        for start in [format!("CREATE {word} "), format!("ALTER {word} "), format!("{word} ")] {
            let rest = text.strip_prefix(&start).and_then(|rest| rest.strip_prefix(from));
            if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with(' ')) {
                return format!("{start}{to}{rest}");
            }
        }
    }
    text.to_owned()
}

/// The statement that creates a composite type, from its attributes.
fn define_composite(object: &mut Object, rules: &RenameRules) {
    let Some((head, _)) = object.definition.as_deref().and_then(|it| it.split_once(" AS (")) else { return };
    let attributes = object.attributes.iter();
    let attributes =
        attributes.map(|it| format!("{} {}", (rules.quote)(&QualifiedName::new(it.name.clone())), it.ty));
    object.definition = Some(format!("{head} AS ({})", attributes.collect::<Vec<_>>().join(", ")));
}

/// Has a composite type call an attribute otherwise.
pub(super) fn rename_attribute(
    schema: &mut DatabaseSchema,
    name: &QualifiedName,
    (from, to): (&str, &str),
    rules: &RenameRules,
) {
    let is_it = |object: &&mut Object| object.id.kind == ObjectKind::CompositeType && object.id.name == *name;
    for object in schema.objects.iter_mut().filter(is_it) {
        for attribute in object.attributes.iter_mut().filter(|attribute| attribute.name == from) {
            to.clone_into(&mut attribute.name);
        }
        define_composite(object, rules);
    }
}

/// Gives a trigger or policy of a table another name.
pub(super) fn rename_on_table(
    schema: &mut DatabaseSchema,
    kind: ObjectKind,
    table: &QualifiedName,
    (from, to): (&str, &str),
    rules: &RenameRules,
) {
    let old = ObjectId::on_table(kind, from, table.clone());
    for object in schema.objects.iter_mut().filter(|object| object.id == old) {
        to.clone_into(&mut object.id.name.name);
        rewrite(object, from, to, rules);
    }
}

fn rewrite(object: &mut Object, from: &str, to: &str, rules: &RenameRules) {
    let types = object.attributes.iter_mut().map(|attribute| &mut attribute.ty);
    let texts = object.definition.iter_mut().chain(&mut object.target).chain(&mut object.restore);
    for text in texts.chain(types) {
        *text = (rules.rewrite)(text, from, to);
    }
}

/// Whether the engine keeps what the object means, and not its text, so that the text follows renames.
fn follows(object: &Object) -> bool {
    match object.id.kind {
        // Its signature, and a body that is no text.
        ObjectKind::Function
        | ObjectKind::MaterializedView
        | ObjectKind::Trigger
        | ObjectKind::Rule
        | ObjectKind::Policy
        | ObjectKind::Statistics
        | ObjectKind::NotNull
        | ObjectKind::Setting => true,
        ObjectKind::VirtualTable
        | ObjectKind::ShadowTable
        | ObjectKind::Extension
        | ObjectKind::Collation
        | ObjectKind::Domain
        | ObjectKind::CompositeType
        | ObjectKind::RangeType
        | ObjectKind::Sequence
        | ObjectKind::Procedure
        | ObjectKind::Package
        | ObjectKind::PackageBody
        | ObjectKind::Event
        | ObjectKind::ForeignTable
        | ObjectKind::Detail
        | ObjectKind::Other => false,
    }
}
