//! What holds for every schema. `SCHEMA_PROPERTY_CASES` says how many are tried for each property.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use rusqlite::Connection;
use rusqlite::types::Value;
use schema_core::autogenerate::{Comparison, Scripts, compare, scripts};
use schema_core::dialect::Scope;
use schema_core::dialect::sqlite::{fold, quote};
use schema_core::driver::sqlite::SqliteDriver;
use schema_core::model::Engine;
use schema_core::sql::{Hazard, Plan};
use schema_tests::account::{Account, account, differences};
use schema_tests::random::{Pair, SchemaSpec, TableSpec, insert, pair, seed};
use schema_tests::revisions::Revisions;
use schema_tests::sqlite::{load, schema};
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

fn loaded(script: &str) -> Result<SqliteDriver, TestCaseError> {
    load(script).map_err(|error| TestCaseError::fail(format!("does not load: {error}")))
}

fn between(from: &SqliteDriver, to: &SqliteDriver) -> Result<Comparison, TestCaseError> {
    let (current, desired) = (schema(from.connection()), schema(to.connection()));
    compare(Engine::Sqlite, current, desired, Scope::Database, &[]).map_err(fail)
}

fn there_and_back(pair: &Pair) -> Outcome {
    let (mut database, wanted) = (loaded(&pair.before_script)?, loaded(&pair.after_script)?);
    fill(database.connection(), pair)?;
    let (start, goal) = (account(database.connection()), account(wanted.connection()));
    let rows_at_start = rows(database.connection(), pair, &pair.before)?;

    let comparison = between(&database, &wanted)?;
    let apart = differences(&start, &goal);
    prop_assert_eq!(
        apart.is_empty(),
        comparison.is_empty(),
        "told apart by\n{}but the difference is {:#?}",
        apart,
        comparison.changes()
    );
    if comparison.is_empty() {
        return Ok(());
    }
    let Scripts { up, down, unproven } = scripts(&database, &comparison).map_err(fail)?;
    prop_assert_eq!(unproven, None);

    let mut revisions = Revisions::new(Engine::Sqlite);
    let applied = revisions.apply(&mut database, &up, &down);
    applied.map_err(|error| fail(format!("up is refused: {error}\n{}", up.to_script())))?;
    leads_to(&database, &goal, "up", &up)?;
    let again = between(&database, &wanted)?;
    prop_assert!(again.is_empty(), "does not settle: {:#?}\nby {}", again.changes(), up.to_script());
    let rows_between = rows(database.connection(), pair, &pair.after)?;
    prop_assert_eq!(counts(&rows_at_start), counts(&rows_between), "rows are lost by\n{}", up.to_script());

    match revisions.undo(&mut database) {
        Ok(()) => {
            let rows_at_end = rows(database.connection(), pair, &pair.before)?;
            if rows_between == rows_at_start {
                prop_assert_eq!(&rows_at_end, &rows_at_start, "down loses rows by\n{}", down.to_script());
            } else {
                // Values that a type has changed on the way up stay changed.
                prop_assert_eq!(
                    counts(&rows_at_end),
                    counts(&rows_at_start),
                    "down loses rows by\n{}",
                    down.to_script()
                );
            }
        }
        Err(error) => {
            // What was dropped is missed; without rows the way back must lead there.
            prop_assert!(warns(&down), "down is refused without a warning: {error}\n{}", down.to_script());
            leads_to(&database, &goal, "a refused script", &down)?;
            prop_assert_eq!(
                &rows(database.connection(), pair, &pair.after)?,
                &rows_between,
                "a refused script changes rows"
            );
            empty(database.connection(), &pair.after);
            let undone = revisions.undo(&mut database);
            undone.map_err(|error| {
                fail(format!("down is refused without rows: {error}\n{}", down.to_script()))
            })?;
        }
    }
    leads_to(&database, &start, "down", &down)?;
    let left = between(&database, &loaded(&pair.before_script)?)?;
    prop_assert!(left.is_empty(), "down leaves {:#?}", left.changes());
    Ok(())
}

fn fail(error: impl ToString) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

fn fill(connection: &Connection, pair: &Pair) -> Outcome {
    let seeds = seed(&pair.before, (&pair.before_script, &pair.after_script), &pair.after, &pair.seeds);
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    for (table, row) in &seeds {
        let stored = pair.before.table(table).and_then(|table| insert(connection, table, row));
        prop_assert!(stored.is_some(), "a row is refused: {table} {row:?}");
    }
    for table in &pair.before.tables {
        spread_rowids(connection, table);
    }
    connection.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    Ok(())
}

fn empty(connection: &Connection, schema: &SchemaSpec) {
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    for table in &schema.tables {
        connection.execute_batch(&format!("DELETE FROM {}", quote(&table.name))).unwrap();
    }
    connection.execute_batch("PRAGMA foreign_keys = ON").unwrap();
}

/// Whether the script says that rows may forbid it, or that values change, which constraints may then refuse.
fn warns(plan: &Plan) -> bool {
    plan.statements
        .iter()
        .flat_map(|statement| &statement.hazards)
        .any(|hazard| matches!(hazard, Hazard::MayFail(_) | Hazard::DestroysData(_)))
}

fn leads_to(database: &SqliteDriver, goal: &Account, name: &str, plan: &Plan) -> Outcome {
    let apart = differences(goal, &account(database.connection()));
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
