//! Ways out: accepting an edited file, settling a step that is in doubt.

use super::locked::{Tables, in_transaction};
use super::{RunnerError, check_known, history, journal};
use crate::driver::Driver;
use crate::revision::directory::Direction;
use crate::revision::{Directory, RevisionId};
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

/// Accepts the files of these applied revisions as they are now, and returns those that had been edited. With no revisions named, all count.
///
/// # Errors
///
/// A revision that does not exist, a script that is missing, or a database that refuses.
pub fn repair(
    driver: &mut dyn Driver,
    revisions: &Directory,
    named: &BTreeSet<RevisionId>,
) -> Result<Vec<RevisionId>, RunnerError> {
    check_known(revisions, named)?;
    in_transaction(driver, Tables::AsTheyAre, |driver| {
        let mut repaired = Vec::new();
        for (revision, row) in history::read(driver)?.applied {
            let is_meant = if named.is_empty() {
                revisions.graph().get(&revision).is_some()
            } else {
                named.contains(&revision)
            };
            if !is_meant {
                continue;
            }
            let script = revisions
                .script(&revision, driver.engine(), Direction::Up)
                .map_err(|source| RunnerError::MissingScript { revision: revision.clone(), source })?;
            if script.checksum.as_str() != row.checksum {
                history::set_checksum(driver, &revision, &script.checksum)?;
                repaired.push(revision);
            }
        }
        Ok(repaired)
    })
}

/// Settles the steps that are in doubt, and returns them.
///
/// # Errors
///
/// The database refuses.
pub fn resolve(driver: &mut dyn Driver, settlement: Settlement) -> Result<Vec<SettledStep>, RunnerError> {
    in_transaction(driver, Tables::AsTheyAre, |driver| {
        if !history::read(driver)?.exists {
            return Ok(Vec::new());
        }
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
