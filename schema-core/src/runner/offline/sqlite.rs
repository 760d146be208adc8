//! Scripts for the `sqlite3` shell.
//!
//! The shell goes on after an error, so that a script has to take care of itself. It reads lines until they end a statement, runs what
//! it has read, and at an error drops the rest of that. Here each revision is one such piece: every statement but the last ends in a
//! comment that the next line closes. What is dropped leaves the transaction open; every later `BEGIN` fails in it, so that all that
//! follows is dropped too, and the end of the shell rolls back. Where a statement itself has ended the transaction, the check at the
//! beginning of the next revision finds that this one is missing.

use super::part::{Condition, Part, Spelling, Tables, heading, title};
use super::stamp::Declaration;
use crate::dialect::sqlite::{fold, quote_name, quote_text};
use crate::driver::{Capabilities, HistoryTable};
use crate::revision::Graph;
use crate::revision::directory::Direction;
use crate::runner::history::{self, TOOL_VERSION};
use crate::runner::journal;
use crate::runner::script::{PreparedScript, Segment, Step};
use crate::sql::{TokenKind, tokenize};
use std::collections::{BTreeMap, BTreeSet};

const GUARD: &str = "temp.schema_offline_guard";
const VIOLATIONS: &str = "temp.schema_offline_violations";
const SPELLING: Spelling = Spelling {
    text: quote_text,
    now: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    insert: "INSERT OR ROLLBACK INTO",
    no_table: "",
};
const COUNTED: &str = "SELECT \"table\" AS child, rowid AS number, parent, count(*) AS times \
                       FROM pragma_foreign_key_check GROUP BY \"table\", rowid, parent";

pub(super) fn render(
    graph: &Graph,
    history_table: &HistoryTable,
    scripts: &[PreparedScript],
    direction: Direction,
) -> String {
    let mut sql = format!(
        "{}\
         -- A revision is rolled back at its first error, and those after it are not run. Do not change the comments\n\
         -- that reach from one statement to the next: they are what makes the shell stop.\n\n\
         PRAGMA foreign_keys = ON;\n{}",
        title(scripts, direction, "the shell of SQLite"),
        create_guard()
    );
    let tables = tables(history_table);
    for (index, script) in scripts.iter().enumerate() {
        sql.push_str(&heading(script));
        for (position, segment) in script.segments.iter().enumerate() {
            let mut piece = Piece::default();
            piece.push("", "BEGIN IMMEDIATE");
            if index == 0 && position == 0 {
                create(&tables, &mut piece);
            }
            render_part(&Part { graph, tables: &tables, script, position }, segment, &mut piece);
            let switch = script.foreign_keys_off;
            sql.push_str(if switch { "PRAGMA foreign_keys = OFF;\n" } else { "" });
            sql.push_str(&piece.finish());
            sql.push_str(if switch { "PRAGMA foreign_keys = ON;\n" } else { "" });
        }
    }
    sql
}

/// The script that writes rows of the history and runs nothing: one piece, so that all of it is done or nothing.
pub(super) fn stamp(history_table: &HistoryTable, declaration: &Declaration<'_>) -> String {
    let tables = tables(history_table);
    let mut piece = Piece::default();
    piece.push("", "BEGIN IMMEDIATE");
    create(&tables, &mut piece);
    piece.push("stops here unless the history is this project's", guard(&tables.before_stamp(declaration)));
    for statement in tables.stamp(declaration) {
        piece.push("", statement);
    }
    piece.push("", "COMMIT");
    format!(
        "-- Written by schema {TOOL_VERSION} for the shell of SQLite: all of it is done, or nothing.\n\n{}{}",
        create_guard(),
        piece.finish()
    )
}

fn tables(history_table: &HistoryTable) -> Tables {
    Tables {
        history: quote_name(history_table.name()),
        steps: quote_name(&history_table.steps()),
        spelling: SPELLING,
    }
}

/// Its constraints' names are what the shell says where a check fails.
fn create_guard() -> String {
    format!(
        "CREATE TEMP TABLE IF NOT EXISTS {} (\n    \
         applicable INTEGER CONSTRAINT \"the revisions that this one needs are not applied, or it is not in its turn, \
         or the history is another project's\" CHECK (applicable),\n    \
         intact INTEGER CONSTRAINT \"rows would refer to nothing, or the revision was not in its turn\" CHECK (intact)\n);\n",
        GUARD.trim_start_matches("temp.")
    )
}

/// Fails where one of the conditions does not hold.
fn guard(conditions: &[Condition]) -> String {
    let all: Vec<&str> = conditions.iter().map(|condition| condition.sql.as_str()).collect();
    format!("INSERT INTO {GUARD} (applicable) SELECT {}", all.join(" AND "))
}

fn create(tables: &Tables, piece: &mut Piece) {
    for (name, columns) in [
        (&tables.history, history::columns(&Capabilities::SQLITE)),
        (&tables.steps, journal::columns(&Capabilities::SQLITE)),
    ] {
        piece.push("", format!("CREATE TABLE IF NOT EXISTS {name} {columns}"));
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

    fn push_all(&mut self, statements: Vec<String>) {
        for statement in statements {
            self.push("", statement);
        }
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

fn render_part(part: &Part<'_>, segment: &Segment, piece: &mut Piece) {
    piece.push("stops here unless it is this revision's turn", guard(&part.conditions()));
    match segment {
        Segment::Transaction(steps) => transaction(part, steps, piece),
        Segment::Lasting(step) | Segment::Batch(step) => {
            transaction(part, std::slice::from_ref(step), piece);
        }
        Segment::Autocommit(step) => {
            piece.push("", part.start(step, "NULL"));
            piece.push("", "COMMIT");
            piece.push(&step.comment, shell_safe(&step.sql));
            piece.push("", "BEGIN IMMEDIATE");
            piece.push_all(part.record_alone(step));
        }
    }
    piece.push("", "COMMIT");
}

fn transaction(part: &Part<'_>, steps: &[Step], piece: &mut Piece) {
    let checks_references = part.script.foreign_keys_off;
    if checks_references {
        piece.push("", format!("DROP TABLE IF EXISTS {VIOLATIONS}"));
        let name = VIOLATIONS.trim_start_matches("temp.");
        piece.push(
            "remembers the rows that refer to nothing already",
            format!("CREATE TEMP TABLE {name} AS {COUNTED}"),
        );
    }
    for step in steps {
        let (comment, sql) = step.for_shell();
        piece.push(&comment, shell_safe(&sql));
    }
    piece.push_all(part.record_transaction(steps));
    let mut intact = Vec::from_iter(part.needs_applied().map(|condition| condition.sql));
    if checks_references {
        intact.push(no_new_violations(&part.script.renames));
    }
    if intact.is_empty() {
        intact.push("1".to_owned());
    }
    piece.push(
        "rolls everything back where rows would refer to nothing",
        format!("INSERT OR ROLLBACK INTO {GUARD} (intact) SELECT {}", intact.join(" AND ")),
    );
}

fn no_new_violations(renames: &[(String, String)]) -> String {
    let former = former_names(renames);
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

/// All names that a table may have had before the script, by its last one.
fn former_names(renames: &[(String, String)]) -> BTreeMap<String, BTreeSet<String>> {
    let mut former: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (old, new) in renames {
        let mut names = former.remove(&fold(old)).unwrap_or_default();
        names.insert(old.clone());
        former.entry(fold(new)).or_default().extend(names);
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
