//! Running one script, so that it and its place in the history change together.

use super::abandoned::Watch;
use super::batch::{Ranged, RunningBatch};
use super::history::Change;
use super::journal::{self, Journal, JournalledStep};
use super::lock::Pauses;
use super::run::{Outcome, Run};
use super::script::{PreparedScript, Segment, Step};
use super::stop::Stop;
use super::{Event, Failure, Observer, RunnerError};
use crate::batch::BatchPosition;
use crate::dialect::mysql::definer::Kept;
use crate::driver::{Driver, Value};
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
    /// A range of a batch is done, and there are more.
    Partly {
        step: usize,
        position: BatchPosition,
    },
    /// Nothing was done: the key of a batch has to be found first.
    Unprepared,
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

/// How a run of all segments ended.
enum Ended {
    Outcome(Outcome),
    /// Before a transaction with steps of which a rollback may leave something.
    Lasting(BTreeSet<usize>),
}

/// A script that is being run.
pub(super) struct Running<'run> {
    pub(super) script: &'run PreparedScript,
    start: Instant,
    /// The steps that the journal holds; none where it has to be asked.
    pub(super) done: Option<BTreeSet<usize>>,
    /// The steps that have run in this session.
    pub(super) here: BTreeSet<usize>,
    /// A step that has run, which the journal is to say together with the start of the next.
    completed: Option<CompletedStep>,
    /// The batch that it is at.
    pub(super) batch: Option<RunningBatch>,
    /// How far the batch is that is under way, and which step it is.
    batch_position: Option<(usize, BatchPosition)>,
    /// What is said once in a run, however often the journal is read.
    said: Said,
}

/// A step outside of a transaction that has run, with what is left to give back after it.
struct CompletedStep {
    number: usize,
    definers: Vec<Kept>,
}

#[derive(Default)]
pub(super) struct Said {
    resumed: bool,
    under_way: bool,
}

impl Run<'_> {
    pub(super) fn run_script(
        &mut self,
        script: &mut PreparedScript,
        observer: &mut Observer<'_>,
    ) -> Result<Outcome, Stop> {
        let outcome = self.run_whole(script, observer);
        if script.changes_session() {
            let reset = self.driver.reset_session(&script.temporary_tables());
            // What stopped the run says more.
            let outcome = outcome?;
            reset.map_err(Failure::from)?;
            return Ok(outcome);
        }
        outcome
    }

    /// Runs the segments; again from the first that is not done, where steps were found that a transaction does not hold.
    fn run_whole(
        &mut self,
        script: &mut PreparedScript,
        observer: &mut Observer<'_>,
    ) -> Result<Outcome, Stop> {
        let engine = self.driver.engine();
        self.definers = None;
        let texts: Vec<&str> = script.steps().map(|step| step.sql.as_str()).collect();
        self.driver.check_supported(&texts).map_err(|error| Stop::finally(Failure::from(error)))?;
        let lasting = self.lasting(&script.segments)?;
        self.check_batches(script, |number| lasting.contains(&number))?;
        script.isolate(&lasting, engine);
        let (mut start, mut here, mut said) = (Instant::now(), BTreeSet::new(), Said::default());
        loop {
            let mut running = Running {
                script,
                start,
                done: None,
                here,
                completed: None,
                batch: None,
                batch_position: None,
                said,
            };
            match self.run_segments(&mut running, observer)? {
                Ended::Outcome(outcome) => return Ok(outcome),
                Ended::Lasting(lasting) => {
                    Running { start, here, said, .. } = running;
                    script.isolate(&lasting, engine);
                }
            }
        }
    }

    /// The steps of which a rollback may leave something. Of tables and triggers that are there the database knows more than the statements say.
    fn lasting(&mut self, segments: &[Segment]) -> Result<BTreeSet<usize>, Stop> {
        let steps: Vec<&Step> = segments.iter().flat_map(Segment::steps).collect();
        let statements: Vec<&str> = steps.iter().map(|step| step.sql.as_str()).collect();
        let survives = self.driver.survives_rollback(&statements).map_err(Failure::from)?;
        Ok(steps
            .iter()
            .zip(survives)
            .filter(|(_, survives)| *survives)
            .map(|(step, _)| step.number)
            .collect())
    }

    fn run_segments(
        &mut self,
        running: &mut Running<'_>,
        observer: &mut Observer<'_>,
    ) -> Result<Ended, Stop> {
        let script = running.script;
        let mut waiting_since = None;
        let mut watch = Watch::default();
        let mut position = 0;
        while let Some(segment) = script.segments.get(position) {
            // What stands before it may have created tables and triggers.
            if position > 0 && matches!(segment, Segment::Transaction(_) | Segment::Batch(_)) {
                let lasting = self.lasting(std::slice::from_ref(segment))?;
                self.check_batches(script, |number| lasting.contains(&number))?;
                if !lasting.is_empty() {
                    return Ok(Ended::Lasting(lasting));
                }
            }
            let progress = self.run_segment(running, position, observer);
            if !matches!(progress, Ok(Progress::Done(_) | Progress::Begun { .. } | Progress::Partly { .. })) {
                let recorded = self.record_completed(running);
                // What stopped the run says more.
                if progress.is_ok() {
                    recorded?;
                }
            }
            match progress? {
                Progress::Done(_) | Progress::Begun { .. } => position += 1,
                Progress::Partly { step, position } => {
                    if let Some(step) = script.step(step) {
                        self.rest_between_ranges(script, (step, &position), observer)?;
                    }
                    running.batch_position = Some((step, position));
                }
                Progress::Unprepared => self.prepare_batch(running, position)?,
                Progress::ChangedElsewhere => return Ok(Ended::Outcome(Outcome::ChangedElsewhere)),
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
                        self.restore_session(running, step.step)?;
                        self.settle(script, &step, observer)?;
                        running.done = None;
                    }
                }
            }
        }
        Ok(Ended::Outcome(Outcome::Done { duration: running.start.elapsed() }))
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
        if !is_transactional {
            self.find_definers(script)?;
        }
        let mut batch_rows = None;
        let progress = self.transaction(|run| {
            if is_transactional && !run.is_ready(observer)? {
                return Ok(Progress::ChangedElsewhere);
            }
            if let Some(in_the_way) = run.read_journal(running, position, observer)? {
                return Ok(in_the_way);
            }
            running.write_completed(run.driver)?;
            let is_open = |step: &Step| running.is_open(step.number);
            match segment {
                Segment::Transaction(steps) => {
                    run.run_guarded(script, &running.meant(steps), observer)?;
                    if !is_last {
                        for step in steps.iter().filter(|step| is_open(step)) {
                            let PreparedScript { revision, direction, .. } = script;
                            journal::finish(run.driver, revision, *direction, step.number, &step.sql, &[])?;
                        }
                    }
                }
                Segment::Lasting(step) | Segment::Autocommit(step) if is_open(step) => {
                    let evidence = run.driver.evidence(&step.sql).map_err(Failure::from)?;
                    let PreparedScript { revision, direction, .. } = script;
                    let proof = evidence.as_deref();
                    let kept = (proof, &*run.definers_lost_with(step));
                    journal::start(run.driver, revision, *direction, step.number, &step.sql, kept)?;
                    return Ok(Progress::Begun { evidence });
                }
                Segment::Batch(step) if is_open(step) => {
                    if let Some(batch) = &step.batch {
                        match run.run_range(running, step, batch)? {
                            Ranged::Last { rows } => batch_rows = Some((&batch.batch.table, rows)),
                            Ranged::Not(progress) => return Ok(progress),
                        }
                    }
                    if !is_last {
                        let PreparedScript { revision, direction, .. } = script;
                        journal::finish(run.driver, revision, *direction, step.number, &step.sql, &[])?;
                    }
                }
                Segment::Lasting(_) | Segment::Autocommit(_) | Segment::Batch(_) => {}
            }
            let change = if is_last { Some(run.conclude(script, start.elapsed())?) } else { None };
            Ok(Progress::Done(change))
        })?;
        if let Some((table, rows)) = batch_rows {
            observer(Event::BatchAdvanced { table, rows });
        }
        if matches!(progress, Progress::Done(_) | Progress::Begun { .. } | Progress::Partly { .. }) {
            running.completed = None;
        }
        match (segment, &progress) {
            (Segment::Transaction(steps), Progress::Done(_)) => {
                let meant: Vec<usize> = running.meant(steps).iter().map(|step| step.number).collect();
                running.here.extend(meant);
            }
            (Segment::Lasting(_) | Segment::Autocommit(_), Progress::Done(_)) => {
                self.restore_step(running, position)?;
            }
            (
                Segment::Transaction(_) | Segment::Lasting(_) | Segment::Autocommit(_) | Segment::Batch(_),
                _,
            ) => {}
        }
        let Progress::Begun { evidence } = &progress else { return Ok(progress) };
        let (Some(step), evidence) = (segment.steps().first(), evidence.as_deref()) else {
            return Ok(progress);
        };
        running.here.insert(step.number);
        let record = |run: &mut Self| {
            // With the last step the journal forgets all of them.
            if is_last {
                return Ok(Progress::Done(Some(run.conclude(script, start.elapsed())?)));
            }
            let PreparedScript { revision, direction, .. } = script;
            let definers = run.definers_lost_with(step);
            journal::complete(run.driver, revision, *direction, step.number, &definers)?;
            Ok(Progress::Done(None))
        };
        match segment {
            Segment::Lasting(_) => self.run_lasting(script, step, evidence, observer, record)?,
            Segment::Transaction(_) | Segment::Autocommit(_) | Segment::Batch(_) => {
                self.run_begun(script, step, evidence, observer)?;
                self.give_back(step)?;
                if evidence.is_some() && self.may_wait_for_next(running, position) {
                    let definers = self.definers_lost_with(step);
                    running.completed = Some(CompletedStep { number: step.number, definers });
                } else {
                    self.transaction(record)?;
                }
            }
        }
        Ok(progress)
    }

    /// Whether the journal may say that a step is done when it says that the next is started, which saves a commit: nobody else reads it meanwhile. Whoever
    /// comes after a run that was killed in between asks the catalogue, so that there has to be evidence.
    fn may_wait_for_next(&self, running: &Running<'_>, position: usize) -> bool {
        let next = running.script.segments.get(position + 1);
        !self.driver.capabilities().lock_ends_with_transaction
            && next.is_some_and(|next| match next {
                Segment::Transaction(_) | Segment::Batch(_) => false,
                Segment::Lasting(step) | Segment::Autocommit(step) => running.is_open(step.number),
            })
    }

    /// Writes down the step that waits for the next, where that has not begun.
    fn record_completed(&mut self, running: &mut Running<'_>) -> Result<(), Stop> {
        if running.completed.is_some() {
            self.transaction(|run| {
                running.write_completed(run.driver)?;
                Ok(Progress::Done(None))
            })?;
            running.completed = None;
        }
        Ok(())
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
        let journal = match self.journal_is_empty {
            true => Journal::default(),
            false => journal::read(self.driver, Some((&script.revision, script.direction)))?,
        };
        if let Some((revision, direction)) = journal.other {
            return Ok(Some(Progress::OtherUnderWay { revision, direction, rows: journal.rows }));
        }
        check_unchanged(script, &journal.own)?;
        self.journal_is_empty = journal.own.is_empty() && !writes;
        if journal.own.is_empty() {
            self.check_expectations(script)?;
        }
        // What this run has begun itself is not resumed.
        let is_first_look = !std::mem::replace(&mut running.said.resumed, true);
        if position == 0 && !journal.own.is_empty() && is_first_look {
            let (done, total) = (journal.own.iter().filter(|step| step.done).count(), script.steps().count());
            observer(Event::Resumed { revision: &script.revision, done, total });
        }
        let under_way = journal.own.iter().find_map(|step| Some((step.step, step.batch.clone()?)));
        running.batch_position = under_way;
        let begun = journal.own.iter().filter(|step| step.batch.is_none());
        let done: BTreeSet<usize> = begun.map(|step| step.step).collect();
        script.check_session(&done.difference(&running.here).copied().collect())?;
        running.done = Some(done);
        Ok(journal.own.into_iter().find(JournalledStep::is_in_doubt).map(Progress::UnderWay))
    }
}

impl Running<'_> {
    /// How far a batch is; none where nothing of it is done.
    pub(super) fn position_of(&self, step: usize) -> Option<&BatchPosition> {
        self.batch_position.as_ref().filter(|(number, _)| *number == step).map(|(_, position)| position)
    }

    /// Writes down the step that waits for the next, in the transaction at hand.
    fn write_completed(&self, driver: &mut dyn Driver) -> Result<(), RunnerError> {
        let PreparedScript { revision, direction, .. } = self.script;
        match &self.completed {
            Some(CompletedStep { number, definers }) => {
                journal::complete(driver, revision, *direction, *number, definers)
            }
            None => Ok(()),
        }
    }
}

/// Steps that have run must be what the script still says; those after them may be corrected.
fn check_unchanged(script: &PreparedScript, journalled: &[JournalledStep]) -> Result<(), Stop> {
    let mut steps = script.steps().peekable();
    for JournalledStep { step, checksum, done, evidence: _, definers: _, batch: _ } in journalled {
        while steps.next_if(|candidate| candidate.number < *step).is_some() {}
        let now = steps.next_if(|candidate| candidate.number == *step).map(|step| Checksum::of(&step.sql));
        if now.is_none_or(|now| now.as_str() != checksum) {
            let path = script.path.clone();
            return Err(Failure::ChangedUnderWay { path, step: *step, is_done: *done }.into());
        }
    }
    Ok(())
}
