//! What there is to do, by object, and what is in the way of it.

use super::super::{Path, Unplanned};
use super::callers;
use super::column_action::{ColumnAction, column_actions};
use super::detached_partitions::DetachedPartition;
use super::inheritance::{Inheritance, columns_change_hands};
use super::needs::Callers;
use super::objects::{self, Action, Actions};
use super::parts::Parts;
use super::script::Phase;
use super::sequences::{self, MovedSequences};
use super::table_recreate::Remade;
use super::type_recreate::{self, TypeRecreate};
use super::with_tables::{self, WithTables};
use crate::dialect::spelling;
use crate::diff::{self, Change, Changes, RenameTime, TableChange};
use crate::model::{
    DatabaseSchema, Engine, EnumType, Namespace, Object, ObjectId, ObjectKind, QualifiedName, Table, View,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The changes by object.
pub(super) struct Work<'a> {
    pub(super) changes: &'a Changes,
    pub(super) path: Path<'a>,
    pub(super) created: BTreeMap<&'a QualifiedName, &'a Table>,
    pub(super) dropped: BTreeMap<&'a QualifiedName, &'a Table>,
    /// The tables that are recreated: they go, and come with their rows.
    pub(super) remade: Vec<Remade<'a>>,
    /// The tables that stay, parents before their children.
    pub(super) staying: Vec<Staying<'a>>,
    places: HashMap<&'a QualifiedName, usize>,
    pub(super) enums: Vec<(Option<&'a EnumType>, Option<&'a EnumType>)>,
    pub(super) type_recreates: Vec<TypeRecreate<'a>>,
    pub(super) moved_sequences: MovedSequences<'a>,
    pub(super) views: BTreeMap<&'a QualifiedName, (Option<&'a View>, Option<&'a View>)>,
    pub(super) namespaces: Vec<(Option<&'a Namespace>, Option<&'a Namespace>)>,
    /// What becomes of the objects that are known by their statements and differ.
    pub(super) actions: Actions<'a>,
    /// The names of new functions, without their arguments.
    pub(super) created_functions: HashSet<&'a str>,
    /// The names of functions that are dropped and recreated, without their arguments.
    pub(super) recreated_functions: BTreeSet<&'a str>,
    objects: Objects<'a>,
    /// Who calls a function.
    pub(super) callers: Callers,
    /// What is created with the tables.
    pub(super) creation: WithTables<'a>,
    /// What is dropped with the tables.
    pub(super) removal: WithTables<'a>,
    /// The families before everything but renames, and after.
    pub(super) inheritance_before: Inheritance<'a>,
    pub(super) inheritance_after: Inheritance<'a>,
}

/// The objects that are known by their statements, by kind and name.
struct Objects<'a> {
    before: HashMap<&'a ObjectId, &'a Object>,
    /// By the names before the last renames, as they are behind them.
    finish: HashMap<&'a ObjectId, &'a Object>,
}

impl<'a> Objects<'a> {
    fn of(path: Path<'a>) -> Self {
        let key = |object: &'a Object| &object.id;
        let pairs = path.after.objects.iter().zip(&path.finish.objects);
        Objects {
            before: path.before.objects.iter().map(|object| (key(object), object)).collect(),
            finish: pairs.map(|(after, finish)| (key(after), finish)).collect(),
        }
    }
}

/// A table that stays.
pub(super) struct Staying<'a> {
    pub(super) before: &'a Table,
    pub(super) after: &'a Table,
    pub(super) parts: Parts<'a>,
    pub(super) is_unchanged: bool,
    /// What becomes of its columns, without those that nothing happens to.
    pub(super) column_actions: BTreeMap<&'a str, ColumnAction>,
}

impl<'a> Work<'a> {
    pub(super) fn new(
        changes: &'a Changes,
        path: Path<'a>,
        detached: &'a BTreeMap<QualifiedName, DetachedPartition>,
    ) -> Result<Self, Unplanned> {
        let mut work = Work {
            changes,
            path,
            created: BTreeMap::new(),
            dropped: BTreeMap::new(),
            remade: Vec::new(),
            staying: Vec::new(),
            places: HashMap::new(),
            enums: Vec::new(),
            type_recreates: Vec::new(),
            moved_sequences: sequences::moved(path.before, path.after),
            views: BTreeMap::new(),
            namespaces: Vec::new(),
            actions: Actions::new(),
            created_functions: HashSet::new(),
            recreated_functions: BTreeSet::new(),
            objects: Objects::of(path),
            callers: Callers::default(),
            creation: WithTables::default(),
            removal: WithTables::default(),
            inheritance_before: Inheritance::of(path.before),
            inheritance_after: Inheritance::of(path.after),
        };
        let mut altered: HashMap<&QualifiedName, (&Table, &Table, &[TableChange])> = HashMap::new();
        for change in &changes.objects {
            match change {
                Change::CreateTable { table } => {
                    work.created.insert(&table.name, table);
                }
                Change::DropTable { table } => {
                    work.dropped.insert(&table.name, table);
                }
                Change::AlterTable { before, after, changes: _ } if work.must_recreate(before, after) => {
                    work.table_recreate(before, after);
                }
                Change::AlterTable { before, after, changes } => {
                    if let Some(DetachedPartition { before, after, changes }) = detached.get(&before.name) {
                        altered.insert(&before.name, (before, after, changes.as_slice()));
                        continue;
                    }
                    altered.insert(&before.name, (&**before, &**after, changes.as_slice()));
                }
                Change::Namespace { before, after } => {
                    work.namespaces.push((before.as_ref(), after.as_ref()));
                }
                Change::Enum { before: Some(before), after: Some(after) } => {
                    // The change holds the types as they are on either side of the renames as well.
                    let name = match changes.rename_time {
                        RenameTime::First => &after.name,
                        RenameTime::Last => &before.name,
                    };
                    let find =
                        |schema: &'a DatabaseSchema| schema.enums.iter().find(|object| object.name == *name);
                    work.enums.push((find(path.before).or(Some(before)), find(path.after).or(Some(after))));
                }
                Change::Enum { before, after } => work.enums.push((before.as_ref(), after.as_ref())),
                Change::View { before, after } => {
                    if let Some(view) = before.as_ref().or(after.as_ref()) {
                        work.views.insert(&view.name, (before.as_ref(), after.as_ref()));
                    }
                }
                Change::Object(change) => {
                    if let Some(object) = change.object() {
                        work.actions.insert(&object.id, objects::decide(change)?);
                    }
                }
                // What objects have and shall have, their planner finds itself.
                Change::Right(_) => {}
                Change::Trigger { before, after } => {
                    let name = before.as_ref().or(after.as_ref()).map(|trigger| trigger.name.as_str());
                    return Err(super::unplanned(format!("the trigger `{}`", name.unwrap_or_default())));
                }
            }
        }
        work.created_functions = work
            .actions
            .iter()
            .filter(|(id, action)| id.kind == ObjectKind::Function && **action == Action::Create)
            .map(|(id, _)| id.name.name.as_str())
            .collect();
        work.type_recreates = type_recreate::needed(&work);
        work.staying = staying(path, &altered, &work);
        let depth = |table: &Table| work.inheritance_after.depth(&table.name);
        work.staying.sort_by(|left, right| {
            (depth(left.after), &left.after.name).cmp(&(depth(right.after), &right.after.name))
        });
        work.places =
            work.staying.iter().enumerate().map(|(place, table)| (&table.after.name, place)).collect();
        work.creation = with_tables::of(&work);
        work.removal = with_tables::removal(&work);
        Ok(work)
    }

    fn must_recreate(&self, before: &Table, after: &Table) -> bool {
        before.partition_by != after.partition_by
            || columns_change_hands(before, after, (&self.inheritance_before, &self.inheritance_after))
    }

    fn table_recreate(&mut self, before: &'a Table, after: &'a Table) {
        if self.dropped.contains_key(&before.name) {
            return;
        }
        let remade = Remade::new(before, after, (&self.inheritance_before, &self.inheritance_after));
        for (before, after) in remade.tables() {
            self.dropped.insert(&before.name, before);
            self.created.extend(after.map(|after| (&after.name, after)));
        }
        self.remade.push(remade);
        // Who inherits from it inherits from the new one.
        for heir in self.inheritance_before.heirs(&before.name) {
            if let Some(after) = self.inheritance_after.table(&heir.name) {
                self.table_recreate(heir, after);
            }
        }
    }

    /// Whether a table goes and comes with its rows.
    pub(super) fn is_remade(&self, name: &QualifiedName) -> bool {
        self.created.contains_key(name) && self.dropped.contains_key(name)
    }

    /// What becomes of an object that is known by its statement; none where it stays as it is.
    pub(super) fn action(&self, object: &Object) -> Option<Action> {
        self.actions.get(&object.id).copied()
    }

    /// Whether the object is a type of which a new one takes the place.
    pub(super) fn recreates_type(&self, object: &Object) -> bool {
        self.type_recreates.iter().any(|type_recreate| type_recreate.is_of(object))
    }

    /// Whether a default cannot be set before a function that it calls is there again.
    pub(super) fn waits_for_function(&self, default: &str) -> bool {
        !self.recreated_functions.is_empty() && callers::calls(default, &self.recreated_functions)
    }

    /// An object as it is before the script, but for renames.
    pub(super) fn object_before(&self, id: &ObjectId) -> Option<&'a Object> {
        self.objects.before.get(id).copied()
    }

    /// An object as it is behind the script, by its name before the last renames.
    pub(super) fn object_at_end(&self, id: &ObjectId) -> Option<&'a Object> {
        self.objects.finish.get(id).copied()
    }

    /// An object that is altered, by the names that things have when that is done: types are altered before the last renames, all else behind them.
    pub(super) fn as_altered(
        &self,
        before: &'a Object,
        at_end: &'a Object,
    ) -> (Cow<'a, Object>, Cow<'a, Object>) {
        let unchanged = (Cow::Borrowed(before), Cow::Borrowed(at_end));
        if self.changes.rename_time == RenameTime::First || self.changes.renames.is_empty() {
            return unchanged;
        }
        if type_recreate::is_recreated(before.id.kind) {
            let is_it = |object: &&Object| object.id == before.id;
            let after = self.path.after.objects.iter().find(is_it).unwrap_or(at_end);
            return (Cow::Borrowed(before), Cow::Borrowed(after));
        }
        let alone = DatabaseSchema { objects: vec![before.clone()], ..DatabaseSchema::default() };
        let mut renamed = diff::apply(&alone, &self.changes.renames, &spelling(Engine::Postgres).renames);
        match renamed.objects.pop() {
            Some(before) => (Cow::Owned(before), Cow::Borrowed(at_end)),
            None => unchanged,
        }
    }

    /// A table that stays.
    pub(super) fn staying(&self, name: &QualifiedName) -> Option<&Staying<'a>> {
        self.places.get(name).and_then(|place| self.staying.get(*place))
    }

    /// What becomes of a column of a table that stays.
    pub(super) fn column_action(&self, table: &QualifiedName, column: &str) -> Option<ColumnAction> {
        self.staying(table).and_then(|table| table.column_actions.get(column).copied())
    }

    /// Whether a new table inherits from one that changes, so that it comes when that has.
    pub(super) fn comes_behind_parents(&self, table: &Table) -> bool {
        let changes = |name: &QualifiedName| self.staying(name).is_some_and(|parent| !parent.is_unchanged);
        !table.inherits.is_empty() && self.inheritance_after.has_above(table, &changes)
    }

    /// When a new table comes.
    pub(super) fn creation(&self, table: &Table) -> Phase {
        if self.comes_behind_parents(table) { Phase::CreateHeirs } else { Phase::CreateTables }
    }

    /// Whether a table is made by this script.
    pub(super) fn creates(&self, name: &QualifiedName) -> bool {
        self.created.contains_key(name)
    }
}

fn staying<'a>(
    path: Path<'a>,
    altered: &HashMap<&QualifiedName, (&'a Table, &'a Table, &'a [TableChange])>,
    work: &Work<'a>,
) -> Vec<Staying<'a>> {
    let before: HashMap<&QualifiedName, &'a Table> = by_name(path.before);
    let after: HashMap<&QualifiedName, &'a Table> = by_name(path.after);
    before
        .iter()
        .filter(|(name, _)| !work.created.contains_key(*name) && !work.dropped.contains_key(*name))
        .filter_map(|(name, table)| {
            let (before, after, changes): (_, _, &[TableChange]) = match altered.get(name) {
                Some(altered) => *altered,
                None => (table, after.get(name)?, &[]),
            };
            let column_actions = column_actions(before, after, &work.type_recreates);
            let is_unchanged = changes.is_empty() && column_actions.is_empty();
            Some(Staying { before, after, parts: Parts::of(changes), is_unchanged, column_actions })
        })
        .collect()
}

fn by_name(schema: &DatabaseSchema) -> HashMap<&QualifiedName, &Table> {
    schema.tables.iter().map(|table| (&table.name, table)).collect()
}
