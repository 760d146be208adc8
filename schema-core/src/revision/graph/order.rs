//! The order in which revisions can be applied, and what makes one impossible.

use super::GraphError;
use crate::near::nearest;
use crate::revision::{Revision, RevisionId};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

fn nearest_id<'id>(given: &str, known: impl IntoIterator<Item = &'id RevisionId>) -> Option<RevisionId> {
    nearest(given, known.into_iter().map(RevisionId::as_str)).and_then(|id| id.parse().ok())
}

fn needed(revision: &Revision) -> impl Iterator<Item = &RevisionId> {
    revision.revises.iter().chain(&revision.depends_on)
}

pub(super) fn check_needed_revisions(by_id: &BTreeMap<RevisionId, Revision>) -> Result<(), GraphError> {
    for revision in by_id.values() {
        if let Some(missing) = needed(revision).find(|id| !by_id.contains_key(*id)) {
            let (revision, missing) = (revision.id.clone(), missing.clone());
            let replaces = |other: &&Revision| other.replaces.iter().any(|it| it.revision == missing);
            return Err(match by_id.values().find(replaces) {
                Some(squash) => GraphError::NeedsReplaced { revision, missing, squash: squash.id.clone() },
                None => {
                    let near = nearest_id(missing.as_str(), by_id.keys());
                    GraphError::UnknownParent { revision, missing, near }
                }
            });
        }
    }
    Ok(())
}

/// Each revision after all that it needs; among those that could come next, the oldest, then the smallest id.
pub(super) fn graph_order(
    by_id: &BTreeMap<RevisionId, Revision>,
) -> Result<BTreeMap<RevisionId, usize>, GraphError> {
    let mut needed_by: BTreeMap<&RevisionId, Vec<&Revision>> = BTreeMap::new();
    let mut open_needs: BTreeMap<&RevisionId, usize> = BTreeMap::new();
    for revision in by_id.values() {
        open_needs.insert(&revision.id, needed(revision).count());
        for below in needed(revision) {
            needed_by.entry(below).or_default().push(revision);
        }
    }
    let mut ready: BinaryHeap<Reverse<(Timestamp, &RevisionId)>> = by_id
        .values()
        .filter(|revision| needed(revision).next().is_none())
        .map(|revision| Reverse((revision.created, &revision.id)))
        .collect();
    let mut positions = BTreeMap::new();
    while let Some(Reverse((_, id))) = ready.pop() {
        positions.insert(id.clone(), positions.len());
        for above in needed_by.get(id).into_iter().flatten() {
            if let Some(open) = open_needs.get_mut(&above.id) {
                *open -= 1;
                if *open == 0 {
                    ready.push(Reverse((above.created, &above.id)));
                }
            }
        }
    }
    if positions.len() == by_id.len() {
        Ok(positions)
    } else {
        Err(GraphError::Cycle { path: circle(by_id, &positions) })
    }
}

/// A circle among the revisions that found no place: each of them needs another one of them.
fn circle(by_id: &BTreeMap<RevisionId, Revision>, placed: &BTreeMap<RevisionId, usize>) -> Vec<RevisionId> {
    let mut path: Vec<RevisionId> = Vec::new();
    let mut seen: BTreeMap<&RevisionId, usize> = BTreeMap::new();
    let mut next = by_id.values().find(|revision| !placed.contains_key(&revision.id));
    while let Some(revision) = next {
        if let Some(&first) = seen.get(&revision.id) {
            path.drain(..first);
            break;
        }
        seen.insert(&revision.id, path.len());
        path.push(revision.id.clone());
        next = needed(revision).find(|id| !placed.contains_key(*id)).and_then(|id| by_id.get(id));
    }
    let smallest = path.iter().enumerate().min_by_key(|(_, id)| *id).map_or(0, |(position, _)| position);
    path.rotate_left(smallest);
    path
}
