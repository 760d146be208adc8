//! Ranges: `OLDER:NEWER`.

use super::resolve::{Position, Resolver};
use super::{Anchor, Target, TargetError};
use crate::revision::{Follow, Graph, RevisionId};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Two addresses with a colon between them; either may be left out (`ae10:`, `:head`). Bare steps count from the other side
/// (`-3:current`, `ae10:+2`), and from what is applied where both sides are steps.
///
/// ```
/// use schema_core::revision::TargetRange;
///
/// assert!("base:head".parse::<TargetRange>().is_ok());
/// assert!("head".parse::<TargetRange>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetRange {
    /// The side before the colon.
    pub from: Option<Target>,
    /// The side behind the colon.
    pub to: Option<Target>,
}

impl FromStr for TargetRange {
    type Err = TargetError;

    fn from_str(given: &str) -> Result<Self, TargetError> {
        let (from, to) =
            given.split_once(':').ok_or_else(|| TargetError::Invalid { given: given.to_owned() })?;
        let side = |text: &str| if text.trim().is_empty() { Ok(None) } else { text.parse().map(Some) };
        Ok(TargetRange { from: side(from)?, to: side(to)? })
    }
}

impl fmt::Display for TargetRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(from) = &self.from {
            write!(formatter, "{from}")?;
        }
        formatter.write_str(":")?;
        if let Some(to) = &self.to {
            write!(formatter, "{to}")?;
        }
        Ok(())
    }
}

/// What a script for a database that is not at hand starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfflineStart {
    /// The revisions that count as applied.
    pub applied: BTreeSet<RevisionId>,
    /// The revisions to bring in an upgrade, or those that have to go in a downgrade.
    pub targets: BTreeSet<RevisionId>,
}

impl TargetRange {
    /// The revisions from the one side to the other, both included, in graph order: from the base where `from` is left out, to the
    /// heads where `to` is. Steps that lead beyond the end stop there.
    ///
    /// # Errors
    ///
    /// A side that cannot be resolved, and a `from` that does not lead to `to`.
    pub fn revisions(
        &self,
        graph: &Graph,
        applied: &BTreeSet<RevisionId>,
    ) -> Result<Vec<RevisionId>, TargetError> {
        let heads = graph.heads();
        let from_is_steps = is_steps(self.from.as_ref());
        let to_is_steps = is_steps(self.to.as_ref());
        let resolve = |side: Option<&Target>, origin: &BTreeSet<RevisionId>| match side {
            Some(target) => Resolver::new(graph, applied, origin).clamped().positions(target).map(Some),
            None => Ok(None),
        };
        let (from, to) = if from_is_steps && !to_is_steps {
            let to = resolve(self.to.as_ref(), applied)?;
            let origin = below(graph, to.as_deref().map_or_else(|| heads.clone(), revisions_of));
            (resolve(self.from.as_ref(), &origin)?, to)
        } else {
            let from = resolve(self.from.as_ref(), applied)?;
            let origin = match &from {
                Some(positions) if !from_is_steps => below(graph, revisions_of(positions)),
                Some(_) => applied.clone(),
                None => BTreeSet::new(),
            };
            (from, resolve(self.to.as_ref(), &origin)?)
        };
        let mut upper = to.as_deref().map_or(heads, revisions_of);
        if let (None, Some([Position::Base(Some(branch))])) = (&self.to, from.as_deref()) {
            let above: BTreeSet<RevisionId> =
                graph.descendants([branch], Follow::Revises).into_iter().collect();
            upper.retain(|id| above.contains(id));
        }
        self.between(graph, &from.as_deref().map(revisions_of).unwrap_or_default(), &upper)
    }

    fn between(
        &self,
        graph: &Graph,
        lower: &BTreeSet<RevisionId>,
        upper: &BTreeSet<RevisionId>,
    ) -> Result<Vec<RevisionId>, TargetError> {
        let mut range = graph.ancestors(upper, Follow::RevisesAndDependencies);
        if lower.is_empty() {
            return Ok(range);
        }
        let needed: BTreeSet<&RevisionId> = range.iter().collect();
        if let Some(astray) = lower.iter().find(|id| !needed.contains(id)) {
            let upper = self.to.as_ref().map_or_else(|| "heads".to_owned(), Target::to_string);
            return Err(TargetError::NotAnAncestor { lower: astray.clone(), upper });
        }
        let above: BTreeSet<RevisionId> = graph.descendants(lower, Follow::Revises).into_iter().collect();
        range.retain(|id| above.contains(id));
        Ok(range)
    }

    /// An upgrade from `from` (left out: the base) to `to` (left out: the heads), whatever is applied.
    ///
    /// # Errors
    ///
    /// A side that cannot be resolved, steps that lead down, and a `to` that is below `from`.
    pub fn upgrade(
        &self,
        graph: &Graph,
        applied: &BTreeSet<RevisionId>,
    ) -> Result<OfflineStart, TargetError> {
        let applied = self.state(graph, applied)?;
        let targets = match &self.to {
            Some(target) => target.upgrade_targets(graph, &applied)?,
            None => graph.heads(),
        };
        // Where the other side is below, that is a mistake; where it is the same, there is nothing to do.
        let above = graph.current_heads(&applied);
        if let (Some(lower), Some(to)) = (above.first(), &self.to)
            && targets.iter().all(|target| applied.contains(target))
            && targets != above
        {
            return Err(TargetError::NotAnAncestor { lower: lower.clone(), upper: to.to_string() });
        }
        Ok(OfflineStart { applied, targets })
    }

    /// A downgrade from `from` (left out: the heads) to `to` (left out: the base), whatever is applied.
    ///
    /// # Errors
    ///
    /// A side that cannot be resolved, steps that lead up, and a `to` that is not below `from`.
    pub fn downgrade(
        &self,
        graph: &Graph,
        applied: &BTreeSet<RevisionId>,
    ) -> Result<OfflineStart, TargetError> {
        let applied = match &self.from {
            Some(_) => self.state(graph, applied)?,
            None => below(graph, graph.heads()),
        };
        let targets = match &self.to {
            Some(target) => target.downgrade_roots(graph, &applied)?,
            None => graph.bases(),
        };
        Ok(OfflineStart { applied, targets })
    }

    fn state(
        &self,
        graph: &Graph,
        applied: &BTreeSet<RevisionId>,
    ) -> Result<BTreeSet<RevisionId>, TargetError> {
        match &self.from {
            Some(target) => Ok(below(graph, target.resolve(graph, applied)?)),
            None => Ok(BTreeSet::new()),
        }
    }
}

fn is_steps(side: Option<&Target>) -> bool {
    side.is_some_and(|target| target.anchor == Anchor::Implied)
}

fn revisions_of(positions: &[Position]) -> BTreeSet<RevisionId> {
    positions.iter().cloned().filter_map(Position::revision).collect()
}

/// All that is applied where these are.
fn below(graph: &Graph, heads: BTreeSet<RevisionId>) -> BTreeSet<RevisionId> {
    graph.ancestors(&heads, Follow::RevisesAndDependencies).into_iter().collect()
}
