//! Views, and all that reads tables or hangs on them: what is in the way of a change steps aside and comes back.

use super::fate::Fate;
use super::opaque::{self, Nature};
use super::script::{Phase, Script};
use super::work::Work;
use super::{Unplanned, recreated, views};
use crate::dialect::postgres::expression::mentions;
use crate::model::{OpaqueKind, OpaqueObject, QualifiedName, Schema, View};
use crate::sql::{Recreated, RecreatedKind};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Something that reads tables or views, or hangs on them.
#[derive(Clone, Copy)]
enum Reader<'a> {
    View(&'a View),
    Opaque(&'a OpaqueObject),
}

/// What tells readers apart.
type Key<'a> = (Option<OpaqueKind>, &'a QualifiedName);

impl<'a> Reader<'a> {
    fn all(schema: &'a Schema) -> impl Iterator<Item = Reader<'a>> {
        schema.views.iter().map(Reader::View).chain(schema.opaque.iter().map(Reader::Opaque))
    }

    fn key(self) -> Key<'a> {
        match self {
            Reader::View(view) => (None, &view.name),
            Reader::Opaque(object) => (Some(object.kind), &object.name),
        }
    }

    fn depends_on(self) -> &'a [QualifiedName] {
        match self {
            Reader::View(view) => &view.depends_on,
            Reader::Opaque(object) => &object.depends_on,
        }
    }

    fn text(self) -> &'a str {
        match self {
            Reader::View(view) => &view.query,
            Reader::Opaque(object) => object.definition.as_deref().unwrap_or_default(),
        }
    }

    fn is(self, kind: OpaqueKind) -> bool {
        matches!(self, Reader::Opaque(object) if object.kind == kind)
    }

    /// The name under which others read it.
    fn relation(self) -> Option<&'a QualifiedName> {
        match self {
            Reader::View(view) => Some(&view.name),
            Reader::Opaque(object) => self.is(OpaqueKind::MaterializedView).then_some(&object.name),
        }
    }

    /// Whether it cannot stay while columns change that it may need.
    fn is_in_the_way(self, work: &Work<'_>) -> bool {
        // A setting goes and comes with what it is of, and a sequence with the column that owns it.
        let follows = self.is(OpaqueKind::Setting) || self.is(OpaqueKind::Sequence);
        if self.depends_on().is_empty() || follows {
            return false;
        }
        // What a trigger calls needs no column.
        let all = self.text();
        let text =
            if self.is(OpaqueKind::Trigger) { all.split(" EXECUTE ").next().unwrap_or(all) } else { all };
        let whole_rows = text.contains(".*");
        let of_columns = self.depends_on().iter().filter_map(|name| work.staying(name)).any(|table| {
            table.fates.iter().any(|(column, fate)| {
                let matters = match fate {
                    Fate::Added => false,
                    Fate::Dropped | Fate::Replaced => true,
                    // The server makes statistics anew itself.
                    Fate::Retyped | Fate::Swapped => !self.is(OpaqueKind::Statistics),
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
        of_tables || of_columns || of_keys() || work.swaps.iter().any(|swap| swap.is_in(text))
    }

    /// Whether it needs the other one to be there.
    fn needs(self, other: Reader<'_>) -> bool {
        if let Some(name) = other.relation()
            && self.depends_on().contains(name)
        {
            return true;
        }
        match other {
            Reader::View(_) => false,
            Reader::Opaque(object) if object.kind == OpaqueKind::Function => {
                mentions(self.text(), opaque::bare_name(object))
            }
            Reader::Opaque(_) => false,
        }
    }
}

/// Who reads what, so that nobody has to be asked about everybody.
struct Index<'a> {
    by_relation: HashMap<&'a QualifiedName, Vec<usize>>,
    relations: HashMap<&'a QualifiedName, usize>,
    functions: Vec<usize>,
}

impl<'a> Index<'a> {
    fn of(readers: &[Reader<'a>]) -> Self {
        let mut index =
            Index { by_relation: HashMap::new(), relations: HashMap::new(), functions: Vec::new() };
        for (place, reader) in readers.iter().enumerate() {
            for name in reader.depends_on() {
                index.by_relation.entry(name).or_default().push(place);
            }
            if let Some(name) = reader.relation() {
                index.relations.insert(name, place);
            }
            if reader.is(OpaqueKind::Function) {
                index.functions.push(place);
            }
        }
        index
    }

    /// The places of those that may need a reader, of so many.
    fn may_need(&self, reader: Reader<'_>, count: usize) -> Vec<usize> {
        match reader.relation() {
            Some(name) => self.by_relation.get(name).cloned().unwrap_or_default(),
            // Any text may call it.
            None if reader.is(OpaqueKind::Function) => (0..count).collect(),
            None => Vec::new(),
        }
    }

    /// The places of those that a reader may need, in order.
    fn may_be_needed_by(&self, reader: Reader<'_>) -> Vec<usize> {
        let relations = reader.depends_on().iter().filter_map(|name| self.relations.get(name).copied());
        let places: BTreeSet<usize> = relations.chain(self.functions.iter().copied()).collect();
        places.into_iter().collect()
    }
}

pub(super) fn plan(work: &Work<'_>, script: &mut Script) -> Result<(), Unplanned> {
    let aside = aside(work);
    let gone: Vec<Reader<'_>> =
        Reader::all(work.path.before).filter(|reader| aside.contains(&reader.key())).collect();
    let wanted: HashSet<&QualifiedName> = work.path.after.views.iter().map(|view| &view.name).collect();
    for reader in in_order(gone).into_iter().rev() {
        if let Some(object) = recreated(work, reader) {
            script.recreates(object);
        }
        script.push(
            Phase::StepAside,
            match reader {
                Reader::View(view) => views::drop(view, wanted.contains(&view.name)),
                Reader::Opaque(object) => opaque::drop_for_a_while(object)?,
            },
        );
    }
    let late: HashSet<*const OpaqueObject> = opaque::late(work).into_iter().map(std::ptr::from_ref).collect();
    // After the renames, each is as it is at the end.
    let at_end = Reader::all(work.path.after).zip(Reader::all(work.path.finish));
    let back = at_end.filter(|(reader, end)| {
        let is_new = match reader {
            Reader::View(view) => work.views.get(&view.name).is_some_and(|(before, _)| before.is_none()),
            Reader::Opaque(_) => {
                matches!(end, Reader::Opaque(object) if late.contains(&std::ptr::from_ref(*object)))
            }
        };
        is_new || aside.contains(&reader.key())
    });
    for reader in in_order(back.map(|(_, end)| end).collect()) {
        match reader {
            Reader::View(view) => script.extend(Phase::ComeBack, views::create(work, view)),
            Reader::Opaque(object) if late.contains(&std::ptr::from_ref(object)) => {
                script.extend(Phase::ComeBack, opaque::create(object)?);
            }
            Reader::Opaque(object) => script.extend(Phase::ComeBack, opaque::create_again(object)?),
        }
    }
    for (before, after) in work.views.values() {
        if let (Some(before), Some(after)) = (before, after)
            && !aside.contains(&(None, &before.name))
        {
            script.extend(Phase::ComeBack, views::alter(before, after));
        }
    }
    Ok(())
}

/// What goes and comes back; none of what goes for good.
fn recreated(work: &Work<'_>, reader: Reader<'_>) -> Option<Recreated> {
    let after = work.path.after;
    match reader {
        Reader::View(view) => {
            let comes_back = after.views.iter().any(|other| other.name == view.name);
            comes_back.then(|| recreated::object(work, RecreatedKind::View, &view.name))
        }
        Reader::Opaque(object) => {
            let kind = recreated::kind_of(object.kind)?;
            match opaque::hangs_on(object) {
                Some((name, table)) if opaque::nature(object.kind) == Nature::Attached => {
                    Some(recreated::part(work, kind, name, table))
                }
                Some(_) | None => Some(recreated::object(work, kind, &object.name)),
            }
        }
    }
}

/// What steps aside, or goes for good: what is changed or in the way, and all that reads it.
fn aside<'a>(work: &Work<'a>) -> BTreeSet<Key<'a>> {
    let readers: Vec<Reader<'a>> = Reader::all(work.path.before).collect();
    let at_end: BTreeSet<(OpaqueKind, &QualifiedName)> =
        work.path.after.opaque.iter().map(|object| (object.kind, &object.name)).collect();
    let stays = |reader: &Reader<'_>| match reader {
        Reader::View(_) => true,
        // What goes with its table needs no statement of its own.
        Reader::Opaque(object) => at_end.contains(&(object.kind, &object.name)),
    };
    let mut aside: BTreeSet<Key<'a>> = BTreeSet::new();
    let mut open: Vec<Reader<'a>> = Vec::new();
    for reader in &readers {
        let changes = match reader {
            Reader::View(view) => {
                work.views.get(&view.name).is_some_and(|(before, after)| match (before, after) {
                    (Some(before), Some(after)) => !views::is_alterable(before, after),
                    (Some(_), None) => true,
                    (None, _) => false,
                })
            }
            Reader::Opaque(_) => false,
        };
        if (changes || reader.is_in_the_way(work)) && stays(reader) && aside.insert(reader.key()) {
            open.push(*reader);
        }
    }
    let index = Index::of(&readers);
    while let Some(moved) = open.pop() {
        let places = index.may_need(moved, readers.len());
        for reader in places.into_iter().filter_map(|place| readers.get(place)) {
            if !reader.is(OpaqueKind::Function)
                && reader.needs(moved)
                && stays(reader)
                && aside.insert(reader.key())
            {
                open.push(*reader);
            }
        }
    }
    aside
}

/// Each behind those that it needs; kinds in their order otherwise.
fn in_order(mut readers: Vec<Reader<'_>>) -> Vec<Reader<'_>> {
    fn visit<'a>(
        place: usize,
        readers: &[Reader<'a>],
        index: &Index<'a>,
        seen: &mut [bool],
        order: &mut Vec<Reader<'a>>,
    ) {
        let (Some(reader), Some(seen_here)) = (readers.get(place), seen.get_mut(place)) else { return };
        if std::mem::replace(seen_here, true) {
            return;
        }
        for other_place in index.may_be_needed_by(*reader) {
            if other_place != place && readers.get(other_place).is_some_and(|other| reader.needs(*other)) {
                visit(other_place, readers, index, seen, order);
            }
        }
        order.push(*reader);
    }
    readers.sort_by(|left, right| (nature(*left), left.key()).cmp(&(nature(*right), right.key())));
    let index = Index::of(&readers);
    let (mut seen, mut order) = (vec![false; readers.len()], Vec::new());
    for place in 0..readers.len() {
        visit(place, &readers, &index, &mut seen, &mut order);
    }
    order
}

/// Functions and views come before what hangs on them.
fn nature(reader: Reader<'_>) -> Nature {
    match reader {
        Reader::View(_) => Nature::View,
        Reader::Opaque(object) => opaque::nature(object.kind),
    }
}
