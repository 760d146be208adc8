//! What an address means in a graph.

use super::{Anchor, Target, TargetError};
use crate::near::nearest;
use crate::revision::{Follow, Graph, Label, RevisionId};
use std::collections::BTreeSet;

/// Finds out what addresses mean.
pub(super) struct Resolver<'graph> {
    graph: &'graph Graph,
    /// What `current` is about.
    applied: &'graph BTreeSet<RevisionId>,
    /// What bare steps count from.
    origin: &'graph BTreeSet<RevisionId>,
    /// Whether steps stop at the end of the graph, as in a list, or lead to an error.
    clamp: bool,
}

/// A place in the graph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Position {
    /// Before all revisions, or before those that the given one builds on.
    Base(Option<RevisionId>),
    At(RevisionId),
}

impl Position {
    pub(super) fn revision(self) -> Option<RevisionId> {
        match self {
            Position::Base(_) => None,
            Position::At(id) => Some(id),
        }
    }
}

impl<'graph> Resolver<'graph> {
    pub(super) const fn new(
        graph: &'graph Graph,
        applied: &'graph BTreeSet<RevisionId>,
        origin: &'graph BTreeSet<RevisionId>,
    ) -> Self {
        Resolver { graph, applied, origin, clamp: false }
    }

    pub(super) const fn clamped(mut self) -> Self {
        self.clamp = true;
        self
    }

    /// All places that are addressed.
    pub(super) fn positions(&self, target: &Target) -> Result<Vec<Position>, TargetError> {
        let branch = self.branch(target)?;
        let starts = match &target.anchor {
            Anchor::Implied => self.state(self.origin, branch.as_ref()),
            Anchor::Current => self.state(self.applied, branch.as_ref()),
            Anchor::Head | Anchor::Heads => {
                let heads = self.on_branch(self.graph.heads(), branch.as_ref());
                if heads.len() > 1 && (target.anchor == Anchor::Head || target.steps != 0) {
                    return Err(TargetError::MultipleHeads { given: target.given.clone(), heads });
                }
                heads.into_iter().map(Position::At).collect()
            }
            Anchor::Base => vec![Position::Base(branch.clone())],
            Anchor::Named(name) => vec![Position::At(self.named(name, target, branch.as_ref())?)],
        };
        if target.steps == 0 {
            return Ok(starts);
        }
        let start = self.only(starts, target)?;
        Ok(vec![self.walk(start, target, target.steps, branch.as_ref())?])
    }

    /// What has to go so that the database is at the addressed place.
    pub(super) fn downgrade_roots(&self, target: &Target) -> Result<BTreeSet<RevisionId>, TargetError> {
        let branch = self.branch(target)?;
        let from_current = matches!(target.anchor, Anchor::Implied | Anchor::Current);
        if from_current && target.steps < 0 {
            // The last step is what goes, wherever it leads: the way down from a merge parts, but undoing it is clear.
            let start = self.only(self.state(self.origin, branch.as_ref()), target)?;
            let last = self.walk(start, target, target.steps + 1, branch.as_ref())?;
            return last.revision().map(|id| [id].into()).ok_or_else(|| self.not_enough(target));
        }
        let mut roots = BTreeSet::new();
        for position in self.positions(target)? {
            match position {
                Position::Base(of) => {
                    roots.extend(self.on_branch(self.graph.bases(), of.as_ref().or(branch.as_ref())));
                }
                Position::At(id) if !self.applied.contains(&id) => {
                    return Err(TargetError::NotApplied { revision: id });
                }
                Position::At(id) => roots.extend(self.on_branch(self.graph.children(&id), branch.as_ref())),
            }
        }
        Ok(roots)
    }

    /// The revision that stands for the branch: the one that carries the label, or the one that is named instead.
    fn branch(&self, target: &Target) -> Result<Option<RevisionId>, TargetError> {
        let Some(name) = &target.branch else {
            return Ok(None);
        };
        match self.find(name, |_| true) {
            Err(TargetError::UnknownRevision { given, .. }) => {
                let near = self.nearest_name(&given);
                Err(TargetError::UnknownBranch { given, near })
            }
            found => found.map(Some),
        }
    }

    /// Those that lie on the branch: below the revision that stands for it, or above.
    fn on_branch(
        &self,
        ids: impl IntoIterator<Item = RevisionId>,
        branch: Option<&RevisionId>,
    ) -> Vec<RevisionId> {
        match branch {
            Some(branch) => {
                let line = self.line(branch);
                ids.into_iter().filter(|id| line.contains(id)).collect()
            }
            None => ids.into_iter().collect(),
        }
    }

    fn line(&self, branch: &RevisionId) -> BTreeSet<RevisionId> {
        let ancestors = self.graph.ancestors([branch], Follow::Revises);
        ancestors.into_iter().chain(self.graph.descendants([branch], Follow::Revises)).collect()
    }

    /// The newest of the applied revisions, on the branch if there is one.
    fn state(&self, applied: &BTreeSet<RevisionId>, branch: Option<&RevisionId>) -> Vec<Position> {
        let on_branch: BTreeSet<RevisionId> =
            self.on_branch(applied.iter().cloned(), branch).into_iter().collect();
        let heads = self.graph.current_heads(&on_branch);
        if heads.is_empty() {
            vec![Position::Base(branch.cloned())]
        } else {
            heads.into_iter().map(Position::At).collect()
        }
    }

    /// The revision of this name; a prefix may be ambiguous in the whole graph and clear on the branch.
    fn named(
        &self,
        name: &str,
        target: &Target,
        branch: Option<&RevisionId>,
    ) -> Result<RevisionId, TargetError> {
        let (Some(branch), Some(branch_name)) = (branch, &target.branch) else {
            return self.find(name, |_| true);
        };
        let line = self.line(branch);
        match self.find(name, |id| line.contains(id)) {
            Err(TargetError::UnknownRevision { .. }) => {
                let revision = self.find(name, |_| true)?;
                Err(TargetError::NotOnBranch { revision, branch: branch_name.clone() })
            }
            found => found,
        }
    }

    /// What to say of a revision that is no more because another one has taken its place.
    fn squashed(&self, name: &str) -> Option<TargetError> {
        let id: RevisionId = name.parse().ok()?;
        let squash = self.graph.replacing(&id)?.id.clone();
        Some(TargetError::Squashed { revision: id, squash })
    }

    fn find(&self, name: &str, eligible: impl Fn(&RevisionId) -> bool) -> Result<RevisionId, TargetError> {
        let unknown =
            || TargetError::UnknownRevision { given: name.to_owned(), near: self.nearest_name(name) };
        let exact = self.graph.with_prefix(name).next().filter(|id| id.as_str() == name);
        if let Some(id) = exact.or_else(|| self.graph.labelled(name)) {
            return if eligible(id) { Ok(id.clone()) } else { Err(unknown()) };
        }
        let candidates: Vec<RevisionId> =
            self.graph.with_prefix(name).filter(|id| eligible(id)).cloned().collect();
        match &candidates[..] {
            [] => Err(self.squashed(name).unwrap_or_else(unknown)),
            [only] => Ok(only.clone()),
            _ => Err(TargetError::AmbiguousPrefix { prefix: name.to_owned(), candidates }),
        }
    }

    fn nearest_name(&self, given: &str) -> Option<String> {
        let ids = self.graph.revisions().map(|revision| revision.id.as_str());
        let labels = self.graph.labels().map(Label::as_str);
        nearest(given, labels.chain(ids).chain(["head", "heads", "base", "current"])).map(str::to_owned)
    }

    fn only(&self, positions: Vec<Position>, target: &Target) -> Result<Position, TargetError> {
        match &positions[..] {
            // Without revisions there are no heads to count from.
            [] => Ok(Position::Base(None)),
            [only] => Ok(only.clone()),
            _ => {
                let heads = positions.into_iter().filter_map(Position::revision).collect();
                Err(TargetError::MultipleCurrent { given: target.given.clone(), heads })
            }
        }
    }

    fn walk(
        &self,
        start: Position,
        target: &Target,
        steps: i32,
        branch: Option<&RevisionId>,
    ) -> Result<Position, TargetError> {
        let mut position = start;
        for done in 0..steps.unsigned_abs() {
            let next = if steps > 0 { self.above(&position, branch) } else { self.below(&position, branch) };
            position = match &next[..] {
                [only] => only.clone(),
                [] if self.clamp => return Ok(position),
                [] => {
                    let available = usize::try_from(done).unwrap_or(usize::MAX);
                    return Err(TargetError::NotEnoughRevisions { given: target.given.clone(), available });
                }
                _ => {
                    return Err(TargetError::AmbiguousStep {
                        given: target.given.clone(),
                        from: position.revision(),
                        candidates: next.into_iter().filter_map(Position::revision).collect(),
                    });
                }
            };
        }
        Ok(position)
    }

    fn above(&self, position: &Position, branch: Option<&RevisionId>) -> Vec<Position> {
        let ids = match position {
            Position::Base(of) => self.on_branch(self.graph.bases(), of.as_ref().or(branch)),
            Position::At(id) => self.on_branch(self.graph.children(id), branch),
        };
        ids.into_iter().map(Position::At).collect()
    }

    fn below(&self, position: &Position, branch: Option<&RevisionId>) -> Vec<Position> {
        let Position::At(id) = position else {
            return Vec::new();
        };
        let parents = self.graph.get(id).map(|revision| revision.revises.clone()).unwrap_or_default();
        if parents.is_empty() {
            vec![Position::Base(Some(id.clone()))]
        } else {
            self.on_branch(parents, branch).into_iter().map(Position::At).collect()
        }
    }

    fn not_enough(&self, target: &Target) -> TargetError {
        let available = usize::try_from(target.steps.unsigned_abs()).unwrap_or(usize::MAX).saturating_sub(1);
        TargetError::NotEnoughRevisions { given: target.given.clone(), available }
    }
}
