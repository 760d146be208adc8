//! What tells one project's history from another's.

use super::{Graph, Revision, RevisionId};
use jiff::Timestamp;
use std::fmt;
use std::str::FromStr;

/// A project, known by its first revision.
///
/// The revision's id alone would not do: ids that people choose (`0001`) are the same in many projects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectId {
    /// The oldest revision that builds on no other.
    pub revision: RevisionId,
    /// When it was made.
    pub created: Timestamp,
}

/// A text that names no project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a revision id and a time")]
pub struct InvalidProjectId;

impl fmt::Display for ProjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ProjectId { revision, created } = self;
        write!(formatter, "{revision} {created}")
    }
}

impl FromStr for ProjectId {
    type Err = InvalidProjectId;

    fn from_str(text: &str) -> Result<Self, InvalidProjectId> {
        let (revision, created) = text.split_once(' ').ok_or(InvalidProjectId)?;
        Ok(ProjectId {
            revision: revision.parse().map_err(|_| InvalidProjectId)?,
            created: created.parse().map_err(|_| InvalidProjectId)?,
        })
    }
}

impl Graph {
    /// The project whose revisions these are; none where there is no revision yet.
    #[must_use]
    pub fn project(&self) -> Option<ProjectId> {
        // In graph order the first is the oldest base.
        let first = self.revisions().next()?;
        Some(ProjectId { revision: first.id.clone(), created: first.created })
    }

    /// All names that the project may be known by: each base was the oldest when it was the only one.
    pub(crate) fn projects(&self) -> impl Iterator<Item = ProjectId> {
        self.revisions().filter(|revision| revision.revises.is_empty()).flat_map(Revision::as_projects)
    }

    /// Whether these are revisions of this project. A base that joined later may be older than the one that the project was known by.
    #[must_use]
    pub fn is_of(&self, project: &ProjectId) -> bool {
        let ProjectId { revision, created } = project;
        match self.get(revision) {
            Some(found) => found.created == *created,
            None => self.replacing(revision).is_some_and(|squash| {
                squash.replaces.iter().any(|it| it.revision == *revision && it.created == *created)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(id: &str, revises: &[&str], created: &str) -> Revision {
        Revision {
            id: id.parse().unwrap(),
            revises: revises.iter().map(|id| id.parse().unwrap()).collect(),
            depends_on: Vec::new(),
            labels: Vec::new(),
            message: String::new(),
            created: created.parse().unwrap(),
            engines: Vec::new(),
            makes: Vec::new(),
            drops: Vec::new(),
            replaces: Vec::new(),
        }
    }

    #[test]
    fn a_project_is_known_by_its_oldest_base() {
        let one = revision("0001", &[], "2025-01-02T00:00:00Z");
        let two = revision("0002", &["0001"], "2025-01-03T00:00:00Z");
        let graph = Graph::new([one.clone(), two.clone()]).unwrap();
        let project = graph.project().unwrap();
        assert_eq!(project.to_string(), "0001 2025-01-02T00:00:00Z");
        assert_eq!(project.to_string().parse(), Ok(project.clone()));

        let older = revision("0000", &[], "2024-01-01T00:00:00Z");
        assert!(Graph::new([one, two.clone(), older]).unwrap().is_of(&project), "one more base");
        let other = revision("0001", &[], "2025-06-01T00:00:00Z");
        assert!(!Graph::new([other, two]).unwrap().is_of(&project), "the same id, chosen by somebody else");
        assert_eq!(Graph::default().project(), None);
    }

    #[test]
    fn what_is_no_project_is_refused() {
        for text in ["", "0001", "0001 yesterday", "../x 2025-01-02T00:00:00Z"] {
            assert_eq!(text.parse::<ProjectId>(), Err(InvalidProjectId), "{text}");
        }
    }
}
