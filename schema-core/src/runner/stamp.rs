//! Declaring revisions applied without running them.

use super::history::{self, AppliedRevision, Change, History, Origin};
use super::locked::{Tables, in_transaction};
use super::squashed::{PartlySquashed, folded_ids};
use super::{Observer, RunnerError, check_known, journal, project};
use crate::driver::Driver;
use crate::revision::directory::Direction;
use crate::revision::{Directory, Follow, Graph, RevisionId, Target, TargetError};
use std::collections::BTreeSet;
use std::time::Duration;

/// What a database is declared to be at.
#[derive(Clone, Copy, Debug)]
pub enum Declared<'a> {
    /// These revisions are applied with all that they need. Those that are `undone` are not, nor is anything that builds on them.
    Revisions {
        /// What is applied.
        targets: &'a BTreeSet<RevisionId>,
        /// What is not; with neither, the database is declared to be at the base.
        undone: &'a BTreeSet<RevisionId>,
    },
    /// What these addresses mean when they are resolved, under the migration lock.
    Addresses(&'a [Target]),
}

impl Declared<'_> {
    /// Resolves addresses: revisions that count as applied, or for the base of a branch what counts as not applied.
    ///
    /// # Errors
    ///
    /// An address leads nowhere.
    pub fn resolve(
        self,
        graph: &Graph,
        applied: &BTreeSet<RevisionId>,
    ) -> Result<(BTreeSet<RevisionId>, BTreeSet<RevisionId>), TargetError> {
        let addresses = match self {
            Declared::Revisions { targets, undone } => return Ok((targets.clone(), undone.clone())),
            Declared::Addresses(addresses) => addresses,
        };
        let (mut targets, mut undone) = (BTreeSet::new(), BTreeSet::new());
        for address in addresses {
            let at = address.resolve(graph, applied)?;
            if at.is_empty() {
                let all = graph.revisions().map(|revision| revision.id.clone()).collect();
                undone.extend(address.downgrade_roots(graph, &all)?);
            }
            targets.extend(at);
        }
        Ok((targets, undone))
    }

    fn depends_on_applied(self) -> bool {
        match self {
            Declared::Revisions { .. } => false,
            Declared::Addresses(addresses) => addresses.iter().any(Target::depends_on_applied),
        }
    }
}

/// What becomes of the rows that are in the history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StampOptions {
    /// Removes every row first, those of unknown revisions too.
    pub purge: bool,
    /// Does so even where the history is another project's, which has none any more then.
    pub adopt: bool,
}

/// Declares the database to be at these revisions: writes rows for all that they need, and removes those of all that builds on
/// them. A revision that is under way is no longer so.
///
/// Waits for the lock, so that no revision is just being applied.
///
/// # Errors
///
/// A target that does not exist or has no script for this engine, the history of another project, or a database that refuses.
pub fn stamp(
    driver: &mut dyn Driver,
    revisions: &Directory,
    declared: Declared<'_>,
    options: StampOptions,
    observer: &mut Observer<'_>,
) -> Result<(), RunnerError> {
    if let Declared::Revisions { targets, undone: _ } = declared {
        check_known(revisions, targets)?;
    }
    in_transaction(driver, Tables::Create, observer, |driver| {
        let history = read(driver, revisions.graph(), options)?;
        let applied = match declared.depends_on_applied() {
            true => folded_ids(history::read_ids(driver)?, revisions.graph()),
            false => BTreeSet::new(),
        };
        let (targets, undone) = declared.resolve(revisions.graph(), &applied)?;
        write(driver, revisions, history, (&targets, &undone), options.purge)
    })
}

/// The revisions that all of what must go builds on, themselves included.
pub(super) fn taken_back(
    graph: &Graph,
    targets: &BTreeSet<RevisionId>,
    undone: &BTreeSet<RevisionId>,
) -> BTreeSet<RevisionId> {
    if targets.is_empty() && undone.is_empty() { graph.bases() } else { targets | undone }
}

/// The history, where it is this project's to write into.
fn read(
    driver: &mut dyn Driver,
    graph: &Graph,
    StampOptions { purge, adopt }: StampOptions,
) -> Result<History, RunnerError> {
    let history = match history::read_for(driver, graph) {
        // Rows that nobody can read are what the purge is for.
        Err(RunnerError::InvalidHistory { .. }) if purge => History { exists: true, ..History::default() },
        history => history?,
    };
    if !(purge && adopt) {
        project::check_owner(driver, &history, graph)?;
    }
    Ok(history)
}

fn write(
    driver: &mut dyn Driver,
    revisions: &Directory,
    history: History,
    (targets, undone): (&BTreeSet<RevisionId>, &BTreeSet<RevisionId>),
    purge: bool,
) -> Result<(), RunnerError> {
    let graph = revisions.graph();
    let (mut present, partly): (BTreeSet<RevisionId>, Vec<PartlySquashed>) = if purge {
        history::clear(driver)?;
        (BTreeSet::new(), Vec::new())
    } else {
        (history.applied.into_keys().collect(), history.partly)
    };
    journal::clear(driver)?;
    let wanted = graph.ancestors(targets, Follow::RevisesAndDependencies);
    let mut removed = graph.downgrade_path(&present, &taken_back(graph, targets, undone));
    removed.retain(|id| !wanted.contains(id));
    // What a database has of a range that was squashed since goes with what took its place, or becomes that.
    let taken_back = graph.descendants(&taken_back(graph, targets, undone), Follow::RevisesAndDependencies);
    let partly = partly.into_iter().map(|it| it.squash);
    removed.extend(partly.filter(|squash| wanted.contains(squash) || taken_back.contains(squash)));
    for revision in &removed {
        history::write(driver, &Change::delete(graph, revision))?;
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
            graph.project(),
        );
        history::write(driver, &Change::Insert(row))?;
    }
    Ok(())
}
