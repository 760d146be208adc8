//! Every change of the corpus on MySQL or MariaDB, by the oracle in its README: the script leads to the schema after, a second comparison is empty, and the
//! down script produces the schema before.
//!
//! What only MySQL loads is named. A case in which an object differs that this release cannot plan is not tried, but the object must be named: silence is
//! a failure. `SCHEMA_CORPUS_CASE` picks the cases whose names contain it.

#![allow(clippy::unwrap_used)]

use schema_core::apply::apply;
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::model::{DatabaseSchema, Engine};
use schema_core::proof::{Proven, prove};
use schema_core::sql::Plan;
use schema_tests::corpus::{Case, cases};
use schema_tests::mysql::{Dump, Scratch, differences, kinds_that_differ};
use schema_tests::server::Server;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What the planner changes; all other kinds are read and kept.
const PLANNED: [&str; 9] =
    ["EVENT", "FUNCTION", "PACKAGE", "PACKAGE BODY", "PROCEDURE", "SEQUENCE", "TABLE", "TRIGGER", "VIEW"];

/// Both databases are made at this moment, which is when events start that were not told when.
const NOW: &str = "SET timestamp = 1700000000";

/// How a case ends.
enum Outcome {
    /// As it should.
    Holds,
    /// An object of these kinds differs, and is named.
    Waits(String),
    /// The server takes no such schema, so there is nothing to change.
    Refused(String),
    /// Otherwise.
    Fails(String),
}

struct Bench {
    engine: Engine,
    before: Scratch,
    after: Scratch,
}

impl Bench {
    fn try_out(case: &Case, server: &str) -> Result<Outcome, String> {
        let (mut before, mut after) = (Scratch::create(server), Scratch::create(server));
        for (database, script) in [(&mut before, &case.before), (&mut after, &case.after)] {
            database.driver().execute(NOW).unwrap();
            if let Err(error) = database.load(script) {
                return Ok(Outcome::Refused(error));
            }
            database.driver().execute("SET timestamp = DEFAULT").unwrap();
        }
        let engine = before.driver().engine();
        Bench { engine, before, after }.compare()
    }

    fn compare(&mut self) -> Result<Outcome, String> {
        let (start, goal) = (self.before.dump(), self.after.dump());
        let (current, desired) = (self.before.introspect(), self.after.introspect());
        for schema in [&current, &desired] {
            is_nothing("a schema differs from itself", &self.between(schema, schema))?;
        }
        let comparison = self.between(&current, &desired);
        if start == goal {
            is_nothing("alike, but", &comparison)?;
            return Ok(Outcome::Holds);
        }
        let waiting: Vec<String> = kinds_that_differ(&start, &goal)
            .into_iter()
            .filter(|kind| !PLANNED.contains(&kind.as_str()))
            .collect();
        if !waiting.is_empty() && comparison.changes().object_changes().next().is_some() {
            return Ok(Outcome::Waits(waiting.join(", ").to_lowercase()));
        }
        let up = comparison.up().map_err(|error| format!("not planned: {error}"))?;
        let down = comparison.down().map_err(|error| format!("not planned back: {error}"))?;
        let mut scratch = self.before.driver().scratch().unwrap();
        let Proven { up, down, not_judged: _ } =
            prove(scratch.as_mut(), &comparison, &up, &down).map_err(|error| {
                format!("not proven: {error}\n{}\n-- down\n{}", up.to_script(), down.to_script())
            })?;
        self.go(&comparison, &up, &start, &goal, "up", &desired)?;
        self.go(&comparison, &down, &goal, &start, "down", &current)?;
        Ok(Outcome::Holds)
    }

    /// Carries a plan out, and looks whether it produces the expected schema.
    fn go(
        &mut self,
        comparison: &Comparison,
        plan: &Plan,
        from: &Dump,
        to: &Dump,
        direction: &str,
        schema: &DatabaseSchema,
    ) -> Result<(), String> {
        let script = || format!("by\n{}\nfor\n{}", plan.to_script(), differences(from, to));
        apply(self.before.driver(), plan, comparison.renames())
            .map_err(|error| format!("{direction} is refused: {error}\n{}", script()))?;
        let reached = self.before.dump();
        if reached != *to {
            return Err(format!("{direction} leads elsewhere:\n{}{}", differences(to, &reached), script()));
        }
        let settled = self.before.introspect();
        let left = self.between(&settled, schema);
        is_nothing(&format!("{direction} does not settle"), &left)
            .map_err(|error| format!("{error}\n{}", script()))
    }

    fn between(&self, current: &DatabaseSchema, desired: &DatabaseSchema) -> Comparison {
        compare(self.engine, current.clone(), desired.clone(), Scope::Database, &[]).unwrap()
    }
}

fn is_nothing(what: &str, comparison: &Comparison) -> Result<(), String> {
    match comparison.is_empty() {
        true => Ok(()),
        false => Err(format!("{what}: {:#?}", comparison.changes())),
    }
}

#[test]
fn every_change_of_the_corpus_holds() {
    let Some(server) = Server::Mysql.url() else { return };
    let engine = Scratch::create(&server).driver().engine();
    let mut cases: Vec<Case> = match (cases("mysql"), cases("mariadb")) {
        (Some(mysql), Some(mariadb)) if engine == Engine::Mariadb => {
            mysql.into_iter().chain(mariadb).collect()
        }
        (Some(mysql), _) => mysql,
        (None, _) => Vec::new(),
    };
    if cases.is_empty() {
        eprintln!("skipped: there is no corpus beside this checkout");
        return;
    }
    if let Ok(part) = std::env::var("SCHEMA_CORPUS_CASE") {
        cases.retain(|case| case.case.contains(&part));
    }
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(number) else { break };
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                Bench::try_out(case, &server).unwrap_or_else(Outcome::Fails)
            }));
            let outcome = outcome.unwrap_or_else(|panic| {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                Outcome::Fails(format!(
                    "panics: {}",
                    text.or(panic.downcast_ref().copied()).unwrap_or_default()
                ))
            });
            outcomes.lock().unwrap().insert(number, outcome);
        }
    };
    let threads = thread::available_parallelism().map_or(4, |count| count.get() * 2).min(cases.len());
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));

    let failures = report(&cases, &outcomes.into_inner().unwrap());
    assert!(failures.is_empty(), "{failures}");
}

/// Prints the figures, and returns what fails, grouped by how it does.
fn report(cases: &[Case], outcomes: &BTreeMap<usize, Outcome>) -> String {
    let mut held = 0;
    let mut refused = Vec::new();
    let mut waiting: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut failing: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (number, outcome) in outcomes {
        let name = cases[*number].case.as_str();
        match outcome {
            Outcome::Holds => held += 1,
            Outcome::Waits(kinds) => waiting.entry(kinds).or_default().push(name),
            Outcome::Refused(reason) => refused.push(format!("{name} ({reason})")),
            Outcome::Fails(reason) => {
                let what = reason.split(['\n', ':']).next().unwrap_or_default();
                failing
                    .entry(what)
                    .or_default()
                    .push(format!("{name}\n    {}", reason.replace('\n', "\n    ")));
            }
        }
    }
    let mut text = format!("corpus: {held} of {} cases hold", cases.len());
    if !refused.is_empty() {
        let _ = write!(
            text,
            "\n{} are of schemas that the server refuses:\n    {}",
            refused.len(),
            refused.join("\n    ")
        );
    }
    for (kinds, names) in &waiting {
        let _ = write!(text, "\n{} wait for {kinds}: {}", names.len(), names.join(", "));
    }
    for (what, names) in &failing {
        let _ = write!(text, "\n{} fail, {what}", names.len());
    }
    eprintln!("{text}");
    failing.into_values().flatten().collect::<Vec<_>>().join("\n")
}
