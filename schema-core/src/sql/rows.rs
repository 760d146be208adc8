//! Statements about rows and nothing else: what a function of the application may run inside a transaction of the runner.

use super::script::check_statement;
use super::session::SessionEffect;
use super::split::split;
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
        ] {
            assert!(beyond_rows(sql, engine).is_some(), "{engine}: {sql}");
        }
    }
}
