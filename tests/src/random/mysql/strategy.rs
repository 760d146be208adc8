//! How random sketches are made, and how they shrink.

use super::beyond::{is_same_routine, mixed_objects, package, sequence, trigger};
use super::partition::partition;
use super::script::script;
use super::sketch::{Column, ForeignKey, Index, Place, Routine, RoutineKind, Sketch, Table, View};
use proptest::bool::weighted as odds;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use std::fmt;

const TABLES: [&str; 5] = ["t", "u", "order", "a b", "quo`te"];
const COLUMNS: [&str; 8] = ["id", "a", "b", "C", "d e", "group", "größe", "it's"];
const INDEXES: [&str; 4] = ["i1", "i2", "i 3", "index"];
const VIEWS: [&str; 3] = ["v", "w", "V w"];
const ALGORITHMS: [&str; 2] = ["MERGE", "TEMPTABLE"];
const NOBODY: &str = "`no``body`@`localhost`";
pub(super) const ROUTINES: [&str; 4] = ["f", "g", "H i", "quo`ted"];
pub(super) const MODES: [&str; 3] = ["", "ANSI_QUOTES,PIPES_AS_CONCAT", "NO_BACKSLASH_ESCAPES"];
const CHECKS: [&str; 3] = ["c1", "c2", "check"];
const KEYS: [&str; 3] = ["f1", "f2", "f 3"];
pub(super) const COMMENTS: [&str; 3] = ["what it is", "it's \"quoted\" \\ back", "größe\nof two lines"];
const TYPES: [&str; 20] = [
    "int",
    "int",
    "int unsigned",
    "bigint",
    "smallint unsigned",
    "tinyint(1)",
    "varchar(20)",
    "varchar(20)",
    "varchar(80)",
    "char(3)",
    "text",
    "blob",
    "json",
    "decimal(10,2)",
    "decimal(12,4)",
    "datetime(6)",
    "date",
    "enum('a','b')",
    "enum('c','a','it''s','b')",
    "binary(16)",
];
const CHARSETS: [&str; 5] =
    ["", "", "", " DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin", " DEFAULT CHARSET=latin1"];
const ACTIONS: [&str; 4] = ["CASCADE", "SET NULL", "RESTRICT", "NO ACTION"];

pub(super) fn pick() -> impl Strategy<Value = Place> {
    (0_usize..24).prop_map(Place::At)
}

fn comment() -> impl Strategy<Value = Option<&'static str>> {
    weighted(0.15, select(&COMMENTS[..]))
}

prop_compose! {
    fn column()(
        name in select(&COLUMNS[..]),
        ty in select(&TYPES[..]),
        not_null in odds(0.4),
        default in weighted(0.3, any::<u8>()),
        numbers in weighted(0.2, 0_usize..4),
        generated in weighted(0.12, (pick(), any::<bool>())),
        touched in odds(0.3),
        invisible in odds(0.05),
        comment in comment(),
    ) -> Column {
        Column { name, ty, not_null, default, numbers, sequence: None, generated, touched, invisible, comment }
    }
}

prop_compose! {
    fn index()(
        name in select(&INDEXES[..]),
        kind in select(&["", "", "UNIQUE", "FULLTEXT"][..]),
        parts in vec((pick(), weighted(0.2, 2_u8..8)), 1..3),
        comment in comment(),
    ) -> Index {
        Index { name, kind, parts, comment }
    }
}

prop_compose! {
    fn foreign_key()(
        name in weighted(0.5, select(&KEYS[..])),
        references in 0_usize..12,
        on_delete in weighted(0.5, select(&ACTIONS[..])),
        on_update in weighted(0.3, select(&ACTIONS[..])),
    ) -> ForeignKey {
        ForeignKey { name, references, columns: Vec::new(), target: ("", Vec::new()), on_delete, on_update }
    }
}

prop_compose! {
    fn table()(
        name in select(&TABLES[..]),
        columns in vec(column(), 1..6),
        key in vec(pick(), 0..3),
        numbered in odds(0.4),
        indexes in vec(index(), 0..3),
        checks in vec((weighted(0.4, select(&CHECKS[..])), any::<u8>(), pick()), 0..3),
        foreign_keys in vec(foreign_key(), 0..2),
        charset in select(&CHARSETS[..]),
        comment in comment(),
        (versioned, partition) in (odds(0.2), weighted(0.25, partition())),
    ) -> Table {
        Table { name, columns, key, numbered, indexes, checks, foreign_keys, charset, comment, versioned, partition }
    }
}

prop_compose! {
    fn view()(
        name in select(&VIEWS[..]),
        reads in 0_usize..12,
        columns in vec(pick(), 1..4),
        calls in weighted(0.5, select(&ROUTINES[..])),
        algorithm in weighted(0.3, select(&ALGORITHMS[..])),
        invoker in odds(0.2),
        definer in weighted(0.1, Just(NOBODY)),
        check in weighted(0.3, select(&["LOCAL", "CASCADED"][..])),
    ) -> View {
        View { name, reads, of: "", columns, calls, algorithm, invoker, definer, check }
    }
}

prop_compose! {
    fn routine()(
        kind in select(&[RoutineKind::Function, RoutineKind::Function, RoutineKind::Procedure, RoutineKind::Event][..]),
        name in select(&ROUTINES[..]),
        template in 0_u8..6,
        mode in weighted(0.2, select(&MODES[..])),
        definer in weighted(0.1, Just(NOBODY)),
        switch in any::<bool>(),
        comment in comment(),
        reads in weighted(0.6, 0_usize..12),
        calls in weighted(0.4, select(&ROUTINES[..])),
    ) -> Routine {
        Routine { kind, name, template, mode, definer, switch, comment, reads, of: None, calls }
    }
}

prop_compose! {
    fn draft()(
        tables in vec(table(), 0..4),
        views in vec(view(), 0..3),
        routines in vec(routine(), 0..3),
        triggers in vec(trigger(), 0..3),
        sequences in vec(sequence(), 0..2),
        packages in vec(package(), 0..2),
    ) -> Sketch {
        Sketch { tables, views, routines, triggers, sequences, packages }
    }
}

/// A schema that the servers take.
pub fn sketch() -> impl Strategy<Value = Sketch> {
    draft().prop_map(Sketch::pruned)
}

/// Two schemas that have much in common, and what to fill the first one with.
#[derive(Clone)]
pub struct Pair {
    /// The first schema.
    pub before: Sketch,
    /// The second schema.
    pub after: Sketch,
    /// Numbers from which rows are made.
    pub seeds: Vec<u8>,
}

/// As the scripts: that is what somebody looks at who wants to know what went wrong.
impl fmt::Debug for Pair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pair { before, after, seeds } = self;
        write!(formatter, "\n{}\n-- becomes\n{}\n-- with rows of {seeds:?}", script(before), script(after))
    }
}

/// Two schemas, the second made of the first and of another one.
pub fn pair() -> impl Strategy<Value = Pair> {
    (draft(), draft(), vec(0_u8..4, 24), vec(any::<u8>(), 0..40)).prop_map(
        |(before, other, choices, seeds)| {
            let after = mixed(&before, other, &choices);
            Pair { before: before.pruned(), after: after.pruned(), seeds }
        },
    )
}

/// The first schema with some of its parts taken from the second one.
fn mixed(before: &Sketch, other: Sketch, choices: &[u8]) -> Sketch {
    let mut choices = choices.iter().copied().cycle();
    let mut is = |wanted: u8| choices.next() == Some(wanted);
    let mut after = before.clone();
    for table in other.tables {
        let Some(own) = after.tables.iter_mut().find(|it| it.name == table.name) else {
            after.tables.push(table);
            continue;
        };
        for column in table.columns {
            match own.columns.iter_mut().find(|it| it.name == column.name) {
                Some(known) if is(1) => *known = column,
                Some(_) => {}
                None => own.columns.push(column),
            }
        }
        if is(1) {
            (own.key, own.numbered) = (table.key, table.numbered);
        }
        if is(1) {
            own.checks = table.checks;
        }
        if is(1) {
            own.foreign_keys = table.foreign_keys;
        }
        if is(1) {
            own.indexes = table.indexes;
        }
        if is(1) {
            (own.charset, own.comment) = (table.charset, table.comment);
        }
        if is(1) {
            own.versioned = table.versioned;
        }
        if is(1) {
            own.partition = table.partition;
        }
    }
    if is(1) {
        after.views = other.views;
    } else {
        after.views.extend(other.views);
    }
    mixed_objects(&mut after.routines, other.routines, is_same_routine);
    mixed_objects(&mut after.triggers, other.triggers, |own, it| own.name == it.name);
    mixed_objects(&mut after.sequences, other.sequences, |own, it| own.name == it.name);
    mixed_objects(&mut after.packages, other.packages, |own, it| own.name == it.name);
    if is(1) {
        after.triggers.reverse();
    }
    if is(1) {
        after.sequences.pop();
        after.packages.pop();
    }
    if is(1) && !after.routines.is_empty() {
        after.routines.remove(0);
    }
    if is(1) && !after.tables.is_empty() {
        after.tables.remove(0);
    }
    if is(1) && after.tables.first().is_some_and(|table| table.columns.len() > 1) {
        after.tables[0].columns.remove(0);
    }
    after
}
