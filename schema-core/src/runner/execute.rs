//! Running one script, so that it and its place in the history change together.

use super::history::{self, AppliedRevision, Change, Origin};
use super::journal::{self, JournalledStep};
use super::run::{Outcome, Run, Stop};
use super::script::{PreparedScript, Segment, Step};
use super::{Failure, RunnerError};
use crate::driver::DriverError;
use crate::revision::Checksum;
use crate::revision::directory::Direction;
use crate::sql::ExpectedTable;
use std::thread;
use std::time::{Duration, Instant};

/// How often to look whether another process has finished the step that it is at.
const POLL: Duration = Duration::from_millis(100);

/// How a segment ended.
enum Progress {
    Done(Option<Change>),
    ChangedElsewhere,
    /// Another process, or one that was killed, has begun this step outside a transaction.
    UnderWay(usize),
}

impl Run<'_> {
    pub(super) fn run_script(&mut self, script: &PreparedScript) -> Result<Outcome, Stop> {
        let start = Instant::now();
        let mut waiting_since = None;
        let mut position = 0;
        while position < script.segments.len() {
            match self.run_segment(script, position, start)? {
                Progress::Done(_) => position += 1,
                Progress::ChangedElsewhere => return Ok(Outcome::ChangedElsewhere),
                Progress::UnderWay(step) => {
                    let since = *waiting_since.get_or_insert_with(Instant::now);
                    if since.elapsed() >= self.driver.lock_timeout() {
                        return Err(in_doubt(script, step));
                    }
                    thread::sleep(POLL);
                }
            }
        }
        Ok(Outcome::Done { duration: start.elapsed() })
    }

    fn run_segment(
        &mut self,
        script: &PreparedScript,
        position: usize,
        start: Instant,
    ) -> Result<Progress, Stop> {
        let Some(segment) = script.segments.get(position) else { return Ok(Progress::Done(None)) };
        let is_last = position + 1 == script.segments.len();
        self.transaction(|run| {
            if run.changed_elsewhere()? {
                return Ok(Progress::ChangedElsewhere);
            }
            run.create_tables()?;
            let journalled = journal::read(run.driver, &script.revision, script.direction)?;
            if let Some(step) = journalled.iter().find(|step| !step.done) {
                return Ok(Progress::UnderWay(step.step));
            }
            check_unchanged(script, &journalled)?;
            if journalled.is_empty() {
                run.check_expectations(script)?;
            }
            let is_open = |step: &&Step| journalled.iter().all(|done| done.step != step.number);
            let open: Vec<&Step> = segment.steps().iter().filter(is_open).collect();
            match segment {
                Segment::Transaction(_) => {
                    run.run_guarded(script, &open)?;
                    if !is_last {
                        for step in open {
                            journal::finish(
                                run.driver,
                                &script.revision,
                                script.direction,
                                step.number,
                                &step.sql,
                            )?;
                        }
                    }
                }
                Segment::Autocommit(step) if !open.is_empty() => {
                    journal::start(run.driver, &script.revision, script.direction, step.number, &step.sql)?;
                    return Ok(Progress::Done(None));
                }
                Segment::Autocommit(_) => {}
            }
            let change = if is_last { Some(run.record(script, start.elapsed())?) } else { None };
            Ok(Progress::Done(change))
        })
        .and_then(|progress| match (segment, &progress) {
            (Segment::Autocommit(step), Progress::Done(None)) => {
                self.run_started(script, step, is_last.then_some(start)).map(|()| progress)
            }
            _ => Ok(progress),
        })
    }

    /// Runs a step that the journal says is started, outside a transaction.
    fn run_started(
        &mut self,
        script: &PreparedScript,
        step: &Step,
        last: Option<Instant>,
    ) -> Result<(), Stop> {
        let PreparedScript { revision, direction, .. } = script;
        let journalled = journal::read(self.driver, revision, *direction)?;
        let started = journalled.iter().any(|row| row.step == step.number && !row.done);
        if !started {
            return Ok(());
        }
        if let Err(source) = self.driver.execute(&step.sql) {
            self.transaction(|run| {
                journal::forget_step(run.driver, revision, *direction, step.number)?;
                Ok(Progress::Done(None))
            })?;
            return Err(statement_failure(script, step, source));
        }
        self.transaction(|run| {
            journal::finish(run.driver, revision, *direction, step.number, &step.sql)?;
            let change = last.map(|start| run.record(script, start.elapsed())).transpose()?;
            Ok(Progress::Done(change))
        })
        .map(drop)
    }

    /// Commits what is done, and rolls back everything else.
    fn transaction(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<Progress, Stop>,
    ) -> Result<Progress, Stop> {
        self.driver.begin().map_err(Failure::Transaction)?;
        let result = work(self).and_then(|progress| {
            if let Progress::Done(_) = progress {
                self.driver.commit().map_err(Failure::Transaction)?;
            }
            Ok(progress)
        });
        match result {
            Ok(Progress::Done(change)) => {
                self.history.committed(change.as_ref());
                Ok(Progress::Done(change))
            }
            Ok(progress @ (Progress::ChangedElsewhere | Progress::UnderWay(_))) => {
                self.driver.rollback().map_err(Failure::Transaction)?;
                Ok(progress)
            }
            Err(stop) => {
                // What stopped the run says more than a rollback that fails after it; the connection's end rolls back too.
                let _ = self.driver.rollback();
                Err(stop)
            }
        }
    }

    pub(super) fn check_expectations(&mut self, script: &PreparedScript) -> Result<(), Stop> {
        let tables: Vec<&str> = script.expects.iter().map(|expectation| expectation.table.as_str()).collect();
        let actual = self.driver.fingerprints(&tables).map_err(Failure::Transaction)?;
        for (ExpectedTable { table, hash, line }, actual) in script.expects.iter().zip(actual) {
            if actual.as_deref() != Some(hash) {
                let (path, table) = (script.path.clone(), table.clone());
                return Err(Failure::Unexpected { path, line: *line, table, exists: actual.is_some() }.into());
            }
        }
        Ok(())
    }

    /// Runs steps in the transaction and, where the script has foreign keys off, checks what nothing else checks then.
    pub(super) fn run_guarded(&mut self, script: &PreparedScript, steps: &[&Step]) -> Result<(), Stop> {
        let integrity = |run: &mut Self| run.driver.integrity().map_err(Failure::Transaction);
        let before = if script.foreign_keys_off { Some(integrity(self)?) } else { None };
        for step in steps {
            self.driver.execute(&step.sql).map_err(|source| statement_failure(script, step, source))?;
        }
        if let Some(before) = before {
            let damage = before.damage(&integrity(self)?, &script.renames);
            if !damage.is_empty() {
                return Err(Failure::Damaged { damage }.into());
            }
        }
        Ok(())
    }

    pub(super) fn record(
        &mut self,
        script: &PreparedScript,
        duration: Duration,
    ) -> Result<Change, RunnerError> {
        let PreparedScript { revision, message, direction, checksum, .. } = script;
        if script.is_journalled() {
            journal::forget(self.driver, revision)?;
        }
        match direction {
            Direction::Up => {
                let row = AppliedRevision::now(revision.clone(), message, checksum, duration, Origin::Run);
                history::insert(self.driver, &row)?;
                Ok(Change::Insert(row))
            }
            Direction::Down => {
                history::delete(self.driver, revision)?;
                Ok(Change::Delete(revision.clone()))
            }
        }
    }
}

/// Steps that have run must be what the script still says; those after them may be corrected.
fn check_unchanged(script: &PreparedScript, journalled: &[JournalledStep]) -> Result<(), Stop> {
    for JournalledStep { step, checksum, done: _ } in journalled {
        let now = script.step(*step).map(|step| Checksum::of(&step.sql));
        if now.is_none_or(|now| now.as_str() != checksum) {
            return Err(Failure::ChangedUnderWay { path: script.path.clone(), step: *step }.into());
        }
    }
    Ok(())
}

fn statement_failure(script: &PreparedScript, step: &Step, source: DriverError) -> Stop {
    Failure::Statement { path: script.path.clone(), line: step.line, statement: step.sql.clone(), source }
        .into()
}

fn in_doubt(script: &PreparedScript, number: usize) -> Stop {
    let path = script.path.clone();
    match script.step(number) {
        Some(step) => Failure::InDoubt { path, line: step.line, statement: step.sql.clone() }.into(),
        None => Failure::ChangedUnderWay { path, step: number }.into(),
    }
}
