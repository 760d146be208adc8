//! Rows that two schemas both take.

use super::spec::{SchemaSpec, TableSpec};
use crate::suite::{Row, Value};
use rusqlite::Connection;
use schema_core::dialect::sqlite::{fold, quote};
use std::collections::BTreeSet;

/// Rows, each with its table.
pub type Seeds = Vec<(String, Row)>;

const VALUES: [&str; 12] =
    ["NULL", "1", "7", "'x'", "'a'", "0", "'007'", "1.5", "'It''s'", "x'00'", "'X '", "-1"];

/// Rows that the first schema takes and, as far as it has their columns, the second takes too, foreign keys included.
pub fn seed(before: &SchemaSpec, scripts: (&str, &str), after: &SchemaSpec, numbers: &[u8]) -> Seeds {
    let mut seeds = drafts(before, numbers);
    loop {
        let count = seeds.len();
        seeds = taken(scripts.0, before, seeds, Keep::Stored);
        seeds = taken(scripts.1, after, with_rowids(seeds, before, after), Keep::Given);
        if seeds.len() == count {
            return seeds;
        }
    }
}

/// The rows as they reach the second schema: a table's rowids come along, and may be a new column's values there.
fn with_rowids(mut seeds: Seeds, before: &SchemaSpec, after: &SchemaSpec) -> Seeds {
    for (table, row) in &mut seeds {
        if let Some(before) = before.table(table)
            && let Some(old) = before.rowid_alias()
            && let Some(new) = after.table(table).and_then(TableSpec::rowid_alias)
            && before.column(new).is_none()
            && let Some(rowid) = row.get(old).cloned()
        {
            row.insert(new.to_owned(), rowid);
        }
    }
    seeds
}

/// What could be rows: values by the numbers for each column that can be written.
fn drafts(schema: &SchemaSpec, numbers: &[u8]) -> Seeds {
    let mut numbers = numbers.iter().copied();
    let mut drafts = Vec::new();
    if schema.tables.is_empty() {
        return drafts;
    }
    while let Some(number) = numbers.next() {
        let table = &schema.tables[usize::from(number) % schema.tables.len()];
        let mut row = Row::new();
        for column in table.columns.iter().filter(|column| column.generated.is_none()) {
            let Some(number) = numbers.next() else { return drafts };
            row.insert(column.name.clone(), literal(VALUES[usize::from(number) % VALUES.len()]));
        }
        drafts.push((table.name.clone(), row));
    }
    drafts
}

fn literal(sql: &str) -> Value {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .query_row(&format!("SELECT {sql}"), [], |row| row.get::<_, rusqlite::types::Value>(0))
        .unwrap()
        .into()
}

/// In which form a row that is taken goes on.
#[derive(Clone, Copy, PartialEq)]
enum Keep {
    /// As the schema stores it, computed columns included.
    Stored,
    /// As it came.
    Given,
}

/// The rows that a schema takes, as far as it has their tables and columns.
fn taken(script: &str, schema: &SchemaSpec, seeds: Seeds, keep: Keep) -> Seeds {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(script).unwrap();
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    let mut kept: Seeds = Vec::new();
    for (table, row) in seeds {
        let stored = match schema.table(&table) {
            Some(found) => insert(&connection, found, &row),
            None => Some(row.clone()),
        };
        // A NULL that a key turns into a number is another row afterwards, and in the way of one that has that number.
        let numbered = |stored: &Row| {
            row.iter().any(|(name, value)| {
                matches!(value, Value::Null) && stored.get(name).is_some_and(|it| !matches!(it, Value::Null))
            })
        };
        if let Some(stored) = stored.filter(|stored| keep == Keep::Stored || !numbered(stored)) {
            kept.push((table, if keep == Keep::Stored { stored } else { row }));
        }
    }
    let mut statement =
        connection.prepare("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check").unwrap();
    let violated: BTreeSet<String> = statement
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap()
        .map(|name| fold(&name.unwrap()))
        .collect();
    kept.retain(|(table, _)| !violated.contains(&fold(table)));
    kept
}

/// Adds the values for columns that can be written. Returns the row as it is stored, if it is in afterwards and took the place of none.
pub fn insert(connection: &Connection, table: &TableSpec, row: &Row) -> Option<Row> {
    let name = quote(&table.name);
    let count = || -> i64 {
        connection.query_row(&format!("SELECT count(*) FROM {name}"), [], |row| row.get(0)).unwrap()
    };
    let before = count();
    let (columns, values): (Vec<String>, Vec<String>) = row
        .iter()
        .filter(|(name, _)| table.column(name).is_some_and(|column| column.generated.is_none()))
        .map(|(name, value)| (quote(name), value.to_string()))
        .unzip();
    let what = if columns.is_empty() {
        "DEFAULT VALUES".to_owned()
    } else {
        format!("({}) VALUES ({})", columns.join(", "), values.join(", "))
    };
    let all: Vec<String> = table.columns.iter().map(|column| quote(&column.name)).collect();
    let sql = format!("INSERT OR ABORT INTO {name} {what} RETURNING {}", all.join(", "));
    let stored = connection.query_row(&sql, [], |found| {
        let value = |place| found.get::<_, rusqlite::types::Value>(place);
        let columns = table.columns.iter().enumerate();
        columns.map(|(place, column)| Ok((column.name.clone(), value(place)?.into()))).collect()
    });
    stored.ok().filter(|_| count() == before + 1)
}
