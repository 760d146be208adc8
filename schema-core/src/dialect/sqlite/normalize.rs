//! Makes two schemas comparable: what SQLite holds to be the same is spelled the same afterwards.
//!
//! The desired schema takes over the spelling of the database wherever the two mean the same, so that the difference is plain
//! inequality, and the text that stays is the one that is there.

use super::expression::{as_list_of_texts, canonical, canonical_name, same};
use super::fold;
use super::naming::{KnownUnnamed, name_new};
use super::spelling::spell_columns;
use crate::dialect::{Scope, said};
use crate::diff::Rename;
use crate::model::{
    Check, Column, ColumnType, ConflictClause, DatabaseSchema, Default, Deferrability, ForeignKey, Generated,
    Index, IndexKey, KeyColumn, Object, PrimaryKey, QualifiedName, RenamedValue, Table, Trigger, Unique,
    View,
};
use std::cell::LazyCell;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Spells `desired` as `current` does, gives names to what is new and unnamed, and takes over what `scope` leaves to the database.
///
/// Returns the renames of values that act. Idempotent.
pub fn normalize(current: &DatabaseSchema, desired: &mut DatabaseSchema, scope: Scope) -> Vec<Rename> {
    let found: HashMap<String, &Table> =
        current.tables.iter().map(|table| (fold(&table.name.name), table)).collect();
    let mut spelling: HashMap<String, QualifiedName> =
        desired.tables.iter().map(|table| (fold(&table.name.name), table.name.clone())).collect();
    spelling.extend(current.tables.iter().map(|table| (fold(&table.name.name), table.name.clone())));
    let keys: HashMap<String, Vec<String>> =
        desired.tables.iter().map(|table| (fold(&table.name.name), primary_key_columns(table))).collect();

    let mut renames = Vec::new();
    for table in &mut desired.tables {
        table.renamed_from = None;
        refuse_null_in_key(table);
        for key in &mut table.foreign_keys {
            if let Some(name) = spelling.get(&fold(&key.references.name)) {
                key.references = name.clone();
            }
        }
        match found.get(&fold(&table.name.name)) {
            Some(before) => {
                unify_table(before, table, scope, &keys);
                renames.extend(value_renames(before, table));
            }
            None => spell_columns(table, None),
        }
        for column in &mut table.columns {
            column.renamed_from = None;
            column.renamed_values.clear();
        }
    }
    let names = LazyCell::new(|| names_in(current));
    let is_name = |name: &str| names.contains(name);
    unify_views(&current.views, &mut desired.views, scope, is_name);
    unify_virtual_tables(&current.objects, &mut desired.objects);
    match scope {
        Scope::Models => {
            unify_virtual_tables(&current.objects, &mut desired.said.objects);
            unify_triggers(&current.triggers, &mut desired.said.triggers, is_name);
            keep_what_models_cannot_say(current, desired);
            name_new(desired, |table| {
                found.get(&fold(&table.name.name)).map(|before| KnownUnnamed::of(before)).unwrap_or_default()
            });
        }
        Scope::Database => unify_triggers(&current.triggers, &mut desired.triggers, is_name),
    }
    renames
}

fn unify_table(before: &Table, after: &mut Table, scope: Scope, keys: &HashMap<String, Vec<String>>) {
    after.name = before.name.clone();
    spell_columns(after, Some(before));

    let found: HashMap<&str, &Column> =
        before.columns.iter().map(|column| (column.name.as_str(), column)).collect();
    let alias = rowid_alias(after).filter(|alias| rowid_alias(before).as_ref() == Some(alias));
    for column in &mut after.columns {
        if let Some(current) = found.get(column.name.as_str()) {
            unify_column(current, column, scope);
            if scope == Scope::Models && alias.as_ref() == Some(&column.name) {
                // A rowid is never NULL, whether its column says so or not.
                column.nullable = current.nullable;
                keep_not_null(current, column);
            }
        }
    }
    unify_primary_key(before.primary_key.as_ref(), after.primary_key.as_mut(), scope);
    unify_list(
        &before.uniques,
        &mut after.uniques,
        scope,
        |unique| &unique.name,
        |unique| unique_identity(unique, scope),
    );
    unify_list(
        &before.checks,
        &mut after.checks,
        scope,
        |check| &check.name,
        |check| check_identity(check, scope),
    );
    unify_list(
        &before.foreign_keys,
        &mut after.foreign_keys,
        scope,
        |key| &key.name,
        |key| foreign_key_identity(key, scope, keys),
    );
    unify_list(&before.indexes, &mut after.indexes, scope, |index| &index.name, index_identity);
}

fn unify_column(current: &Column, desired: &mut Column, scope: Scope) {
    let Column {
        name: _,
        ty,
        nullable: _,
        default,
        generated,
        auto: _,
        sequence: _,
        collation,
        charset: _,
        on_update: _,
        invisible: _,
        not_null_name: _,
        not_null_conflict: _,
        inherited: _,
        comment: _,
        renamed_from: _,
        renamed_values: _,
    } = desired;
    if same_text(type_text(&current.ty), type_text(ty)) {
        *ty = current.ty.clone();
    }
    if same_text(default_text(current.default.as_ref()), default_text(default.as_ref())) {
        default.clone_from(&current.default);
    }
    if let (Some(Generated { expression: found, stored: _ }), Some(Generated { expression, stored: _ })) =
        (&current.generated, generated)
        && canonical(found) == canonical(expression)
    {
        expression.clone_from(found);
    }
    if collation_key(current.collation.as_deref()) == collation_key(collation.as_deref()) {
        collation.clone_from(&current.collation);
    }
    if scope == Scope::Models && !current.nullable && !desired.nullable {
        keep_not_null(current, desired);
    }
}

/// What a model leaves open of NOT NULL stays.
fn keep_not_null(current: &Column, desired: &mut Column) {
    let Column { not_null_name, not_null_conflict, .. } = desired;
    *not_null_name = not_null_name.take().or_else(|| current.not_null_name.clone());
    *not_null_conflict = not_null_conflict.or(current.not_null_conflict);
}

fn same_text(left: Option<&str>, right: Option<&str>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => left == right || canonical(left) == canonical(right),
        (left, right) => left.is_none() && right.is_none(),
    }
}

fn type_text(ty: &ColumnType) -> Option<&str> {
    if let ColumnType::Sql(text) = ty { Some(text) } else { None }
}

fn default_text(default: Option<&Default>) -> Option<&str> {
    if let Some(Default::Sql(text)) = default { Some(text) } else { None }
}

/// BINARY is what a column without a collation has.
fn collation_key(collation: Option<&str>) -> String {
    fold(collation.unwrap_or("binary"))
}

/// The column that is another name for the rowid (<https://www.sqlite.org/lang_createtable.html#rowid>).
pub(crate) fn rowid_alias(table: &Table) -> Option<String> {
    let [only] = table.primary_key.as_ref()?.columns.as_slice() else { return None };
    let column = table.columns.iter().find(|column| fold(&column.name) == fold(&only.name))?;
    let integer = type_text(&column.ty).is_some_and(|text| text.eq_ignore_ascii_case("INTEGER"));
    (integer && !only.descending && !table.options.without_rowid).then(|| column.name.clone())
}

/// In a table WITHOUT ROWID or STRICT no column of the key can be NULL, whether it says so or not; elsewhere it can, for history's sake.
pub(super) fn refuse_null_in_key(table: &mut Table) {
    if !(table.options.without_rowid || table.options.strict) || rowid_alias(table).is_some() {
        return;
    }
    let key = primary_key_columns(table);
    for column in table.columns.iter_mut().filter(|column| key.contains(&fold(&column.name))) {
        column.nullable = false;
    }
}

fn primary_key_columns(table: &Table) -> Vec<String> {
    table.primary_key.iter().flat_map(|key| &key.columns).map(|column| fold(&column.name)).collect()
}

fn unify_primary_key(current: Option<&PrimaryKey>, desired: Option<&mut PrimaryKey>, scope: Scope) {
    let (Some(current), Some(desired)) = (current, desired) else { return };
    let identity = |key: &PrimaryKey| (key_identity(&key.columns), conflict_identity(key.on_conflict, scope));
    let unnamed = scope == Scope::Models && desired.name.is_none();
    if identity(current) == identity(desired)
        && (unnamed || same_name(current.name.as_ref(), desired.name.as_ref()))
    {
        *desired = current.clone();
    }
}

fn same_name(left: Option<&String>, right: Option<&String>) -> bool {
    left.map(|name| fold(name)) == right.map(|name| fold(name))
}

/// Replaces each desired object by the current one that it means: of the same name and identity, or, where a model leaves the name open,
/// of the same identity.
fn unify_list<T: Clone + PartialEq>(
    current: &[T],
    desired: &mut [T],
    scope: Scope,
    name: impl Fn(&T) -> &Option<String>,
    identity: impl Fn(&T) -> String,
) {
    // Each would be replaced by itself.
    if current == desired {
        return;
    }
    let mut unused: BTreeMap<String, Vec<&T>> = BTreeMap::new();
    for object in current {
        unused.entry(identity(object)).or_default().push(object);
    }
    // Names first: an unnamed object must not take the one that another asks for by name.
    for open in [false, true] {
        for object in desired.iter_mut().filter(|object| name(object).is_none() == open) {
            let any_name = open && scope == Scope::Models;
            if let Some(alike) = unused.get_mut(&identity(object))
                && let Some(position) = alike
                    .iter()
                    .position(|other| any_name || same_name(name(other).as_ref(), name(object).as_ref()))
            {
                *object = alike.remove(position).clone();
            }
        }
    }
}

fn key_identity(columns: &[KeyColumn]) -> String {
    let columns: Vec<String> = columns
        .iter()
        .map(|KeyColumn { name, descending, collation, prefix_length: _ }| {
            format!("{} {descending} {:?}", fold(name), collation.as_deref().map(fold))
        })
        .collect();
    columns.join(", ")
}

/// A model says nothing of conflict clauses, so there they are no difference.
fn conflict_identity(clause: Option<ConflictClause>, scope: Scope) -> Option<ConflictClause> {
    match scope {
        Scope::Models => None,
        Scope::Database => clause,
    }
}

fn unique_identity(unique: &Unique, scope: Scope) -> String {
    let Unique {
        name: _,
        columns,
        deferrable: _,
        nulls_not_distinct: _,
        include: _,
        with: _,
        on_conflict,
        comment: _,
        renamed_from: _,
    } = unique;
    format!("{} {:?}", key_identity(columns), conflict_identity(*on_conflict, scope))
}

/// The values of an enum have an order in a model, and none in SQLite's list of them.
fn check_identity(check: &Check, scope: Scope) -> String {
    match (scope, as_list_of_texts(&check.expression)) {
        (Scope::Models, Some((column, mut texts))) => {
            texts.sort();
            format!("{} in {texts:?}", fold(&column))
        }
        (Scope::Models, None) | (Scope::Database, _) => canonical(&check.expression),
    }
}

fn foreign_key_identity(key: &ForeignKey, scope: Scope, keys: &HashMap<String, Vec<String>>) -> String {
    let ForeignKey {
        name: _,
        columns,
        references,
        referenced_columns,
        on_delete,
        on_update,
        deferrable,
        match_type,
        not_valid: _,
        not_enforced: _,
        period: _,
        comment: _,
        renamed_from: _,
    } = key;
    let mut referenced: Vec<String> = referenced_columns.iter().map(|column| fold(column)).collect();
    let mut deferrable = *deferrable;
    if scope == Scope::Models {
        if referenced.is_empty() {
            referenced = keys.get(&fold(&references.name)).cloned().unwrap_or_default();
        }
        if deferrable == Deferrability::InitiallyImmediate {
            // SQLite has no SET CONSTRAINTS: this is checked with each statement, always.
            deferrable = Deferrability::NotDeferrable;
        }
    }
    let columns: Vec<String> = columns.iter().map(|column| fold(column)).collect();
    format!(
        "{columns:?} {} {referenced:?} {on_delete:?} {on_update:?} {deferrable:?} {match_type:?}",
        fold(&references.name)
    )
}

fn index_identity(index: &Index) -> String {
    let parts: Vec<String> = index
        .parts
        .iter()
        .map(|part| {
            let key = match &part.key {
                IndexKey::Column(column) => canonical_name(column),
                IndexKey::Expression(expression) => format!("({})", canonical(expression)),
            };
            format!("{key} {} {:?}", part.descending, part.collation.as_deref().map(fold))
        })
        .collect();
    format!("{} {parts:?} {:?}", index.unique, index.predicate.as_deref().map(canonical))
}

/// The names, folded, that the text of a view or trigger may speak of.
fn names_in(schema: &DatabaseSchema) -> HashSet<String> {
    let tables = schema.tables.iter();
    let columns = tables.clone().flat_map(|table| &table.columns).map(|column| &column.name);
    let views = schema.views.iter().flat_map(|view| view.columns.iter().chain([&view.name.name]));
    tables.map(|table| &table.name.name).chain(columns).chain(views).map(|name| fold(name)).collect()
}

fn unify_views(current: &[View], desired: &mut [View], scope: Scope, is_name: impl Fn(&str) -> bool + Copy) {
    let found: HashMap<String, &View> = current.iter().map(|view| (fold(&view.name.name), view)).collect();
    let columns = |view: &View| view.columns.iter().map(|column| fold(column)).collect::<Vec<_>>();
    for view in desired {
        if let Some(before) = found.get(&fold(&view.name.name)) {
            view.name = before.name.clone();
            // A struct always names the columns, be it as the query names them.
            let are_named = columns(before) == columns(view)
                || scope == Scope::Models && (before.columns.is_empty() || view.columns.is_empty());
            if are_named && same(&before.query, &view.query, is_name) {
                *view = (*before).clone();
            }
        }
    }
}

fn unify_virtual_tables(current: &[Object], desired: &mut [Object]) {
    let found: HashMap<String, &Object> =
        current.iter().map(|object| (fold(&object.id.name.name), object)).collect();
    for object in desired {
        if let Some(before) = found.get(&fold(&object.id.name.name))
            && before.id.kind == object.id.kind
            && let (Some(left), Some(right)) = (&before.definition, &object.definition)
            && canonical(left) == canonical(right)
        {
            *object = (*before).clone();
        }
    }
}

fn unify_triggers(current: &[Trigger], desired: &mut [Trigger], is_name: impl Fn(&str) -> bool + Copy) {
    let found: HashMap<String, &Trigger> =
        current.iter().map(|trigger| (fold(&trigger.name), trigger)).collect();
    for trigger in desired {
        if let Some(before) = found.get(&fold(&trigger.name)) {
            trigger.name.clone_from(&before.name);
            if same(&before.definition, &trigger.definition, is_name) {
                *trigger = (*before).clone();
            }
        }
    }
}

/// Triggers and virtual tables that no model says stay, as long as what they are on stays.
fn keep_what_models_cannot_say(current: &DatabaseSchema, desired: &mut DatabaseSchema) {
    let there: HashSet<String> = desired
        .tables
        .iter()
        .map(|table| fold(&table.name.name))
        .chain(desired.views.iter().map(|view| fold(&view.name.name)))
        .collect();
    let kept = current.triggers.iter().filter(|trigger| there.contains(&fold(&trigger.table.name)));
    desired.triggers = said::triggers(kept.cloned().collect(), &desired.said, fold);
    desired.objects = said::objects(current.objects.clone(), &desired.said, fold);
}

/// The hints of an enum's values that act: the old value is in the CHECK that the database has, the new one is not, and the model has no
/// use for the old one.
fn value_renames(before: &Table, after: &Table) -> Vec<Rename> {
    let values = |table: &Table, column: &str| -> Option<Vec<String>> {
        table.checks.iter().find_map(|check| {
            let (name, values) = as_list_of_texts(&check.expression)?;
            (fold(&name) == fold(column)).then_some(values)
        })
    };
    let mut renames = Vec::new();
    for column in after.columns.iter().filter(|column| !column.renamed_values.is_empty()) {
        let (Some(old), Some(new)) = (values(before, &column.name), values(after, &column.name)) else {
            continue;
        };
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

/// The constraints and indexes of a table, as they are told apart between databases, names of constraints left out.
pub(super) fn constraint_identities(table: &Table) -> Vec<String> {
    let keys = HashMap::new();
    let key = table
        .primary_key
        .iter()
        .map(|key| format!("key {} {:?}", key_identity(&key.columns), key.on_conflict));
    let uniques =
        table.uniques.iter().map(|unique| format!("unique {}", unique_identity(unique, Scope::Database)));
    let checks = table.checks.iter().map(|check| format!("check {}", check_identity(check, Scope::Database)));
    let foreign_keys = table
        .foreign_keys
        .iter()
        .map(|key| format!("foreign key {}", foreign_key_identity(key, Scope::Database, &keys)));
    let indexes = table
        .indexes
        .iter()
        .map(|index| format!("index {:?} {}", index.name.as_deref().map(fold), index_identity(index)));
    key.chain(uniques).chain(checks).chain(foreign_keys).chain(indexes).collect()
}
