//! Rows of revisions that were squashed since: who has all of them has the revision that took their place.
//!
//! The rows themselves stay as they are, so that a program which still has the old files goes on working beside.

use super::RunnerError;
use super::history::{AppliedRevision, History, Origin};
use crate::model::Engine;
use crate::revision::{Graph, Revision, RevisionId, Share};
use std::collections::BTreeSet;
use std::time::Duration;

/// A database inside a range that was squashed since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartlySquashed {
    /// The revision that the range was squashed into.
    pub squash: RevisionId,
    /// The last revision of the range.
    pub last: RevisionId,
    /// What the database has of it.
    pub applied: Vec<RevisionId>,
    /// What it lacks.
    pub missing: Vec<RevisionId>,
}

impl PartlySquashed {
    /// What a run says that cannot go on from there.
    #[must_use]
    pub fn error(&self) -> RunnerError {
        RunnerError::InsideSquash { at: Box::new(self.clone()) }
    }
}

/// The revisions that stand for others, and whose own row is not there.
fn standing_in(graph: &Graph, has: impl Fn(&RevisionId) -> bool) -> impl Iterator<Item = &Revision> {
    graph.revisions().filter(move |revision| !revision.replaces.is_empty() && !has(&revision.id))
}

impl History {
    /// The history in terms of these revisions.
    pub(super) fn folded(mut self, graph: &Graph) -> History {
        let applied: BTreeSet<RevisionId> = self.applied.keys().cloned().collect();
        for revision in standing_in(graph, |id| applied.contains(id)) {
            match revision.replaced_share(|id| applied.contains(id)) {
                Share::Nothing => {}
                Share::All { rows } => {
                    let rows: Vec<AppliedRevision> =
                        rows.iter().filter_map(|id| self.applied.remove(id)).collect();
                    if let Some(row) = in_one(revision, &rows) {
                        self.applied.insert(revision.id.clone(), row);
                        self.squashed.insert(revision.id.clone(), rows);
                    }
                }
                Share::Part { applied, missing } => {
                    let last = revision.replaced_line().last().map(|it| it.revision.clone());
                    self.partly.push(PartlySquashed {
                        squash: revision.id.clone(),
                        last: last.unwrap_or_else(|| revision.id.clone()),
                        applied,
                        missing,
                    });
                }
            }
        }
        self
    }
}

/// One row for several.
fn in_one(revision: &Revision, rows: &[AppliedRevision]) -> Option<AppliedRevision> {
    let last = rows.iter().max_by_key(|row| row.applied_at)?;
    Some(AppliedRevision {
        revision: revision.id.clone(),
        message: revision.message.clone(),
        duration: rows.iter().map(|row| row.duration).sum::<Duration>(),
        origin: Origin::Squashed,
        ..last.clone()
    })
}

/// The ids of a history in terms of these revisions.
pub(super) fn folded_ids(mut applied: BTreeSet<RevisionId>, graph: &Graph) -> BTreeSet<RevisionId> {
    for revision in standing_in(graph, |id| applied.contains(id)).collect::<Vec<_>>() {
        if let Share::All { rows } = revision.replaced_share(|id| applied.contains(id)) {
            applied.retain(|id| !rows.contains(id));
            applied.insert(revision.id.clone());
        }
    }
    applied
}

/// Refuses rows of scripts that are not those which were squashed.
pub(super) fn check_rows(
    revision: &Revision,
    rows: &[AppliedRevision],
    engine: Engine,
) -> Result<(), RunnerError> {
    match edited(revision, rows, engine).next() {
        Some((row, _)) => Err(RunnerError::EditedBeforeSquash {
            revision: row.revision.clone(),
            squash: revision.id.clone(),
        }),
        None => Ok(()),
    }
}

/// The rows of scripts that are not those which were squashed, with the checksum of those.
pub(super) fn edited<'a>(
    revision: &'a Revision,
    rows: &'a [AppliedRevision],
    engine: Engine,
) -> impl Iterator<Item = (&'a AppliedRevision, &'a str)> {
    rows.iter().filter_map(move |row| {
        let replaced = revision.replaces.iter().find(|it| it.revision == row.revision)?;
        let checksum = replaced.checksum(engine)?;
        (checksum != row.checksum).then_some((row, checksum))
    })
}
