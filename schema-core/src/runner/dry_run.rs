//! A run that leaves nothing: everything in one transaction that is rolled back, so that the next revision finds what the one before has made; on a copy where
//! DDL takes no part in transactions.

use super::abandoned::Watch;
use super::at_stake::{TableAtStake, tables_at_stake};
use super::run::{Run, RunOptions};
use super::script::{PreparedScript, Segment, Step};
use super::stop::Stop;
use super::targets::Goal;
use super::{Event, Failure, Observer, RunnerError, history, lock};
use crate::driver::Driver;
use crate::revision::RevisionId;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

/// What a dry run has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRun {
    /// The revisions that were tried as a whole, and would have been applied or undone, in their order.
    pub revisions: Vec<RevisionId>,
    /// Whether they were tried on a copy without rows, which may still be in the way of the real run.
    pub on_copy: bool,
    /// What could not be tried, in its order: statements that are committed by themselves, and all that comes behind the first of them.
    pub untried: Vec<Untried>,
    /// The tables that the scripts rewrite, read or lock for longer than a moment, by name.
    pub tables: Vec<TableAtStake>,
}

/// What a dry run cannot try of a revision, because it could not be rolled back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untried {
    /// The revision.
    pub revision: RevisionId,
    /// Its script.
    pub path: PathBuf,
    /// The line of the first statement that was not tried.
    pub line: usize,
    /// How many statements were not tried, from that one on.
    pub statements: usize,
    /// How many were tried, before it.
    pub tried: usize,
}

/// The scripts of a path.
struct Loaded {
    /// Those that are one transaction.
    whole: Vec<PreparedScript>,
    /// The first that is not, and all behind it.
    rest: Vec<PreparedScript>,
}

impl Loaded {
    fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.rest.is_empty()
    }

    fn scripts(&self) -> impl Iterator<Item = &PreparedScript> {
        self.whole.iter().chain(&self.rest)
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
            self.try_out_locked(goal, options, observer).map(Tried::Here)
        };
        // What matters is rolled back, and the connection's end gives the lock back too.
        let _ = self.driver.unlock();
        match result? {
            Tried::Here(tried) => Ok(tried),
            Tried::OnCopy(mut copy, tables) => {
                let run = Run::new(copy.as_mut(), self.revisions);
                let revisions = run.follow(goal, &adopting(options), observer).map_err(nothing_stays)?;
                Ok(DryRun { revisions, on_copy, untried: Vec::new(), tables })
            }
        }
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
            return Ok(Tried::Here(nothing(true)));
        }
        self.check_steps(&goal.path(self, &resolved), goal.direction)?;
        self.check_unclaimed(goal.direction, options)?;
        // On the copy there are no rows. What cannot be loaded, the run there says.
        let loaded = self.load_all(goal);
        let tables =
            loaded.map_or_else(|_| Vec::new(), |loaded| tables_at_stake(self.driver, loaded.scripts()));
        Ok(Tried::OnCopy(self.driver.copy_without_rows()?, tables))
    }

    fn try_out_locked(
        &mut self,
        goal: Goal<'_>,
        options: &RunOptions,
        observer: &mut Observer<'_>,
    ) -> Result<DryRun, RunnerError> {
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
        let tables = tables_at_stake(self.driver, loaded.scripts());
        let switch = loaded.scripts().any(|script| script.foreign_keys_off);
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
        Ok(DryRun { tables, ..result? })
    }

    fn load_all(&self, goal: Goal<'_>) -> Result<Loaded, RunnerError> {
        let direction = goal.direction;
        let mut loaded = Loaded { whole: Vec::new(), rest: Vec::new() };
        let path = goal.path(self, &goal.resolve(self)?);
        self.check_reversible(&path, direction)?;
        self.check_steps(&path, direction)?;
        for id in path {
            let script = PreparedScript::load(self.revisions, &id, self.driver.engine(), direction)
                .map_err(|stop| stop.at(&id, direction, Vec::new()))?;
            script.check_session(&BTreeSet::new()).map_err(|stop| stop.at(&id, direction, Vec::new()))?;
            let is_whole = loaded.rest.is_empty() && !script.is_journalled();
            if is_whole { loaded.whole.push(script) } else { loaded.rest.push(script) }
        }
        // Inside the transaction foreign keys cannot be switched for one script alone: what one needs holds for all, and the check
        // after each stands in for their enforcement.
        let foreign_keys_off = loaded.scripts().any(|script| script.foreign_keys_off);
        let scripts = loaded.whole.iter_mut().chain(&mut loaded.rest);
        scripts.for_each(|script| script.foreign_keys_off = foreign_keys_off);
        Ok(loaded)
    }

    fn run_all(
        &mut self,
        mut loaded: Loaded,
        goal: Goal<'_>,
        observer: &mut Observer<'_>,
    ) -> Result<DryRun, RunnerError> {
        let direction = goal.direction;
        if self.changed_elsewhere()? {
            loaded = self.load_all(goal)?;
        }
        if !loaded.whole.is_empty() {
            self.create_tables()?;
        }
        let total = loaded.scripts().count();
        let mut tried = nothing(false);
        for script in &loaded.whole {
            let id = &script.revision;
            let start = Instant::now();
            self.tell_started(script, tried.revisions.len() + 1, total, observer);
            let steps: Vec<&Step> = script.steps().collect();
            let run = self
                .try_steps(script, &steps, observer)
                .and_then(|()| Ok(self.conclude(script, start.elapsed())?))
                .and_then(|change| Ok(history::write(self.driver, &change).map_err(Failure::Transaction)?));
            match run {
                Ok(_) => observer(Event::Finished { revision: id, direction, duration: start.elapsed() }),
                Err(stop) => return Err(stop.at(id, direction, tried.revisions)),
            }
            tried.revisions.push(id.clone());
        }
        // What comes behind a step that is committed by itself may need it.
        for (place, script) in loaded.rest.iter().enumerate() {
            let steps = if place == 0 { first_transaction(script) } else { Vec::new() };
            if place == 0 {
                self.tell_started(script, tried.revisions.len() + 1, total, observer);
                self.try_steps(script, &steps, observer)
                    .map_err(|stop| stop.at(&script.revision, direction, tried.revisions.clone()))?;
            }
            tried.untried.push(Untried {
                revision: script.revision.clone(),
                path: script.path.clone(),
                line: script.steps().nth(steps.len()).map_or(1, |step| step.line),
                statements: script.steps().count() - steps.len(),
                tried: steps.len(),
            });
        }
        Ok(tried)
    }

    fn tell_started(
        &self,
        script: &PreparedScript,
        position: usize,
        total: usize,
        observer: &mut Observer<'_>,
    ) {
        if let Some(revision) = self.revisions.graph().get(&script.revision) {
            observer(Event::Started { revision, direction: script.direction, position, total });
        }
    }

    fn try_steps(
        &mut self,
        script: &PreparedScript,
        steps: &[&Step],
        observer: &mut Observer<'_>,
    ) -> Result<(), Stop> {
        let texts: Vec<&str> = script.steps().map(|step| step.sql.as_str()).collect();
        self.driver.check_supported(&texts).map_err(|error| Stop::finally(Failure::from(error)))?;
        self.check_expectations(script)?;
        self.run_guarded(script, steps, observer)
    }
}

/// The steps with which a script begins, where these are a transaction.
fn first_transaction(script: &PreparedScript) -> Vec<&Step> {
    match script.segments.first() {
        Some(Segment::Transaction(steps)) => steps.iter().collect(),
        Some(Segment::Lasting(_) | Segment::Autocommit(_) | Segment::Batch(_)) | None => Vec::new(),
    }
}

fn nothing(on_copy: bool) -> DryRun {
    DryRun { revisions: Vec::new(), on_copy, untried: Vec::new(), tables: Vec::new() }
}

/// How far a dry run is.
enum Tried {
    Here(DryRun),
    OnCopy(Box<dyn Driver>, Vec<TableAtStake>),
}

/// Whose the database is was asked before it was copied.
fn adopting(options: &RunOptions) -> RunOptions {
    RunOptions { adopt: true, steps: options.steps.clone(), ..RunOptions::default() }
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
