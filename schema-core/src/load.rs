//! Definitions that people keep as SQL, made on a scratch database: what they make, the server itself tells then.

use crate::driver::{Driver, DriverError, Value};
use crate::error_class::ErrorClass;
use crate::model::Engine;
use crate::sql::{SplitError, TokenKind, Words, split, tokenize, unquote_identifier};
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
pub fn load(scratch: &mut dyn Driver, text: &str) -> Result<(), LoadError> {
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
fn as_sql<'text>(scratch: &mut dyn Driver, text: &'text str) -> Result<Cow<'text, str>, LoadError> {
    match scratch.engine() {
        Engine::Sqlite => Ok(Cow::Borrowed(text)),
        Engine::Postgres => Ok(Cow::Owned(without_restrictions(text))),
        engine @ (Engine::Mysql | Engine::Mariadb) => {
            let rows = scratch.query("SELECT VERSION()", &[]).map_err(LoadError::Session)?;
            let version = match rows.first().and_then(|row| row.first()) {
                Some(Value::Text(version)) => number_of(version),
                _ => 0,
            };
            Ok(Cow::Owned(with_conditional_comments(text, engine, version)))
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

/// A server's version as conditional comments write it: 101119 of `10.11.19-MariaDB`.
fn number_of(version: &str) -> u32 {
    let mut parts = version.split(|it: char| !it.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0_u32);
    next() * 10_000 + next() * 100 + next()
}

/// With the inside of those comments that a server of this version runs: `/*!40101 SET NAMES utf8mb4 */`. Its dumps are full of them, and what they hold is
/// checked like any other statement.
fn with_conditional_comments(text: &str, engine: Engine, version: u32) -> String {
    let mut sql = String::with_capacity(text.len());
    for token in tokenize(text, engine) {
        let token_text = token.text(text);
        let inside = Some(token_text).filter(|_| token.kind == TokenKind::BlockComment);
        match inside.and_then(|comment| run_by(comment, engine, version)) {
            Some(inside) => {
                sql.push(' ');
                sql.push_str(inside);
                sql.push(' ');
            }
            None => sql.push_str(token_text),
        }
    }
    sql
}

/// What stands in a comment that the server runs; none where it is a comment for it.
///
/// MariaDB runs `/*M!` too, and takes `/*!` with the numbers of MySQL 5.7 and later for a comment (source: MariaDB's manual, "Comment syntax").
fn run_by(comment: &str, engine: Engine, version: u32) -> Option<&str> {
    let is_mariadb = engine == Engine::Mariadb;
    let (of_mariadb, inside) = match (comment.strip_prefix("/*M!"), comment.strip_prefix("/*!")) {
        (Some(inside), _) => (true, inside),
        (None, Some(inside)) => (false, inside),
        (None, None) => return None,
    };
    let inside = inside.strip_suffix("*/")?;
    let digits = inside.bytes().take(6).take_while(u8::is_ascii_digit).count();
    let (number, rest) = inside.split_at_checked(if digits < 5 { 0 } else { digits })?;
    let number: u32 = number.parse().unwrap_or(0);
    let is_later_mysql = is_mariadb && !of_mariadb && (50_700..100_000).contains(&number);
    (number <= version && !is_later_mysql && (is_mariadb || !of_mariadb)).then_some(rest)
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

    #[test]
    fn a_conditional_comment_is_run_where_the_server_runs_it() {
        let mariadb = |text| with_conditional_comments(text, Engine::Mariadb, 101_119);
        let mysql = |text| with_conditional_comments(text, Engine::Mysql, 90_704);
        assert_eq!(mariadb("/*!40101 SET NAMES utf8mb4 */;"), "  SET NAMES utf8mb4  ;");
        assert_eq!(mysql("a /*!80016 DEFAULT\nENCRYPTION='N' */"), "a   DEFAULT\nENCRYPTION='N'  ");
        for text in
            ["/*!80016 DEFAULT ENCRYPTION='N' */", "/*M!999999\\- enable the sandbox mode */", "/* ! */"]
        {
            assert_eq!(mariadb(text), text);
        }
        for text in ["/*M!100203 a */", "/*!99999 a */", "'/*!40101 a */'", "-- /*!40101 a */"] {
            assert_eq!(mysql(text), text);
        }
        assert_eq!(mariadb("/*M!100203 a */"), "  a  ");
        assert_eq!(number_of("10.11.19-MariaDB-0+deb12u1"), 101_119);
        assert_eq!(number_of("9.7.4"), 90_704);
    }
}
