//! Which statements a transaction can hold, and which ones change the session, told by their first words.

use super::token::{Token, TokenKind, tokens};
use crate::model::Engine;

/// More words than these tell nothing about what a statement is.
const ENOUGH: usize = 64;

/// What a statement does to the transaction and the session that it runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// A transaction can hold it, and a rollback takes it back.
    pub is_transactional: bool,
    /// It changes how the session understands what follows.
    pub sets_session: bool,
}

impl Effect {
    /// What is known of a statement; of one that nobody knows, that a transaction cannot hold it.
    #[must_use]
    pub fn of(sql: &str, engine: Engine) -> Self {
        let words: Vec<String> = tokens(sql, engine)
            .filter(|token| token.kind == TokenKind::Word)
            .take(ENOUGH)
            .map(|token: Token| token.text(sql).to_ascii_uppercase())
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match engine {
            Engine::Sqlite => sqlite(&words),
            Engine::Postgres => postgres(&words),
            Engine::Mysql | Engine::Mariadb => mysql(&words),
        }
    }
}

/// All that can be in a transaction is there already, unless a script takes it out.
fn sqlite(words: &[&str]) -> Effect {
    let is_transactional = !matches!(words, ["VACUUM" | "PRAGMA" | "ATTACH" | "DETACH", ..]);
    Effect { is_transactional, sets_session: false }
}

/// <https://www.postgresql.org/docs/current/sql-commands.html>: "cannot be executed inside a transaction block".
fn postgres(words: &[&str]) -> Effect {
    let has = |word: &str| words.contains(&word);
    let is_transactional = match words {
        ["CREATE" | "DROP", "DATABASE" | "TABLESPACE" | "SUBSCRIPTION", ..]
        | ["ALTER", "SYSTEM" | "DATABASE" | "SUBSCRIPTION", ..] => false,
        ["CREATE" | "DROP", "INDEX", ..] | ["CREATE", "UNIQUE", ..] => !has("CONCURRENTLY"),
        ["ALTER", "TABLE", ..] => !(has("DETACH") && has("CONCURRENTLY")),
        [first, ..] => matches!(
            *first,
            "ALTER"
                | "ANALYZE"
                | "COMMENT"
                | "CREATE"
                | "DELETE"
                | "DROP"
                | "GRANT"
                | "IMPORT"
                | "INSERT"
                | "LOCK"
                | "MERGE"
                | "REFRESH"
                | "RESET"
                | "REVOKE"
                | "SECURITY"
                | "SELECT"
                | "SET"
                | "TRUNCATE"
                | "UPDATE"
                | "VALUES"
                | "WITH"
        ),
        [] => false,
    };
    let sets_session = matches!(words, ["SET" | "RESET", ..]) || has("SET_CONFIG");
    Effect { is_transactional, sets_session }
}

/// <https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/>: all but changes of rows commits.
fn mysql(words: &[&str]) -> Effect {
    let sets_session = match words {
        ["SET", second, ..] => !matches!(*second, "GLOBAL" | "PASSWORD" | "PERSIST" | "PERSIST_ONLY"),
        ["SET" | "USE", ..] => true,
        _ => false,
    };
    let is_transactional = sets_session
        || matches!(
            words,
            ["DELETE" | "INSERT" | "REPLACE" | "SELECT" | "TABLE" | "UPDATE" | "VALUES" | "WITH", ..]
        );
    Effect { is_transactional, sets_session }
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
        for sql in ["INSERT INTO t VALUES (1)", "SET @a = 1", "WITH a AS (SELECT 1) DELETE FROM t"] {
            assert!(is_transactional(sql, Engine::Mariadb), "{sql}");
        }
        for sql in
            ["CREATE TABLE t (a int)", "TRUNCATE t", "SET GLOBAL a = 1", "CALL p()", "LOCK TABLES t WRITE"]
        {
            assert!(!is_transactional(sql, Engine::Mysql), "{sql}");
        }
    }

    #[test]
    fn settings_of_the_session_are_known() {
        assert!(
            Effect::of("SELECT pg_catalog.set_config('search_path', '', false)", Engine::Postgres)
                .sets_session
        );
        assert!(Effect::of("SET foreign_key_checks = 0", Engine::Mysql).sets_session);
        assert!(!Effect::of("SET PERSIST max_connections = 10", Engine::Mysql).sets_session);
        assert!(!Effect::of("UPDATE t SET a = 1", Engine::Postgres).sets_session);
    }
}
