//! What a script creates and drops with the tables: types, sequences and functions that need tables, or that tables need; and the order in which these come
//! and go.

use super::column_action::type_text;
use super::inheritance::parent_names;
use super::needs::{self, Grade, Names, Needs};
use super::object_creation::{self, Nature, nature};
use super::objects::{self, Action};
use super::owned_sequences;
use super::sequences;
use super::table_recreate;
use super::tables;
use super::type_recreate::Content;
use super::work::Work;
use crate::model::{Object, ObjectId, Table};
use std::collections::{HashMap, HashSet};

/// What is created or dropped.
#[derive(Clone, Copy)]
pub(super) enum Item<'a> {
    Table(&'a Table),
    Object(&'a Object),
}

/// What is created or dropped with the tables, in the order in which that is done.
#[derive(Default)]
pub(super) struct WithTables<'a> {
    pub(super) order: Vec<Item<'a>>,
    objects: HashSet<&'a ObjectId>,
}

impl WithTables<'_> {
    /// The names of its functions.
    pub(super) fn functions(&self) -> HashSet<&str> {
        let functions = self.order.iter().filter_map(|item| match item {
            Item::Object(object) if nature(object.id.kind) == Nature::Function => {
                Some(object.id.name.name.as_str())
            }
            Item::Object(_) | Item::Table(_) => None,
        });
        functions.collect()
    }

    /// Whether the object is among it.
    pub(super) fn has(&self, object: &Object) -> bool {
        self.objects.contains(&object.id)
    }
}

/// Objects and tables, and who needs whom, by place.
struct Graph<'a> {
    all: Vec<Item<'a>>,
    functions: HashMap<&'a str, Vec<usize>>,
    types: HashMap<&'a str, Vec<usize>>,
    tables: HashMap<&'a str, Vec<usize>>,
    /// The sequences that number columns, by the place of the table.
    numbering: HashMap<String, Vec<usize>>,
}

impl<'a> Graph<'a> {
    fn of(objects: impl Iterator<Item = &'a Object>, tables: Vec<&'a Table>) -> Self {
        let mut objects: Vec<&'a Object> = objects
            .filter(|object| match nature(object.id.kind) {
                Nature::Base | Nature::Function => true,
                Nature::View | Nature::Attached | Nature::Statistics | Nature::Foreign => false,
            })
            .collect();
        objects.sort_by(|left, right| left.id.cmp(&right.id));
        let objects = objects.into_iter().map(Item::Object);
        let all: Vec<Item<'a>> = objects.chain(tables.into_iter().map(Item::Table)).collect();
        let mut graph = Graph {
            all,
            functions: HashMap::new(),
            types: HashMap::new(),
            tables: HashMap::new(),
            numbering: HashMap::new(),
        };
        for (place, item) in graph.all.iter().enumerate() {
            let (map, name) = match item {
                Item::Object(object) if nature(object.id.kind) == Nature::Function => {
                    (&mut graph.functions, object.id.name.name.as_str())
                }
                Item::Object(object) => (&mut graph.types, object.id.name.name.as_str()),
                Item::Table(table) => {
                    for sequence in sequences::numbering_of(table) {
                        graph.numbering.entry(sequence.name).or_default().push(place);
                    }
                    (&mut graph.tables, table.name.name.as_str())
                }
            };
            map.entry(name).or_default().push(place);
        }
        graph
    }

    /// What an object needs, by place.
    fn needs_of(&self, object: &Object) -> Vec<(usize, Grade)> {
        let mut names = needs::of(object);
        match nature(object.id.kind) {
            // Whose rows it takes the catalogue tells, and its body has words that are no tables.
            Nature::Function => {
                names.read.extend(object.depends_on.iter().map(|name| (name.name.clone(), Grade::Kept)));
            }
            Nature::Base | Nature::View | Nature::Attached | Nature::Statistics | Nature::Foreign => {
                names.read.clone_from(&names.all);
            }
        }
        self.named(&names)
    }

    /// What is named, by place.
    fn named(&self, names: &Names) -> Vec<(usize, Grade)> {
        let of = |map: &HashMap<&str, Vec<usize>>, named: &HashMap<String, Grade>| -> Vec<(usize, Grade)> {
            let found = named.iter().filter_map(|(name, grade)| Some((map.get(name.as_str())?, *grade)));
            found.flat_map(|(places, grade)| places.iter().map(move |place| (*place, grade))).collect()
        };
        let mut named = of(&self.functions, &names.called);
        named.extend(of(&self.types, &names.all));
        named.extend(of(&self.tables, &names.read));
        let numbered =
            names.relations.iter().filter_map(|(name, grade)| Some((self.numbering.get(name)?, *grade)));
        named.extend(numbered.flat_map(|(places, grade)| places.iter().map(move |place| (*place, grade))));
        named.sort_unstable_by(|left, right| left.0.cmp(&right.0).then(right.1.cmp(&left.1)));
        named.dedup_by_key(|(place, _)| *place);
        named
    }

    fn needs(&self) -> Needs {
        let needs = self.all.iter().map(|item| match item {
            Item::Object(object) => self.needs_of(object),
            Item::Table(table) => self.named(&names_of(table)),
        });
        needs.collect()
    }

    /// These in an order in which each comes behind what it needs.
    fn in_order(&self, needs: &Needs, places: &HashSet<usize>) -> WithTables<'a> {
        let order = needs::in_order(needs).into_iter().filter(|place| places.contains(place));
        let order: Vec<Item<'a>> = order.filter_map(|place| self.all.get(place).copied()).collect();
        let objects = order.iter().filter_map(|item| match item {
            Item::Object(object) => Some(&object.id),
            Item::Table(_) => None,
        });
        WithTables { objects: objects.collect(), order }
    }
}

/// What the script creates with the tables.
pub(super) fn of<'a>(work: &Work<'a>) -> WithTables<'a> {
    let graph = Graph::of(created(work), tables::in_order(&work.created));
    let needs = graph.needs();
    // What tables and types need comes with them; other functions can wait for views.
    let mut early: HashSet<usize> = HashSet::new();
    let mut open: Vec<usize> = graph
        .all
        .iter()
        .enumerate()
        .filter(|(_, item)| match item {
            Item::Table(_) => true,
            Item::Object(object) => nature(object.id.kind) == Nature::Base,
        })
        .map(|(place, _)| place)
        .collect();
    let mut add = |needs: Vec<(usize, Grade)>| open.extend(needs.into_iter().map(|(place, _)| place));
    for table in work.staying.iter().filter(|table| !table.is_unchanged) {
        add(graph.named(&names_of(table.after)));
    }
    for (id, action) in &work.actions {
        if *action == Action::Alter
            && let Some(object) = work.object_at_end(id)
        {
            add(graph.needs_of(object));
        }
    }
    while let Some(place) = open.pop() {
        if early.insert(place) {
            open.extend(needs.get(place).into_iter().flatten().map(|(other, _)| *other));
        }
    }
    graph.in_order(&needs, &early)
}

/// What the script drops with the tables: those that it drops, and what cannot stay without them, each before what it needs.
pub(super) fn removal<'a>(work: &Work<'a>) -> WithTables<'a> {
    let put_aside = table_recreate::put_aside(work);
    let mut dropped = work.dropped.clone();
    dropped.retain(|name, _| !put_aside.contains(name));
    let goes = |object: &&Object| {
        !work.moved_sequences.has(object)
            && work.action(object) == Some(Action::Drop)
            && !owned_sequences::goes_with_owner(work, object)
            && !objects::goes_first(work, object)
    };
    let graph = Graph::of(work.path.before.objects.iter().filter(goes), tables::in_order(&dropped));
    let mut with_tables: HashSet<usize> = HashSet::new();
    let is_table = |place: usize| matches!(graph.all.get(place), Some(Item::Table(_)));
    let needs = graph.needs();
    let kept_by = needs::kept_by(&needs);
    let mut open: Vec<usize> = (0..graph.all.len()).filter(|place| is_table(*place)).collect();
    while let Some(place) = open.pop() {
        if with_tables.insert(place) {
            open.extend(kept_by.get(place).into_iter().flatten());
        }
    }
    let mut removal = graph.in_order(&needs, &with_tables);
    removal.order.reverse();
    removal
}

/// What a table names: types, functions, parents.
fn names_of(table: &Table) -> Names {
    let mut names = needs::of_texts(object_creation::expressions(table));
    // A word of an expression may be a column's name; a type may be the rows of a table.
    let mut types = needs::of_texts(table.columns.iter().map(type_text)).all;
    types.extend(parent_names(table).map(|parent| (parent.name.clone(), Grade::Kept)));
    // Its own sequences come with it.
    let own: HashSet<String> = sequences::numbering_of(table).map(|it| it.name).collect();
    names.relations.retain(|name, _| !own.contains(name));
    types.extend(names.relations.clone());
    names.all.extend(types.clone());
    names.read = types;
    names
}

/// The objects that are new, the functions that change, and the types that are recreated.
fn created<'a>(work: &Work<'a>) -> impl Iterator<Item = &'a Object> {
    let changed = move |object: &&Object| match work.action(object) {
        Some(Action::Replace | Action::Recreate) => nature(object.id.kind) == Nature::Function,
        Some(Action::Create | Action::Alter | Action::Drop) | None => false,
    };
    let recreated = work.type_recreates.iter().filter_map(|type_recreate| match type_recreate.content {
        Content::Object { before: _, after } => Some(after),
        Content::Enum { before: _, after: _ } => None,
    });
    object_creation::new_objects(work).chain(work.path.finish.objects.iter().filter(changed)).chain(recreated)
}
