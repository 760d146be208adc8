//! Scripts for the `sqlite3` shell.
//!
//! The shell goes on after an error, so that a script has to take care of itself. It reads lines until they end a statement, runs what
//! it has read, and at an error drops the rest of that. Here each revision is one such piece: every statement but the last ends in a
//! comment that the next line closes. What is dropped leaves the transaction open; every later `BEGIN` fails in it, so that all that
//! follows is dropped too, and the end of the shell rolls back. Where a statement itself has ended the transaction, the check at the
//! beginning of the next revision finds that this one is missing.

use super::stamp::{Removed, Stamp};
use crate::dialect::sqlite::{quote_name, quote_text};
use crate::driver::{Capabilities, HistoryTable};
use crate::revision::directory::Direction;
use crate::revision::{Checksum, Graph, RevisionId};
use crate::runner::history::{self, FORMAT, Origin, TOOL_VERSION};
use crate::runner::journal;
use crate::runner::script::{PreparedScript, Segment, Step};
use crate::sql::{TokenKind, tokenize};
use std::collections::{BTreeMap, BTreeSet};

const GUARD: &str = "temp.schema_offline_guard";
const VIOLATIONS: &str = "temp.schema_offline_violations";
const NOW: &str = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
const COUNTED: &str = "SELECT \"table\" AS child, rowid AS number, parent, count(*) AS times \
                       FROM pragma_foreign_key_check GROUP BY \"table\", rowid, parent";

pub(super) fn render(
    graph: &Graph,
    history_table: &HistoryTable,
    scripts: &[PreparedScript],
    direction: Direction,
) -> String {
    let count = match scripts.len() {
        1 => "1 revision".to_owned(),
        count => format!("{count} revisions"),
    };
    let mut sql = format!(
        "-- {count} {direction}, written by schema {TOOL_VERSION} for the shell of SQLite.\n\
         -- A revision is rolled back at its first error, and those after it are not run. Do not change the comments\n\
         -- that reach from one statement to the next: they are what makes the shell stop.\n\n\
         PRAGMA foreign_keys = ON;\n\
         CREATE TEMP TABLE IF NOT EXISTS {} (\n    \
         applicable INTEGER CONSTRAINT \"the revisions that this one needs are not applied, or it is not in its turn\" \
         CHECK (applicable),\n    \
         intact INTEGER CONSTRAINT \"rows would refer to nothing, or the revision was not in its turn\" CHECK (intact)\n);\n",
        GUARD.trim_start_matches("temp.")
    );
    let tables =
        Tables { history: quote_name(history_table.name()), steps: quote_name(&history_table.steps()) };
    for (index, script) in scripts.iter().enumerate() {
        let message = one_line(&script.message);
        sql.push_str(&format!("\n-- {} {direction}: {message}\n", script.revision));
        for (position, segment) in script.segments.iter().enumerate() {
            let mut piece = Piece::default();
            Part { graph, tables: &tables, script, position, creates_tables: index == 0 && position == 0 }
                .render(segment, &mut piece);
            let switch = script.foreign_keys_off;
            sql.push_str(if switch { "PRAGMA foreign_keys = OFF;\n" } else { "" });
            sql.push_str(&piece.finish());
            sql.push_str(if switch { "PRAGMA foreign_keys = ON;\n" } else { "" });
        }
    }
    sql
}

/// The script that writes rows of the history and runs nothing: one piece, so that all of it is done or nothing.
pub(super) fn stamp(history_table: &HistoryTable, removed: &Removed, stamps: &[Stamp]) -> String {
    let history = quote_name(history_table.name());
    let mut piece = Piece::default();
    piece.push("", "BEGIN IMMEDIATE");
    Tables { history: history.clone(), steps: quote_name(&history_table.steps()) }.create(&mut piece);
    match removed {
        Removed::All => piece.push("", format!("DELETE FROM {history}")),
        Removed::These(revisions) if revisions.is_empty() => {}
        Removed::These(revisions) => {
            let ids: Vec<String> = revisions.iter().map(|id| quote_text(id.as_str())).collect();
            piece.push("", format!("DELETE FROM {history} WHERE revision IN ({})", ids.join(", ")));
        }
    }
    for Stamp { revision, message, checksum } in stamps {
        let revision = quote_text(revision.as_str());
        let statement = format!(
            "INSERT INTO {history} ({})\nSELECT {revision}, {}, {}, {NOW}, 0, {}, {}, {FORMAT}\n\
             WHERE NOT EXISTS (SELECT 1 FROM {history} WHERE revision = {revision})",
            history::COLUMNS,
            quote_text(message),
            quote_text(checksum),
            quote_text(Origin::Stamped.name()),
            quote_text(TOOL_VERSION),
        );
        piece.push("", statement);
    }
    piece.push("", "COMMIT");
    format!(
        "-- Written by schema {TOOL_VERSION} for the shell of SQLite: all of it is done, or nothing.\n\n{}",
        piece.finish()
    )
}

struct Tables {
    history: String,
    steps: String,
}

impl Tables {
    fn create(&self, piece: &mut Piece) {
        for (name, columns) in [
            (&self.history, history::columns(&Capabilities::SQLITE)),
            (&self.steps, journal::columns(&Capabilities::SQLITE)),
        ] {
            piece.push("", format!("CREATE TABLE IF NOT EXISTS {name} {columns}"));
        }
    }
}

/// Statements that the shell runs as one.
#[derive(Default)]
struct Piece {
    statements: Vec<(String, String)>,
}

impl Piece {
    fn push(&mut self, comment: &str, sql: impl Into<String>) {
        self.statements.push((comment.to_owned(), sql.into()));
    }

    fn finish(self) -> String {
        let mut text = String::new();
        for (index, (comment, sql)) in self.statements.iter().enumerate() {
            if index > 0 {
                // The statement has to begin in the line that ends the comment: a line with nothing else would end the piece.
                let comment = comment.replace("*/", "* /").replace('\0', " ");
                let comment = if comment.is_empty() { String::new() } else { format!("   {comment} ") };
                text.push_str(&format!(" /*\n{comment}*/ "));
            }
            text.push_str(&format!("{sql};"));
        }
        text.push('\n');
        text
    }
}

/// One segment of one revision.
struct Part<'a> {
    graph: &'a Graph,
    tables: &'a Tables,
    script: &'a PreparedScript,
    position: usize,
    creates_tables: bool,
}

impl Part<'_> {
    fn render(&self, segment: &Segment, piece: &mut Piece) {
        piece.push("", "BEGIN IMMEDIATE");
        if self.creates_tables {
            self.tables.create(piece);
        }
        let applicable = format!("{} AND {} AND {}", self.needs_applied(), self.in_turn(), self.steps_done());
        piece.push(
            "stops here unless it is this revision's turn",
            format!("INSERT INTO {GUARD} (applicable) SELECT {applicable}"),
        );
        match segment {
            Segment::Transaction(steps) => self.transaction(steps, piece),
            Segment::Autocommit(step) => {
                piece.push("", self.journal(step, journal::STARTED));
                piece.push("", "COMMIT");
                piece.push(&step.comment, shell_safe(&step.sql));
                piece.push("", "BEGIN IMMEDIATE");
                piece.push(
                    "",
                    format!(
                        "UPDATE {} SET state = {}, finished_at = {NOW} WHERE {} AND step = {}",
                        self.tables.steps,
                        quote_text(journal::DONE),
                        self.own_steps(),
                        step.number
                    ),
                );
                self.record(piece);
            }
        }
        piece.push("", "COMMIT");
    }

    fn transaction(&self, steps: &[Step], piece: &mut Piece) {
        let checks_references = self.script.foreign_keys_off;
        if checks_references {
            piece.push("", format!("DROP TABLE IF EXISTS {VIOLATIONS}"));
            let name = VIOLATIONS.trim_start_matches("temp.");
            piece.push(
                "remembers the rows that refer to nothing already",
                format!("CREATE TEMP TABLE {name} AS {COUNTED}"),
            );
        }
        for step in steps {
            piece.push(&step.comment, shell_safe(&step.sql));
        }
        if self.script.is_journalled() {
            for step in steps {
                piece.push("", self.journal(step, journal::DONE));
            }
        }
        self.record(piece);
        let references = if checks_references { self.no_new_violations() } else { "1".to_owned() };
        piece.push(
            "rolls everything back where rows would refer to nothing",
            format!(
                "INSERT OR ROLLBACK INTO {GUARD} (intact) SELECT {} AND {references}",
                self.needs_applied()
            ),
        );
    }

    /// The change of the history, in the last segment. A conflict rolls back: it means that the revision was applied before.
    fn record(&self, piece: &mut Piece) {
        let PreparedScript { revision, message, direction, checksum, segments, .. } = self.script;
        if self.position + 1 < segments.len() {
            return;
        }
        let revision = quote_text(revision.as_str());
        if self.script.is_journalled() {
            piece.push("", format!("DELETE FROM {} WHERE revision = {revision}", self.tables.steps));
        }
        let statement = match direction {
            Direction::Up => format!(
                "INSERT OR ROLLBACK INTO {} ({})\nVALUES ({revision}, {}, {}, {NOW}, 0, {}, {}, {FORMAT})",
                self.tables.history,
                history::COLUMNS,
                quote_text(message),
                quote_text(checksum.as_str()),
                quote_text(Origin::Offline.name()),
                quote_text(TOOL_VERSION),
            ),
            Direction::Down => format!("DELETE FROM {} WHERE revision = {revision}", self.tables.history),
        };
        piece.push("", statement);
    }

    fn journal(&self, step: &Step, state: &str) -> String {
        let PreparedScript { revision, direction, .. } = self.script;
        let finished = if state == journal::DONE { NOW } else { "NULL" };
        format!(
            "INSERT OR ROLLBACK INTO {} (revision, direction, step, checksum, state, started_at, finished_at)\n\
             VALUES ({}, {}, {}, {}, {}, {NOW}, {finished})",
            self.tables.steps,
            quote_text(revision.as_str()),
            quote_text(direction.name()),
            step.number,
            quote_text(Checksum::of(&step.sql).as_str()),
            quote_text(state),
        )
    }

    fn own_steps(&self) -> String {
        let PreparedScript { revision, direction, .. } = self.script;
        format!(
            "revision = {} AND direction = {}",
            quote_text(revision.as_str()),
            quote_text(direction.name())
        )
    }

    /// Every step before this segment, and no other.
    fn steps_done(&self) -> String {
        let before: usize =
            self.script.segments.iter().take(self.position).map(|segment| segment.steps().len()).sum();
        let (steps, done, own) = (&self.tables.steps, quote_text(journal::DONE), self.own_steps());
        format!("(SELECT count(*) = {before} AND coalesce(min(state = {done}), 1) FROM {steps} WHERE {own})")
    }

    /// Up: all that the revision needs is applied. Down: nothing is applied that needs it.
    fn needs_applied(&self) -> String {
        let PreparedScript { revision, direction, .. } = self.script;
        let (needed, expected): (Vec<&RevisionId>, usize) = match direction {
            Direction::Up => {
                let own = self.graph.get(revision).into_iter();
                let needed: BTreeSet<&RevisionId> =
                    own.flat_map(|revision| revision.revises.iter().chain(&revision.depends_on)).collect();
                (needed.iter().copied().collect(), needed.len())
            }
            Direction::Down => {
                let needs = |other: &&crate::revision::Revision| {
                    other.revises.contains(revision) || other.depends_on.contains(revision)
                };
                (self.graph.revisions().filter(needs).map(|other| &other.id).collect(), 0)
            }
        };
        let ids: Vec<String> = needed.iter().map(|id| quote_text(id.as_str())).collect();
        format!(
            "(SELECT count(*) = {expected} FROM {} WHERE revision IN ({}))",
            self.tables.history,
            ids.join(", ")
        )
    }

    /// Up: the revision is not applied. Down: it is.
    fn in_turn(&self) -> String {
        let PreparedScript { revision, direction, .. } = self.script;
        let expected = match direction {
            Direction::Up => 0,
            Direction::Down => 1,
        };
        let revision = quote_text(revision.as_str());
        format!("(SELECT count(*) = {expected} FROM {} WHERE revision = {revision})", self.tables.history)
    }

    fn no_new_violations(&self) -> String {
        let former = former_names(&self.script.renames);
        let same = |column: &str| {
            let mut condition = format!("(before.{column} = now.{column} COLLATE NOCASE");
            for (new, old) in &former {
                let old: Vec<String> = old.iter().map(|name| quote_text(name)).collect();
                condition.push_str(&format!(
                    " OR (now.{column} = {} COLLATE NOCASE AND before.{column} COLLATE NOCASE IN ({}))",
                    quote_text(new),
                    old.join(", ")
                ));
            }
            condition.push(')');
            condition
        };
        format!(
            "NOT EXISTS (\n    SELECT 1 FROM ({COUNTED}) AS now WHERE now.times > coalesce((\n        \
             SELECT max(before.times) FROM {VIOLATIONS} AS before\n        \
             WHERE {} AND before.number IS now.number AND {}\n    ), 0)\n)",
            same("child"),
            same("parent")
        )
    }
}

/// All names that a table may have had before the script, by its last one.
fn former_names(renames: &[(String, String)]) -> BTreeMap<String, BTreeSet<String>> {
    let mut former: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (old, new) in renames {
        let mut names = former.remove(&old.to_lowercase()).unwrap_or_default();
        names.insert(old.clone());
        former.entry(new.to_lowercase()).or_default().extend(names);
    }
    former
}

/// The shell takes a line with nothing but `/` or `go` for the end of a statement.
fn shell_safe(sql: &str) -> String {
    let tokens = tokenize(sql, crate::model::Engine::Sqlite);
    let is_terminator = |index: Option<usize>| {
        index.and_then(|index| tokens.get(index)).is_some_and(|token| {
            let text = token.text(sql);
            text == "/" || text.eq_ignore_ascii_case("go")
        })
    };
    let mut safe = String::with_capacity(sql.len());
    for (index, token) in tokens.iter().enumerate() {
        let before = index.checked_sub(1);
        let ends_comment = before
            .and_then(|before| tokens.get(before))
            .is_some_and(|token| token.kind == TokenKind::LineComment);
        let beside = is_terminator(before) || is_terminator(Some(index + 1));
        if token.kind == TokenKind::Whitespace && beside && !ends_comment {
            safe.push(' ');
        } else {
            safe.push_str(token.text(sql));
        }
    }
    safe
}

fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}
