//! What a database is at.

use super::history::{self, AppliedRevision};
use super::run::Run;
use super::{RunnerError, journal, project};
use crate::driver::Driver;
use crate::revision::{Directory, RevisionId};
use std::collections::{BTreeMap, BTreeSet};

/// What a database is at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The applied revisions.
    pub applied: BTreeMap<RevisionId, AppliedRevision>,
    /// Those that no other applied one builds or depends on.
    pub current: BTreeSet<RevisionId>,
    /// What `upgrade heads` would apply, in its order.
    pub pending: Vec<RevisionId>,
    /// The applied revisions that the migrations folder does not have.
    pub unknown: BTreeSet<RevisionId>,
}

impl Status {
    /// The ids of the applied revisions.
    #[must_use]
    pub fn applied_ids(&self) -> BTreeSet<RevisionId> {
        self.applied.keys().cloned().collect()
    }
}

/// Reads what a database is at. Files that disagree with it are no error here: see [`verify_history`].
///
/// # Errors
///
/// The history table cannot be read, was written by a newer version, or is another project's.
pub fn status(driver: &mut dyn Driver, revisions: &Directory) -> Result<Status, RunnerError> {
    let graph = revisions.graph();
    let history = history::read(driver)?;
    project::check_owner(driver, &history, graph)?;
    let ids: BTreeSet<RevisionId> = history.applied.keys().cloned().collect();
    Ok(Status {
        current: graph.current_heads(&ids),
        pending: graph.upgrade_path(&ids, &graph.heads()),
        unknown: graph.unknown(&ids),
        applied: history.applied,
    })
}

/// The applied revisions, where no more than their ids is needed, whoever's they are.
///
/// # Errors
///
/// The history table cannot be read, or was written by a newer version.
pub fn applied(driver: &mut dyn Driver) -> Result<BTreeSet<RevisionId>, RunnerError> {
    history::read_ids(driver)
}

/// The revision that an interrupted run has applied or undone in part, if any.
///
/// # Errors
///
/// As [`status`].
pub fn unfinished(driver: &mut dyn Driver) -> Result<Option<RevisionId>, RunnerError> {
    if !history::read(driver)?.exists {
        return Ok(None);
    }
    Ok(journal::read(driver, None)?.other.map(|(revision, _)| revision))
}

/// Holds the history against the files, as every run does before it changes anything.
///
/// # Errors
///
/// An applied revision that the folder does not have, whose script was changed or is missing, or that stands above one that is
/// not applied.
pub fn verify_history(driver: &mut dyn Driver, revisions: &Directory) -> Result<(), RunnerError> {
    Run::new(driver, revisions).refresh()
}
