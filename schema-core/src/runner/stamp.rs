//! Declaring revisions applied without running them.

use super::history::{self, AppliedRevision, Change, Origin};
use super::locked::{Tables, in_transaction};
use super::{RunnerError, check_known, journal};
use crate::driver::Driver;
use crate::revision::directory::Direction;
use crate::revision::{Directory, Follow, Graph, RevisionId};
use std::collections::BTreeSet;
use std::time::Duration;

/// Declares the database to be at these revisions: writes rows for all that they need, and removes those of all that builds on
/// them. `undone` and all that builds on them are declared not applied; with neither, the database is declared to be at the base. A revision that is under way is no
/// longer so. `purge` removes every row first, those of unknown revisions too.
///
/// # Errors
///
/// A target that does not exist or has no script for this engine, or a database that refuses.
pub fn stamp(
    driver: &mut dyn Driver,
    revisions: &Directory,
    targets: &BTreeSet<RevisionId>,
    undone: &BTreeSet<RevisionId>,
    purge: bool,
) -> Result<(), RunnerError> {
    check_known(revisions, targets)?;
    in_transaction(driver, Tables::Create, |driver| write(driver, revisions, (targets, undone), purge))
}

/// The revisions that all of what must go builds on, themselves included.
pub(super) fn taken_back(
    graph: &Graph,
    targets: &BTreeSet<RevisionId>,
    undone: &BTreeSet<RevisionId>,
) -> BTreeSet<RevisionId> {
    if targets.is_empty() && undone.is_empty() { graph.bases() } else { targets | undone }
}

fn write(
    driver: &mut dyn Driver,
    revisions: &Directory,
    (targets, undone): (&BTreeSet<RevisionId>, &BTreeSet<RevisionId>),
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
    let mut removed = graph.downgrade_path(&present, &taken_back(graph, targets, undone));
    removed.retain(|id| !wanted.contains(id));
    for revision in &removed {
        history::write(driver, &Change::Delete(revision.clone()))?;
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
        history::write(driver, &Change::Insert(row))?;
    }
    Ok(())
}
