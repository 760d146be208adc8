//! Alembic: what its offline mode writes, `alembic upgrade heads --sql` and `alembic downgrade HEAD:base --sql`, in files of SQL. The comments in it say where
//! each revision begins and what it builds on. Files of Python beside them say the messages, dates, labels and dependencies.

use super::files::{Entry, Found};
use super::problem::Trouble;
use super::python::{self, PythonRevision};
use super::script::{Part, Transactions};
use super::{Parents, Raw};
use crate::sql::{Split, SplitStatement, Words, split};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// How the files are made.
const HINT: &str = "`alembic upgrade heads --sql > upgrade.sql` and, for each head, `alembic downgrade HEAD:base --sql > downgrade.sql` write it";

/// The table in which Alembic keeps where a database is.
const LEDGER: &str = "alembic_version";

pub(super) fn read(files: Vec<Entry>, found: &mut Found) -> Vec<Raw> {
    let mut ups: Vec<Section> = Vec::new();
    let mut downs: BTreeMap<String, Section> = BTreeMap::new();
    let mut in_python: BTreeMap<String, PythonRevision> = BTreeMap::new();
    for entry in files {
        let Some(text) = is_read(&entry).then(|| found.text(&entry.path)).flatten() else {
            if !entry.name.ends_with(".pyc") {
                found.leave_aside(&entry);
            }
            continue;
        };
        if entry.name.ends_with(".py") {
            match python::revision(entry.path.clone(), &text) {
                Some(revision) => {
                    in_python.insert(revision.revision.clone(), revision);
                }
                None => found.leave_aside(&entry),
            }
            continue;
        }
        let sections = sections(&entry, &text, found);
        if sections.is_empty() {
            found.leave_aside(&entry);
        }
        for section in sections {
            let there = match section.is_down {
                true => downs.get(&section.revision),
                false => ups.iter().find(|it| it.revision == section.revision),
            };
            match there {
                // Ways down from several heads have what is below all of them in common.
                Some(there) if there.part.text == section.part.text => {}
                Some(there) => {
                    let (version, other) = (section.revision.clone(), there.part.path.clone());
                    let line = Some(section.part.first_line);
                    found.problem(&section.part.path, line, Trouble::Duplicate { version, other });
                }
                None if section.is_down => drop(downs.insert(section.revision.clone(), section)),
                None => ups.push(section),
            }
        }
    }
    let in_sql: BTreeSet<&str> = ups.iter().map(|it| it.revision.as_str()).collect();
    for missing in in_python.values().filter(|it| !in_sql.contains(it.revision.as_str())) {
        found.unknown(&missing.path, None, "a revision that no SQL is there for", HINT);
    }
    for down in downs.values().filter(|it| !in_sql.contains(it.revision.as_str())) {
        found.unknown(
            &down.part.path,
            Some(down.part.first_line),
            "a down script without the up script",
            HINT,
        );
    }
    ups.into_iter()
        .map(|section| {
            let Section { revision, parents, part, is_down: _ } = section;
            let said = in_python.remove(&revision).unwrap_or_default();
            let down = downs.remove(&revision).map(|section| section.part);
            Raw {
                message: if said.revision.is_empty() { format!("alembic {revision}") } else { said.message },
                created: said.created,
                parents: Parents::Said {
                    revises: parents,
                    depends_on: said.depends_on,
                    labels: said.branch_labels,
                },
                spelled: revision.clone(),
                version: revision,
                up: part,
                down,
                checksums: Vec::new(),
            }
        })
        .collect()
}

fn is_read(entry: &Entry) -> bool {
    !entry.is_folder && (entry.name.ends_with(".sql") || entry.name.ends_with(".py"))
}

/// What a file says of a revision.
struct Section {
    is_down: bool,
    revision: String,
    /// What it builds on; of a way up alone.
    parents: Vec<String>,
    part: Part,
}

/// A comment that says where a revision begins.
struct Mark {
    /// Where its line begins, and where the next one does.
    at: (usize, usize),
    line: usize,
    is_down: bool,
    revision: String,
    parents: Vec<String>,
}

/// The revisions in a file that Alembic has written.
fn sections(entry: &Entry, text: &str, found: &mut Found) -> Vec<Section> {
    let parts = match split(text, found.engine) {
        Ok(parts) => parts,
        Err(source) => {
            let source = crate::sql::ScriptError::from(source);
            found.problem(&entry.path, Some(source.line()), Trouble::Script { source });
            return Vec::new();
        }
    };
    let marks = marks(text, &parts);
    let statements = placed(&parts);
    // Where DDL is in no transaction, Alembic begins none.
    let has_transactions =
        statements.iter().any(|(_, statement)| Words::new(statement.sql, found.engine).keyword() == "BEGIN");
    let mut sections = Vec::new();
    for (index, mark) in marks.iter().enumerate() {
        let end = marks.get(index + 1).map_or(text.len(), |next| next.at.0);
        let mut section = text.get(mark.at.1..end).unwrap_or_default().to_owned();
        let (mut outside, mut taken) = (BTreeSet::new(), Vec::new());
        let mut is_inside = begun_before(&statements, mark.at.0, found);
        for (at, statement) in statements.iter().filter(|(at, _)| (mark.at.1..end).contains(at)) {
            let keyword = Words::new(statement.sql, found.engine).keyword();
            let is_control = matches!(keyword.as_str(), "BEGIN" | "COMMIT");
            if is_control {
                is_inside = keyword == "BEGIN";
            }
            if is_control || is_ledger(statement.sql) {
                let from = at - mark.at.1;
                taken.push(from..from + statement.sql.len() + statement.tail.len());
            } else if has_transactions && !is_inside {
                outside.insert(statement.line - mark.line);
            }
        }
        // From the end, so that the places before stay where they are.
        taken.into_iter().rev().for_each(|range| blank(&mut section, range));
        let transactions =
            if outside.is_empty() { Transactions::Whole } else { Transactions::Except(outside) };
        let mut part =
            Part { path: entry.path.clone(), first_line: mark.line + 1, text: section, transactions };
        let first_line = part.first_line;
        part.trim();
        if let Transactions::Except(lines) = &mut part.transactions {
            let moved = part.first_line - first_line;
            *lines = lines.iter().map(|line| line - moved).collect();
        }
        sections.push(Section {
            is_down: mark.is_down,
            revision: mark.revision.clone(),
            parents: mark.parents.clone(),
            part,
        });
    }
    sections
}

/// The statements with the places that they begin in.
fn placed<'a, 'sql>(parts: &'a Split<'sql>) -> Vec<(usize, &'a SplitStatement<'sql>)> {
    let mut position = 0;
    let mut placed = Vec::with_capacity(parts.statements.len());
    for statement in &parts.statements {
        placed.push((position + statement.lead.len(), statement));
        position += statement.lead.len() + statement.sql.len() + statement.tail.len();
    }
    placed
}

/// The comments with which revisions begin. What looks like one within a statement is none.
fn marks(text: &str, parts: &Split<'_>) -> Vec<Mark> {
    let comments = parts.statements.iter().flat_map(|it| &it.comments).chain(&parts.rest_comments);
    let lines: BTreeSet<usize> = comments.map(|comment| comment.line).collect();
    let mut marks = Vec::new();
    let mut at = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let (start, number) = (at, index + 1);
        at += line.len();
        if !lines.contains(&number) {
            continue;
        }
        let Some(step) = line.trim_start_matches('\u{feff}').strip_prefix("-- Running ") else { continue };
        let Some((direction, step)) = step.split_once(' ') else { continue };
        let Some((from, to)) = step.split_once("->") else { continue };
        let ids = |text: &str| -> Vec<String> {
            text.split([',', ' ', '(', ')'])
                .map(str::trim)
                .filter(|id| !id.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let (is_down, revision, parents) = match direction {
            "upgrade" => (false, ids(to).into_iter().next(), ids(from)),
            "downgrade" => (true, ids(from).into_iter().next(), Vec::new()),
            _ => continue,
        };
        let Some(revision) = revision else { continue };
        marks.push(Mark { at: (start, at), line: number, is_down, revision, parents });
    }
    marks
}

/// Whether a transaction is open where a section begins.
fn begun_before(statements: &[(usize, &SplitStatement<'_>)], start: usize, found: &Found) -> bool {
    let before = statements.iter().rev().filter(|(at, _)| *at < start);
    let mut keywords = before.map(|(_, statement)| Words::new(statement.sql, found.engine).keyword());
    keywords.find(|keyword| matches!(keyword.as_str(), "BEGIN" | "COMMIT")).is_some_and(|it| it == "BEGIN")
}

/// Whether a statement is about Alembic's own table.
fn is_ledger(sql: &str) -> bool {
    let lower = sql.to_ascii_lowercase();
    let beginning = ["create table ", "drop table ", "insert into ", "update ", "delete from "];
    let Some(rest) = beginning.iter().find_map(|it| lower.strip_prefix(it)) else { return false };
    let name = rest.split(|it: char| it.is_whitespace() || it == '(').next().unwrap_or_default();
    let name = name.rsplit('.').next().unwrap_or_default();
    name.trim_matches(['"', '`', '[', ']']) == LEDGER
}

/// Takes out all but line ends.
fn blank(text: &mut String, range: Range<usize>) {
    let Some(taken) = text.get(range.clone()) else { return };
    let line_ends: String = taken.chars().filter(|it| matches!(it, '\n' | '\r')).collect();
    text.replace_range(range, &line_ends);
}
