//! Putting one line of revisions on top of another.

use super::{Follow, Graph};
use crate::revision::RevisionId;
use std::collections::BTreeSet;

/// What has to change so that one line of revisions stands on top of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebase {
    /// The first revision of the line: the only one whose `revises` changes.
    pub root: RevisionId,
    /// What it builds on afterwards.
    pub onto: RevisionId,
    /// The revisions that stand elsewhere afterwards, in graph order: the root and all that builds or depends on it.
    pub moved: Vec<RevisionId>,
}

/// Why one revision cannot be put on top of another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RebaseError {
    /// A revision that does not exist.
    #[error("there is no revision `{revision}`")]
    Unknown {
        /// The revision.
        revision: RevisionId,
    },
    /// The one stands on the other already, or they are the same.
    #[error("`{upper}` stands on `{lower}` already")]
    InLine {
        /// The upper revision.
        upper: RevisionId,
        /// The lower one.
        lower: RevisionId,
    },
    /// The line that is to move left the other one at several places, so that there is not one revision to put elsewhere.
    #[error("`{revision}` joins what begins at several places: {}", listed(roots))]
    SeveralRoots {
        /// The revision that was to move.
        revision: RevisionId,
        /// Where its line begins.
        roots: Vec<RevisionId>,
    },
    /// The revision to build on needs what is to move.
    #[error("`{onto}` needs `{needed}`, which would move on top of it")]
    Needed {
        /// The revision to build on.
        onto: RevisionId,
        /// What it needs.
        needed: RevisionId,
    },
}

impl RebaseError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            RebaseError::Unknown { .. } => Some("`schema-cli history` lists the revisions".to_owned()),
            RebaseError::InLine { .. } => Some("there is nothing to do".to_owned()),
            RebaseError::SeveralRoots { .. } => {
                Some("join the heads instead: `schema-cli merge heads`".to_owned())
            }
            RebaseError::Needed { onto, needed } => Some(format!(
                "take `{needed}` out of `depends_on` on the way to `{onto}`, or move the other one"
            )),
        }
    }
}

fn listed(ids: &[RevisionId]) -> String {
    ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}

impl Graph {
    /// How to put a revision, with the line that leads to it from where it left the other, on top of `onto`.
    ///
    /// # Errors
    ///
    /// The two are in one line, the line to move has several beginnings, or `onto` needs what would move.
    pub fn rebase(&self, revision: &RevisionId, onto: &RevisionId) -> Result<Rebase, RebaseError> {
        for id in [revision, onto] {
            if self.get(id).is_none() {
                return Err(RebaseError::Unknown { revision: id.clone() });
            }
        }
        let below = |id: &RevisionId| -> BTreeSet<RevisionId> {
            self.ancestors([id], Follow::Revises).into_iter().collect()
        };
        let (line, stays) = (below(revision), below(onto));
        for (upper, lower, under) in [(revision, onto, &line), (onto, revision, &stays)] {
            if under.contains(lower) {
                return Err(RebaseError::InLine { upper: upper.clone(), lower: lower.clone() });
            }
        }
        let leaves_what_stays = |id: &&RevisionId| {
            self.get(id).is_some_and(|revision| {
                revision.revises.is_empty() || revision.revises.iter().any(|parent| stays.contains(parent))
            })
        };
        let roots: Vec<RevisionId> = line.difference(&stays).filter(leaves_what_stays).cloned().collect();
        let [root] = &roots[..] else {
            return Err(RebaseError::SeveralRoots { revision: revision.clone(), roots });
        };
        let moved = self.descendants([root], Follow::RevisesAndDependencies);
        if moved.contains(onto) {
            return Err(RebaseError::Needed { onto: onto.clone(), needed: root.clone() });
        }
        Ok(Rebase { root: root.clone(), onto: onto.clone(), moved })
    }
}
