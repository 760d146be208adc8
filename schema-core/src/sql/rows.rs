//! Statements about rows and nothing else: what a function of the application may run inside a transaction of the runner.

use super::acting::acts_on_server;
use super::quote::unquote_identifier;
use super::script::check_statement;
use super::session::SessionEffect;
use super::split::split;
use super::token::{Token, TokenKind, tokenize};
use super::words::Words;
use crate::model::Engine;

/// What every engine that has it holds in a transaction and takes back.
const ABOUT_ROWS: [&str; 9] =
    ["DELETE", "INSERT", "MERGE", "REPLACE", "SELECT", "TABLE", "UPDATE", "VALUES", "WITH"];

/// Why a text is more or less than one statement that reads or changes rows, and leaves its transaction and its session as they are; none where it is not.
pub(crate) fn beyond_rows(sql: &str, engine: Engine) -> Option<String> {
    let statements = match split(sql, engine) {
        Ok(split) => split.statements.len(),
        Err(error) => return Some(error.to_string()),
    };
    if statements != 1 {
        return Some(format!("{statements} statements are given where one is run"));
    }
    let keyword = Words::new(sql, engine).keyword();
    if !ABOUT_ROWS.contains(&keyword.as_str()) {
        return Some(format!("`{}` does more than to read and change rows", keyword.escape_debug()));
    }
    if let Some(reason) = beyond_tables(sql, engine) {
        return Some(reason);
    }
    let session = SessionEffect::of(sql, engine);
    if let Some(state) = session.leaves.first().or(session.ends.first()) {
        return Some(format!("it changes the session that the script runs in: {state}"));
    }
    if session.is_setting {
        return Some("it changes settings of the session that the script runs in".to_owned());
    }
    // Of all that a script must not do, the words above leave this.
    check_statement(sql, 1, engine).is_err().then(|| "it releases the lock of the migration".to_owned())
}

/// Functions that act beyond the rows of their transaction, by how their names begin, beside those that act on a server: they set something, lock, read files or run other SQL.
const ACTING: [&str; 10] = [
    "set_config",
    "pg_advisory_",
    "pg_try_advisory_",
    "lo_import",
    "query_to_",
    "get_lock",
    "release_lock",
    "release_all_locks",
    "load_extension",
    "pragma_",
];

/// What SQLite's pragmas only read as tables.
const READING_PRAGMAS: [&str; 8] = [
    "pragma_table_info",
    "pragma_table_xinfo",
    "pragma_table_list",
    "pragma_index_list",
    "pragma_index_info",
    "pragma_index_xinfo",
    "pragma_foreign_key_list",
    "pragma_foreign_key_check",
];

/// What stands before INTO where that names the table of an INSERT, REPLACE or MERGE.
const BEFORE_INTO: [&str; 10] = [
    "INSERT",
    "REPLACE",
    "MERGE",
    "IGNORE",
    "DELAYED",
    "LOW_PRIORITY",
    "HIGH_PRIORITY",
    "ABORT",
    "FAIL",
    "ROLLBACK",
];

/// Why a statement about rows does something else as well, however its names are written.
fn beyond_tables(sql: &str, engine: Engine) -> Option<String> {
    let all = tokenize(sql, engine);
    if all.iter().any(|token| token.is_executed_comment(sql, engine)) {
        return Some("the server runs what stands in `/*! … */`: write it without the comment".to_owned());
    }
    let tokens: Vec<&Token> = all.iter().filter(|token| !token.is_trivia()).collect();
    let keyword = |place: usize| match tokens.get(place) {
        Some(token) if token.kind == TokenKind::Word => token.text(sql).to_ascii_uppercase(),
        Some(_) | None => String::new(),
    };
    let updates = (0..tokens.len()).any(|place| keyword(place) == "UPDATE");
    for (place, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind.is_name()) {
        let name = unquote_identifier(token.text(sql)).to_lowercase();
        let is_called = tokens.get(place + 1).is_some_and(|next| next.text(sql) == "(");
        let acts = ACTING.iter().any(|begin| name.starts_with(begin)) || acts_on_server(&name).is_some();
        // SQLite's pragmas are tables, whose brackets may be left out.
        if acts && (is_called || name.starts_with("pragma_")) && !READING_PRAGMAS.contains(&name.as_str()) {
            return Some(format!("`{name}` does more than to read and change rows"));
        }
        if engine == Engine::Postgres && name == "pg_settings" && updates {
            return Some("it changes settings of the session that the script runs in".to_owned());
        }
        let before = place.checked_sub(1).map(keyword).unwrap_or_default();
        if keyword(place) == "INTO" && !BEFORE_INTO.contains(&before.as_str()) {
            return Some("`INTO` writes to a table of its own, a variable or a file there".to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_about_rows_are_run() {
        for engine in Engine::ALL {
            for sql in [
                "SELECT id FROM t WHERE a = ?",
                " /* a */ insert into t values (?, ?);",
                "UPDATE t SET a = 'COMMIT; DROP TABLE t'",
                "WITH a AS (SELECT 1) DELETE FROM t",
                "DELETE FROM t -- all",
                "INSERT INTO t SELECT dblink FROM \"into\"",
                "SELECT 'set_config(1)'",
            ] {
                assert_eq!(beyond_rows(sql, engine), None, "{engine}: {sql}");
            }
        }
    }

    #[test]
    fn whatever_else_is_refused() {
        for engine in Engine::ALL {
            for sql in [
                "",
                "-- nothing",
                "COMMIT",
                "ROLLBACK TO a",
                "BEGIN",
                "SAVEPOINT a",
                "RELEASE a",
                "SET a = 1",
                "CREATE TABLE t (a int)",
                "CREATE TEMPORARY TABLE t (a int)",
                "DROP TABLE t",
                "PRAGMA writable_schema = ON",
                "ATTACH 'a.db' AS a",
                "VACUUM INTO 'a.db'",
                "CALL p()",
                "SELECT pg_catalog.pg_switch_wal()",
                "SELECT * FROM dblink('dbname=shop', 'SELECT 1') AS t (a int)",
                "SELECT 1; COMMIT",
                "SELECT 'a",
                "PREPARE a FROM 'COMMIT'",
            ] {
                assert!(beyond_rows(sql, engine).is_some(), "{engine}: {sql}");
            }
        }
        for (engine, sql) in [
            (Engine::Postgres, "SELECT set_config('search_path', 'x', false)"),
            (Engine::Postgres, "SELECT pg_advisory_lock(1)"),
            (Engine::Postgres, "SELECT pg_advisory_unlock_all()"),
            (Engine::Postgres, "SELECT 1 INTO TEMP a"),
            (Engine::Postgres, "COPY t FROM STDIN"),
            (Engine::Postgres, "SET LOCAL ROLE a"),
            (Engine::Postgres, "DO $$ BEGIN NULL; END $$"),
            (Engine::Mysql, "SELECT @a := 1"),
            (Engine::Mysql, "SELECT GET_LOCK('a', 1)"),
            (Engine::Mysql, "SELECT RELEASE_ALL_LOCKS()"),
            (Engine::Mariadb, "SET STATEMENT autocommit = 1 FOR SELECT 1"),
            (Engine::Mysql, "LOAD DATA LOCAL INFILE 'a' INTO TABLE t"),
            (Engine::Postgres, "SELECT \"set_config\"('search_path', 'x', true)"),
            (Engine::Postgres, "SELECT pg_catalog.set_config('role', 'x', true)"),
            (Engine::Postgres, "UPDATE pg_settings SET setting = 'x' WHERE name = 'search_path'"),
            (Engine::Postgres, "SELECT \"pg_advisory_unlock_all\"()::text"),
            (Engine::Postgres, "SELECT dblink_exec('', 'INSERT INTO t VALUES (1)')"),
            (Engine::Postgres, "SELECT lo_export(1, '/tmp/a')"),
            (Engine::Postgres, "SELECT query_to_xml('SELECT 1', true, true, '')::text"),
            (Engine::Postgres, "SELECT a INTO b FROM t"),
            (Engine::Postgres, "WITH a AS (SELECT 1) SELECT * INTO UNLOGGED b FROM a"),
            (Engine::Mysql, "SELECT `release_all_locks`()"),
            (Engine::Mysql, "SELECT `get_lock`('a', 1)"),
            (Engine::Mysql, "INSERT INTO /*! other.t */ VALUES (1)"),
            (Engine::Mariadb, "SELECT 1 /*M! INTO OUTFILE '/tmp/a' */"),
            (Engine::Mariadb, "SELECT 1 INTO OUTFILE '/tmp/a'"),
            (Engine::Mariadb, "WITH a AS (SELECT 1) SELECT * FROM a INTO DUMPFILE '/tmp/a'"),
            (Engine::Sqlite, "SELECT * FROM pragma_optimize(0x10002)"),
            (Engine::Sqlite, "SELECT load_extension('a')"),
        ] {
            assert!(beyond_rows(sql, engine).is_some(), "{engine}: {sql}");
        }
    }
}
