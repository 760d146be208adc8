//! The runner: applies and undoes revisions, and keeps the history.
//!
//! A revision and its row in the history change in one transaction, under the migration lock; what is known of the history from before
//! the lock is read again where another process may have changed it. Engines are told apart by what their drivers can do.

mod dry_run;
mod ensure;
mod error;
mod event;
mod execute;
mod history;
mod journal;
mod lock;
mod locked;
mod offline;
mod repair;
mod resume;
mod run;
mod script;
mod seed;
mod stamp;
mod status;

pub use dry_run::DryRun;
pub use ensure::ensure_history;
pub use error::{Failure, RunnerError};
pub use event::{Event, Observer};
pub use history::{AppliedRevision, Origin};
pub use offline::{OfflineScript, Unchecked, offline, offline_history, offline_stamp};
pub use repair::{SettledStep, Settlement, repair, resolve};
pub use run::RunOptions;
pub use seed::{is_seeded, seed};
pub use stamp::stamp;
pub use status::{Status, applied, status, unfinished, verify_history};

use crate::driver::Driver;
use crate::revision::directory::Direction;
use crate::revision::{Directory, RevisionId};
use run::Run;
use std::collections::BTreeSet;

/// Applies the targets and all that they need, and returns what this run has applied, in its order.
///
/// Where several processes do the same, each revision is applied once, and all of them succeed.
///
/// # Errors
///
/// [`RunnerError`]; what was applied before stays applied, and the next run goes on from there.
pub fn upgrade(
    driver: &mut dyn Driver,
    revisions: &Directory,
    targets: &BTreeSet<RevisionId>,
    options: &RunOptions,
    observer: &mut Observer<'_>,
) -> Result<Vec<RevisionId>, RunnerError> {
    check_known(revisions, targets)?;
    Run::new(driver, revisions)?.follow(Direction::Up, options, observer, |run| {
        run.revisions.graph().upgrade_path(&run.applied(), targets)
    })
}

/// Undoes these revisions and all that build or depend on them, and returns what this run has undone, in its order.
///
/// # Errors
///
/// [`RunnerError`]; what was undone before stays undone.
pub fn downgrade(
    driver: &mut dyn Driver,
    revisions: &Directory,
    removed: &BTreeSet<RevisionId>,
    options: &RunOptions,
    observer: &mut Observer<'_>,
) -> Result<Vec<RevisionId>, RunnerError> {
    check_known(revisions, removed)?;
    Run::new(driver, revisions)?.follow(Direction::Down, options, observer, |run| {
        run.revisions.graph().downgrade_path(&run.applied(), removed)
    })
}

/// Applies as [`upgrade`] does, in one transaction that is rolled back, and returns what would have been applied. Where DDL takes no part in transactions, it is
/// applied to a copy of the database without rows.
///
/// Where one of the scripts has foreign keys off, they are off for all of them; rows that refer to nothing are an error just the same.
///
/// # Errors
///
/// Those of [`upgrade`]; a script with a step outside of the transaction, once those before it have succeeded; and what no copy can be made of.
pub fn try_upgrade(
    driver: &mut dyn Driver,
    revisions: &Directory,
    targets: &BTreeSet<RevisionId>,
    observer: &mut Observer<'_>,
) -> Result<DryRun, RunnerError> {
    check_known(revisions, targets)?;
    Run::new(driver, revisions)?
        .try_out(Direction::Up, observer, |run| run.revisions.graph().upgrade_path(&run.applied(), targets))
}

/// Undoes as [`downgrade`] does and takes that back, as [`try_upgrade`], and returns what would have been undone.
///
/// # Errors
///
/// As [`try_upgrade`].
pub fn try_downgrade(
    driver: &mut dyn Driver,
    revisions: &Directory,
    removed: &BTreeSet<RevisionId>,
    observer: &mut Observer<'_>,
) -> Result<DryRun, RunnerError> {
    check_known(revisions, removed)?;
    Run::new(driver, revisions)?.try_out(Direction::Down, observer, |run| {
        run.revisions.graph().downgrade_path(&run.applied(), removed)
    })
}

fn check_known(revisions: &Directory, ids: &BTreeSet<RevisionId>) -> Result<(), RunnerError> {
    match revisions.graph().unknown(ids).pop_first() {
        Some(revision) => Err(RunnerError::UnknownTarget { revision }),
        None => Ok(()),
    }
}
