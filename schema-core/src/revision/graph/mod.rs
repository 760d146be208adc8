//! The graph of revisions: several bases and heads, branches, merges and dependencies.
//!
//! Pure: what is applied comes in as a set, what to apply or to undo goes out as a list. Everything takes time in proportion to the
//! revisions and their edges, however many there are.

mod error;
#[cfg(test)]
mod exhaustive;
mod order;
mod rebase;
#[cfg(test)]
mod tests;

pub use error::GraphError;
pub use rebase::{Rebase, RebaseError};

use super::{Label, Revision, RevisionId};
use order::{check_needed_revisions, graph_order};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// Revisions and how they build on each other.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// In graph order: what a revision builds on stands before it.
    nodes: Vec<Node>,
    positions: BTreeMap<RevisionId, usize>,
    labels: BTreeMap<Label, usize>,
    /// Those that were squashed, and into which.
    replaced: BTreeMap<RevisionId, usize>,
}

#[derive(Clone, Debug)]
struct Node {
    revision: Revision,
    parents: Vec<usize>,
    dependencies: Vec<usize>,
    children: Vec<usize>,
    dependents: Vec<usize>,
}

/// Which edges a walk through the graph takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// `revises` only: the revision's own line.
    Revises,
    /// `revises` and `depends_on`: all that has to be applied with it.
    RevisesAndDependencies,
}

/// A revision that is not applied although one that needs it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The revision that is not applied.
    pub missing: RevisionId,
    /// An applied revision that builds or depends on it.
    pub needed_by: RevisionId,
}

impl Graph {
    /// Connects the revisions.
    ///
    /// # Errors
    ///
    /// Ids or labels that are not unique, needed revisions that do not exist, and circles.
    pub fn new(revisions: impl IntoIterator<Item = Revision>) -> Result<Graph, GraphError> {
        let mut by_id: BTreeMap<RevisionId, Revision> = BTreeMap::new();
        for revision in revisions {
            if let Some(duplicate) = by_id.insert(revision.id.clone(), revision) {
                return Err(GraphError::DuplicateRevision { id: duplicate.id });
            }
        }
        check_needed_revisions(&by_id)?;
        let positions = graph_order(&by_id)?;

        let mut nodes: Vec<Node> = by_id
            .into_values()
            .map(|revision| Node {
                parents: positions_of(&positions, &revision.revises),
                dependencies: positions_of(&positions, &revision.depends_on),
                children: Vec::new(),
                dependents: Vec::new(),
                revision,
            })
            .collect();
        nodes.sort_by_key(|node| positions.get(&node.revision.id).copied());
        for position in 0..nodes.len() {
            for parent in nodes[position].parents.clone() {
                nodes[parent].children.push(position);
            }
            for dependency in nodes[position].dependencies.clone() {
                nodes[dependency].dependents.push(position);
            }
        }
        let labels = collect_labels(&nodes, &positions)?;
        let replaced = collect_replaced(&nodes, &positions)?;
        Ok(Graph { nodes, positions, labels, replaced })
    }

    /// How many revisions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are no revisions.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The revision of this id.
    #[must_use]
    pub fn get(&self, id: &RevisionId) -> Option<&Revision> {
        self.node(id).map(|node| &node.revision)
    }

    /// The revision that this one was squashed into.
    #[must_use]
    pub fn replacing(&self, id: &RevisionId) -> Option<&Revision> {
        self.replaced.get(id).map(|position| &self.nodes[*position].revision)
    }

    /// All revisions in graph order: after what they need, the older first, then by id.
    pub fn revisions(&self) -> impl DoubleEndedIterator<Item = &Revision> + ExactSizeIterator {
        self.nodes.iter().map(|node| &node.revision)
    }

    /// The revisions that no other revises.
    #[must_use]
    pub fn heads(&self) -> BTreeSet<RevisionId> {
        self.ids_where(|node| node.children.is_empty())
    }

    /// The revisions that no other revises or depends on: what is left to name where all is wanted.
    #[must_use]
    pub fn heads_with_dependencies(&self) -> BTreeSet<RevisionId> {
        self.ids_where(|node| node.children.is_empty() && node.dependents.is_empty())
    }

    /// The revisions that revise no other.
    #[must_use]
    pub fn bases(&self) -> BTreeSet<RevisionId> {
        self.ids_where(|node| node.parents.is_empty())
    }

    /// The revisions that more than one other revises.
    #[must_use]
    pub fn branch_points(&self) -> BTreeSet<RevisionId> {
        self.ids_where(|node| node.children.len() > 1)
    }

    /// The revisions that revise this one, in graph order.
    #[must_use]
    pub fn children(&self, id: &RevisionId) -> Vec<RevisionId> {
        self.node(id).map(|node| self.ids(node.children.iter().copied())).unwrap_or_default()
    }

    /// The revision that carries this label.
    #[must_use]
    pub fn labelled(&self, label: &str) -> Option<&RevisionId> {
        self.labels.get(label).map(|position| &self.nodes[*position].revision.id)
    }

    /// The labels of the branch that each revision is on: a label holds for all that builds on the revision that carries it, and
    /// back to the point where its branch left another.
    #[must_use]
    pub fn branch_labels(&self) -> BTreeMap<RevisionId, BTreeSet<Label>> {
        let mut labels: BTreeMap<RevisionId, BTreeSet<Label>> = BTreeMap::new();
        for (label, &carrier) in &self.labels {
            let mut branch = self.reach([carrier], |node| [&node.children, &[]]);
            let mut position = carrier;
            while let [parent] = self.nodes[position].parents[..]
                && self.nodes[parent].children.len() == 1
            {
                branch[parent] = true;
                position = parent;
            }
            for id in self.ids(marked(&branch)) {
                labels.entry(id).or_default().insert(label.clone());
            }
        }
        labels
    }

    /// These revisions and all that they build on, in graph order.
    #[must_use]
    pub fn ancestors<'id>(
        &self,
        of: impl IntoIterator<Item = &'id RevisionId>,
        follow: Follow,
    ) -> Vec<RevisionId> {
        self.ids(marked(&self.ancestor_marks(self.known(of), follow)))
    }

    /// These revisions and all that builds on them, in graph order.
    #[must_use]
    pub fn descendants<'id>(
        &self,
        of: impl IntoIterator<Item = &'id RevisionId>,
        follow: Follow,
    ) -> Vec<RevisionId> {
        self.ids(marked(&self.descendant_marks(self.known(of), follow)))
    }

    /// What to apply, in this order, so that the targets and all that they need are applied.
    #[must_use]
    pub fn upgrade_path<'id>(
        &self,
        applied: &BTreeSet<RevisionId>,
        targets: impl IntoIterator<Item = &'id RevisionId>,
    ) -> Vec<RevisionId> {
        let mut path = self.ancestors(targets, Follow::RevisesAndDependencies);
        path.retain(|id| !applied.contains(id));
        path
    }

    /// What to undo, in this order, so that none of `removed` stays applied: these and all that builds or depends on them.
    #[must_use]
    pub fn downgrade_path<'id>(
        &self,
        applied: &BTreeSet<RevisionId>,
        removed: impl IntoIterator<Item = &'id RevisionId>,
    ) -> Vec<RevisionId> {
        let mut path = self.descendants(removed, Follow::RevisesAndDependencies);
        path.retain(|id| applied.contains(id));
        path.reverse();
        path
    }

    /// The applied revisions that no other applied one builds or depends on.
    #[must_use]
    pub fn current_heads(&self, applied: &BTreeSet<RevisionId>) -> BTreeSet<RevisionId> {
        let mut needed = vec![false; self.nodes.len()];
        for position in self.known(applied) {
            let node = &self.nodes[position];
            for &below in node.parents.iter().chain(&node.dependencies) {
                needed[below] = true;
            }
        }
        self.known(applied)
            .filter(|position| !needed[*position])
            .map(|position| self.id(position).clone())
            .collect()
    }

    /// The applied revisions that are not in the graph.
    #[must_use]
    pub fn unknown(&self, applied: &BTreeSet<RevisionId>) -> BTreeSet<RevisionId> {
        applied.iter().filter(|id| !self.positions.contains_key(*id)).cloned().collect()
    }

    /// The revisions below an applied one that are not applied themselves, in graph order.
    #[must_use]
    pub fn gaps(&self, applied: &BTreeSet<RevisionId>) -> Vec<Gap> {
        let mut needed_by: Vec<Option<usize>> = vec![None; self.nodes.len()];
        let mut gaps = Vec::new();
        for position in (0..self.nodes.len()).rev() {
            let node = &self.nodes[position];
            let witness = if applied.contains(&node.revision.id) {
                Some(position)
            } else {
                let needed = needed_by[position];
                gaps.extend(needed.map(|witness| Gap {
                    missing: node.revision.id.clone(),
                    needed_by: self.id(witness).clone(),
                }));
                needed
            };
            if witness.is_some() {
                for &below in node.parents.iter().chain(&node.dependencies) {
                    needed_by[below] = witness;
                }
            }
        }
        gaps.reverse();
        gaps
    }

    /// All labels, sorted.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.labels.keys()
    }

    /// The ids that begin like this, sorted; an id that is this comes first.
    pub fn with_prefix<'graph>(
        &'graph self,
        prefix: &'graph str,
    ) -> impl Iterator<Item = &'graph RevisionId> {
        self.positions
            .range::<str, _>((Bound::Included(prefix), Bound::Unbounded))
            .map(|(id, _)| id)
            .take_while(move |id| id.as_str().starts_with(prefix))
    }

    fn ancestor_marks(&self, from: impl IntoIterator<Item = usize>, follow: Follow) -> Vec<bool> {
        match follow {
            Follow::Revises => self.reach(from, |node| [&node.parents, &[]]),
            Follow::RevisesAndDependencies => self.reach(from, |node| [&node.parents, &node.dependencies]),
        }
    }

    fn descendant_marks(&self, from: impl IntoIterator<Item = usize>, follow: Follow) -> Vec<bool> {
        match follow {
            Follow::Revises => self.reach(from, |node| [&node.children, &[]]),
            Follow::RevisesAndDependencies => self.reach(from, |node| [&node.children, &node.dependents]),
        }
    }

    /// Marks all that can be reached from these nodes, themselves included.
    fn reach<'graph>(
        &'graph self,
        from: impl IntoIterator<Item = usize>,
        edges: impl Fn(&'graph Node) -> [&'graph [usize]; 2],
    ) -> Vec<bool> {
        let mut reached = vec![false; self.nodes.len()];
        let mut waiting: Vec<usize> = from.into_iter().collect();
        while let Some(position) = waiting.pop() {
            if !std::mem::replace(&mut reached[position], true) {
                waiting.extend(edges(&self.nodes[position]).into_iter().flatten());
            }
        }
        reached
    }

    fn node(&self, id: &RevisionId) -> Option<&Node> {
        self.positions.get(id).map(|position| &self.nodes[*position])
    }

    fn id(&self, position: usize) -> &RevisionId {
        &self.nodes[position].revision.id
    }

    fn ids(&self, positions: impl IntoIterator<Item = usize>) -> Vec<RevisionId> {
        positions.into_iter().map(|position| self.id(position).clone()).collect()
    }

    fn ids_where(&self, wanted: impl Fn(&Node) -> bool) -> BTreeSet<RevisionId> {
        self.nodes.iter().filter(|node| wanted(node)).map(|node| node.revision.id.clone()).collect()
    }

    fn known<'id>(&self, ids: impl IntoIterator<Item = &'id RevisionId>) -> impl Iterator<Item = usize> {
        ids.into_iter().filter_map(|id| self.positions.get(id).copied())
    }
}

fn marked(marks: &[bool]) -> impl Iterator<Item = usize> {
    marks.iter().enumerate().filter(|(_, marked)| **marked).map(|(position, _)| position)
}

fn positions_of(positions: &BTreeMap<RevisionId, usize>, ids: &[RevisionId]) -> Vec<usize> {
    let sorted: BTreeSet<usize> = ids.iter().filter_map(|id| positions.get(id).copied()).collect();
    sorted.into_iter().collect()
}

/// Each revision that was squashed, with the one that took its place.
fn collect_replaced(
    nodes: &[Node],
    positions: &BTreeMap<RevisionId, usize>,
) -> Result<BTreeMap<RevisionId, usize>, GraphError> {
    let mut all = BTreeMap::new();
    for (position, node) in nodes.iter().enumerate() {
        let squash = &node.revision.id;
        for replaced in node.revision.replaces.iter().map(|it| &it.revision) {
            if positions.contains_key(replaced) {
                let (squash, revision) = (squash.clone(), replaced.clone());
                return Err(GraphError::ReplacedIsThere { squash, revision });
            }
            if let Some(other) = all.insert(replaced.clone(), position) {
                let (first, second) = (nodes[other].revision.id.clone(), squash.clone());
                return Err(GraphError::ReplacedTwice { revision: replaced.clone(), first, second });
            }
        }
    }
    Ok(all)
}

fn collect_labels(
    nodes: &[Node],
    positions: &BTreeMap<RevisionId, usize>,
) -> Result<BTreeMap<Label, usize>, GraphError> {
    let mut labels: BTreeMap<Label, usize> = BTreeMap::new();
    for (position, node) in nodes.iter().enumerate() {
        for label in &node.revision.labels {
            if positions.contains_key(label.as_str()) {
                return Err(GraphError::LabelIsRevision {
                    label: label.clone(),
                    revision: node.revision.id.clone(),
                });
            }
            if let Some(other) = labels.insert(label.clone(), position)
                && other != position
            {
                let other = nodes[other].revision.id.clone();
                let this = node.revision.id.clone();
                return Err(GraphError::DuplicateLabel {
                    label: label.clone(),
                    first: this.clone().min(other.clone()),
                    second: this.max(other),
                });
            }
        }
    }
    Ok(labels)
}
