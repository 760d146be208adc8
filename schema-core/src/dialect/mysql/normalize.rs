//! Makes two schemas comparable: what MySQL and MariaDB hold to be the same is spelled the same afterwards.
//!
//! The desired schema takes over the spelling of the database wherever the two mean the same, so that the difference is plain inequality. The
//! driver has put the desired expressions into the server's words before, where it may; what is compared here is text.

use super::event;
use super::expression::canonical;
use super::identifier::fold_case;
use super::identity::{self, Encoding};
use super::naming::{index_foreign_keys, name_new};
use super::partitioning::{self, PartitionClause};
use super::session::{CLIENT, COLLATION, keep_client_of_view};
use super::spelling::spell_columns;
use super::types;
use super::variant::Variant;
use crate::dialect::{Scope, said};
use crate::diff::Rename;
use crate::model::{
    Check, Column, ColumnType, DatabaseSchema, ForeignKey, Generated, Index, Object, ObjectKind, PrimaryKey,
    QualifiedName, RenamedValue, Table, TableOptions, Trigger, View,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Spells `desired` as `current` does, gives names to what is new and unnamed, adds the indexes that foreign keys need, and takes over what `scope`
/// leaves to the database.
///
/// Returns the renames of values and indexes that act. Idempotent once these are made.
pub fn normalize(
    current: &DatabaseSchema,
    desired: &mut DatabaseSchema,
    scope: Scope,
    variant: Variant,
) -> Vec<Rename> {
    spell_columns(current, desired);
    let found: HashMap<&QualifiedName, &Table> =
        current.tables.iter().map(|table| (&table.name, table)).collect();
    let mut renames = Vec::new();
    let partitioned = desired.said.partitioned.clone();
    for table in &mut desired.tables {
        if let Some(before) = found.get(&table.name) {
            unify_options(&before.options, &mut table.options, scope);
        }
        identity::leave_out_usual_methods(table);
        if let Some(before) = found.get(&table.name) {
            unify_table(before, table, scope, &mut renames);
            unify_partitions(before, table, scope, &partitioned);
            renames.extend(value_renames(before, table));
        }
        forget_hints(table);
    }
    unify_views(&current.views, &mut desired.views, scope);
    match scope {
        Scope::Models => {
            unify_triggers(&current.triggers, &mut desired.said.triggers);
            unify_events(&current.objects, &mut desired.said.objects, scope);
            keep_what_models_cannot_say(current, desired);
        }
        Scope::Database => {
            unify_triggers(&current.triggers, &mut desired.triggers);
            unify_events(&current.objects, &mut desired.objects, scope);
        }
    }
    name_new(desired, variant);
    if scope == Scope::Models {
        for table in &mut desired.tables {
            index_foreign_keys(table, found.get(&table.name).copied());
        }
    }
    renames
}

/// The hints have acted, or never will.
fn forget_hints(table: &mut Table) {
    table.renamed_from = None;
    for column in &mut table.columns {
        column.renamed_from = None;
        column.renamed_values.clear();
    }
    table.checks.iter_mut().for_each(|check| check.renamed_from = None);
    table.foreign_keys.iter_mut().for_each(|key| key.renamed_from = None);
    table.indexes.iter_mut().for_each(|index| index.renamed_from = None);
}

fn unify_table(before: &Table, after: &mut Table, scope: Scope, renames: &mut Vec<Rename>) {
    let found: HashMap<&str, &Column> =
        before.columns.iter().map(|column| (column.name.as_str(), column)).collect();
    for column in &mut after.columns {
        if let Some(current) = found.get(column.name.as_str()) {
            unify_column((current, &before.options), (column, &after.options));
        }
    }
    let in_memory = identity::is_in_memory(&before.options) && identity::is_in_memory(&after.options);
    if let (Some(current), Some(desired)) = (&before.primary_key, &mut after.primary_key)
        && (scope == Scope::Models && in_memory && desired.with.is_empty())
    {
        // Structs cannot say it.
        desired.with.clone_from(&current.with);
    }
    if let (Some(current), Some(desired)) = (&before.primary_key, &mut after.primary_key)
        && identity::primary_key(current) == identity::primary_key(desired)
    {
        let comment = match scope {
            // What no model says stays.
            Scope::Models => desired.comment.take().or_else(|| current.comment.clone()),
            Scope::Database => desired.comment.take(),
        };
        *desired = PrimaryKey { comment, ..current.clone() };
    }
    unify_list(&before.checks, &mut after.checks, scope);
    unify_list(&before.foreign_keys, &mut after.foreign_keys, scope);
    keep_hashes(before, after);
    let of_indexes = unify_list(&before.indexes, &mut after.indexes, scope);
    let table = &after.name;
    renames.extend(of_indexes.into_iter().map(|(from, to)| Rename::Index { table: table.clone(), from, to }));
}

/// Takes over how partitions are written that are the same, and those that models leave to the database.
fn unify_partitions(
    before: &Table,
    after: &mut Table,
    scope: Scope,
    partitioned: &BTreeMap<QualifiedName, bool>,
) {
    let is_of_models = scope == Scope::Models;
    let clause = |table: &Table| PartitionClause::read(table.partition_by.as_deref()?);
    let is_same = match (clause(before), clause(after)) {
        (Some(current), Some(mut desired)) => {
            if is_of_models {
                partitioning::unify(&current, &mut desired);
                after.partition_by = Some(desired.to_sql());
            }
            let is_unmanaged = is_of_models && partitioned.get(&after.name) == Some(&false);
            desired.is_like(&current) || is_unmanaged && desired.is_spread_like(&current)
        }
        (None, _) | (_, None) => {
            let words = |sql: &Option<String>| sql.as_deref().map(canonical);
            words(&before.partition_by) == words(&after.partition_by)
        }
    };
    let is_unsaid = is_of_models && after.partition_by.is_none();
    if is_unsaid || is_same {
        after.partition_by.clone_from(&before.partition_by);
    }
}

/// MariaDB itself decides which unique keys are of hashes: those that are too long for a tree, whenever it writes their table. Only tables in memory have
/// keys of hashes because somebody wants them.
fn keep_hashes(before: &Table, after: &mut Table) {
    if identity::is_in_memory(&before.options) || identity::is_in_memory(&after.options) {
        return;
    }
    let is_open = |index: &Index| index.unique && matches!(index.using.as_deref(), None | Some("hash"));
    let without_method = |index: &Index| identity::index(&Index { using: None, ..index.clone() });
    for index in after.indexes.iter_mut().filter(|index| is_open(index)) {
        let identity = without_method(index);
        let mut found = before.indexes.iter().filter(|found| is_open(found));
        if let Some(found) = found.find(|found| without_method(found) == identity) {
            index.using.clone_from(&found.using);
        }
    }
}

/// What a model leaves open is as the database has it.
fn unify_options(current: &TableOptions, desired: &mut TableOptions, scope: Scope) {
    let TableOptions {
        strict: _,
        without_rowid: _,
        unlogged: _,
        with,
        row_level_security: _,
        force_row_level_security: _,
        replica_identity: _,
        engine,
        charset,
        collation,
        row_format,
    } = desired;
    let same = |known: Option<&String>, wanted: &Option<String>| {
        wanted.as_ref().is_none_or(|wanted| known.is_some_and(|known| known.eq_ignore_ascii_case(wanted)))
    };
    if same(current.engine.as_ref(), engine) {
        engine.clone_from(&current.engine);
    }
    if same(current.charset.as_ref(), charset) && same(current.collation.as_ref(), collation) {
        charset.clone_from(&current.charset);
        collation.clone_from(&current.collation);
    }
    if scope == Scope::Models {
        if row_format.is_none() {
            row_format.clone_from(&current.row_format);
        }
        let open = current.with.iter().filter(|(name, _)| !with.contains_key(*name));
        let open: Vec<(String, String)> = open.map(|(name, value)| (name.clone(), value.clone())).collect();
        with.extend(open);
    }
}

fn unify_column((current, before): (&Column, &TableOptions), (desired, after): (&mut Column, &TableOptions)) {
    if let (ColumnType::Sql(known), ColumnType::Sql(wanted)) = (&current.ty, &desired.ty)
        && types::canonical(known) == types::canonical(wanted)
    {
        desired.ty = current.ty.clone();
    }
    unify_encoding((current, before), (desired, after));
    if identity::same_default(current, desired) {
        desired.default.clone_from(&current.default);
    }
    if let (Some(Generated { expression: found, stored: _ }), Some(Generated { expression, stored: _ })) =
        (&current.generated, &mut desired.generated)
        && canonical(found) == canonical(expression)
    {
        expression.clone_from(found);
    }
    if current.on_update.as_deref().map(canonical) == desired.on_update.as_deref().map(canonical) {
        desired.on_update.clone_from(&current.on_update);
    }
    // Where the numbers began is nothing that the server remembers.
    desired.sequence.clone_from(&current.sequence);
}

/// Says of a column's character set and collation what is not its table's.
fn unify_encoding(
    (current, before): (&Column, &TableOptions),
    (desired, after): (&mut Column, &TableOptions),
) {
    let Some(wanted) = Encoding::of(desired, after) else {
        (desired.charset, desired.collation) = (None, None);
        return;
    };
    let Some(known) = Encoding::of(current, before) else { return };
    if !wanted.agrees_with(&known) {
        return;
    }
    let of_table = (&after.charset, &after.collation);
    desired.charset = known.charset.filter(|charset| of_table.0.as_ref() != Some(charset));
    desired.collation = known.collation.filter(|collation| of_table.1.as_ref() != Some(collation));
    if (&before.charset, &before.collation) == of_table {
        desired.charset.clone_from(&current.charset);
        desired.collation.clone_from(&current.collation);
    }
}

/// A constraint or index.
trait Named: Clone {
    fn name(&self) -> Option<&String>;

    /// All that tells it apart beside its name and comment.
    fn identity(&self) -> String;

    /// Takes over the database's spelling, and what the scope leaves to it.
    fn become_current(&mut self, current: &Self, scope: Scope);

    /// Another name for it, where it is renamed in place.
    fn renamed(&self, name: &str) -> Option<Self>;
}

impl Named for Check {
    fn name(&self) -> Option<&String> {
        self.name.as_ref()
    }

    fn identity(&self) -> String {
        identity::check(self)
    }

    fn become_current(&mut self, current: &Self, _: Scope) {
        self.clone_from(current);
    }

    fn renamed(&self, _: &str) -> Option<Self> {
        None
    }
}

impl Named for ForeignKey {
    fn name(&self) -> Option<&String> {
        self.name.as_ref()
    }

    fn identity(&self) -> String {
        identity::foreign_key(self)
    }

    fn become_current(&mut self, current: &Self, _: Scope) {
        self.clone_from(current);
    }

    fn renamed(&self, _: &str) -> Option<Self> {
        None
    }
}

impl Named for Index {
    fn name(&self) -> Option<&String> {
        self.name.as_ref()
    }

    fn identity(&self) -> String {
        identity::index(self)
    }

    fn become_current(&mut self, current: &Self, scope: Scope) {
        let comment = match (scope, self.comment.take()) {
            // Not every model can say the comment of an index.
            (Scope::Models, None) => current.comment.clone(),
            (Scope::Models | Scope::Database, comment) => comment,
        };
        *self = Index { comment, ..current.clone() };
    }

    fn renamed(&self, name: &str) -> Option<Self> {
        Some(Index { name: Some(name.to_owned()), ..self.clone() })
    }
}

/// Makes each desired object the current one that it means: of the same name and identity, or, where a model leaves the name open, of the same
/// identity. Returns the old and new names of those that are left over and differ by nothing else.
fn unify_list<T: Named>(current: &[T], desired: &mut [T], scope: Scope) -> Vec<(String, String)> {
    let fold = |name: Option<&String>| name.map(|name| fold_case(name));
    let mut unused: BTreeMap<String, Vec<&T>> = BTreeMap::new();
    for object in current {
        unused.entry(object.identity()).or_default().push(object);
    }
    let wanted: HashSet<String> = desired.iter().filter_map(|object| fold(object.name())).collect();
    let mut taken: HashSet<String> = current.iter().filter_map(|object| fold(object.name())).collect();
    let mut open: Vec<&mut T> = Vec::new();
    // Names first: an unnamed object must not take the one that another asks for by name.
    let (unnamed, named): (Vec<&mut T>, Vec<&mut T>) =
        desired.iter_mut().partition(|object| object.name().is_none());
    for (any_name, objects) in [(false, named), (scope == Scope::Models, unnamed)] {
        for object in objects {
            let alike = unused.get_mut(&object.identity());
            let found = alike.and_then(|alike| {
                let same = |other: &&T| {
                    // Names that differ by case are the same to the server; where all counts, what can be renamed is.
                    let is_spelled = scope == Scope::Models
                        || other.name() == object.name()
                        || object.name().is_none_or(|name| object.renamed(name).is_none());
                    fold(other.name()) == fold(object.name()) && is_spelled
                        || any_name && !fold(other.name()).is_some_and(|name| wanted.contains(&name))
                };
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
        let is_same = |other: &&T| fold(other.name()).is_some_and(|name| name == fold_case(&to));
        let is_left =
            |other: &&T| is_same(other) || fold(other.name()).is_some_and(|name| !wanted.contains(&name));
        let Some(position) = alike.iter().position(is_left) else { continue };
        let Some(renamed) = alike.get(position).and_then(|found| found.renamed(&to)) else { continue };
        if taken.insert(fold_case(&to)) || alike.get(position).is_some_and(is_same) {
            let found = alike.remove(position);
            renames.extend(found.name().map(|from| (from.clone(), to)));
            object.become_current(&renamed, scope);
        }
    }
    renames
}

fn unify_views(current: &[View], desired: &mut [View], scope: Scope) {
    let found: HashMap<&QualifiedName, &View> = current.iter().map(|view| (&view.name, view)).collect();
    for view in desired {
        let Some(before) = found.get(&view.name) else { continue };
        if scope == Scope::Models {
            for option in ["algorithm", "definer", "sql_security", CLIENT, COLLATION] {
                if let (Some(value), false) = (before.with.get(option), view.with.contains_key(option)) {
                    view.with.insert(option.to_owned(), value.clone());
                }
            }
        }
        // The servers write the names of its columns into the query.
        let columns = before.columns == view.columns || before.columns.is_empty() || view.columns.is_empty();
        if columns && canonical(&before.query) == canonical(&view.query) {
            view.query.clone_from(&before.query);
            view.columns.clone_from(&before.columns);
        }
        keep_client_of_view(view);
        view.depends_on.clone_from(&before.depends_on);
        view.restore.clone_from(&before.restore);
    }
}

fn unify_triggers(current: &[Trigger], desired: &mut [Trigger]) {
    let found: HashMap<String, &Trigger> =
        current.iter().map(|trigger| (fold_case(&trigger.name), trigger)).collect();
    for trigger in desired {
        if let Some(before) = found.get(&fold_case(&trigger.name))
            && canonical(&before.definition) == canonical(&trigger.definition)
            && before.settings == trigger.settings
        {
            *trigger = (*before).clone();
        }
    }
}

/// The server does not tell when an event starts that was not told when: at that moment it starts, and so each has a moment of its own.
fn unify_events(current: &[Object], desired: &mut [Object], scope: Scope) {
    let is_event = |object: &&Object| object.id.kind == ObjectKind::Event;
    let found: HashMap<&QualifiedName, &Object> =
        current.iter().filter(is_event).map(|event| (&event.id.name, event)).collect();
    for event in desired.iter_mut().filter(|object| object.id.kind == ObjectKind::Event) {
        if let Some(before) =
            found.get(&event.id.name).filter(|before| event::differ_by_creation(before, event, scope))
        {
            *event = (*before).clone();
        }
    }
}

/// Triggers, routines and events that no model says stay, as long as what they are on stays.
fn keep_what_models_cannot_say(current: &DatabaseSchema, desired: &mut DatabaseSchema) {
    let there: HashSet<&QualifiedName> = desired.tables.iter().map(|table| &table.name).collect();
    let kept = current.triggers.iter().filter(|trigger| there.contains(&trigger.table));
    desired.triggers = said::triggers(kept.cloned().collect(), &desired.said, fold_case);
    desired.objects = said::objects(current.objects.clone(), &desired.said, fold_case);
}

/// The hints of an enum's values that act: the old value is in the type that the database has, the new one is not, and the model has no use for the
/// old one.
fn value_renames(before: &Table, after: &Table) -> Vec<Rename> {
    let values = |column: &Column| {
        if let ColumnType::Sql(ty) = &column.ty { types::values(ty) } else { None }
    };
    let mut renames = Vec::new();
    for column in after.columns.iter().filter(|column| !column.renamed_values.is_empty()) {
        let old = before.columns.iter().find(|other| other.name == column.name).and_then(values);
        let (Some(old), Some(new)) = (old, values(column)) else { continue };
        for RenamedValue { from, to } in &column.renamed_values {
            if old.contains(from) && !old.contains(to) && !new.contains(from) {
                renames.push(Rename::Value {
                    table: after.name.clone(),
                    column: column.name.clone(),
                    from: from.clone(),
                    to: to.clone(),
                });
            }
        }
    }
    renames
}
