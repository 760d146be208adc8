//! What the script drops and recreates, so that whoever runs it gives back what the database at hand has on it: owners, grants, comments that models do not
//! say, settings. The script itself says nothing of these; they are another database's.

use super::column_action::type_text;
use super::work::Work;
use crate::diff::{Rename, RenameTime};
use crate::model::{Column, ObjectKind, QualifiedName};
use crate::sql::{ObjectName, Recreated, RecreatedKind};

/// What has a name of its own.
pub(super) fn object(work: &Work<'_>, kind: RecreatedKind, name: &QualifiedName) -> Recreated {
    let other = match kind {
        RecreatedKind::Table => other_table(work, name),
        RecreatedKind::Type => other_type(work, name),
        RecreatedKind::View
        | RecreatedKind::MaterializedView
        | RecreatedKind::Sequence
        | RecreatedKind::Function
        | RecreatedKind::Procedure
        | RecreatedKind::Event
        | RecreatedKind::Package
        | RecreatedKind::PackageBody
        | RecreatedKind::Statistics
        | RecreatedKind::Index
        | RecreatedKind::Constraint
        | RecreatedKind::Trigger
        | RecreatedKind::Rule
        | RecreatedKind::Policy
        | RecreatedKind::Column
        | RecreatedKind::Values => name,
    };
    between(work, kind, alone(name), alone(other))
}

/// What is on a table or view.
pub(super) fn part(work: &Work<'_>, kind: RecreatedKind, name: &str, table: &QualifiedName) -> Recreated {
    between(work, kind, on(name, table), on(name, other_table(work, table)))
}

/// A column, or its values.
pub(super) fn column(work: &Work<'_>, kind: RecreatedKind, table: &QualifiedName, column: &str) -> Recreated {
    let other = other_table(work, table);
    let renames = work.changes.renames.iter().filter_map(Rename::as_column);
    let mut renames = renames.filter(|(of, _, _)| *of == table || *of == other);
    let renamed = renames.find_map(|(_, from, to)| match work.changes.rename_time {
        RenameTime::First => (to == column).then_some(from),
        RenameTime::Last => (from == column).then_some(to),
    });
    between(work, kind, on(column, table), on(renamed.unwrap_or(column), other))
}

/// The sequence of a column, which another takes the place of.
pub(super) fn sequence(before: &QualifiedName, after: &QualifiedName) -> Recreated {
    let (before, after) = (alone(before), alone(after));
    Recreated { kind: RecreatedKind::Sequence, before, after, hash: None }
}

/// The kind of an object that is kept without being understood, and hangs on a table or stands alone.
pub(super) fn kind_of(kind: ObjectKind) -> Option<RecreatedKind> {
    Some(match kind {
        ObjectKind::MaterializedView => RecreatedKind::MaterializedView,
        ObjectKind::Statistics => RecreatedKind::Statistics,
        ObjectKind::Trigger => RecreatedKind::Trigger,
        ObjectKind::Rule => RecreatedKind::Rule,
        ObjectKind::Policy => RecreatedKind::Policy,
        ObjectKind::Function => RecreatedKind::Function,
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
        | ObjectKind::NotNull
        | ObjectKind::Setting
        | ObjectKind::Detail
        | ObjectKind::Other => return None,
    })
}

/// Whether the values of a column can be stored otherwise than is usual for its type, which the server forgets where the type changes.
pub(super) fn has_storage(work: &Work<'_>, column: &Column) -> bool {
    const FIXED: [&str; 16] = [
        "\"char\"",
        "bigint",
        "boolean",
        "date",
        "double precision",
        "integer",
        "interval",
        "macaddr",
        "money",
        "oid",
        "real",
        "smallint",
        "time",
        "timestamp",
        "uuid",
        "xid",
    ];
    let ty = type_text(column);
    let first = ty.split(['(', ' ']).next().unwrap_or(ty);
    let is_enum = || {
        work.path.after.enums.iter().any(|object| crate::dialect::postgres::quote_name(&object.name) == ty)
    };
    ty.ends_with("[]") || !(FIXED.contains(&ty) || FIXED.contains(&first) || is_enum())
}

/// The object by its name in the middle of the script, and by that at the end that the renames are at.
fn between(work: &Work<'_>, kind: RecreatedKind, name: ObjectName, renamed: ObjectName) -> Recreated {
    let (before, after) = match work.changes.rename_time {
        RenameTime::First => (renamed, name),
        RenameTime::Last => (name, renamed),
    };
    Recreated { kind, before, after, hash: None }
}

fn alone(name: &QualifiedName) -> ObjectName {
    ObjectName { schema: name.schema.clone(), parent: None, name: name.name.clone() }
}

fn on(name: &str, table: &QualifiedName) -> ObjectName {
    ObjectName { schema: table.schema.clone(), parent: Some(table.name.clone()), name: name.to_owned() }
}

fn other_table<'a>(work: &'a Work<'_>, name: &'a QualifiedName) -> &'a QualifiedName {
    other_end(work, name, work.changes.renames.iter().filter_map(Rename::as_table))
}

fn other_type<'a>(work: &'a Work<'_>, name: &'a QualifiedName) -> &'a QualifiedName {
    other_end(work, name, work.changes.renames.iter().filter_map(Rename::as_type))
}

/// What is called so in the middle of the script is called at the end that the renames are at.
fn other_end<'a>(
    work: &Work<'_>,
    name: &'a QualifiedName,
    mut renames: impl Iterator<Item = (&'a QualifiedName, &'a QualifiedName)>,
) -> &'a QualifiedName {
    let found = renames.find_map(|(from, to)| match work.changes.rename_time {
        RenameTime::First => (to == name).then_some(from),
        RenameTime::Last => (from == name).then_some(to),
    });
    found.unwrap_or(name)
}
