//! Definitions that people keep as SQL, made on a scratch database: what they make, the server itself tells then.

use crate::driver::{Driver, DriverError};
use crate::error_class::ErrorClass;
use crate::model::Engine;
use crate::sql::{SplitError, split};

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
    /// The session cannot be set back to how it was.
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
pub fn load(scratch: &mut dyn Driver, text: &str) -> Result<(), LoadError> {
    let engine = scratch.engine();
    let text = without_restrictions(text, engine);
    for statement in split(&text, engine)?.statements {
        let line = statement.line;
        scratch.execute(statement.sql).map_err(|source| LoadError::Refused { line, source })?;
    }
    scratch.reset_session(&[]).map_err(LoadError::Session)
}

/// Without `\restrict` and `\unrestrict`, which keep a shell from running what a dump hides: nothing here runs such commands. `pg_dump` writes both since the
/// releases of August 2025 (source: its manual, `--restrict-key`).
fn without_restrictions(text: &str, engine: Engine) -> String {
    let is_one = |line: &str| line.starts_with("\\restrict ") || line.starts_with("\\unrestrict ");
    match engine {
        Engine::Postgres => {
            text.split_inclusive('\n').map(|line| if is_one(line) { "\n" } else { line }).collect()
        }
        Engine::Sqlite | Engine::Mysql | Engine::Mariadb => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_restricts_a_shell_is_left_out_and_lines_stay() {
        let dump = "\\restrict abc\nSELECT 1;\n\\unrestrict abc\n";
        assert_eq!(without_restrictions(dump, Engine::Postgres), "\nSELECT 1;\n\n");
        assert_eq!(without_restrictions(dump, Engine::Sqlite), dump);
    }
}
