//! A run that leaves nothing: everything in one transaction that is rolled back, so that the next revision finds what the one before has made; on a copy where
//! DDL takes no part in transactions.

use super::abandoned::Watch;
use super::run::{Run, RunOptions};
use super::script::{PreparedScript, Segment, Step};
use super::stop::Stop;
use super::targets::Goal;
use super::{Event, Failure, Observer, RunnerError, history, lock};
use crate::driver::Driver;
use crate::revision::RevisionId;
use std::collections::BTreeSet;
use std::time::Instant;

/// What a dry run has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRun {
    /// The revisions that would have been applied or undone, in their order.
    pub revisions: Vec<RevisionId>,
    /// Whether they were tried on a copy without rows, which may still be in the way of the real run.
    pub on_copy: bool,
}

/// The scripts of a path, up to the first that cannot be tried.
struct Loaded {
    scripts: Vec<PreparedScript>,
    untried: Option<(RevisionId, Failure)>,
}

impl Loaded {
    fn is_empty(&self) -> bool {
        self.scripts.is_empty() && self.untried.is_none()
    }
}

impl Run<'_> {
    /// Runs the whole path and takes it back; the database is as before in any case.
    pub(super) fn try_out(
        mut self,
        goal: Goal<'_>,
        options: &RunOptions,
        observer: &mut Observer<'_>,
    ) -> Result<DryRun, RunnerError> {
        self.steps = options.steps.clone();
        self.check_names()?;
        let on_copy = !self.driver.capabilities().transactional_ddl;
        lock::acquire(self.driver, observer)?;
        let result = if on_copy {
            self.copy(goal, options, observer)
        } else {
            self.try_out_locked(goal, options, observer).map(Tried::Whole)
        };
        // What matters is rolled back, and the connection's end gives the lock back too.
        let _ = self.driver.unlock();
        let revisions = match result? {
            Tried::Whole(revisions) => revisions,
            Tried::OnCopy(mut copy) => {
                let run = Run::new(copy.as_mut(), self.revisions);
                run.follow(goal, &adopting(options), observer).map_err(nothing_stays)?
            }
        };
        Ok(DryRun { revisions, on_copy })
    }

    /// A copy of the database, as it is under the lock; nothing is copied for nothing.
    fn copy(
        &mut self,
        goal: Goal<'_>,
        options: &RunOptions,
        observer: &mut Observer<'_>,
    ) -> Result<Tried, RunnerError> {
        let look = self.look()?;
        let resolved = goal.resolve(self)?;
        if goal.path(self, &resolved).is_empty() {
            self.is_another_inside(&look.journal, &mut Watch::default(), observer)?;
            return Ok(Tried::Whole(Vec::new()));
        }
        self.check_steps(&goal.path(self, &resolved), goal.direction)?;
        self.check_unclaimed(goal.direction, options)?;
        Ok(Tried::OnCopy(self.driver.copy_without_rows()?))
    }

    fn try_out_locked(
        &mut self,
        goal: Goal<'_>,
        options: &RunOptions,
        observer: &mut Observer<'_>,
    ) -> Result<Vec<RevisionId>, RunnerError> {
        // One transaction cannot go on where several have stopped.
        let mut watch = Watch::default();
        let mut look = self.look()?;
        while self.is_another_inside(&look.journal, &mut watch, observer)? {
            look = self.look()?;
        }
        let loaded = self.load_all(goal)?;
        if !loaded.is_empty() {
            self.check_unclaimed(goal.direction, options)?;
        }
        let switch = loaded.scripts.iter().any(|script| script.foreign_keys_off);
        if switch {
            self.driver.switch_foreign_keys(false)?;
        }
        let result = self.driver.begin().map_err(RunnerError::from).and_then(|()| {
            let result = self.run_all(loaded, goal, observer);
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

    fn load_all(&self, goal: Goal<'_>) -> Result<Loaded, RunnerError> {
        let direction = goal.direction;
        let mut loaded = Loaded { scripts: Vec::new(), untried: None };
        let path = goal.path(self, &goal.resolve(self)?);
        self.check_steps(&path, direction)?;
        for id in path {
            let script = PreparedScript::load(self.revisions, &id, self.driver.engine(), direction)
                .map_err(|stop| stop.at(&id, direction, Vec::new()))?;
            script.check_session(&BTreeSet::new()).map_err(|stop| stop.at(&id, direction, Vec::new()))?;
            if let Some(failure) = outside_transaction(&script) {
                loaded.untried = Some((id, failure));
                break;
            }
            loaded.scripts.push(script);
        }
        // Inside the transaction foreign keys cannot be switched for one script alone: what one needs holds for all, and the check
        // after each stands in for their enforcement.
        let foreign_keys_off = loaded.scripts.iter().any(|script| script.foreign_keys_off);
        loaded.scripts.iter_mut().for_each(|script| script.foreign_keys_off = foreign_keys_off);
        Ok(loaded)
    }

    fn run_all(
        &mut self,
        mut loaded: Loaded,
        goal: Goal<'_>,
        observer: &mut Observer<'_>,
    ) -> Result<Vec<RevisionId>, RunnerError> {
        let direction = goal.direction;
        if self.changed_elsewhere()? {
            loaded = self.load_all(goal)?;
        }
        let Loaded { scripts, untried } = loaded;
        if !scripts.is_empty() {
            self.create_tables()?;
        }
        let total = scripts.len() + usize::from(untried.is_some());
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
                .and_then(|()| Ok(self.conclude(&script, start.elapsed())?))
                .and_then(|change| Ok(history::write(self.driver, &change).map_err(Failure::Transaction)?));
            match run {
                Ok(_) => observer(Event::Finished { revision: id, direction, duration: start.elapsed() }),
                Err(stop) => return Err(stop.at(id, direction, done)),
            }
            done.push(script.revision);
        }
        match untried {
            Some((revision, failure)) => Err(Stop::finally(failure).at(&revision, direction, done)),
            None => Ok(done),
        }
    }
}

/// How far a dry run is.
enum Tried {
    Whole(Vec<RevisionId>),
    OnCopy(Box<dyn Driver>),
}

/// Whose the database is was asked before it was copied.
fn adopting(options: &RunOptions) -> RunOptions {
    RunOptions { adopt: true, steps: options.steps.clone(), ..RunOptions::default() }
}

/// What keeps a script from being rolled back as a whole.
fn outside_transaction(script: &PreparedScript) -> Option<Failure> {
    if !script.is_journalled() {
        return None;
    }
    let alone = script.segments.iter().find_map(|segment| match segment {
        Segment::Lasting(step) | Segment::Autocommit(step) | Segment::Batch(step) => Some(step),
        Segment::Transaction(_) => None,
    });
    // Where all of them are transactions, the second is there because of a step that is to be committed before the rest.
    let step = alone.or_else(|| script.segments.get(1)?.steps().first())?;
    Some(Failure::OutsideTransaction { path: script.path.clone(), line: step.line })
}

/// On a copy nothing stays of what has run before a statement that failed.
fn nothing_stays(mut error: RunnerError) -> RunnerError {
    if let RunnerError::Stopped { failure, .. } = &mut error
        && let Failure::Statement { kept, .. } | Failure::Step { kept, .. } = failure.as_mut()
    {
        *kept = 0;
    }
    error
}
