use super::{Direction, Step, steps};
use crate::dialect::mysql::partitioning::{Bound, PartitionClause, PartitionDefinition};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A partition: its name, its bound or values, whether it has a comment.
type Said = (String, Vec<u32>, bool);

/// Above all others; stands for MAXVALUE.
const MAX: u32 = 99;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Range,
    /// By values whose order only the server knows.
    RangeColumns,
    List,
}

fn clause(kind: Kind, said: &[Said]) -> PartitionClause {
    let list: Vec<String> = said
        .iter()
        .map(|(name, values, has_comment)| {
            let comment = if *has_comment { " COMMENT = 'x'" } else { "" };
            let values: Vec<String> = values
                .iter()
                .map(|value| match kind {
                    _ if *value == MAX => "MAXVALUE".to_owned(),
                    Kind::Range | Kind::List => value.to_string(),
                    Kind::RangeColumns => format!("'{value:02}'"),
                })
                .collect();
            let word = if kind == Kind::List { "IN" } else { "LESS THAN" };
            format!("PARTITION {name} VALUES {word} ({}){comment}", values.join(", "))
        })
        .collect();
    let method = match kind {
        Kind::Range => "RANGE",
        Kind::RangeColumns => "RANGE COLUMNS",
        Kind::List => "LIST",
    };
    PartitionClause::read(&format!("{method} (id) ({})", list.join(", "))).expect("a clause")
}

/// A server with a row for each value, by the partition that holds it.
struct Server {
    kind: Kind,
    partitions: Vec<PartitionDefinition>,
    rows: BTreeMap<u32, String>,
}

fn number(text: &str) -> u32 {
    text.trim_matches('\'').parse().unwrap_or(MAX)
}

fn values(partition: &PartitionDefinition) -> Vec<u32> {
    match &partition.bound {
        Bound::LessThan(values) | Bound::In(values) => values.iter().map(|value| number(value)).collect(),
        Bound::None | Bound::Default => Vec::new(),
    }
}

/// The partition to which a row belongs.
fn place(kind: Kind, partitions: &[PartitionDefinition], row: u32) -> Option<String> {
    let takes = |partition: &&PartitionDefinition| match kind {
        Kind::List => values(partition).contains(&row),
        Kind::Range | Kind::RangeColumns => values(partition)[0] == MAX || row < values(partition)[0],
    };
    partitions.iter().find(takes).map(PartitionDefinition::folded)
}

impl Server {
    fn new(kind: Kind, clause: &PartitionClause) -> Server {
        let partitions = clause.partitions.clone();
        let rows = (0..20).filter_map(|row| Some((row, place(kind, &partitions, row)?))).collect();
        Server { kind, partitions, rows }
    }

    /// What both servers check of a list of partitions.
    fn is_valid(&self) -> bool {
        let names: BTreeSet<String> = self.partitions.iter().map(PartitionDefinition::folded).collect();
        let all: Vec<u32> = self.partitions.iter().flat_map(values).collect();
        let values_are_valid = match self.kind {
            Kind::List => all.iter().collect::<BTreeSet<_>>().len() == all.len(),
            Kind::Range | Kind::RangeColumns => all.is_sorted_by(|left, right| left < right),
        };
        names.len() == self.partitions.len() && !names.is_empty() && values_are_valid
    }

    /// Makes the step; false where the server refuses it, which it may where it is asked.
    fn make(&mut self, step: &Step<'_>) -> bool {
        match step {
            Step::Add(added) => self.partitions.extend(added.iter().cloned()),
            Step::Drop(dropped) => {
                for partition in dropped {
                    let found = self.partitions.iter().position(|it| it == *partition);
                    self.partitions.remove(found.expect("it is there"));
                    self.rows.retain(|_, place| *place != partition.folded());
                }
            }
            Step::Reorganize { from, into, asks_server } => {
                let start = self.partitions.iter().position(|it| it == from[0]).expect("it is there");
                let end = start + from.len();
                assert!(self.partitions[start..end].iter().eq(from.iter().copied()), "in consecutive order");
                if self.kind != Kind::List {
                    let [old, new] = [from[from.len() - 1], &into[into.len() - 1]].map(|it| values(it)[0]);
                    if *asks_server && new < old {
                        return false;
                    }
                    assert!(new == old || new > old && end == self.partitions.len(), "the range stays");
                }
                let names: Vec<String> = from.iter().map(|partition| partition.folded()).collect();
                self.partitions.splice(start..end, into.iter().cloned());
                for (row, found) in self.rows.iter_mut().filter(|(_, found)| names.contains(found)) {
                    *found = place(self.kind, into, *row).expect("no row is lost without a word");
                }
            }
            Step::AddNumber(_) | Step::Coalesce(_) => panic!("no hash"),
        }
        assert!(self.is_valid(), "{step:?}");
        true
    }
}

fn check(kind: Kind, before: &[Said], after: &[Said], direction: Direction) {
    let (before, after) = (clause(kind, before), clause(kind, after));
    let mut server = Server::new(kind, &before);
    let wanted = Server::new(kind, &after);
    assert!(server.is_valid() && wanted.is_valid());
    let had = server.rows.clone();
    let Some(steps) = steps(&before, &after, direction) else {
        assert!(had.keys().any(|row| !wanted.rows.contains_key(row)), "a copy where no row is in the way");
        return;
    };
    let named: BTreeSet<String> = after.partitions.iter().map(PartitionDefinition::folded).collect();
    let mut gone = BTreeSet::new();
    for step in &steps {
        if let Step::Drop(dropped) = step {
            let names: Vec<String> = dropped.iter().map(|partition| partition.folded()).collect();
            assert!(names.iter().all(|name| !named.contains(name)));
            gone.extend(had.iter().filter(|(_, place)| names.contains(place)).map(|(row, _)| *row));
        }
        if !server.make(step) {
            return;
        }
    }
    assert!(server.partitions.iter().zip(&after.partitions).all(|(one, other)| one.is_like(other)));
    assert_eq!(server.partitions.len(), after.partitions.len());
    for (row, place) in had {
        if !gone.contains(&row) {
            assert_eq!(server.rows.get(&row), wanted.rows.get(&row), "the row {row} of {place}");
        } else if direction == Direction::Down {
            assert_eq!(wanted.rows.get(&row), None, "the row {row} of {place} would have a place");
        }
    }
}

fn any_names() -> impl Strategy<Value = Vec<String>> {
    let names: Vec<String> = ["a", "b", "c", "d", "e", "f", "g", "h"].map(str::to_owned).to_vec();
    Just(names).prop_shuffle()
}

fn any_ranges() -> impl Strategy<Value = Vec<Said>> {
    let ends = proptest::sample::subsequence(vec![2, 4, 6, 8, 10, 12, MAX], 1..=6);
    let sorted = prop::bool::weighted(0.6);
    let comments = proptest::collection::vec(prop::bool::weighted(0.1), 8);
    (ends, any_names(), sorted, comments).prop_map(|(ends, mut names, sorted, comments)| {
        if sorted {
            // A partition mostly keeps its name.
            names.sort();
            names = ends.iter().map(|end| names[(*end as usize / 2).min(7)].clone()).collect();
        }
        ends.into_iter().zip(names).zip(comments).map(|((end, name), has)| (name, vec![end], has)).collect()
    })
}

fn any_lists() -> impl Strategy<Value = Vec<Said>> {
    let values = Just((0..8).collect::<Vec<u32>>()).prop_shuffle();
    let sizes = proptest::collection::vec(1_usize..3, 1..5);
    (values, sizes, any_names(), prop::bool::weighted(0.6)).prop_map(
        |(mut values, sizes, mut names, sorted)| {
            if sorted {
                values.sort_unstable();
                names.sort();
            }
            let mut values = values.into_iter();
            sizes
                .into_iter()
                .zip(names)
                .map(|(size, name)| (name, values.by_ref().take(size).collect::<Vec<u32>>(), false))
                .filter(|(_, values, _)| !values.is_empty())
                .collect()
        },
    )
}

fn any_direction() -> impl Strategy<Value = Direction> {
    prop::sample::select(vec![Direction::Up, Direction::Down])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn ranges_lead_there_and_keep_rows(before in any_ranges(), after in any_ranges(), direction in any_direction()) {
        check(Kind::Range, &before, &after, direction);
        check(Kind::RangeColumns, &before, &after, direction);
    }

    #[test]
    fn lists_lead_there_and_keep_rows(before in any_lists(), after in any_lists(), direction in any_direction()) {
        check(Kind::List, &before, &after, direction);
    }
}

/// The steps in short: `drop a`, `a b → c`, `add d`.
fn told(before: &str, after: &str, direction: Direction) -> Option<String> {
    let read = |sql: &str| PartitionClause::read(sql).expect("a clause");
    let (before, after) = (read(before), read(after));
    let list = |all: &mut dyn Iterator<Item = &PartitionDefinition>| {
        all.map(|it| it.name.clone()).collect::<Vec<_>>().join(" ")
    };
    let told = steps(&before, &after, direction)?.into_iter().map(|step| match step {
        Step::Add(added) => format!("add {}", list(&mut added.iter())),
        Step::Drop(dropped) => format!("drop {}", list(&mut dropped.into_iter())),
        Step::Reorganize { from, into, asks_server } => {
            let asks = if asks_server { "?" } else { "" };
            format!("{} → {}{asks}", list(&mut from.into_iter()), list(&mut into.iter()))
        }
        Step::AddNumber(number) => format!("add {number}"),
        Step::Coalesce(number) => format!("coalesce {number}"),
    });
    Some(told.collect::<Vec<_>>().join(", "))
}

/// `a<10 b<20` as ranges, `a=1,2 b=3` as lists.
fn short(said: &str) -> String {
    let kind = if said.contains('=') { "LIST" } else { "RANGE" };
    let list: Vec<String> = said
        .split(' ')
        .map(|part| match (part.split_once('<'), part.split_once('=')) {
            (Some((name, end)), _) => format!("PARTITION {name} VALUES LESS THAN ({end})"),
            (None, Some((name, values))) => format!("PARTITION {name} VALUES IN ({values})"),
            (None, None) => format!("PARTITION {part} DEFAULT"),
        })
        .collect();
    format!("{kind} (id) ({})", list.join(", "))
}

#[test]
fn the_least_is_reorganized() {
    for (before, after, up, down) in [
        ("a<10", "a<10 b<20", Some("add b"), Some("drop b")),
        ("a<10 b<20 c<30", "b<20 c<30", Some("drop a"), Some("b → a b")),
        ("a<10 b<20 c<30", "a<10 c<30", Some("drop b"), Some("c → b c")),
        ("a<10 b<20 c<30", "b<20 c<30 d<40", Some("drop a, add d"), Some("drop d, b → a b")),
        ("a<10 m<MAXVALUE", "a<10 b<20 m<MAXVALUE", Some("m → b m"), Some("b m → m")),
        ("a<10 b<20 c<30", "a<10 x<20 c<30", Some("b → x"), Some("x → b")),
        ("a<10 b<20 c<30", "ab<20 c<30", Some("a b → ab"), Some("ab → a b")),
        ("a<10 b<20 c<30", "a<15 b<20 c<30", Some("a b → a b"), Some("a b → a b")),
        ("a<10 b<20", "a<10 b<30", Some("b → b"), None),
        ("a<10 b<20", "a<10 m<MAXVALUE", Some("b → m"), None),
        ("a<10 b<20 c<30 d<40", "b<10 a<20 c<30 x<40", Some("a b → b a, d → x"), Some("b a → a b, x → d")),
        ("a<10 b<20 c<30", "c<10 b<20 a<30", Some("a b c → c b a"), Some("c b a → a b c")),
        ("a<10 b<20", "b<10", None, Some("b → a, add b")),
        ("a<'x'", "b<'y'", Some("a → b?"), Some("b → a?")),
        ("a=1", "a=1 b=2", Some("add b"), Some("drop b")),
        ("a=1 b=2 c=3", "a=1 c=3", Some("drop b"), Some("c → b c")),
        ("a=1 b=2 c=3", "b=2 c=3 d=4", Some("drop a, add d"), Some("drop d, b → a b")),
        ("a=1", "b=2", Some("add b, drop a"), Some("add a, drop b")),
        ("a=1,2 b=3", "a=1 x=2 b=3", Some("a → a x"), Some("a x → a")),
        ("a=1,2 b=3", "a=1 b=3", None, Some("a → a")),
        ("a=1 b=2 c=3", "a=1 b=2 x=3,4 y=5", Some("c → x, add y"), None),
        ("a=1 rest", "a=1 b=2 rest", None, None),
        // Whether `'x'` is `'X'` only the server knows.
        ("a='x' b='y'", "b='y'", Some("drop a"), Some("b → a b")),
        ("a='x' b='y'", "b='y' n='X'", None, None),
    ] {
        let (one, other) = (short(before), short(after));
        assert_eq!(told(&one, &other, Direction::Up).as_deref(), up, "{before} to {after}");
        assert_eq!(told(&other, &one, Direction::Down).as_deref(), down, "{after} to {before}");
        assert_eq!(told(&one, &one, Direction::Up).as_deref(), Some("").filter(|_| before != "a=1 rest"));
    }
}

#[test]
fn hashes_are_counted() {
    for (before, after, wanted) in [
        ("HASH (id)", "HASH (id) PARTITIONS 4", Some("add 3")),
        ("KEY (id) PARTITIONS 4", "KEY (id) PARTITIONS 1", Some("coalesce 3")),
        (
            "HASH (id) (PARTITION a, PARTITION b)",
            "HASH (id) (PARTITION a, PARTITION b, PARTITION c)",
            Some("add c"),
        ),
        ("HASH (id) (PARTITION a, PARTITION b)", "HASH (id) (PARTITION a)", Some("coalesce 1")),
        ("HASH (id) (PARTITION a, PARTITION b)", "HASH (id) (PARTITION b)", None),
        ("HASH (id) PARTITIONS 2", "HASH (id) (PARTITION b, PARTITION c)", None),
        ("HASH (id) PARTITIONS 2", "LINEAR HASH (id) PARTITIONS 2", None),
        (
            "RANGE (id) (PARTITION a VALUES LESS THAN (1))",
            "RANGE (x) (PARTITION a VALUES LESS THAN (1))",
            None,
        ),
    ] {
        assert_eq!(told(before, after, Direction::Up).as_deref(), wanted, "{before} to {after}");
    }
}
