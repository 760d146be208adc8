//! Statements that a plan is made of, and the script that they become.

use super::token::tokens;
use super::{Batch, Directive, Hazard, Recreated, TokenKind};
use crate::model::{Engine, QualifiedName};
use std::fmt::Write as _;

/// One SQL statement with what a reviewer shall know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it does, in plain words.
    pub comment: String,
    /// Its dangers.
    pub hazards: Vec<Hazard>,
    /// The lock that it takes, and who waits for that and how long, where the planner says so.
    pub lock: Option<String>,
    /// The SQL, without a final semicolon.
    pub sql: String,
    /// Whether it must run outside a transaction.
    pub autocommit: bool,
    /// The ranges in which it runs, each in a transaction of its own; the statement names them.
    pub batch: Option<Batch>,
    /// The table whose change it belongs to, where the planner says so and it belongs to no other.
    pub(crate) table: Option<QualifiedName>,
    /// Ways to the same that cost more, the cheapest first, for a server that does not take this one.
    pub(crate) dearer: Vec<Statement>,
}

impl Statement {
    /// A statement without dangers.
    #[must_use]
    pub fn new(comment: impl Into<String>, sql: impl Into<String>) -> Self {
        Statement {
            comment: comment.into(),
            hazards: Vec::new(),
            lock: None,
            sql: sql.into(),
            autocommit: false,
            batch: None,
            table: None,
            dearer: Vec::new(),
        }
    }

    /// Becomes the next way to the same; false where there is no other.
    pub(crate) fn become_dearer(&mut self) -> bool {
        if self.dearer.is_empty() {
            return false;
        }
        let mut dearer = std::mem::take(&mut self.dearer);
        *self = dearer.remove(0);
        self.dearer = dearer;
        true
    }

    /// Why it may fail; none where it says nothing of that.
    pub(crate) fn may_fail(&self) -> Option<String> {
        let texts: Vec<&str> = self
            .hazards
            .iter()
            .filter_map(|hazard| match hazard {
                Hazard::MayFail(text) => Some(text.as_str()),
                Hazard::DestroysData(_)
                | Hazard::Keeps(_)
                | Hazard::RewritesTable(_)
                | Hazard::BlocksReads(_)
                | Hazard::BlocksWrites(_)
                | Hazard::RevokesAccess(_) => None,
            })
            .collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    }

    /// The statement, to be run outside a transaction.
    #[must_use]
    pub fn outside_transaction(mut self) -> Self {
        self.autocommit = true;
        self
    }

    /// Whether it cannot share a transaction with others.
    #[must_use]
    pub fn stands_alone(&self) -> bool {
        self.autocommit || self.batch.is_some()
    }

    /// The statement, to be run in these ranges.
    pub(crate) fn in_batches(mut self, batch: Batch) -> Self {
        self.batch = Some(batch);
        self
    }

    /// The statement with what it locks: `SHARE UPDATE EXCLUSIVE on …: reads and writes go on`.
    pub(crate) fn locking(mut self, lock: impl Into<String>) -> Self {
        self.lock = Some(lock.into());
        self
    }

    /// The statement as a part of this table's change.
    pub(crate) fn of_table(mut self, table: &QualifiedName) -> Self {
        self.table = Some(table.clone());
        self
    }

    /// The statement with these dangers as well, the greatest first.
    #[must_use]
    pub fn with_hazards(mut self, hazards: impl IntoIterator<Item = Hazard>) -> Self {
        self.hazards.extend(hazards);
        self.hazards.sort();
        self.hazards.dedup();
        self
    }
}

/// What a rebuild knows of a table before the script runs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expectation {
    /// The table, as the database calls it before the script.
    pub table: String,
    /// The hash of everything the rebuild knows of it.
    pub hash: String,
}

/// The statements of one direction, in order.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Plan {
    /// Whether SQLite's foreign keys must be off while it runs.
    pub foreign_keys_off: bool,
    /// What the rebuilds know of their tables.
    pub expectations: Vec<Expectation>,
    /// What is dropped and recreated: it gets back what no script says (PostgreSQL), or must be what the script knows (MySQL, MariaDB).
    pub recreated: Vec<Recreated>,
    /// The statements.
    pub statements: Vec<Statement>,
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// The script as people review it: directives on top, a comment above each statement.
    #[must_use]
    pub fn to_script(&self) -> String {
        let mut script = String::new();
        // Writing to a string cannot fail.
        if self.foreign_keys_off {
            let _ = writeln!(script, "{}", Directive::ForeignKeysOff);
        }
        for Expectation { table, hash } in &self.expectations {
            let directive = Directive::Expects { table: table.clone(), hash: hash.clone() };
            let _ = writeln!(script, "{directive}");
        }
        for recreated in &self.recreated {
            let _ = writeln!(script, "{}", Directive::Recreates(recreated.clone()));
        }
        for statement in &self.statements {
            if !script.is_empty() {
                script.push('\n');
            }
            push_comment(&mut script, &statement.comment);
            for hazard in &statement.hazards {
                push_comment(&mut script, &hazard.to_string());
            }
            if let Some(lock) = &statement.lock {
                push_comment(&mut script, &format!("LOCK: {lock}"));
            }
            if statement.autocommit {
                let _ = writeln!(script, "{}", Directive::Autocommit);
            }
            if let Some(batch) = &statement.batch {
                let _ = writeln!(script, "{}", Directive::Batch(batch.clone()));
            }
            let end = if ends_in_comment(&statement.sql) { "\n;" } else { ";" };
            let _ = writeln!(script, "{}{end}", statement.sql);
        }
        if self.statements.is_empty() {
            script.push_str("-- nothing to do\n");
        }
        script
    }
}

/// Whether a definition, as it was written, ends in a comment that would swallow the semicolon. Only SQLite keeps such.
fn ends_in_comment(sql: &str) -> bool {
    sql.lines().last().is_some_and(|line| line.contains("--"))
        && tokens(sql, Engine::Sqlite).last().is_some_and(|token| token.kind == TokenKind::LineComment)
}

/// A comment on lines of its own; a name with a line break in it must not end the comment.
fn push_comment(script: &mut String, text: &str) {
    script.push_str("-- ");
    script.push_str(&text.replace(['\n', '\r'], " "));
    script.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_name_with_a_line_break_stays_in_the_directive() {
        let expectation = Expectation { table: "a\nDROP TABLE b; --".to_owned(), hash: "ab12".to_owned() };
        let plan = Plan { expectations: vec![expectation], ..Plan::default() };
        let script = plan.to_script();
        assert!(script.lines().all(|line| line.starts_with("--")), "{script}");
    }
}
