//! Reads a schema from `information_schema`: a fixed number of queries, each for one database only, put together in memory; what only
//! SHOW CREATE tells comes in one round trip for all that need it.
//!
//! The form of what is read is the dialect's to say: [`crate::dialect::mysql`].

mod checks;
mod columns;
mod defaults;
mod definitions;
mod details;
mod foreign_keys;
mod indexes;
mod objects;
mod sessions;
mod shown;
mod tables;
#[cfg(test)]
mod tests;
mod triggers;
mod values;
mod views;

use super::connection::{Connection, get};
use super::server::Server;
use crate::dialect::mysql::Variant;
use crate::dialect::mysql::definer::quoted_account;
use crate::dialect::mysql::session::{keep_client_of_object, keep_client_of_trigger, keep_client_of_view};
use crate::driver::scratch::MARKER;
use crate::driver::{DriverError, HistoryTable};
use crate::kept;
use crate::model::{DatabaseSchema, Engine, Rights, Said, Table};
use crate::sql::firing;
use mysql::{Row, params};
use std::collections::HashMap;

/// Reads everything that a database holds, without the history tables.
pub(super) fn introspect(
    connection: &mut Connection,
    (server, is_scratch): (&Server, bool),
    database: &str,
    history_table: &HistoryTable,
) -> Result<DatabaseSchema, DriverError> {
    let mut catalogue = Catalogue { connection, server, is_scratch, database };
    let mut tables = tables::read(&mut catalogue)?;
    columns::read(&mut catalogue, &mut tables)?;
    indexes::read(&mut catalogue, &mut tables)?;
    foreign_keys::read(&mut catalogue, &mut tables)?;
    checks::read(&mut catalogue, &mut tables)?;
    let mut views = views::read(&mut catalogue)?;
    let mut triggers = triggers::read(&mut catalogue)?;
    let mut objects = objects::read(&mut catalogue, tables.sequences())?;
    let details = definitions::read(
        &mut catalogue,
        definitions::Wanted {
            tables: &mut tables,
            views: &mut views,
            triggers: &mut triggers,
            objects: &mut objects,
        },
    )?;
    objects.extend(details);
    defaults::read(&mut catalogue, &mut tables)?;
    values::read(&mut catalogue, &mut tables)?;
    triggers.iter_mut().for_each(keep_client_of_trigger);
    firing::arrange(&mut triggers);
    views.iter_mut().for_each(keep_client_of_view);
    objects.iter_mut().for_each(keep_client_of_object);

    let mut tables = tables.into_tables();
    tables.retain(|Table { name, .. }| {
        !history_table.is_history_table(&name.name)
            && name.name != MARKER
            && !kept::is_kept(Engine::Mysql, name)
    });
    tables.sort_by(|left, right| left.name.cmp(&right.name));
    views.sort_by(|left, right| left.name.cmp(&right.name));
    objects.sort_by(|left, right| left.id.cmp(&right.id));
    Ok(DatabaseSchema {
        namespaces: Vec::new(),
        tables,
        enums: Vec::new(),
        views,
        triggers,
        objects,
        rights: Rights::default(),
        said: Said::default(),
    })
}

/// What one database's catalogue is read with.
struct Catalogue<'a> {
    connection: &'a mut Connection,
    server: &'a Server,
    /// Whether it is a scratch database, in which events do not run.
    is_scratch: bool,
    database: &'a str,
}

impl Catalogue<'_> {
    /// The rows of a query; `{word}` in it stands for what the two servers call otherwise.
    fn rows<T>(
        &mut self,
        query: &str,
        words: &[(&str, [&str; 2])],
        mut read: impl FnMut(&Row) -> Result<T, DriverError>,
    ) -> Result<Vec<T>, DriverError> {
        let mut query = query.to_owned();
        for (word, [mysql, mariadb]) in words {
            let text = match self.variant() {
                Variant::Mysql => mysql,
                Variant::Mariadb => mariadb,
            };
            query = query.replace(&format!("{{{word}}}"), text);
        }
        let rows = self.connection.rows(&query, params! { "database" => self.database })?;
        rows.iter().map(&mut read).collect()
    }

    fn variant(&self) -> Variant {
        self.server.variant
    }

    /// An account as SQL, where it is not this connection's own.
    fn definer(&self, account: &str) -> Option<String> {
        (account != self.server.user).then(|| quoted_account(account))
    }
}

/// Objects by the tables that they belong to.
type ByTable<T> = HashMap<String, Vec<T>>;

/// A text that the servers give as bytes.
fn text(row: &Row, column: usize) -> Result<String, DriverError> {
    get(row, column)
}

/// A text that may be missing.
fn maybe(row: &Row, column: usize) -> Result<Option<String>, DriverError> {
    get(row, column)
}

/// A comment; none where it is empty.
fn comment(row: &Row, column: usize) -> Result<Option<String>, DriverError> {
    Ok(maybe(row, column)?.filter(|comment| !comment.is_empty()))
}

/// A truth, which the servers give as a number.
fn flag(row: &Row, column: usize) -> Result<bool, DriverError> {
    Ok(get::<Option<i64>>(row, column)?.unwrap_or_default() != 0)
}

/// What the fuzz targets try of it.
#[cfg(all(any(test, fuzzing), feature = "mysql", feature = "postgres"))]
pub(super) fn fuzz(create: &str) {
    use crate::model::{Check, Column, ColumnType, Default, Generated, Index, IndexKey, IndexPart, Table};
    drop((definitions::partition_by(create), definitions::parsers(create)));
    let _ = shown::may_be_garbled(create);
    let mut table = Table::new("t");
    for ty in ["varchar(30)", "int", "json"] {
        table.columns.push(Column {
            default: Some(Default::Sql("'?'".to_owned())),
            generated: Some(Generated { expression: "?".to_owned(), stored: false }),
            ..Column::new(if ty == "int" { "b" } else { "a" }, ColumnType::Sql(ty.to_owned()))
        });
    }
    let check = |name: Option<&str>, column: Option<&str>| Check {
        name: name.map(str::to_owned),
        column: column.map(str::to_owned),
        ..Check::new("?")
    };
    table.checks = vec![check(Some("c"), None), check(None, Some("a"))];
    let key = IndexPart::new(IndexKey::Expression("?".to_owned()));
    table.indexes = vec![Index { name: Some("i".to_owned()), ..Index::new(vec![key]) }];
    shown::correct(&mut table, create);
}
