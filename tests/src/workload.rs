//! Schemas and histories of any size, for the benchmarks: always the same for the same numbers.

use crate::migrations::Project;
use rusqlite::Connection;
use schema_core::driver::sqlite::introspect::introspect;
use schema_core::model::{Document, Engine};
use std::fmt::Write as _;
use std::path::Path;

/// A database of `tables` tables: 12 columns, a primary key, one or two foreign keys, two indexes, a unique constraint and a CHECK each.
///
/// `changed` of them have a column more, a longer text and an index less.
#[must_use]
pub fn schema(tables: usize, changed: usize) -> String {
    let every = tables.checked_div(changed).unwrap_or(usize::MAX).max(1);
    let mut sql = String::from("BEGIN;\n");
    for number in 0..tables {
        let is_changed = changed > 0 && number % every == 0;
        let table = format!("t{number:05}");
        let length = if is_changed { 120 } else { 100 };
        let _ = write!(
            sql,
            "CREATE TABLE {table} (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR({length}) NOT NULL, \
             code VARCHAR(32) NOT NULL, email VARCHAR(255), qty INTEGER NOT NULL DEFAULT 0, \
             price NUMERIC(10, 2) NOT NULL, ratio DOUBLE, active BOOLEAN NOT NULL DEFAULT 1, note TEXT, \
             created_at DATETIME NOT NULL, born DATE, parent_id INTEGER, {}\
             CONSTRAINT uq_{table}_code UNIQUE (code), CONSTRAINT ck_{table}_qty CHECK (qty >= 0), \
             CONSTRAINT fk_{table}_parent FOREIGN KEY (parent_id) REFERENCES t{:05} (id));\n\
             CREATE INDEX ix_{table}_created ON {table} (created_at, qty);\n",
            if is_changed { "extra VARCHAR(50), " } else { "" },
            number / 2
        );
        if !is_changed {
            let _ = writeln!(sql, "CREATE INDEX ix_{table}_name ON {table} (name);");
        }
    }
    sql.push_str("COMMIT;\n");
    sql
}

/// A connection to a database in memory with this schema.
#[must_use]
pub fn in_memory(sql: &str) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(sql).unwrap();
    connection
}

/// Makes a database file with this schema.
pub fn to_file(sql: &str, file: &Path) {
    let connection = Connection::open(file).unwrap();
    connection.execute_batch("PRAGMA synchronous = OFF").unwrap();
    connection.execute_batch(sql).unwrap();
}

/// The document of a schema.
#[must_use]
pub fn document(sql: &str) -> Document {
    Document::from_schema(introspect(&in_memory(sql), |_| false).unwrap(), Engine::Sqlite)
}

/// A project with `count` revisions, each a table and an index.
#[must_use]
pub fn history(count: usize) -> Project {
    let mut project = Project::new();
    for number in 0..count {
        let (up, down) = revision(number);
        project.revision(&format!("r{number:05}"), &up, &down);
    }
    project
}

/// The scripts of one revision of [`history`].
#[must_use]
pub fn revision(number: usize) -> (String, String) {
    let table = format!("m{number:05}");
    let up = format!(
        "CREATE TABLE {table} (id INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL, qty INTEGER NOT NULL DEFAULT 0);\n\
         CREATE INDEX ix_{table}_name ON {table} (name);\n"
    );
    (up, format!("DROP TABLE {table};\n"))
}
