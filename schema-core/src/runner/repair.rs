//! Ways out: accepting an edited file, settling a step that is in doubt.

use super::locked::{Tables, in_transaction};
use super::{Observer, RunnerError, history, journal, project, squashed};
use crate::driver::Driver;
use crate::revision::directory::Direction;
use crate::revision::{Directory, Graph, RevisionId, Target, TargetError};
use std::collections::BTreeSet;

/// What a person has found out about a step that is in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// Its effect is there: the next run goes on behind it.
    Done,
    /// Its effect is not there: the next run repeats it.
    Redo,
}

/// A step that was in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledStep {
    /// The revision.
    pub revision: RevisionId,
    /// Whether it was being applied or undone.
    pub direction: Direction,
    /// The step, from 1.
    pub step: usize,
}

/// Accepts the files of these applied revisions as they are now, and returns those that had been edited. With no address, all count.
///
/// # Errors
///
/// A revision that does not exist, a script that is missing, the history of another project, or a database that refuses.
pub fn repair(
    driver: &mut dyn Driver,
    revisions: &Directory,
    addresses: &[Target],
    observer: &mut Observer<'_>,
) -> Result<Vec<RevisionId>, RunnerError> {
    in_transaction(driver, Tables::AsTheyAre, observer, |driver| {
        let history = history::read_for(driver, revisions.graph())?;
        project::check_owner(driver, &history, revisions.graph())?;
        let squashed = history.squashed;
        let applied = history.applied;
        let named = named(addresses, revisions.graph(), applied.keys().cloned().collect())?;
        let mut repaired = Vec::new();
        for (revision, row) in applied {
            if !named.contains(&revision) {
                continue;
            }
            if let Some((rows, squash)) = squashed.get(&revision).zip(revisions.graph().get(&revision)) {
                let edited: Vec<_> = squashed::edited(squash, rows, driver.engine()).collect();
                for (row, checksum) in &edited {
                    history::set_checksum(driver, &row.revision, checksum)?;
                }
                if !edited.is_empty() {
                    repaired.push(revision);
                }
                continue;
            }
            let script = revisions
                .script(&revision, driver.engine(), Direction::Up)
                .map_err(|source| RunnerError::MissingScript { revision: revision.clone(), source })?;
            if script.checksum.as_str() != row.checksum {
                history::set_checksum(driver, &revision, script.checksum.as_str())?;
                repaired.push(revision);
            }
        }
        Ok(repaired)
    })
}

/// The revisions that are meant, among those that the folder has.
fn named(
    addresses: &[Target],
    graph: &Graph,
    applied: BTreeSet<RevisionId>,
) -> Result<BTreeSet<RevisionId>, TargetError> {
    if addresses.is_empty() {
        return Ok(&applied - &graph.unknown(&applied));
    }
    let mut named = BTreeSet::new();
    for address in addresses {
        named.extend(address.resolve(graph, &applied)?);
    }
    Ok(named)
}

/// Settles the steps that are in doubt, and returns them. Waits for the lock: a step that is running is not in doubt.
///
/// # Errors
///
/// The history of another project, or a database that refuses.
pub fn resolve(
    driver: &mut dyn Driver,
    revisions: &Directory,
    settlement: Settlement,
    observer: &mut Observer<'_>,
) -> Result<Vec<SettledStep>, RunnerError> {
    in_transaction(driver, Tables::AsTheyAre, observer, |driver| {
        let history = history::read_for(driver, revisions.graph())?;
        if !history.exists {
            return Ok(Vec::new());
        }
        project::check_owner(driver, &history, revisions.graph())?;
        let steps = journal::in_doubt(driver)?;
        for SettledStep { revision, direction, step } in &steps {
            match settlement {
                Settlement::Done => journal::settle(driver, revision, *direction, *step)?,
                Settlement::Redo => journal::forget_step(driver, revision, *direction, *step)?,
            }
        }
        Ok(steps)
    })
}
