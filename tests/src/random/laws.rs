//! What holds of schemas on every engine before anything is run.

use super::Spelling;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::{Scope, normalize, resolve};
use schema_core::model::{DatabaseSchema, Document, Engine, Trigger};
use schema_core::sql::firing::Firing;

/// What a law says.
pub type Outcome = Result<(), TestCaseError>;

/// An error as the failure of a case.
pub fn fail(error: impl ToString) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

fn between(
    engine: Engine,
    current: DatabaseSchema,
    desired: DatabaseSchema,
    scope: Scope,
) -> Result<Comparison, TestCaseError> {
    compare(engine, current, desired, scope, &[]).map_err(fail)
}

/// Two readings of one schema do not differ.
pub fn is_no_difference(engine: Engine, one: &DatabaseSchema, other: &DatabaseSchema) -> Outcome {
    for scope in [Scope::Database, Scope::Models] {
        let comparison = between(engine, one.clone(), other.clone(), scope)?;
        prop_assert!(comparison.is_empty(), "{:#?}", comparison.changes());
    }
    Ok(())
}

/// The order of what has none does not change the scripts.
pub fn order_does_not_count(
    engine: Engine,
    current: &DatabaseSchema,
    desired: &DatabaseSchema,
    order: [u64; 2],
) -> Outcome {
    let [mut one, mut other] = order.map(|seed| Spelling(seed.max(1)));
    let shuffled =
        between(engine, in_order(current, &mut one), in_order(desired, &mut other), Scope::Database)?;
    let plain = between(engine, current.clone(), desired.clone(), Scope::Database)?;
    for (plan, other) in [(plain.up(), shuffled.up()), (plain.down(), shuffled.down())] {
        prop_assert_eq!(plan.map_err(fail)?.to_script(), other.map_err(fail)?.to_script());
    }
    Ok(())
}

/// The schema with everything whose order means nothing in another one.
fn in_order(schema: &DatabaseSchema, order: &mut Spelling) -> DatabaseSchema {
    let mut schema = schema.clone();
    order.shuffle(&mut schema.namespaces);
    order.shuffle(&mut schema.tables);
    order.shuffle(&mut schema.enums);
    order.shuffle(&mut schema.views);
    // Triggers that fire together have an order among each other.
    let mut triggers: Vec<Vec<Trigger>> = Vec::new();
    for group in Firing::of(&schema.triggers).groups() {
        triggers.push(group.iter().map(|trigger| (*trigger).clone()).collect());
    }
    order.shuffle(&mut triggers);
    schema.triggers = triggers.concat();
    for table in &mut schema.tables {
        order.shuffle(&mut table.uniques);
        order.shuffle(&mut table.checks);
        order.shuffle(&mut table.foreign_keys);
        order.shuffle(&mut table.indexes);
    }
    schema
}

/// Changes turned round twice are themselves.
pub fn inverse_of_the_inverse(engine: Engine, current: &DatabaseSchema, desired: &DatabaseSchema) -> Outcome {
    let comparison = between(engine, current.clone(), desired.clone(), Scope::Database)?;
    prop_assert_eq!(&comparison.changes().inverse().inverse(), comparison.changes());
    Ok(())
}

/// Normalising twice is normalising once.
pub fn normalising_again(engine: Engine, current: &DatabaseSchema, desired: &DatabaseSchema) -> Outcome {
    for scope in [Scope::Database, Scope::Models] {
        let mut once = desired.clone();
        normalize(engine, current, &mut once, scope);
        let mut twice = once.clone();
        normalize(engine, current, &mut twice, scope);
        prop_assert_eq!(once, twice);
    }
    Ok(())
}

/// The document of a database is no difference to it, and comes back from JSON as it was.
pub fn document_of_a_database(engine: Engine, current: &DatabaseSchema) -> Outcome {
    let document = Document::from_schema(current.clone(), engine);
    let json = document.to_json().map_err(fail)?;
    let again = Document::from_json(&json).map_err(fail)?;
    prop_assert_eq!(again.to_json().map_err(fail)?, json);
    let desired = resolve(&again, engine).map_err(|problems| fail(format!("{problems:?}")))?;
    is_no_difference(engine, current, &desired)
}
