//! What a database is at.

use super::history::{self, AppliedRevision};
use super::run::Run;
use super::script::PreparedScript;
use super::squashed::{PartlySquashed, folded_ids};
use super::{RunnerError, journal, project};
use crate::batch::BatchPosition;
use crate::driver::Driver;
use crate::revision::directory::Direction;
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
    /// A revision that is applied or undone in part: the database is at no revision at all.
    pub unfinished: Option<Unfinished>,
    /// The ranges that were squashed since and of which the database has a part: no run goes on from there.
    pub partly_squashed: Vec<PartlySquashed>,
}

/// A revision that is applied or undone in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// The revision.
    pub revision: RevisionId,
    /// Whether it is applied or undone.
    pub direction: Direction,
    /// How many of its statements have run.
    pub done: usize,
    /// How many there are; none where its script cannot be read.
    pub total: Option<usize>,
    /// The statement that was begun, from 1, if its end was not recorded.
    pub begun: Option<usize>,
    /// The batch that is under way.
    pub batch: Option<UnfinishedBatch>,
    /// Who has the migration lock: it is at work, and the revision was not left so. None where the database does not tell.
    pub holder: Option<String>,
}

/// A batch of which some ranges are done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfinishedBatch {
    /// The statement, from 1.
    pub step: usize,
    /// The table and the key: `products by id`.
    pub batch: String,
    /// How many rows are done.
    pub rows: u64,
}

impl Unfinished {
    /// What a run says that is about something else.
    #[must_use]
    pub fn error(&self) -> RunnerError {
        RunnerError::UnderWay { revision: self.revision.clone(), direction: self.direction }
    }
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
    let history = history::read_for(driver, graph)?;
    project::check_owner(driver, &history, graph)?;
    let unfinished = if history.exists { read_unfinished(driver, revisions)? } else { None };
    let ids: BTreeSet<RevisionId> = history.applied.keys().cloned().collect();
    Ok(Status {
        unfinished,
        current: graph.current_heads(&ids),
        pending: graph.upgrade_path(&ids, &graph.heads()),
        unknown: &graph.unknown(&ids)
            - &history.partly.iter().flat_map(|partly| partly.applied.iter().cloned()).collect(),
        applied: history.applied,
        partly_squashed: history.partly,
    })
}

fn read_unfinished(
    driver: &mut dyn Driver,
    revisions: &Directory,
) -> Result<Option<Unfinished>, RunnerError> {
    let Some((revision, direction)) = journal::read(driver, None)?.other else { return Ok(None) };
    let steps = journal::read(driver, Some((&revision, direction)))?.own;
    let script = PreparedScript::load(revisions, &revision, driver.engine(), direction).ok();
    Ok(Some(Unfinished {
        done: steps.iter().filter(|step| step.done).count(),
        total: script.map(|script| script.steps().count()),
        begun: steps.iter().find(|step| step.is_in_doubt()).map(|step| step.step),
        batch: steps.iter().find_map(|step| {
            let BatchPosition { batch, rows, .. } = step.batch.as_ref()?;
            Some(UnfinishedBatch { step: step.step, batch: batch.clone(), rows: *rows })
        }),
        // Who has it may be a secret.
        holder: driver.lock_holder().unwrap_or_default(),
        revision,
        direction,
    }))
}

/// The applied revisions, where no more than their ids is needed, whoever's they are.
///
/// # Errors
///
/// The history table cannot be read, or was written by a newer version.
pub fn applied(driver: &mut dyn Driver, revisions: &Directory) -> Result<BTreeSet<RevisionId>, RunnerError> {
    Ok(folded_ids(history::read_ids(driver)?, revisions.graph()))
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
