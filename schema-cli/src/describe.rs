//! Revisions as people and programs read them.

use schema_core::model::Engine;
use schema_core::revision::{Directory, Graph, Revision, RevisionId};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// A revision with its place in the graph.
#[derive(Debug, Serialize)]
pub(crate) struct Description<'a> {
    revision: &'a RevisionId,
    revises: &'a [RevisionId],
    depends_on: &'a [RevisionId],
    message: &'a str,
    created: String,
    engines: &'a [Engine],
    labels: Vec<String>,
    is_head: bool,
    is_branch_point: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_current: Option<bool>,
    folder: PathBuf,
}

/// What the revisions of a folder look like.
pub(crate) struct Describer<'a> {
    directory: &'a Directory,
    graph: &'a Graph,
    heads: BTreeSet<RevisionId>,
    branch_points: BTreeSet<RevisionId>,
    current: Option<BTreeSet<RevisionId>>,
}

impl<'a> Describer<'a> {
    pub(crate) fn new(directory: &'a Directory) -> Self {
        let graph = directory.graph();
        Describer {
            directory,
            graph,
            heads: graph.heads(),
            branch_points: graph.branch_points(),
            current: None,
        }
    }

    /// Marks the revisions that a database is at.
    pub(crate) fn with_current(self, current: BTreeSet<RevisionId>) -> Self {
        Describer { current: Some(current), ..self }
    }

    pub(crate) fn describe(&self, revision: &'a Revision) -> Description<'a> {
        let Revision { id, revises, depends_on, labels, message, created, engines } = revision;
        Description {
            revision: id,
            revises,
            depends_on,
            message,
            created: created.to_string(),
            engines,
            labels: labels.iter().map(|label| label.as_str().to_owned()).collect(),
            is_head: self.heads.contains(id),
            is_branch_point: self.branch_points.contains(id),
            is_current: self.current.as_ref().map(|current| current.contains(id)),
            folder: self.directory.folder(id).unwrap_or_default(),
        }
    }

    /// The revisions of these ids, newest first.
    pub(crate) fn newest_first(&self, ids: impl Fn(&RevisionId) -> bool) -> Vec<Description<'a>> {
        self.graph
            .revisions()
            .rev()
            .filter(|revision| ids(&revision.id))
            .map(|revision| self.describe(revision))
            .collect()
    }
}

impl Description<'_> {
    /// `ae1027a6acf1 -> 1975ea83b712 (head), add prices`
    pub(crate) fn step(&self) -> String {
        let revises = if self.revises.is_empty() { "<base>".to_owned() } else { self.ids(self.revises) };
        format!("{revises} -> {}", self.line())
    }

    /// `1975ea83b712 (head), add prices`
    pub(crate) fn line(&self) -> String {
        let mut line = self.revision.to_string();
        for mark in self.marks() {
            line.push_str(&format!(" ({mark})"));
        }
        if !self.message.is_empty() {
            line.push_str(", ");
            line.push_str(first_line(self.message));
        }
        line
    }

    /// Everything, a line each.
    pub(crate) fn block(&self) -> String {
        let marks: String = self.marks().iter().map(|mark| format!(" ({mark})")).collect();
        let mut block = format!("revision:   {}{marks}\n", self.revision);
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                block.push_str(&format!("{:<12}{value}\n", format!("{name}:")));
            }
        };
        let revises = if self.revises.is_empty() { "<base>".to_owned() } else { self.ids(self.revises) };
        add("revises", &revises);
        add("depends on", &self.ids(self.depends_on));
        add("message", &self.message.replace('\n', "\n            "));
        add("created", &self.created);
        let engines: Vec<_> = self.engines.iter().map(|engine| engine.name()).collect();
        add("engines", &engines.join(", "));
        add("folder", &self.folder.display().to_string());
        block
    }

    fn marks(&self) -> Vec<String> {
        let mut marks = self.labels.clone();
        let flags = [
            (self.is_head, "head"),
            (self.is_current == Some(true), "current"),
            (self.is_branch_point, "branchpoint"),
            (self.revises.len() > 1, "mergepoint"),
        ];
        marks.extend(flags.into_iter().filter(|(set, _)| *set).map(|(_, mark)| mark.to_owned()));
        marks
    }

    fn ids(&self, ids: &[RevisionId]) -> String {
        ids.iter().map(RevisionId::as_str).collect::<Vec<_>>().join(", ")
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// Descriptions as text: a block each for `--verbose`, else a line each.
pub(crate) fn listed<'a>(
    descriptions: &[Description<'a>],
    is_verbose: bool,
    line: impl Fn(&Description<'a>) -> String,
) -> String {
    if is_verbose {
        let blocks: Vec<_> = descriptions.iter().map(Description::block).collect();
        blocks.join("\n")
    } else {
        descriptions.iter().map(|description| line(description) + "\n").collect()
    }
}
