//! The names of tables, views and columns, where nothing more of them is of interest.

use super::MysqlDriver;
use crate::driver::value::pairs_of_texts;
use crate::driver::{Ask as _, DriverError, Facts as _, TableSize, Value};
use crate::kept;
use crate::model::{Engine, QualifiedName};
use crate::sql::{Words, unquote_identifier};

/// The tables and views of the database, without the history tables.
pub(super) fn relations(driver: &mut MysqlDriver) -> Result<Vec<QualifiedName>, DriverError> {
    let database = driver.database()?.to_owned();
    let query = "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?";
    let mut names = texts(&driver.query(query, &[database.as_str().into()])?);
    let history = driver.history_table();
    names.retain(|name| !history.is_history_table(name));
    let names = names.into_iter().map(QualifiedName::new);
    Ok(names.filter(|name| !kept::is_kept(Engine::Mysql, name)).collect())
}

/// The columns of a table or view with their types, as information_schema writes them.
pub(super) fn column_types(
    driver: &mut MysqlDriver,
    table: &QualifiedName,
) -> Result<Vec<(String, String)>, DriverError> {
    let database = match &table.schema {
        Some(schema) => schema.clone(),
        None => driver.database()?.to_owned(),
    };
    let query = "SELECT COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS \
                 WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION";
    Ok(pairs_of_texts(&driver.query(query, &[database.as_str().into(), table.name.as_str().into()])?))
}

/// How large a table is, as InnoDB estimates it from a few of its pages.
pub(super) fn table_size(driver: &mut MysqlDriver, name: &str) -> Result<Option<TableSize>, DriverError> {
    let parts: Vec<String> =
        Words::parts(name, driver.engine()).iter().map(|part| unquote_identifier(part)).collect();
    let (database, table) = match parts.as_slice() {
        [table] => (driver.database()?.to_owned(), table),
        [database, table] => (database.clone(), table),
        _ => return Ok(None),
    };
    let query = "SELECT TABLE_ROWS, DATA_LENGTH + INDEX_LENGTH FROM information_schema.TABLES \
                 WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?";
    Ok(TableSize::of(driver.query(query, &[database.as_str().into(), table.as_str().into()])?.first()))
}

/// The one column of a query, as texts.
fn texts(rows: &[Vec<Value>]) -> Vec<String> {
    rows.iter().filter_map(|row| row.first()?.as_text().map(str::to_owned)).collect()
}
