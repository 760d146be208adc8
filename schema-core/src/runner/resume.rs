//! Steps outside a transaction: running them, and finding out what has become of those whose end nobody saw.
//!
//! The journal says that such a step is started before it runs. A process that dies, or a connection that is lost, leaves it at that; then the catalogue is
//! asked, and a person where it does not tell.

use super::execute::Progress;
use super::journal::{self, JournalledStep};
use super::run::Run;
use super::script::{PreparedScript, Step};
use super::stop::Stop;
use super::{Event, Failure, Observer};
use crate::driver::{DriverError, StepState};

impl Run<'_> {
    /// Runs a step that the journal says is started.
    pub(super) fn run_begun(
        &mut self,
        script: &PreparedScript,
        step: &Step,
        evidence: Option<&str>,
        observer: &mut Observer<'_>,
    ) -> Result<(), Stop> {
        let statement = self.with_definers(step);
        self.clear_left_overs(step, evidence, observer)?;
        if let Err(source) = self.execute_alone(step, &statement, observer) {
            let failure = script.statement_failure(step, source);
            return Err(self.failed(script, step, evidence, failure, observer));
        }
        if !self.driver.capabilities().leaves_broken_objects {
            return Ok(());
        }
        // `IF NOT EXISTS` takes what an interrupted build has left behind for the whole thing.
        let state = self.driver.probe(&step.sql, evidence).map_err(Failure::from)?;
        let StepState::Broken { cleanup } = state else { return Ok(()) };
        self.clean_up(&cleanup, observer).map_err(Failure::from)?;
        if let Err(source) = self.execute_alone(step, &statement, observer) {
            let failure = script.statement_failure(step, source);
            return Err(self.failed(script, step, evidence, failure, observer));
        }
        match self.driver.probe(&step.sql, evidence).map_err(Failure::from)? {
            StepState::Broken { cleanup } => {
                let (path, left) = (script.path.clone(), cleanup.join("; "));
                Err(Stop::finally(Failure::Broken { path, line: step.line, cleanup: left }))
            }
            StepState::Done | StepState::Absent | StepState::Unfinished { .. } | StepState::Unknown => Ok(()),
        }
    }

    /// Runs the statement of a step outside any transaction.
    fn execute_alone(
        &mut self,
        step: &Step,
        statement: &str,
        observer: &mut Observer<'_>,
    ) -> Result<(), DriverError> {
        if step.lock_timeout.is_none() {
            return self.watched(step.line, statement, observer, |driver| driver.execute_alone(statement));
        }
        self.driver.wait_for_locks(step.lock_timeout)?;
        let result = self.watched(step.line, statement, observer, |driver| driver.execute_alone(statement));
        let restored = self.driver.wait_for_locks(None);
        // What the statement said says more.
        result?;
        restored
    }

    /// What somebody's interrupted build has left behind under the name of what a step is about to build would be in its way.
    fn clear_left_overs(
        &mut self,
        step: &Step,
        evidence: Option<&str>,
        observer: &mut Observer<'_>,
    ) -> Result<(), Stop> {
        if !self.driver.capabilities().leaves_broken_objects || evidence.is_none() {
            return Ok(());
        }
        match self.driver.probe(&step.sql, evidence).map_err(Failure::from)? {
            StepState::Broken { cleanup } => {
                self.clean_up(&cleanup, observer).map_err(|error| Failure::from(error).into())
            }
            StepState::Done | StepState::Absent | StepState::Unfinished { .. } | StepState::Unknown => Ok(()),
        }
    }

    /// Runs a step that the journal says is started, of which a rollback may leave something: together with what is to be written down after it.
    pub(super) fn run_lasting(
        &mut self,
        script: &PreparedScript,
        step: &Step,
        evidence: Option<&str>,
        observer: &mut Observer<'_>,
        record: impl FnOnce(&mut Self) -> Result<Progress, Stop>,
    ) -> Result<(), Stop> {
        let result = self.transaction(|run| {
            run.watched(step.line, &step.sql, observer, |driver| driver.execute(&step.sql))
                .map_err(|source| script.statement_failure(step, source))?;
            record(run)
        });
        match result {
            Ok(_) => Ok(()),
            Err(Stop::Failure { failure, can_be_repeated: _ })
                if matches!(failure.as_ref(), Failure::Statement { .. }) =>
            {
                Err(self.failed(script, step, evidence, *failure, observer))
            }
            Err(stop) => Err(stop),
        }
    }

    /// What the database has refused is as if it had never begun, where that is certain; otherwise the next run finds out.
    fn failed(
        &mut self,
        script: &PreparedScript,
        step: &Step,
        evidence: Option<&str>,
        failure: Failure,
        observer: &mut Observer<'_>,
    ) -> Stop {
        let (is_over, can_be_repeated) = match self.driver.probe(&step.sql, evidence) {
            Ok(StepState::Absent) => (true, true),
            Ok(StepState::Broken { cleanup }) => {
                let is_clean = self.clean_up(&cleanup, observer).is_ok();
                (is_clean, is_clean)
            }
            // What it had written before it was refused may be there.
            Ok(StepState::Unknown) if script.is_lasting(step.number) => (false, false),
            Ok(StepState::Unknown) => (true, false),
            // A connection that is lost answers nothing either.
            Ok(StepState::Done | StepState::Unfinished { .. }) | Err(_) => (false, false),
        };
        let is_forgotten = is_over && self.forget_step(script, step.number).is_ok();
        if can_be_repeated && is_forgotten { failure.into() } else { Stop::finally(failure) }
    }

    /// Finds out what has become of a step that is only started, and puts it down in the journal.
    pub(super) fn settle(
        &mut self,
        script: &PreparedScript,
        journalled: &JournalledStep,
        observer: &mut Observer<'_>,
    ) -> Result<(), Stop> {
        let JournalledStep { step: number, evidence, checksum: _, done: _, definers: _, batch: _ } =
            journalled;
        let Some(step) = script.step(*number) else {
            let path = script.path.clone();
            return Err(Failure::ChangedUnderWay { path, step: *number, is_done: false }.into());
        };
        match self.driver.probe(&step.sql, evidence.as_deref()).map_err(Failure::from)? {
            StepState::Done => {
                self.give_back(step)?;
                self.finish_step(script, step)
            }
            StepState::Absent => self.forget_step(script, *number),
            StepState::Broken { cleanup } => {
                self.clean_up(&cleanup, observer).map_err(Failure::from)?;
                self.forget_step(script, *number)
            }
            StepState::Unfinished { rest } => {
                self.clean_up(&rest, observer).map_err(Failure::from)?;
                self.finish_step(script, step)
            }
            StepState::Unknown => {
                let (path, statement) = (script.path.clone(), step.sql.clone());
                Err(Failure::InDoubt { path, line: step.line, statement }.into())
            }
        }
    }

    fn clean_up(&mut self, statements: &[String], observer: &mut Observer<'_>) -> Result<(), DriverError> {
        for statement in statements {
            observer(Event::CleanedUp { statement });
            self.driver.execute_alone(statement)?;
        }
        Ok(())
    }

    fn finish_step(&mut self, script: &PreparedScript, step: &Step) -> Result<(), Stop> {
        self.transaction(|run| {
            let definers = run.definers_lost_with(step);
            let PreparedScript { revision, direction, .. } = script;
            journal::finish(run.driver, revision, *direction, step.number, &step.sql, &definers)?;
            Ok(Progress::Done(None))
        })
        .map(drop)
    }

    fn forget_step(&mut self, script: &PreparedScript, number: usize) -> Result<(), Stop> {
        self.transaction(|run| {
            journal::forget_step(run.driver, &script.revision, script.direction, number)?;
            Ok(Progress::Done(None))
        })
        .map(drop)
    }
}
