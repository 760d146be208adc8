//! A scratch SQLite database, and the oracle for changes of its schema.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value;
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::dialect::sqlite::expression::canonical;
use schema_core::driver::ConnectOptions;
use schema_core::driver::sqlite::SqliteDriver;
use schema_core::driver::sqlite::introspect::introspect;
use schema_core::model::{DatabaseSchema, Engine};
use schema_core::url::DatabaseUrl;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// An empty database in memory, opened as for every command.
pub fn scratch() -> SqliteDriver {
    let DatabaseUrl::Sqlite(url) = DatabaseUrl::parse("sqlite::memory:").unwrap() else {
        panic!("not SQLite")
    };
    SqliteDriver::connect(&url, &ConnectOptions::default()).unwrap()
}

/// A database in memory with this schema.
///
/// # Errors
///
/// When SQLite refuses the script.
pub fn load(script: &str) -> rusqlite::Result<SqliteDriver> {
    let driver = scratch();
    let connection = driver.connection();
    // A case of the corpus uses a function that no SQLite has; an application would bring it.
    connection.create_scalar_function("len", 1, FunctionFlags::SQLITE_DETERMINISTIC, |context| {
        context.get::<String>(0).map(|text| i64::try_from(text.len()).unwrap())
    })?;
    connection.execute_batch("PRAGMA foreign_keys = OFF")?;
    connection.execute_batch(script)?;
    connection.execute_batch("PRAGMA foreign_keys = ON")?;
    Ok(driver)
}

/// Chinook, a real database with its rows, where it is beside this checkout.
#[must_use]
pub fn chinook_script() -> Option<String> {
    let folder = std::env::var_os("SCHEMA_DATABASES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/databases"), PathBuf::from);
    let Ok(script) = std::fs::read_to_string(folder.join("Chinook_Sqlite_AutoIncrementPKs.sql")) else {
        eprintln!("skipped: there is no Chinook beside this checkout");
        return None;
    };
    // One transaction, or every row is its own.
    Some(format!("BEGIN;\n{}\n;COMMIT", script.trim_start_matches('\u{feff}')))
}

/// The schema of a database.
pub fn schema(connection: &Connection) -> DatabaseSchema {
    introspect(connection, |name| name.starts_with("schema_history")).unwrap()
}

/// The database's own dump, in a form in which only meaning counts: SQLite's own account of each table, and the words of each stored statement. In a
/// table's statement neither the order of definitions counts nor whether one stands with its column or behind all columns.
pub fn dump(connection: &Connection) -> BTreeMap<String, Vec<String>> {
    let mut statement = connection
        .prepare(
            "SELECT type, lower(name), sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'schema\\_history%' ESCAPE '\\'",
        )
        .unwrap();
    let rows = statement
        .query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        })
        .unwrap();
    rows.map(|row| {
        let (kind, name, sql) = row.unwrap();
        let lines = if kind == "table" {
            let mut lines = vec![bag_of_words(&sql)];
            lines.extend(pragma(connection, "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1)", &name));
            lines.extend(pragma(connection, "SELECT \"unique\", origin, partial, (SELECT group_concat(coalesce(x.name, '') || x.\"desc\" || x.coll) FROM pragma_index_xinfo(l.name) x) FROM pragma_index_list(?1) l", &name));
            lines.extend(pragma(connection, "SELECT seq, \"table\", \"from\", \"to\", on_update, on_delete FROM pragma_foreign_key_list(?1)", &name));
            lines.extend(pragma(connection, "SELECT wr, strict FROM pragma_table_list WHERE name = ?1 AND schema = 'main'", &name));
            lines.sort();
            lines
        } else {
            vec![canonical(&sql)]
        };
        (format!("{kind} {name}"), lines)
    })
    .collect()
}

fn bag_of_words(sql: &str) -> String {
    let mut canonical = canonical(sql).replace(['\'', '"'], "").to_ascii_lowercase();
    // What a foreign key does without being told.
    for usual in ["on delete no action", "on update no action"] {
        canonical = canonical.replace(usual, "");
    }
    let mut words: Vec<&str> = canonical.split_whitespace().filter(|word| *word != ",").collect();
    words.sort_unstable();
    words.join(" ")
}

fn pragma(connection: &Connection, sql: &str, name: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let count = statement.column_count();
    statement
        .query_map([name], |row| {
            (0..count)
                .map(|index| {
                    row.get::<_, Value>(index).map(|value| format!("{value:?}").to_ascii_lowercase())
                })
                .collect::<rusqlite::Result<Vec<_>>>()
        })
        .unwrap()
        .map(|row| row.unwrap().join(" "))
        .collect()
}

/// All rows of all tables, by table.
pub fn rows(connection: &Connection) -> BTreeMap<String, Vec<String>> {
    let schema = schema(connection);
    schema
        .tables
        .iter()
        .map(|table| {
            let mut columns: Vec<String> = table
                .columns
                .iter()
                .map(|column| schema_core::dialect::sqlite::quote(&column.name))
                .collect();
            columns.sort();
            let sql = format!(
                "SELECT {} FROM {}",
                columns.join(", "),
                schema_core::dialect::sqlite::quote_name(&table.name)
            );
            let mut statement = connection.prepare(&sql).unwrap();
            let count = columns.len();
            let mut rows: Vec<String> = statement
                .query_map([], |row| {
                    (0..count)
                        .map(|index| row.get::<_, Value>(index).map(|value| format!("{value:?}")))
                        .collect()
                })
                .unwrap()
                .map(|row: rusqlite::Result<Vec<String>>| row.unwrap().join(" | "))
                .collect();
            rows.sort();
            (table.name.name.clone(), rows)
        })
        .collect()
}

/// What lies between two databases.
pub fn between(from: &SqliteDriver, to: &SqliteDriver) -> Comparison {
    let (from, to) = (schema(from.connection()), schema(to.connection()));
    compare(Engine::Sqlite, from, to, Scope::Database, &[]).unwrap()
}
