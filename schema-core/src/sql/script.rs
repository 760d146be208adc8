//! A script as the runner needs it: its statements, and how they are to be run.

use super::batch::{BatchError, Ranges, ScriptBatch};
use super::directive::{Directive, DirectiveError};
use super::quote::unquote_identifier;
use super::recreated::Recreated;
use super::session::{SessionEffect, SessionStateKind};
use super::split::{Comment, Placement, Split, SplitError, SplitStatement, split};
use super::token::{Token, TokenKind, tokens};
use crate::model::Engine;
use std::time::Duration;

/// A script, ready to be run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The statements.
    pub statements: Vec<ScriptStatement>,
    /// Whether foreign keys are switched off while it runs (SQLite).
    pub foreign_keys_off: bool,
    /// What tables have to be like before it may run (SQLite).
    pub expects: Vec<ExpectedTable>,
    /// What it drops and recreates (PostgreSQL, MySQL, MariaDB).
    pub recreates: Vec<ScriptRecreated>,
    /// Why the revision cannot be undone, where a down script says so.
    pub irreversible: Option<Irreversible>,
}

/// What a down script says of a revision that cannot be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Irreversible {
    /// Why there is none.
    pub reason: String,
    /// The line that says so.
    pub line: usize,
}

/// What a script says it drops and recreates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptRecreated {
    /// The object.
    pub object: Recreated,
    /// The line that says so.
    pub line: usize,
}

/// A statement of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptStatement {
    /// The statement, without its semicolon.
    pub sql: String,
    /// The comment above it, without its marks; directives are left out.
    pub comment: String,
    /// The line that its first word is in.
    pub line: usize,
    /// Whether it runs outside of the transaction.
    pub autocommit: bool,
    /// How long it waits for the locks of others, where the script says so.
    pub lock_timeout: Option<Duration>,
    /// The ranges in which it runs, where the script says so.
    pub batch: Option<ScriptBatch>,
    /// The function of the application that runs in its place; the statement is the directive then, which does nothing.
    pub rust: Option<String>,
}

/// What a table has to be like before the script may run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedTable {
    /// The table.
    pub table: String,
    /// The hash of its definition, in lower-case hexadecimal.
    pub hash: String,
    /// The line that says so.
    pub line: usize,
}

/// Why a script cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScriptError {
    /// It cannot be split into statements.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// A directive is not valid.
    #[error("line {line}: {source}")]
    Directive {
        /// The line.
        line: usize,
        /// What is wrong with it.
        source: DirectiveError,
    },
    /// A directive stands where it has no effect.
    #[error("line {line}: `{directive}` has no effect here")]
    MisplacedDirective {
        /// The line.
        line: usize,
        /// The directive.
        directive: String,
        /// Where it belongs.
        belongs: &'static str,
    },
    /// A directive is for another engine.
    #[error("line {line}: `{directive}` is for {}, this script for {engine}", listed(only))]
    OtherEngine {
        /// The line.
        line: usize,
        /// The directive.
        directive: String,
        /// The engines that it is for.
        only: &'static [Engine],
        /// The engine of the script.
        engine: Engine,
    },
    /// A statement cannot run in batches, or not so.
    #[error("line {line}: {source}")]
    Batch {
        /// The line.
        line: usize,
        /// Why.
        source: BatchError,
    },
    /// A statement would end the runner's own transaction.
    #[error("line {line}: `{keyword}` would end the transaction that the script runs in")]
    TransactionControl {
        /// The line.
        line: usize,
        /// The statement's first word.
        keyword: String,
    },
    /// A setting would end the runner's own transaction, or change how it ends.
    #[error("line {line}: `SET {setting}` changes the transactions that the script runs in")]
    TransactionSetting {
        /// The line.
        line: usize,
        /// The setting.
        setting: &'static str,
    },
    /// A statement would give the runner's own lock back.
    #[error("line {line}: `{what}` releases all locks of the session, that of the migration too")]
    ReleasesLock {
        /// The line.
        line: usize,
        /// What releases them.
        what: &'static str,
    },
    /// A statement has no effect within a transaction.
    #[error("line {line}: `PRAGMA foreign_keys` has no effect within a transaction")]
    ForeignKeysPragma {
        /// The line.
        line: usize,
    },
    /// A statement reads rows from the shell's input.
    #[error("line {line}: `COPY … FROM STDIN` needs a database shell to read the rows that follow it")]
    CopyFromStdin {
        /// The line.
        line: usize,
    },
    /// A statement of a seed commits what comes before it.
    #[error("line {line}: `{keyword}` commits what comes before it, and a seed is put in as a whole")]
    CommitsInSeed {
        /// The line.
        line: usize,
        /// The statement's first word.
        keyword: String,
    },
    /// A seed names a function of the application.
    #[error("line {line}: a seed does not run Rust functions")]
    RustInSeed {
        /// The line.
        line: usize,
    },
    /// The script holds a NUL, where some databases stop reading.
    #[error("line {line}: a NUL character")]
    Nul {
        /// The line.
        line: usize,
    },
}

impl ScriptError {
    /// The line that it is about.
    #[must_use]
    pub fn line(&self) -> usize {
        match self {
            ScriptError::Split(error) => error.line(),
            ScriptError::Directive { line, .. }
            | ScriptError::MisplacedDirective { line, .. }
            | ScriptError::OtherEngine { line, .. }
            | ScriptError::Batch { line, .. }
            | ScriptError::TransactionControl { line, .. }
            | ScriptError::TransactionSetting { line, .. }
            | ScriptError::ReleasesLock { line, .. }
            | ScriptError::ForeignKeysPragma { line }
            | ScriptError::CopyFromStdin { line }
            | ScriptError::CommitsInSeed { line, .. }
            | ScriptError::RustInSeed { line }
            | ScriptError::Nul { line } => *line,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            ScriptError::Split(error) => error.hint(),
            ScriptError::Directive { source, .. } => source.hint(),
            ScriptError::Batch { source, .. } => Some(source.hint()),
            ScriptError::MisplacedDirective { belongs, .. } => Some(format!("put it {belongs}")),
            ScriptError::OtherEngine { .. } | ScriptError::Nul { .. } => Some("remove it".to_owned()),
            ScriptError::TransactionControl { .. } => Some(
                "remove it: `upgrade` runs the script in one transaction; `-- schema: autocommit` above a statement takes it out"
                    .to_owned(),
            ),
            ScriptError::TransactionSetting { .. } => Some(
                "remove it: changes of rows between two statements that commit share a transaction; \
                 `-- schema: autocommit` above a statement gives it one of its own"
                    .to_owned(),
            ),
            ScriptError::ReleasesLock { .. } => Some("release the locks of the script one by one".to_owned()),
            ScriptError::ForeignKeysPragma { .. } => {
                Some("write `-- schema: foreign_keys=off` on top of the script instead".to_owned())
            }
            ScriptError::CommitsInSeed { .. } | ScriptError::RustInSeed { .. } => {
                Some("put it into a revision".to_owned())
            }
            ScriptError::CopyFromStdin { .. } => Some("write the rows as `INSERT` statements".to_owned()),
        }
    }
}

const ABOVE: &str = "above the statement that it is for, in a line of its own";
const BETWEEN: &str = "between two statements, in a line of its own, and above the directives of the second";
/// Where the directive `irreversible` belongs.
pub(crate) const IN_DOWN: &str = "into a down script, in a line of its own";
const ON_TOP: &str = "on top of the script, above the first statement";

impl Script {
    /// Reads a script.
    ///
    /// ```
    /// use schema_core::model::Engine;
    /// use schema_core::sql::Script;
    ///
    /// let script = Script::parse("-- schema: autocommit\nVACUUM;\nSELECT 1;", Engine::Sqlite)?;
    /// assert!(script.statements[0].autocommit);
    /// assert!(!script.statements[1].autocommit);
    /// # Ok::<(), schema_core::sql::ScriptError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A script that cannot be split, directives that are wrong or out of place, and statements that only a database shell can run or
    /// that would end the runner's transaction.
    pub fn parse(text: &str, engine: Engine) -> Result<Script, ScriptError> {
        Script::read(text, engine, &mut |error| Err(error))
    }

    /// Reads a script, and finds all that is wrong with it.
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Script::parse), one for each statement or comment that has one; alone the error of a script that cannot be split.
    pub fn parse_all(text: &str, engine: Engine) -> Result<Script, Vec<ScriptError>> {
        let mut errors = Vec::new();
        let read = Script::read(text, engine, &mut |error| {
            errors.push(error);
            Ok(())
        });
        match read {
            Ok(script) if errors.is_empty() => Ok(script),
            Ok(_) => Err(errors),
            Err(error) => {
                errors.push(error);
                Err(errors)
            }
        }
    }

    /// Reads a script. `wrong` decides whether it goes on behind an error.
    fn read(
        text: &str,
        engine: Engine,
        wrong: &mut dyn FnMut(ScriptError) -> Result<(), ScriptError>,
    ) -> Result<Script, ScriptError> {
        if let Some(position) = text.find('\0') {
            let line = 1 + text.bytes().take(position).filter(|byte| *byte == b'\n').count();
            return Err(ScriptError::Nul { line });
        }
        let Split { statements, rest: _, rest_comments } = split(text, engine)?;
        let mut script = Script::default();
        for (index, statement) in statements.into_iter().enumerate() {
            script.add(statement, index == 0, engine).or_else(&mut *wrong)?;
        }
        let mut words: Vec<&str> = Vec::new();
        for comment in rest_comments {
            let found = match directive(&comment) {
                Ok(found) => found,
                Err(error) => {
                    wrong(error)?;
                    continue;
                }
            };
            match found {
                Some(Directive::Rust(name)) if comment.placement == Placement::AtEnd => {
                    script.add_rust(name, &mut words, comment.line);
                }
                Some(Directive::Irreversible(reason)) => script.cannot_be_undone(reason, comment.line),
                Some(directive) => wrong(misplaced(&directive, comment.line))?,
                None => words.extend(without_marks(comment.text)),
            }
        }
        let batch = script.statements.iter().find(|statement| statement.batch.is_some());
        if let Some(batch) = batch.filter(|_| script.foreign_keys_off) {
            wrong(ScriptError::Batch { line: batch.line, source: BatchError::ForeignKeysOff })?;
        }
        Ok(script)
    }

    fn add(
        &mut self,
        statement: SplitStatement<'_>,
        is_first: bool,
        engine: Engine,
    ) -> Result<(), ScriptError> {
        let SplitStatement { lead: _, sql, tail: _, line, comments } = statement;
        check_statement(sql, line, engine)?;
        let (mut autocommit, mut lock_timeout, mut batch) = (false, None, None);
        let refused = |line, source| Err(ScriptError::Batch { line, source });
        let mut words: Vec<&str> = Vec::new();
        for comment in comments {
            if comment.placement == Placement::Elsewhere {
                refuse_directive(&comment)?;
                continue;
            }
            let line = comment.line;
            let found = directive(&comment)?;
            if let Some((directive, only)) = found.as_ref().map(|it| (it, only_for(it)))
                && !only.contains(&engine)
            {
                let directive = directive.to_string();
                return Err(ScriptError::OtherEngine { line, directive, only, engine });
            }
            match found {
                None => words.extend(without_marks(comment.text)),
                Some(Directive::Autocommit) => autocommit = true,
                Some(Directive::LockTimeout(longest)) => lock_timeout = Some(longest),
                Some(Directive::Batch(found)) => {
                    if found.max_lag.is_some() && engine != Engine::Postgres {
                        return refused(line, BatchError::LagUnknown { engine });
                    }
                    if batch.replace(found).is_some() {
                        return refused(line, BatchError::Twice);
                    }
                }
                // What stands above it for a statement would have no effect on a function.
                Some(directive @ Directive::Rust(_))
                    if autocommit || lock_timeout.is_some() || batch.is_some() =>
                {
                    return Err(misplaced(&directive, line));
                }
                Some(Directive::Rust(name)) => self.add_rust(name, &mut words, line),
                Some(Directive::Irreversible(reason)) => self.cannot_be_undone(reason, line),
                Some(Directive::Recreates(object)) => self.recreates.push(ScriptRecreated { object, line }),
                Some(directive @ Directive::ForeignKeysOff) => {
                    if !is_first {
                        let directive = directive.to_string();
                        return Err(ScriptError::MisplacedDirective { line, directive, belongs: ON_TOP });
                    }
                    self.foreign_keys_off = true;
                }
                Some(Directive::Expects { table, hash }) => {
                    self.expects.push(ExpectedTable { table, hash, line })
                }
            }
        }
        let comment = words.join("\n").trim().to_owned();
        let batch = match batch {
            Some(_) if autocommit => return refused(line, BatchError::Autocommit),
            Some(batch) => match Ranges::of(sql, &batch, engine) {
                Ok(ranges) => Some(ScriptBatch { batch, ranges }),
                Err(source) => return refused(line, source),
            },
            None => None,
        };
        self.statements.push(ScriptStatement {
            sql: sql.to_owned(),
            comment,
            line,
            autocommit,
            lock_timeout,
            batch,
            rust: None,
        });
        Ok(())
    }

    /// Notes why the revision cannot be undone; of several reasons, the first.
    fn cannot_be_undone(&mut self, reason: String, line: usize) {
        self.irreversible.get_or_insert(Irreversible { reason, line });
    }

    /// Adds a function of the application, with the comment above it.
    fn add_rust(&mut self, name: String, words: &mut Vec<&str>, line: usize) {
        self.statements.push(ScriptStatement {
            sql: Directive::Rust(name.clone()).to_string(),
            comment: std::mem::take(words).join("\n").trim().to_owned(),
            line,
            autocommit: false,
            lock_timeout: None,
            batch: None,
            rust: Some(name),
        });
    }
}

/// The engines whose scripts alone may say so.
fn only_for(directive: &Directive) -> &'static [Engine] {
    match directive {
        Directive::Autocommit | Directive::Batch(_) | Directive::Rust(_) | Directive::Irreversible(_) => {
            &Engine::ALL
        }
        Directive::ForeignKeysOff | Directive::Expects { .. } => &[Engine::Sqlite],
        Directive::LockTimeout(_) => &[Engine::Postgres],
        Directive::Recreates(_) => &[Engine::Postgres, Engine::Mysql, Engine::Mariadb],
    }
}

fn listed(engines: &[Engine]) -> String {
    engines.iter().map(Engine::to_string).collect::<Vec<_>>().join(", ")
}

fn directive(comment: &Comment<'_>) -> Result<Option<Directive>, ScriptError> {
    Directive::parse(comment.text)
        .transpose()
        .map_err(|source| ScriptError::Directive { line: comment.line, source })
}

fn refuse_directive(comment: &Comment<'_>) -> Result<(), ScriptError> {
    match directive(comment) {
        // Inside a statement it is as the database has it, and nobody can have meant it.
        Ok(None) | Err(ScriptError::Directive { source: DirectiveError::Lookalike { .. }, .. }) => Ok(()),
        Ok(Some(directive)) => Err(misplaced(&directive, comment.line)),
        Err(error) => Err(error),
    }
}

fn misplaced(directive: &Directive, line: usize) -> ScriptError {
    let belongs = match directive {
        Directive::ForeignKeysOff => ON_TOP,
        Directive::Rust(_) => BETWEEN,
        Directive::Irreversible(_) => IN_DOWN,
        Directive::Autocommit
        | Directive::Expects { .. }
        | Directive::Recreates(_)
        | Directive::LockTimeout(_)
        | Directive::Batch(_) => ABOVE,
    };
    ScriptError::MisplacedDirective { line, directive: directive.to_string(), belongs }
}

fn without_marks(comment: &str) -> impl Iterator<Item = &str> {
    let body = comment.strip_prefix("/*").map_or(comment, |body| body.strip_suffix("*/").unwrap_or(body));
    body.lines().map(|line| line.trim().trim_start_matches(['-', '#', '*']).trim())
}

pub(super) fn check_statement(sql: &str, line: usize, engine: Engine) -> Result<(), ScriptError> {
    let words = significant_words(sql, engine);
    let word = |index: usize| words.get(index).map(String::as_str).unwrap_or_default();
    let ends_transaction = match (engine, word(0), word(1)) {
        (_, "COMMIT" | "ROLLBACK", _) => true,
        (Engine::Sqlite, "BEGIN" | "END", _) => true,
        (Engine::Postgres, "BEGIN" | "END" | "ABORT", _) => true,
        (Engine::Postgres, "PREPARE", "TRANSACTION") => true,
        // MariaDB: `BEGIN NOT ATOMIC` is a compound statement.
        (Engine::Mysql | Engine::Mariadb, "BEGIN", second) => second != "NOT",
        (Engine::Mysql | Engine::Mariadb, "XA", _) => true,
        (Engine::Postgres | Engine::Mysql | Engine::Mariadb, "START", "TRANSACTION") => true,
        (Engine::Sqlite | Engine::Postgres | Engine::Mysql | Engine::Mariadb, _, _) => false,
    };
    if ends_transaction {
        return Err(ScriptError::TransactionControl { line, keyword: word(0).to_owned() });
    }
    if let Some(setting) = transaction_setting(sql, engine) {
        return Err(ScriptError::TransactionSetting { line, setting });
    }
    let releases: &[(&str, &str)] = match engine {
        Engine::Sqlite => &[],
        Engine::Postgres => &[("PG_ADVISORY_UNLOCK_ALL", "pg_advisory_unlock_all()")],
        Engine::Mysql | Engine::Mariadb => &[("RELEASE_ALL_LOCKS", "RELEASE_ALL_LOCKS()")],
    };
    let makes = matches!(word(0), "ALTER" | "CREATE");
    // However far behind, and in quotes too: the whole run depends on the lock.
    let is_name = |token: &Token, name: &str| {
        token.kind.is_name() && unquote_identifier(token.text(sql)).eq_ignore_ascii_case(name)
    };
    let mentions = |name: &str| sql.to_ascii_uppercase().contains(name);
    let called =
        |name: &str| !makes && mentions(name) && tokens(sql, engine).any(|token| is_name(&token, name));
    if let Some((_, what)) = releases.iter().find(|(name, _)| called(name)) {
        return Err(ScriptError::ReleasesLock { line, what });
    }
    if engine == Engine::Postgres && word(0) == "DISCARD" && word(1) == "ALL" {
        return Err(ScriptError::ReleasesLock { line, what: "DISCARD ALL" });
    }
    if matches!(engine, Engine::Mysql | Engine::Mariadb) && word(0) == "SOURCE" {
        return Err(SplitError::ShellCommand { line, command: "source".to_owned() }.into());
    }
    if engine == Engine::Sqlite && word(0) == "PRAGMA" && words.iter().any(|word| word == "FOREIGN_KEYS") {
        return Err(ScriptError::ForeignKeysPragma { line });
    }
    let from_stdin = || words.windows(2).any(|pair| pair[0] == "FROM" && pair[1] == "STDIN");
    if engine == Engine::Postgres && word(0) == "COPY" && from_stdin() {
        return Err(ScriptError::CopyFromStdin { line });
    }
    Ok(())
}

/// The setting of its own session that a statement sets and that decides where transactions end. Those of other sessions are the server's.
fn transaction_setting(sql: &str, engine: Engine) -> Option<&'static str> {
    const SETTINGS: [&str; 2] = ["autocommit", "completion_type"];
    if !matches!(engine, Engine::Mysql | Engine::Mariadb) {
        return None;
    }
    let SessionEffect { leaves, .. } = SessionEffect::of(sql, engine);
    let mut set = leaves.iter().filter(|state| state.kind == SessionStateKind::Setting);
    set.find_map(|state| SETTINGS.into_iter().find(|setting| state.name.as_deref() == Some(*setting)))
}

/// The statement's bare words in upper case, as many as it takes to tell what it is.
fn significant_words(sql: &str, engine: Engine) -> Vec<String> {
    const ENOUGH: usize = 64;
    tokens(sql, engine)
        .filter(|token| token.kind == TokenKind::Word)
        .take(ENOUGH)
        .map(|token| token.text(sql).to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
mod tests;
