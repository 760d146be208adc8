//! Scripts of other tools as the runner takes them.
//!
//! The text stays as its author wrote it. `-- schema: autocommit` is added above what the tool ran outside a transaction, and a transaction around the whole
//! script becomes a comment, as the runner has its own.

use super::files::Found;
use super::problem::Trouble;
use crate::model::Engine;
use crate::sql::{Directive, Effect, Script, SplitStatement, Words, split};
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;

/// A script, or the part of a file that is one.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) path: PathBuf,
    /// The line of the file that the text begins in, from 1.
    pub(super) first_line: usize,
    pub(super) text: String,
    pub(super) transactions: Transactions,
}

/// What a tool runs in transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Transactions {
    /// The whole script, in one.
    Whole,
    /// Nothing.
    Never,
    /// What can be in one.
    WherePossible,
    /// All but the statements that begin in these lines of the text.
    Except(BTreeSet<usize>),
}

impl Part {
    pub(super) fn whole_file(path: PathBuf, text: String, transactions: Transactions) -> Self {
        Part { path, first_line: 1, text, transactions }
    }

    /// Takes away the blank lines around it.
    pub(super) fn trim(&mut self) {
        let lines = self.text.split_inclusive('\n');
        let blank = lines.take_while(|line| line.trim().is_empty()).map(str::len).sum();
        self.first_line += slice(&self.text, 0..blank).matches('\n').count();
        self.text.drain(..blank);
        let end = line_end(&self.text);
        self.text.truncate(self.text.trim_end().len());
        if !self.text.is_empty() {
            self.text.push_str(end);
        }
    }
}

/// A script for the runner.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) is_irreversible: bool,
    has_statements: bool,
}

/// The up script.
pub(super) fn up(part: &Part, found: &mut Found) -> Written {
    let (text, has_statements) = written(part, found);
    Written { text, is_irreversible: false, has_statements }
}

/// The down script; where there is none, one that says so and stops.
pub(super) fn down(part: Option<&Part>, up: &Written, found: &mut Found) -> Written {
    let tool = found.tool;
    let irreversible = |reason: String| Written {
        text: format!("{}\n", Directive::Irreversible(reason)),
        is_irreversible: true,
        has_statements: false,
    };
    let Some(part) = part else { return irreversible(format!("the migration of {tool} has no down script")) };
    let (text, has_statements) = written(part, found);
    if up.has_statements && !has_statements {
        let mut nothing = irreversible(format!("the down script of the migration of {tool} is empty"));
        if !text.trim().is_empty() {
            nothing.text = format!("{}\n\n{}", nothing.text.trim_end(), text);
        }
        return nothing;
    }
    Written { text, is_irreversible: false, has_statements }
}

fn written(part: &Part, found: &mut Found) -> (String, bool) {
    let Part { path, first_line, text, transactions } = part;
    let engine = found.engine;
    // A byte order mark says nothing within UTF-8.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (text, transactions, keys_off) = without_transaction(text, transactions, engine);
    let problems = match Script::parse_all(&text, engine) {
        Ok(_) => Vec::new(),
        Err(problems) => problems,
    };
    for source in &problems {
        let line = Some(source.line() + first_line - 1);
        found.problem(path, line, Trouble::Script { source: source.clone() });
    }
    let Ok(parts) = split(&text, engine) else { return (String::new(), true) };
    let has_statements = !parts.statements.is_empty();
    let mut text = with_directives(&text, &parts.statements, &transactions, engine);
    if keys_off {
        text.insert_str(0, &format!("{}{}", Directive::ForeignKeysOff, line_end(&text)));
    }
    (text, has_statements)
}

/// What a statement is to the transaction around the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Begin,
    Commit,
    /// `PRAGMA foreign_keys` of SQLite, and whether it switches them off.
    ForeignKeys {
        off: bool,
    },
    Other,
}

impl Role {
    fn of(sql: &str, engine: Engine) -> Self {
        const OFF: [&str; 4] = ["OFF", "0", "FALSE", "NO"];
        let upper = sql.to_ascii_uppercase();
        let words: Vec<&str> = upper.split(|it: char| !it.is_ascii_alphanumeric() && it != '_').collect();
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        let is_sqlite = engine == Engine::Sqlite;
        match words.as_slice() {
            ["BEGIN"] | ["BEGIN", "TRANSACTION" | "WORK"] | ["START", "TRANSACTION"] => Role::Begin,
            ["BEGIN", "DEFERRED" | "IMMEDIATE" | "EXCLUSIVE", ..] if is_sqlite => Role::Begin,
            ["COMMIT"] | ["COMMIT", "TRANSACTION" | "WORK"] => Role::Commit,
            ["END"] | ["END", "TRANSACTION"] if is_sqlite || engine == Engine::Postgres => Role::Commit,
            ["PRAGMA", "FOREIGN_KEYS", value] if is_sqlite => Role::ForeignKeys { off: OFF.contains(value) },
            _ => Role::Other,
        }
    }
}

/// The script without what begins and ends a transaction around all of it, and without the pragmas for which the runner has a directive; how it runs then, and
/// whether foreign keys are off. What is taken out becomes a comment, so that all lines stay where they are.
fn without_transaction(
    text: &str,
    transactions: &Transactions,
    engine: Engine,
) -> (String, Transactions, bool) {
    let as_it_is = || (text.to_owned(), transactions.clone(), false);
    // What cannot be split is told later.
    let Ok(parts) = split(text, engine) else { return as_it_is() };
    let roles: Vec<Role> = parts.statements.iter().map(|it| Role::of(it.sql, engine)).collect();
    let rest: Vec<Role> =
        roles.iter().copied().filter(|role| !matches!(role, Role::ForeignKeys { .. })).collect();
    let is_control = |role: &&Role| matches!(role, Role::Begin | Role::Commit);
    let is_wrapped = matches!(rest.as_slice(), [Role::Begin, between @ .., Role::Commit] if !between.iter().any(|role| is_control(&role)));
    // Switched off anywhere but before all else, only a part of the script has them off.
    let keys: Vec<bool> = roles
        .iter()
        .filter_map(|role| if let Role::ForeignKeys { off } = role { Some(*off) } else { None })
        .collect();
    let first = roles.iter().find(|role| **role != Role::Begin);
    let is_outside = match transactions {
        // Within a transaction the pragma does nothing.
        Transactions::Whole | Transactions::Except(_) => false,
        Transactions::Never | Transactions::WherePossible => true,
    };
    let first_is_off = matches!(first, Some(Role::ForeignKeys { off: true }));
    let off_once = first_is_off && keys.iter().filter(|off| **off).count() == 1;
    let can_be_said = !is_outside || off_once || keys.iter().all(|off| !off);
    let taken = |role: &Role| match role {
        Role::Begin | Role::Commit => is_wrapped,
        Role::ForeignKeys { .. } => can_be_said,
        Role::Other => false,
    };
    let mut written = String::with_capacity(text.len() + 16);
    for (statement, role) in parts.statements.iter().zip(&roles) {
        let SplitStatement { lead, sql, tail, .. } = statement;
        written.push_str(lead);
        if taken(role) {
            written.push_str(&format!("/* {} */", sql.replace("*/", "* /")));
        } else {
            written.push_str(sql);
        }
        written.push_str(tail);
    }
    written.push_str(parts.rest);
    let transactions = if is_wrapped { Transactions::Whole } else { transactions.clone() };
    (written, transactions, is_outside && off_once)
}

/// The script with `-- schema: autocommit` above what runs outside the transaction.
fn with_directives(
    text: &str,
    statements: &[SplitStatement<'_>],
    transactions: &Transactions,
    engine: Engine,
) -> String {
    let mut written = String::with_capacity(text.len());
    let mut position = 0;
    for SplitStatement { lead, sql, tail, line, .. } in statements {
        let start = position + lead.len();
        written.push_str(slice(text, position..start));
        if is_outside(transactions, sql, *line, engine) {
            let end = line_end(text);
            let begun = written.rfind('\n').map_or(0, |at| at + 1);
            let before = written.get(begun..).unwrap_or_default().to_owned();
            if before.trim().is_empty() {
                written.truncate(begun);
                written.push_str(&format!("{}{end}{before}", Directive::Autocommit));
            } else {
                written.push_str(&format!("{end}{}{end}", Directive::Autocommit));
            }
        }
        position = start + sql.len() + tail.len();
        written.push_str(slice(text, start..position));
    }
    written.push_str(slice(text, position..text.len()));
    written
}

fn is_outside(transactions: &Transactions, sql: &str, line: usize, engine: Engine) -> bool {
    match transactions {
        Transactions::Whole => false,
        Transactions::Never => true,
        Transactions::Except(lines) => lines.contains(&line),
        Transactions::WherePossible => match engine {
            // An anonymous block that commits nothing can be in one.
            Engine::Sqlite | Engine::Postgres => {
                Words::new(sql, engine).keyword() != "DO" && !Effect::of(sql, engine).is_transactional
            }
            // The runner knows what the servers commit by themselves.
            Engine::Mysql | Engine::Mariadb => false,
        },
    }
}

fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}
