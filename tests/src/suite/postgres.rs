//! PostgreSQL, as the suite sees it.

use super::{Adapter, Capability, Row, Value};
use crate::server::{Server, TestDatabase};
use schema_core::dialect::postgres::{quote, quote_name, quote_text};
use schema_core::driver::{self, Driver};
use schema_core::model::{Document, Engine, QualifiedName};
use std::collections::BTreeMap;

/// A database on the PostgreSQL server.
pub struct Postgres {
    driver: Box<dyn Driver>,
    /// Dropped after the connection to it is closed.
    database: TestDatabase,
}

impl Postgres {
    /// The database.
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// Runs statements of a test's own.
    pub fn execute(&mut self, statements: &[&str]) {
        for statement in statements {
            self.driver.execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    }
}

impl Adapter for Postgres {
    const ENGINE: Engine = Engine::Postgres;
    const CAPABILITIES: &'static [Capability] = &[Capability::PartialIndexes, Capability::OrderedEnums];

    fn is_there() -> bool {
        Server::Postgres.url().is_some()
    }

    fn scratch() -> Self {
        let database = Server::Postgres.database().unwrap();
        Postgres { driver: database.connect(), database }
    }

    fn adapted(document: &Document) -> Document {
        let mut document = document.clone();
        for column in document.tables.iter_mut().flat_map(|table| &mut table.columns) {
            if let Some(generated) = &mut column.base.generated {
                generated.stored = true;
            }
        }
        document
    }

    fn driver(&mut self) -> &mut dyn Driver {
        self.driver.as_mut()
    }

    fn dump(&mut self) -> BTreeMap<String, Vec<String>> {
        account(self.driver.as_mut())
    }

    fn insert(&mut self, table: &str, row: &Row) {
        let columns: Vec<String> = row.keys().map(|column| quote(column)).collect();
        let values: Vec<String> = row
            .values()
            .map(|value| match value {
                Value::Text(text) => quote_text(text),
                Value::Blob(bytes) => {
                    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                    format!("'\\x{digits}'")
                }
                Value::Null | Value::Integer(_) | Value::Real(_) => value.to_string(),
            })
            .collect();
        let sql = format!(
            "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})",
            quote(table),
            columns.join(", "),
            values.join(", ")
        );
        self.driver.execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    fn rows(&mut self, table: &QualifiedName, columns: &[&str]) -> Vec<Row> {
        let list: Vec<String> = columns
            .iter()
            .flat_map(|column| {
                let column = quote(column);
                // What is a number there shall be one here.
                [format!("{column}::text"), format!("pg_typeof({column})::text")]
            })
            .collect();
        let list = if list.is_empty() { "1".to_owned() } else { list.join(", ") };
        let sql = format!("SELECT {list} FROM ONLY {}", quote_name(table));
        let rows = self.driver.query(&sql, &[]).unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.iter()
            .map(|values| {
                let values = values.chunks_exact(2);
                columns.iter().map(|column| (*column).to_owned()).zip(values.map(value)).collect()
            })
            .collect()
    }
}

/// A value that came as its text and the name of its type.
fn value(pair: &[driver::Value]) -> Value {
    let [driver::Value::Text(text), driver::Value::Text(ty)] = pair else { return Value::Null };
    match ty.as_str() {
        "smallint" | "integer" | "bigint" => Value::Integer(text.parse().unwrap()),
        "real" | "double precision" => Value::Real(text.parse().unwrap()),
        "bytea" => {
            let digits = text.trim_start_matches("\\x").as_bytes();
            let bytes = digits.chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
            Value::Blob(bytes.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect())
        }
        _ => Value::Text(text.clone()),
    }
}

/// What a database holds, told by the server itself.
pub fn account(driver: &mut dyn Driver) -> BTreeMap<String, Vec<String>> {
    let mut account: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in driver.query(include_str!("postgres_account.sql"), &[]).unwrap() {
        let [object, line] = row.as_slice() else { panic!("{row:?}") };
        let line = line.as_text().unwrap_or_default().to_owned();
        account.entry(object.as_text().unwrap_or_default().to_owned()).or_default().push(line);
    }
    account.values_mut().for_each(|lines| lines.sort());
    account
}
