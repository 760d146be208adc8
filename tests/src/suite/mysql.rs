//! MySQL and MariaDB, as the suite sees them. Which of the two the server is, it says itself.

use super::{Adapter, Capability, Row, Value};
use crate::mysql::with_encodings;
use crate::server::{Server, TestDatabase};
use schema_core::dialect::mysql::{expression, quote, quote_name, quote_text};
use schema_core::driver::{self, Driver};
use schema_core::model::{Document, Engine, IndexKey, QualifiedName};
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::OnceLock;

/// A database on a MySQL server.
pub type Mysql = OnServer<MysqlVariant>;

/// A database on a MariaDB server.
pub type Mariadb = OnServer<MariadbVariant>;

/// A database on the server, where that is the variant.
pub struct OnServer<V> {
    driver: Box<dyn Driver>,
    /// Dropped after the connection to it is closed.
    _database: TestDatabase,
    variant: PhantomData<V>,
}

/// What the suite knows of one of the two servers.
pub trait Variant {
    /// The engine.
    const ENGINE: Engine;
    /// What it can do that not every engine can.
    const CAPABILITIES: &'static [Capability];
    /// Whether an index can be on an expression.
    const EXPRESSION_INDEXES: bool;
    /// The folder with the snapshots of what servers from a major version on do in another way.
    const LATER: Option<(i64, &'static str)>;
}

/// MySQL.
pub struct MysqlVariant;

impl Variant for MysqlVariant {
    const ENGINE: Engine = Engine::Mysql;
    const CAPABILITIES: &'static [Capability] = &[
        Capability::ExpressionIndexes,
        Capability::VirtualColumns,
        Capability::MysqlTables,
        Capability::Comments,
        Capability::OrderedValues,
        Capability::MissingValuesRefused,
    ];
    const EXPRESSION_INDEXES: bool = true;
    const LATER: Option<(i64, &'static str)> = None;
}

/// MariaDB.
pub struct MariadbVariant;

impl Variant for MariadbVariant {
    const ENGINE: Engine = Engine::Mariadb;
    const CAPABILITIES: &'static [Capability] = &[
        Capability::VirtualColumns,
        Capability::MysqlTables,
        Capability::Comments,
        Capability::OrderedValues,
        Capability::MissingValuesRefused,
        Capability::ReferenceToItself,
        Capability::LongKeys,
        Capability::Packages,
    ];
    const EXPRESSION_INDEXES: bool = false;
    // Their character set is utf8mb4, where that of the others is latin1.
    const LATER: Option<(i64, &'static str)> = Some((11, "mariadb-11"));
}

/// The engine of the server; none where there is no server.
fn engine_there() -> Option<Engine> {
    static ENGINE: OnceLock<Option<Engine>> = OnceLock::new();
    *ENGINE.get_or_init(|| Server::Mysql.database().map(|database| database.engine()))
}

/// The server's major version.
fn version() -> i64 {
    static VERSION: OnceLock<i64> = OnceLock::new();
    *VERSION.get_or_init(|| {
        let database = Server::Mysql.database().unwrap();
        let rows = database.connect().query("SELECT CAST(VERSION() AS SIGNED)", &[]).unwrap();
        rows[0][0].as_integer().unwrap()
    })
}

impl<V: Variant> Adapter for OnServer<V> {
    const ENGINE: Engine = V::ENGINE;
    const CAPABILITIES: &'static [Capability] = V::CAPABILITIES;

    fn is_there() -> bool {
        engine_there() == Some(V::ENGINE)
    }

    fn variant() -> Option<&'static str> {
        V::LATER.filter(|(first, _)| version() >= *first).map(|(_, folder)| folder)
    }

    fn scratch() -> Self {
        let database = Server::Mysql.database().unwrap();
        OnServer { driver: database.connect(), _database: database, variant: PhantomData }
    }

    /// Without indexes on expressions, where the server has none.
    fn adapted(document: &Document) -> Document {
        let mut document = document.clone();
        if V::EXPRESSION_INDEXES {
            return document;
        }
        for table in &mut document.tables {
            table.indexes.retain(|index| {
                index.base.parts.iter().all(|part| match &part.key {
                    IndexKey::Column(_) => true,
                    IndexKey::Expression(text) => expression::as_column(text).is_some(),
                })
            });
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
                Value::Blob(_) | Value::Null | Value::Integer(_) | Value::Real(_) => value.to_string(),
            })
            .collect();
        let sql =
            format!("INSERT INTO {} ({}) VALUES ({})", quote(table), columns.join(", "), values.join(", "));
        self.driver.execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    fn rows(&mut self, table: &QualifiedName, columns: &[&str]) -> Vec<Row> {
        let types = "SELECT COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS \
                     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?";
        let types: BTreeMap<String, String> = self
            .driver
            .query(types, &[driver::Value::Text(table.name.clone())])
            .unwrap()
            .into_iter()
            .map(|row| (text(row.first()), text(row.get(1))))
            .collect();
        let list: Vec<String> = columns
            .iter()
            .map(|column| match types[*column].as_str() {
                "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => {
                    format!("HEX({})", quote(column))
                }
                _ => format!("CAST({} AS CHAR)", quote(column)),
            })
            .collect();
        let list = if list.is_empty() { "1".to_owned() } else { list.join(", ") };
        let sql = format!("SELECT {list} FROM {}", quote_name(table));
        let rows = self.driver.query(&sql, &[]).unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.iter()
            .map(|values| {
                let named = columns.iter().zip(values);
                named.map(|(column, found)| ((*column).to_owned(), value(found, &types[*column]))).collect()
            })
            .collect()
    }
}

fn text(value: Option<&driver::Value>) -> String {
    value.and_then(driver::Value::as_text).unwrap_or_default().to_owned()
}

/// A value that came as its text.
fn value(found: &driver::Value, ty: &str) -> Value {
    let driver::Value::Text(text) = found else { return Value::Null };
    match ty {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year" => {
            Value::Integer(text.parse().unwrap())
        }
        "float" | "double" => Value::Real(text.parse().unwrap()),
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => {
            let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
            Value::Blob(pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect())
        }
        _ => Value::Text(text.clone()),
    }
}

/// What a database holds, told by the server itself: the lines of SHOW CREATE, whose order says nothing, without the next number.
pub fn account(driver: &mut dyn Driver) -> BTreeMap<String, Vec<String>> {
    let database = text(driver.query("SELECT DATABASE()", &[]).unwrap().first().and_then(|row| row.first()));
    let list = "SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()";
    let mut account = BTreeMap::new();
    for row in driver.query(list, &[]).unwrap() {
        let (name, kind) = (text(row.first()), text(row.get(1)));
        // The runner's own.
        if name.starts_with("schema_history") {
            continue;
        }
        let word = if kind.ends_with("VIEW") { "VIEW" } else { "TABLE" };
        let sql = format!("SHOW CREATE {word} {}", quote(&name));
        let rows = driver.query(&sql, &[]).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let mut created = text(rows.first().and_then(|row| row.get(1)));
        if word == "TABLE" {
            created = with_encodings(driver, &name, &created);
        }
        account.insert(format!("{} {name}", word.to_lowercase()), lines(&created, &database));
    }
    for row in driver
        .query("SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()", &[])
        .unwrap()
    {
        let name = text(row.first());
        let rows = driver.query(&format!("SHOW CREATE TRIGGER {}", quote(&name)), &[]).unwrap();
        let created = text(rows.first().and_then(|row| row.get(2)));
        account.insert(format!("trigger {name}"), lines(&created, &database));
    }
    account
}

fn lines(created: &str, database: &str) -> Vec<String> {
    let created = expression::without_database(created, database);
    let mut lines: Vec<String> = created
        .lines()
        .map(|line| {
            let words = line.trim().trim_end_matches(',').split(' ');
            words.filter(|word| !word.starts_with("AUTO_INCREMENT=")).collect::<Vec<_>>().join(" ")
        })
        .collect();
    lines.sort();
    lines
}
