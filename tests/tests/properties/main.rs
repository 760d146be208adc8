//! What holds for every schema. `SCHEMA_PROPERTY_CASES` says how many are tried for each property (300, in CI 1,000), `SCHEMA_PROPERTY_SEED` from which seed: a
//! number, so that a run can be repeated, or `random`, to look for new cases.

#![allow(clippy::unwrap_used)]

mod journey;
mod schemas;

use journey::there_and_back;
use proptest::collection::vec;
use proptest::prelude::*;
use schema_core::dialect::Scope;
use schema_tests::random::{config, pair, schema};

fn cases() -> ProptestConfig {
    let usual = if std::env::var_os("CI").is_some() { 1_000 } else { 300 };
    config("SCHEMA_PROPERTY_CASES", usual, 20_000)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_way_to_any_schema_settles_and_leads_back(pair in pair()) {
        there_and_back(&pair, Scope::Database, &[])?;
    }

    #[test]
    fn renames_settle_and_lead_back(pair in pair(), renames in vec(any::<u8>(), 1..5)) {
        there_and_back(&pair, Scope::Database, &renames)?;
    }

    #[test]
    fn the_way_to_any_models_settles_and_leads_back(pair in pair(), renames in vec(any::<u8>(), 0..5)) {
        there_and_back(&pair.of_models(), Scope::Models, &renames)?;
    }

    #[test]
    fn the_same_schema_in_another_spelling_is_no_difference(
        schema in schema(),
        spellings in any::<[u64; 2]>(),
    ) {
        schemas::spelling_is_no_difference(&schema, spellings)?;
    }

    #[test]
    fn the_order_of_the_input_does_not_change_the_output(pair in pair(), order in any::<[u64; 2]>()) {
        schemas::order_does_not_count(&pair, order)?;
    }

    #[test]
    fn changes_turned_round_twice_are_themselves(pair in pair()) {
        schemas::inverse_of_the_inverse(&pair)?;
    }

    #[test]
    fn normalising_twice_is_normalising_once(pair in pair()) {
        schemas::normalising_again(&pair)?;
    }

    #[test]
    fn a_document_of_a_database_is_no_difference_to_it(schema in schema(), spelling in any::<u64>()) {
        schemas::document_of_a_database(&schema, spelling)?;
    }
}
