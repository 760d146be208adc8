//! Makes two schemas comparable: what PostgreSQL holds to be the same is spelled the same afterwards.
//!
//! The desired schema takes over the spelling of the database wherever the two mean the same, so that the difference is plain inequality. The
//! driver has put the desired expressions into the server's words before, where it may; what is compared here is text.

use super::expression::{canonical, identifiers, rewrite};
use super::identifier::{quote, quote_name};
use super::identity::{self, Storage};
use super::named::{Named, Names};
use super::rights::kept_rights;
use super::{collation, domain_checks, inheritance, naming, numbering, settings, types};
use crate::dialect::{Scope, said};
use crate::diff::Rename;
use crate::model::{
    Column, ColumnType, DatabaseSchema, Generated, Namespace, Object, ObjectKind, Partition, PrimaryKey,
    QualifiedName, Said, Table, TableOptions, Trigger, View,
};
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Spells `desired` as `current` does, gives names to what is new and unnamed, and takes over what `scope` leaves to the database.
///
/// Returns the renames of constraints and indexes that are the same but for their names. Idempotent once these are made.
pub fn normalize(current: &DatabaseSchema, desired: &mut DatabaseSchema, scope: Scope) -> Vec<Rename> {
    let found: HashMap<&QualifiedName, &Table> =
        current.tables.iter().map(|table| (&table.name, table)).collect();
    let gone = desired.said.gone.clone();
    let said_partitions = desired.said.partitions.clone();
    let mut relations = naming::relation_names(current);
    let mut renames = Vec::new();
    for table in &mut desired.tables {
        forget_hints(table);
        if let Some(before) = found.get(&table.name) {
            let relations = relations.entry(table.name.schema.clone()).or_default();
            let mut names = Names { relations, constraints: naming::constraint_names(before) };
            unify_columns(before, table, scope);
            let of_table = unify_objects(before, table, scope, &mut names);
            unify_rest(before, table, scope, (&gone, &said_partitions));
            if scope == Scope::Models {
                follow_renames(&mut table.options.replica_identity, &of_table);
            }
            renames.extend(of_table);
            if scope == Scope::Models {
                inheritance::leave_out_inherited(before, table, &found);
            }
        }
        let identity = table.options.replica_identity.take();
        table.options.replica_identity = identity.filter(|identity| identity != "DEFAULT");
    }
    for object in &mut desired.enums {
        object.renamed_from = None;
        for value in &mut object.values {
            value.renamed_from = None;
        }
    }
    if scope == Scope::Models {
        inheritance::decide_what_is_inherited(&found, desired);
        inheritance::keep_partitions(current, desired);
        inheritance::forget_names(current, desired);
    }
    unify_views(current, desired, scope);
    if scope == Scope::Models {
        keep_what_models_cannot_say(current, desired);
    }
    if current.rights.current_user.is_some() {
        // Both scripts are for the database at hand.
        desired.rights.current_user.clone_from(&current.rights.current_user);
    }
    naming::name_new(desired);
    renames
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

fn unify_columns(before: &Table, after: &mut Table, scope: Scope) {
    let found: HashMap<&str, &Column> =
        before.columns.iter().map(|column| (column.name.as_str(), column)).collect();
    for column in &mut after.columns {
        if let Some(current) = found.get(column.name.as_str()) {
            unify_column(current, column, scope);
        }
    }
}

/// Constraints and indexes; returns those that are only called otherwise.
fn unify_objects(before: &Table, after: &mut Table, scope: Scope, names: &mut Names<'_>) -> Vec<Rename> {
    let mut constraints = Vec::new();
    constraints.extend(unify_primary_key(
        before.primary_key.as_ref(),
        after.primary_key.as_mut(),
        scope,
        names,
    ));
    constraints.extend(unify_list(&before.uniques, &mut after.uniques, scope, names));
    constraints.extend(unify_list(&before.exclusions, &mut after.exclusions, scope, names));
    constraints.extend(unify_list(&before.checks, &mut after.checks, scope, names));
    constraints.extend(unify_list(&before.foreign_keys, &mut after.foreign_keys, scope, names));
    let indexes = unify_list(&before.indexes, &mut after.indexes, scope, names);
    let table = &after.name;
    let constraints =
        constraints.into_iter().map(|(from, to)| Rename::Constraint { table: table.clone(), from, to });
    let indexes = indexes.into_iter().map(|(from, to)| Rename::Index { table: table.clone(), from, to });
    constraints.chain(indexes).collect()
}

fn unify_rest(
    before: &Table,
    after: &mut Table,
    scope: Scope,
    (gone, said_partitions): (&BTreeSet<String>, &BTreeSet<QualifiedName>),
) {
    unify_options(&before.options, &mut after.options);
    if scope == Scope::Models {
        keep_row_security(before, after, gone);
        keep_replica_identity(before, after, gone);
        if after.partition_by.is_none() {
            // A model that does not say it leaves it to the database.
            after.partition_by.clone_from(&before.partition_by);
        }
        if !said_partitions.contains(&after.name) {
            // A model of the partitioned table wants its indexes whole.
            after.partition_of =
                before.partition_of.clone().map(|place| Partition { lacking: BTreeSet::new(), ..place });
        }
        after.inherits.clone_from(&before.inherits);
    }
    let same = |left: &Option<String>, right: &Option<String>| {
        left.as_deref().map(canonical) == right.as_deref().map(canonical)
    };
    if let (Some(found), Some(place)) = (&before.partition_of, &mut after.partition_of)
        && found.parent == place.parent
        && found.bound == place.bound
        && place.names.is_empty()
    {
        // A document does not say them.
        place.names.clone_from(&found.names);
    }
    if same(&before.partition_by, &after.partition_by) {
        after.partition_by.clone_from(&before.partition_by);
    }
}

/// SQL of models switches it on. What was switched on by hand stays on.
fn keep_row_security(before: &Table, after: &mut Table, gone: &BTreeSet<String>) {
    let goes = |forced: bool| gone.contains(&Said::label_of_row_security(&after.name, forced));
    let (goes, forced_goes) = (goes(false), goes(true));
    after.options.row_level_security |= before.options.row_level_security && !goes;
    after.options.force_row_level_security |= before.options.force_row_level_security && !forced_goes;
}

/// What no model has said stays; `DEFAULT` is what a table has of which nobody says anything.
fn keep_replica_identity(before: &Table, after: &mut Table, gone: &BTreeSet<String>) {
    let (current, desired) = (&before.options.replica_identity, &mut after.options.replica_identity);
    let goes = gone.contains(&Said::label_of_replica_identity(&after.name));
    match desired.as_deref().map(canonical) {
        None if !goes => desired.clone_from(current),
        said if said == current.as_deref().map(canonical) => desired.clone_from(current),
        _ => {}
    }
}

fn unify_column(current: &Column, desired: &mut Column, scope: Scope) {
    if let (ColumnType::Sql(before), ColumnType::Sql(after)) = (&current.ty, &desired.ty)
        && types::canonical(before) == types::canonical(after)
    {
        desired.ty = current.ty.clone();
    }
    if identity::same_default(current, desired, scope) {
        desired.default.clone_from(&current.default);
    }
    if let (Some(Generated { expression: found, stored: _ }), Some(Generated { expression, stored: _ })) =
        (&current.generated, &mut desired.generated)
        && canonical(found) == canonical(expression)
    {
        expression.clone_from(found);
    }
    if collation::meaning(current.collation.as_deref()) == collation::meaning(desired.collation.as_deref()) {
        desired.collation.clone_from(&current.collation);
    }
    if scope == Scope::Models {
        numbering::keep_sequence(current, desired);
        if !current.nullable && !desired.nullable {
            desired.not_null_name.clone_from(&current.not_null_name);
        }
    }
}

fn unify_primary_key(
    current: Option<&PrimaryKey>,
    desired: Option<&mut PrimaryKey>,
    scope: Scope,
    names: &mut Names<'_>,
) -> Option<(String, String)> {
    unify_list(std::slice::from_ref(current?), std::slice::from_mut(desired?), scope, names).pop()
}

/// Makes each desired object the current one that it means: of the same name and identity, or, where a model leaves the name open, of the same
/// identity. Returns the old and new names of those that are left over and differ by nothing else.
fn unify_list<T: Named>(
    current: &[T],
    desired: &mut [T],
    scope: Scope,
    names: &mut Names<'_>,
) -> Vec<(String, String)> {
    let mut unused: BTreeMap<String, Vec<&T>> = BTreeMap::new();
    for object in current {
        unused.entry(object.identity()).or_default().push(object);
    }
    let wanted: HashSet<String> = desired.iter().filter_map(|object| object.name().cloned()).collect();
    let mut open: Vec<&mut T> = Vec::new();
    // Names first: an unnamed object must not take the one that another asks for by name.
    let (unnamed, named): (Vec<&mut T>, Vec<&mut T>) =
        desired.iter_mut().partition(|object| object.name().is_none());
    for (any_name, objects) in [(false, named), (scope == Scope::Models, unnamed)] {
        for object in objects {
            let alike = unused.get_mut(&object.identity());
            let found = alike.and_then(|alike| {
                let same = |other: &&T| any_name || other.name() == object.name();
                alike.iter().position(same).map(|position| alike.remove(position))
            });
            match found {
                Some(found) => object.become_current(found, scope),
                None => open.push(object),
            }
        }
    }
    let mut renames = Vec::new();
    for object in open {
        let (Some(alike), Some(to)) = (unused.get_mut(&object.identity()), object.name().cloned()) else {
            continue;
        };
        let is_left = |other: &&T| other.name().is_some_and(|name| !wanted.contains(name));
        let Some(position) = alike.iter().position(is_left) else { continue };
        if T::take(names, &to) {
            let found = alike.remove(position);
            renames.extend(found.name().map(|from| (from.clone(), to.clone())));
            object.become_current(found, scope);
            object.set_name(to);
        }
    }
    renames
}

/// What identifies a row to a replica may be an index by its name.
fn follow_renames(identity: &mut Option<String>, renames: &[Rename]) {
    let Some(identity) = identity else { return };
    for rename in renames {
        match rename {
            Rename::Index { table: _, from, to } | Rename::Constraint { table: _, from, to } => {
                *identity = rewrite(identity, from, to);
            }
            Rename::Table { .. }
            | Rename::Column { .. }
            | Rename::Value { .. }
            | Rename::Type { .. }
            | Rename::EnumValue { .. }
            | Rename::Attribute { .. }
            | Rename::OnTable { .. } => {}
        }
    }
}

fn unify_options(current: &TableOptions, desired: &mut TableOptions) {
    unify_parameters(&current.with, &mut desired.with, Storage::Table);
}

/// Takes over how parameters are written that say the same, and the ones that say the usual.
fn unify_parameters(
    current: &BTreeMap<String, String>,
    desired: &mut BTreeMap<String, String>,
    storage: Storage,
) {
    let (before, after) = (identity::parameters(current, storage), identity::parameters(desired, storage));
    let differs = |name: &str| before.get(name) != after.get(name);
    let kept = current.iter().filter(|(name, _)| !differs(&name.to_ascii_lowercase()));
    let kept = kept.map(|(name, value)| (name.clone(), value.clone()));
    let new =
        after.iter().filter(|(name, _)| differs(name)).map(|(name, value)| (name.clone(), value.clone()));
    *desired = kept.chain(new).collect();
}

fn unify_views(current: &DatabaseSchema, desired: &mut DatabaseSchema, scope: Scope) {
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
fn keep_what_models_cannot_say(current: &DatabaseSchema, desired: &mut DatabaseSchema) {
    let known: BTreeMap<&str, &Namespace> =
        current.namespaces.iter().map(|it| (it.name.as_str(), it)).collect();
    let stays = |it: &&Namespace| !desired.said.gone.contains(&Said::label_of_schema(&it.name));
    let kept: Vec<Namespace> = current.namespaces.iter().filter(stays).cloned().collect();
    desired.namespaces.retain(|it| !known.contains_key(it.name.as_str()));
    desired.namespaces.extend(kept);
    desired.namespaces.sort();

    let there: BTreeSet<&QualifiedName> = relations(desired).collect();
    let kept: Vec<Trigger> =
        current.triggers.iter().filter(|trigger| there.contains(&trigger.table)).cloned().collect();
    desired.triggers = kept;
    let kept = kept_objects(current, desired, Scope::Models);
    domain_checks::keep_names(current, &mut desired.said);
    desired.objects = said::objects(kept, &desired.said, str::to_owned);
    desired.rights = kept_rights(current, desired);
}

/// The names of all tables and views.
fn relations(schema: &DatabaseSchema) -> impl Iterator<Item = &QualifiedName> {
    let tables = schema.tables.iter().map(|table| &table.name);
    tables.chain(schema.views.iter().map(|view| &view.name))
}

/// The names of all materialized views.
fn materialized(schema: &DatabaseSchema) -> impl Iterator<Item = &QualifiedName> {
    let views = schema.objects.iter().filter(|object| object.id.kind == ObjectKind::MaterializedView);
    views.map(|object| &object.id.name)
}

/// The objects of `current` that are known by their statements alone, without those that go with what `desired` no longer has.
#[must_use]
pub fn kept_objects(current: &DatabaseSchema, desired: &DatabaseSchema, scope: Scope) -> Vec<Object> {
    let mut there: BTreeSet<&QualifiedName> = relations(desired).collect();
    let mut known: Vec<&QualifiedName> = relations(current).collect();
    match scope {
        // No model says materialized views: all stay.
        Scope::Models => {}
        Scope::Database => {
            there.extend(materialized(desired));
            known.extend(materialized(current));
        }
    }
    let gone: Vec<&QualifiedName> = known.into_iter().filter(|name| !there.contains(name)).collect();
    // Few databases have any settings.
    let after: LazyCell<HashMap<&QualifiedName, &Table>, _> =
        LazyCell::new(|| desired.tables.iter().map(|table| (&table.name, table)).collect());
    let loses_setting = |object: &Object| {
        object.id.kind == ObjectKind::Setting
            && object
                .depends_on
                .iter()
                .filter_map(|table| after.get(table))
                .any(|it| settings::goes(object, it))
    };
    let desired_sequences: BTreeSet<&QualifiedName> = desired
        .objects
        .iter()
        .filter(|it| it.id.kind == ObjectKind::Sequence)
        .map(|it| &it.id.name)
        .collect();
    // One that is wanted still gets another owner first.
    let loses_owner = |object: &Object| {
        object.id.kind == ObjectKind::Sequence
            && !desired_sequences.contains(&object.id.name)
            && object.depends_on.iter().any(|name| {
                let (before, after) = (current.tables.iter().find(|it| it.name == *name), after.get(name));
                before.is_some_and(|before| sequence_goes(object, before, after.copied()))
            })
    };
    let extensions: BTreeSet<&String> = desired
        .objects
        .iter()
        .filter(|it| it.id.kind == ObjectKind::Extension)
        .filter_map(|it| it.target.as_ref())
        .collect();
    let loses_extension = |object: &Object| {
        scope == Scope::Database
            && object.id.kind == ObjectKind::Detail
            && object.target.as_ref().is_some_and(|extension| !extensions.contains(extension))
    };
    let stays = |object: &&Object| {
        !goes_with(object, &gone)
            && !loses_setting(object)
            && !loses_owner(object)
            && !loses_extension(object)
    };
    current.objects.iter().filter(stays).cloned().collect()
}

/// Whether an object is part of one of the tables and views.
fn goes_with(object: &Object, gone: &[&QualifiedName]) -> bool {
    match object.id.kind {
        ObjectKind::Trigger
        | ObjectKind::Rule
        | ObjectKind::Policy
        | ObjectKind::NotNull
        | ObjectKind::Setting => object.id.table().is_some_and(|table| gone.contains(&table)),
        ObjectKind::Statistics | ObjectKind::Detail => {
            !object.depends_on.is_empty() && object.depends_on.iter().all(|table| gone.contains(&table))
        }
        ObjectKind::VirtualTable
        | ObjectKind::ShadowTable
        | ObjectKind::Extension
        | ObjectKind::Collation
        | ObjectKind::Domain
        | ObjectKind::CompositeType
        | ObjectKind::RangeType
        | ObjectKind::Sequence
        | ObjectKind::Function
        | ObjectKind::Procedure
        | ObjectKind::Package
        | ObjectKind::PackageBody
        | ObjectKind::Event
        | ObjectKind::MaterializedView
        | ObjectKind::ForeignTable
        | ObjectKind::Other => false,
    }
}

/// Whether a sequence belongs to a column of the table that goes, and goes with it.
fn sequence_goes(sequence: &Object, before: &Table, after: Option<&Table>) -> bool {
    let is_gone = |column: &&Column| {
        after.is_none_or(|after| !after.columns.iter().any(|other| other.name == column.name))
    };
    before.columns.iter().filter(is_gone).any(|column| {
        let owner = format!(" OWNED BY {}.{}", quote_name(&before.name), quote(&column.name));
        sequence.restore.iter().any(|sql| sql.ends_with(&owner))
    })
}
