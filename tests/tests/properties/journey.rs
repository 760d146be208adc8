//! From one schema to another and back, with rows.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use rusqlite::Connection;
use rusqlite::types::Value;
use schema_core::autogenerate::{Scripts, scripts};
use schema_core::comparison::compare;
use schema_core::dialect::sqlite::{fold, quote};
use schema_core::dialect::{Scope, resolve};
use schema_core::driver::sqlite::SqliteDriver;
use schema_core::filter::Filter;
use schema_core::model::{DatabaseSchema, Document, Engine};
use schema_core::sql::{Hazard, Plan};
use schema_tests::account::{Account, account, differences};
use schema_tests::random::laws::{Outcome, fail};
use schema_tests::random::{Pair, SchemaSpec, TableSpec, insert, seed};
use schema_tests::revisions::Revisions;
use schema_tests::sqlite::{load, schema};
use std::collections::BTreeMap;

pub(crate) fn loaded(script: &str) -> Result<SqliteDriver, TestCaseError> {
    load(script).map_err(|error| fail(format!("does not load: {error}")))
}

/// Changes the first schema of the pair into the second, some tables and columns of which get other names first, and goes back.
pub(crate) fn there_and_back(pair: &Pair, scope: Scope, renames: &[u8]) -> Outcome {
    let (mut database, wanted) = (loaded(&pair.before_script)?, loaded(&pair.after_script)?);
    let names = Names::choose(pair, renames, wanted.connection());
    fill(database.connection(), pair)?;
    let (start, goal) = (account(database.connection()), account(wanted.connection()));
    let rows_at_start = rows(database.connection(), pair, &pair.before, &Names::default())?;

    let mut desired = schema(wanted.connection());
    names.hint(&mut desired);
    if scope == Scope::Models {
        desired = through_document(desired, renames)?;
    }
    let between = |database: &SqliteDriver| {
        compare(Engine::Sqlite, schema(database.connection()), desired.clone(), scope, &[]).map_err(fail)
    };
    let comparison = between(&database)?;
    if scope == Scope::Database {
        let apart = differences(&start, &goal);
        prop_assert_eq!(
            apart.is_empty(),
            comparison.is_empty(),
            "told apart by\n{}but the difference is {:#?}",
            apart,
            comparison.changes()
        );
    }
    if comparison.is_empty() {
        return Ok(());
    }
    let Scripts { up, down, unproven, not_judged: _, plain_because: _ } =
        scripts(&database, &comparison, &Filter::default()).map_err(fail)?;
    prop_assert_eq!(unproven, None);
    for plan in [&up, &down] {
        rebuilds_each_table_once(plan)?;
    }

    let mut revisions = Revisions::new(Engine::Sqlite);
    let applied = revisions.apply(&mut database, &up, &down);
    applied.map_err(|error| fail(format!("up is refused: {error}\n{}", up.to_script())))?;
    if scope == Scope::Database {
        leads_to(&database, &goal, "up", &up)?;
    }
    let reached = account(database.connection());
    let again = between(&database)?;
    prop_assert!(again.is_empty(), "does not settle: {:#?}\nby {}", again.changes(), up.to_script());
    let rows_between = rows(database.connection(), pair, &pair.after, &names)?;
    prop_assert_eq!(counts(&rows_at_start), counts(&rows_between), "rows are lost by\n{}", up.to_script());

    match revisions.undo(&mut database) {
        Ok(()) => {
            let rows_at_end = rows(database.connection(), pair, &pair.before, &Names::default())?;
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
            // What was dropped is missed; without rows the down script must lead there.
            prop_assert!(warns(&down), "down is refused without a warning: {error}\n{}", down.to_script());
            leads_to(&database, &reached, "a refused script", &down)?;
            prop_assert_eq!(
                &rows(database.connection(), pair, &pair.after, &names)?,
                &rows_between,
                "a refused script changes rows"
            );
            empty(database.connection());
            let undone = revisions.undo(&mut database);
            undone.map_err(|error| {
                fail(format!("down is refused without rows: {error}\n{}", down.to_script()))
            })?;
        }
    }
    leads_to(&database, &start, "down", &down)?;
    let original = schema(loaded(&pair.before_script)?.connection());
    let left = compare(Engine::Sqlite, schema(database.connection()), original, Scope::Database, &[])
        .map_err(fail)?;
    prop_assert!(left.is_empty(), "down leaves {:#?}", left.changes());
    Ok(())
}

/// The schema as models would declare it: without triggers, with some names left open, and read back from JSON.
fn through_document(mut schema: DatabaseSchema, choices: &[u8]) -> Result<DatabaseSchema, TestCaseError> {
    schema.triggers.clear();
    let mut choices = choices.iter().copied().chain(std::iter::repeat(0));
    let mut opens = || choices.next().is_some_and(|choice| choice % 2 == 1);
    for table in &mut schema.tables {
        let names = table
            .uniques
            .iter_mut()
            .map(|unique| &mut unique.name)
            .chain(table.checks.iter_mut().map(|check| &mut check.name))
            .chain(table.foreign_keys.iter_mut().map(|key| &mut key.name))
            .chain(table.indexes.iter_mut().map(|index| &mut index.name));
        for name in names {
            if opens() {
                *name = None;
            }
        }
    }
    let json = Document::from_schema(schema, Engine::Sqlite).to_json().map_err(fail)?;
    let document = Document::from_json(&json).map_err(fail)?;
    resolve(&document, Engine::Sqlite).map_err(|problems| fail(format!("{problems:?}")))
}

fn rebuilds_each_table_once(plan: &Plan) -> Outcome {
    let mut made: Vec<&str> = plan
        .statements
        .iter()
        .filter(|statement| statement.sql.starts_with("CREATE TABLE"))
        .map(|statement| statement.comment.as_str())
        .collect();
    let count = made.len();
    made.sort_unstable();
    made.dedup();
    prop_assert_eq!(made.len(), count, "a table is made twice by\n{}", plan.to_script());
    Ok(())
}

/// Tables and columns of the second schema that have other names in the first one.
#[derive(Default)]
struct Names {
    /// The name before, folded, and the name after.
    tables: BTreeMap<String, String>,
    /// The table and the name before, folded, and the name after.
    columns: BTreeMap<(String, String), String>,
}

impl Names {
    /// Renames things that both schemas have, in a database with the second one.
    fn choose(pair: &Pair, choices: &[u8], wanted: &Connection) -> Self {
        let mut names = Names::default();
        let common: Vec<&TableSpec> =
            pair.after.tables.iter().filter(|table| pair.before.table(&table.name).is_some()).collect();
        for (number, choice) in choices.iter().copied().enumerate() {
            let Some(table) = common.get(usize::from(choice) % common.len().max(1)) else { break };
            let before = pair.before.table(&table.name).unwrap();
            let columns: Vec<&str> = table
                .columns
                .iter()
                .filter(|column| before.column(&column.name).is_some())
                .map(|column| column.name.as_str())
                .collect();
            let place = usize::from(choice / 8) % (columns.len() + 1);
            match columns.get(place) {
                None if !names.tables.contains_key(&fold(&table.name)) => {
                    names.tables.insert(fold(&table.name), format!("New \"table\" {number}"));
                }
                Some(column) => {
                    let key = (fold(&table.name), fold(column));
                    names.columns.entry(key).or_insert_with(|| format!("new_{number}"));
                }
                None => {}
            }
        }
        // SQLite cannot rename every column: not the one of `UNIQUE (id), PRIMARY KEY (id)`, in this order.
        let before = load(&pair.before_script).unwrap();
        let renames = |rename: &dyn Fn(&str, &str) -> String, from: &str, to: &str| {
            [before.connection(), wanted].iter().all(|connection| {
                connection.execute_batch(&rename(from, to)).is_ok()
                    && connection.execute_batch(&rename(to, from)).is_ok()
            }) && wanted.execute_batch(&rename(from, to)).is_ok()
        };
        names.columns.retain(|(table, from), to| {
            let alter = format!("ALTER TABLE {} RENAME COLUMN", quote(table));
            renames(&|from, to| format!("{alter} {} TO {}", quote(from), quote(to)), from, to)
        });
        names.tables.retain(|from, to| {
            renames(&|from, to| format!("ALTER TABLE {} RENAME TO {}", quote(from), quote(to)), from, to)
        });
        names
    }

    fn table<'a>(&'a self, name: &'a str) -> &'a str {
        self.tables.get(&fold(name)).map_or(name, String::as_str)
    }

    fn column<'a>(&'a self, table: &str, name: &'a str) -> &'a str {
        self.columns.get(&(fold(table), fold(name))).map_or(name, String::as_str)
    }

    /// Says in the second schema what the names were.
    fn hint(&self, schema: &mut DatabaseSchema) {
        for table in &mut schema.tables {
            let from =
                self.tables.iter().find(|(_, to)| **to == table.name.name).map(|(from, _)| from.clone());
            let own = from.clone().unwrap_or_else(|| fold(&table.name.name));
            table.renamed_from = from;
            for column in &mut table.columns {
                column.renamed_from = self
                    .columns
                    .iter()
                    .find(|((table, _), to)| *table == own && **to == column.name)
                    .map(|((_, from), _)| from.clone());
            }
        }
    }
}

fn fill(connection: &Connection, pair: &Pair) -> Outcome {
    let seeds = seed(&pair.before, (&pair.before_script, &pair.after_script), &pair.after, &pair.seeds);
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    for (table, row) in &seeds {
        let stored = pair.before.table(table).and_then(|table| insert(connection, table, row));
        prop_assert!(stored.is_some(), "a row is refused: {table} {row:?}");
    }
    for table in &pair.before.tables {
        // A rowid that becomes a column must be one that this takes.
        if pair.after.table(&table.name).is_none_or(|after| hidden_rowid(after).is_some()) {
            spread_rowids(connection, table);
        }
    }
    connection.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    Ok(())
}

fn empty(connection: &Connection) {
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    for table in &schema(connection).tables {
        connection.execute_batch(&format!("DELETE FROM {}", quote(&table.name.name))).unwrap();
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
    if table.without_rowid || table.rowid_alias().is_some() {
        return None;
    }
    ["_rowid_", "oid", "rowid"].into_iter().find(|name| table.column(name).is_none())
}

/// The rows of the tables that are in both schemas, as far as their columns are, with their rowids.
fn rows(
    connection: &Connection,
    pair: &Pair,
    now: &SchemaSpec,
    names: &Names,
) -> Result<BTreeMap<String, Vec<String>>, TestCaseError> {
    let mut rows = BTreeMap::new();
    for before in &pair.before.tables {
        let Some(after) = pair.after.table(&before.name) else { continue };
        let mut columns: Vec<String> = before
            .columns
            .iter()
            .filter(|column| column.generated.is_none())
            .filter(|column| after.column(&column.name).is_some_and(|other| other.generated.is_none()))
            .map(|column| quote(names.column(&before.name, &column.name)))
            .collect();
        if hidden_rowid(before).is_some()
            && hidden_rowid(after).is_some()
            && let Some(name) = now.table(&before.name).and_then(hidden_rowid)
        {
            columns.push(name.to_owned());
        }
        columns.push("1".to_owned());
        let sql = format!("SELECT {} FROM {}", columns.join(", "), quote(names.table(&before.name)));
        let mut statement = connection.prepare(&sql).map_err(fail)?;
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
