//! What holds for every schema. `SCHEMA_PROPERTY_CASES` says how many are tried for each property.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use rusqlite::Connection;
use rusqlite::types::Value;
use schema_core::autogenerate::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::dialect::sqlite::{fold, quote};
use schema_core::model::{Engine, Schema};
use schema_core::sql::{Hazard, Plan};
use schema_tests::account::{Account, account, differences};
use schema_tests::random::{Pair, SchemaSpec, TableSpec, insert, pair, seed};
use schema_tests::sqlite::{load, run, schema};
use std::collections::BTreeMap;

type Outcome = Result<(), TestCaseError>;

fn cases() -> ProptestConfig {
    let count = std::env::var("SCHEMA_PROPERTY_CASES").ok().and_then(|count| count.parse().ok());
    ProptestConfig {
        cases: count.unwrap_or(300),
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_way_to_any_schema_settles_and_leads_back(pair in pair()) {
        there_and_back(&pair)?;
    }
}

fn loaded(script: &str) -> Result<Connection, TestCaseError> {
    load(script).map_err(|error| TestCaseError::fail(format!("does not load: {error}")))
}

fn between(current: Schema, desired: Schema) -> Result<Comparison, TestCaseError> {
    compare(Engine::Sqlite, current, desired, Scope::Database, &[])
        .map_err(|error| TestCaseError::fail(error.to_string()))
}

fn there_and_back(pair: &Pair) -> Outcome {
    let (database, wanted) = (loaded(&pair.before_script)?, loaded(&pair.after_script)?);
    let seeds = seed(&pair.before, (&pair.before_script, &pair.after_script), &pair.after, &pair.seeds);
    database.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    for (table, row) in &seeds {
        let stored = pair.before.table(table).and_then(|table| insert(&database, table, row));
        prop_assert!(stored.is_some(), "a row is refused: {table} {row:?}");
    }
    for table in &pair.before.tables {
        spread_rowids(&database, table);
    }
    database.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    let (start, goal) = (account(&database), account(&wanted));
    let rows_at_start = rows(&database, pair, &pair.before)?;

    let comparison = between(schema(&database), schema(&wanted))?;
    let apart = differences(&start, &goal);
    prop_assert_eq!(
        apart.is_empty(),
        comparison.is_empty(),
        "told apart by\n{}but the difference is {:#?}",
        apart,
        comparison.changes()
    );
    let (up, down) = (
        comparison.up().map_err(|error| TestCaseError::fail(error.to_string()))?,
        comparison.down().map_err(|error| TestCaseError::fail(error.to_string()))?,
    );
    let step = |name: &str, plan: &Plan, goal: &Account| -> Outcome {
        if let Err(error) = run(&database, plan) {
            return Err(TestCaseError::fail(format!("{name} is refused: {error}\n{}", plan.to_script())));
        }
        leads_to(&database, goal, name, plan)
    };
    step("up", &up, &goal)?;
    let again = between(schema(&database), schema(&wanted))?;
    prop_assert!(again.is_empty(), "does not settle: {:#?}\nby {}", again.changes(), up.to_script());
    let rows_between = rows(&database, pair, &pair.after)?;
    prop_assert_eq!(counts(&rows_at_start), counts(&rows_between), "rows are lost by\n{}", up.to_script());

    let may_fail = down
        .statements
        .iter()
        .flat_map(|statement| &statement.hazards)
        .any(|hazard| matches!(hazard, Hazard::MayFail(_) | Hazard::DestroysData(_)));
    if may_fail && run(&database, &down).is_err() {
        // What was dropped is missed; without rows the way back must lead there.
        prop_assert_eq!(&account(&database), &goal, "a refused script changes something");
        prop_assert_eq!(&rows(&database, pair, &pair.after)?, &rows_between, "a refused script changes rows");
        for table in &pair.after.tables {
            database.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
            database.execute_batch(&format!("DELETE FROM {}", quote(&table.name))).unwrap();
            database.execute_batch("PRAGMA foreign_keys = ON").unwrap();
        }
        step("down", &down, &start)?;
    } else {
        if !may_fail {
            step("down", &down, &start)?;
        }
        leads_to(&database, &start, "down", &down)?;
        let rows_at_end = rows(&database, pair, &pair.before)?;
        if rows_between == rows_at_start {
            prop_assert_eq!(&rows_at_end, &rows_at_start, "down loses rows by\n{}", down.to_script());
        } else {
            prop_assert_eq!(
                counts(&rows_at_end),
                counts(&rows_at_start),
                "down loses rows by\n{}",
                down.to_script()
            );
        }
    }
    let left = between(schema(&database), schema(&loaded(&pair.before_script)?))?;
    prop_assert!(left.is_empty(), "down leaves {:#?}", left.changes());
    Ok(())
}

fn leads_to(database: &Connection, goal: &Account, name: &str, plan: &Plan) -> Outcome {
    let apart = differences(goal, &account(database));
    prop_assert!(apart.is_empty(), "{name} leads elsewhere:\n{apart}by\n{}", plan.to_script());
    Ok(())
}

/// Makes gaps between rowids, so that a new numbering shows.
fn spread_rowids(connection: &Connection, table: &TableSpec) {
    if let Some(rowid) = hidden_rowid(table) {
        let sql = format!("UPDATE OR IGNORE {} SET {rowid} = {rowid} * 10", quote(&table.name));
        connection.execute_batch(&sql).unwrap();
    }
}

/// The rowid's name, where the table has a rowid that is no column.
fn hidden_rowid(table: &TableSpec) -> Option<&'static str> {
    let alias = match table.key_columns().as_slice() {
        [only] => table.column(only).is_some_and(|column| column.ty == "INTEGER"),
        _ => false,
    };
    if table.without_rowid || alias {
        return None;
    }
    ["_rowid_", "oid", "rowid"].into_iter().find(|name| table.column(name).is_none())
}

/// The rows of the tables that are in both schemas, as far as their columns are, with their rowids.
fn rows(
    connection: &Connection,
    pair: &Pair,
    now: &SchemaSpec,
) -> Result<BTreeMap<String, Vec<String>>, TestCaseError> {
    let mut rows = BTreeMap::new();
    for before in &pair.before.tables {
        let Some(after) = pair.after.table(&before.name) else { continue };
        let mut columns: Vec<String> = before
            .columns
            .iter()
            .filter(|column| column.generated.is_none())
            .filter(|column| after.column(&column.name).is_some_and(|other| other.generated.is_none()))
            .map(|column| quote(&column.name))
            .collect();
        if hidden_rowid(before).is_some()
            && hidden_rowid(after).is_some()
            && let Some(name) = now.table(&before.name).and_then(hidden_rowid)
        {
            columns.push(name.to_owned());
        }
        columns.push("1".to_owned());
        let sql = format!("SELECT {} FROM {}", columns.join(", "), quote(&before.name));
        let mut statement =
            connection.prepare(&sql).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let mut found: Vec<String> = statement
            .query_map([], |row| {
                (0..columns.len())
                    .map(|index| row.get::<_, Value>(index).map(|value| format!("{value:?}")))
                    .collect::<rusqlite::Result<Vec<_>>>()
            })
            .unwrap()
            .map(|row| row.unwrap().join(" | "))
            .collect();
        found.sort();
        rows.insert(fold(&before.name), found);
    }
    Ok(rows)
}

fn counts(rows: &BTreeMap<String, Vec<String>>) -> BTreeMap<&String, usize> {
    rows.iter().map(|(table, rows)| (table, rows.len())).collect()
}
