//! How random sketches are made, and how they shrink.

use super::conversions::keep_types;
use super::objects::{Object, object};
use super::script::script;
use super::sketch::{
    Column, Enum, Expression, ForeignKey, Function, Index, Key, Language, Number, Place, Sketch, Table,
    Trigger, Type, View,
};
use proptest::bool::weighted as odds;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use std::fmt;

pub(super) const SCHEMAS: [&str; 2] = ["other", "Other S"];
const TABLES: [&str; 7] = ["t", "u", "Order", "a b", "quo\"te", "naïve", "it's"];
const COLUMNS: [&str; 10] = ["id", "a", "b", "C", "d e", "f\"g", "group", "größe", "h'i", "value"];
const ENUMS: [&str; 3] = ["mood", "Mood", "sta te"];
const VALUES: [&str; 6] = ["sad", "ok", "Happy", "it's", "a b", "größer"];
const INDEXES: [&str; 5] = ["i1", "i2", "I3", "i 4", "index"];
const VIEWS: [&str; 4] = ["v", "w", "V w", "view"];
const FUNCTIONS: [&str; 4] = ["f", "g", "F g", "value"];
const READING: [&str; 2] = ["r", "R's"];
const TRIGGERS: [&str; 3] = ["touch", "To \"uch", "on t"];
const CONSTRAINTS: [&str; 4] = ["c1", "c2", "C 3", "check"];
const COMMENTS: [&str; 3] = ["what it is", "it's \"quoted\" \\ back", "größe\nof two lines"];
const TYPES: [&str; 22] = [
    "integer",
    "text",
    "integer",
    "text",
    "bigint",
    "smallint",
    "numeric",
    "numeric(10,2)",
    "numeric(12,2)",
    "varchar(20)",
    "varchar(50)",
    "varchar",
    "char(3)",
    "boolean",
    "date",
    "timestamp",
    "timestamptz",
    "uuid",
    "jsonb",
    "double precision",
    "text[]",
    "bytea",
];
const OPTIONS: [&str; 4] =
    ["", "", "(START WITH 100)", "(INCREMENT BY 5 MINVALUE 5 MAXVALUE 5000 CACHE 3 CYCLE)"];
const ACTIONS: [&str; 4] = ["CASCADE", "SET NULL", "RESTRICT", "SET DEFAULT"];
const ORDERS: [&str; 6] = ["", "", "", " DESC", " NULLS FIRST", " DESC NULLS LAST"];
const METHODS: [&str; 6] = ["btree", "btree", "btree", "btree", "hash", "brin"];

fn pick() -> impl Strategy<Value = Place> {
    (0_usize..24).prop_map(Place::At)
}

fn expression() -> impl Strategy<Value = Expression> {
    (any::<u8>(), pick()).prop_map(|(template, column)| Expression { template, column })
}

fn comment() -> impl Strategy<Value = Option<&'static str>> {
    weighted(0.15, select(&COMMENTS[..]))
}

fn constraint_name() -> impl Strategy<Value = Option<&'static str>> {
    weighted(0.3, select(&CONSTRAINTS[..]))
}

fn number() -> impl Strategy<Value = Number> {
    (0..3_u8, select(&OPTIONS[..])).prop_map(|(kind, options)| match kind {
        0 => Number::Always(options),
        1 => Number::ByDefault(options),
        _ => Number::Serial,
    })
}

fn ty() -> impl Strategy<Value = Type> {
    prop_oneof![
        5 => select(&TYPES[..]).prop_map(Type::Known),
        1 => select(&ENUMS[..]).prop_map(Type::Enum),
    ]
}

prop_compose! {
    fn column()(
        name in select(&COLUMNS[..]),
        ty in ty(),
        not_null in odds(0.3),
        default in weighted(0.3, any::<u8>()),
        generated in weighted(0.12, expression()),
        number in weighted(0.12, number()),
        collation in weighted(0.1, Just("\"C\"")),
        comment in comment(),
    ) -> Column {
        Column { name, ty, not_null, default, generated, number, collation, comment }
    }
}

prop_compose! {
    fn key()(
        name in constraint_name(),
        columns in vec(pick(), 1..3),
        deferred in odds(0.1),
        nulls_not_distinct in odds(0.15),
        include in weighted(0.1, pick()),
    ) -> Key {
        Key { name, columns, deferred, nulls_not_distinct, include }
    }
}

prop_compose! {
    fn foreign_key()(
        name in constraint_name(),
        references in 0_usize..12,
        on_delete in weighted(0.4, select(&ACTIONS[..])),
        on_update in weighted(0.2, select(&ACTIONS[..])),
        deferred in odds(0.15),
        not_valid in odds(0.1),
    ) -> ForeignKey {
        ForeignKey { name, columns: Vec::new(), references, target: (None, ""), on_delete, on_update, deferred, not_valid }
    }
}

prop_compose! {
    fn index()(
        name in select(&INDEXES[..]),
        parts in vec((pick(), odds(0.25), select(&ORDERS[..])), 1..3),
        unique in odds(0.25),
        method in select(&METHODS[..]),
        predicate in weighted(0.2, expression()),
        include in weighted(0.1, pick()),
        fillfactor in weighted(0.1, 50_u8..100),
        comment in comment(),
    ) -> Index {
        Index { name, parts, unique, method, predicate, include, fillfactor, comment }
    }
}

prop_compose! {
    fn table()(
        (schema, name) in (weighted(0.15, select(&SCHEMAS[..])), select(&TABLES[..])),
        columns in vec(column(), 1..6),
        key in weighted(0.7, key()),
        uniques in vec(key(), 0..2),
        checks in vec((constraint_name(), expression()), 0..3),
        foreign_keys in vec(foreign_key(), 0..3),
        indexes in vec(index(), 0..3),
        unlogged in odds(0.05),
        fillfactor in weighted(0.1, 50_u8..100),
        comment in comment(),
    ) -> Table {
        Table { schema, name, columns, key, uniques, checks, foreign_keys, indexes, unlogged, fillfactor, comment }
    }
}

prop_compose! {
    fn view()(
        name in select(&VIEWS[..]),
        reads in 0_usize..12,
        columns in vec(pick(), 1..4),
        filtered in any::<bool>(),
        barrier in odds(0.1),
        calls in weighted(0.2, 0_usize..12),
        comment in comment(),
    ) -> View {
        View { name, reads, of: String::new(), columns, filtered, barrier, calls, called: None, comment }
    }
}

prop_compose! {
    fn function()(
        name in select(&FUNCTIONS[..]),
        language in select(&[Language::Sql, Language::Atomic, Language::Procedural][..]),
        adds in 0_u8..3,
        calls in weighted(0.4, 0_usize..12),
        default_of in weighted(0.4, (0_usize..12, 0_usize..12)),
        comment in comment(),
    ) -> Function {
        Function {
            name, language, adds, calls, called: None, reads: None, of: String::new(), rows: false, default_of, default: None, comment,
        }
    }
}

prop_compose! {
    fn reading()(
        function in function(),
        name in select(&READING[..]),
        reads in 0_usize..12,
        rows in any::<bool>(),
    ) -> Function {
        Function { name, reads: Some(reads), rows, default_of: None, ..function }
    }
}

prop_compose! {
    fn trigger()(
        name in select(&TRIGGERS[..]),
        table in 0_usize..12,
        event in 0_u8..4,
        body in 0_u8..2,
        off in odds(0.2),
    ) -> Trigger {
        Trigger { name, table, of: (String::new(), String::new()), event, body, off }
    }
}

prop_compose! {
    fn enum_type()(
        name in select(&ENUMS[..]),
        values in subsequence(&VALUES[..], 1..6).prop_shuffle(),
        comment in comment(),
    ) -> Enum {
        Enum { name, values, comment }
    }
}

prop_compose! {
    fn draft()(
        enums in vec(enum_type(), 0..4),
        tables in vec(table(), 0..5),
        views in vec(view(), 0..3),
        functions in vec(prop_oneof![2 => function(), 1 => reading()], 0..4),
        triggers in vec(trigger(), 0..3),
        objects in vec(object(), 0..5),
    ) -> Sketch {
        Sketch { enums, tables, views, functions, triggers, objects }
    }
}

/// A schema that PostgreSQL takes.
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

impl Pair {
    /// The pair without functions, triggers and the like, which no model says.
    #[must_use]
    pub fn of_models(mut self) -> Self {
        for sketch in [&mut self.before, &mut self.after] {
            sketch.functions.clear();
            sketch.triggers.clear();
            sketch.objects.clear();
            sketch.views.iter_mut().for_each(|view| view.called = None);
        }
        self
    }

    /// The pair with functions that follow when a table gets another name: a text does not.
    #[must_use]
    pub fn that_follow_renames(mut self) -> Self {
        let functions = self.before.functions.iter_mut().chain(&mut self.after.functions);
        for function in functions.filter(|it| it.reads.is_some() && it.language == Language::Sql) {
            function.language = Language::Atomic;
        }
        self
    }
}

/// As the scripts: that is what somebody looks at who wants to know what went wrong.
impl fmt::Debug for Pair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pair { before, after, seeds } = self;
        write!(formatter, "\n{}\n-- becomes\n{}\n-- with rows of {seeds:?}", script(before), script(after))
    }
}

/// Two schemas, the second made of the first and of another one. In most pairs all columns can get their new types.
pub fn pair() -> impl Strategy<Value = Pair> {
    (draft(), draft(), vec(0_u8..4, 24), vec(any::<u8>(), 0..40), odds(0.05)).prop_map(
        |(before, other, choices, seeds, any_type)| {
            let mut after = mixed(&before, other, &choices);
            if !any_type {
                keep_types(&before, &mut after);
            }
            Pair { before: before.pruned(), after: after.pruned(), seeds }
        },
    )
}

/// The first schema with some of its parts taken from the second one.
fn mixed(before: &Sketch, other: Sketch, choices: &[u8]) -> Sketch {
    let mut choices = choices.iter().copied().cycle();
    let mut is = |wanted: u8| choices.next() == Some(wanted);
    let mut after = before.clone();
    for object in other.enums {
        match after.enums.iter_mut().find(|it| it.name == object.name) {
            Some(own) if is(1) => *own = object,
            Some(_) => {}
            None => after.enums.push(object),
        }
    }
    for table in other.tables {
        let Some(own) = after.tables.iter_mut().find(|it| it.name == table.name && it.schema == table.schema)
        else {
            after.tables.push(table);
            continue;
        };
        if is(1) {
            *own = table;
            continue;
        }
        for column in table.columns {
            match own.columns.iter_mut().find(|it| it.name == column.name) {
                Some(known) if is(1) => *known = column,
                Some(_) => {}
                None => own.columns.push(column),
            }
        }
        if is(1) {
            own.key = table.key;
        }
        if is(1) {
            own.checks = table.checks;
        }
        if is(1) {
            own.uniques = table.uniques;
        }
        if is(1) {
            own.foreign_keys = table.foreign_keys;
        }
        if is(1) {
            own.indexes = table.indexes;
        }
        if is(1) {
            (own.unlogged, own.fillfactor, own.comment) = (table.unlogged, table.fillfactor, table.comment);
        }
    }
    if is(1) {
        after.views = other.views;
    } else {
        after.views.extend(other.views);
    }
    for function in other.functions {
        match after.functions.iter_mut().find(|it| it.name == function.name) {
            Some(own) if is(1) => *own = function,
            Some(_) => {}
            None => after.functions.push(function),
        }
    }
    for trigger in other.triggers {
        match after.triggers.iter_mut().find(|it| it.name == trigger.name) {
            Some(own) if is(1) => *own = trigger,
            Some(_) => {}
            None => after.triggers.push(trigger),
        }
    }
    mix_objects(&mut after.objects, other.objects, &mut is);
    if is(1) && !after.functions.is_empty() {
        after.functions.remove(0);
    }
    if is(1) && !after.triggers.is_empty() {
        after.triggers.remove(0);
    }
    if is(1) && !after.tables.is_empty() {
        after.tables.remove(0);
    }
    if is(1) && after.tables.first().is_some_and(|table| table.columns.len() > 1) {
        after.tables[0].columns.remove(0);
    }
    after
}

fn mix_objects(own: &mut Vec<Object>, others: Vec<Object>, is: &mut impl FnMut(u8) -> bool) {
    for object in others {
        match own.iter_mut().find(|it| it.is_like(&object)) {
            Some(known) if is(1) => *known = object,
            Some(_) => {}
            None => own.push(object),
        }
    }
    if is(1) && !own.is_empty() {
        own.remove(0);
    }
}
