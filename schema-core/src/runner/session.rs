//! What the steps of a script need of the session that they run in, and what a run does about it that goes on in another one.
//!
//! A setting that says its own value is set again. What is computed is computed again only directly before the step outside a transaction that it is for, as
//! nothing has changed in between. All else is lost: where a commit stands between what leaves it and what needs it, the script is refused.

use super::Failure;
use super::execute::Running;
use super::run::Run;
use super::script::{PreparedScript, Segment, Step, renamed_table};
use super::stop::Stop;
use crate::model::Engine;
use crate::sql::{SessionEffect, SessionState, SessionStateKind};
use std::collections::BTreeSet;

/// Whether a step that has run runs again in the session that goes on behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replay {
    Never,
    /// It says itself what it sets.
    Always,
    /// As long as this step, outside a transaction and directly behind it, has not run.
    Until(usize),
}

/// Something that is lost with the session, and the steps that need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needed {
    pub(super) state: SessionState,
    /// The step that leaves it.
    pub(super) left_by: usize,
    pub(super) needed_by: Vec<usize>,
}

/// What follows for each step, and for the script.
pub(super) struct SessionPlan {
    pub(super) replays: Vec<Replay>,
    pub(super) ends: Vec<Vec<usize>>,
    pub(super) needed: Vec<Needed>,
}

impl SessionPlan {
    pub(super) fn of(segments: &[Segment], engine: Engine) -> Self {
        let steps: Vec<&Step> = segments.iter().flat_map(Segment::steps).collect();
        let replays = replays(segments);
        let mut needed = Vec::new();
        for (index, step) in steps.iter().enumerate() {
            let runs_again = replays.get(index) == Some(&Replay::Always);
            // A text that makes a temporary table is set again, but not run.
            let comes_back =
                |state: &SessionState| runs_again && state.kind != SessionStateKind::TemporaryObject;
            for state in step.session.leaves.iter().filter(|state| !comes_back(state)) {
                needed.extend(needs(&steps, index, state, engine));
            }
            needed.extend(reads(&steps, index, engine));
        }
        let ends =
            steps.iter().enumerate().map(|(index, step)| ended(&steps, index, &step.session)).collect();
        SessionPlan { replays, ends, needed }
    }
}

/// The steps behind this one that need what it leaves, as far as it is there.
fn needs(steps: &[&Step], index: usize, state: &SessionState, engine: Engine) -> Option<Needed> {
    let left_by = steps.get(index)?.number;
    let mut states = vec![state.clone()];
    let mut needed_by = Vec::new();
    for (position, step) in steps.iter().enumerate().skip(index + 1) {
        let is_replaced = step.session.leaves.iter().any(|other| other.covers(state) && state.covers(other));
        let is_ended = step.session.ends.iter().any(|end| end.covers(state));
        let is_needed = if is_replaced {
            step.session.depends_on(state)
        } else if is_ended {
            // What does nothing else has nothing to end in another session.
            let is_harmless = step.session.is_setting || !ended(steps, position, &step.session).is_empty();
            // DETACH stands outside of transactions, where no step is left out.
            !is_harmless || state.kind == SessionStateKind::AttachedDatabase
        } else {
            // What a function of the application uses does not stand in the script.
            step.rust.is_some() || states.iter().any(|state| state.is_used_by(&step.sql, engine))
        };
        if is_needed {
            needed_by.push(step.number);
        }
        if is_replaced || is_ended {
            break;
        }
        states.extend(renamed(step, &states, engine));
    }
    (!needed_by.is_empty()).then(|| Needed { state: state.clone(), left_by, needed_by })
}

/// A temporary table has another name from here on.
fn renamed(step: &Step, states: &[SessionState], engine: Engine) -> Option<SessionState> {
    let (old, new) = renamed_table(&step.sql, engine)?;
    let kind = SessionStateKind::TemporaryObject;
    let old = SessionState { kind, name: Some(old) };
    states.iter().any(|state| old.covers(state)).then_some(SessionState { kind, name: Some(new) })
}

/// What a step reads that the statements before it leave in passing.
fn reads(steps: &[&Step], index: usize, engine: Engine) -> Option<Needed> {
    let step = steps.get(index)?;
    let kind = step.session.reads?;
    let before = || steps.iter().take(index).rev();
    let left_by = match kind {
        SessionStateKind::RowCount => before().next()?,
        SessionStateKind::AttachedDatabase
        | SessionStateKind::Channel
        | SessionStateKind::Cursor
        | SessionStateKind::GeneratedKey
        | SessionStateKind::Lock
        | SessionStateKind::PreparedStatement
        | SessionStateKind::RandomSeed
        | SessionStateKind::Setting
        | SessionStateKind::TableLock
        | SessionStateKind::TemporaryCode
        | SessionStateKind::TemporaryObject
        | SessionStateKind::Variable => before().find(|step| step.session.may_generate_key)?,
    };
    let state = SessionState { kind, name: None };
    // What is prepared reads it where it is executed.
    let mut prepared =
        step.session.leaves.iter().filter(|state| state.kind == SessionStateKind::PreparedStatement);
    let behind = steps.iter().skip(index + 1);
    let executing = prepared.next().into_iter().flat_map(|prepared| {
        behind.clone().filter(|step| prepared.is_used_by(&step.sql, engine)).map(|step| step.number)
    });
    let needed_by = std::iter::once(step.number).chain(executing).collect();
    Some(Needed { state, left_by: left_by.number, needed_by })
}

/// The steps that have left what this one ends; none where it does anything else.
fn ended(steps: &[&Step], index: usize, effect: &SessionEffect) -> Vec<usize> {
    let left_by = |end: &SessionState| {
        let mut before = steps.iter().take(index).rev();
        before.find(|step| step.session.leaves.iter().any(|state| end.covers(state))).map(|step| step.number)
    };
    if !effect.only_ends {
        return Vec::new();
    }
    effect.ends.iter().map(left_by).collect::<Option<Vec<_>>>().unwrap_or_default()
}

fn replays(segments: &[Segment]) -> Vec<Replay> {
    let mut computed: Vec<&SessionState> = Vec::new();
    let mut replays = Vec::new();
    for (index, segment) in segments.iter().enumerate() {
        let steps = segment.steps();
        // The statements that only set something, directly before a step outside a transaction.
        let (tail, next) = match (segment, segments.get(index + 1)) {
            (Segment::Transaction(_), Some(Segment::Lasting(step) | Segment::Autocommit(step))) => {
                let tail = steps.iter().rev().take_while(|step| step.session.only_sets).count();
                (steps.len() - tail, Replay::Until(step.number))
            }
            (
                Segment::Transaction(_) | Segment::Lasting(_) | Segment::Autocommit(_) | Segment::Batch(_),
                _,
            ) => (steps.len(), Replay::Never),
        };
        for (position, step) in steps.iter().enumerate() {
            let effect = &step.session;
            // What is not there again has nothing to end either.
            let ends =
                |state: &SessionState| effect.only_ends && effect.ends.iter().any(|end| end.covers(state));
            let is_constant =
                effect.is_setting && !computed.iter().any(|state| effect.depends_on(state) || ends(state));
            computed.retain(|state| !effect.leaves.iter().any(|other| other.covers(state)));
            if !is_constant {
                computed.extend(&effect.leaves);
            }
            replays.push(match is_constant {
                true => Replay::Always,
                false if position >= tail => next,
                false => Replay::Never,
            });
        }
    }
    replays
}

impl Running<'_> {
    pub(super) fn is_open(&self, number: usize) -> bool {
        self.done.as_ref().is_none_or(|done| !done.contains(&number))
    }

    /// The steps of a transaction that have to run: those that have not, and those that leave in the session what has to be in this one too.
    pub(super) fn meant<'steps>(&self, steps: &'steps [Step]) -> Vec<&'steps Step> {
        let has_run_elsewhere = |number: &usize| !self.is_open(*number) && !self.here.contains(number);
        let is_meant = |step: &&Step| {
            if self.is_open(step.number) {
                step.ends.is_empty() || !step.ends.iter().all(has_run_elsewhere)
            } else {
                has_run_elsewhere(&step.number) && self.runs_again(step)
            }
        };
        steps.iter().filter(is_meant).collect()
    }

    fn runs_again(&self, step: &Step) -> bool {
        match step.replay {
            Replay::Never => false,
            Replay::Always => true,
            Replay::Until(next) => self.is_open(next),
        }
    }
}

impl Run<'_> {
    /// Sets in this session what steps have set that ran in another, up to one that was only begun: the catalogue has to be asked as that step would have been
    /// understood.
    pub(super) fn restore_session(&mut self, running: &mut Running<'_>, begun: usize) -> Result<(), Stop> {
        let script = running.script;
        for step in script.steps().take_while(|step| step.number < begun) {
            if running.runs_again(step) && running.here.insert(step.number) {
                self.driver.execute(&step.sql).map_err(|source| script.statement_failure(step, source))?;
            }
        }
        Ok(())
    }

    /// The same for a step outside a transaction.
    pub(super) fn restore_step(&mut self, running: &mut Running<'_>, position: usize) -> Result<(), Stop> {
        let script = running.script;
        for step in script.segments.get(position).map(Segment::steps).unwrap_or_default() {
            if running.runs_again(step) && running.here.insert(step.number) {
                self.driver
                    .execute_alone(&step.sql)
                    .map_err(|source| script.statement_failure(step, source))?;
            }
        }
        Ok(())
    }
}

impl PreparedScript {
    /// Whether a segment leaves something in the session that would be in its own way after a rollback.
    pub(super) fn leaves_in_the_way(&self, position: usize, engine: Engine) -> bool {
        let steps = self.segments.get(position).map(Segment::steps).unwrap_or_default();
        steps.iter().flat_map(|step| &step.session.leaves).any(|state| state.is_in_the_way(engine))
    }

    /// The names of the temporary tables that it makes.
    pub(super) fn temporary_tables(&self) -> Vec<&str> {
        self.steps()
            .flat_map(|step| &step.session.leaves)
            .filter(|state| state.kind == SessionStateKind::TemporaryObject)
            .filter_map(|state| state.name.as_deref())
            .collect()
    }

    /// Refuses a script that an interrupted run could not go on with, given the steps that have run.
    pub(super) fn check_session(&self, done: &BTreeSet<usize>) -> Result<(), Stop> {
        let is_open = |number: &usize| !done.contains(number);
        let line = |number: usize| self.step(number).map_or(0, |step| step.line);
        for Needed { state, left_by, needed_by } in &self.needed {
            let replay = self.step(*left_by).map_or(Replay::Never, |step| step.replay);
            let runs_again = match replay {
                Replay::Never => false,
                Replay::Always => true,
                Replay::Until(next) => is_open(&next),
            };
            let is_lost = |number: &&usize| {
                if is_open(left_by) || runs_again {
                    self.is_behind_commit(*left_by, **number, replay)
                } else {
                    true
                }
            };
            let Some(needed) = needed_by.iter().filter(|number| is_open(number)).find(is_lost) else {
                continue;
            };
            let (path, state) = (self.path.clone(), state.clone());
            let (line, needed) = (line(*left_by), line(*needed));
            let failure = if is_open(left_by) {
                Failure::NeedsSession { path, line, state, needed }
            } else {
                Failure::SessionLost { path, line, state, needed }
            };
            return Err(failure.into());
        }
        Ok(())
    }

    /// Whether a run that is interrupted between the two steps would go on without what the first has left.
    fn is_behind_commit(&self, left_by: usize, needed_by: usize, replay: Replay) -> bool {
        let is_together = self.segments.iter().any(|segment| {
            let has = |number| segment.steps().iter().any(|step| step.number == number);
            has(left_by) && has(needed_by)
        });
        !is_together && replay != Replay::Until(needed_by)
    }
}

#[cfg(test)]
mod tests;
