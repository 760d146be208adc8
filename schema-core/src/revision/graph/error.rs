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
