//! How random sketches are made, and how they shrink.

use super::spec::{
    ColumnSpec, Expression, ForeignKeySpec, IndexSpec, KeySpec, PartSpec, SchemaSpec, TableSpec, TriggerSpec,
    ViewSpec,
};
use super::spelling::{Spelling, script};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use schema_core::dialect::sqlite::fold;
use std::fmt;

const TABLES: [&str; 8] = ["t", "u", "Order", "a b", "quo\"te", "naïve", "ORDER", "it's"];
const COLUMNS: [&str; 11] = ["id", "a", "b", "C", "d e", "f\"g", "group", "größe", "ID", "rowid", "h'i"];
const INDEXES: [&str; 5] = ["i1", "i2", "I3", "i 4", "index"];
const VIEWS: [&str; 4] = ["v", "w", "V w", "view"];
const TRIGGERS: [&str; 3] = ["g", "h", "before insert"];
const CONSTRAINTS: [&str; 4] = ["c1", "c2", "C 3", "check"];
const TYPES: [&str; 13] = [
    "INTEGER",
    "TEXT",
    "INTEGER",
    "TEXT",
    "REAL",
    "BLOB",
    "",
    "INT",
    "NUMERIC",
    "VARCHAR(20)",
    "DECIMAL(10, 2)",
    "DOUBLE PRECISION",
    "ANY",
];
const DEFAULTS: [&str; 10] =
    ["NULL", "0", "-1", "1.5", "'x'", "'it''s'", "x'00'", "TRUE", "CURRENT_TIMESTAMP", "(1 + 2)"];
const COLLATIONS: [&str; 3] = ["NOCASE", "RTRIM", "BINARY"];
const CONFLICTS: [&str; 4] = ["IGNORE", "REPLACE", "FAIL", "ROLLBACK"];
const CONDITIONS: [&str; 8] = [
    "{} IS NOT NULL",
    "{} <> 'X'",
    "{} <> 'x'",
    "length({}) < 100",
    "{} > 0 OR {} IS NULL",
    "{} IN ('a', 'b', 'x', '007', 0, 1, 7) OR {} IS NULL",
    "coalesce({}, 'it''s') IS NOT {} || '('",
    "{} NOT LIKE '%(%' ESCAPE '\\'",
];
const COMPUTED: [&str; 5] = ["{} || 'x'", "length({})", "lower({})", "coalesce({}, {})", "CAST({} AS TEXT)"];
const INDEXED: [&str; 6] = ["{}", "{}", "{}", "{}", "lower({})", "({} || 'x')"];
const ACTIONS: [&str; 4] = ["CASCADE", "SET NULL", "RESTRICT", "SET DEFAULT"];

/// Stands for a column of the table at hand, whichever it has.
fn pick() -> impl Strategy<Value = String> {
    (0_usize..24).prop_map(|number| number.to_string())
}

/// Turns picks into columns.
fn settle(name: &mut String, columns: &[String]) {
    if let Ok(number) = name.parse::<usize>() {
        name.clone_from(&columns[number % columns.len()]);
    }
}

fn expression(templates: &'static [&'static str]) -> impl Strategy<Value = Expression> {
    (select(templates), pick(), pick())
        .prop_map(|(template, first, second)| Expression { template, columns: vec![first, second] })
}

fn name(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(names).prop_map(str::to_owned)
}

fn constraint_name() -> impl Strategy<Value = Option<String>> {
    weighted(0.3, name(&CONSTRAINTS))
}

fn conflict() -> impl Strategy<Value = Option<&'static str>> {
    weighted(0.1, select(&CONFLICTS[..]))
}

prop_compose! {
    fn column()(
        name in name(&COLUMNS),
        ty in select(&TYPES[..]),
        not_null in weighted(0.3, (weighted(0.2, name(&CONSTRAINTS)), conflict())),
        default in weighted(0.3, select(&DEFAULTS[..])),
        generated in weighted(0.15, (expression(&COMPUTED), any::<bool>())),
        collation in weighted(0.2, select(&COLLATIONS[..])),
    ) -> ColumnSpec {
        ColumnSpec { name, ty: ty.to_owned(), not_null, default, generated, collation }
    }
}

prop_compose! {
    fn part(templates: &'static [&'static str])(
        key in expression(templates),
        descending in proptest::bool::weighted(0.2),
        collation in weighted(0.15, select(&COLLATIONS[..])),
    ) -> PartSpec {
        PartSpec { key, descending, collation }
    }
}

prop_compose! {
    fn key()(
        name in constraint_name(),
        parts in vec(part(&["{}"]), 1..3),
        autoincrement in proptest::bool::weighted(0.3),
        conflict in conflict(),
    ) -> KeySpec {
        KeySpec { name, parts, autoincrement, conflict }
    }
}

prop_compose! {
    fn foreign_key()(
        name in constraint_name(),
        columns in vec(pick(), 1..3),
        references in name(&TABLES),
        names_columns in any::<bool>(),
        on_delete in weighted(0.3, select(&ACTIONS[..])),
        on_update in weighted(0.2, select(&ACTIONS[..])),
        deferred in proptest::bool::weighted(0.2),
    ) -> ForeignKeySpec {
        ForeignKeySpec { name, columns, references, names_columns, on_delete, on_update, deferred }
    }
}

prop_compose! {
    fn index()(
        name in name(&INDEXES),
        parts in vec(part(&INDEXED), 1..3),
        unique in proptest::bool::weighted(0.3),
        predicate in weighted(0.3, expression(&CONDITIONS)),
    ) -> IndexSpec {
        IndexSpec { name, parts, unique, predicate }
    }
}

prop_compose! {
    fn table()(
        name in name(&TABLES),
        columns in vec(column(), 1..6),
        key in weighted(0.7, key()),
        uniques in vec(key(), 0..2),
        checks in vec((constraint_name(), expression(&CONDITIONS)), 0..3),
        foreign_keys in vec(foreign_key(), 0..3),
        indexes in vec(index(), 0..3),
        strict in proptest::bool::weighted(0.2),
        without_rowid in proptest::bool::weighted(0.2),
    ) -> TableSpec {
        let mut table =
            TableSpec { name, columns, key, uniques, checks, foreign_keys, indexes, strict, without_rowid };
        settle_table(&mut table);
        table
    }
}

fn settle_table(table: &mut TableSpec) {
    let names: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    let generated = table.columns.iter_mut().filter_map(|column| Some(&mut column.generated.as_mut()?.0));
    let keys = table.key.iter_mut().chain(&mut table.uniques).flat_map(|key| &mut key.parts);
    let expressions = generated
        .chain(keys.map(|part| &mut part.key))
        .chain(table.checks.iter_mut().map(|(_, expression)| expression))
        .chain(table.indexes.iter_mut().flat_map(|index| {
            index.parts.iter_mut().map(|part| &mut part.key).chain(index.predicate.as_mut())
        }));
    for expression in expressions {
        expression.columns.truncate(expression.template.matches("{}").count());
        expression.columns.iter_mut().for_each(|column| settle(column, &names));
    }
    for key in &mut table.foreign_keys {
        key.columns.iter_mut().for_each(|column| settle(column, &names));
    }
}

prop_compose! {
    fn view()(
        name in name(&VIEWS),
        of in prop_oneof![name(&TABLES), name(&VIEWS)],
        columns in vec(prop_oneof![name(&COLUMNS), Just("n0".to_owned())], 1..6),
        names in weighted(0.3, Just("n")),
        predicate in weighted(0.3, select(&["{} IS NOT NULL", "{} <> 'x'"][..])),
    ) -> ViewSpec {
        ViewSpec { name, of, columns, names, predicate }
    }
}

prop_compose! {
    fn trigger()(
        name in name(&TRIGGERS),
        on in prop_oneof![3 => name(&TABLES), 1 => name(&VIEWS)],
        column in name(&COLUMNS),
        target in name(&TABLES),
        event in select(&["INSERT", "UPDATE", "UPDATE OF", "DELETE"][..]),
    ) -> TriggerSpec {
        TriggerSpec { name, on, column, target, event }
    }
}

/// A schema that SQLite takes.
pub fn schema() -> BoxedStrategy<SchemaSpec> {
    (vec(table(), 0..4), vec(view(), 0..4), vec(trigger(), 0..6))
        .prop_map(|(tables, views, triggers)| SchemaSpec { tables, views, triggers }.pruned())
        .boxed()
}

/// Two schemas that have much in common, each in a spelling of its own, and numbers to make rows of and to choose by.
#[derive(Clone)]
pub struct Pair {
    /// The first.
    pub before: SchemaSpec,
    /// The second.
    pub after: SchemaSpec,
    /// The script of the first.
    pub before_script: String,
    /// The script of the second.
    pub after_script: String,
    /// What rows are made of.
    pub seeds: Vec<u8>,
    spellings: [u64; 2],
}

/// The scripts: what a person needs to see the case.
impl fmt::Debug for Pair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "\n======== before\n{}======== after\n{}======== seeds {:?}\n",
            self.before_script, self.after_script, self.seeds
        )
    }
}

impl Pair {
    fn new(before: SchemaSpec, after: SchemaSpec, spellings: [u64; 2], seeds: Vec<u8>) -> Self {
        let [mut first, mut second] = spellings.map(Spelling);
        Pair {
            before_script: script(&before, &mut first),
            after_script: script(&after, &mut second),
            before,
            after,
            seeds,
            spellings,
        }
    }

    /// The pair with only such triggers as the second schema has a place for, all of them in the first: models have none, and those of
    /// the database must be able to stay.
    #[must_use]
    pub fn of_models(self) -> Self {
        let Pair { mut before, mut after, seeds, spellings, .. } = self;
        after.triggers = std::mem::take(&mut before.triggers);
        let mut after = after.pruned();
        before.triggers = std::mem::take(&mut after.triggers);
        Pair::new(before, after, spellings, seeds)
    }
}

/// Two schemas: the second has each part from the first or from a third one.
pub fn pair() -> BoxedStrategy<Pair> {
    (schema(), schema(), vec(any::<bool>(), 0..40), any::<[u64; 2]>(), vec(any::<u8>(), 0..60))
        .prop_map(|(before, other, choices, spellings, seeds)| {
            let mut choices = choices.into_iter().chain(std::iter::repeat(false));
            let after = crossed(&before, &other, &mut choices).pruned();
            Pair::new(before, after, spellings, seeds)
        })
        .boxed()
}

fn crossed(before: &SchemaSpec, other: &SchemaSpec, choices: &mut impl Iterator<Item = bool>) -> SchemaSpec {
    let mut changes = || choices.next().unwrap_or_default();
    let mut after = SchemaSpec::default();
    for table in &before.tables {
        match other.table(&table.name) {
            Some(other) => after.tables.push(crossed_table(table, other, &mut changes)),
            None if changes() && changes() => {}
            None => after.tables.push(table.clone()),
        }
    }
    for table in &other.tables {
        if before.table(&table.name).is_none() && changes() {
            after.tables.push(table.clone());
        }
    }
    after.views = mixed(&before.views, &other.views, |view| fold(&view.name), &mut changes);
    after.triggers = mixed(&before.triggers, &other.triggers, |trigger| fold(&trigger.name), &mut changes);
    after
}

fn crossed_table(before: &TableSpec, other: &TableSpec, changes: &mut impl FnMut() -> bool) -> TableSpec {
    TableSpec {
        name: if changes() { other.name.clone() } else { before.name.clone() },
        columns: mixed(&before.columns, &other.columns, |column| fold(&column.name), changes),
        key: if changes() { other.key.clone() } else { before.key.clone() },
        uniques: if changes() { other.uniques.clone() } else { before.uniques.clone() },
        checks: if changes() { other.checks.clone() } else { before.checks.clone() },
        foreign_keys: if changes() { other.foreign_keys.clone() } else { before.foreign_keys.clone() },
        indexes: mixed(&before.indexes, &other.indexes, |index| fold(&index.name), changes),
        strict: if changes() { other.strict } else { before.strict },
        without_rowid: if changes() { other.without_rowid } else { before.without_rowid },
    }
}

/// What is in both from either, what is in one sometimes.
fn mixed<T: Clone>(
    before: &[T],
    other: &[T],
    key: impl Fn(&T) -> String,
    changes: &mut impl FnMut() -> bool,
) -> Vec<T> {
    let mut mixed = Vec::new();
    for item in before {
        match other.iter().find(|other| key(other) == key(item)) {
            Some(other) if changes() => mixed.push(other.clone()),
            None if changes() => {}
            Some(_) | None => mixed.push(item.clone()),
        }
    }
    for item in other {
        if !before.iter().any(|other| key(other) == key(item)) && changes() {
            mixed.push(item.clone());
        }
    }
    mixed
}
