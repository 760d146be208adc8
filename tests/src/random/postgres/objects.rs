//! What stands beside tables: a line or two of SQL each, on a table and with a call of a function where it can have them.

use super::script::{name_of, quote, text};
use super::sketch::{Sketch, Table};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

/// What kind of object it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A domain.
    Domain,
    /// A composite type.
    Composite,
    /// A range type.
    Range,
    /// A sequence.
    Sequence,
    /// Extended statistics.
    Statistics,
    /// A policy.
    Policy,
    /// A materialized view with an index.
    Materialized,
    /// A rule.
    Rule,
    /// An aggregate.
    Aggregate,
    /// A procedure.
    Procedure,
}

const KINDS: [Kind; 10] = [
    Kind::Domain,
    Kind::Composite,
    Kind::Range,
    Kind::Sequence,
    Kind::Statistics,
    Kind::Policy,
    Kind::Materialized,
    Kind::Rule,
    Kind::Aggregate,
    Kind::Procedure,
];
const COMMENTS: [&str; 2] = ["why it is", "it's \"one\""];

/// An object.
#[derive(Clone, Debug)]
pub struct Object {
    /// The kind.
    pub kind: Kind,
    /// Which of the two names that objects of a kind have.
    pub other_name: bool,
    /// The place of the table.
    pub table: usize,
    /// The table as SQL and its columns, once it is pruned.
    pub of: Option<(String, Vec<&'static str>)>,
    /// The place of the function that it calls.
    pub calls: Option<usize>,
    /// The function that it calls, once it is pruned.
    pub called: Option<&'static str>,
    /// Which of the forms that its kind can have.
    pub form: u8,
    /// The comment.
    pub comment: Option<&'static str>,
}

prop_compose! {
    pub(super) fn object()(
        kind in select(&KINDS[..]),
        other_name in any::<bool>(),
        table in 0_usize..12,
        calls in weighted(0.4, 0_usize..12),
        form in any::<u8>(),
        comment in weighted(0.3, select(&COMMENTS[..])),
    ) -> Object {
        Object { kind, other_name, table, of: None, calls, called: None, form, comment }
    }
}

impl Object {
    fn name(&self) -> String {
        let word = match self.kind {
            Kind::Domain => "domain",
            Kind::Composite => "composite",
            Kind::Range => "range",
            Kind::Sequence => "sequence",
            Kind::Statistics => "statistics",
            Kind::Policy => "policy",
            Kind::Materialized => "materialized",
            Kind::Rule => "rule",
            Kind::Aggregate => "aggregate",
            Kind::Procedure => "procedure",
        };
        quote(&if self.other_name { format!("It's a {word}") } else { format!("{word}_1") })
    }

    /// Whether it is the same object, perhaps in another form.
    pub(super) fn is_like(&self, other: &Object) -> bool {
        (self.kind, self.other_name) == (other.kind, other.other_name)
    }

    /// Whether tables may use it, so that it comes before them.
    fn is_type(&self) -> bool {
        matches!(self.kind, Kind::Domain | Kind::Composite | Kind::Range)
    }
}

impl Sketch {
    /// Finds the tables and functions of the objects, and leaves out those that have none.
    pub(super) fn prune_objects(&mut self) {
        let mut taken = BTreeSet::new();
        let tables: Vec<&Table> = self.tables.iter().collect();
        let functions: Vec<&'static str> =
            self.functions.iter().filter(|it| it.reads.is_none()).map(|it| it.name).collect();
        self.objects.retain_mut(|object| {
            object.of = tables
                .get(object.table % tables.len().max(1))
                .map(|table| (name_of(table), table.columns.iter().map(|column| column.name).collect()));
            object.called = object
                .calls
                .filter(|_| !functions.is_empty())
                .map(|place| functions[place % functions.len()]);
            let columns = object.of.as_ref().map_or(0, |(_, columns)| columns.len());
            let stands = match object.kind {
                Kind::Statistics => columns > 1,
                Kind::Policy | Kind::Materialized | Kind::Rule => columns > 0,
                Kind::Domain
                | Kind::Composite
                | Kind::Range
                | Kind::Sequence
                | Kind::Aggregate
                | Kind::Procedure => true,
            };
            stands && taken.insert((object.kind, object.other_name))
        });
    }
}

/// The types, which come before the tables.
pub(super) fn create_types(sketch: &Sketch) -> Vec<String> {
    sketch.objects.iter().filter(|object| object.is_type()).flat_map(create).collect()
}

/// All else, behind the tables.
pub(super) fn create_others(sketch: &Sketch) -> Vec<String> {
    sketch.objects.iter().filter(|object| !object.is_type()).flat_map(create).collect()
}

fn create(object: &Object) -> Vec<String> {
    let (name, form) = (object.name(), usize::from(object.form % 4));
    let (of, columns) = object.of.clone().unwrap_or_default();
    let call = |value: &str| object.called.map(|function| format!("{}({value})", quote(function)));
    let first = columns.first().map(|column| quote(column)).unwrap_or_default();
    let last = columns.last().map(|column| quote(column)).unwrap_or_default();
    let condition = match call("1") {
        Some(call) => format!("{call} > {form}"),
        None => format!("{first} IS NOT NULL"),
    };
    let (mut statements, word, target) = match object.kind {
        Kind::Domain => {
            let check = call("VALUE").map(|call| format!(" CHECK ({call} > -9)")).unwrap_or_default();
            let rest =
                ["", " NOT NULL", " DEFAULT 3", " DEFAULT 4 CONSTRAINT small CHECK (VALUE < 100)"][form];
            (vec![format!("CREATE DOMAIN {name} AS integer{rest}{check}")], "DOMAIN", name.clone())
        }
        Kind::Composite => {
            let attributes = ["a integer", "a integer, b text", "a bigint", "b text, c date"][form];
            (vec![format!("CREATE TYPE {name} AS ({attributes})")], "TYPE", name.clone())
        }
        Kind::Range => {
            let subtype = ["integer", "date", "numeric", "text"][form];
            (vec![format!("CREATE TYPE {name} AS RANGE (subtype = {subtype})")], "TYPE", name.clone())
        }
        Kind::Sequence => {
            let options =
                ["", " AS integer CYCLE", " INCREMENT BY -1", " MINVALUE 5 MAXVALUE 500 START 7 CACHE 3"];
            (vec![format!("CREATE SEQUENCE {name}{}", options[form])], "SEQUENCE", name.clone())
        }
        Kind::Statistics => {
            let kinds = ["", " (ndistinct)", " (ndistinct, mcv)", " (dependencies)"][form];
            let sql = format!("CREATE STATISTICS {name}{kinds} ON {first}, {last} FROM {of}");
            (vec![sql], "STATISTICS", name.clone())
        }
        Kind::Policy => {
            let command = ["ALL", "SELECT", "UPDATE", "DELETE"][form];
            let security = ["ENABLE", "FORCE", "ENABLE", "DISABLE"][form];
            let statements = vec![
                format!("ALTER TABLE {of} {security} ROW LEVEL SECURITY"),
                format!("CREATE POLICY {name} ON {of} FOR {command} USING ({condition})"),
            ];
            (statements, "POLICY", format!("{name} ON {of}"))
        }
        Kind::Materialized => {
            let called = call("2").map(|call| format!(", {call} AS called")).unwrap_or_default();
            let data = ["", " WITH NO DATA", "", ""][form];
            let statements = vec![
                format!(
                    "CREATE MATERIALIZED VIEW {name} AS SELECT count({last}) AS n{called} FROM {of}{data}"
                ),
                format!("CREATE INDEX ON {name} (n)"),
            ];
            (statements, "MATERIALIZED VIEW", name.clone())
        }
        Kind::Rule => {
            let event = ["DELETE", "UPDATE", "DELETE", "UPDATE"][form];
            let sql =
                format!("CREATE RULE {name} AS ON {event} TO {of} WHERE OLD.{first} IS NULL DO ALSO NOTHING");
            (vec![sql], "RULE", format!("{name} ON {of}"))
        }
        Kind::Aggregate => {
            let start = ["0", "1", "2", "-1"][form];
            let sql = format!(
                "CREATE AGGREGATE {name} (integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '{start}')"
            );
            (vec![sql], "AGGREGATE", format!("{name} (integer)"))
        }
        Kind::Procedure => {
            let sql = format!(
                "CREATE PROCEDURE {name}(n integer) LANGUAGE plpgsql AS $p$ BEGIN PERFORM {form}; END $p$"
            );
            (vec![sql], "PROCEDURE", name.clone())
        }
    };
    statements
        .extend(object.comment.map(|comment| format!("COMMENT ON {word} {target} IS {}", text(comment))));
    statements
}
