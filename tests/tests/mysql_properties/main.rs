//! What holds for every schema on MySQL or MariaDB, with rows. `SCHEMA_PROPERTY_MYSQL_CASES` says how many are tried for each property (15),
//! `SCHEMA_PROPERTY_SEED` from which seed: a number, so that a run can be repeated, or `random`, to look for new cases.

#![allow(clippy::unwrap_used, clippy::panic)]

mod journey;

use journey::{Bench, Names};
use proptest::collection::vec;
use proptest::prelude::*;
use schema_core::dialect::Scope;
use schema_tests::random;
use schema_tests::random::laws::{self, Outcome};
use schema_tests::random::mysql::{pair, sketch};
use schema_tests::server::Server;

/// Tries a law on random values, in databases that are emptied for each.
fn holds<S: Strategy>(strategy: S, law: impl Fn(&mut Bench, S::Value) -> Outcome) {
    let Some(server) = Server::Mysql.url() else { return };
    let config = random::config("SCHEMA_PROPERTY_MYSQL_CASES", 15, 300);
    random::holds(config, Bench::new(&server), strategy, |bench, value| {
        bench.reset();
        law(bench, value)
    });
}

#[test]
fn the_way_to_any_schema_settles_and_leads_back() {
    holds(pair(), |bench, pair| bench.there_and_back(&pair, Scope::Database, &Names::default()));
}

#[test]
fn renames_settle_and_lead_back() {
    holds((pair(), vec(any::<u8>(), 1..4)), |bench, (pair, choices)| {
        bench.there_and_back(&pair, Scope::Database, &Names::choose(&pair, &choices))
    });
}

#[test]
fn the_way_to_any_models_settles_and_leads_back() {
    holds((pair(), vec(any::<u8>(), 0..4)), |bench, (mut pair, choices)| {
        // What no model says stays.
        pair.before = pair.before.without_routines();
        pair.after = pair.after.without_routines();
        bench.there_and_back(&pair, Scope::Models, &Names::choose(&pair, &choices))
    });
}

#[test]
fn schemas_obey_the_laws_of_comparing() {
    holds((pair(), any::<[u64; 2]>()), |bench, (pair, order)| {
        let (current, desired) = bench.read(&pair)?;
        let engine = bench.engine();
        laws::order_does_not_count(engine, &current, &desired, order)?;
        laws::inverse_of_the_inverse(engine, &current, &desired)?;
        laws::normalising_again(engine, &current, &desired)
    });
}

#[test]
fn a_document_of_a_database_is_no_difference_to_it() {
    holds(sketch(), |bench, sketch| {
        let current = bench.read_one(&sketch)?;
        laws::is_no_difference(bench.engine(), &current, &current)?;
        laws::document_of_a_database(bench.engine(), &current)
    });
}
