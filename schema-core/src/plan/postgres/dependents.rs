//! Views, and all that reads tables or hangs on them: what is in the way of a change is dropped and recreated.

use super::callers;
use super::column_action::ColumnAction;
use super::needs::{self, Grade, Names, Needs};
use super::object_creation::{self, Nature};
use super::objects::{self, Action};
use super::owned_sequences;
use super::script::{Phase, Script};
use super::type_recreate;
use super::work::Work;
use super::{Unplanned, recreated, views};
use crate::dialect::postgres::expression::mentions;
use crate::model::{DatabaseSchema, Object, ObjectId, ObjectKind, QualifiedName, View};
use crate::sql::{Recreated, RecreatedKind};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Something that reads tables or views, or hangs on them.
#[derive(Clone, Copy)]
enum Dependent<'a> {
    View(&'a View),
    Object(&'a Object),
}

/// What tells dependents apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    View(&'a QualifiedName),
    Object(&'a ObjectId),
}

/// What is dropped first of all, for good or for now.
pub(super) struct Aside<'a>(BTreeSet<Key<'a>>);

impl Aside<'_> {
    /// Whether the object is dropped first of all.
    pub(super) fn has(&self, object: &Object) -> bool {
        self.0.contains(&Key::Object(&object.id))
    }
}

impl<'a> Dependent<'a> {
    fn all(schema: &'a DatabaseSchema) -> impl Iterator<Item = Dependent<'a>> {
        // No statement is about a detail: it goes and comes with what it is of.
        let objects = schema.objects.iter().filter(|object| object.id.kind != ObjectKind::Detail);
        schema.views.iter().map(Dependent::View).chain(objects.map(Dependent::Object))
    }

    fn key(self) -> Key<'a> {
        match self {
            Dependent::View(view) => Key::View(&view.name),
            Dependent::Object(object) => Key::Object(&object.id),
        }
    }

    fn depends_on(self) -> &'a [QualifiedName] {
        match self {
            Dependent::View(view) => &view.depends_on,
            Dependent::Object(object) => &object.depends_on,
        }
    }

    fn text(self) -> &'a str {
        match self {
            Dependent::View(view) => &view.query,
            Dependent::Object(object) => object.definition.as_deref().unwrap_or_default(),
        }
    }

    fn is(self, kind: ObjectKind) -> bool {
        matches!(self, Dependent::Object(object) if object.id.kind == kind)
    }

    /// The name under which others read it.
    fn relation(self) -> Option<&'a QualifiedName> {
        match self {
            Dependent::View(view) => Some(&view.name),
            Dependent::Object(object) => self.is(ObjectKind::MaterializedView).then_some(&object.id.name),
        }
    }

    /// Whether it cannot stay while columns change that it may need.
    fn is_in_the_way(self, work: &Work<'_>) -> bool {
        // A setting goes and comes with what it is of, and a sequence with the column that owns it.
        let follows = self.is(ObjectKind::Setting) || self.is(ObjectKind::Sequence);
        if follows {
            return false;
        }
        if self.needs_recreated_type(work) {
            return true;
        }
        if self.depends_on().is_empty() {
            return false;
        }
        // What a trigger calls needs no column.
        let all = self.text();
        let text =
            if self.is(ObjectKind::Trigger) { all.split(" EXECUTE ").next().unwrap_or(all) } else { all };
        let whole_rows = text.contains(".*");
        let of_columns = self.depends_on().iter().filter_map(|name| work.staying(name)).any(|table| {
            table.column_actions.iter().any(|(column, column_action)| {
                let matters = match column_action {
                    ColumnAction::Added => false,
                    ColumnAction::Dropped | ColumnAction::Replaced => true,
                    // The server recreates statistics itself.
                    ColumnAction::Retyped | ColumnAction::TypeRecreated => !self.is(ObjectKind::Statistics),
                };
                matters && (whole_rows || mentions(text, column))
            })
        });
        // What groups by a key may leave other columns ungrouped, and depends on the key then.
        let of_keys = || {
            let groups = text.contains("GROUP BY");
            groups
                && self.depends_on().iter().filter_map(|name| work.staying(name)).any(|table| {
                    !table.parts.primary_key.dropped.is_empty() || !table.parts.primary_key.moved.is_empty()
                })
        };
        let of_tables = self.depends_on().iter().any(|name| work.dropped.contains_key(name));
        of_tables || of_columns || of_keys()
    }

    /// Whether the server keeps a type for it that is recreated.
    fn needs_recreated_type(self, work: &Work<'_>) -> bool {
        if work.type_recreates.is_empty() {
            return false;
        }
        let text = match nature(self) {
            // It is recreated with the type.
            Nature::Base | Nature::Foreign => return false,
            // What a trigger calls needs no type.
            Nature::Attached if self.is(ObjectKind::Trigger) => {
                self.text().split(" EXECUTE ").next().unwrap_or_default()
            }
            Nature::Function => type_recreate::kept_text(self.text()),
            Nature::View | Nature::Attached | Nature::Statistics => self.text(),
        };
        work.type_recreates.iter().any(|type_recreate| type_recreate.is_in(text))
    }

    /// What it names.
    fn names(self) -> Names {
        match self {
            // The defaults of its columns call functions, too.
            Dependent::View(view) => {
                needs::of_texts(view.restore.iter().map(String::as_str).chain([view.query.as_str()]))
            }
            Dependent::Object(object) => needs::of(object),
        }
    }
}

/// Who needs whom.
struct Graph<'a> {
    dependents: Vec<Dependent<'a>>,
    needs: Needs,
}

impl<'a> Graph<'a> {
    fn of(dependents: Vec<Dependent<'a>>) -> Self {
        let mut relations: HashMap<&QualifiedName, usize> = HashMap::new();
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut functions: HashMap<&str, Vec<usize>> = HashMap::new();
        for (place, dependent) in dependents.iter().enumerate() {
            if let Some(name) = dependent.relation() {
                relations.insert(name, place);
                by_name.entry(&name.name).or_default().push(place);
            }
            if let Dependent::Object(object) = dependent
                && object.id.kind == ObjectKind::Function
            {
                functions.entry(object.id.name.name.as_str()).or_default().push(place);
            }
        }
        let needs = dependents.iter().map(|dependent| {
            let mut needs: BTreeMap<usize, Grade> = BTreeMap::new();
            let mut add = |place: usize, grade: Grade| {
                let known = needs.entry(place).or_insert(grade);
                *known = grade.max(*known);
            };
            let read = dependent.depends_on().iter().filter_map(|name| relations.get(name));
            read.for_each(|place| add(*place, Grade::Kept));
            // Few databases have functions, and then no text has to be read.
            if !functions.is_empty() {
                let names = dependent.names();
                for (name, grade) in &names.called {
                    functions.get(name.as_str()).into_iter().flatten().for_each(|place| add(*place, *grade));
                }
                if dependent.is(ObjectKind::Function) {
                    for (name, grade) in &names.read {
                        by_name
                            .get(name.as_str())
                            .into_iter()
                            .flatten()
                            .for_each(|place| add(*place, *grade));
                    }
                }
            }
            needs.into_iter().collect()
        });
        let needs = needs.collect();
        Graph { dependents, needs }
    }
}

pub(super) fn plan(work: &Work<'_>, Aside(aside): &Aside<'_>, script: &mut Script) -> Result<(), Unplanned> {
    let gone: Vec<Dependent<'_>> =
        Dependent::all(work.path.before).filter(|dependent| aside.contains(&dependent.key())).collect();
    for dependent in &gone {
        if let Dependent::Object(object) = dependent {
            objects::check(work, object)?;
        }
    }
    callers::plan(work, script);
    drop_last(work, aside, script)?;
    alter(work, aside, script, |kind| kind != ObjectKind::Policy);
    let wanted: HashSet<&QualifiedName> = work.path.after.views.iter().map(|view| &view.name).collect();
    for dependent in in_order(gone).into_iter().rev() {
        if let Some(object) = recreated(work, dependent) {
            script.recreates(object);
        }
        script.extend(
            Phase::StepAside,
            match dependent {
                Dependent::View(view) => vec![views::drop(view, wanted.contains(&view.name))],
                Dependent::Object(object) => {
                    let comes_back = work.object_at_end(&object.id).is_some();
                    objects::drop(object, if comes_back { ", which comes back below" } else { "" })?
                }
            },
        );
    }
    let late: HashSet<*const Object> =
        object_creation::late(work).into_iter().map(std::ptr::from_ref).collect();
    // After the renames, each is as it is at the end.
    let at_end = Dependent::all(work.path.after).zip(Dependent::all(work.path.finish));
    let back = at_end.filter(|(dependent, end)| {
        let is_new = match dependent {
            Dependent::View(view) => work.views.get(&view.name).is_some_and(|(before, _)| before.is_none()),
            Dependent::Object(_) => {
                matches!(end, Dependent::Object(object) if late.contains(&std::ptr::from_ref(*object)))
            }
        };
        let is_replaced =
            matches!(dependent, Dependent::Object(object) if work.action(object) == Some(Action::Replace));
        let came_early = matches!(end, Dependent::Object(object) if work.creation.has(object));
        is_new || (is_replaced || aside.contains(&dependent.key())) && !came_early
    });
    let before_renames: HashMap<*const Object, &Object> =
        work.path.finish.objects.iter().map(std::ptr::from_ref).zip(&work.path.after.objects).collect();
    for dependent in in_order(back.map(|(_, end)| end).collect()) {
        match dependent {
            Dependent::View(view) => script.extend(Phase::ComeBack, views::create(work, view)),
            Dependent::Object(object) if late.contains(&std::ptr::from_ref(object)) => {
                script.extend(Phase::ComeBack, object_creation::create(object)?);
            }
            Dependent::Object(object) if work.action(object) == Some(Action::Replace) => {
                script.extend(Phase::ComeBack, objects::replace(work, object)?);
            }
            Dependent::Object(object) => {
                let after = before_renames.get(&std::ptr::from_ref(object)).copied().unwrap_or(object);
                let changes = work.action(after).is_some();
                let before = work.object_before(&after.id).filter(|_| changes);
                script.extend(Phase::ComeBack, objects::create_again(before, object)?);
            }
        }
    }
    // A policy may read views and call functions that come, and nothing needs it.
    alter(work, aside, script, |kind| kind == ObjectKind::Policy);
    for (before, after) in work.views.values() {
        if let (Some(before), Some(after)) = (before, after)
            && !aside.contains(&Key::View(&before.name))
        {
            script.extend(Phase::ComeBack, views::alter(before, after));
        }
    }
    Ok(())
}

/// What stays, and changes, of some kinds.
fn alter(
    work: &Work<'_>,
    aside: &BTreeSet<Key<'_>>,
    script: &mut Script,
    is_of_kinds: impl Fn(ObjectKind) -> bool,
) {
    for (id, action) in &work.actions {
        if *action == Action::Alter
            && is_of_kinds(id.kind)
            && !aside.contains(&Key::Object(id))
            && let Some(before) = work.object_before(id)
            && !work.recreates_type(before)
            && let Some(after) = work.object_at_end(id)
        {
            let (before, after) = work.as_altered(before, after);
            if before.restore != after.restore && before.id.kind == ObjectKind::Sequence {
                script.extend(Phase::ComeBack, owned_sequences::before_ownership(work, &after));
            }
            objects::plan_alter(&before, &after, script);
        }
    }
}

/// What goes behind the tables, because they may need it before.
fn drop_last(work: &Work<'_>, aside: &BTreeSet<Key<'_>>, script: &mut Script) -> Result<(), Unplanned> {
    let goes = |dependent: &Dependent<'_>| match dependent {
        Dependent::View(_) => false,
        Dependent::Object(object) => {
            work.action(object) == Some(Action::Drop)
                && !work.moved_sequences.has(object)
                && !aside.contains(&dependent.key())
                && !work.removal.has(object)
                && !owned_sequences::goes_with_owner(work, object)
        }
    };
    let dropped = Dependent::all(work.path.before).filter(goes).collect();
    for dependent in in_order(dropped).into_iter().rev() {
        if let Dependent::Object(object) = dependent {
            script.extend(Phase::DropNeeded, objects::drop(object, "")?);
        }
    }
    Ok(())
}

/// What goes and comes back; none of what goes for good.
fn recreated(work: &Work<'_>, dependent: Dependent<'_>) -> Option<Recreated> {
    let after = work.path.after;
    match dependent {
        Dependent::View(view) => {
            let comes_back = after.views.iter().any(|other| other.name == view.name);
            comes_back.then(|| recreated::object(work, RecreatedKind::View, &view.name))
        }
        Dependent::Object(object) => {
            let kind = recreated::kind_of(object.id.kind)?;
            let end = work.object_at_end(&object.id)?;
            // What does not change is only called otherwise where its table is renamed.
            if work.action(object).is_some() && objects::changes_parts(object, end) {
                return None;
            }
            match object.id.table() {
                Some(table) if object_creation::nature(object.id.kind) == Nature::Attached => {
                    Some(recreated::part(work, kind, &object.id.name.name, table))
                }
                Some(_) | None => Some(recreated::object(work, kind, &object.id.whole_name())),
            }
        }
    }
}

/// The functions that are dropped and recreated, without their arguments.
pub(super) fn recreated_functions<'a>(work: &Work<'a>, Aside(aside): &Aside<'a>) -> BTreeSet<&'a str> {
    let gone =
        work.path.before.objects.iter().filter(|object| {
            object.id.kind == ObjectKind::Function && aside.contains(&Key::Object(&object.id))
        });
    let come_again = gone.filter_map(|object| {
        let name = object.id.name.name.as_str();
        let comes = work.action(object) != Some(Action::Drop) || work.created_functions.contains(name);
        comes.then_some(name)
    });
    come_again.collect()
}

/// What is dropped and recreated, or goes for good: what is changed or in the way, and all that reads it.
pub(super) fn aside<'a>(work: &Work<'a>) -> Aside<'a> {
    let dependents: Vec<Dependent<'a>> = Dependent::all(work.path.before).collect();
    let at_end: BTreeSet<&ObjectId> = work.path.after.objects.iter().map(|object| &object.id).collect();
    let stays = |dependent: &Dependent<'_>| match dependent {
        Dependent::View(_) => true,
        // What goes with its table needs no statement of its own.
        Dependent::Object(object) => at_end.contains(&object.id) || work.action(object) == Some(Action::Drop),
    };
    let mut aside: BTreeSet<Key<'a>> = BTreeSet::new();
    // A function of the rows of a table goes before it, and what is on the table and calls the function before both.
    let removed = work.removal.functions();
    let calls_removed = |dependent: &Dependent<'_>| match dependent {
        Dependent::View(_) => false,
        Dependent::Object(object) => {
            !removed.is_empty()
                && object_creation::nature(object.id.kind) == Nature::Attached
                && dependent.names().called.keys().any(|name| removed.contains(name.as_str()))
        }
    };
    let mut open: Vec<usize> = Vec::new();
    for (place, dependent) in dependents.iter().enumerate() {
        let changes = match dependent {
            Dependent::View(view) => {
                work.views.get(&view.name).is_some_and(|(before, after)| match (before, after) {
                    (Some(before), Some(after)) => !views::is_alterable(before, after),
                    (Some(_), None) => true,
                    (None, _) => false,
                })
            }
            Dependent::Object(object) => match work.action(object) {
                Some(Action::Recreate) => !work.recreates_type(object),
                Some(Action::Drop) => objects::goes_first(work, object),
                Some(Action::Create | Action::Replace | Action::Alter) | None => false,
            },
        };
        // What goes with the tables goes between them.
        let goes_with_tables = matches!(dependent, Dependent::Object(object) if work.removal.has(object));
        let goes = (changes || dependent.is_in_the_way(work) && !goes_with_tables) && stays(dependent);
        if (goes || calls_removed(dependent)) && aside.insert(dependent.key()) {
            open.push(place);
        }
    }
    if open.is_empty() {
        return Aside(aside);
    }
    let graph = Graph::of(dependents);
    let kept_by = needs::kept_by(&graph.needs);
    while let Some(moved) = open.pop() {
        for place in kept_by.get(moved).into_iter().flatten() {
            let Some(dependent) = graph.dependents.get(*place) else { continue };
            if stays(dependent) && aside.insert(dependent.key()) {
                open.push(*place);
            }
        }
    }
    Aside(aside)
}

/// Each behind those that it needs; kinds in their order otherwise.
fn in_order(mut dependents: Vec<Dependent<'_>>) -> Vec<Dependent<'_>> {
    dependents.sort_by(|left, right| (nature(*left), left.key()).cmp(&(nature(*right), right.key())));
    let Graph { dependents, needs } = Graph::of(dependents);
    needs::in_order(&needs).into_iter().filter_map(|place| dependents.get(place).copied()).collect()
}

/// Functions and views come before what hangs on them.
fn nature(dependent: Dependent<'_>) -> Nature {
    match dependent {
        Dependent::View(_) => Nature::View,
        Dependent::Object(object) => object_creation::nature(object.id.kind),
    }
}
