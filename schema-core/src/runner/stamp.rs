//! Declaring revisions applied without running them.

use super::history::{self, AppliedRevision, Origin};
use super::locked::{Tables, in_transaction};
use super::{RunnerError, check_known, journal};
use crate::driver::Driver;
use crate::revision::directory::Direction;
use crate::revision::{Directory, Follow, RevisionId};
use std::collections::BTreeSet;
use std::time::Duration;

/// Declares the database to be at these revisions: writes rows for all that they need, and removes those of all that builds on
/// them. A revision that is under way is no longer so. With no targets it is declared to be at the base. `purge` removes every row first, those of unknown revisions too.
///
/// # Errors
///
/// A target that does not exist or has no script for this engine, or a database that refuses.
pub fn stamp(
    driver: &mut dyn Driver,
    revisions: &Directory,
    targets: &BTreeSet<RevisionId>,
    purge: bool,
) -> Result<(), RunnerError> {
    check_known(revisions, targets)?;
    in_transaction(driver, Tables::Create, |driver| write(driver, revisions, targets, purge))
}

fn write(
    driver: &mut dyn Driver,
    revisions: &Directory,
    targets: &BTreeSet<RevisionId>,
    purge: bool,
) -> Result<(), RunnerError> {
    let graph = revisions.graph();
    let mut present: BTreeSet<RevisionId> = if purge {
        history::clear(driver)?;
        BTreeSet::new()
    } else {
        history::read(driver)?.applied.into_keys().collect()
    };
    journal::clear(driver)?;
    let wanted = graph.ancestors(targets, Follow::RevisesAndDependencies);
    let removed: Vec<RevisionId> = if targets.is_empty() {
        graph.downgrade_path(&present, &graph.bases())
    } else {
        graph.downgrade_path(&present, targets).into_iter().filter(|id| !wanted.contains(id)).collect()
    };
    for revision in &removed {
        history::delete(driver, revision)?;
        present.remove(revision);
    }
    for revision in wanted.iter().filter(|revision| !present.contains(*revision)) {
        let script = revisions.script(revision, driver.engine(), Direction::Up)?;
        let message = graph.get(revision).map(|revision| revision.message.as_str()).unwrap_or_default();
        let row = AppliedRevision::now(
            revision.clone(),
            message,
            &script.checksum,
            Duration::ZERO,
            Origin::Stamped,
        );
        history::insert(driver, &row)?;
    }
    Ok(())
}
