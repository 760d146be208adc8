//! Running one script, so that it and its place in the history change together.

use super::abandoned::Watch;
use super::history::Change;
use super::journal::{self, JournalledStep};
use super::lock::Pauses;
use super::run::{Outcome, Run};
use super::script::{PreparedScript, Segment, Step};
use super::stop::Stop;
use super::{Event, Failure, Observer, RunnerError};
use crate::driver::Value;
use crate::revision::directory::Direction;
use crate::revision::{Checksum, RevisionId};
use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

/// How often to look whether another process has finished the step that it is at.
const POLL: Duration = Duration::from_millis(100);

/// How long to stay away from others that were in the way.
const FIRST_RETRY: Duration = Duration::from_millis(500);
const LONGEST_RETRY: Duration = Duration::from_secs(10);

/// A statement that waits for a lock waits no longer than this: see [`Driver::limit_waits`](crate::driver::Driver::limit_waits).
const LONGEST_WAIT: Duration = Duration::from_secs(3);

/// How a segment ended.
pub(super) enum Progress {
    /// All of it, with the change of the history that is to be committed with the last segment.
    Done(Option<Change>),
    /// The journal says that its step outside a transaction is started.
    Begun {
        evidence: Option<String>,
    },
    ChangedElsewhere,
    /// Another process, or one that was killed, has begun this step outside a transaction.
    UnderWay(JournalledStep),
    /// Another process, or one that was killed, is inside another revision, as these rows of the journal say.
    OtherUnderWay {
        revision: RevisionId,
        direction: Direction,
        rows: Vec<Vec<Value>>,
    },
}

/// A script that is being run.
pub(super) struct Running<'run> {
    pub(super) script: &'run PreparedScript,
    start: Instant,
    /// The steps that the journal holds; none where it has to be asked.
    pub(super) done: Option<BTreeSet<usize>>,
    /// The steps that have run in this session.
    pub(super) here: BTreeSet<usize>,
    /// What is said once in a run, however often the journal is read.
    said: Said,
}

#[derive(Default)]
pub(super) struct Said {
    resumed: bool,
    under_way: bool,
}

impl Run<'_> {
    pub(super) fn run_script(
        &mut self,
        script: &PreparedScript,
        observer: &mut Observer<'_>,
    ) -> Result<Outcome, Stop> {
        let outcome = self.run_segments(script, observer);
        if script.changes_session() {
            let reset = self.driver.reset_session(&script.temporary_tables());
            // What stopped the run says more.
            let outcome = outcome?;
            reset.map_err(Failure::from)?;
            return Ok(outcome);
        }
        outcome
    }

    fn run_segments(
        &mut self,
        script: &PreparedScript,
        observer: &mut Observer<'_>,
    ) -> Result<Outcome, Stop> {
        let mut running = Running {
            script,
            start: Instant::now(),
            done: None,
            here: BTreeSet::new(),
            said: Said::default(),
        };
        let mut waiting_since = None;
        let mut watch = Watch::default();
        let mut position = 0;
        while position < script.segments.len() {
            match self.run_segment(&mut running, position, observer)? {
                Progress::Done(_) | Progress::Begun { .. } => position += 1,
                Progress::ChangedElsewhere => return Ok(Outcome::ChangedElsewhere),
                Progress::OtherUnderWay { revision, direction, rows } => {
                    if watch.is_over(self.driver, &rows) {
                        return Err(RunnerError::UnderWay { revision, direction }.into());
                    }
                    watch.wait(self.driver, observer).map_err(Failure::Transaction)?;
                }
                Progress::UnderWay(step) => {
                    let since = *waiting_since.get_or_insert_with(Instant::now);
                    // Who holds a lock for the whole run knows that nobody else is at it.
                    let may_go_on = self.driver.capabilities().lock_ends_with_transaction;
                    if may_go_on && since.elapsed() < self.driver.lock_timeout() {
                        if !std::mem::replace(&mut running.said.under_way, true)
                            && let Some(step) = script.step(step.step)
                        {
                            let wait = self.driver.lock_timeout();
                            observer(Event::StepUnderWay { line: step.line, wait });
                        }
                        thread::sleep(POLL);
                    } else {
                        self.restore_session(&mut running, step.step)?;
                        self.settle(script, &step, observer)?;
                        running.done = None;
                    }
                }
            }
        }
        Ok(Outcome::Done { duration: running.start.elapsed() })
    }

    /// Runs a segment, and again where others were in its way.
    fn run_segment(
        &mut self,
        running: &mut Running<'_>,
        position: usize,
        observer: &mut Observer<'_>,
    ) -> Result<Progress, Stop> {
        let mut pauses = Pauses::new(self.driver.lock_timeout(), FIRST_RETRY, LONGEST_RETRY);
        let mut is_limited = false;
        let result = loop {
            if pauses.left() < LONGEST_WAIT {
                is_limited = true;
                self.driver.limit_waits(Some(pauses.left())).map_err(Failure::Transaction)?;
            }
            let stop = match self.attempt(running, position, observer) {
                Ok(progress) => break Ok(progress),
                Err(stop) => stop,
            };
            // What a rollback leaves in the session would be in the way of the same statement.
            let is_in_the_way = running.script.leaves_in_the_way(position, self.driver.engine());
            let Some(reason) = stop.transient().filter(|_| !is_in_the_way) else { break Err(stop) };
            let Some(pause) = pauses.next() else { break Err(stop.after(pauses.waited())) };
            observer(Event::Retrying { reason: &reason, pause });
            thread::sleep(pause);
        };
        if is_limited {
            let restored = self.driver.limit_waits(None);
            // What stopped the run says more.
            let progress = result?;
            restored.map_err(Failure::Transaction)?;
            return Ok(progress);
        }
        result
    }

    fn attempt(
        &mut self,
        running: &mut Running<'_>,
        position: usize,
        observer: &mut Observer<'_>,
    ) -> Result<Progress, Stop> {
        let Running { script, start, .. } = *running;
        let Some(segment) = script.segments.get(position) else { return Ok(Progress::Done(None)) };
        let is_last = position + 1 == script.segments.len();
        let is_transactional = self.driver.capabilities().transactional_ddl;
        // To create tables would end the transaction that it is in.
        if !is_transactional && !self.is_ready(observer)? {
            return Ok(Progress::ChangedElsewhere);
        }
        let progress = self.transaction(|run| {
            if is_transactional && !run.is_ready(observer)? {
                return Ok(Progress::ChangedElsewhere);
            }
            if let Some(in_the_way) = run.read_journal(running, position, observer)? {
                return Ok(in_the_way);
            }
            let is_open = |step: &Step| running.is_open(step.number);
            match segment {
                Segment::Transaction(steps) => {
                    run.run_guarded(script, &running.meant(steps))?;
                    if !is_last {
                        for step in steps.iter().filter(|step| is_open(step)) {
                            let PreparedScript { revision, direction, .. } = script;
                            journal::finish(run.driver, revision, *direction, step.number, &step.sql)?;
                        }
                    }
                }
                Segment::Autocommit(step) if is_open(step) => {
                    let evidence = run.driver.evidence(&step.sql).map_err(Failure::from)?;
                    let PreparedScript { revision, direction, .. } = script;
                    let proof = evidence.as_deref();
                    journal::start(run.driver, revision, *direction, step.number, &step.sql, proof)?;
                    return Ok(Progress::Begun { evidence });
                }
                Segment::Autocommit(_) => {}
            }
            let change = if is_last { Some(run.conclude(script, start.elapsed())?) } else { None };
            Ok(Progress::Done(change))
        })?;
        match (segment, &progress) {
            (Segment::Transaction(steps), Progress::Done(_)) => {
                let meant: Vec<usize> = running.meant(steps).iter().map(|step| step.number).collect();
                running.here.extend(meant);
            }
            (Segment::Autocommit(_), Progress::Done(_)) => self.restore_step(running, position)?,
            (Segment::Transaction(_) | Segment::Autocommit(_), _) => {}
        }
        if let (Segment::Autocommit(step), Progress::Begun { evidence }) = (segment, &progress) {
            running.here.insert(step.number);
            self.run_begun(script, step, evidence.as_deref(), observer)?;
            self.transaction(|run| {
                let PreparedScript { revision, direction, .. } = script;
                journal::finish(run.driver, revision, *direction, step.number, &step.sql)?;
                let change = if is_last { Some(run.conclude(script, start.elapsed())?) } else { None };
                Ok(Progress::Done(change))
            })?;
        }
        Ok(progress)
    }

    /// Under the lock, before anything is changed; no where the history is another one by now.
    fn is_ready(&mut self, observer: &mut Observer<'_>) -> Result<bool, Stop> {
        if self.changed_elsewhere()? {
            return Ok(false);
        }
        self.back_up(observer)?;
        self.create_tables()?;
        Ok(true)
    }

    /// Finds out which steps earlier runs have done, and returns what is in the way: a step that is only begun, or another revision that is under way.
    ///
    /// Where the lock lasts for the whole run, nobody else writes into the journal, so that it is read once; and what is known to be empty
    /// is not read again for each of many revisions.
    fn read_journal(
        &mut self,
        running: &mut Running<'_>,
        position: usize,
        observer: &mut Observer<'_>,
    ) -> Result<Option<Progress>, Stop> {
        if running.done.is_some() && !self.driver.capabilities().lock_ends_with_transaction {
            return Ok(None);
        }
        let script = running.script;
        let writes = script.is_journalled();
        if self.journal_is_empty && !writes {
            self.check_expectations(script)?;
            running.done = Some(BTreeSet::new());
            return Ok(None);
        }
        let journal = journal::read(self.driver, Some((&script.revision, script.direction)))?;
        if let Some((revision, direction)) = journal.other {
            return Ok(Some(Progress::OtherUnderWay { revision, direction, rows: journal.rows }));
        }
        check_unchanged(script, &journal.own)?;
        self.journal_is_empty = journal.own.is_empty() && !writes;
        if journal.own.is_empty() {
            self.check_expectations(script)?;
        }
        if position == 0 && !journal.own.is_empty() && !std::mem::replace(&mut running.said.resumed, true) {
            let (done, total) = (journal.own.iter().filter(|step| step.done).count(), script.steps().count());
            observer(Event::Resumed { revision: &script.revision, done, total });
        }
        let done: BTreeSet<usize> = journal.own.iter().map(|step| step.step).collect();
        script.check_session(&done.difference(&running.here).copied().collect())?;
        running.done = Some(done);
        Ok(journal.own.into_iter().find(|step| !step.done).map(Progress::UnderWay))
    }
}

/// Steps that have run must be what the script still says; those after them may be corrected.
fn check_unchanged(script: &PreparedScript, journalled: &[JournalledStep]) -> Result<(), Stop> {
    let mut steps = script.steps().peekable();
    for JournalledStep { step, checksum, done, evidence: _ } in journalled {
        while steps.next_if(|candidate| candidate.number < *step).is_some() {}
        let now = steps.next_if(|candidate| candidate.number == *step).map(|step| Checksum::of(&step.sql));
        if now.is_none_or(|now| now.as_str() != checksum) {
            let path = script.path.clone();
            return Err(Failure::ChangedUnderWay { path, step: *step, is_done: *done }.into());
        }
    }
    Ok(())
}
