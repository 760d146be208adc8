//! What a script says of the history, whatever the shell: when a part of a revision may run, and the rows that it leaves behind.

use super::stamp::{Declaration, Removed, Stamp};
use crate::revision::directory::Direction;
use crate::revision::{Checksum, Graph, ProjectId, Revision, RevisionId};
use crate::runner::history::{self, FORMAT, Origin, TOOL_VERSION};
use crate::runner::journal;
use crate::runner::script::{PreparedScript, Step};
use crate::sql::{Token, TokenKind};
use std::collections::BTreeSet;

/// How an engine spells what all of them have.
pub(super) struct Spelling {
    /// A text as SQL.
    pub(super) text: fn(&str) -> String,
    /// The time, as the runner writes it.
    pub(super) now: &'static str,
    /// The words before the table's name; a conflict means that the revision was applied before, and stops the script.
    pub(super) insert: &'static str,
    /// What stands between values and WHERE where there is no table.
    pub(super) no_table: &'static str,
}

/// The two tables, as SQL names them.
pub(super) struct Tables {
    pub(super) history: String,
    pub(super) steps: String,
    pub(super) spelling: Spelling,
}

impl Tables {
    fn list<'id>(&self, revisions: impl IntoIterator<Item = &'id RevisionId>) -> String {
        let ids: Vec<String> = revisions.into_iter().map(|id| (self.spelling.text)(id.as_str())).collect();
        ids.join(", ")
    }

    /// A history that a newer version has written is not touched.
    pub(super) fn known_format(&self) -> Condition {
        Condition {
            sql: format!("NOT EXISTS (SELECT 1 FROM {} WHERE format > {FORMAT})", self.history),
            otherwise: "the history was written by a newer version".to_owned(),
        }
    }

    /// Another project's history is not touched: one whose rows name a first revision that is none of these.
    pub(super) fn own_history(&self, graph: &Graph) -> Option<Condition> {
        let Tables { history, steps: _, spelling: Spelling { text, .. } } = self;
        let is_other = |project: ProjectId| {
            let pattern = format!("% {project}").replace('_', "|_");
            format!(" AND tool_version NOT LIKE {} ESCAPE '|'", text(&pattern))
        };
        let other: String = graph.projects().map(is_other).collect();
        (!other.is_empty()).then(|| Condition {
            sql: format!("NOT EXISTS (SELECT 1 FROM {history} WHERE tool_version LIKE '% %'{other})"),
            otherwise: "the history belongs to another project".to_owned(),
        })
    }

    /// What has to hold before a database may be declared to be somewhere.
    pub(super) fn before_stamp(&self, declaration: &Declaration<'_>) -> Vec<Condition> {
        let mut conditions = vec![self.known_format()];
        conditions.extend(declaration.owner.and_then(|graph| self.own_history(graph)));
        conditions
    }

    /// The statements that declare a database to be somewhere.
    pub(super) fn stamp(&self, Declaration { removed, stamps, owner: _ }: &Declaration<'_>) -> Vec<String> {
        let Tables { history, steps, spelling: Spelling { text, now, insert: _, no_table } } = self;
        let mut statements = Vec::new();
        if !matches!(removed, Removed::Nothing) {
            statements.push(format!("DELETE FROM {steps} WHERE direction <> {}", text(journal::SEED)));
        }
        match removed {
            Removed::Nothing => {}
            Removed::All => statements.push(format!("DELETE FROM {history}")),
            Removed::These(revisions) if revisions.is_empty() => {}
            Removed::These(revisions) => {
                statements
                    .push(format!("DELETE FROM {history} WHERE revision IN ({})", self.list(revisions)));
            }
        }
        for Stamp { revision, message, checksum, written_by, replaces } in stamps {
            let revision = text(revision.as_str());
            if !replaces.is_empty() {
                statements.push(format!("DELETE FROM {history} WHERE revision IN ({})", self.list(replaces)));
            }
            statements.push(format!(
                "INSERT INTO {history} ({})\nSELECT {revision}, {}, {}, {now}, 0, {}, {}, {FORMAT}{no_table}\n\
                 WHERE NOT EXISTS (SELECT 1 FROM {history} WHERE revision = {revision})",
                history::COLUMNS,
                text(message),
                text(checksum),
                text(Origin::Stamped.name()),
                text(written_by),
            ));
        }
        statements
    }
}

/// What has to hold before a part may run.
pub(super) struct Condition {
    pub(super) sql: String,
    /// What is wrong where it does not hold, without a comma.
    pub(super) otherwise: String,
}

/// One segment of one revision.
pub(super) struct Part<'a> {
    pub(super) graph: &'a Graph,
    pub(super) tables: &'a Tables,
    pub(super) script: &'a PreparedScript,
    pub(super) position: usize,
}

impl Part<'_> {
    fn is_last(&self) -> bool {
        self.position + 1 >= self.script.segments.len()
    }

    fn text(&self, text: &str) -> String {
        (self.tables.spelling.text)(text)
    }

    /// All that has to hold before it may run.
    pub(super) fn conditions(&self) -> Vec<Condition> {
        let mut conditions = vec![self.tables.known_format()];
        conditions.extend(self.tables.own_history(self.graph));
        conditions.extend(self.needs_applied());
        conditions.push(self.in_turn());
        conditions.extend(self.steps_done());
        conditions
    }

    /// What is left of that to be found out where nobody else can have changed the history since the first part.
    pub(super) fn conditions_under_lock(&self) -> Vec<Condition> {
        if self.position == 0 { self.conditions() } else { self.steps_done().into() }
    }

    /// Up: all that the revision needs is applied. Down: nothing is applied that needs it.
    pub(super) fn needs_applied(&self) -> Option<Condition> {
        let PreparedScript { revision, direction, .. } = self.script;
        let history = &self.tables.history;
        let condition = |needed: &BTreeSet<&RevisionId>, sql: String, otherwise: &str| {
            let ids: Vec<String> = needed.iter().map(|id| format!("`{id}`")).collect();
            let otherwise = format!("revision `{revision}` ({direction}) {otherwise}: {}", ids.join(" "));
            (!needed.is_empty()).then_some(Condition { sql, otherwise })
        };
        match direction {
            Direction::Up => {
                let own = self.graph.get(revision).into_iter();
                let needed: BTreeSet<&RevisionId> =
                    own.flat_map(|revision| revision.revises.iter().chain(&revision.depends_on)).collect();
                let squashed =
                    |id: &&RevisionId| self.graph.get(id).filter(|needed| !needed.replaces.is_empty());
                let plain: Vec<&RevisionId> =
                    needed.iter().copied().filter(|id| squashed(id).is_none()).collect();
                let mut all: Vec<String> =
                    needed.iter().filter_map(squashed).map(|squash| self.has(squash)).collect();
                if !plain.is_empty() {
                    let list = self.tables.list(plain.iter().copied());
                    let count = plain.len();
                    all.insert(
                        0,
                        format!("(SELECT count(*) = {count} FROM {history} WHERE revision IN ({list}))"),
                    );
                }
                condition(&needed, all.join(" AND "), "needs what is not applied")
            }
            Direction::Down => {
                let needs = |other: &&Revision| {
                    other.revises.contains(revision) || other.depends_on.contains(revision)
                };
                let above: BTreeSet<&RevisionId> =
                    self.graph.revisions().filter(needs).map(|other| &other.id).collect();
                let rows = above.iter().filter_map(|id| self.graph.get(id)).flat_map(Revision::rows);
                let list = self.tables.list(rows);
                let sql = format!("(SELECT count(*) = 0 FROM {history} WHERE revision IN ({list}))");
                condition(&above, sql, "is needed by what is applied")
            }
        }
    }

    /// Up: the revision is not applied. Down: it is.
    fn in_turn(&self) -> Condition {
        let PreparedScript { revision, direction, .. } = self.script;
        let (quantifier, state) = match direction {
            Direction::Up => ("NOT EXISTS", "is applied already"),
            Direction::Down => ("EXISTS", "is not applied"),
        };
        let history = &self.tables.history;
        let squash = self.graph.get(revision).filter(|revision| !revision.replaces.is_empty());
        let sql = match (squash, direction) {
            (None, Direction::Up | Direction::Down) => {
                let id = self.text(revision.as_str());
                format!("{quantifier} (SELECT 1 FROM {history} WHERE revision = {id})")
            }
            (Some(squash), Direction::Up) => {
                let list = self.tables.list(squash.rows());
                format!("{quantifier} (SELECT 1 FROM {history} WHERE revision IN ({list}))")
            }
            (Some(squash), Direction::Down) => self.has(squash),
        };
        Condition { sql, otherwise: format!("revision `{revision}` ({direction}) {state}") }
    }

    /// A revision that stands for others is applied: its own row is there, or theirs are.
    fn has(&self, squash: &Revision) -> String {
        let line = squash.replaced_line();
        let all: Vec<String> = line
            .iter()
            .map(|replaced| {
                let inner: Vec<RevisionId> = replaced.replaces.clone();
                self.has_row(&replaced.revision, &inner, squash)
            })
            .collect();
        format!("({} OR ({}))", self.row(&squash.id), all.join(" AND "))
    }

    fn has_row(&self, id: &RevisionId, inner: &[RevisionId], squash: &Revision) -> String {
        if inner.is_empty() {
            return self.row(id);
        }
        let all: Vec<String> = inner
            .iter()
            .map(|id| {
                let replaced = squash.replaces.iter().find(|it| it.revision == *id);
                self.has_row(id, replaced.map(|it| it.replaces.as_slice()).unwrap_or_default(), squash)
            })
            .collect();
        format!("({} OR ({}))", self.row(id), all.join(" AND "))
    }

    fn row(&self, id: &RevisionId) -> String {
        format!("EXISTS (SELECT 1 FROM {} WHERE revision = {})", self.tables.history, self.text(id.as_str()))
    }

    /// Every step before this part is done, and nothing else was begun.
    fn steps_done(&self) -> [Condition; 2] {
        let PreparedScript { revision, direction, segments, .. } = self.script;
        let before: usize = segments.iter().take(self.position).map(|segment| segment.steps().len()).sum();
        let (steps, own) = (&self.tables.steps, self.own_steps());
        let (seed, done) = (self.text(journal::SEED), self.text(journal::DONE));
        [
            Condition {
                sql: format!(
                    "NOT EXISTS (SELECT 1 FROM {steps} WHERE direction <> {seed} AND NOT ({own} AND state = {done}))"
                ),
                otherwise: "a revision is partly applied: a run without `--sql` goes on with it".to_owned(),
            },
            Condition {
                sql: format!("(SELECT count(*) = {before} FROM {steps} WHERE {own})"),
                otherwise: format!(
                    "revision `{revision}` ({direction}) is not at this statement: a run without `--sql` goes on with it"
                ),
            },
        ]
    }

    fn own_steps(&self) -> String {
        let PreparedScript { revision, direction, .. } = self.script;
        let (revision, direction) = (self.text(revision.as_str()), self.text(direction.name()));
        format!("revision = {revision} AND direction = {direction}")
    }

    /// Writes down that a step is begun, with what will tell whether it has happened, as an expression.
    pub(super) fn start(&self, step: &Step, evidence: &str) -> String {
        self.journal(step, journal::STARTED, evidence)
    }

    /// Writes down that a step is done in this transaction.
    fn done(&self, step: &Step) -> String {
        self.journal(step, journal::DONE, "NULL")
    }

    fn journal(&self, step: &Step, state: &str, evidence: &str) -> String {
        let Spelling { text, now, insert, no_table: _ } = &self.tables.spelling;
        let PreparedScript { revision, direction, .. } = self.script;
        let finished = if state == journal::DONE { *now } else { "NULL" };
        format!(
            "{insert} {} (revision, direction, step, checksum, state, started_at, finished_at, evidence)\n\
             VALUES ({}, {}, {}, {}, {}, {now}, {finished}, {evidence})",
            self.tables.steps,
            text(revision.as_str()),
            text(direction.name()),
            step.number,
            text(Checksum::of(&step.sql).as_str()),
            text(state),
        )
    }

    /// Writes down that a step which was begun is done.
    fn finish(&self, step: &Step) -> String {
        let now = self.tables.spelling.now;
        format!(
            "UPDATE {} SET state = {}, finished_at = {now}, evidence = NULL WHERE {}",
            self.tables.steps,
            self.text(journal::DONE),
            self.this_step(step)
        )
    }

    /// A step that was begun and refused was never begun.
    pub(super) fn forget(&self, step: &Step) -> String {
        let started = self.text(journal::STARTED);
        format!("DELETE FROM {} WHERE {} AND state = {started}", self.tables.steps, self.this_step(step))
    }

    /// The row of a step in the journal.
    fn this_step(&self, step: &Step) -> String {
        format!("{} AND step = {}", self.own_steps(), step.number)
    }

    /// The change of the history.
    fn record(&self) -> Vec<String> {
        let Spelling { text, now, insert, no_table: _ } = &self.tables.spelling;
        let PreparedScript { revision, message, direction, checksum, .. } = self.script;
        let history = &self.tables.history;
        let revision = text(revision.as_str());
        let mut statements = Vec::new();
        if self.script.is_journalled() {
            statements.push(format!("DELETE FROM {} WHERE revision = {revision}", self.tables.steps));
        }
        statements.push(match direction {
            Direction::Up => format!(
                "{insert} {history} ({})\nVALUES ({revision}, {}, {}, {now}, 0, {}, {}, {FORMAT})",
                history::COLUMNS,
                text(message),
                text(checksum.as_str()),
                text(Origin::Offline.name()),
                text(&history::written_by(TOOL_VERSION, self.graph.project().as_ref())),
            ),
            Direction::Down => match self.graph.get(&self.script.revision) {
                Some(squash) if !squash.replaces.is_empty() => {
                    format!("DELETE FROM {history} WHERE revision IN ({})", self.tables.list(squash.rows()))
                }
                Some(_) | None => format!("DELETE FROM {history} WHERE revision = {revision}"),
            },
        });
        statements
    }

    /// What is written down behind a step outside of any transaction: that it is done, or the history where nothing follows.
    pub(super) fn record_alone(&self, step: &Step) -> Vec<String> {
        if self.is_last() { self.record() } else { vec![self.finish(step)] }
    }

    /// What the rest of the transaction writes down: the steps, or the history where nothing follows.
    pub(super) fn record_transaction(&self, steps: &[Step]) -> Vec<String> {
        if self.is_last() { self.record() } else { steps.iter().map(|step| self.done(step)).collect() }
    }
}

/// What a script is about, for its first line.
pub(super) fn title(scripts: &[PreparedScript], direction: Direction, shell: &str) -> String {
    let count = match scripts.len() {
        1 => "1 revision".to_owned(),
        count => format!("{count} revisions"),
    };
    format!("-- {count} {direction}, written by schema {TOOL_VERSION} for {shell}.\n")
}

/// The line above a revision.
pub(super) fn heading(script: &PreparedScript) -> String {
    format!("\n-- {} {}: {}\n", script.revision, script.direction, one_line(&script.message))
}

/// What a script says of a statement, as comments.
pub(super) fn commented(comment: &str) -> String {
    comment.lines().map(|line| format!("-- {}\n", one_line(line))).collect()
}

/// Whether the script has to be followed by the settings that the session had before.
pub(super) fn sets_session(script: &PreparedScript) -> bool {
    script.changes_session()
}

/// What ends a statement whose last token is this one.
pub(super) fn end_of(last: Option<&Token>) -> &'static str {
    match last.map(|token| token.kind) {
        Some(TokenKind::LineComment) => "\n",
        Some(
            TokenKind::Whitespace
            | TokenKind::BlockComment
            | TokenKind::Word
            | TokenKind::QuotedIdentifier
            | TokenKind::String
            | TokenKind::Blob
            | TokenKind::Number
            | TokenKind::Parameter
            | TokenKind::Punctuation
            | TokenKind::Unterminated(_)
            | TokenKind::Unknown,
        )
        | None => "",
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}
