//! SQLite's misfeature: a name in double quotes that names nothing is a string. In a script a misspelt column would become a constant
//! without an error, so it is off; but a schema that was written with it must stay usable.
//! <https://www.sqlite.org/quirks.html#double_quoted_string_literals_are_accepted>

use super::integrity::{Compilable, compilables, prepares};
use crate::dialect::sqlite::expression::mentions;
use rusqlite::Connection;
use rusqlite::config::DbConfig;

/// The misfeature's switches. As a value: permitted until it is dropped.
pub(super) struct QuotedStrings<'connection> {
    connection: &'connection Connection,
    queries_before: bool,
}

impl<'connection> QuotedStrings<'connection> {
    pub(super) fn forbid(connection: &Connection) -> rusqlite::Result<()> {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
        Ok(())
    }

    pub(super) fn permit_for_queries(connection: &Connection) -> rusqlite::Result<()> {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, true).map(drop)
    }

    pub(super) fn permit(connection: &'connection Connection) -> rusqlite::Result<Self> {
        let queries_before = connection.db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, true)?;
        Ok(QuotedStrings { connection, queries_before })
    }

    /// Runs something with the misfeature off, whatever the connection usually has.
    pub(super) fn without<T>(
        connection: &Connection,
        run: impl FnOnce() -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let before = connection.db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        let result = run();
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, before)?;
        result
    }
}

impl Drop for QuotedStrings<'_> {
    fn drop(&mut self) {
        // The switches are flags in memory: setting one back cannot fail on a connection where setting it did not.
        let _ = self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, self.queries_before);
        let _ = self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false);
    }
}

/// Whether a view or trigger of this database compiles only with the misfeature; then queries keep it.
pub(super) fn relied_on(connection: &Connection) -> rusqlite::Result<bool> {
    let suspects =
        "SELECT 1 FROM sqlite_schema WHERE type IN ('trigger', 'view') AND sql LIKE '%\"%' LIMIT 1";
    if !connection.prepare(suspects)?.exists([])? {
        return Ok(false);
    }
    for Compilable { statement, .. } in compilables(connection)? {
        if prepares(connection, &statement).is_err() {
            let _permitted = QuotedStrings::permit(connection)?;
            if prepares(connection, &statement).is_ok() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether an ALTER TABLE failed because another object, which was there before, has such a string: SQLite reads the whole schema anew then.
///
/// What is wrong only after the change says so (`error in table t after rename`). Of an index too it may be the change that has taken the column away which
/// its text names; but a rename is followed there, and of another table's index no column is gone.
pub(super) fn is_about_quoted_strings(
    connection: &Connection,
    statement: &str,
    error: &rusqlite::Error,
) -> bool {
    let message = super::message(error);
    let Some((object, problem)) = message.strip_prefix("error in ").and_then(|it| it.split_once(": ")) else {
        return false;
    };
    if !problem.starts_with("no such column") {
        return false;
    }
    let Some((object, change)) = object.rsplit_once(" after ") else { return true };
    let Some(index) = object.strip_prefix("index ") else { return false };
    let table = || -> rusqlite::Result<String> {
        let query = "SELECT tbl_name FROM sqlite_schema WHERE type = 'index' AND name = ?1";
        connection.query_row(query, [index], |row| row.get(0))
    };
    problem.contains(STRING_LITERAL)
        && (change == "rename" || table().is_ok_and(|table| !mentions(statement, &table)))
}

/// What SQLite adds where a name that it does not find stands in double quotes.
const STRING_LITERAL: &str = "should this be a string literal";
