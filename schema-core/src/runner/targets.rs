//! Which revisions a run is about.

use super::run::Run;
use super::{RunnerError, check_known};
use crate::revision::directory::Direction;
use crate::revision::{RevisionId, Target};
use std::collections::BTreeSet;

/// Which revisions a run is about: named ones, or an address whose meaning may depend on what is applied.
///
/// An address is resolved under the migration lock, so that `-1` counts from what no other process is about to change.
#[derive(Clone, Copy, Debug)]
pub enum Targets<'a> {
    /// These revisions.
    Revisions(&'a BTreeSet<RevisionId>),
    /// What this address means when it is resolved.
    Address(&'a Target),
}

impl<'a> From<&'a BTreeSet<RevisionId>> for Targets<'a> {
    fn from(revisions: &'a BTreeSet<RevisionId>) -> Self {
        Targets::Revisions(revisions)
    }
}

impl<'a> From<&'a Target> for Targets<'a> {
    fn from(address: &'a Target) -> Self {
        Targets::Address(address)
    }
}

/// What a run is to bring about.
#[derive(Clone, Copy)]
pub(super) struct Goal<'a> {
    pub(super) direction: Direction,
    pub(super) targets: Targets<'a>,
}

impl Goal<'_> {
    /// Whether it can be judged before the lock is taken that there is nothing to do.
    ///
    /// That keeps an upgrade without pending revisions cheap. A downgrade has to wait for an upgrade that is running: what it is to undo is not committed yet.
    pub(super) fn may_be_judged_without_lock(&self) -> bool {
        match (self.direction, self.targets) {
            (Direction::Up, Targets::Revisions(_)) => true,
            (Direction::Up, Targets::Address(target)) => !target.depends_on_applied(),
            (Direction::Down, Targets::Revisions(_) | Targets::Address(_)) => false,
        }
    }

    /// The revisions that the targets mean now.
    pub(super) fn resolve(&self, run: &Run<'_>) -> Result<BTreeSet<RevisionId>, RunnerError> {
        let graph = run.revisions.graph();
        match (self.targets, self.direction) {
            (Targets::Revisions(revisions), Direction::Up | Direction::Down) => {
                check_known(run.revisions, revisions)?;
                Ok(revisions.clone())
            }
            (Targets::Address(target), Direction::Up) => Ok(target.upgrade_targets(graph, &run.applied())?),
            (Targets::Address(target), Direction::Down) => Ok(target.downgrade_roots(graph, &run.applied())?),
        }
    }

    /// The revisions to apply or undo so that resolved targets are reached, in their order.
    pub(super) fn path(&self, run: &Run<'_>, resolved: &BTreeSet<RevisionId>) -> Vec<RevisionId> {
        let (graph, applied) = (run.revisions.graph(), run.applied());
        match self.direction {
            Direction::Up => graph.upgrade_path(&applied, resolved),
            Direction::Down => graph.downgrade_path(&applied, resolved),
        }
    }
}
