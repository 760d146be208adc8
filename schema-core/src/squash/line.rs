//! The line of revisions that is squashed: no branch leaves or enters it.

use crate::model::Engine;
use crate::revision::{Graph, Revision, RevisionId};
use std::collections::BTreeSet;

/// A line of revisions, and what becomes of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The parts, in their order.
    pub parts: Vec<Part>,
}

/// A piece of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// These become one revision.
    Squashed(Vec<RevisionId>),
    /// This one stays as it is.
    Kept(RevisionId),
}

/// Why revisions are no line that can be squashed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// A branch enters or leaves the range.
    #[error("`{revision}` and `{other}` are not one line: a branch begins or ends between them")]
    Branch {
        /// The revision at which it does.
        revision: RevisionId,
        /// The revision of the branch.
        other: RevisionId,
    },
    /// A revision elsewhere needs one inside the range.
    #[error("`{other}` depends on `{revision}`, which is inside the range")]
    Needed {
        /// The revision in the range.
        revision: RevisionId,
        /// The revision that needs it.
        other: RevisionId,
    },
    /// Revisions have scripts for different engines.
    #[error("`{revision}` has scripts for {}, and `{first}` for {}", listed(engines), listed(others))]
    Engines {
        /// The revision.
        revision: RevisionId,
        /// Its engines.
        engines: BTreeSet<Engine>,
        /// A revision before it.
        first: RevisionId,
        /// The engines of that.
        others: BTreeSet<Engine>,
    },
    /// A revision that is to be kept is not in the range.
    #[error("`{revision}`, which is to be kept, is not in the range")]
    KeptOutside {
        /// The revision.
        revision: RevisionId,
    },
    /// No two revisions are side by side.
    #[error("there are no two revisions side by side to make one of")]
    Nothing,
}

impl LineError {
    /// What to type.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            LineError::Branch { revision, .. } => Some(format!(
                "squash what is on each side of that alone: `schema-cli squash A:{revision}` ends there; `schema-cli history` draws the branches"
            )),
            LineError::Needed { revision, .. } => {
                Some(format!("let the range end there: `schema-cli squash A:{revision}`"))
            }
            LineError::Engines { revision, first, .. } => Some(format!(
                "squash what is on each side of that alone, or give `{revision}` or `{first}` the missing scripts: `schema-cli autogenerate --amend`"
            )),
            LineError::KeptOutside { .. } => {
                Some("`schema-cli history -r A:B` lists what is in a range".to_owned())
            }
            LineError::Nothing => {
                Some("name the first and the last: `schema-cli squash base:head`".to_owned())
            }
        }
    }
}

fn listed(engines: &BTreeSet<Engine>) -> String {
    engines.iter().map(|engine| engine.name()).collect::<Vec<_>>().join(", ")
}

impl Line {
    /// The line that these revisions are, in graph order.
    ///
    /// # Errors
    ///
    /// They are no line, or nothing of it is to be squashed.
    pub fn of(graph: &Graph, range: &[RevisionId], kept: &BTreeSet<RevisionId>) -> Result<Line, LineError> {
        let revisions: Vec<&Revision> = range.iter().filter_map(|id| graph.get(id)).collect();
        if let Some(outside) = kept.iter().find(|id| !range.contains(id)) {
            return Err(LineError::KeptOutside { revision: outside.clone() });
        }
        for pair in revisions.windows(2) {
            let [below, above] = pair else { continue };
            let branch = |revision: &Revision, other: &RevisionId| LineError::Branch {
                revision: revision.id.clone(),
                other: other.clone(),
            };
            if above.revises != [below.id.clone()] {
                let other = above.revises.iter().find(|id| **id != below.id).unwrap_or(&above.id);
                return Err(branch(below, other));
            }
            if let Some(other) = graph.children(&below.id).iter().find(|id| **id != above.id) {
                return Err(branch(below, other));
            }
            let needs =
                |other: &&Revision| other.depends_on.contains(&below.id) && !range.contains(&other.id);
            if let Some(other) = graph.revisions().find(needs) {
                return Err(LineError::Needed { revision: below.id.clone(), other: other.id.clone() });
            }
        }
        let line = Line::parted(range, kept);
        for part in &line.parts {
            if let Part::Squashed(ids) = part {
                same_engines(graph, ids)?;
            }
        }
        let squashes = line.parts.iter().any(|part| matches!(part, Part::Squashed(_)));
        if squashes { Ok(line) } else { Err(LineError::Nothing) }
    }

    fn parted(range: &[RevisionId], kept: &BTreeSet<RevisionId>) -> Line {
        let mut parts = Vec::new();
        let mut open: Vec<RevisionId> = Vec::new();
        let close = |open: &mut Vec<RevisionId>, parts: &mut Vec<Part>| match std::mem::take(open) {
            ids if ids.len() > 1 => parts.push(Part::Squashed(ids)),
            // One revision would only change its name.
            ids => parts.extend(ids.into_iter().map(Part::Kept)),
        };
        for id in range {
            if kept.contains(id) {
                close(&mut open, &mut parts);
                parts.push(Part::Kept(id.clone()));
            } else {
                open.push(id.clone());
            }
        }
        close(&mut open, &mut parts);
        Line { parts }
    }

    /// The engines that something is squashed for.
    #[must_use]
    pub fn engines(&self, graph: &Graph) -> BTreeSet<Engine> {
        self.squashed().filter_map(|ids| graph.get(ids.first()?)).flat_map(|it| it.engines.clone()).collect()
    }

    /// What is squashed, each into one.
    pub fn squashed(&self) -> impl Iterator<Item = &[RevisionId]> {
        self.parts.iter().filter_map(|part| match part {
            Part::Squashed(ids) => Some(ids.as_slice()),
            Part::Kept(_) => None,
        })
    }

    /// All revisions of it.
    pub fn revisions(&self) -> impl Iterator<Item = &RevisionId> {
        self.parts.iter().flat_map(|part| match part {
            Part::Squashed(ids) => ids.as_slice(),
            Part::Kept(id) => std::slice::from_ref(id),
        })
    }
}

fn same_engines(graph: &Graph, ids: &[RevisionId]) -> Result<(), LineError> {
    let engines = |revision: &Revision| revision.engines.iter().copied().collect::<BTreeSet<_>>();
    let mut revisions = ids.iter().filter_map(|id| graph.get(id));
    let Some(first) = revisions.next() else { return Ok(()) };
    match revisions.find(|revision| engines(revision) != engines(first)) {
        Some(revision) => Err(LineError::Engines {
            revision: revision.id.clone(),
            engines: engines(revision),
            first: first.id.clone(),
            others: engines(first),
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> RevisionId {
        text.parse().unwrap()
    }

    fn graph(texts: &[(&str, &[&str], &[&str])]) -> Graph {
        let revision = |(name, revises, depends_on): &(&str, &[&str], &[&str])| {
            let text = format!(
                "revision = \"{name}\"\nrevises = {revises:?}\ndepends_on = {depends_on:?}\nmessage = \"\"\ncreated = 2025-01-03T12:00:00Z\nengines = [\"sqlite\"]\n"
            );
            Revision::from_toml(&text).unwrap()
        };
        Graph::new(texts.iter().map(revision)).unwrap()
    }

    fn line(graph: &Graph, range: &[&str], kept: &[&str]) -> Result<Line, LineError> {
        let range: Vec<RevisionId> = range.iter().map(|name| id(name)).collect();
        Line::of(graph, &range, &kept.iter().map(|name| id(name)).collect())
    }

    #[test]
    fn a_line_is_parted_at_what_is_kept() {
        let graph = graph(&[
            ("a", &[], &[]),
            ("b", &["a"], &[]),
            ("c", &["b"], &[]),
            ("d", &["c"], &[]),
            ("e", &["d"], &[]),
        ]);
        let squashed = |ids: &[&str]| Part::Squashed(ids.iter().map(|name| id(name)).collect());
        let all = ["a", "b", "c", "d", "e"];
        assert_eq!(line(&graph, &all, &[]).unwrap().parts, [squashed(&all)]);
        let kept = line(&graph, &all, &["c"]).unwrap();
        assert_eq!(kept.parts, [squashed(&["a", "b"]), Part::Kept(id("c")), squashed(&["d", "e"])]);
        assert_eq!(line(&graph, &all, &["b", "d"]), Err(LineError::Nothing));
        assert_eq!(line(&graph, &["a"], &[]), Err(LineError::Nothing));
        assert_eq!(line(&graph, &["a", "b"], &["e"]), Err(LineError::KeptOutside { revision: id("e") }));
    }

    #[test]
    fn branches_are_refused_by_name() {
        let graph = graph(&[
            ("a", &[], &[]),
            ("b", &["a"], &[]),
            ("x", &["b"], &[]),
            ("c", &["b"], &[]),
            ("m", &["c", "x"], &[]),
            ("n", &["m"], &[]),
            ("o", &[], &["m"]),
        ]);
        let at =
            |revision: &str, other: &str| Err(LineError::Branch { revision: id(revision), other: id(other) });
        assert_eq!(line(&graph, &["a", "b", "c"], &[]), at("b", "x"));
        assert_eq!(line(&graph, &["c", "m"], &[]), at("c", "x"));
        assert!(line(&graph, &["a", "b"], &[]).is_ok(), "branches may begin at the end");
        assert_eq!(
            line(&graph, &["m", "n"], &[]),
            Err(LineError::Needed { revision: id("m"), other: id("o") })
        );
    }
}
