//! What `#[schema_core::test]` calls.

use super::database::TestDatabase;
use super::databases::TestDatabases;
use crate::error::Error;
use std::path::Path;

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

/// The databases of a package's migrations folder: where the package is now or, where nobody says, where it was built.
///
/// # Errors
///
/// The folder cannot be read or is not sound.
#[doc(hidden)]
pub fn of_package(built_in: &str, folder: &str) -> Result<TestDatabases, Error> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| built_in.into());
    TestDatabases::from_directory(Path::new(&package).join(folder))
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
