//! What `#[schema_core::test]` calls.

use super::database::TestDatabase;
use super::databases::TestDatabases;
use crate::error::Error;

/// What a test returns.
#[doc(hidden)]
pub trait TestOutcome {
    /// Whether the test has failed without a panic.
    fn has_failed(&self) -> bool;
}

impl TestOutcome for () {
    fn has_failed(&self) -> bool {
        false
    }
}

impl<T, E> TestOutcome for Result<T, E> {
    fn has_failed(&self) -> bool {
        self.is_err()
    }
}

/// Runs a test with a database of its own, which stays where the test fails.
///
/// # Panics
///
/// Where there can be no database.
#[doc(hidden)]
pub fn run<Outcome: TestOutcome>(
    databases: Result<TestDatabases, Error>,
    test: impl FnOnce(TestDatabase) -> Outcome,
) -> Outcome {
    let database = match databases.and_then(|databases| databases.fresh()) {
        Ok(database) => database,
        Err(error) => {
            let hint = error.hint().map_or_else(String::new, |hint| format!("\nhint: {hint}"));
            #[expect(clippy::panic, reason = "it fails the test")]
            {
                panic!("there is no database for this test: {error}{hint}");
            }
        }
    };
    let copy = database.shared();
    let outcome = test(database);
    if outcome.has_failed() {
        copy.keep();
    }
    outcome
}
