//! Where a new revision goes in the graph, for the commands that write one.

use crate::database::quoted;
use crate::error::CliError;
use schema_core::revision::{Directory, Label, NewRevision, RevisionId, Target};
use std::collections::BTreeSet;

/// Where a new revision goes in the graph.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct PlacementArgs {
    /// The revision to build on, where there are several heads; `base` for a history of its own
    #[arg(long, value_name = "REVISION", allow_negative_numbers = true)]
    pub(super) head: Option<Target>,
    /// Build on a revision that is no head, and so make a branch
    #[arg(long)]
    pub(super) splice: bool,
    /// A name for the branch that begins here; may be repeated
    #[arg(long = "branch-label", value_name = "LABEL")]
    pub(super) branch_labels: Vec<Label>,
    /// A revision of another branch that has to be applied before; may be repeated
    #[arg(long, value_name = "REVISION", allow_negative_numbers = true)]
    pub(super) depends_on: Vec<Target>,
    /// The id, instead of a new one
    #[arg(long, value_name = "ID")]
    pub(super) rev_id: Option<RevisionId>,
}

/// Where a new revision goes, found in the graph.
#[derive(Clone, Debug)]
pub(super) struct Placement {
    revises: BTreeSet<RevisionId>,
    depends_on: BTreeSet<RevisionId>,
    labels: Vec<Label>,
    id: Option<RevisionId>,
}

impl PlacementArgs {
    /// Finds the revisions. `applied` is asked where an address counts from what is applied.
    pub(super) fn resolve(
        &self,
        directory: &Directory,
        mut applied: impl FnMut(&Target) -> Result<BTreeSet<RevisionId>, CliError>,
    ) -> Result<Placement, CliError> {
        let PlacementArgs { head, splice, branch_labels, depends_on, rev_id } = self;
        let graph = directory.graph();
        let revises = match head {
            Some(target) => {
                let revises = target.resolve(graph, &applied(target)?)?;
                if !splice {
                    check_heads(directory, &revises)?;
                }
                revises
            }
            None => only_head(directory)?,
        };
        let mut dependencies = BTreeSet::new();
        for target in depends_on {
            dependencies.extend(target.resolve(graph, &applied(target)?)?);
        }
        Ok(Placement { revises, depends_on: dependencies, labels: branch_labels.clone(), id: rev_id.clone() })
    }
}

impl Placement {
    /// A revision at this place.
    pub(super) fn revision(self, message: impl Into<String>) -> NewRevision {
        let Placement { revises, depends_on, labels, id } = self;
        let mut new = NewRevision::new(message, revises);
        new.id = id.unwrap_or(new.id);
        new.depends_on = depends_on.into_iter().collect();
        new.labels = labels;
        new
    }
}

/// The only head; none where there is no revision yet.
fn only_head(directory: &Directory) -> Result<BTreeSet<RevisionId>, CliError> {
    let heads = directory.graph().heads();
    if heads.len() > 1 {
        return Err(CliError::SeveralHeads { heads: quoted(&heads) });
    }
    Ok(heads)
}

/// Refuses revisions that others build on already.
pub(super) fn check_heads(directory: &Directory, revisions: &BTreeSet<RevisionId>) -> Result<(), CliError> {
    let heads = directory.graph().heads();
    let others: BTreeSet<RevisionId> = revisions.difference(&heads).cloned().collect();
    if others.is_empty() { Ok(()) } else { Err(CliError::NotAHead { revisions: quoted(&others) }) }
}
