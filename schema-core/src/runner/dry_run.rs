//! A run that is rolled back: everything in one transaction, so that the next revision finds what the one before has made.

use super::run::{Run, Stop};
use super::script::{PreparedScript, Segment, Step};
use super::{Event, Failure, Observer, RunnerError, lock};
use crate::driver::DriverError;
use crate::revision::RevisionId;
use crate::revision::directory::Direction;
use std::time::Instant;

impl Run<'_> {
    /// Runs the whole path and rolls it back; the database is as before in any case.
    pub(super) fn try_out(
        mut self,
        direction: Direction,
        observer: &mut Observer<'_>,
        path: impl Fn(&Self) -> Vec<RevisionId>,
    ) -> Result<Vec<RevisionId>, RunnerError> {
        if !self.driver.capabilities().transactional_ddl {
            return Err(DriverError::Unsupported { engine: self.driver.engine(), what: "dry runs" }.into());
        }
        lock::acquire(self.driver, observer)?;
        let result = self.try_out_locked(direction, observer, path);
        // What matters is rolled back, and the connection's end gives the lock back too.
        let _ = self.driver.unlock();
        result
    }

    fn try_out_locked(
        &mut self,
        direction: Direction,
        observer: &mut Observer<'_>,
        path: impl Fn(&Self) -> Vec<RevisionId>,
    ) -> Result<Vec<RevisionId>, RunnerError> {
        let scripts = self.load_all(&path(self), direction)?;
        let switch = scripts.iter().any(|script| script.foreign_keys_off);
        if switch {
            self.driver.switch_foreign_keys(false)?;
        }
        let result = self.driver.begin().map_err(RunnerError::from).and_then(|()| {
            let result = self.run_all(scripts, direction, observer, path);
            result.and_then(|done| self.driver.rollback().map(|()| done).map_err(RunnerError::from))
        });
        if result.is_err() {
            // What went wrong says more; the connection's end rolls back too.
            let _ = self.driver.rollback();
        }
        if switch {
            self.driver.switch_foreign_keys(true)?;
        }
        result
    }

    fn load_all(
        &self,
        path: &[RevisionId],
        direction: Direction,
    ) -> Result<Vec<PreparedScript>, RunnerError> {
        let load = |id: &RevisionId| {
            let script = PreparedScript::load(self.revisions, id, self.driver.engine(), direction)?;
            if script.is_journalled() {
                return Err(Failure::OutsideTransaction { path: script.path }.into());
            }
            Ok(script)
        };
        let mut scripts = path
            .iter()
            .map(|id| load(id).map_err(|stop: Stop| stop.at(id, direction, Vec::new())))
            .collect::<Result<Vec<_>, _>>()?;
        // Inside the transaction foreign keys cannot be switched for one script alone: what one needs holds for all, and the check
        // after each stands in for their enforcement.
        let foreign_keys_off = scripts.iter().any(|script| script.foreign_keys_off);
        scripts.iter_mut().for_each(|script| script.foreign_keys_off = foreign_keys_off);
        Ok(scripts)
    }

    fn run_all(
        &mut self,
        mut scripts: Vec<PreparedScript>,
        direction: Direction,
        observer: &mut Observer<'_>,
        path: impl Fn(&Self) -> Vec<RevisionId>,
    ) -> Result<Vec<RevisionId>, RunnerError> {
        if self.changed_elsewhere()? {
            scripts = self.load_all(&path(self), direction)?;
        }
        if !scripts.is_empty() {
            self.create_tables()?;
        }
        let total = scripts.len();
        let mut done = Vec::new();
        for script in scripts {
            let id = &script.revision;
            let start = Instant::now();
            if let Some(revision) = self.revisions.graph().get(id) {
                observer(Event::Started { revision, direction, position: done.len() + 1, total });
            }
            let steps: Vec<&Step> = script.segments.iter().flat_map(Segment::steps).collect();
            let run = self
                .check_expectations(&script)
                .and_then(|()| self.run_guarded(&script, &steps))
                .and_then(|()| Ok(self.record(&script, start.elapsed())?));
            match run {
                Ok(_) => observer(Event::Finished { revision: id, direction, duration: start.elapsed() }),
                Err(stop) => return Err(stop.at(id, direction, done)),
            }
            done.push(script.revision);
        }
        Ok(done)
    }
}
