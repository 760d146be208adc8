//! How many random values a property is tried on, and from where.

use super::laws::Outcome;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use std::cell::RefCell;

/// As many cases as a variable of the environment says, or the usual number, from the seed of `SCHEMA_PROPERTY_SEED`: a number (1), or `random`. `shrinks` bounds
/// the search for a simpler case that fails too.
#[must_use]
pub fn config(variable: &str, usual: u32, shrinks: u32) -> ProptestConfig {
    let count = std::env::var(variable).ok().and_then(|count| count.parse().ok());
    ProptestConfig {
        cases: count.unwrap_or(usual),
        max_shrink_iters: shrinks,
        failure_persistence: None,
        rng_seed: match std::env::var("SCHEMA_PROPERTY_SEED").ok().as_deref() {
            Some("random") => RngSeed::Random,
            seed => RngSeed::Fixed(seed.and_then(|seed| seed.parse().ok()).unwrap_or(1)),
        },
        ..ProptestConfig::default()
    }
}

/// Tries a law on random values, with databases that are used again.
///
/// # Panics
///
/// The law does not hold.
pub fn holds<B, S: Strategy>(
    config: ProptestConfig,
    bench: B,
    strategy: S,
    law: impl Fn(&mut B, S::Value) -> Outcome,
) {
    let bench = RefCell::new(bench);
    let outcome = TestRunner::new(config).run(&strategy, |value| law(&mut bench.borrow_mut(), value));
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
