//! SQLite, as the suite sees it.

use super::{Adapter, Capability, Row, Value};
use crate::sqlite;
use rusqlite::types::Value as SqliteValue;
use schema_core::dialect::sqlite::quote;
use schema_core::driver::Driver;
use schema_core::driver::sqlite::SqliteDriver;
use schema_core::model::{Engine, QualifiedName};
use std::collections::BTreeMap;

/// A SQLite database in memory.
#[derive(Debug)]
pub struct Sqlite {
    driver: SqliteDriver,
}

impl Adapter for Sqlite {
    const ENGINE: Engine = Engine::Sqlite;
    const CAPABILITIES: &'static [Capability] = &[
        Capability::SqliteTables,
        Capability::SqliteCollations,
        Capability::PartialIndexes,
        Capability::UnorderedEnums,
        Capability::VirtualColumns,
        Capability::MissingValuesRefused,
        Capability::DeferrableForeignKeys,
        Capability::ExpressionIndexes,
        Capability::DoubleQuotedNames,
        Capability::NumberedKeys,
        Capability::CaselessNames,
    ];

    fn is_there() -> bool {
        true
    }

    fn scratch() -> Self {
        Sqlite { driver: sqlite::scratch() }
    }

    fn driver(&mut self) -> &mut dyn Driver {
        &mut self.driver
    }

    fn dump(&mut self) -> BTreeMap<String, Vec<String>> {
        sqlite::dump(self.driver.connection())
    }

    fn insert(&mut self, table: &str, row: &Row) {
        let columns: Vec<String> = row.keys().map(|column| quote(column)).collect();
        let values: Vec<String> = row.values().map(Value::to_string).collect();
        let sql =
            format!("INSERT INTO {} ({}) VALUES ({})", quote(table), columns.join(", "), values.join(", "));
        self.driver.connection().execute(&sql, []).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    fn rows(&mut self, table: &QualifiedName, columns: &[&str]) -> Vec<Row> {
        let list: Vec<String> = columns.iter().map(|column| quote(column)).collect();
        let sql = format!("SELECT {} FROM {}", list.join(", "), quote(&table.name));
        let mut statement = self.driver.connection().prepare(&sql).unwrap();
        let rows = statement.query_map([], |row| {
            columns
                .iter()
                .enumerate()
                .map(|(place, column)| Ok(((*column).to_owned(), row.get::<_, SqliteValue>(place)?.into())))
                .collect::<rusqlite::Result<Row>>()
        });
        rows.unwrap().collect::<rusqlite::Result<_>>().unwrap()
    }
}

impl From<SqliteValue> for Value {
    fn from(value: SqliteValue) -> Self {
        match value {
            SqliteValue::Null => Value::Null,
            SqliteValue::Integer(number) => Value::Integer(number),
            SqliteValue::Real(number) => Value::Real(number),
            SqliteValue::Text(text) => Value::Text(text),
            SqliteValue::Blob(bytes) => Value::Blob(bytes),
        }
    }
}
