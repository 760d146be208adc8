//! The runner: applies and undoes revisions, and keeps the history.
//!
//! A revision and its row in the history change in one transaction, under the migration lock. What there is to do is judged under the lock too; only an upgrade
//! that has nothing to do needs none. Engines are told apart by what their drivers can do.

mod abandoned;
mod at_stake;
mod batch;
mod dry_run;
mod ensure;
mod error;
mod event;
mod execute;
mod expectations;
mod history;
mod irreversible;
mod journal;
mod lock;
mod locked;
mod offline;
mod project;
mod repair;
mod resume;
mod run;
mod rust_step;
mod script;
mod seed;
mod session;
mod squashed;
mod stamp;
mod status;
mod stop;
mod targets;
mod transaction;
mod watched;

pub use at_stake::{Burden, TableAtStake};
pub use dry_run::{DryRun, Untried};
pub use ensure::ensure_history;
pub use error::{Failure, RunnerError};
pub use event::{Event, Observer};
pub use history::{AppliedRevision, Origin};
pub(crate) use irreversible::irreversible;
pub use locked::exclusively;
pub use offline::{OfflineScript, Unchecked, offline, offline_history, offline_stamp};
pub use project::OtherProject;
pub use repair::{SettledStep, Settlement, repair, resolve};
pub use run::RunOptions;
pub use seed::{is_seeded, seed};
pub use squashed::PartlySquashed;
pub use stamp::{Declared, StampOptions, stamp};
pub use status::{Status, Unfinished, UnfinishedBatch, applied, status, unfinished, verify_history};
pub use targets::Targets;

use crate::driver::Driver;
use crate::revision::directory::Direction;
use crate::revision::{Directory, RevisionId};
use run::Run;
use std::collections::BTreeSet;
use targets::Goal;

/// Applies the targets and all that they need, and returns what this run has applied, in its order.
///
/// Where several processes do the same, each revision is applied once, and all of them succeed.
///
/// # Errors
///
/// [`RunnerError`]; what was applied before stays applied, and the next run goes on from there.
pub fn upgrade<'a>(
    driver: &mut dyn Driver,
    revisions: &Directory,
    targets: impl Into<Targets<'a>>,
    options: &RunOptions,
    observer: &mut Observer<'_>,
) -> Result<Vec<RevisionId>, RunnerError> {
    let goal = Goal { direction: Direction::Up, targets: targets.into() };
    Run::new(driver, revisions).follow(goal, options, observer)
}

/// Undoes these revisions, or those above an address, and all that build or depend on them, and returns what this run has undone, in its order.
///
/// Waits for the lock before it judges what there is to undo.
///
/// # Errors
///
/// [`RunnerError`]; what was undone before stays undone.
pub fn downgrade<'a>(
    driver: &mut dyn Driver,
    revisions: &Directory,
    removed: impl Into<Targets<'a>>,
    options: &RunOptions,
    observer: &mut Observer<'_>,
) -> Result<Vec<RevisionId>, RunnerError> {
    let goal = Goal { direction: Direction::Down, targets: removed.into() };
    Run::new(driver, revisions).follow(goal, options, observer)
}

/// Applies as [`upgrade`] does, in one transaction that is rolled back, and returns what would have been applied. Where DDL takes no part in transactions, it is
/// applied to a copy of the database without rows. What is committed by itself could not be rolled back: [`DryRun::untried`] says from which statement on nothing
/// was tried.
///
/// Where one of the scripts has foreign keys off, they are off for all of them; rows that refer to nothing are an error just the same. Nothing is backed up,
/// whatever the options say. Functions of the application run too; what they do elsewhere than in the database is not taken back.
///
/// # Errors
///
/// Those of [`upgrade`], and what no copy can be made of.
pub fn try_upgrade<'a>(
    driver: &mut dyn Driver,
    revisions: &Directory,
    targets: impl Into<Targets<'a>>,
    options: &RunOptions,
    observer: &mut Observer<'_>,
) -> Result<DryRun, RunnerError> {
    let goal = Goal { direction: Direction::Up, targets: targets.into() };
    Run::new(driver, revisions).try_out(goal, options, observer)
}

/// Undoes as [`downgrade`] does and takes that back, as [`try_upgrade`], and returns what would have been undone.
///
/// # Errors
///
/// As [`try_upgrade`].
pub fn try_downgrade<'a>(
    driver: &mut dyn Driver,
    revisions: &Directory,
    removed: impl Into<Targets<'a>>,
    options: &RunOptions,
    observer: &mut Observer<'_>,
) -> Result<DryRun, RunnerError> {
    let goal = Goal { direction: Direction::Down, targets: removed.into() };
    Run::new(driver, revisions).try_out(goal, options, observer)
}

fn check_known(revisions: &Directory, ids: &BTreeSet<RevisionId>) -> Result<(), RunnerError> {
    match revisions.graph().unknown(ids).pop_first() {
        Some(revision) => Err(RunnerError::UnknownTarget { revision }),
        None => Ok(()),
    }
}
