//! Which statements a transaction can hold, and what they leave in the session, told by their words.

use super::session::{SessionEffect, statement_under_settings};
use super::token::{Token, TokenKind, tokens};
use crate::model::Engine;

/// More words than these tell nothing about what a statement is.
const ENOUGH: usize = 64;

/// What a statement does to the transaction and the session that it runs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// A transaction can hold it, and a rollback takes it back.
    pub is_transactional: bool,
    /// What it leaves in the session.
    pub session: SessionEffect,
}

impl Effect {
    /// What is known of a statement; of one that nobody knows, that a transaction cannot hold it.
    #[must_use]
    pub fn of(sql: &str, engine: Engine) -> Self {
        let is_mysql = matches!(engine, Engine::Mysql | Engine::Mariadb);
        if is_mysql && let Some(statement) = statement_under_settings(sql, engine) {
            return Effect::of(statement, engine);
        }
        let words: Vec<String> = tokens(sql, engine)
            .filter(|token| token.kind == TokenKind::Word)
            .take(ENOUGH)
            .map(|token: Token| token.text(sql).to_ascii_uppercase())
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let is_transactional = match engine {
            Engine::Sqlite => !matches!(words.as_slice(), ["VACUUM" | "PRAGMA" | "ATTACH" | "DETACH", ..]),
            Engine::Postgres => postgres(&words),
            Engine::Mysql | Engine::Mariadb => mysql(&words),
        };
        Effect { is_transactional, session: SessionEffect::of(sql, engine) }
    }
}

/// <https://www.postgresql.org/docs/current/sql-commands.html>: "cannot be executed inside a transaction block".
fn postgres(words: &[&str]) -> bool {
    let has = |word: &str| words.contains(&word);
    match words {
        ["CREATE" | "DROP", "DATABASE" | "TABLESPACE" | "SUBSCRIPTION", ..]
        | ["ALTER", "SYSTEM" | "DATABASE" | "SUBSCRIPTION", ..] => false,
        ["CREATE" | "DROP", "INDEX", ..] | ["CREATE", "UNIQUE", ..] => !has("CONCURRENTLY"),
        ["ALTER", "TABLE", ..] => !(has("DETACH") && has("CONCURRENTLY")),
        [first, ..] => matches!(
            *first,
            "ALTER"
                | "ANALYZE"
                | "CLOSE"
                | "COMMENT"
                | "COPY"
                | "CREATE"
                | "DEALLOCATE"
                | "DECLARE"
                | "DELETE"
                | "DROP"
                | "EXECUTE"
                | "FETCH"
                | "GRANT"
                | "IMPORT"
                | "INSERT"
                | "LISTEN"
                | "LOAD"
                | "LOCK"
                | "MERGE"
                | "MOVE"
                | "NOTIFY"
                | "PREPARE"
                | "REASSIGN"
                | "REFRESH"
                | "RESET"
                | "REVOKE"
                | "SECURITY"
                | "SELECT"
                | "SET"
                | "TRUNCATE"
                | "UNLISTEN"
                | "UPDATE"
                | "VALUES"
                | "WITH"
        ),
        [] => false,
    }
}

/// <https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/>: all commits but changes of rows, and what is the session's own.
fn mysql(words: &[&str]) -> bool {
    match words {
        ["SET", second, ..] => !matches!(*second, "GLOBAL" | "PASSWORD" | "PERSIST" | "PERSIST_ONLY"),
        ["CREATE", "TEMPORARY", "TABLE", ..]
        | ["CREATE", "OR", "REPLACE", "TEMPORARY", "TABLE", ..]
        | ["DROP", "TEMPORARY", "TABLE", ..]
        | ["DROP", "PREPARE", ..] => true,
        [first, ..] => matches!(
            *first,
            "DEALLOCATE"
                | "DELETE"
                | "INSERT"
                | "PREPARE"
                | "REPLACE"
                | "SELECT"
                | "SET"
                | "TABLE"
                | "UPDATE"
                | "USE"
                | "VALUES"
                | "WITH"
        ),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_transactional(sql: &str, engine: Engine) -> bool {
        Effect::of(sql, engine).is_transactional
    }

    #[test]
    fn postgres_takes_most_statements_into_a_transaction() {
        for sql in [
            "CREATE INDEX i ON t (a)",
            "ALTER TYPE mood ADD VALUE 'ok'",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
            "/* a */ update t SET a = 1",
            "ALTER TABLE t ADD COLUMN \"CONCURRENTLY\" text",
        ] {
            assert!(is_transactional(sql, Engine::Postgres), "{sql}");
        }
        for sql in [
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
            "drop index concurrently i",
            "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
            "VACUUM t",
            "REINDEX TABLE CONCURRENTLY t",
            "CALL batches()",
            "DO $$ BEGIN COMMIT; END $$",
            "",
        ] {
            assert!(!is_transactional(sql, Engine::Postgres), "{sql}");
        }
    }

    #[test]
    fn mysql_takes_nothing_but_changes_of_rows() {
        for sql in [
            "INSERT INTO t VALUES (1)",
            "SET @a = 1",
            "WITH a AS (SELECT 1) DELETE FROM t",
            "CREATE TEMPORARY TABLE a (x int)",
            "DROP TEMPORARY TABLE a",
            "PREPARE q FROM @a",
        ] {
            assert!(is_transactional(sql, Engine::Mariadb), "{sql}");
        }
        for sql in
            ["CREATE TABLE t (a int)", "TRUNCATE t", "SET GLOBAL a = 1", "CALL p()", "LOCK TABLES t WRITE"]
        {
            assert!(!is_transactional(sql, Engine::Mysql), "{sql}");
        }
    }

    #[test]
    fn the_statement_behind_its_settings_is_what_counts() {
        let effect =
            |statement: &str| Effect::of(&format!("SET STATEMENT a = 1 FOR {statement}"), Engine::Mariadb);
        assert!(effect("INSERT INTO t VALUES (1)").is_transactional);
        assert!(!effect("INSERT INTO t VALUES (1)").session.changes_session());
        assert!(!effect("ALTER TABLE t ADD a int").is_transactional);
    }
}
