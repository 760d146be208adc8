//! Every change of the corpus on PostgreSQL, by the oracle in its README: the script leads to the schema after, a second comparison is empty, and the way
//! back leads to the schema before.
//!
//! A case in which an object differs that this release cannot plan is not tried, but the object must be named: silence is a failure.
//! `SCHEMA_CORPUS_CASE` picks the cases whose names contain it, `SCHEMA_CORPUS_PG_DUMP=all` asks `pg_dump` about each case and not only about some.

#![allow(clippy::unwrap_used)]

use postgres::error::SqlState;
use postgres::{Client, NoTls};
use schema_core::apply::apply;
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::model::{DatabaseSchema, Engine};
use schema_core::plan::Unplanned;
use schema_core::proof::prove;
use schema_core::sql::Plan;
use schema_tests::corpus::{Case, cases};
use schema_tests::postgres::{Dump, Refusal, Roles, Scratch, differences, kinds_that_differ, version};
use schema_tests::server::Server;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// An older server may lack words that a script needs without saying so.
const CORPUS_VERSION: i32 = 15;

/// What the planner changes; all other kinds are read and kept.
const PLANNED: [&str; 4] = ["enum", "schema", "table", "view"];

/// One case in so many is shown to `pg_dump` too, which takes longer than all the rest.
const SPOT_CHECK: usize = 25;

/// What some scripts call and no PostgreSQL has; an application would bring it.
const FUNCTIONS: &str =
    "CREATE FUNCTION len(text) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT pg_catalog.length($1)'";

/// How a case ends.
enum Outcome {
    /// As it should.
    Holds,
    /// An object of these kinds differs, and is named.
    Waits(BTreeSet<String>),
    /// The server takes no such schema, so there is nothing to change.
    Refused(String),
    /// A column gets a type that its values cannot be converted to, or not back; that is refused, and the server knows no way either.
    NoConversion(String),
    /// Otherwise.
    Fails(String),
}

/// The databases of a thread.
struct Bench {
    before: Scratch,
    after: Scratch,
    proof: Scratch,
}

impl Bench {
    fn new(server: &str) -> Self {
        Bench {
            before: Scratch::create(server),
            after: Scratch::create(server),
            proof: Scratch::create(server),
        }
    }

    fn reset(&mut self) {
        self.before.reset();
        self.after.reset();
        self.proof.reset();
    }

    fn load(&mut self, case: &Case) -> Result<(), Refusal> {
        let scripts = [(&mut self.before, &case.before), (&mut self.after, &case.after)];
        let Err(refusal) = scripts.into_iter().try_for_each(|(database, script)| database.load(script))
        else {
            return Ok(());
        };
        if refusal.code != Some(SqlState::UNDEFINED_FUNCTION) {
            return Err(refusal);
        }
        for (database, script) in [(&mut self.before, &case.before), (&mut self.after, &case.after)] {
            database.reset();
            database.load(FUNCTIONS)?;
            database.load(script)?;
        }
        Ok(())
    }

    fn try_out(&mut self, case: &Case, ask_pg_dump: bool) -> Result<Outcome, String> {
        if let Err(refusal) = self.load(case) {
            return match refusal.code {
                Some(SqlState::DATATYPE_MISMATCH) => Ok(Outcome::Refused(refusal.message)),
                Some(SqlState::SYNTAX_ERROR | SqlState::INVALID_PARAMETER_VALUE)
                    if self.before.version() < CORPUS_VERSION =>
                {
                    Ok(Outcome::Refused(refusal.message))
                }
                _ => Err(format!("does not load: {}", refusal.message)),
            };
        }
        let (start, goal) = (self.before.dump(), self.after.dump());
        if ask_pg_dump {
            agrees(&self.before, &self.after, start == goal)?;
        }
        let (current, desired) = (self.before.introspect(), self.after.introspect());
        for schema in [&current, &desired] {
            is_nothing("a schema differs from itself", &between(schema, schema))?;
        }
        let comparison = between(&current, &desired);
        if start == goal {
            is_nothing("alike, but", &comparison)?;
            return Ok(Outcome::Holds);
        }
        let waiting: BTreeSet<String> = kinds_that_differ(&start, &goal)
            .into_iter()
            .filter(|kind| !PLANNED.contains(&kind.as_str()))
            .collect();
        let (_, unplanned) = comparison.clone().leaving_unplanned();
        if !unplanned.is_empty() {
            return match waiting.is_empty() {
                true => Err(format!("objects are not planned: {unplanned:#?}")),
                false => Ok(Outcome::Waits(waiting)),
            };
        }
        let (mut up, mut down) = match (comparison.up(), comparison.down()) {
            (Ok(up), Ok(down)) => (up, down),
            (Err(_), _) | (_, Err(_)) if !waiting.is_empty() => return Ok(Outcome::Waits(waiting)),
            (Err(error @ Unplanned::NoConversion { .. }), Err(_)) if self.knows_no_way(&error) => {
                return Ok(Outcome::NoConversion(error.to_string()));
            }
            (Err(error), _) | (_, Err(error)) => return Err(format!("not planned: {error}")),
        };
        let proof = prove(self.proof.driver(), &comparison, &up, &down).map_err(|error| {
            format!("not proven: {error}\n{}\n-- down\n{}", up.to_script(), down.to_script())
        });
        let proof = proof.map(|proven| (up, down) = (proven.up, proven.down));
        self.go(&comparison, &up, &start, &goal, "up", &desired)?;
        if ask_pg_dump {
            agrees(&self.before, &self.after, true)?;
        }
        self.go(&comparison, &down, &goal, &start, "down", &current)?;
        proof.map(|_| Outcome::Holds)
    }

    /// Whether the server, for each of the columns, has a cast at most in one direction, and none of the types is read from any text.
    fn knows_no_way(&mut self, error: &Unplanned) -> bool {
        let Unplanned::NoConversion { columns } = error else { return false };
        let sql = "WITH ends AS (
                SELECT (SELECT coalesce(nullif(typelem, 0), oid) FROM pg_type WHERE oid = to_regtype($1) AND typcategory = 'A'
                    UNION ALL SELECT oid FROM pg_type WHERE oid = to_regtype($1) AND typcategory <> 'A') AS one,
                    (SELECT coalesce(nullif(typelem, 0), oid) FROM pg_type WHERE oid = to_regtype($2) AND typcategory = 'A'
                    UNION ALL SELECT oid FROM pg_type WHERE oid = to_regtype($2) AND typcategory <> 'A') AS other)
            SELECT (SELECT count(*) FROM pg_cast WHERE (castsource, casttarget) IN ((one, other), (other, one))) < 2
                AND NOT EXISTS (SELECT FROM pg_type WHERE oid IN (one, other) AND typcategory IN ('S', 'E'))
            FROM ends";
        columns.iter().all(|column| {
            let [from, to] = [&column.from, &column.to].map(|ty| without_modifiers(ty));
            self.before.client().query_one(sql, &[&from, &to]).unwrap().get(0)
        })
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
        let left = between(&self.before.introspect(), schema);
        is_nothing(&format!("{direction} does not settle"), &left)
            .map_err(|error| format!("{error}\n{}", script()))
    }
}

/// `to_regtype` of older servers takes none.
fn without_modifiers(ty: &str) -> String {
    match (ty.split_once('('), ty.split_once(')')) {
        (Some((name, _)), Some((_, rest))) => format!("{name}{rest}"),
        (Some(_) | None, _) => ty.to_owned(),
    }
}

fn between(current: &DatabaseSchema, desired: &DatabaseSchema) -> Comparison {
    compare(Engine::Postgres, current.clone(), desired.clone(), Scope::Database, &[]).unwrap()
}

fn is_nothing(what: &str, comparison: &Comparison) -> Result<(), String> {
    match comparison.is_empty() {
        true => Ok(()),
        false => Err(format!("{what}: {:#?}", comparison.changes())),
    }
}

/// The project's own dump and `pg_dump` must be of one opinion.
fn agrees(one: &Scratch, other: &Scratch, alike: bool) -> Result<(), String> {
    let (Some(one), Some(other)) = (one.pg_dump(), other.pg_dump()) else { return Ok(()) };
    if (one == other) == alike {
        return Ok(());
    }
    let only = |these: &[String], those: &[String]| -> String {
        let only: Vec<&str> = these.iter().filter(|it| !those.contains(it)).map(String::as_str).collect();
        only.join("\n")
    };
    Err(format!("pg_dump sees it otherwise:\n{}\n--\n{}", only(&one, &other), only(&other, &one)))
}

#[test]
fn every_change_of_the_corpus_holds() {
    let Some(mut cases) = cases("postgres") else {
        eprintln!("skipped: there is no corpus beside this checkout");
        return;
    };
    let Some(server) = Server::Postgres.url() else { return };
    let version = version(&mut Client::connect(&server, NoTls).unwrap());
    cases.retain(|case| case.is_for(version));
    let _roles = Roles::create(&server, cases.iter().flat_map(|case| &case.roles).map(String::as_str));
    if let Ok(part) = std::env::var("SCHEMA_CORPUS_CASE") {
        cases.retain(|case| case.case.contains(&part));
    }
    let ask_all = std::env::var("SCHEMA_CORPUS_PG_DUMP").is_ok_and(|which| which == "all");

    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let work = || {
        let mut bench = Bench::new(&server);
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(number) else { break };
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                bench.try_out(case, ask_all || number % SPOT_CHECK == 0).unwrap_or_else(Outcome::Fails)
            }));
            let outcome = outcome.unwrap_or_else(|panic| {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                Outcome::Fails(format!(
                    "panics: {}",
                    text.or(panic.downcast_ref().copied()).unwrap_or_default()
                ))
            });
            outcomes.lock().unwrap().insert(number, outcome);
            bench.reset();
        }
    };
    let threads = thread::available_parallelism().map_or(4, |count| count.get() * 2).min(cases.len());
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));

    let outcomes = outcomes.into_inner().unwrap();
    let failures = report(&cases, &outcomes);
    assert!(failures.is_empty(), "{failures}");
}

/// Prints the figures, and returns what fails, grouped by how it does.
fn report(cases: &[Case], outcomes: &BTreeMap<usize, Outcome>) -> String {
    let mut held = 0;
    let mut refused = Vec::new();
    let mut not_converted = Vec::new();
    let mut waiting: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut failing: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (number, outcome) in outcomes {
        let name = cases[*number].case.as_str();
        match outcome {
            Outcome::Holds => held += 1,
            Outcome::Refused(reason) => refused.push(format!("{name} ({reason})")),
            Outcome::NoConversion(reason) => not_converted.push(format!("{name} ({reason})")),
            Outcome::Waits(kinds) => {
                let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
                waiting.entry(kinds.join(", ")).or_default().push(name);
            }
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
            "\n{} are of schemas that the server refuses: {}",
            refused.len(),
            refused.join(", ")
        );
    }
    if !not_converted.is_empty() {
        let _ = write!(
            text,
            "\n{} change types without a conversion: {}",
            not_converted.len(),
            not_converted.join(", ")
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
