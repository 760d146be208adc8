//! Revisions as people and programs read them.

use crate::drawing::{self, Node};
use crate::safe::printable;
use anstyle::{AnsiColor, Style};
use schema_core::model::Engine;
use schema_core::revision::{Directory, Graph, Label, Revision, RevisionId};
use schema_core::runner::{AppliedRevision, Unfinished, UnfinishedBatch};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

const ID: Style = AnsiColor::Yellow.on_default();
const MARK: Style = AnsiColor::Cyan.on_default().bold();

/// A revision with its place in the graph.
#[derive(Debug, Serialize)]
pub(crate) struct Description<'a> {
    revision: &'a RevisionId,
    revises: &'a [RevisionId],
    depends_on: &'a [RevisionId],
    message: &'a str,
    created: String,
    engines: &'a [Engine],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    makes: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    drops: &'a [String],
    /// The revisions that were squashed into it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replaces: Vec<&'a RevisionId>,
    labels: Vec<String>,
    is_head: bool,
    is_branch_point: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_current: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    applied: Option<Applied>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unfinished: Option<InPart>,
    folder: PathBuf,
}

/// What the history says of a revision.
#[derive(Debug, Serialize)]
struct Applied {
    at: String,
    origin: &'static str,
    duration_ms: u128,
}

/// How far a revision is applied or undone that is so in part.
#[derive(Clone, Debug, Serialize)]
struct InPart {
    direction: &'static str,
    done: usize,
    total: Option<usize>,
    begun: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<InBatch>,
    /// `partly applied, 2 of 5 statements`
    #[serde(skip)]
    mark: String,
}

/// How far a batch is that is under way.
#[derive(Clone, Debug, Serialize)]
struct InBatch {
    /// The statement, from 1.
    statement: usize,
    /// The table and the key.
    batch: String,
    /// How many rows are done.
    rows: u64,
}

impl InPart {
    fn of(unfinished: &Unfinished) -> Self {
        let Unfinished { revision: _, direction, done, total, begun, batch, holder: _ } = unfinished;
        let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
        let in_batch = batch.as_ref().map(|UnfinishedBatch { step: _, batch, rows }| {
            format!(" and {rows} rows of the batch {}", printable(batch))
        });
        let in_batch = in_batch.unwrap_or_default();
        InPart {
            direction: direction.name(),
            done: *done,
            total: *total,
            begun: *begun,
            batch: batch.as_ref().map(|UnfinishedBatch { step, batch, rows }| InBatch {
                statement: *step,
                batch: batch.clone(),
                rows: *rows,
            }),
            mark: format!("partly {}, {done}{of} statements{in_batch}", direction.participle()),
        }
    }
}

/// What the revisions of a folder look like.
pub(crate) struct Describer<'a> {
    directory: &'a Directory,
    graph: &'a Graph,
    heads: BTreeSet<RevisionId>,
    branch_points: BTreeSet<RevisionId>,
    /// The labels of the branches.
    labels: BTreeMap<RevisionId, BTreeSet<Label>>,
    current: Option<BTreeSet<RevisionId>>,
    applied: BTreeMap<RevisionId, AppliedRevision>,
    unfinished: Option<Unfinished>,
}

impl<'a> Describer<'a> {
    pub(crate) fn new(directory: &'a Directory) -> Self {
        let graph = directory.graph();
        Describer {
            directory,
            graph,
            heads: graph.heads(),
            branch_points: graph.branch_points(),
            labels: graph.branch_labels(),
            current: None,
            applied: BTreeMap::new(),
            unfinished: None,
        }
    }

    /// Says of a revision that is applied or undone in part how far it is.
    pub(crate) fn with_unfinished(self, unfinished: Option<Unfinished>) -> Self {
        Describer { unfinished, ..self }
    }

    /// Says of the applied revisions when and how they were applied.
    pub(crate) fn with_applied(self, applied: BTreeMap<RevisionId, AppliedRevision>) -> Self {
        Describer { applied, ..self }
    }

    /// Marks the revisions that a database is at.
    pub(crate) fn with_current(self, current: BTreeSet<RevisionId>) -> Self {
        Describer { current: Some(current), ..self }
    }

    pub(crate) fn describe(&self, revision: &'a Revision) -> Description<'a> {
        let Revision { id, revises, depends_on, labels, message, created, engines, makes, drops, replaces } =
            revision;
        let is_head = self.heads.contains(id);
        // A head is called by the labels of its branch, wherever they were written.
        let of_branch = self.labels.get(id).filter(|_| is_head).into_iter().flatten();
        let labels: BTreeSet<&Label> = labels.iter().chain(of_branch).collect();
        Description {
            revision: id,
            revises,
            depends_on,
            message,
            created: created.to_string(),
            engines,
            makes,
            drops,
            replaces: replaces.iter().map(|it| &it.revision).collect(),
            labels: labels.iter().map(|label| label.as_str().to_owned()).collect(),
            is_head,
            is_branch_point: self.branch_points.contains(id),
            is_current: self.current.as_ref().map(|current| current.contains(id)),
            applied: self.applied.get(id).map(|row| Applied {
                at: row.applied_at.to_string(),
                origin: row.origin.name(),
                duration_ms: row.duration.as_millis(),
            }),
            unfinished: self
                .unfinished
                .as_ref()
                .filter(|unfinished| unfinished.revision == *id)
                .map(InPart::of),
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
    fn step(&self) -> String {
        let revises = if self.revises.is_empty() { "<base>".to_owned() } else { ids(self.revises) };
        let mut step = format!("{revises} -> {}", self.line());
        if !self.depends_on.is_empty() {
            step.push_str(&format!(" (needs {})", ids(self.depends_on)));
        }
        step
    }

    /// `1975ea83b712 (head), add prices`
    pub(crate) fn line(&self) -> String {
        let mut line = format!("{ID}{}{ID:#}{}", self.revision, self.marks());
        if !self.message.is_empty() {
            line.push_str(", ");
            line.push_str(&printable(self.message.lines().next().unwrap_or_default()));
        }
        line
    }

    /// Everything, a line each.
    pub(crate) fn block(&self) -> String {
        let mut block = format!("revision:   {ID}{}{ID:#}{}\n", self.revision, self.marks());
        let mut add = |name: &str, value: &str| {
            let mut lines = value.lines();
            if let Some(first) = lines.next() {
                block.push_str(&format!("{:<12}{first}\n", format!("{name}:")));
                for line in lines {
                    block.push_str(format!("{:<12}{line}", "").trim_end());
                    block.push('\n');
                }
            }
        };
        let revises = if self.revises.is_empty() { "<base>".to_owned() } else { ids(self.revises) };
        add("revises", &revises);
        add("depends on", &ids(self.depends_on));
        add("message", &printable(self.message));
        add("created", &self.created);
        if let Some(Applied { at, origin, duration_ms }) = &self.applied {
            add("applied", &format!("{at} ({origin}, {duration_ms} ms)"));
        }
        let engines: Vec<_> = self.engines.iter().map(|engine| engine.name()).collect();
        add("engines", &engines.join(", "));
        add("makes", &printable(&self.makes.join(", ")));
        add("drops", &printable(&self.drops.join(", ")));
        let replaces: Vec<&str> = self.replaces.iter().map(|id| id.as_str()).collect();
        add("replaces", &replaces.join(", "));
        add("folder", &printable(&self.folder.display().to_string()));
        block
    }

    fn marks(&self) -> String {
        let flags = [
            (self.is_head, "head"),
            (self.is_current == Some(true), "current"),
            (self.is_branch_point, "branchpoint"),
            (self.revises.len() > 1, "mergepoint"),
        ];
        let flags = flags.into_iter().filter(|(set, _)| *set).map(|(_, mark)| mark);
        let unfinished = self.unfinished.iter().map(|unfinished| unfinished.mark.as_str());
        let marks = self.labels.iter().map(String::as_str).chain(flags).chain(unfinished);
        marks.map(|mark| format!(" {MARK}({mark}){MARK:#}")).collect()
    }
}

fn ids(ids: &[RevisionId]) -> String {
    ids.iter().map(RevisionId::as_str).collect::<Vec<_>>().join(", ")
}

/// Descriptions as text: a block each for `--verbose`, else a line each.
pub(crate) fn listed(descriptions: &[Description<'_>], is_verbose: bool) -> String {
    if is_verbose {
        let blocks: Vec<_> = descriptions.iter().map(Description::block).collect();
        blocks.join("\n")
    } else {
        descriptions.iter().map(|description| description.line() + "\n").collect()
    }
}

/// Descriptions as a graph, from the newest to the oldest.
pub(crate) fn drawn(descriptions: &[Description<'_>], is_verbose: bool) -> String {
    let nodes: Vec<Node<'_>> = descriptions
        .iter()
        .map(|description| Node {
            name: description.revision.as_str(),
            parents: description.revises.iter().map(RevisionId::as_str).collect(),
            text: if is_verbose { description.block() + "\n" } else { description.step() },
        })
        .collect();
    drawing::draw(&nodes)
}

/// A number of revisions, in words.
pub(crate) fn revisions(count: usize) -> String {
    match count {
        1 => "1 revision".to_owned(),
        count => format!("{count} revisions"),
    }
}
