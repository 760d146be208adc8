//! A schema as a person would sketch it, and as a server takes it.

use super::beyond::{Package, Sequence, Trigger};
use super::partition::Partition;
use super::script::default_of;
use std::collections::BTreeSet;

/// A schema.
#[derive(Clone, Debug, Default)]
pub struct Sketch {
    /// The tables.
    pub tables: Vec<Table>,
    /// The views, each on a table or on one before it.
    pub views: Vec<View>,
    /// The functions, procedures and events.
    pub routines: Vec<Routine>,
    /// The triggers.
    pub triggers: Vec<Trigger>,
    /// The sequences.
    pub sequences: Vec<Sequence>,
    /// The packages.
    pub packages: Vec<Package>,
}

/// What a routine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoutineKind {
    /// A function.
    Function,
    /// A procedure.
    Procedure,
    /// An event.
    Event,
}

/// A function, procedure or event.
#[derive(Clone, Debug)]
pub struct Routine {
    /// What it is.
    pub kind: RoutineKind,
    /// The name.
    pub name: &'static str,
    /// Which body, arguments, or schedule.
    pub template: u8,
    /// Under which `sql_mode` it is created, or that of the session.
    pub mode: Option<&'static str>,
    /// The definer, or nobody else.
    pub definer: Option<&'static str>,
    /// Whether it runs as who calls it; whether an event runs.
    pub switch: bool,
    /// The comment.
    pub comment: Option<&'static str>,
    /// Which table it reads, if any.
    pub reads: Option<usize>,
    /// That table, once it is found.
    pub of: Option<&'static str>,
    /// The function that it calls, which need not be there.
    pub calls: Option<&'static str>,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// The name.
    pub name: &'static str,
    /// The columns.
    pub columns: Vec<Column>,
    /// The columns of the primary key.
    pub key: Vec<Place>,
    /// AUTO_INCREMENT for the first column of the key.
    pub numbered: bool,
    /// The indexes.
    pub indexes: Vec<Index>,
    /// The CHECKs: a name, which template, of which column.
    pub checks: Vec<(Option<&'static str>, u8, Place)>,
    /// The foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// The character set and collation, or nothing.
    pub charset: &'static str,
    /// The comment.
    pub comment: Option<&'static str>,
    /// WITH SYSTEM VERSIONING.
    pub versioned: bool,
    /// How it is partitioned.
    pub partition: Option<Partition>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name.
    pub name: &'static str,
    /// The type.
    pub ty: &'static str,
    /// NOT NULL.
    pub not_null: bool,
    /// Which of the defaults that its type can have.
    pub default: Option<u8>,
    /// Of which sequence its default is the next number.
    pub numbers: Option<usize>,
    /// That sequence, once it is found.
    pub sequence: Option<&'static str>,
    /// The column that it is computed from, and whether that is stored.
    pub generated: Option<(Place, bool)>,
    /// ON UPDATE CURRENT_TIMESTAMP.
    pub touched: bool,
    /// INVISIBLE.
    pub invisible: bool,
    /// The comment.
    pub comment: Option<&'static str>,
}

/// A column of the table at hand, by its place as long as the table may still change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Whichever is there.
    At(usize),
    /// This one.
    Named(&'static str),
}

/// An index.
#[derive(Clone, Debug)]
pub struct Index {
    /// The name.
    pub name: &'static str,
    /// `UNIQUE`, `FULLTEXT`, or nothing.
    pub kind: &'static str,
    /// The columns, and how many letters of each.
    pub parts: Vec<(Place, Option<u8>)>,
    /// The comment.
    pub comment: Option<&'static str>,
}

/// A foreign key.
#[derive(Clone, Debug)]
pub struct ForeignKey {
    /// The name.
    pub name: Option<&'static str>,
    /// Which table it refers to.
    pub references: usize,
    /// The columns, once they are found.
    pub columns: Vec<&'static str>,
    /// The table and its columns, once they are found.
    pub target: (&'static str, Vec<&'static str>),
    /// ON DELETE.
    pub on_delete: Option<&'static str>,
    /// ON UPDATE.
    pub on_update: Option<&'static str>,
}

/// A view.
#[derive(Clone, Debug)]
pub struct View {
    /// The name.
    pub name: &'static str,
    /// Which table or view it reads.
    pub reads: usize,
    /// That one, once it is found.
    pub of: &'static str,
    /// The columns that it shows.
    pub columns: Vec<Place>,
    /// The function that it calls.
    pub calls: Option<&'static str>,
    /// ALGORITHM.
    pub algorithm: Option<&'static str>,
    /// SQL SECURITY INVOKER.
    pub invoker: bool,
    /// The definer, or nobody else.
    pub definer: Option<&'static str>,
    /// WITH … CHECK OPTION.
    pub check: Option<&'static str>,
}

/// What can be done with a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Integer,
    Text,
    Long,
    Json,
    Time,
    Other,
}

pub(super) fn class(ty: &str) -> Class {
    match ty {
        "text" | "blob" => Class::Long,
        "json" => Class::Json,
        "datetime(6)" | "timestamp" => Class::Time,
        _ if ty.contains("int") => Class::Integer,
        _ if ty.contains("char") => Class::Text,
        _ => Class::Other,
    }
}

impl Place {
    /// The column's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Place::Named(name) => name,
            Place::At(_) => "",
        }
    }

    pub(super) fn settle(&mut self, columns: &[Column]) {
        let names: Vec<&'static str> = columns.iter().map(|column| column.name).collect();
        self.settle_among(&names);
    }

    fn settle_among(&mut self, names: &[&'static str]) {
        if let Place::At(number) = self {
            *self = Place::Named(names[*number % names.len()]);
        }
    }
}

impl Table {
    /// The column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    fn prune(&mut self) {
        let mut names = BTreeSet::new();
        self.columns.retain(|column| names.insert(column.name.to_lowercase()));
        for column in &mut self.columns {
            let class = class(column.ty);
            column.touched &= class == Class::Time && column.ty != "timestamp";
            if matches!(class, Class::Long | Class::Json) {
                column.default = None;
            }
        }
        self.prune_generated();
        let columns = self.columns.clone();
        let of = |name: &str| columns.iter().find(|column| column.name == name).unwrap();
        self.key.iter_mut().for_each(|place| place.settle(&columns));
        let mut taken = BTreeSet::new();
        self.key.retain(|place| {
            let column = of(place.name());
            let can = !matches!(class(column.ty), Class::Long | Class::Json) && column.generated.is_none();
            can && taken.insert(place.name())
        });
        for place in &self.key {
            let column = self.columns.iter_mut().find(|column| column.name == place.name()).unwrap();
            (column.not_null, column.invisible) = (true, false);
        }
        self.numbered &= self.key.first().is_some_and(|place| class(of(place.name()).ty) == Class::Integer);
        if self.numbered {
            let number = self.key[0].name();
            let computed =
                |column: &Column| column.generated.as_ref().is_some_and(|(from, _)| from.name() == number);
            self.columns.retain(|column| !computed(column));
            let column = self.columns.iter_mut().find(|column| column.name == number).unwrap();
            column.default = None;
        }
        if self.columns.iter().all(|column| column.invisible) {
            self.columns[0].invisible = false;
        }
        self.prune_rest();
        self.prune_partition();
    }

    fn prune_generated(&mut self) {
        let written = self.columns.clone();
        for column in &mut self.columns {
            let Some((from, _)) = &mut column.generated else { continue };
            from.settle(&written);
            let source = written.iter().find(|other| other.name == from.name()).unwrap();
            let fits = source.generated.is_none() && source.name != column.name && !source.touched;
            match class(source.ty) {
                Class::Integer if fits => column.ty = "bigint",
                Class::Text if fits && source.ty != "char(3)" => column.ty = "varchar(80)",
                _ => column.generated = None,
            }
            if column.generated.is_some() {
                (column.default, column.not_null, column.touched) = (None, false, false);
            }
        }
        // To MySQL a column whose default is an expression is a computed one too: only columns behind it are computed from it.
        let mut sources = BTreeSet::new();
        for column in &mut self.columns {
            let is_source = sources.contains(column.name);
            column.default = column
                .default
                .filter(|number| !is_source || !default_of(column.ty, *number).starts_with('('));
            sources.extend(column.generated.as_ref().map(|(from, _)| from.name()));
        }
    }

    fn prune_rest(&mut self) {
        let columns = self.columns.clone();
        let of = |name: &str| columns.iter().find(|column| column.name == name).unwrap();
        let number = if self.numbered { self.key[0].name() } else { "" };
        let (mut names, mut said) = (BTreeSet::new(), BTreeSet::new());
        self.checks.retain_mut(|(name, template, place)| {
            place.settle(&columns);
            *template %= 3;
            *name = name.filter(|name| names.insert(name.to_lowercase()));
            place.name() != number && said.insert((place.name(), *template))
        });
        let (mut names, mut shapes) = (BTreeSet::new(), BTreeSet::new());
        self.indexes.retain_mut(|index| {
            let mut taken = BTreeSet::new();
            index.parts.retain_mut(|(place, letters)| {
                place.settle(&columns);
                let column = of(place.name());
                *letters = match class(column.ty) {
                    Class::Long => Some(letters.unwrap_or(7)),
                    Class::Text if column.ty != "char(3)" => *letters,
                    _ => None,
                };
                taken.insert(place.name()) && class(column.ty) != Class::Json
            });
            if index.kind == "FULLTEXT" {
                index.parts.iter_mut().for_each(|(_, letters)| *letters = None);
                let is_text = |name: &str| {
                    let column = of(name);
                    (class(column.ty) == Class::Text || column.ty == "text") && column.generated.is_none()
                };
                index.parts.retain(|(place, _)| is_text(place.name()));
            }
            let shape: Vec<_> = index.parts.iter().map(|(place, letters)| (place.name(), *letters)).collect();
            !shape.is_empty() && names.insert(index.name.to_lowercase()) && shapes.insert(shape)
        });
    }
}

impl Sketch {
    /// The schema without what a server would refuse.
    #[must_use]
    pub fn pruned(mut self) -> Self {
        let mut names = BTreeSet::new();
        self.tables.retain(|table| names.insert(table.name.to_lowercase()));
        self.tables.iter_mut().for_each(Table::prune);
        self.find_foreign_keys();
        self.sequences.retain(|sequence| names.insert(sequence.name.to_lowercase()));
        self.find_sequences();
        self.prune_views(&mut names);
        self.prune_beyond();
        let tables = &self.tables;
        let mut names = BTreeSet::new();
        self.routines.retain_mut(|routine| {
            routine.of =
                routine.reads.filter(|_| !tables.is_empty()).map(|it| tables[it % tables.len()].name);
            names.insert((routine.kind, routine.name.to_lowercase()))
        });
        // Nor is there a view that calls one whose definer is not there.
        let nobody = |name: &str| {
            let of_nobody = |it: &&Routine| it.kind == RoutineKind::Function && it.definer.is_some();
            self.routines.iter().filter(of_nobody).any(|it| it.name.eq_ignore_ascii_case(name))
        };
        let is_function =
            |name: &&str| names.contains(&(RoutineKind::Function, name.to_lowercase())) && !nobody(name);
        for view in &mut self.views {
            view.calls = view.calls.filter(is_function);
        }
        self
    }

    /// Views read tables and those before them, and check rows where these can be written.
    fn prune_views(&mut self, names: &mut BTreeSet<String>) {
        // What can be read, with its columns, and whether it can be written to.
        let of_table = |table: &Table| -> (&'static str, Vec<&'static str>, bool) {
            (table.name, table.columns.iter().map(|column| column.name).collect(), true)
        };
        let mut readable: Vec<_> = self.tables.iter().map(of_table).collect();
        self.views.retain_mut(|view| {
            if readable.is_empty() || !names.insert(view.name.to_lowercase()) {
                return false;
            }
            let (name, columns, can_write) = &readable[view.reads % readable.len()];
            view.of = name;
            let mut taken = BTreeSet::new();
            view.columns.iter_mut().for_each(|place| place.settle_among(columns));
            view.columns.retain(|place| taken.insert(place.name()));
            // The function may read the table.
            let can_write = *can_write && view.algorithm != Some("TEMPTABLE") && view.calls.is_none();
            view.check = view.check.filter(|_| can_write);
            // As whom that is not there no view can be read by another one.
            view.invoker |= view.definer.is_some();
            readable.push((view.name, view.columns.iter().map(Place::name).collect(), can_write));
            true
        });
    }

    fn find_sequences(&mut self) {
        let Sketch { tables, sequences, .. } = self;
        for table in tables {
            let number = table.key.first().filter(|_| table.numbered).map(Place::name);
            for column in &mut table.columns {
                let can = ["int", "bigint"].contains(&column.ty)
                    && column.generated.is_none()
                    && number != Some(column.name);
                let found = column.numbers.filter(|_| can && !sequences.is_empty());
                column.sequence = found.map(|number| sequences[number % sequences.len()].name);
            }
        }
    }

    /// The schema without routines, packages, sequences and events, and without partitions: those that no model says stay, and hold columns that the server
    /// then refuses to change.
    #[must_use]
    pub fn without_routines(mut self) -> Self {
        self.tables.iter_mut().for_each(|table| table.partition = None);
        self.routines.clear();
        self.packages.clear();
        self.without_sequences();
        self.views.iter_mut().for_each(|view| view.calls = None);
        self
    }

    /// Calls a table otherwise, wherever it is named.
    pub fn rename_table(&mut self, from: &str, to: &'static str) {
        for table in &mut self.tables {
            for key in table.foreign_keys.iter_mut().filter(|key| key.target.0 == from) {
                key.target.0 = to;
            }
            if table.name == from {
                table.name = to;
            }
        }
        self.views.iter_mut().filter(|view| view.of == from).for_each(|view| view.of = to);
        self.triggers.iter_mut().filter(|trigger| trigger.table == from).for_each(|it| it.table = to);
        let read = self.routines.iter_mut().map(|routine| &mut routine.of);
        let read = read.chain(self.triggers.iter_mut().map(|trigger| &mut trigger.of));
        let read = read.chain(self.packages.iter_mut().map(|package| &mut package.of));
        read.filter(|of| **of == Some(from)).for_each(|of| *of = Some(to));
    }

    /// Calls a column of a table otherwise, wherever it is named.
    pub fn rename_column(&mut self, of: &str, from: &'static str, to: &'static str) {
        let rename = |name: &mut &'static str| {
            if *name == from {
                *name = to;
            }
        };
        let settle = |place: &mut Place| {
            if *place == Place::Named(from) {
                *place = Place::Named(to);
            }
        };
        for table in &mut self.tables {
            for key in table.foreign_keys.iter_mut().filter(|key| key.target.0 == of) {
                key.target.1.iter_mut().for_each(rename);
            }
            if table.name != of {
                continue;
            }
            table.foreign_keys.iter_mut().flat_map(|key| &mut key.columns).for_each(rename);
            table.key.iter_mut().for_each(settle);
            table.indexes.iter_mut().flat_map(|index| &mut index.parts).for_each(|(place, _)| settle(place));
            table.checks.iter_mut().for_each(|(_, _, place)| settle(place));
            table.partition.iter_mut().for_each(|partition| settle(&mut partition.key));
            for column in &mut table.columns {
                column.generated.iter_mut().for_each(|(place, _)| settle(place));
                rename(&mut column.name);
            }
        }
        let on_table = self.triggers.iter_mut().filter(|trigger| trigger.table == of);
        on_table.for_each(|trigger| settle(&mut trigger.column));
        // A view shows the column under its name, and what reads the view does too.
        let mut shown = BTreeSet::from([of.to_owned()]);
        for view in &mut self.views {
            if shown.contains(view.of) && view.columns.contains(&Place::Named(from)) {
                view.columns.iter_mut().for_each(settle);
                shown.insert(view.name.to_owned());
            }
        }
    }

    fn find_foreign_keys(&mut self) {
        let tables = self.tables.clone();
        let mut names = BTreeSet::new();
        for table in self.tables.iter_mut().filter(|table| table.partition.is_none()) {
            let columns = table.columns.clone();
            let is_source = |name: &str| {
                columns.iter().any(|it| it.generated.as_ref().is_some_and(|(from, _)| from.name() == name))
            };
            let checked: Vec<&str> = table.checks.iter().map(|(_, _, place)| place.name()).collect();
            let mut shapes = BTreeSet::new();
            table.foreign_keys.retain_mut(|key| {
                let other = &tables[key.references % tables.len()];
                let referred: Vec<&'static str> = other.key.iter().map(Place::name).collect();
                if referred.is_empty() || other.charset != table.charset || other.partition.is_some() {
                    return false;
                }
                let mut used = BTreeSet::new();
                for name in &referred {
                    let wanted = other.column(name).unwrap();
                    let fits = |column: &&Column| column.ty == wanted.ty && column.generated.is_none();
                    match columns.iter().filter(fits).find(|column| used.insert(column.name)) {
                        Some(column) => key.columns.push(column.name),
                        None => return false,
                    }
                }
                if other.name == table.name && key.columns == referred {
                    // A row that refers to itself, which MySQL refuses.
                    return false;
                }
                let not_null = |name: &&str| columns.iter().any(|it| it.name == *name && it.not_null);
                let is_checked = |name: &str| checked.contains(&name);
                let fixed = key.columns.iter().any(|name| is_source(name) || is_checked(name));
                for action in [&mut key.on_delete, &mut key.on_update] {
                    *action = action.filter(|action| match *action {
                        "SET NULL" => !fixed && !key.columns.iter().any(not_null),
                        "CASCADE" => !fixed,
                        _ => true,
                    });
                }
                key.name = key.name.filter(|name| names.insert(name.to_lowercase()));
                key.target = (other.name, referred);
                shapes.insert((key.columns.clone(), key.target.clone()))
            });
        }
    }
}
