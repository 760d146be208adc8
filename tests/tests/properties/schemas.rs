//! What holds of schemas before anything is run.

use crate::journey::{Outcome, fail, loaded};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use schema_core::autogenerate::{Comparison, compare};
use schema_core::dialect::{Scope, normalize, resolve};
use schema_core::model::{Document, Engine, Schema};
use schema_tests::random::{Pair, SchemaSpec, Spelling, script};
use schema_tests::sqlite::schema;

fn read(script: &str) -> Result<Schema, TestCaseError> {
    Ok(schema(loaded(script)?.connection()))
}

fn between(current: Schema, desired: Schema, scope: Scope) -> Result<Comparison, TestCaseError> {
    compare(Engine::Sqlite, current, desired, scope, &[]).map_err(fail)
}

pub(crate) fn spelling_is_no_difference(spec: &SchemaSpec, spellings: [u64; 2]) -> Outcome {
    let [one, other] = spellings.map(|number| script(spec, &mut Spelling(number)));
    for scope in [Scope::Database, Scope::Models] {
        let comparison = between(read(&one)?, read(&other)?, scope)?;
        prop_assert!(comparison.is_empty(), "{one}\n{other}\n{:#?}", comparison.changes());
    }
    Ok(())
}

pub(crate) fn order_does_not_count(pair: &Pair, order: [u64; 2]) -> Outcome {
    let (current, desired) = (read(&pair.before_script)?, read(&pair.after_script)?);
    let [mut one, mut other] = order.map(|seed| Spelling(seed.max(1)));
    let shuffled = between(in_order(&current, &mut one), in_order(&desired, &mut other), Scope::Database)?;
    let plain = between(current, desired, Scope::Database)?;
    for (plan, other) in [(plain.up(), shuffled.up()), (plain.down(), shuffled.down())] {
        prop_assert_eq!(plan.map_err(fail)?.to_script(), other.map_err(fail)?.to_script());
    }
    Ok(())
}

/// The schema with everything whose order means nothing in another one.
fn in_order(schema: &Schema, order: &mut Spelling) -> Schema {
    let mut schema = schema.clone();
    order.shuffle(&mut schema.tables);
    order.shuffle(&mut schema.views);
    order.shuffle(&mut schema.triggers);
    for table in &mut schema.tables {
        order.shuffle(&mut table.uniques);
        order.shuffle(&mut table.checks);
        order.shuffle(&mut table.foreign_keys);
        order.shuffle(&mut table.indexes);
    }
    schema
}

pub(crate) fn inverse_of_the_inverse(pair: &Pair) -> Outcome {
    let comparison = between(read(&pair.before_script)?, read(&pair.after_script)?, Scope::Database)?;
    prop_assert_eq!(&comparison.changes().inverse().inverse(), comparison.changes());
    Ok(())
}

pub(crate) fn normalising_again(pair: &Pair) -> Outcome {
    let (current, desired) = (read(&pair.before_script)?, read(&pair.after_script)?);
    for scope in [Scope::Database, Scope::Models] {
        let mut once = desired.clone();
        normalize(Engine::Sqlite, &current, &mut once, scope);
        let mut twice = once.clone();
        normalize(Engine::Sqlite, &current, &mut twice, scope);
        prop_assert_eq!(once, twice);
    }
    Ok(())
}

pub(crate) fn document_of_a_database(spec: &SchemaSpec, spelling: u64) -> Outcome {
    let current = read(&script(spec, &mut Spelling(spelling)))?;
    let document = Document::from_schema(current.clone(), Engine::Sqlite);
    let json = document.to_json().map_err(fail)?;
    let again = Document::from_json(&json).map_err(fail)?;
    prop_assert_eq!(&again, &document);
    prop_assert_eq!(again.to_json().map_err(fail)?, json);
    let desired = resolve(&again, Engine::Sqlite).map_err(|problems| fail(format!("{problems:?}")))?;
    for scope in [Scope::Database, Scope::Models] {
        let comparison = between(current.clone(), desired.clone(), scope)?;
        prop_assert!(comparison.is_empty(), "{:#?}", comparison.changes());
    }
    Ok(())
}
