//! A statement that runs in ranges of a key: a transaction for each, which says in the journal how far it is.
//!
//! That is what keeps a row from being done twice, whenever a run is interrupted: a range and its line in the journal are committed together or not at all.

use super::execute::{Progress, Running};
use super::journal;
use super::run::Run;
use super::script::{PreparedScript, Step};
use super::stop::Stop;
use super::{Event, Failure, Observer};
use crate::batch::{self, Advance, BatchPosition, BatchStop};
use crate::dialect::BatchKey;
use crate::driver::Execute;
use crate::sql::{Batch, ScriptBatch};
use std::thread;
use std::time::{Duration, Instant};

/// How often to ask how far replicas are behind that are too far behind.
const LAG_POLL: Duration = Duration::from_millis(500);

/// What became of a range.
pub(super) enum Ranged {
    /// It was the last one, with so many rows in all.
    Last { rows: u64 },
    /// There is more to do.
    Not(Progress),
}

/// A batch that a run is at.
pub(super) struct RunningBatch {
    step: usize,
    key: BatchKey,
}

impl Run<'_> {
    /// Finds the key of a batch, outside of any transaction.
    pub(super) fn prepare_batch(&mut self, running: &mut Running<'_>, position: usize) -> Result<(), Stop> {
        let script = running.script;
        let steps = script.segments.get(position).map(super::script::Segment::steps).unwrap_or_default();
        for step in steps {
            if let Some(ScriptBatch { batch, ranges: _ }) = &step.batch {
                let key =
                    batch::find_key(self.driver, batch).map_err(|stop| script.batch_stop(step, stop))?;
                running.batch = Some(RunningBatch { step: step.number, key });
            }
        }
        Ok(())
    }

    /// Runs a batch's next range in the transaction at hand, and writes down how far it is then.
    pub(super) fn run_range(
        &mut self,
        running: &Running<'_>,
        step: &Step,
        script_batch: &ScriptBatch,
    ) -> Result<Ranged, Stop> {
        let script = running.script;
        let Some(RunningBatch { key, step: _ }) =
            running.batch.as_ref().filter(|batch| batch.step == step.number)
        else {
            return Ok(Ranged::Not(Progress::Unprepared));
        };
        let position = running.position_of(step.number);
        if position.is_some_and(|position| position.batch != batch::described(&script_batch.batch)) {
            let path = script.path.clone();
            return Err(Failure::ChangedUnderWay { path, step: step.number, is_done: false }.into());
        }
        let execute = |driver: &mut dyn Execute, sql: &str| {
            if step.lock_timeout.is_some() {
                driver.wait_for_locks(step.lock_timeout)?;
            }
            driver.execute(sql)?;
            if step.lock_timeout.is_some() {
                driver.wait_for_locks(None)?;
            }
            Ok(())
        };
        let advance = batch::advance(self.driver, (key, script_batch), &step.sql, position, execute)
            .map_err(|stop| script.batch_stop(step, stop))?;
        match advance {
            Advance::Finished { rows } => Ok(Ranged::Last { rows }),
            Advance::Partly(next) => {
                let PreparedScript { revision, direction, .. } = script;
                let is_first = position.is_none();
                journal::advance(
                    self.driver,
                    revision,
                    *direction,
                    (step.number, &step.sql),
                    &next,
                    is_first,
                )?;
                Ok(Ranged::Not(Progress::Partly { step: step.number, position: next }))
            }
        }
    }

    /// Leaves the table alone between two ranges, for as long as the batch says and until replicas have caught up.
    pub(super) fn rest_between_ranges(
        &mut self,
        script: &PreparedScript,
        (step, position): (&Step, &BatchPosition),
        observer: &mut Observer<'_>,
    ) -> Result<(), Stop> {
        let Some(ScriptBatch { batch, ranges: _ }) = &step.batch else { return Ok(()) };
        let Batch { table, key: _, size: _, pause, max_lag } = batch;
        observer(Event::BatchAdvanced { table, rows: position.rows });
        thread::sleep(*pause);
        let Some(most) = max_lag else { return Ok(()) };
        let begun = Instant::now();
        loop {
            let lag = self.driver.replica_lag().map_err(Failure::Transaction)?;
            let Some(lag) = lag else {
                return Err(Failure::LagUnknown { path: script.path.clone(), line: step.line }.into());
            };
            if lag <= *most {
                return Ok(());
            }
            observer(Event::ReplicasBehind { lag, most: *most, waited: begun.elapsed() });
            thread::sleep(LAG_POLL);
        }
    }

    /// Refuses batches that write where a rollback takes nothing back: nobody would know which rows of a range are done.
    pub(super) fn check_batches(
        &self,
        script: &PreparedScript,
        is_lasting: impl Fn(usize) -> bool,
    ) -> Result<(), Stop> {
        match script.steps().find(|step| step.batch.is_some() && is_lasting(step.number)) {
            Some(step) => {
                Err(Failure::BatchNotTransactional { path: script.path.clone(), line: step.line }.into())
            }
            None => Ok(()),
        }
    }
}

impl PreparedScript {
    fn batch_stop(&self, step: &Step, stop: BatchStop) -> Stop {
        let (path, line) = (self.path.clone(), step.line);
        Stop::from(match stop {
            BatchStop::Key(source) => Failure::BatchKey { path, line, source },
            BatchStop::RowsWithoutKey => Failure::RowsWithoutKey { path, line },
            BatchStop::Statement { source, rows: 0 } => self.statement_failure(step, source),
            BatchStop::Statement { source, rows } => {
                Failure::Range { path, line, statement: step.sql.clone(), source, rows }
            }
            BatchStop::Driver(error) => Failure::Transaction(error),
        })
    }
}
