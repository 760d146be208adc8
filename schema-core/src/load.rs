//! Definitions that people keep as SQL, made on a scratch database: what they make, the server itself tells then.

use crate::dialect::mysql;
use crate::driver::{Ask, DriverError, Execute, Value};
use crate::error_class::ErrorClass;
use crate::model::Engine;
use crate::sql::{SplitError, Words, split, unquote_identifier, with_executed_comments};
use std::borrow::Cow;

/// Why a file of definitions cannot be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// It cannot be split into statements.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// The database refuses a statement.
    #[error("line {line}: {source}")]
    Refused {
        /// The line that the statement begins in.
        line: usize,
        /// What the database says.
        source: DriverError,
    },
    /// The session cannot be asked, or not be set back to how it was.
    #[error(transparent)]
    Session(DriverError),
}

impl LoadError {
    /// The class of exit code.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            LoadError::Split(_) => ErrorClass::Usage,
            LoadError::Refused { source, .. } | LoadError::Session(source) => source.class(),
        }
    }

    /// What to type to get on.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            LoadError::Split(SplitError::ShellCommand { .. }) => Some(
                "only SQL can be run: dump the definitions without rows, as with `pg_dump --schema-only`"
                    .to_owned(),
            ),
            LoadError::Split(error) => error.hint(),
            LoadError::Refused { source, .. } | LoadError::Session(source) => source.hint(),
        }
    }
}

/// Runs the statements of a file on a scratch database, each by itself. Dumps of `pg_dump --schema-only`, `mysqldump --no-data` and SQLite's `.dump`
/// are such files.
///
/// What the file sets for the session (as the `search_path` of a dump) is set back at the end.
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use schema_core::driver::{ConnectOptions, connect};
/// use schema_core::load::load;
/// use schema_core::url::DatabaseUrl;
///
/// let mut scratch = connect(&DatabaseUrl::parse("sqlite::memory:")?, &ConnectOptions::default())?;
/// load(&mut *scratch, "CREATE TABLE products (id INTEGER PRIMARY KEY);")?;
/// assert_eq!(scratch.introspect()?.tables.len(), 1);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// A text that cannot be split into statements, and a statement that the database refuses; those before it stay.
pub fn load(scratch: &mut dyn Execute, text: &str) -> Result<(), LoadError> {
    let text = as_sql(scratch, text)?;
    let engine = scratch.engine();
    for statement in split(&text, engine)?.statements {
        let line = statement.line;
        if engine == Engine::Sqlite && makes_own_table(statement.sql) {
            continue;
        }
        scratch.execute(statement.sql).map_err(|source| LoadError::Refused { line, source })?;
    }
    scratch.reset_session(&[]).map_err(LoadError::Session)
}

/// The text without what only the shells of the engines know, with the same lines.
fn as_sql<'text>(scratch: &mut dyn Ask, text: &'text str) -> Result<Cow<'text, str>, LoadError> {
    match scratch.engine() {
        Engine::Sqlite => Ok(Cow::Borrowed(text)),
        Engine::Postgres => Ok(Cow::Owned(without_restrictions(text))),
        engine @ (Engine::Mysql | Engine::Mariadb) => {
            let rows = scratch.query("SELECT VERSION()", &[]).map_err(LoadError::Session)?;
            let version = match rows.first().and_then(|row| row.first()) {
                Some(Value::Text(text)) => mysql::Server::parse(text).map(|server| server.version.number()),
                _ => None,
            };
            Ok(with_executed_comments(text, engine, version.unwrap_or(0)))
        }
    }
}

/// Whether a statement makes a table that SQLite makes by itself: its shell's `.schema` lists `sqlite_sequence` among the others.
fn makes_own_table(statement: &str) -> bool {
    let mut words = Words::new(statement, Engine::Sqlite);
    words.skip("CREATE")
        && words.skip("TABLE")
        && words.name().is_some_and(|name| {
            unquote_identifier(&name).get(..7).is_some_and(|start| start.eq_ignore_ascii_case("sqlite_"))
        })
}

/// Without `\restrict` and `\unrestrict`, which keep a shell from running what a dump hides: nothing here runs such commands. `pg_dump` writes both since the
/// releases of August 2025 (source: its manual, `--restrict-key`).
fn without_restrictions(text: &str) -> String {
    let is_one = |line: &str| line.starts_with("\\restrict ") || line.starts_with("\\unrestrict ");
    text.split_inclusive('\n').map(|line| if is_one(line) { "\n" } else { line }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_that_sqlite_makes_by_itself_are_known() {
        assert!(makes_own_table("CREATE TABLE sqlite_sequence(name,seq)"));
        assert!(makes_own_table("create table \"SQLITE_stat1\" (tbl, idx, stat)"));
        assert!(!makes_own_table("CREATE TABLE sqlite (a)") && !makes_own_table("DROP TABLE sqlite_stat1"));
    }

    #[test]
    fn what_restricts_a_shell_is_left_out_and_lines_stay() {
        assert_eq!(without_restrictions("\\restrict abc\nSELECT 1;\n\\unrestrict abc\n"), "\nSELECT 1;\n\n");
    }
}
