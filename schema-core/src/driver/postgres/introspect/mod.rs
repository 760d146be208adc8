//! Reads a schema from PostgreSQL's catalogue: a fixed number of queries in one snapshot, put together in memory.
//!
//! `search_path` is pinned to the usual schema, so that the server names what is in it without its schema, and everything else with one.

mod columns;
mod constraints;
mod indexes;
mod objects;
mod present;
mod rights;
mod tables;
mod views;

use crate::driver::scratch::MARKER;
use crate::driver::{DriverError, HistoryTable};
use crate::kept;
use crate::model::{DatabaseSchema, Engine, EnumType, EnumValue, Namespace, QualifiedName, Rights, Said};
use postgres::types::{FromSqlOwned, ToSql, Type};
use postgres::{Client, IsolationLevel, Row, Transaction};
use present::Present;

/// Names, types and expressions as they are in this schema; without one, everything is named in full. Constants as every server reads them, whatever the
/// database or role has set: dates, intervals, floating point numbers with all their digits, and bytes. Queries of many tables cost enough for the server
/// to compile them, which takes longer than to run them.
const PIN: &str = "SELECT set_config('search_path', coalesce(quote_ident(current_schema()), ''), true), set_config('jit', 'off', true), \
     current_setting('server_version_num')::int, set_config('DateStyle', 'ISO, MDY', true), set_config('IntervalStyle', 'postgres', true), \
     set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true), set_config('quote_all_identifiers', 'off', true)";

/// The first version that has NULLS NOT DISTINCT, and SET NULL for some columns of a key.
const VERSION_15: i32 = 150_000;

/// The first version that has keys WITHOUT OVERLAPS, and constraints that are NOT ENFORCED.
const VERSION_18: i32 = 180_000;

/// Reads everything that a database holds, without the history tables.
pub(super) fn introspect(
    client: &mut Client,
    history_table: &HistoryTable,
) -> Result<DatabaseSchema, DriverError> {
    let mut transaction =
        client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start()?;
    let mut catalogue = Catalogue::new(&mut transaction)?;
    let schema = read(&mut catalogue, history_table)?;
    transaction.commit()?;
    Ok(schema)
}

fn read(
    catalogue: &mut Catalogue<'_, '_>,
    history_table: &HistoryTable,
) -> Result<DatabaseSchema, DriverError> {
    let mut namespaces = catalogue.rows(include_str!("../queries/namespaces.sql"), |row| {
        Ok(Namespace { name: get(row, 0)?, comment: get(row, 1)? })
    })?;
    let mut relations = tables::read(catalogue)?;
    columns::read(catalogue, &mut relations)?;
    constraints::read(catalogue, &mut relations)?;
    indexes::read(catalogue, &mut relations)?;
    let enums = catalogue.rows(include_str!("../queries/enums.sql"), |row| {
        let values: Vec<String> = get(row, 2)?;
        Ok(EnumType {
            name: QualifiedName { schema: get(row, 0)?, name: get(row, 1)? },
            values: values.into_iter().map(|name| EnumValue { name, renamed_from: None }).collect(),
            comment: get(row, 3)?,
            renamed_from: None,
        })
    })?;
    views::read(catalogue, &mut relations)?;
    let present = Present::read(catalogue)?;
    let mut objects = objects::read(catalogue, &present, &relations)?;
    let rights = match present.has("rights") {
        true => rights::read(catalogue, history_table)?,
        false => Rights::default(),
    };

    let (mut tables, mut views) = relations.into_tables_and_views();
    namespaces.retain(|namespace| namespace.name != kept::SCHEMA);
    tables.retain(|table| !kept::is_kept(Engine::Postgres, &table.name));
    objects.retain(|object| !kept::is_kept(Engine::Postgres, &object.id.name));
    tables.retain(|table| {
        table.name.schema != history_table.name().schema || !history_table.is_history_table(&table.name.name)
    });
    tables.retain(|table| table.name != QualifiedName::new(MARKER));
    tables.sort_by(|left, right| left.name.cmp(&right.name));
    views.sort_by(|left, right| left.name.cmp(&right.name));
    objects.sort_by(|left, right| left.id.cmp(&right.id));
    Ok(DatabaseSchema {
        namespaces,
        tables,
        enums,
        views,
        triggers: Vec::new(),
        objects,
        rights,
        said: Said::default(),
    })
}

/// The catalogue in one snapshot.
struct Catalogue<'connection, 'transaction> {
    transaction: &'transaction mut Transaction<'connection>,
    version: i32,
}

impl<'connection, 'transaction> Catalogue<'connection, 'transaction> {
    fn new(transaction: &'transaction mut Transaction<'connection>) -> Result<Self, DriverError> {
        let pinned = transaction.query_typed(PIN, &[])?;
        let version = pinned.first().map(|row| row.try_get(2)).transpose()?.unwrap_or_default();
        Ok(Catalogue { transaction, version })
    }

    fn rows<T>(
        &mut self,
        query: &str,
        read: impl FnMut(&Row) -> Result<T, DriverError>,
    ) -> Result<Vec<T>, DriverError> {
        // The usual protocol asks the server for the types first: one round trip more.
        let none: &[(&(dyn ToSql + Sync), Type)] = &[];
        self.transaction.query_typed(query, none)?.iter().map(read).collect()
    }

    fn is_at_least(&self, version: i32) -> bool {
        self.version >= version
    }
}

fn get<T: FromSqlOwned>(row: &Row, column: usize) -> Result<T, DriverError> {
    Ok(row.try_get(column)?)
}

/// A value of PostgreSQL's one-byte type `"char"`.
fn letter(row: &Row, column: usize) -> Result<char, DriverError> {
    let byte: i8 = get(row, column)?;
    Ok(char::from(byte.unsigned_abs()))
}

/// `{fillfactor=70,…}` as names and values.
fn parameters(options: Option<Vec<String>>) -> std::collections::BTreeMap<String, String> {
    options
        .unwrap_or_default()
        .iter()
        .filter_map(|option| option.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
