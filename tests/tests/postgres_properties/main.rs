//! What holds for every schema on PostgreSQL, with rows. `SCHEMA_PROPERTY_POSTGRES_CASES` says how many are tried for each property (25),
//! `SCHEMA_PROPERTY_SEED` from which seed: a number, so that a run can be repeated, or `random`, to look for new cases.

#![allow(clippy::unwrap_used, clippy::panic)]

mod journey;

use journey::{Bench, Names};
use proptest::collection::vec;
use proptest::prelude::*;
use schema_core::dialect::Scope;
use schema_core::model::Engine;
use schema_tests::random;
use schema_tests::random::laws::{self, Outcome};
use schema_tests::random::postgres::{pair, sketch};
use schema_tests::server::Server;

/// Tries a law on random values, in databases that are emptied for each.
fn holds<S: Strategy>(strategy: S, law: impl Fn(&mut Bench, S::Value) -> Outcome) {
    let Some(server) = Server::Postgres.url() else { return };
    let config = random::config("SCHEMA_PROPERTY_POSTGRES_CASES", 25, 1_000);
    random::holds(config, Bench::new(&server), strategy, |bench, value| {
        bench.reset();
        law(bench, value)
    });
}

#[test]
fn the_way_to_any_schema_settles_and_leads_back() {
    holds((pair(), any::<bool>()), |bench, (pair, online)| {
        bench.there_and_back(&pair, (Scope::Database, online), &Names::default())
    });
}

#[test]
fn renames_settle_and_lead_back() {
    holds((pair(), vec(any::<u8>(), 1..4), any::<bool>()), |bench, (pair, choices, online)| {
        let pair = pair.that_follow_renames();
        bench.there_and_back(&pair, (Scope::Database, online), &Names::choose(&pair, &choices))
    });
}

#[test]
fn the_way_to_any_models_settles_and_leads_back() {
    holds((pair(), vec(any::<u8>(), 0..4), any::<bool>()), |bench, (pair, choices, online)| {
        let pair = pair.of_models();
        bench.there_and_back(&pair, (Scope::Models, online), &Names::choose(&pair, &choices))
    });
}

#[test]
fn schemas_obey_the_laws_of_comparing() {
    holds((pair(), any::<[u64; 2]>()), |bench, (pair, order)| {
        let (current, desired) = bench.read(&pair)?;
        laws::order_does_not_count(Engine::Postgres, &current, &desired, order)?;
        laws::inverse_of_the_inverse(Engine::Postgres, &current, &desired)?;
        laws::normalising_again(Engine::Postgres, &current, &desired)
    });
}

#[test]
fn a_document_of_a_database_is_no_difference_to_it() {
    holds(sketch(), |bench, sketch| {
        let current = bench.read_one(&sketch)?;
        laws::is_no_difference(Engine::Postgres, &current, &current)?;
        laws::document_of_a_database(Engine::Postgres, &current)
    });
}
