//! What the suite asks of an engine.

use schema_core::driver::Driver;
use schema_core::model::{Document, Engine, QualifiedName};
use std::collections::BTreeMap;
use std::fmt;

/// One scratch database of an engine.
pub trait Adapter: Sized {
    /// The engine.
    const ENGINE: Engine;
    /// What it can do that not every engine can.
    const CAPABILITIES: &'static [Capability];

    /// Whether tables are changed beside reads and writes.
    const ONLINE: bool = false;

    /// What its tests and the folder of its snapshots are called.
    fn name() -> String {
        Self::ENGINE.to_string()
    }

    /// Whether its server is there.
    fn is_there() -> bool;
    /// What this server is too old for.
    fn lacks() -> &'static [Capability] {
        &[]
    }
    /// Whether this server words what it says as that of the snapshots does.
    fn speaks_as_in_snapshots() -> bool {
        true
    }
    /// The folder with the snapshots of what this server rightly does in another way than the main version.
    fn variant() -> Option<&'static str> {
        None
    }
    /// An empty database.
    fn scratch() -> Self;
    /// A case's document as the engine can hold it, where what it lacks is beside the case's point.
    fn adapted(document: &Document) -> Document {
        document.clone()
    }
    /// The connection to it.
    fn driver(&mut self) -> &mut dyn Driver;
    /// The database's own account of what it holds, by object, in a form in which only meaning counts.
    fn dump(&mut self) -> BTreeMap<String, Vec<String>>;
    /// Adds a row.
    fn insert(&mut self, table: &str, row: &Row);
    /// The rows of a table, with its generated columns.
    fn rows(&mut self, table: &QualifiedName, columns: &[&str]) -> Vec<Row>;
}

/// What not every engine can do; a case says what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    /// Tables can be STRICT or WITHOUT ROWID, and keys AUTOINCREMENT.
    SqliteTables,
    /// Columns can have one of SQLite's collations.
    SqliteCollations,
    /// An index can be partial.
    PartialIndexes,
    /// An enum is a text with a CHECK, so its values have no order.
    UnorderedEnums,
    /// An enum is a type, and its values have an order.
    EnumTypes,
    /// Tables live in schemas.
    Namespaces,
    /// Constraints can EXCLUDE.
    Exclusions,
    /// A key can be checked at the end of a transaction.
    DeferrableKeys,
    /// An index can carry columns that it does not order by.
    CoveringIndexes,
    /// An index can have another method or operator class.
    OperatorClasses,
    /// A column can be an identity or a serial.
    Identities,
    /// A column can be an array.
    Arrays,
    /// A view can have options.
    ViewOptions,
    /// Objects can have comments.
    Comments,
    /// NULLs can count as equal in a unique constraint.
    DistinctNulls,
    /// Tables and indexes can have storage parameters.
    StorageParameters,
    /// A generated column can be computed when it is read.
    VirtualColumns,
    /// Tables have a storage engine, a character set and a row format, columns are unsigned, numbered, invisible or set with each update, and lists
    /// of values can be sets.
    MysqlTables,
    /// An enum is a list of values in its column's type, in order.
    OrderedValues,
    /// A foreign key can be checked at the end of a transaction.
    DeferrableForeignKeys,
    /// An index can be on an expression.
    ExpressionIndexes,
    /// Names in SQL can stand in double quotes.
    DoubleQuotedNames,
    /// Where a value is missing that must not be, the rows are refused.
    MissingValuesRefused,
    /// An integer that is the primary key has a number without being told.
    NumberedKeys,
    /// Packages of functions and procedures.
    Packages,
    /// Keys can be longer than those that an index takes.
    LongKeys,
    /// A column can refer to itself.
    ReferenceToItself,
    /// Names that differ in case alone are the same.
    CaselessNames,
}

/// The values of a row, by column.
pub type Row = BTreeMap<String, Value>;

/// A value of a column.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub enum Value {
    /// NULL.
    Null,
    /// An integer.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Integer(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Real(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<()> for Value {
    fn from((): ()) -> Self {
        Value::Null
    }
}

/// As SQL would have it.
impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => formatter.write_str("NULL"),
            Value::Integer(number) => write!(formatter, "{number}"),
            Value::Real(number) => write!(formatter, "{number:?}"),
            Value::Text(text) => write!(formatter, "'{}'", text.replace('\'', "''")),
            Value::Blob(bytes) => {
                formatter.write_str("x'")?;
                bytes.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))?;
                formatter.write_str("'")
            }
        }
    }
}
