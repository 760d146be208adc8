//! PostgreSQL, as the suite sees it.

use super::{Adapter, Capability, Row, Value};
use crate::postgres::{self, Scratch};
use crate::server::Server;
use ::postgres::{Client, NoTls};
use schema_core::dialect::postgres::{quote, quote_name, quote_text};
use schema_core::driver::{self, Driver};
use schema_core::model::{Document, Engine, QualifiedName};
use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

/// Databases that are empty again: making one takes longer than most cases.
static POOL: Mutex<Vec<Scratch>> = Mutex::new(Vec::new());

/// A database on the PostgreSQL server.
pub struct Postgres {
    /// None only while it is dropped.
    scratch: Option<Scratch>,
}

impl Postgres {
    /// Drops the databases that wait to be used again; no value of this type is dropped at the end of a program by itself.
    pub fn drop_databases() {
        POOL.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn scratch_database(&mut self) -> &mut Scratch {
        self.scratch.as_mut().unwrap()
    }
}

/// The same, where tables are changed beside reads and writes.
pub struct PostgresOnline(Postgres);

impl Adapter for PostgresOnline {
    const ENGINE: Engine = Postgres::ENGINE;
    const CAPABILITIES: &'static [Capability] = Postgres::CAPABILITIES;
    const ONLINE: bool = true;

    fn name() -> String {
        "postgres-online".to_owned()
    }

    fn is_there() -> bool {
        Postgres::is_there()
    }

    fn lacks() -> &'static [Capability] {
        Postgres::lacks()
    }

    fn speaks_as_in_snapshots() -> bool {
        Postgres::speaks_as_in_snapshots()
    }

    fn scratch() -> Self {
        PostgresOnline(Postgres::scratch())
    }

    fn adapted(document: &Document) -> Document {
        Postgres::adapted(document)
    }

    fn driver(&mut self) -> &mut dyn Driver {
        self.0.driver()
    }

    fn dump(&mut self) -> BTreeMap<String, Vec<String>> {
        self.0.dump()
    }

    fn insert(&mut self, table: &str, row: &Row) {
        self.0.insert(table, row);
    }

    fn rows(&mut self, table: &QualifiedName, columns: &[&str]) -> Vec<Row> {
        self.0.rows(table, columns)
    }
}

/// The server's major version.
fn version() -> i32 {
    static VERSION: OnceLock<i32> = OnceLock::new();
    *VERSION.get_or_init(|| {
        let mut client = Client::connect(&Server::Postgres.url().unwrap(), NoTls).unwrap();
        postgres::version(&mut client)
    })
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut scratch) = self.scratch.take()
            && !thread::panicking()
        {
            scratch.reset();
            POOL.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        }
    }
}

impl Adapter for Postgres {
    const ENGINE: Engine = Engine::Postgres;
    const CAPABILITIES: &'static [Capability] = &[
        Capability::PartialIndexes,
        Capability::EnumTypes,
        Capability::Namespaces,
        Capability::Exclusions,
        Capability::DeferrableKeys,
        Capability::CoveringIndexes,
        Capability::OperatorClasses,
        Capability::Identities,
        Capability::Arrays,
        Capability::ViewOptions,
        Capability::Comments,
        Capability::DistinctNulls,
        Capability::StorageParameters,
        Capability::MissingValuesRefused,
        Capability::DeferrableForeignKeys,
        Capability::ExpressionIndexes,
        Capability::DoubleQuotedNames,
    ];

    fn is_there() -> bool {
        Server::Postgres.url().is_some()
    }

    fn lacks() -> &'static [Capability] {
        if version() < 15 { &[Capability::DistinctNulls] } else { &[] }
    }

    /// Later versions write views with fewer words.
    fn speaks_as_in_snapshots() -> bool {
        version() <= 15
    }

    fn scratch() -> Self {
        let pooled = POOL.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let scratch = pooled.unwrap_or_else(|| Scratch::create(&Server::Postgres.url().unwrap()));
        Postgres { scratch: Some(scratch) }
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
        self.scratch_database().driver()
    }

    fn dump(&mut self) -> BTreeMap<String, Vec<String>> {
        let dump = self.scratch_database().dump();
        dump.into_iter().map(|((kind, name), lines)| (format!("{kind} {name}"), lines)).collect()
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
            table.split('.').map(quote).collect::<Vec<_>>().join("."),
            columns.join(", "),
            values.join(", ")
        );
        self.driver().execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
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
        let name = quote_name(table);
        let is_partitioned =
            format!("SELECT (relkind = 'p')::text FROM pg_class WHERE oid = {}::regclass", quote_text(&name));
        let found = self.driver().query(&is_partitioned, &[]).unwrap();
        // The rows of children are theirs, but those of partitions are the table's.
        let only = match found[0].as_slice() {
            [driver::Value::Text(text)] if text == "true" => "",
            _ => "ONLY ",
        };
        let sql = format!("SELECT {list} FROM {only}{name}");
        let rows = self.driver().query(&sql, &[]).unwrap_or_else(|error| panic!("{sql}: {error}"));
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
