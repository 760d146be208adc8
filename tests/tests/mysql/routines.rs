//! Functions and procedures: created, changed and dropped, with what calls them.

use super::objects::{changed_and_back, compared, database};
use schema_core::apply::apply;
use schema_core::model::Engine;
use schema_tests::mysql::differences;
use schema_tests::server::Server;

const FUNCTION: &str = "CREATE FUNCTION f(a int) RETURNS varchar(20) DETERMINISTIC RETURN concat('x', a)";

/// Routines, and what becomes of them.
const CHANGES: [(&str, &str, &str); 13] = [
    ("a new one", "", FUNCTION),
    (
        "another body",
        FUNCTION,
        "CREATE FUNCTION f(a int) RETURNS varchar(20) DETERMINISTIC COMMENT 'it''s' BEGIN DECLARE b int; SET b = a + 1; RETURN concat('y;', b); END",
    ),
    (
        "characteristics alone",
        "CREATE PROCEDURE p(IN a int, OUT b varchar(5)) COMMENT 'old' SET b = a",
        "CREATE PROCEDURE p(IN a int, OUT b varchar(5)) SQL SECURITY INVOKER MODIFIES SQL DATA COMMENT 'new' SET b = a",
    ),
    ("a comment that goes", "CREATE PROCEDURE p() COMMENT 'old' SELECT 1", "CREATE PROCEDURE p() SELECT 1"),
    (
        "other arguments",
        "CREATE PROCEDURE p(IN a int) SELECT a",
        "CREATE PROCEDURE p(IN a int, INOUT b decimal(5,2)) SELECT a, b",
    ),
    (
        "another definer",
        FUNCTION,
        "CREATE DEFINER=`nobody`@`localhost` FUNCTION f(a int) RETURNS varchar(20) DETERMINISTIC RETURN concat('x', a)",
    ),
    (
        "other settings",
        FUNCTION,
        "SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT', collation_connection = utf8mb4_bin; \
         CREATE FUNCTION \"f\"(\"a\" int) RETURNS varchar(20) DETERMINISTIC RETURN 'x' || \"a\"",
    ),
    (
        "backslashes that escape nothing",
        "",
        r"SET sql_mode = 'NO_BACKSLASH_ESCAPES'; CREATE FUNCTION f() RETURNS int DETERMINISTIC COMMENT 'it''s \n, a;\' RETURN length('\');
          CREATE PROCEDURE p() COMMENT 'a
b' SELECT 1",
    ),
    (
        "a comment whose backslashes come to escape nothing",
        r"CREATE PROCEDURE p() COMMENT 'a\\b' SELECT 1; SET sql_mode = 'NO_BACKSLASH_ESCAPES'; CREATE PROCEDURE q() COMMENT 'a\b' SELECT 1",
        r"SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'; CREATE PROCEDURE p() COMMENT 'a\b' SELECT 1;
          SET sql_mode = 'NO_BACKSLASH_ESCAPES'; CREATE PROCEDURE q() COMMENT 'it''s a\' SELECT 1",
    ),
    (
        "a view that calls a new one",
        "",
        "CREATE FUNCTION z() RETURNS int DETERMINISTIC RETURN 1; CREATE VIEW v AS SELECT z() AS one",
    ),
    (
        "a view that no longer calls one that goes",
        "CREATE FUNCTION z() RETURNS int DETERMINISTIC RETURN 1; CREATE VIEW v AS SELECT z() AS one",
        "CREATE VIEW v AS SELECT 1 AS one",
    ),
    (
        "functions that call each other, and read tables and views of the same revision",
        "",
        "CREATE TABLE t (id int NOT NULL PRIMARY KEY); CREATE FUNCTION b() RETURNS int DETERMINISTIC RETURN 1; \
         CREATE VIEW v AS SELECT id, b() AS b FROM t; \
         CREATE FUNCTION a() RETURNS int READS SQL DATA RETURN (SELECT max(id) FROM v) + b(); \
         CREATE VIEW w AS SELECT a() AS a; CREATE PROCEDURE c() SELECT a(), b() FROM w",
    ),
    (
        "a view of a function that reads it",
        "CREATE VIEW v AS SELECT 1 AS one",
        "CREATE VIEW v AS SELECT 1 AS one; CREATE FUNCTION looks() RETURNS int READS SQL DATA RETURN (SELECT one FROM v); \
         DROP VIEW v; CREATE VIEW v AS SELECT looks() AS one",
    ),
];

#[test]
fn routines_are_created_changed_and_dropped_and_come_back() {
    changed_and_back("routines", &CHANGES);
}

#[test]
fn who_may_run_a_routine_still_may_once_it_is_replaced() {
    let Some(server) = Server::Mysql.url() else { return };
    let (user, role) = (format!("user_{}", std::process::id()), format!("role_{}", std::process::id()));
    let (before, after) = (FUNCTION, FUNCTION.replace("'x'", "'y'"));
    let (mut from, mut to) = (database(&server, before), database(&server, &after));
    let name = from.driver().query("SELECT DATABASE()", &[]).unwrap().remove(0).remove(0);
    let name = name.as_text().unwrap().to_owned();
    let rights = format!(
        "SELECT CONCAT_WS(' ', User, Host, Routine_name, Routine_type, CAST(Proc_priv AS CHAR)) FROM mysql.procs_priv WHERE Db = '{name}' ORDER BY 1"
    );
    from.load(&format!(
        "CREATE USER '{user}'@'10.%'; CREATE ROLE {role}; GRANT EXECUTE ON FUNCTION f TO {role}; \
         GRANT EXECUTE, ALTER ROUTINE ON FUNCTION f TO '{user}'@'10.%' WITH GRANT OPTION"
    ))
    .unwrap();
    let had = from.driver().query(&rights, &[]).unwrap();
    let comparison = compared(&mut from, &mut to);
    let done = apply(from.driver(), &comparison.up().unwrap(), &[]);
    let has = from.driver().query(&rights, &[]).unwrap();
    let is_equal = differences(&to.dump(), &from.dump());
    from.load(&format!("DROP USER '{user}'@'10.%'; DROP ROLE {role}")).unwrap();
    done.unwrap();
    assert_eq!(is_equal, "");
    assert_eq!(had.len(), 2);
    assert_eq!(has, had);
    let script = comparison.up().unwrap().to_script();
    match from.driver().engine() {
        Engine::Mysql => assert!(script.contains("DROP FUNCTION `f`"), "{script}"),
        Engine::Mariadb | Engine::Postgres | Engine::Sqlite => {
            assert!(script.contains("CREATE OR REPLACE FUNCTION `f`"), "{script}")
        }
    }
}
