//! Schemas of any size, for the benchmarks of parts: always the same for the same numbers.

use rusqlite::Connection;
use schema_core::driver::sqlite::introspect::introspect;
use schema_core::model::{Document, Engine};
use std::fmt::Write as _;

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

/// The document of a schema.
#[must_use]
pub fn document(sql: &str) -> Document {
    Document::from_schema(introspect(&in_memory(sql), |_| false).unwrap(), Engine::Sqlite)
}
