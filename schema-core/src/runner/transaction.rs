//! What runs inside one transaction: steps, and what is checked before it is committed.

use super::execute::Progress;
use super::history::{self, AppliedRevision, Change, Origin};
use super::run::Run;
use super::script::{PreparedScript, Segment, Step};
use super::stop::Stop;
use super::{Failure, Observer, RunnerError, journal};
use crate::driver::DriverError;
use crate::revision::directory::Direction;
use crate::sql::{may_fail, rights_first};
use std::time::Duration;

impl Run<'_> {
    /// Commits what is done, and rolls back everything else.
    pub(super) fn transaction(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<Progress, Stop>,
    ) -> Result<Progress, Stop> {
        self.driver.begin().map_err(Failure::Transaction)?;
        let result = work(self).and_then(|progress| {
            match &progress {
                Progress::Done(Some(change)) => {
                    history::commit(self.driver, change).map_err(Failure::Transaction)?;
                }
                Progress::Done(None) | Progress::Begun { .. } | Progress::Partly { .. } => {
                    self.driver.commit().map_err(Failure::Transaction)?;
                }
                Progress::ChangedElsewhere
                | Progress::Unprepared
                | Progress::UnderWay(_)
                | Progress::OtherUnderWay { .. } => {}
            }
            Ok(progress)
        });
        match result {
            Ok(progress @ (Progress::Done(_) | Progress::Begun { .. } | Progress::Partly { .. })) => {
                let change = if let Progress::Done(change) = &progress { change.as_ref() } else { None };
                self.history.committed(change);
                // With the change of the history the journal has forgotten the script.
                self.journal_is_empty |= change.is_some();
                Ok(progress)
            }
            Ok(
                progress @ (Progress::ChangedElsewhere
                | Progress::Unprepared
                | Progress::UnderWay(_)
                | Progress::OtherUnderWay { .. }),
            ) => {
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

    /// Runs steps in the transaction, gives back what recreated objects had and, where the script has foreign keys off, checks what nothing else checks then.
    pub(super) fn run_guarded(
        &mut self,
        script: &PreparedScript,
        steps: &[&Step],
        observer: &mut Observer<'_>,
    ) -> Result<(), Stop> {
        let integrity =
            |run: &mut Self| run.driver.integrity().map_err(|error| Stop::from(Failure::from(error)));
        let before = if script.foreign_keys_off { Some(integrity(self)?) } else { None };
        let texts: Vec<&str> = steps.iter().map(|step| step.sql.as_str()).collect();
        self.driver.check_room(&texts).map_err(Failure::from)?;
        let recreates = !script.recreates.is_empty();
        let (rights, rest) = steps.split_at(if recreates { rights_first(&texts) } else { 0 });
        for step in rights {
            self.run_step(script, step, observer)?;
        }
        if recreates {
            self.driver.take(&script.recreated(), &texts).map_err(Failure::Transaction)?;
        }
        for step in rest {
            self.run_step(script, step, observer)?;
        }
        if recreates {
            let path = script.path.clone();
            self.driver
                .give_back(&script.recreated())
                .map_err(|source| Failure::NotGivenBack { path, source })?;
        }
        if let Some(before) = before {
            let damage = before.damage(&integrity(self)?, &script.renames);
            if !damage.is_empty() {
                return Err(Failure::Damaged { damage }.into());
            }
        }
        Ok(())
    }

    /// Runs a step of the transaction at hand.
    fn run_step(
        &mut self,
        script: &PreparedScript,
        step: &Step,
        observer: &mut Observer<'_>,
    ) -> Result<(), Stop> {
        if let Some(name) = &step.rust {
            return self.run_rust(script, step, name);
        }
        if step.lock_timeout.is_some() {
            self.driver.wait_for_locks(step.lock_timeout).map_err(Failure::Transaction)?;
        }
        self.watched(step.line, &step.sql, observer, |driver| driver.execute(&step.sql))
            .map_err(|source| script.statement_failure(step, source))?;
        if step.lock_timeout.is_some() {
            self.driver.wait_for_locks(None).map_err(Failure::Transaction)?;
        }
        Ok(())
    }

    /// What the history is to say of a script that has run, of which the journal need say no more.
    pub(super) fn conclude(
        &mut self,
        script: &PreparedScript,
        duration: Duration,
    ) -> Result<Change, RunnerError> {
        let PreparedScript { revision, message, direction, checksum, .. } = script;
        if script.is_journalled() {
            journal::forget(self.driver, revision)?;
        }
        Ok(match direction {
            Direction::Up => Change::Insert(AppliedRevision::now(
                revision.clone(),
                message,
                checksum,
                duration,
                Origin::Run,
                self.revisions.graph().project(),
            )),
            Direction::Down => Change::delete(self.revisions.graph(), revision),
        })
    }
}

impl PreparedScript {
    /// A statement that was refused, and how much of the script stays done in spite of that.
    pub(super) fn statement_failure(&self, step: &Step, source: DriverError) -> Failure {
        Failure::Statement {
            path: self.path.clone(),
            line: step.line,
            statement: step.sql.clone(),
            source,
            may_fail: may_fail(&step.comment),
            kept: self.kept_before(step),
            total: self.steps().count(),
        }
    }

    /// How many statements stay done where this step fails.
    pub(super) fn kept_before(&self, step: &Step) -> usize {
        let before =
            |segment: &&Segment| segment.steps().last().is_some_and(|last| last.number < step.number);
        self.segments.iter().take_while(before).map(|segment| segment.steps().len()).sum()
    }
}
