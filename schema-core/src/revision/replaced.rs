//! What a squashed revision says of those that it replaces, so that databases which have run them are understood.

use super::{ProjectId, Revision, RevisionId};
use crate::model::Engine;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// A revision that another one has taken the place of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Its id, by which the history tables of databases know it.
    pub revision: RevisionId,
    /// When it was made.
    pub created: Timestamp,
    /// The checksums of its up scripts, in hexadecimal.
    pub up: BTreeMap<Engine, String>,
    /// Those that it had replaced itself; they stand before it.
    pub replaces: Vec<RevisionId>,
}

impl Replaced {
    /// The checksum of the script that this engine has run.
    pub(crate) fn checksum(&self, engine: Engine) -> Option<&str> {
        std::iter::successors(Some(engine), |engine| engine.falls_back_to())
            .find_map(|engine| self.up.get(&engine))
            .map(String::as_str)
    }
}

/// How much of what a revision replaces a database has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    /// None of it.
    Nothing,
    /// All of it, and so the revision.
    All {
        /// The rows that say so, in the order of the line.
        rows: Vec<RevisionId>,
    },
    /// Some of it: it is inside the range that was squashed.
    Part {
        /// What it has.
        applied: Vec<RevisionId>,
        /// What it lacks, of the line that was squashed last.
        missing: Vec<RevisionId>,
    },
}

impl Revision {
    /// The revisions that were squashed into this one, in their order, without those that they had replaced themselves.
    #[must_use]
    pub fn replaced_line(&self) -> Vec<&Replaced> {
        let inner: BTreeSet<&RevisionId> = self.replaces.iter().flat_map(|it| &it.replaces).collect();
        self.replaces.iter().filter(|it| !inner.contains(&it.revision)).collect()
    }

    /// All rows that a history may have for this revision: its own, and those of what it replaces.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &RevisionId> {
        std::iter::once(&self.id).chain(self.replaces.iter().map(|it| &it.revision))
    }

    /// How much of what it replaces is applied.
    pub(crate) fn replaced_share(&self, is_applied: impl Fn(&RevisionId) -> bool) -> Share {
        let rows: Vec<RevisionId> =
            self.replaces.iter().map(|it| &it.revision).filter(|id| is_applied(id)).cloned().collect();
        if rows.is_empty() {
            return Share::Nothing;
        }
        let mut had: BTreeSet<&RevisionId> = rows.iter().collect();
        for replaced in &self.replaces {
            if !replaced.replaces.is_empty() && replaced.replaces.iter().all(|id| had.contains(id)) {
                had.insert(&replaced.revision);
            }
        }
        let line = self.replaced_line();
        let missing: Vec<RevisionId> =
            line.iter().map(|it| &it.revision).filter(|id| !had.contains(id)).cloned().collect();
        if missing.is_empty() { Share::All { rows } } else { Share::Part { applied: rows, missing } }
    }

    /// The names that the project may be known by where this is its first revision: its own, and those of first revisions that it has replaced.
    pub(crate) fn as_projects(&self) -> Vec<ProjectId> {
        let mut projects = vec![ProjectId { revision: self.id.clone(), created: self.created }];
        let mut first = self.replaced_line().first().copied();
        while let Some(replaced) = first {
            projects.push(ProjectId { revision: replaced.revision.clone(), created: replaced.created });
            let inner = replaced.replaces.first();
            first = inner.and_then(|inner| self.replaces.iter().find(|it| it.revision == *inner));
        }
        projects
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> RevisionId {
        text.parse().unwrap()
    }

    fn replaced(name: &str, replaces: &[&str]) -> Replaced {
        Replaced {
            revision: id(name),
            created: Timestamp::UNIX_EPOCH,
            up: BTreeMap::from([(Engine::Mysql, "ab".to_owned())]),
            replaces: replaces.iter().map(|name| id(name)).collect(),
        }
    }

    fn squash(replaces: Vec<Replaced>) -> Revision {
        let text = "revision = \"s\"\nrevises = []\nmessage = \"\"\ncreated = 2025-01-03T12:00:00Z\nengines = [\"sqlite\"]\n";
        Revision { replaces, ..Revision::from_toml(text).unwrap() }
    }

    #[test]
    fn a_database_has_all_of_it_or_part_of_it_or_nothing() {
        let revision = squash(vec![
            replaced("a", &[]),
            replaced("b", &[]),
            replaced("t", &["a", "b"]),
            replaced("c", &[]),
        ]);
        let share = |applied: &[&str]| revision.replaced_share(|id| applied.contains(&id.as_str()));
        assert_eq!(share(&[]), Share::Nothing);
        assert_eq!(share(&["s", "x"]), Share::Nothing, "its own row is none of those");
        assert_eq!(share(&["a", "b", "c"]), Share::All { rows: vec![id("a"), id("b"), id("c")] });
        assert_eq!(share(&["t", "c"]), Share::All { rows: vec![id("t"), id("c")] });
        assert_eq!(share(&["t"]), Share::Part { applied: vec![id("t")], missing: vec![id("c")] });
        assert_eq!(share(&["a"]), Share::Part { applied: vec![id("a")], missing: vec![id("t"), id("c")] });
        let line: Vec<&str> = revision.replaced_line().iter().map(|it| it.revision.as_str()).collect();
        assert_eq!(line, ["t", "c"]);
        let projects: Vec<String> = revision.as_projects().iter().map(|it| it.revision.to_string()).collect();
        assert_eq!(projects, ["s", "t", "a"]);
    }

    #[test]
    fn mariadb_has_run_the_script_of_mysql_where_it_has_none_of_its_own() {
        assert_eq!(replaced("a", &[]).checksum(Engine::Mariadb), Some("ab"));
        assert_eq!(replaced("a", &[]).checksum(Engine::Sqlite), None);
    }
}
