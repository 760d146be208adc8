//! Scripts for `psql`.
//!
//! The shell is told to stop at an error. Where somebody makes it go on, or another program runs the script, each part takes care of itself: its
//! transaction begins with a check that raises an error, after which the server refuses all of it up to the COMMIT, which rolls back. What has to stand
//! outside of any transaction, is run where the check's transaction has ended; the shell knows that by a variable.
//!
//! The script speaks of the two tables by views of the session's own, so that they are the same whatever a revision does to the search path.

use super::WAIT_SECONDS;
use super::part::{Condition, Part, Spelling, Tables, commented, end_of, heading, sets_session, title};
use super::stamp::Declaration;
use crate::dialect::postgres::evidence::query;
use crate::dialect::postgres::session::{RESET, SETTINGS, WAIT, WAIT_NO_LONGER};
use crate::dialect::postgres::{StatementEffect, block, quote_name, quote_text, recreate, spelt};
use crate::driver::{Capabilities, HistoryTable, migration_lock};
use crate::model::Engine;
use crate::revision::Graph;
use crate::revision::directory::Direction;
use crate::runner::history::{self, TOOL_VERSION};
use crate::runner::journal;
use crate::runner::script::{PreparedScript, Segment, Step};
use crate::sql::{ScriptRecreated, TokenKind, rights_first, tokenize};

const HISTORY: &str = "schema_offline_history";
const STEPS: &str = "schema_offline_steps";

/// The shell's variable that is `on` where the check before a statement was passed.
const GO: &str = "schema_offline_go";
const FAILED: &str = "schema_offline_failed";

const SPELLING: Spelling = Spelling {
    text: quote_text,
    now: "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    insert: "INSERT INTO",
    no_table: "",
};

pub(super) fn render(
    graph: &Graph,
    history_table: &HistoryTable,
    scripts: &[PreparedScript],
    direction: Direction,
) -> String {
    let mut sql = title(scripts, direction, "psql");
    sql.push_str(
        "-- Each revision is a transaction, which begins with a check that it is its turn: at an error it is rolled back,\n\
         -- and those after it are not run, whether the shell stops or goes on.\n",
    );
    if scripts.is_empty() {
        return sql;
    }
    let key = migration_lock::postgres_key(history_table);
    begin_session(&mut sql, key);
    let tables = tables();
    for (index, script) in scripts.iter().enumerate() {
        sql.push_str(&heading(script));
        for (position, segment) in script.segments.iter().enumerate() {
            let part = Part { graph, tables: &tables, script, position };
            if let Segment::Autocommit(_) = segment {
                push_line(&mut sql, &format!("\\set {GO} off"));
            }
            push(&mut sql, "BEGIN");
            if index == 0 && position == 0 {
                create_tables(&mut sql, history_table);
            }
            let mut conditions = vec![locked(key)];
            conditions.extend(part.conditions_under_lock());
            if position == 0 {
                conditions.extend(script.recreates.iter().filter_map(|it| is_expected(script, it)));
            }
            push_line(&mut sql, "-- stops here unless it is this revision's turn");
            push(&mut sql, &check(&conditions));
            match segment {
                Segment::Transaction(steps) => transaction(&part, steps, &mut sql),
                Segment::Lasting(step) | Segment::Batch(step) => {
                    transaction(&part, std::slice::from_ref(step), &mut sql);
                }
                Segment::Autocommit(step) => alone(&part, step, &mut sql),
            }
        }
        if sets_session(script) {
            set_session(&mut sql, RESET);
        }
    }
    end_session(&mut sql, key);
    sql
}

/// The script that writes rows of the history and runs nothing.
pub(super) fn stamp(history_table: &HistoryTable, declaration: &Declaration<'_>) -> String {
    let mut sql = format!("-- Written by schema {TOOL_VERSION} for psql: all of it is done, or nothing.\n");
    let key = migration_lock::postgres_key(history_table);
    begin_session(&mut sql, key);
    let tables = tables();
    sql.push('\n');
    push(&mut sql, "BEGIN");
    create_tables(&mut sql, history_table);
    let mut conditions = vec![locked(key)];
    conditions.extend(tables.before_stamp(declaration));
    push(&mut sql, &check(&conditions));
    for statement in tables.stamp(declaration) {
        push(&mut sql, &statement);
    }
    push(&mut sql, "COMMIT");
    end_session(&mut sql, key);
    sql
}

fn tables() -> Tables {
    Tables { history: format!("pg_temp.{HISTORY}"), steps: format!("pg_temp.{STEPS}"), spelling: SPELLING }
}

fn push_line(sql: &mut String, line: &str) {
    sql.push_str(line);
    sql.push('\n');
}

fn push(sql: &mut String, statement: &str) {
    push_line(sql, &format!("{statement};"));
}

/// What the shell does at errors, what the session is set to, and the lock.
fn begin_session(sql: &mut String, key: i64) {
    for setting in ["ON_ERROR_STOP on", "ON_ERROR_ROLLBACK off", "AUTOCOMMIT on"] {
        push_line(sql, &format!("\\set {setting}"));
    }
    set_session(sql, "");
    let otherwise = "another session migrates this database: run the script again when it is done".to_owned();
    // A session that has just ended may still have it. It is tried for as in a run: who waits for it stands in the way of who has it.
    let tries = 10 * WAIT_SECONDS;
    let body = format!(
        "FOR attempt IN 1..{tries} LOOP\n    EXIT WHEN pg_catalog.pg_try_advisory_lock({key});\n    \
         PERFORM pg_catalog.pg_sleep(0.1);\nEND LOOP;\n{}",
        tests(&[Condition { otherwise, ..locked(key) }])
    );
    push(sql, &block(&body));
}

/// Gives the lock back; what is committed stays.
fn end_session(sql: &mut String, key: i64) {
    sql.push('\n');
    push(sql, &format!("DROP VIEW IF EXISTS pg_temp.{HISTORY}, pg_temp.{STEPS}"));
    push(sql, &block(&format!("PERFORM pg_catalog.pg_advisory_unlock({key});")));
}

fn set_session(sql: &mut String, before: &str) {
    let settings = format!("{before}; SET client_encoding = 'UTF8'; {SETTINGS}");
    for statement in settings.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        push(sql, statement);
    }
}

/// The tables where they are not there, as the runner looks for them and makes them; and the session's views of them.
fn create_tables(sql: &mut String, history_table: &HistoryTable) {
    let (history, steps) = (quote_name(history_table.name()), quote_name(&history_table.steps()));
    push(
        sql,
        &block(&format!(
            "IF to_regclass({}) IS NULL THEN\nCREATE TABLE IF NOT EXISTS {steps} {};\nCREATE TABLE {history} {};\nEND IF;",
            quote_text(&history),
            journal::columns(&Capabilities::POSTGRES),
            history::columns(&Capabilities::POSTGRES),
        )),
    );
    push(sql, &format!("DROP VIEW IF EXISTS pg_temp.{HISTORY}, pg_temp.{STEPS}"));
    push(sql, &format!("CREATE TEMP VIEW {HISTORY} AS SELECT * FROM {history}"));
    push(sql, &format!("CREATE TEMP VIEW {STEPS} AS SELECT * FROM {steps}"));
}

/// The lock is this session's, which is no other than that which has taken it.
fn locked(key: i64) -> Condition {
    let (upper, lower) = (key >> 32, key & 0xFFFF_FFFF);
    Condition {
        sql: format!(
            "EXISTS (SELECT 1 FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 \
             AND pid = pg_catalog.pg_backend_pid() AND classid::bigint = {upper} AND objid::bigint = {lower})"
        ),
        otherwise: "this session does not have the migration lock".to_owned(),
    }
}

/// What is recreated is what the script was written for.
fn is_expected(script: &PreparedScript, recreated: &ScriptRecreated) -> Option<Condition> {
    let ScriptRecreated { object, line: _ } = recreated;
    let PreparedScript { revision, direction, .. } = script;
    let otherwise = format!(
        "revision `{revision}` ({direction}): {} is not what this script was written for",
        object.label()
    );
    Some(Condition { sql: recreate::is_expected(object)?, otherwise })
}

/// Raises an error for the first condition that does not hold.
fn check(conditions: &[Condition]) -> String {
    block(&tests(conditions))
}

fn tests(conditions: &[Condition]) -> String {
    let test = |Condition { sql, otherwise }: &Condition| {
        format!(
            "IF NOT ({sql}) THEN\n    RAISE EXCEPTION USING MESSAGE = {};\nEND IF;\n",
            quote_text(otherwise)
        )
    };
    conditions.iter().map(test).collect()
}

fn run(step: &Step, sql: &mut String) {
    if let Some(longest) = step.lock_timeout {
        push(sql, &format!("SET lock_timeout = {}", longest.as_millis()));
    }
    let (comment, text) = step.for_shell();
    sql.push_str(&commented(&comment));
    push(sql, &shell_safe(&text));
}

/// A step of a transaction.
fn run_within(step: &Step, sql: &mut String) {
    run(step, sql);
    if step.lock_timeout.is_some() {
        push(sql, WAIT_NO_LONGER);
    }
}

fn transaction(part: &Part<'_>, steps: &[Step], sql: &mut String) {
    let recreated = part.script.recreated();
    let mut rest = steps;
    if !recreated.is_empty() {
        let texts: Vec<&str> = steps.iter().map(|step| step.sql.as_str()).collect();
        let (rights, behind) = steps.split_at(rights_first(&texts));
        for step in rights {
            run_within(step, sql);
        }
        rest = behind;
        push_line(sql, "-- takes the owner, grants and settings of what is recreated below");
        push(sql, &recreate::take(&recreated, &texts));
    }
    for step in rest {
        run_within(step, sql);
    }
    if !recreated.is_empty() {
        push_line(sql, "-- gives them back");
        push(sql, &recreate::give_back(&recreated));
    }
    for statement in part.record_transaction(steps) {
        push(sql, &statement);
    }
    push(sql, "COMMIT");
}

/// A statement outside of any transaction: written down before it, with the evidence that a run goes by, and after it.
fn alone(part: &Part<'_>, step: &Step, sql: &mut String) {
    let effect = StatementEffect::of(&step.sql);
    push_line(sql, &format!("{} RETURNING 'on' AS {GO} \\gset", part.start(step, &evidence(&effect))));
    push(sql, "COMMIT");
    push_line(sql, &format!("\\if :{GO}"));
    push(sql, WAIT);
    run(step, sql);
    push_line(sql, &format!("\\set {FAILED} :ERROR"));
    push(sql, WAIT_NO_LONGER);
    push_line(sql, &format!("\\if :{FAILED}\n\\else"));
    push(sql, "BEGIN");
    if let Some(condition) = is_whole(&effect) {
        push(sql, &check(&[condition]));
    }
    for statement in part.record_alone(step) {
        push(sql, &statement);
    }
    push(sql, "COMMIT");
    push_line(sql, "\\endif\n\\endif");
}

/// What a run keeps of the catalogue from before the statement, as an expression.
fn evidence(effect: &StatementEffect) -> String {
    query(effect).map_or_else(
        || "NULL".to_owned(),
        |query| format!("(SELECT coalesce(string_agg(i.id::text, ' ' ORDER BY i.id), '') FROM ({query}) i)"),
    )
}

/// `IF NOT EXISTS` takes what an interrupted build has left behind for the whole thing.
fn is_whole(effect: &StatementEffect) -> Option<Condition> {
    let StatementEffect::CreateIndex { name: Some(name), table, if_not_exists: true } = effect else {
        return None;
    };
    Some(Condition {
        sql: format!(
            "NOT EXISTS (SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
             WHERE i.indrelid = {} AND c.relname = {} AND NOT i.indisvalid)",
            spelt::relation(table),
            spelt::last_part(name)
        ),
        otherwise: "an interrupted build has left an index behind that is not valid: a run without `--sql` builds it anew"
            .to_owned(),
    })
}

/// The shell takes `:name` for a variable of its own, which a slice of an array can look like.
fn shell_safe(sql: &str) -> String {
    let tokens = tokenize(sql, Engine::Postgres);
    let mut safe = String::with_capacity(sql.len());
    let mut is_behind_colon = false;
    for token in &tokens {
        if is_behind_colon && token.kind != TokenKind::Whitespace {
            safe.push(' ');
        }
        let text = token.text(sql);
        is_behind_colon = text == ":";
        safe.push_str(text);
    }
    safe.push_str(end_of(tokens.last()));
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_no_variables_of_the_shell() {
        assert_eq!(
            shell_safe("SELECT a[1:USER]::text, ':x', $$:y$$"),
            "SELECT a[1: USER]::text, ':x', $$:y$$"
        );
        assert_eq!(shell_safe("SELECT 1 -- the end"), "SELECT 1 -- the end\n");
    }
}
