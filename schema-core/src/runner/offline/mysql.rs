//! Scripts for the `mariadb` or `mysql` shell, which goes on after errors where it was started with `--force`.
//!
//! DDL commits by itself, so that nothing is rolled back, and SQL alone cannot leave statements out. But a session that is only allowed to read has its server
//! refuse everything that changes anything, DDL too. The script makes its session such a one, and opens it before each part that is
//! in its turn; where the check does not come to an end, it stays closed. The error for a shell that stops at errors is that of a setting which cannot be set to
//! what is wrong, because SIGNAL cannot depend on a condition outside of procedures, and procedures would have to be created.
//!
//! What failed is known by `@@error_count`: the journal then says that a statement is only begun, which closes the session for all that follow, and
//! a transaction is rolled back.

use super::WAIT_SECONDS;
use super::part::{Condition, Part, Spelling, Tables, commented, end_of, heading, sets_session, title};
use super::stamp::Declaration;
use crate::dialect::mysql::fingerprint::{Object, PLACEHOLDERS, PREFIX, objects, template};
use crate::dialect::mysql::session::{SETTINGS_OF_MARIADB, ZeroDates, settings};
use crate::dialect::mysql::{OwnTables, StatementEffect, Written, WrittenName, quote_name, quote_text};
use crate::driver::{Capabilities, HistoryTable, migration_lock};
use crate::model::Engine;
use crate::revision::Graph;
use crate::revision::directory::Direction;
use crate::runner::history::{self, TOOL_VERSION};
use crate::runner::journal;
use crate::runner::script::{PreparedScript, Segment, Step};
use crate::sql::{TokenKind, tokenize};
use std::collections::BTreeSet;

/// Why the session is closed; empty where it is not.
const REASON: &str = "@schema_reason";
/// How many errors there were.
const ERRORS: &str = "@schema_errors";
/// The lock's name.
const LOCK: &str = "@schema_lock";
/// A statement that depends on something.
const STATEMENT: &str = "@schema_statement";
/// What the catalogue says of an object, and of all objects of a statement.
const FOUND: &str = "@schema_found";
const EVIDENCE: &str = "@schema_evidence";

const SPELLING: Spelling = Spelling {
    text: quote_text,
    now: "DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%dT%H:%i:%s.%fZ')",
    insert: "INSERT INTO",
    no_table: " FROM DUAL",
};

pub(super) fn render(
    graph: &Graph,
    engine: Engine,
    history_table: &HistoryTable,
    scripts: &mut [PreparedScript],
    direction: Direction,
) -> String {
    isolate(scripts, engine);
    let scripts = &*scripts;
    let mut sql = title(scripts, direction, "the mariadb or mysql shell");
    sql.push_str(
        "-- The session may only read, unless the check before a statement has found that it is its turn: after an error nothing of what\n\
         -- follows is run, whether the shell stops or goes on.\n",
    );
    if scripts.is_empty() {
        return sql;
    }
    let tables = tables(history_table);
    begin_session(&mut sql, &tables, history_table, Some(engine));
    prepare_evidence(&mut sql, scripts, engine);
    for script in scripts {
        sql.push_str(&heading(script));
        for (position, segment) in script.segments.iter().enumerate() {
            let part = Part { graph, tables: &tables, script, position };
            let mut conditions = vec![locked()];
            conditions.extend(part.conditions_under_lock());
            conditions.extend(can_roll_back(script, position, engine));
            check(&mut sql, &conditions);
            match segment {
                Segment::Transaction(steps) => transaction(&part, steps, engine, &mut sql),
                Segment::Batch(step) => transaction(&part, std::slice::from_ref(step), engine, &mut sql),
                Segment::Lasting(step) => lasting(&part, step, engine, &mut sql),
                Segment::Autocommit(step) => alone(&part, step, engine, &mut sql),
            }
        }
        if sets_session(script) {
            set_session(&mut sql);
        }
    }
    end_session(&mut sql);
    sql
}

/// The script that writes rows of the history and runs nothing.
///
/// The rows hold the checksums of one engine's scripts; without rows, any server will do.
pub(super) fn stamp(engine: Engine, history_table: &HistoryTable, declaration: &Declaration<'_>) -> String {
    let mut sql = format!(
        "-- Written by schema {TOOL_VERSION} for the mariadb or mysql shell: the rows are all changed, or none.\n"
    );
    let tables = tables(history_table);
    begin_session(&mut sql, &tables, history_table, (!declaration.stamps.is_empty()).then_some(engine));
    sql.push('\n');
    let mut conditions = vec![locked()];
    conditions.extend(tables.before_stamp(declaration));
    check(&mut sql, &conditions);
    begin(&mut sql);
    for statement in tables.stamp(declaration) {
        push(&mut sql, &statement);
        count_errors(&mut sql);
    }
    end(&mut sql);
    end_session(&mut sql);
    sql
}

/// Writes to tables that the scripts themselves create without transactions stand alone.
fn isolate(scripts: &mut [PreparedScript], engine: Engine) {
    let mut own = OwnTables::default();
    for script in scripts {
        let mut lasting = BTreeSet::new();
        for step in script.steps() {
            own.follow(&step.sql, engine);
            if own.are_written(&Written::of(&step.sql, engine)) {
                lasting.insert(step.number);
            }
        }
        script.isolate(&lasting, engine);
    }
}

/// The tables that transactions of a script write to can roll that back: those of the part, and before the first part those of all. What triggers and views write
/// to is not looked at.
fn can_roll_back(script: &PreparedScript, position: usize, engine: Engine) -> Option<Condition> {
    let parts = script.segments.iter().enumerate();
    let meant =
        parts.filter(|(index, _)| position == 0 || *index == position).filter_map(
            |(_, segment)| match segment {
                Segment::Transaction(_) | Segment::Batch(_) => Some(segment.steps()),
                Segment::Lasting(_) | Segment::Autocommit(_) => None,
            },
        );
    let tables: BTreeSet<WrittenName> =
        meant.flatten().flat_map(|step| Written::of(&step.sql, engine).tables).collect();
    if tables.is_empty() {
        return None;
    }
    let name = |WrittenName { database, name }: &WrittenName| {
        let database = database.as_deref().map_or_else(|| "DATABASE()".to_owned(), quote_text);
        format!("(t.TABLE_SCHEMA = {database} AND t.TABLE_NAME = {})", quote_text(name))
    };
    let names = tables.iter().map(name).collect::<Vec<_>>().join(" OR ");
    Some(Condition {
        sql: format!(
            "NOT EXISTS (SELECT 1 FROM information_schema.TABLES t JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE \
             WHERE e.TRANSACTIONS = 'NO' AND ({names}))"
        ),
        otherwise: "it writes to a table whose engine has no transactions: a run without `--sql` does that"
            .to_owned(),
    })
}

fn tables(history_table: &HistoryTable) -> Tables {
    Tables {
        history: quote_name(history_table.name()),
        steps: quote_name(&history_table.steps()),
        spelling: SPELLING,
    }
}

fn push(sql: &mut String, statement: &str) {
    sql.push_str(statement);
    sql.push_str(";\n");
}

fn set_session(sql: &mut String) {
    for statement in settings(ZeroDates::AsFound) {
        push(sql, &statement);
    }
    for statement in SETTINGS_OF_MARIADB {
        push(sql, statement);
    }
}

/// What the session is set to, the lock, and the tables where they are not there.
fn begin_session(sql: &mut String, tables: &Tables, history_table: &HistoryTable, engine: Option<Engine>) {
    set_session(sql);
    push(sql, "SET SESSION TRANSACTION READ ONLY");
    push(sql, &format!("SET {LOCK} = {}", migration_lock::mysql_name_sql(history_table)));
    let selected = Condition {
        sql: "DATABASE() IS NOT NULL".to_owned(),
        otherwise: "no database is selected".to_owned(),
    };
    let got = Condition {
        // A session that has just ended may still have it.
        sql: format!("GET_LOCK({LOCK}, {WAIT_SECONDS}) = 1"),
        otherwise: "another session migrates this database: run the script again when it is done".to_owned(),
    };
    let mut conditions = vec![selected];
    conditions.extend(engine.map(right_server));
    conditions.extend([got, locked()]);
    check(sql, &conditions);
    // The history comes last, as in a run: where it is, both are.
    for (name, columns) in [
        (&tables.steps, journal::columns(&Capabilities::MYSQL)),
        (&tables.history, history::columns(&Capabilities::MYSQL)),
    ] {
        push(sql, &format!("CREATE TABLE IF NOT EXISTS {name} {columns}"));
    }
}

/// The server is what the script was written for: a history may have other scripts for the other.
fn right_server(engine: Engine) -> Condition {
    let (operator, other) =
        if engine == Engine::Mariadb { ("LIKE", Engine::Mysql) } else { ("NOT LIKE", Engine::Mariadb) };
    Condition {
        sql: format!("VERSION() {operator} '%MariaDB%'"),
        otherwise: format!("this script is for {engine}: write one with a `{other}://` URL"),
    }
}

/// Gives the lock back, and lets the session write again.
fn end_session(sql: &mut String) {
    sql.push('\n');
    push(sql, "SET SESSION TRANSACTION READ WRITE");
    push(sql, &format!("DO RELEASE_LOCK({LOCK})"));
}

/// The lock is this session's; some servers say yes to everybody.
fn locked() -> Condition {
    Condition {
        sql: format!("IS_USED_LOCK({LOCK}) = CONNECTION_ID()"),
        otherwise: "this session does not have the migration lock".to_owned(),
    }
}

/// Opens the session where all conditions hold; else closes it, and fails with the first that does not.
fn check(sql: &mut String, conditions: &[Condition]) {
    sql.push_str("-- is it its turn?\n");
    push(sql, &format!("SET {REASON} = 'it was not found out whether this is in its turn'"));
    let cases: String = conditions
        .iter()
        .map(|Condition { sql, otherwise }| {
            format!("    WHEN ({sql}) IS NOT TRUE THEN {}\n", quote_text(otherwise))
        })
        .collect();
    push(sql, &format!("SET {REASON} = CASE\n{cases}    ELSE '' END"));
    let (open, closed) = ("SET SESSION TRANSACTION READ WRITE", "SET SESSION TRANSACTION READ ONLY");
    execute(sql, &format!("IF({REASON} = '', '{open}', '{closed}')"));
    push(sql, &format!("SET SESSION sql_mode = IF({REASON} = '', @@sql_mode, {REASON})"));
}

/// Runs a statement that is the value of an expression.
fn execute(sql: &mut String, expression: &str) {
    push(sql, &format!("SET {STATEMENT} = {expression}"));
    push(
        sql,
        &format!(
            "PREPARE schema_statement FROM {STATEMENT}; EXECUTE schema_statement; DEALLOCATE PREPARE schema_statement"
        ),
    );
}

/// The session's variable with the statement that looks at an object of this kind.
fn look(kind: &str) -> String {
    format!("@schema_look_at_{}", kind.to_lowercase())
}

/// How the catalogue is asked for the objects of these scripts.
fn prepare_evidence(sql: &mut String, scripts: &[PreparedScript], engine: Engine) {
    let alone = scripts.iter().flat_map(|script| &script.segments).filter_map(|segment| match segment {
        Segment::Transaction(_) | Segment::Lasting(_) | Segment::Batch(_) => None,
        Segment::Autocommit(step) => objects(&StatementEffect::of(&step.sql, engine)),
    });
    let kinds: BTreeSet<&str> = alone.flatten().map(|object| object.kind).collect();
    if !kinds.is_empty() {
        sql.push_str(
            "-- Where the end of a statement is not seen, what the catalogue said before it tells a later run whether it has happened.\n",
        );
    }
    for kind in kinds {
        let statement = format!("SET {FOUND} = {}", template(kind));
        push(sql, &format!("SET {} = {}", look(kind), quote_text(&statement)));
    }
}

/// Asks the catalogue, and returns the expression for what it has said.
fn evidence(effect: &StatementEffect, sql: &mut String) -> Option<&'static str> {
    let objects = objects(effect)?;
    push(sql, &format!("SET {EVIDENCE} = {}", quote_text(PREFIX.trim_end())));
    for (index, Object { kind, values }) in objects.iter().enumerate() {
        let filled = PLACEHOLDERS.iter().zip(values).fold(look(kind), |text, (placeholder, value)| {
            format!("REPLACE({text}, '{placeholder}', {})", quote_text(value))
        });
        push(sql, &format!("SET {FOUND} = NULL"));
        execute(sql, &filled);
        let line = format!("CHAR(10 USING utf8mb4), '{index} ', {FOUND}");
        push(sql, &format!("SET {EVIDENCE} = CONCAT({EVIDENCE}, {line})"));
    }
    Some(EVIDENCE)
}

fn begin(sql: &mut String) {
    push(sql, &format!("SET {ERRORS} = 0"));
    push(sql, "START TRANSACTION");
}

fn count_errors(sql: &mut String) {
    push(sql, &format!("SET {ERRORS} = {ERRORS} + @@error_count"));
}

/// Commits what went well. Not every server prepares a ROLLBACK; after a COMMIT it has nothing to do.
fn end(sql: &mut String) {
    execute(sql, &format!("IF({ERRORS} = 0, 'COMMIT', 'DO 0')"));
    push(sql, "ROLLBACK");
}

fn run(step: &Step, engine: Engine, sql: &mut String) {
    let (comment, text) = step.for_shell();
    sql.push_str(&commented(&comment));
    sql.push_str(&shell_safe(&text, engine));
    count_errors(sql);
}

fn transaction(part: &Part<'_>, steps: &[Step], engine: Engine, sql: &mut String) {
    begin(sql);
    for step in steps {
        run(step, engine, sql);
    }
    for statement in part.record_transaction(steps) {
        push(sql, &statement);
        count_errors(sql);
    }
    end(sql);
}

/// A statement of which a rollback may leave something: written down before it, so that nobody repeats it unseen.
fn lasting(part: &Part<'_>, step: &Step, engine: Engine, sql: &mut String) {
    push(sql, &part.start(step, "NULL"));
    begin(sql);
    run(step, engine, sql);
    for statement in part.record_alone(step) {
        push(sql, &statement);
        count_errors(sql);
    }
    end(sql);
}

/// A statement that commits by itself: written down before it, with what will tell whether it has happened, and after it.
fn alone(part: &Part<'_>, step: &Step, engine: Engine, sql: &mut String) {
    let evidence = evidence(&StatementEffect::of(&step.sql, engine), sql);
    push(sql, &part.start(step, evidence.unwrap_or("NULL")));
    push(sql, &format!("SET {ERRORS} = 0"));
    run(step, engine, sql);
    push(sql, "START TRANSACTION");
    for statement in part.record_alone(step) {
        push(sql, &statement);
        count_errors(sql);
    }
    end(sql);
    if evidence.is_none() {
        // What the server has refused is as if it had never begun.
        push(sql, &format!("{} AND {ERRORS} > 0", part.forget(step)));
    }
}

/// The statement as the shell takes it for one: behind a delimiter of its own where it holds semicolons.
fn shell_safe(sql: &str, engine: Engine) -> String {
    let tokens = tokenize(sql, engine);
    let mut safe = String::with_capacity(sql.len());
    let mut has_semicolon = false;
    let mut is_behind_delimiter = false;
    for token in &tokens {
        let text = token.text(sql);
        // The shell takes this word with a blank behind it for a command of its own, wherever it stands.
        if is_behind_delimiter && text.starts_with(' ') {
            safe.push('\n');
        }
        is_behind_delimiter = token.kind == TokenKind::Word && text.eq_ignore_ascii_case("delimiter");
        has_semicolon |= match token.kind {
            // It is run, where it is one for this server, and the shell looks into it.
            TokenKind::BlockComment | TokenKind::Punctuation | TokenKind::Unknown => text.contains(';'),
            TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::Word
            | TokenKind::QuotedIdentifier
            | TokenKind::String
            | TokenKind::Blob
            | TokenKind::Number
            | TokenKind::Parameter
            | TokenKind::Unterminated(_) => false,
        };
        safe.push_str(text);
    }
    safe.push_str(end_of(tokens.last()));
    if !has_semicolon {
        return format!("{safe};\n");
    }
    let mut delimiter = "//".to_owned();
    while safe.contains(&delimiter) {
        delimiter.push('/');
    }
    // A statement may end in a slash.
    format!("DELIMITER {delimiter}\n{safe}\n{delimiter}\nDELIMITER ;\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_that_holds_semicolons_has_a_delimiter_of_its_own() {
        let safe = |sql: &str| shell_safe(sql, Engine::Mariadb);
        assert_eq!(safe("SELECT ';' -- ;"), "SELECT ';' -- ;\n;\n");
        assert_eq!(safe("BEGIN a; END"), "DELIMITER //\nBEGIN a; END\n//\nDELIMITER ;\n");
        assert_eq!(safe("a '//' ; b"), "DELIMITER ///\na '//' ; b\n///\nDELIMITER ;\n");
        assert_eq!(safe("SELECT delimiter FROM t"), "SELECT delimiter\n FROM t;\n");
    }
}
