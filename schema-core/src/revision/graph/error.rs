//! Why revisions make no graph.

use crate::revision::{Label, RevisionId};

/// Why revisions make no graph.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GraphError {
    /// Two revisions have the same id.
    #[error("two revisions have the id `{id}`")]
    DuplicateRevision {
        /// The id.
        id: RevisionId,
    },
    /// A revision builds or depends on one that is not there.
    #[error("revision `{revision}` needs revision `{missing}`, which does not exist")]
    UnknownParent {
        /// The revision.
        revision: RevisionId,
        /// What it revises or depends on.
        missing: RevisionId,
        /// An existing id that looks like it.
        near: Option<RevisionId>,
    },
    /// A revision builds or depends on one that was squashed.
    #[error("revision `{revision}` needs revision `{missing}`, which was squashed into `{squash}`")]
    NeedsReplaced {
        /// The revision.
        revision: RevisionId,
        /// What it revises or depends on.
        missing: RevisionId,
        /// The one that took its place.
        squash: RevisionId,
    },
    /// A revision is there that another one has taken the place of.
    #[error("revision `{revision}` is there, and `{squash}` replaces it")]
    ReplacedIsThere {
        /// The one that took its place.
        squash: RevisionId,
        /// The revision.
        revision: RevisionId,
    },
    /// Two revisions replace the same one.
    #[error("revisions `{first}` and `{second}` both replace `{revision}`")]
    ReplacedTwice {
        /// The revision that was squashed.
        revision: RevisionId,
        /// One that took its place.
        first: RevisionId,
        /// The other one.
        second: RevisionId,
    },
    /// Revisions build or depend on each other in a circle.
    #[error("revisions need each other in a circle: {}", arrows(path))]
    Cycle {
        /// The circle; each needs the next, the last the first.
        path: Vec<RevisionId>,
    },
    /// Two revisions carry the same label.
    #[error("revisions `{first}` and `{second}` both carry the label `{label}`")]
    DuplicateLabel {
        /// The label.
        label: Label,
        /// The smaller of the two ids.
        first: RevisionId,
        /// The other one.
        second: RevisionId,
    },
    /// A label could be taken for a revision.
    #[error("revision `{revision}` carries the label `{label}`, which is the id of a revision")]
    LabelIsRevision {
        /// The label.
        label: Label,
        /// The revision that carries it.
        revision: RevisionId,
    },
}

impl GraphError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            GraphError::DuplicateRevision { .. } => {
                Some("remove one of the two folders, or give it another id".to_owned())
            }
            GraphError::NeedsReplaced { missing, squash, .. } => Some(format!(
                "where `{missing}` was the last of them, write `{squash}` in its place; else get the files from before the squash, and squash \
                 after this revision"
            )),
            GraphError::ReplacedIsThere { squash, revision } => Some(format!(
                "remove the folder of `{revision}`; or, to undo the squash, the folder of `{squash}`"
            )),
            GraphError::ReplacedTwice { .. } => Some(
                "the same revisions were squashed twice: keep one of the two, which the databases have not applied yet, out"
                    .to_owned(),
            ),
            GraphError::UnknownParent { near: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            GraphError::UnknownParent { missing, near: None, .. } => Some(format!(
                "restore the folder of `{missing}` from version control, or correct `revision.toml`"
            )),
            GraphError::Cycle { .. } => {
                Some("remove one of the ids from `revises` or `depends_on` in its `revision.toml`".to_owned())
            }
            GraphError::DuplicateLabel { label, .. } | GraphError::LabelIsRevision { label, .. } => {
                Some(format!("remove or rename `{label}` in `labels` of one `revision.toml`"))
            }
        }
    }
}

fn arrows(path: &[RevisionId]) -> String {
    let circle: Vec<String> = path.iter().chain(path.first()).map(|id| format!("`{id}`")).collect();
    circle.join(" → ")
}
