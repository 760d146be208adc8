//! Makes two schemas comparable: what PostgreSQL holds to be the same is spelled the same afterwards.
//!
//! The desired schema takes over the spelling of the database wherever the two mean the same, so that the difference is plain inequality. The
//! driver has put the desired expressions into the server's words before, where it may; what is compared here is text.

use super::expression::{canonical, identifiers};
use super::shape::{self, Storage};
use super::{family, naming, types};
use crate::dialect::Scope;
use crate::diff::Rename;
use crate::model::{
    AutoIncrement, Column, ColumnType, Generated, Index, Namespace, OpaqueKind, OpaqueObject, PrimaryKey,
    QualifiedName, Schema, Table, TableOptions, View,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Spells `desired` as `current` does, gives names to what is new and unnamed, and takes over what `scope` leaves to the database.
///
/// Returns no renames: those of values are found with all others, because here they are renames of a type's. Idempotent.
pub fn normalize(current: &Schema, desired: &mut Schema, scope: Scope) -> Vec<Rename> {
    let found: HashMap<&QualifiedName, &Table> =
        current.tables.iter().map(|table| (&table.name, table)).collect();
    for table in &mut desired.tables {
        forget_hints(table);
        if let Some(before) = found.get(&table.name) {
            unify_table(before, table, scope);
            if scope == Scope::Models {
                family::leave_out_inherited(before, table, &found);
            }
        }
    }
    for object in &mut desired.enums {
        object.renamed_from = None;
        for value in &mut object.values {
            value.renamed_from = None;
        }
    }
    if scope == Scope::Models {
        family::keep_partitions(current, desired);
    }
    unify_views(current, desired, scope);
    if scope == Scope::Models {
        keep_what_models_cannot_say(current, desired);
    }
    naming::name_new(desired);
    Vec::new()
}

/// The hints have acted, or never will.
fn forget_hints(table: &mut Table) {
    table.renamed_from = None;
    for column in &mut table.columns {
        column.renamed_from = None;
        column.renamed_values.clear();
    }
    table.uniques.iter_mut().for_each(|unique| unique.renamed_from = None);
    table.checks.iter_mut().for_each(|check| check.renamed_from = None);
    table.foreign_keys.iter_mut().for_each(|key| key.renamed_from = None);
    table.exclusions.iter_mut().for_each(|exclusion| exclusion.renamed_from = None);
    table.indexes.iter_mut().for_each(|index| index.renamed_from = None);
}

fn unify_table(before: &Table, after: &mut Table, scope: Scope) {
    let found: HashMap<&str, &Column> =
        before.columns.iter().map(|column| (column.name.as_str(), column)).collect();
    for column in &mut after.columns {
        if let Some(current) = found.get(column.name.as_str()) {
            unify_column(current, column, scope);
        }
    }
    unify_primary_key(before.primary_key.as_ref(), after.primary_key.as_mut(), scope);
    // Models say nothing of the comments of constraints, and all of those of indexes.
    let counts = scope == Scope::Database;
    unify_list(
        &before.uniques,
        &mut after.uniques,
        scope,
        |it| &it.name,
        shape::unique,
        |now, then| {
            let comment = if counts { then.comment.clone() } else { now.comment.clone() };
            *then = crate::model::Unique { comment, ..now.clone() };
        },
    );
    unify_list(
        &before.checks,
        &mut after.checks,
        scope,
        |it| &it.name,
        shape::check,
        |now, then| {
            let comment = if counts { then.comment.clone() } else { now.comment.clone() };
            *then = crate::model::Check { comment, ..now.clone() };
        },
    );
    unify_list(
        &before.foreign_keys,
        &mut after.foreign_keys,
        scope,
        |it| &it.name,
        shape::foreign_key,
        |now, then| {
            let comment = if counts { then.comment.clone() } else { now.comment.clone() };
            *then = crate::model::ForeignKey { comment, ..now.clone() };
        },
    );
    unify_list(
        &before.exclusions,
        &mut after.exclusions,
        scope,
        |it| &it.name,
        shape::exclusion,
        |now, then| {
            let comment = if counts { then.comment.clone() } else { now.comment.clone() };
            *then = crate::model::Exclusion { comment, ..now.clone() };
        },
    );
    unify_list(
        &before.indexes,
        &mut after.indexes,
        scope,
        |it| &it.name,
        shape::index,
        |now, then| {
            *then = Index { comment: then.comment.clone(), ..now.clone() };
        },
    );
    unify_options(&before.options, &mut after.options, scope);
    if scope == Scope::Models {
        // Models declare partitioned and inheriting tables as plain ones.
        after.partition_by.clone_from(&before.partition_by);
        after.partition_of.clone_from(&before.partition_of);
        after.inherits.clone_from(&before.inherits);
    }
    let same = |left: &Option<String>, right: &Option<String>| {
        left.as_deref().map(canonical) == right.as_deref().map(canonical)
    };
    if same(&before.partition_by, &after.partition_by) {
        after.partition_by.clone_from(&before.partition_by);
    }
}

fn unify_column(current: &Column, desired: &mut Column, scope: Scope) {
    if let (ColumnType::Sql(before), ColumnType::Sql(after)) = (&current.ty, &desired.ty)
        && types::canonical(before) == types::canonical(after)
    {
        desired.ty = current.ty.clone();
    }
    if shape::same_default(current, desired, scope == Scope::Models) {
        desired.default.clone_from(&current.default);
    }
    if let (Some(Generated { expression: found, stored: _ }), Some(Generated { expression, stored: _ })) =
        (&current.generated, &mut desired.generated)
        && canonical(found) == canonical(expression)
    {
        expression.clone_from(found);
    }
    if shape::collation(current.collation.as_deref()) == shape::collation(desired.collation.as_deref()) {
        desired.collation.clone_from(&current.collation);
    }
    if scope == Scope::Models {
        let numbered_alike = match (current.auto, desired.auto) {
            (Some(AutoIncrement::Serial), Some(AutoIncrement::Serial)) => true,
            (Some(AutoIncrement::Serial), _) | (_, Some(AutoIncrement::Serial)) => false,
            // Both are identities, which keep their sequence when they become the other kind.
            (before, after) => before.is_some() && after.is_some(),
        };
        if numbered_alike && desired.sequence.is_none() {
            desired.sequence.clone_from(&current.sequence);
        }
        if !current.nullable && !desired.nullable {
            desired.not_null_name.clone_from(&current.not_null_name);
        }
    }
}

fn unify_primary_key(current: Option<&PrimaryKey>, desired: Option<&mut PrimaryKey>, scope: Scope) {
    let (Some(current), Some(desired)) = (current, desired) else { return };
    let unnamed = scope == Scope::Models && desired.name.is_none();
    if shape::primary_key(current) == shape::primary_key(desired) && (unnamed || current.name == desired.name)
    {
        let comment = match scope {
            Scope::Models => current.comment.clone(),
            Scope::Database => desired.comment.clone(),
        };
        *desired = PrimaryKey { comment, ..current.clone() };
    }
}

/// Makes each desired object the current one that it means: of the same name and shape, or, where a model leaves the name open, of the same
/// shape.
fn unify_list<T>(
    current: &[T],
    desired: &mut [T],
    scope: Scope,
    name: impl Fn(&T) -> &Option<String>,
    shape: impl Fn(&T) -> String,
    become_current: impl Fn(&T, &mut T),
) {
    let mut unused: BTreeMap<String, Vec<&T>> = BTreeMap::new();
    for object in current {
        unused.entry(shape(object)).or_default().push(object);
    }
    // Names first: an unnamed object must not take the one that another asks for by name.
    for open in [false, true] {
        for object in desired.iter_mut().filter(|object| name(object).is_none() == open) {
            let any_name = open && scope == Scope::Models;
            if let Some(alike) = unused.get_mut(&shape(object))
                && let Some(position) = alike.iter().position(|other| any_name || name(other) == name(object))
            {
                become_current(alike.remove(position), object);
            }
        }
    }
}

fn unify_options(current: &TableOptions, desired: &mut TableOptions, scope: Scope) {
    if scope == Scope::Models {
        desired.row_level_security = current.row_level_security;
        desired.force_row_level_security = current.force_row_level_security;
        desired.replica_identity.clone_from(&current.replica_identity);
    }
    unify_parameters(&current.with, &mut desired.with, Storage::Table);
}

/// Takes over how parameters are written that say the same, and the ones that say the usual.
fn unify_parameters(
    current: &BTreeMap<String, String>,
    desired: &mut BTreeMap<String, String>,
    storage: Storage,
) {
    let (before, after) = (shape::parameters(current, storage), shape::parameters(desired, storage));
    let differs = |name: &str| before.get(name) != after.get(name);
    let kept = current.iter().filter(|(name, _)| !differs(&name.to_ascii_lowercase()));
    let kept = kept.map(|(name, value)| (name.clone(), value.clone()));
    let new =
        after.iter().filter(|(name, _)| differs(name)).map(|(name, value)| (name.clone(), value.clone()));
    *desired = kept.chain(new).collect();
}

fn unify_views(current: &Schema, desired: &mut Schema, scope: Scope) {
    let found: HashMap<&QualifiedName, &View> = current.views.iter().map(|view| (&view.name, view)).collect();
    let names: Vec<QualifiedName> = desired
        .tables
        .iter()
        .map(|table| table.name.clone())
        .chain(desired.views.iter().map(|view| view.name.clone()))
        .collect();
    for view in &mut desired.views {
        if view.depends_on.is_empty() {
            view.depends_on = read_by(view, &names);
        }
        let Some(before) = found.get(&view.name) else { continue };
        unify_parameters(&before.with, &mut view.with, Storage::View);
        view.restore.clone_from(&before.restore);
        let columns = before.columns == view.columns
            || scope == Scope::Models && (before.columns.is_empty() || view.columns.is_empty());
        if columns && canonical(&before.query) == canonical(&view.query) {
            view.query.clone_from(&before.query);
            view.columns.clone_from(&before.columns);
            view.depends_on.clone_from(&before.depends_on);
        }
    }
}

/// The tables and views that a query names, as far as text alone tells.
fn read_by(view: &View, names: &[QualifiedName]) -> Vec<QualifiedName> {
    let words: HashSet<String> = identifiers(&view.query).collect();
    let mut read: Vec<QualifiedName> = names
        .iter()
        .filter(|name| **name != view.name && words.contains(&name.name))
        .filter(|name| name.schema.as_ref().is_none_or(|schema| words.contains(schema)))
        .cloned()
        .collect();
    read.sort();
    read
}

/// What models cannot say stays, as long as what it is on stays.
fn keep_what_models_cannot_say(current: &Schema, desired: &mut Schema) {
    let known: BTreeMap<&str, &Namespace> =
        current.namespaces.iter().map(|it| (it.name.as_str(), it)).collect();
    desired.namespaces.retain(|it| !known.contains_key(it.name.as_str()));
    desired.namespaces.extend(current.namespaces.iter().cloned());
    desired.namespaces.sort();

    let there: BTreeSet<&QualifiedName> = desired
        .tables
        .iter()
        .map(|table| &table.name)
        .chain(desired.views.iter().map(|view| &view.name))
        .collect();
    let before = current.tables.iter().map(|table| &table.name);
    let gone: Vec<&QualifiedName> = before
        .chain(current.views.iter().map(|view| &view.name))
        .filter(|name| !there.contains(name))
        .collect();
    desired.triggers =
        current.triggers.iter().filter(|trigger| !gone.contains(&&trigger.table)).cloned().collect();
    desired.opaque = current.opaque.iter().filter(|object| !goes_with(object, &gone)).cloned().collect();
}

/// Whether an object is part of one of the tables and views.
fn goes_with(object: &OpaqueObject, gone: &[&QualifiedName]) -> bool {
    match object.kind {
        OpaqueKind::Trigger | OpaqueKind::Rule | OpaqueKind::Policy => gone.iter().any(|table| {
            table.schema == object.name.schema && object.name.name.ends_with(&format!(" on {}", table.name))
        }),
        OpaqueKind::VirtualTable
        | OpaqueKind::ShadowTable
        | OpaqueKind::Extension
        | OpaqueKind::Collation
        | OpaqueKind::Domain
        | OpaqueKind::CompositeType
        | OpaqueKind::RangeType
        | OpaqueKind::Sequence
        | OpaqueKind::Function
        | OpaqueKind::MaterializedView
        | OpaqueKind::ForeignTable
        | OpaqueKind::Statistics => false,
    }
}
