//! The key by which a batch runs, and the questions that find its ranges.
//!
//! Nothing but the server compares, orders and quotes keys: collations, time zones and the order of a type's values are its own.

use super::{mysql, sqlite};
use crate::model::{Column, ColumnType, DatabaseSchema, Engine, IndexKey, QualifiedName, Table};
use crate::near::nearest;
use crate::sql::{Batch, compared};

/// A key of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BatchKey {
    engine: Engine,
    /// The table, as SQL.
    table: String,
    columns: Vec<KeyPart>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct KeyPart {
    /// The column, as SQL.
    column: String,
    /// An expression that is the column's value as SQL.
    literal: String,
    nullable: bool,
}

/// Why a table cannot be gone through by some columns.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BatchKeyError {
    /// There is no such table.
    #[error("a batch of the table `{table}`, which does not exist")]
    NoTable {
        /// The table.
        table: QualifiedName,
        /// One that may be meant.
        near: Option<String>,
    },
    /// The columns are no key of the table.
    #[error("a batch of `{table}` by `{}`, which is no key of it", columns.join("`, `"))]
    NoKey {
        /// The table.
        table: QualifiedName,
        /// The columns.
        columns: Vec<String>,
        /// The keys that it has.
        keys: Vec<Vec<String>>,
    },
    /// The engine compares values of the type in another order than it sorts them, or does not write them exactly.
    #[error(
        "a batch by `{column}`, whose type `{ty}` has values that are not written exactly, or not compared in their order"
    )]
    NotOrdered {
        /// The column.
        column: String,
        /// The type.
        ty: String,
    },
    /// The key that is asked for is not behind the last one.
    #[error("a batch is not getting on: the key behind `{key}` is found to be `{key}` again")]
    NotAdvancing {
        /// The key, as SQL.
        key: String,
    },
}

impl BatchKeyError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            BatchKeyError::NoTable { near: Some(near), .. } => format!("did you mean `{near}`?"),
            BatchKeyError::NoTable { near: None, .. } => {
                "name a table that is there at this statement".to_owned()
            }
            BatchKeyError::NoKey { keys, .. } if keys.is_empty() => {
                "the table has no primary key and no unique index; run the statement without batches"
                    .to_owned()
            }
            BatchKeyError::NoKey { keys, .. } => {
                let written = |key: &Vec<String>| format!("`by {}`", key.join(", "));
                format!("write {}", keys.iter().map(written).collect::<Vec<_>>().join(" or "))
            }
            BatchKeyError::NotOrdered { .. } | BatchKeyError::NotAdvancing { .. } => {
                "name another key of the table behind `by`".to_owned()
            }
        }
    }
}

impl BatchKey {
    /// The key that a batch names.
    ///
    /// # Errors
    ///
    /// There is no such table, or its rows cannot be told apart and found by these columns.
    pub(crate) fn find(
        schema: &DatabaseSchema,
        batch: &Batch,
        engine: Engine,
    ) -> Result<BatchKey, BatchKeyError> {
        let Batch { table: name, key, size: _, pause: _, max_lag: _ } = batch;
        let table = find_table(schema, name).ok_or_else(|| BatchKeyError::NoTable {
            table: name.clone(),
            near: nearest(&name.name, schema.tables.iter().map(|table| table.name.name.as_str()))
                .map(str::to_owned),
        })?;
        let keys = keys(schema, table, engine);
        let is_meant = |found: &&Vec<String>| {
            found.len() == key.len()
                && found.iter().zip(key).all(|(one, other)| one.eq_ignore_ascii_case(other))
        };
        let Some(columns) = keys.iter().find(is_meant) else {
            let (table, columns) = (table.name.clone(), key.clone());
            return Err(BatchKeyError::NoKey { table, columns, keys });
        };
        let part = |name: &String| {
            let column = table.columns.iter().find(|column| column.name == *name);
            let (ty, nullable) =
                column.map_or((None, false), |it| (Some(it), is_nullable(it, table, engine)));
            let quoted = (super::spelling(engine).quote)(&QualifiedName::new(name.as_str()));
            let literal = literal(&quoted, ty.map(|column| &column.ty), engine).ok_or_else(|| {
                BatchKeyError::NotOrdered { column: name.clone(), ty: ty.map(type_of).unwrap_or_default() }
            })?;
            Ok(KeyPart { column: quoted, literal, nullable })
        };
        Ok(BatchKey {
            engine,
            table: (super::spelling(engine).quote)(&table.name),
            columns: columns.iter().map(part).collect::<Result<_, _>>()?,
        })
    }

    /// How many values a key has.
    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    /// Asks for a row that no range would hold, where there may be one.
    pub(crate) fn without_key(&self) -> Option<String> {
        let nullable = self.columns.iter().filter(|part| part.nullable);
        let conditions: Vec<String> = nullable.map(|part| format!("{} IS NULL", part.column)).collect();
        (!conditions.is_empty())
            .then(|| format!("SELECT 1 FROM {} WHERE {} LIMIT 1", self.table, conditions.join(" OR ")))
    }

    /// Asks for the last key.
    pub(crate) fn last(&self) -> String {
        self.select("", " DESC", 0)
    }

    /// Asks for the first key behind another one, or for the very first, up to the end.
    pub(crate) fn first(&self, behind: Option<&[String]>, end: &[String]) -> String {
        let mut condition = self.compare("<=", end);
        if let Some(behind) = behind {
            condition = format!("{} AND {condition}", self.compare(">", behind));
        }
        self.select(&format!(" WHERE {condition}"), "", 0)
    }

    /// Asks for the key that a range of this size ends with; there is none where the end comes sooner.
    pub(crate) fn nth(&self, from: &[String], end: &[String], size: u32) -> String {
        let condition = self.between(from, end);
        self.select(&format!(" WHERE {condition}"), "", size.saturating_sub(1))
    }

    /// Asks how many rows there are in a range.
    pub(crate) fn count(&self, from: &[String], to: &[String]) -> String {
        format!("SELECT count(*) FROM {} WHERE {}", self.table, self.between(from, to))
    }

    fn between(&self, from: &[String], to: &[String]) -> String {
        format!("{} AND {}", self.compare(">=", from), self.compare("<=", to))
    }

    fn compare(&self, operator: &str, values: &[String]) -> String {
        let columns: Vec<String> = self.columns.iter().map(|part| part.column.clone()).collect();
        compared(&columns, operator, values, self.engine)
    }

    /// One key, as literals. They are written for the one row that is meant, not for those before it.
    fn select(&self, condition: &str, direction: &str, offset: u32) -> String {
        let list = |text: fn(&KeyPart) -> &str| self.columns.iter().map(text).collect::<Vec<_>>();
        let (literals, columns) = (list(|part| &part.literal).join(", "), list(|part| &part.column));
        let each = |text: fn(&str, &str) -> String| {
            columns.iter().map(|column| text(column, direction)).collect::<Vec<_>>().join(", ")
        };
        // SQLite calls the number of a row by the name of the column that is the same.
        let named = each(|column, _| format!("{column} AS {column}"));
        let order = each(|column, direction| format!("{column}{direction}"));
        format!(
            "SELECT {literals} FROM (SELECT {named} FROM {}{condition} ORDER BY {order} LIMIT 1 OFFSET {offset}) AS k",
            self.table,
        )
    }
}

/// As it is spelt, or in another case where that is the only one.
fn find_table<'a>(schema: &'a DatabaseSchema, name: &QualifiedName) -> Option<&'a Table> {
    let exact = schema.tables.iter().find(|table| table.name == *name);
    let folded = |table: &&Table| {
        table.name.name.eq_ignore_ascii_case(&name.name)
            && match (&table.name.schema, &name.schema) {
                (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
                (None, None) => true,
                // What the database's usual schema is called is not known here.
                (None, Some(_)) | (Some(_), None) => false,
            }
    };
    exact.or_else(|| schema.tables.iter().find(folded))
}

/// The columns of the keys by which rows can be told apart and found, the primary key first.
fn keys(schema: &DatabaseSchema, table: &Table, engine: Engine) -> Vec<Vec<String>> {
    let mut keys: Vec<Vec<String>> = Vec::new();
    let constraints =
        table.primary_key.iter().map(|key| &key.columns).chain(table.uniques.iter().map(|key| &key.columns));
    for columns in constraints {
        // A collation of the key's own would order rows in another way than the column does.
        if columns.iter().all(|column| column.prefix_length.is_none() && column.collation.is_none()) {
            keys.push(columns.iter().map(|column| column.name.clone()).collect());
        }
    }
    for index in table
        .indexes
        .iter()
        .filter(|index| index.unique && index.predicate.is_none() && index.using.is_none())
    {
        let column = |part: &crate::model::IndexPart| match &part.key {
            IndexKey::Column(name) => {
                let is_plain =
                    part.collation.is_none() && part.opclass.is_none() && part.prefix_length.is_none();
                is_plain.then(|| name.clone())
            }
            IndexKey::Expression(_) => None,
        };
        keys.extend(index.parts.iter().map(column).collect::<Option<Vec<_>>>());
    }
    if let Some(place) = &table.partition_of
        && let Some(parent) = schema.tables.iter().find(|table| table.name == place.parent)
    {
        keys.extend(self::keys(schema, parent, engine));
    }
    let has_rowid = engine == Engine::Sqlite
        && !table.options.without_rowid
        && table.columns.iter().all(|column| !column.name.eq_ignore_ascii_case(ROWID));
    if has_rowid {
        keys.push(vec![ROWID.to_owned()]);
    }
    keys
}

/// What SQLite calls the number of a row.
const ROWID: &str = "rowid";

/// In SQLite a column of a primary key may be NULL, unless the table says otherwise or the rows are kept by it.
fn is_nullable(column: &Column, table: &Table, engine: Engine) -> bool {
    let mut keys = table.primary_key.iter().flat_map(|key| &key.columns);
    match engine {
        Engine::Sqlite if keys.any(|key| key.name == column.name) => {
            let is_rows_number = sqlite::rowid_alias(table).as_ref() == Some(&column.name);
            !table.options.without_rowid && !is_rows_number && column.nullable
        }
        Engine::Sqlite | Engine::Postgres | Engine::Mysql | Engine::Mariadb => column.nullable,
    }
}

fn type_of(column: &Column) -> String {
    match &column.ty {
        ColumnType::Sql(text) => text.clone(),
        ColumnType::Enum(name) => name.clone(),
        // A schema that was read from a database has no Rust types.
        other => format!("{other:?}"),
    }
}

/// An expression that is the value of a column as SQL that stands for the same value, whatever it holds; none where no literal is compared as the column is sorted.
fn literal(column: &str, ty: Option<&ColumnType>, engine: Engine) -> Option<String> {
    Some(match engine {
        // `quote()` ends a text at a NUL.
        Engine::Sqlite => format!(
            "CASE WHEN typeof({column}) = 'text' AND instr({column}, char(0)) > 0 \
             THEN 'CAST(x''' || hex({column}) || ''' AS TEXT)' ELSE quote({column}) END"
        ),
        // The server takes the type of a bare literal from what it is compared with.
        Engine::Postgres => match ty {
            // Whatever order of day and month the session has, or the one that goes on.
            Some(ColumnType::Sql(ty)) if ty.starts_with("date") || ty.starts_with("timestamp") => {
                format!("quote_literal(to_json({column}) #>> '{{}}')")
            }
            // Digits are lost where `extra_float_digits` says so.
            Some(ColumnType::Sql(ty)) if ty == "double precision" || ty == "real" => return None,
            Some(_) | None => format!("quote_literal(CAST({column} AS text))"),
        },
        Engine::Mysql | Engine::Mariadb => mysql::batch_literal(column, ty?)?,
    })
}
