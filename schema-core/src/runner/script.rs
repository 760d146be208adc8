//! A revision's script, cut into what runs in one transaction and what runs outside of any.

use super::session::{Needed, Replay, SessionPlan};
use super::stop::Stop;
use super::{Failure, RunnerError};
use crate::model::Engine;
use crate::revision::directory::Direction;
use crate::revision::{Checksum, Directory, DirectoryError, RevisionId};
use crate::sql::token::tokens;
use crate::sql::{
    Effect, ExpectedTable, Recreated, Script, ScriptBatch, ScriptRecreated, ScriptStatement, SessionEffect,
    TokenKind, unquote_identifier,
};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

/// A script that is ready to be run.
#[derive(Debug)]
pub(super) struct PreparedScript {
    pub(super) revision: RevisionId,
    pub(super) message: String,
    pub(super) direction: Direction,
    pub(super) path: PathBuf,
    pub(super) checksum: Checksum,
    pub(super) foreign_keys_off: bool,
    pub(super) expects: Vec<ExpectedTable>,
    pub(super) recreates: Vec<ScriptRecreated>,
    /// At least one, and the last holds the change of the history.
    pub(super) segments: Vec<Segment>,
    /// The tables that it renames: old name, new name.
    pub(super) renames: Vec<(String, String)>,
    /// What steps need of the session that is lost with it.
    pub(super) needed: Vec<Needed>,
}

/// Steps that succeed or fail together.
#[derive(Debug)]
pub(super) enum Segment {
    Transaction(Vec<Step>),
    /// In a transaction of its own, of which a rollback may leave something: it is written down before it, too.
    Lasting(Step),
    Autocommit(Step),
    /// In ranges, each in a transaction of its own.
    Batch(Step),
}

impl Segment {
    pub(super) fn steps(&self) -> &[Step] {
        match self {
            Segment::Transaction(steps) => steps,
            Segment::Lasting(step) | Segment::Autocommit(step) | Segment::Batch(step) => {
                std::slice::from_ref(step)
            }
        }
    }

    fn steps_mut(&mut self) -> &mut [Step] {
        match self {
            Segment::Transaction(steps) => steps,
            Segment::Lasting(step) | Segment::Autocommit(step) | Segment::Batch(step) => {
                std::slice::from_mut(step)
            }
        }
    }
}

/// A statement and its place in the script.
#[derive(Debug)]
pub(super) struct Step {
    /// From 1.
    pub(super) number: usize,
    pub(super) line: usize,
    pub(super) sql: String,
    /// What the script says about it.
    pub(super) comment: String,
    /// How long it waits for the locks of others, where the script says so.
    pub(super) lock_timeout: Option<Duration>,
    /// The ranges in which it runs.
    pub(super) batch: Option<ScriptBatch>,
    /// The function of the application that runs in its place.
    pub(super) rust: Option<String>,
    /// What it leaves in the session.
    pub(super) session: SessionEffect,
    /// Whether it runs again where a run goes on behind it.
    pub(super) replay: Replay,
    /// The steps whose effect on the session is all that it ends: in a session in which they have not run there is nothing to do.
    pub(super) ends: Vec<usize>,
}

impl PreparedScript {
    pub(super) fn load(
        revisions: &Directory,
        revision: &RevisionId,
        engine: Engine,
        direction: Direction,
    ) -> Result<Self, Stop> {
        let directory = |error: DirectoryError| Stop::from(RunnerError::from(error));
        let message =
            revisions.graph().get(revision).map(|revision| revision.message.clone()).unwrap_or_default();
        let script = revisions.script(revision, engine, direction).map_err(directory)?;
        let Script { statements, foreign_keys_off, expects, recreates, irreversible } =
            Script::parse(&script.text, engine)
                .map_err(|source| Failure::Script { path: script.path.clone(), source })?;
        if let Some(irreversible) = irreversible {
            return Err(Stop::finally(Failure::irreversible(script.path, irreversible, direction)));
        }
        let renames =
            statements.iter().filter_map(|statement| renamed_table(&statement.sql, engine)).collect();
        let (segments, needed) = planned(statements, engine);
        Ok(PreparedScript {
            revision: revision.clone(),
            message,
            direction,
            path: script.path,
            checksum: script.checksum,
            foreign_keys_off,
            expects,
            recreates,
            segments,
            renames,
            needed,
        })
    }

    /// Gives these steps transactions of their own, as a rollback may leave something of them.
    pub(super) fn isolate(&mut self, lasting: &BTreeSet<usize>, engine: Engine) {
        let mut segments: Vec<Segment> = Vec::new();
        for segment in std::mem::take(&mut self.segments) {
            let steps = match segment {
                Segment::Transaction(steps) if steps.iter().any(|step| lasting.contains(&step.number)) => {
                    steps
                }
                Segment::Transaction(_)
                | Segment::Lasting(_)
                | Segment::Autocommit(_)
                | Segment::Batch(_) => {
                    segments.push(segment);
                    continue;
                }
            };
            let mut together = Vec::new();
            for step in steps {
                if !lasting.contains(&step.number) {
                    together.push(step);
                    continue;
                }
                if !together.is_empty() {
                    segments.push(Segment::Transaction(std::mem::take(&mut together)));
                }
                segments.push(Segment::Lasting(step));
            }
            if !together.is_empty() {
                segments.push(Segment::Transaction(together));
            }
        }
        self.segments = segments;
        self.needed = planned_sessions(&mut self.segments, engine);
    }

    /// Whether a rollback may leave something of this step.
    pub(super) fn is_lasting(&self, number: usize) -> bool {
        self.segments.iter().any(|segment| match segment {
            Segment::Lasting(step) => step.number == number,
            Segment::Transaction(_) | Segment::Autocommit(_) | Segment::Batch(_) => false,
        })
    }

    /// Whether it takes more than one transaction.
    pub(super) fn is_journalled(&self) -> bool {
        !matches!(self.segments.as_slice(), [Segment::Transaction(_)])
    }

    /// What it drops and recreates.
    pub(super) fn recreated(&self) -> Vec<Recreated> {
        self.recreates.iter().map(|it| it.object.clone()).collect()
    }

    pub(super) fn steps(&self) -> impl Iterator<Item = &Step> {
        self.segments.iter().flat_map(Segment::steps)
    }

    /// Whether it changes the session, which has to be as before when the next script runs.
    pub(super) fn changes_session(&self) -> bool {
        self.steps().any(|step| step.session.changes_session())
    }

    pub(super) fn step(&self, number: usize) -> Option<&Step> {
        self.steps().find(|step| step.number == number)
    }
}

impl Step {
    /// The step for a shell, which has no loop: a batch is one statement about all rows.
    pub(super) fn for_shell(&self) -> (Cow<'_, str>, Cow<'_, str>) {
        let (comment, sql) = (self.comment.as_str(), self.sql.as_str());
        let Some(ScriptBatch { batch, ranges }) = &self.batch else { return (comment.into(), sql.into()) };
        let lost = format!(
            "NOT IN BATCHES: a shell runs this in one transaction, which locks all rows that it changes until its end; \
             `upgrade` without `--sql` runs it {} rows at a time. Rows without a key are left out, where `upgrade` stops",
            batch.size
        );
        let comment = if comment.is_empty() { lost } else { format!("{comment}\n{lost}") };
        (comment.into(), ranges.whole(sql).into())
    }
}

/// The segments, and what their steps need of the session.
pub(super) fn planned(statements: Vec<ScriptStatement>, engine: Engine) -> (Vec<Segment>, Vec<Needed>) {
    let mut segments = segments(statements, engine);
    let needed = planned_sessions(&mut segments, engine);
    (segments, needed)
}

/// Sets what follows for each step, and returns what steps need of the session.
fn planned_sessions(segments: &mut [Segment], engine: Engine) -> Vec<Needed> {
    let SessionPlan { replays, ends, needed } = SessionPlan::of(segments, engine);
    let steps = segments.iter_mut().flat_map(Segment::steps_mut);
    for (step, (replay, ends)) in steps.zip(replays.into_iter().zip(ends)) {
        (step.replay, step.ends) = (replay, ends);
    }
    needed
}

/// Where DDL commits by itself, each statement that a transaction cannot hold stands alone.
fn segments(statements: Vec<ScriptStatement>, engine: Engine) -> Vec<Segment> {
    let is_all_transactional = match engine {
        Engine::Sqlite | Engine::Postgres => true,
        Engine::Mysql | Engine::Mariadb => false,
    };
    let mut segments: Vec<Segment> = Vec::new();
    let mut joins_last = false;
    for (index, statement) in statements.into_iter().enumerate() {
        let ScriptStatement { sql, comment, line, autocommit, lock_timeout, batch, rust } = statement;
        let Effect { is_transactional, session } = match &rust {
            // It runs nothing that ends a transaction or leaves something in the session.
            Some(_) => Effect { is_transactional: true, session: SessionEffect::default() },
            None => Effect::of(&sql, engine),
        };
        let (number, replay) = (index + 1, Replay::Never);
        let is_batch = batch.is_some();
        let step =
            Step { number, line, sql, comment, lock_timeout, batch, rust, session, replay, ends: Vec::new() };
        let in_transaction = is_transactional || (is_all_transactional && !autocommit);
        match segments.last_mut() {
            _ if is_batch => segments.push(Segment::Batch(step)),
            _ if !in_transaction => segments.push(Segment::Autocommit(step)),
            Some(Segment::Transaction(steps)) if joins_last && !autocommit => steps.push(step),
            Some(
                Segment::Transaction(_) | Segment::Lasting(_) | Segment::Autocommit(_) | Segment::Batch(_),
            )
            | None => {
                segments.push(Segment::Transaction(vec![step]));
            }
        }
        // What was to be outside of the transaction and can have one of its own is certain to run just once in that.
        joins_last = in_transaction && !autocommit && !is_batch;
    }
    if segments.is_empty() {
        segments.push(Segment::Transaction(Vec::new()));
    }
    segments
}

/// `schema.old RENAME TO new` in tokens, and one that must not be there.
const LONGEST_RENAME: usize = 7;

/// `ALTER TABLE [schema.]old RENAME TO new`.
pub(super) fn renamed_table(sql: &str, engine: Engine) -> Option<(String, String)> {
    let mut tokens = tokens(sql, engine).filter(|token| !token.is_trivia());
    let mut word = |expected: &str| {
        tokens.next().is_some_and(|token| {
            token.kind == TokenKind::Word && token.text(sql).eq_ignore_ascii_case(expected)
        })
    };
    if !(word("ALTER") && word("TABLE")) {
        return None;
    }
    let mut parts: Vec<&str> = tokens.take(LONGEST_RENAME).map(|token| token.text(sql)).collect();
    if parts.get(1) == Some(&".") {
        parts.drain(..2);
    }
    match parts.as_slice() {
        [old, rename, to, new] if rename.eq_ignore_ascii_case("RENAME") && to.eq_ignore_ascii_case("TO") => {
            Some((unquote_identifier(old), unquote_identifier(new)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renamed_tables_are_found_however_they_are_spelt() {
        for sql in [
            "ALTER TABLE a RENAME TO b",
            "alter /* x */ table main.\"a\" rename -- y\n to [b]",
            "ALTER TABLE `a` RENAME TO 'b'",
        ] {
            assert_eq!(renamed_table(sql, Engine::Sqlite), Some(("a".to_owned(), "b".to_owned())), "{sql}");
        }
        for sql in [
            "ALTER TABLE a RENAME COLUMN b TO c",
            "ALTER TABLE a RENAME b TO c",
            "ALTER TABLE a",
            "SELECT 1",
            "",
        ] {
            assert_eq!(renamed_table(sql, Engine::Sqlite), None, "{sql}");
        }
    }

    #[test]
    fn statements_outside_the_transaction_stand_alone() {
        let script =
            Script::parse("A;B;\n-- schema: autocommit\nC;\n-- schema: autocommit\nD;\nE;", Engine::Sqlite)
                .unwrap();
        let numbers: Vec<Vec<usize>> = segments(script.statements, Engine::Sqlite)
            .iter()
            .map(|segment| segment.steps().iter().map(|step| step.number).collect())
            .collect();
        assert_eq!(numbers, [vec![1, 2], vec![3], vec![4], vec![5]]);
        assert_eq!(segments(Vec::new(), Engine::Sqlite).len(), 1);
    }

    #[test]
    fn where_ddl_commits_only_changes_of_rows_share_a_transaction() {
        let script = Script::parse(
            "SET @a = 1; INSERT INTO t VALUES (1); ALTER TABLE t ADD b int; UPDATE t SET b = 1; DELETE FROM t;",
            Engine::Mariadb,
        )
        .unwrap();
        let numbers: Vec<Vec<usize>> = segments(script.statements, Engine::Mariadb)
            .iter()
            .map(|segment| segment.steps().iter().map(|step| step.number).collect())
            .collect();
        assert_eq!(numbers, [vec![1, 2], vec![3], vec![4, 5]]);
    }
}
