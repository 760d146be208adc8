//! What holds of SQLite's schemas before anything is run.

use crate::journey::loaded;
use proptest::test_runner::TestCaseError;
use schema_core::model::{DatabaseSchema, Engine};
use schema_tests::random::laws::{self, Outcome};
use schema_tests::random::{Pair, SchemaSpec, Spelling, script};
use schema_tests::sqlite::schema;

fn read(script: &str) -> Result<DatabaseSchema, TestCaseError> {
    Ok(schema(loaded(script)?.connection()))
}

fn read_both(pair: &Pair) -> Result<(DatabaseSchema, DatabaseSchema), TestCaseError> {
    Ok((read(&pair.before_script)?, read(&pair.after_script)?))
}

pub(crate) fn spelling_is_no_difference(spec: &SchemaSpec, spellings: [u64; 2]) -> Outcome {
    let [one, other] = spellings.map(|number| script(spec, &mut Spelling(number)));
    laws::is_no_difference(Engine::Sqlite, &read(&one)?, &read(&other)?)
        .map_err(|error| laws::fail(format!("{one}\n{other}\n{error}")))
}

pub(crate) fn order_does_not_count(pair: &Pair, order: [u64; 2]) -> Outcome {
    let (current, desired) = read_both(pair)?;
    laws::order_does_not_count(Engine::Sqlite, &current, &desired, order)
}

pub(crate) fn inverse_of_the_inverse(pair: &Pair) -> Outcome {
    let (current, desired) = read_both(pair)?;
    laws::inverse_of_the_inverse(Engine::Sqlite, &current, &desired)
}

pub(crate) fn normalising_again(pair: &Pair) -> Outcome {
    let (current, desired) = read_both(pair)?;
    laws::normalising_again(Engine::Sqlite, &current, &desired)
}

pub(crate) fn document_of_a_database(spec: &SchemaSpec, spelling: u64) -> Outcome {
    laws::document_of_a_database(Engine::Sqlite, &read(&script(spec, &mut Spelling(spelling)))?)
}
