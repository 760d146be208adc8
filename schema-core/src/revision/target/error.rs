//! Why an address leads nowhere.

use crate::revision::RevisionId;

/// Why an address cannot be resolved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// It is not spelt like an address.
    #[error("`{}` addresses no revision", given.escape_debug())]
    Invalid {
        /// What was typed.
        given: String,
    },
    /// No revision has this id, prefix or label.
    #[error("there is no revision `{given}`")]
    UnknownRevision {
        /// The id, prefix or label.
        given: String,
        /// One that looks like it.
        near: Option<String>,
    },
    /// It was squashed.
    #[error("revision `{revision}` was squashed into `{squash}`")]
    Squashed {
        /// The revision.
        revision: RevisionId,
        /// The one that took its place.
        squash: RevisionId,
    },
    /// No revision carries this label.
    #[error("there is no branch `{given}`")]
    UnknownBranch {
        /// The label.
        given: String,
        /// One that looks like it.
        near: Option<String>,
    },
    /// Several ids begin like this.
    #[error("several revisions begin with `{prefix}`: {}", listed(candidates))]
    AmbiguousPrefix {
        /// The prefix.
        prefix: String,
        /// The ids.
        candidates: Vec<RevisionId>,
    },
    /// There are several heads where one is asked for.
    #[error("`{given}` means one head, and there are several: {}", listed(heads))]
    MultipleHeads {
        /// What was typed.
        given: String,
        /// The heads.
        heads: Vec<RevisionId>,
    },
    /// The database is at several revisions, and the steps could be meant from each.
    #[error("the database is at several revisions, so `{given}` is ambiguous: {}", listed(heads))]
    MultipleCurrent {
        /// What was typed.
        given: String,
        /// The revisions that the database is at.
        heads: Vec<RevisionId>,
    },
    /// The way parts before all steps are done.
    #[error("`{given}` is ambiguous: {} {}", parting(from.as_ref()), listed(candidates))]
    AmbiguousStep {
        /// What was typed.
        given: String,
        /// Where the way parts; none for the base.
        from: Option<RevisionId>,
        /// The revisions that the next step could lead to.
        candidates: Vec<RevisionId>,
    },
    /// The graph ends before all steps are done.
    #[error("`{given}` leads beyond the end: there {} that way", steps(*available))]
    NotEnoughRevisions {
        /// What was typed.
        given: String,
        /// How many steps can be done.
        available: usize,
    },
    /// Steps that lead the other way than the command does.
    #[error("`{given}` leads the other way")]
    WrongDirection {
        /// What was typed.
        given: String,
        /// The command that goes that way.
        command: &'static str,
    },
    /// A revision is not on the branch that was named with it.
    #[error("revision `{revision}` is not on branch `{branch}`")]
    NotOnBranch {
        /// The revision.
        revision: RevisionId,
        /// The branch.
        branch: String,
    },
    /// A downgrade to a revision that the database is not at, nor beyond.
    #[error("revision `{revision}` is not applied, so there is no way down to it")]
    NotApplied {
        /// The revision.
        revision: RevisionId,
    },
    /// A range whose beginning does not lead to its end.
    #[error("revision `{lower}` does not lead to `{upper}`")]
    NotAnAncestor {
        /// The beginning.
        lower: RevisionId,
        /// The end, as it was typed.
        upper: String,
    },
}

impl TargetError {
    /// What to type instead.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            TargetError::Invalid { .. } => Some(
                "an address is an id, the beginning of one, a label, `head`, `heads`, `base`, `current`, `+1`, `-1`, `ID+1` or `LABEL@head`"
                    .to_owned(),
            ),
            TargetError::UnknownRevision { near: Some(near), .. }
            | TargetError::UnknownBranch { near: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            TargetError::UnknownRevision { near: None, .. } => {
                Some("`schema-cli history` lists the revisions".to_owned())
            }
            TargetError::Squashed { squash, .. } => Some(format!(
                "name `{squash}`, or what is before or behind it: `schema-cli history` lists the revisions"
            )),
            TargetError::UnknownBranch { near: None, .. } => {
                Some("`schema-cli heads` shows the labels of the branches".to_owned())
            }
            TargetError::AmbiguousPrefix { .. } => Some("type more of the id".to_owned()),
            TargetError::MultipleHeads { .. } => Some(
                "say `heads` for all, `LABEL@head` or an id for one, or join them with `schema-cli merge heads`".to_owned(),
            ),
            TargetError::MultipleCurrent { given, .. } => {
                Some(format!("name the branch, as in `LABEL@{given}`, or the revision to go to"))
            }
            TargetError::AmbiguousStep { .. } => Some("name the revision to go to".to_owned()),
            TargetError::NotEnoughRevisions { .. } => {
                Some("say `head` or `base` to go all the way".to_owned())
            }
            TargetError::WrongDirection { given, command } => Some(format!("run `schema-cli {command} {given}`")),
            TargetError::NotOnBranch { revision, .. } => Some(format!("leave the branch out: `{revision}`")),
            TargetError::NotApplied { revision } => {
                Some(format!("`schema-cli upgrade {revision}` applies it; `schema-cli current` shows where the database is"))
            }
            TargetError::NotAnAncestor { .. } => {
                Some("a range goes from the older revision to the newer one: `OLDER:NEWER`".to_owned())
            }
        }
    }
}

fn listed(ids: &[RevisionId]) -> String {
    ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}

fn parting(from: Option<&RevisionId>) -> String {
    match from {
        Some(id) => format!("next to `{id}` are"),
        None => "the bases are".to_owned(),
    }
}

fn steps(available: usize) -> String {
    match available {
        0 => "is no revision".to_owned(),
        1 => "is only 1 revision".to_owned(),
        available => format!("are only {available} revisions"),
    }
}
