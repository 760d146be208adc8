//! What a sketch holds beside tables: triggers, sequences and packages; how each is made, fits its schema, and is written.

use super::script::{comment, computed, quote};
use super::sketch::{Column, Place, Routine, RoutineKind, Sketch, Table};
use super::strategy::{COMMENTS, MODES, ROUTINES, pick};
use proptest::bool::weighted as odds;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

const TRIGGERS: [&str; 4] = ["tr", "second", "T 3", "tri`gger"];
const SEQUENCES: [&str; 2] = ["s", "seq 2"];
const PACKAGES: [&str; 2] = ["pk", "P 2"];
const EVENTS: [&str; 3] = ["INSERT", "UPDATE", "DELETE"];

/// A trigger.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// The name.
    pub name: &'static str,
    /// Which table it is on.
    pub on: usize,
    /// That table, once it is found.
    pub table: &'static str,
    /// BEFORE, or AFTER.
    pub before: bool,
    /// Which event.
    pub event: usize,
    /// Which body.
    pub template: u8,
    /// The column that it is about.
    pub column: Place,
    /// Which other table it reads, if any.
    pub reads: Option<usize>,
    /// That table, once it is found.
    pub of: Option<&'static str>,
    /// Under which `sql_mode` it is created, or that of the session.
    pub mode: Option<&'static str>,
    /// Whether it fires before those that are there, or after them; or nothing is said.
    pub first: Option<bool>,
}

/// A sequence (MariaDB).
#[derive(Clone, Debug)]
pub struct Sequence {
    /// The name.
    pub name: &'static str,
    /// Which options.
    pub template: u8,
}

/// A package (MariaDB).
#[derive(Clone, Debug)]
pub struct Package {
    /// The name.
    pub name: &'static str,
    /// Which routines, and whether it has a body.
    pub template: u8,
    /// Whether backslashes escape nothing in it.
    pub plain: bool,
    /// The comment.
    pub comment: Option<&'static str>,
    /// Which table its body reads, if any.
    pub reads: Option<usize>,
    /// That table, once it is found.
    pub of: Option<&'static str>,
    /// The function that its body calls, which need not be there.
    pub calls: Option<&'static str>,
}

prop_compose! {
    pub(super) fn trigger()(
        name in select(&TRIGGERS[..]),
        on in 0_usize..12,
        before in any::<bool>(),
        event in 0_usize..2,
        removes in odds(0.2),
        template in 0_u8..6,
        column in pick(),
        reads in weighted(0.3, 0_usize..12),
        mode in weighted(0.2, select(&MODES[..])),
        first in weighted(0.6, any::<bool>()),
    ) -> Trigger {
        let event = if removes { 2 } else { event };
        Trigger { name, on, table: "", before, event, template, column, reads, of: None, mode, first }
    }
}

prop_compose! {
    pub(super) fn sequence()(name in select(&SEQUENCES[..]), template in 0_u8..4) -> Sequence {
        Sequence { name, template }
    }
}

prop_compose! {
    pub(super) fn package()(
        name in select(&PACKAGES[..]),
        template in 0_u8..6,
        plain in odds(0.2),
        comment in weighted(0.3, select(&COMMENTS[..])),
        reads in weighted(0.5, 0_usize..12),
        calls in weighted(0.4, select(&ROUTINES[..])),
    ) -> Package {
        Package { name, template, plain, comment, reads, of: None, calls }
    }
}

impl Sketch {
    /// Takes what a server would refuse out of what is beside tables and views.
    pub(super) fn prune_beyond(&mut self) {
        let tables = &self.tables;
        let at = |number: usize| tables.get(number % tables.len().max(1));
        let mut names = BTreeSet::new();
        self.triggers.retain_mut(|trigger| {
            let Some(table) = at(trigger.on) else { return false };
            trigger.table = table.name;
            trigger.column.settle(&table.columns);
            let read = trigger.reads.and_then(at).map(|table| table.name);
            trigger.of = read.filter(|name| *name != table.name);
            names.insert(trigger.name.to_lowercase())
        });
        let mut names = BTreeSet::new();
        self.packages.retain_mut(|package| {
            package.of = package.reads.and_then(at).map(|table| table.name);
            names.insert(package.name.to_lowercase())
        });
    }

    /// The schema without what is MariaDB's alone.
    #[must_use]
    pub fn without_mariadb(mut self) -> Self {
        self.packages.clear();
        self.without_sequences();
        self.tables.iter_mut().for_each(|table| table.versioned = false);
        // MySQL itself cannot read a CHECK with a quote in such a session.
        for trigger in &mut self.triggers {
            trigger.mode = trigger.mode.filter(|mode| *mode != "NO_BACKSLASH_ESCAPES");
        }
        self
    }

    pub(super) fn without_sequences(&mut self) {
        self.sequences.clear();
        let columns = self.tables.iter_mut().flat_map(|table| &mut table.columns);
        columns.for_each(|column| column.sequence = None);
    }
}

pub(super) fn create_sequence(sequence: &Sequence) -> String {
    let Sequence { name, template } = sequence;
    // The number that one has begun with is within the bounds of all: no ALTER SEQUENCE takes others.
    let options = [
        "",
        " START WITH 5 INCREMENT BY 3 MINVALUE 1 MAXVALUE 100000 CYCLE",
        " START WITH 100 MAXVALUE 5000 NOCACHE",
        " INCREMENT BY 2 CACHE 7",
    ][usize::from(template % 4)];
    format!("CREATE SEQUENCE {}{options}", quote(name))
}

/// A trigger and where it fires among those before it.
pub(super) fn create_triggers(triggers: &[Trigger], tables: &[Table]) -> Vec<String> {
    let mut statements = Vec::new();
    for (place, trigger) in triggers.iter().enumerate() {
        let Trigger { name, on: _, table, before, event, template, column, reads: _, of, mode, first } =
            trigger;
        let earlier = || {
            triggers[..place].iter().filter(|it| (it.table, it.before, it.event) == (table, *before, *event))
        };
        let others: Vec<&str> = earlier().map(|it| it.name).collect();
        let order = match (first, others.first(), others.last()) {
            (Some(true), Some(other), _) => format!("PRECEDES {} ", quote(other)),
            (Some(false), _, Some(other)) => format!("FOLLOWS {} ", quote(other)),
            _ => String::new(),
        };
        let column =
            tables.iter().find(|it| it.name == *table).and_then(|it| it.column(column.name())).unwrap();
        let time = if *before { "BEFORE" } else { "AFTER" };
        let body = body(column, *template, (*before, *event), *of);
        let create = format!(
            "CREATE TRIGGER {} {time} {} ON {} FOR EACH ROW {order}{body}",
            quote(name),
            EVENTS[*event],
            quote(table)
        );
        statements.extend(under(*mode, vec![create]));
    }
    statements
}

fn body(column: &Column, template: u8, (before, event): (bool, usize), of: Option<&str>) -> String {
    let name = quote(column.name);
    let row = if event == 2 { "OLD" } else { "NEW" };
    let writes = before && event < 2 && column.generated.is_none();
    match (template % 3, of) {
        (0, Some(other)) => format!("SET @rows = (SELECT count(*) FROM {})", quote(other)),
        (1, _) if writes => format!("BEGIN SET NEW.{name} = NEW.{name}; SET @said = 'it''s'; END"),
        (2, _) => "SET @said = 'a\\\\b;'".to_owned(),
        (_, _) => format!("BEGIN SET @last = {row}.{name}; END"),
    }
}

pub(super) fn create_package(package: &Package) -> Vec<String> {
    let Package { name, template, plain, comment: said, reads: _, of, calls } = package;
    let value = computed(*of, *calls, *template);
    let (name, said) = (quote(name), comment(*said));
    let (more, more_body) = match template % 3 {
        0 => (
            " PROCEDURE q(a int);",
            format!(" PROCEDURE q(a int) AS x int := 2; BEGIN SELECT {value} + x; END;"),
        ),
        _ => ("", String::new()),
    };
    let mut statements =
        vec![format!("CREATE PACKAGE {name}{said} AS FUNCTION f(a int) RETURN int;{more} END")];
    if template % 2 == 0 {
        statements.push(format!(
            "CREATE PACKAGE BODY {name}{said} AS FUNCTION f(a int) RETURN int AS BEGIN RETURN a + {value}; END;{more_body} END"
        ));
    }
    under(Some(if *plain { "ORACLE,NO_BACKSLASH_ESCAPES" } else { "ORACLE" }), statements)
}

/// Statements under a `sql_mode`.
pub(super) fn under(mode: Option<&str>, mut statements: Vec<String>) -> Vec<String> {
    if let Some(mode) = mode {
        statements.insert(0, format!("SET @mode = @@sql_mode, sql_mode = '{mode}'"));
        statements.push("SET sql_mode = @mode".to_owned());
    }
    statements
}

/// The objects of the first list with those of the other in the place of, or beside, those of the same names.
pub(super) fn mixed_objects<T>(own: &mut Vec<T>, other: Vec<T>, is_same: impl Fn(&T, &T) -> bool) {
    for object in other {
        match own.iter_mut().find(|it| is_same(it, &object)) {
            Some(it) => *it = object,
            None => own.push(object),
        }
    }
}

/// Whether two routines are one to a server.
pub(super) fn is_same_routine(one: &Routine, other: &Routine) -> bool {
    let key = |routine: &Routine| -> (RoutineKind, &'static str) { (routine.kind, routine.name) };
    key(one) == key(other)
}
