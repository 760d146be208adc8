use super::*;
use proptest::prelude::*;

fn statements(script: &str, engine: Engine) -> Vec<&str> {
    let split = split(script, engine).unwrap();
    split.statements.into_iter().map(|statement| statement.sql).collect()
}

fn refusal(script: &str, engine: Engine) -> String {
    split(script, engine).unwrap_err().to_string()
}

#[test]
fn semicolons_in_strings_names_and_comments_end_nothing() {
    let script = "SELECT ';', \"a;b\" /* ; */ -- ;\n; SELECT 2";
    for engine in Engine::ALL {
        assert_eq!(statements(script, engine), ["SELECT ';', \"a;b\"", "SELECT 2"]);
    }
}

#[test]
fn text_that_the_engine_cannot_read_is_not_cut() {
    assert_eq!(statements("SELECT x'a;b'; SELECT $a(;)", Engine::Sqlite), ["SELECT x'a;b'", "SELECT $a(;)"]);
}

#[test]
fn a_statement_has_its_line_and_its_comments() {
    let script =
        "\u{feff}-- first\r\n\r\n/* second */\r\nSELECT 1 -- within\r\n; -- behind\nSELECT 2;\n-- last";
    let split = split(script, Engine::Sqlite).unwrap();
    let comments = |comments: &[Comment<'_>]| {
        let shown = |comment: &Comment<'_>| {
            format!("{} {} {:?}", comment.line, comment.text.trim(), comment.placement)
        };
        comments.iter().map(shown).collect::<Vec<_>>()
    };
    assert_eq!(split.statements[0].line, 4);
    assert_eq!(
        comments(&split.statements[0].comments),
        ["1 -- first Above", "3 /* second */ Above", "4 -- within Elsewhere"]
    );
    assert_eq!(split.statements[1].line, 6);
    assert_eq!(comments(&split.statements[1].comments), ["5 -- behind Elsewhere"]);
    assert_eq!(comments(&split.rest_comments), ["7 -- last AtEnd"]);
}

#[test]
fn empty_statements_are_none() {
    for engine in Engine::ALL {
        assert_eq!(statements(" ;; -- nothing\n ; ", engine), Vec::<&str>::new());
        assert_eq!(statements(";SELECT 1;;SELECT 2;;", engine), ["SELECT 1", "SELECT 2"]);
    }
}

#[test]
fn an_sqlite_trigger_ends_with_its_own_end() {
    let triggers = [
        "CREATE TRIGGER t AFTER UPDATE ON a BEGIN UPDATE b SET x = CASE WHEN 1 THEN 2 END; END",
        "CREATE TEMP TRIGGER IF NOT EXISTS t BEFORE INSERT ON a WHEN CASE 1 WHEN 1 THEN 1 END BEGIN\n\
         SELECT CASE 1 WHEN 2 THEN CASE 3 WHEN 4 THEN 5 END END; -- END;\n DELETE FROM b; END",
        "create temporary trigger \"begin\" instead of delete on v begin select 'END;'; end",
    ];
    for trigger in triggers {
        let script = format!("{trigger} ;\nSELECT 1;");
        assert_eq!(statements(&script, Engine::Sqlite), [trigger, "SELECT 1"]);
        assert_eq!(statements(trigger, Engine::Sqlite), [trigger]);
    }
}

#[test]
fn a_table_called_trigger_is_no_trigger() {
    let script = "CREATE TABLE trigger (begin); SELECT begin FROM trigger; SELECT 1";
    assert_eq!(statements(script, Engine::Sqlite).len(), 3);
}

#[test]
fn a_body_without_its_end_is_told_with_its_line() {
    assert_eq!(
        refusal("SELECT 1;\nCREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;", Engine::Sqlite),
        "line 2: a body that begins with `BEGIN` has no `END;`"
    );
    assert_eq!(
        refusal("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;", Engine::Postgres),
        "line 1: a body that begins with `BEGIN ATOMIC` has no `END;`"
    );
    assert_eq!(
        refusal("CREATE PROCEDURE p() BEGIN SELECT 1;", Engine::Mysql),
        "line 1: a body that begins with `BEGIN` has no `END;`"
    );
}

#[test]
fn what_never_ends_is_told_with_the_line_where_it_begins() {
    assert_eq!(refusal("SELECT 1;\nSELECT 'a;\n", Engine::Sqlite), "line 2: a string without an end");
    assert_eq!(refusal("\n\n/* SELECT 1;", Engine::Mysql), "line 3: a comment without an end");
    assert_eq!(refusal("SELECT \"a", Engine::Postgres), "line 1: a quoted name without an end");
    assert_eq!(refusal("DO $$ BEGIN", Engine::Postgres), "line 1: a string without an end");
    assert_eq!(
        refusal("SELECT (1;\nSELECT 2;", Engine::Postgres),
        "line 1: a parenthesis of this statement is not closed"
    );
}

#[test]
fn postgres_bodies_in_every_form_are_one_statement() {
    let bodies = [
        "CREATE FUNCTION f() RETURNS trigger AS $body$ BEGIN; RETURN NEW; END; $body$ LANGUAGE plpgsql",
        "DO $$ BEGIN PERFORM 1; END $$",
        "CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC \
         SELECT CASE WHEN a > 0 THEN 1 END; SELECT t.end AS end FROM t; END",
        "CREATE PROCEDURE p() BEGIN ATOMIC INSERT INTO a VALUES (1); END",
        "CREATE RULE r AS ON INSERT TO a DO ALSO (INSERT INTO b VALUES (1); DELETE FROM c)",
    ];
    for body in bodies {
        let script = format!("{body};\nSELECT 1;");
        assert_eq!(statements(&script, Engine::Postgres), [body, "SELECT 1"]);
    }
}

#[test]
fn mysql_bodies_need_no_delimiter() {
    let bodies = [
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN IF NEW.x IS NULL THEN SET NEW.x = 1; END IF; END",
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW IF NEW.x > 1 THEN SET NEW.x = 1; ELSE SET NEW.x = 2; END IF",
        "CREATE DEFINER=`root`@`localhost` PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN END; \
         CASE 1 WHEN 1 THEN SELECT CASE WHEN 1 THEN 2 END; END CASE; \
         l: LOOP LEAVE l; END LOOP l; WHILE 0 DO SELECT 1; END WHILE; REPEAT SELECT REPEAT('a', IF(1, 2, 3)); UNTIL 1 END REPEAT; END",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM a; END",
        "BEGIN NOT ATOMIC SELECT 1; END",
    ];
    for body in bodies {
        let script = format!("{body};\nSELECT 1;");
        assert_eq!(statements(&script, Engine::Mariadb), [body, "SELECT 1"]);
    }
    let trigger = "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.x = IF(1, 2, 3)";
    assert_eq!(statements(&format!("{trigger}; SELECT 1"), Engine::Mysql), [trigger, "SELECT 1"]);
}

#[test]
fn a_backslash_escapes_nothing_where_the_mode_says_so() {
    for (set, back) in [
        ("SET sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES'", "SET sql_mode = DEFAULT"),
        ("SET @a = @@sql_mode, SESSION sql_mode='no_backslash_escapes'", "SET @@sql_mode := @a"),
        ("SET sql_mode = concat(@@sql_mode, ',NO_BACKSLASH_ESCAPES')", "SET sql_mode = ''"),
        ("/*!50003 SET sql_mode = 'NO_BACKSLASH_ESCAPES' */", "/*!50003 SET sql_mode = @saved_sql_mode */"),
    ] {
        let whole = [set, "SELECT 'a;\\'", back, "SELECT 'b\\';'"];
        assert_eq!(statements(&whole.join(";\n"), Engine::Mariadb), whole);
    }
    for set in [
        "SET GLOBAL sql_mode = 'NO_BACKSLASH_ESCAPES'",
        "SET @sql_mode = 'NO_BACKSLASH_ESCAPES'",
        "SET NAMES utf8mb4",
    ] {
        let whole = [set, "SELECT 'a\\';'"];
        assert_eq!(statements(&whole.join(";"), Engine::Mysql), whole);
    }
}

#[test]
fn delimiter_lines_change_what_ends_a_statement() {
    let script = "SELECT 1;\nDELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT '$$'; END$$\n-- next\nSELECT 2 $$\ndelimiter ;\nSELECT 3;";
    assert_eq!(
        statements(script, Engine::Mysql),
        ["SELECT 1", "CREATE PROCEDURE p() BEGIN SELECT '$$'; END", "SELECT 2", "SELECT 3"]
    );
    assert_eq!(statements("DELIMITER //\nSELECT 4 / 2 //\n", Engine::Mysql), ["SELECT 4 / 2"]);
    assert_eq!(refusal("DELIMITER\nSELECT 1", Engine::Mysql), "line 1: `` cannot be a delimiter");
    assert_eq!(refusal("DELIMITER '\nSELECT 1", Engine::Mysql), "line 1: `'` cannot be a delimiter");
}

#[test]
fn bodies_of_mariadb_under_its_mode_oracle_hold_semicolons() {
    let whole = [
        "CREATE OR REPLACE PACKAGE p COMMENT 'a;b' AS FUNCTION f(a int) RETURN int; PROCEDURE q(); END",
        "CREATE DEFINER=`a`@`b` PACKAGE BODY IF NOT EXISTS \"p\" IS x int := CASE WHEN 1 THEN 2 END; CURSOR c IS SELECT 1; \
         FUNCTION g RETURN int; \
         FUNCTION f(a int) RETURN int AS b int := 1; BEGIN IF a > b THEN RETURN IF(a, 1, 2); END IF; RETURN a; END; \
         PROCEDURE q IS BEGIN <<l>> LOOP EXIT WHEN 1; END LOOP; END q; \
         BEGIN x := 6; FOR i IN 1 .. 3 LOOP x := i; END LOOP; END p",
        // Without the mode, from 11.4 on.
        "CREATE PACKAGE BODY p FUNCTION f() RETURNS int RETURN 1; PROCEDURE q() BEGIN SELECT 1; END; END",
        "CREATE PACKAGE p FUNCTION f() RETURNS int; END",
        "CREATE FUNCTION f(a int) RETURN varchar(20) DETERMINISTIC IS x int; BEGIN RETURN a; END",
        "CREATE PROCEDURE p(a int) SQL SECURITY INVOKER COMMENT 'c' AS x int; BEGIN SELECT 1; DECLARE y int; BEGIN SELECT 2; END; EXCEPTION WHEN OTHERS THEN SELECT 3; END p",
        "CREATE PROCEDURE p AS BEGIN WHILE a > 1 LOOP SELECT 1; END LOOP; END",
        "CREATE TRIGGER t BEFORE INSERT ON g FOR EACH ROW DECLARE x int; BEGIN x := 1; END",
        // And what the mode changes nothing about.
        "CREATE FUNCTION f(a int) RETURNS int RETURN a IS NULL",
        "CREATE FUNCTION f(a int) RETURNS int DETERMINISTIC BEGIN RETURN a IS NULL; END",
        "CREATE PROCEDURE p() COMMENT 'c' SELECT 1 AS a",
        "CREATE FUNCTION f(a int) RETURNS varchar(5) CHARSET utf8mb4 IF a THEN RETURN 1; ELSE RETURN 2; END IF",
        "CREATE FUNCTION f(a int) RETURNS int RETURN 1 + IF(a, 1, 2)",
        "CREATE PROCEDURE p(a int) l: BEGIN SELECT 1 AS x; END l",
        "CREATE PROCEDURE p() NOT DETERMINISTIC NO SQL IF 1 THEN SELECT 1; END IF",
    ];
    for statement in whole {
        let script = format!("SELECT 1;\n{statement};\nSELECT 2;");
        assert_eq!(statements(&script, Engine::Mariadb), ["SELECT 1", statement, "SELECT 2"]);
    }
}

#[test]
fn comments_that_mysql_runs_are_statements() {
    let script = "/*!40101 SET NAMES utf8mb4 */;\n/*M!100616 SELECT 1 */;\n/* SELECT 2 */;";
    assert_eq!(
        statements(script, Engine::Mysql),
        ["/*!40101 SET NAMES utf8mb4 */", "/*M!100616 SELECT 1 */"]
    );
    assert_eq!(statements(script, Engine::Sqlite), Vec::<&str>::new());
}

#[test]
fn commands_of_a_database_shell_are_told() {
    assert_eq!(
        refusal("SELECT 1;\n.read other.sql\n", Engine::Sqlite),
        "line 2: `.read` is a command of the database shell, not SQL"
    );
    assert_eq!(
        refusal("\\i other.sql", Engine::Postgres),
        "line 1: `\\i` is a command of the database shell, not SQL"
    );
    assert_eq!(
        refusal("SELECT 1\n\\gset x", Engine::Postgres),
        "line 2: `\\gset` is a command of the database shell, not SQL"
    );
    assert_eq!(statements("SELECT \\N", Engine::Mysql), ["SELECT \\N"]);
}

/// Scripts made of the pieces that splitting looks at.
fn any_script() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "CREATE ",
            "TEMP ",
            "TRIGGER ",
            "FUNCTION ",
            "PROCEDURE ",
            "PACKAGE ",
            "RETURN ",
            "AS ",
            "IS ",
            "DECLARE ",
            "BEGIN ",
            "ATOMIC ",
            "NOT ",
            "CASE ",
            "END ",
            "END;",
            ";",
            "; ",
            "IF ",
            "LOOP ",
            "REPEAT ",
            "FOR EACH ROW ",
            "'a;b' ",
            "\"c;d\" ",
            "`e;f` ",
            "[g;h] ",
            "$$ ; $$ ",
            "$t$ $$ $t$",
            "-- x;\n",
            "# x;\n",
            "/* ; */ ",
            "/*!1 ; */",
            "(",
            ")",
            "x ",
            ".",
            "\n",
            "\r\n",
            "é",
        ])
        .prop_map(str::to_owned),
        "[ -~]{0,3}",
    ];
    proptest::collection::vec(piece, 0..25).prop_map(|pieces| pieces.concat())
}

fn assert_parts_make_the_script(script: &str) {
    for engine in Engine::ALL {
        let Ok(split) = split(script, engine) else { continue };
        let mut joined = String::new();
        for SplitStatement { lead, sql, tail, line, comments: _ } in &split.statements {
            assert!(!sql.is_empty());
            assert_eq!(*line, 1 + (joined.clone() + lead).matches('\n').count());
            joined.extend([*lead, sql, tail]);
        }
        assert_eq!(joined + split.rest, script);
    }
}

proptest! {
    #[test]
    fn the_parts_make_the_script(script in any_script()) {
        assert_parts_make_the_script(&script);
    }

    #[test]
    fn the_parts_make_any_text(script in any::<String>()) {
        assert_parts_make_the_script(&script);
    }

    #[test]
    fn a_statement_is_split_no_further(script in any_script()) {
        for engine in Engine::ALL {
            if let Ok(whole) = split(&script, engine) {
                // To MySQL `--` is a comment at the end of a text and two signs before a semicolon.
                for statement in whole.statements.iter().filter(|statement| !statement.sql.ends_with("--")) {
                    prop_assert_eq!(statements(statement.sql, engine), [statement.sql]);
                }
            }
        }
    }
}

/// Statements that SQLite itself accepts, with all that could mislead a splitter.
#[cfg(feature = "sqlite")]
fn any_valid_sqlite_script() -> impl Strategy<Value = String> {
    let statement = proptest::sample::select(vec![
        "SELECT 'a;''b', \"c;\", `d;`, [e;] FROM (SELECT 1 AS \"c;\", 2 AS `d;`, 3 AS [e;])",
        "SELECT x'3b', 1e5, .5, 0x1F, 1., 'é;' AS é$1, -1--;\n",
        "SELECT 1 /* ; */ + /* -- */ 2 -- ;\n",
        "SELECT CASE WHEN 1 THEN 2 END AS \"end\", '{}'->>'$.a', 1<>2, 1!=2, 1||2",
        "CREATE TEMP TABLE IF NOT EXISTS [t;] (begin, trigger, é$1 DEFAULT ';')",
        "CREATE TEMP TRIGGER IF NOT EXISTS \"g;\" AFTER INSERT ON [t;] WHEN CASE 1 WHEN 1 THEN 1 END \
         BEGIN SELECT CASE 1 WHEN 1 THEN ';' END; /* END; */ DELETE FROM [t;]; END",
        "CREATE TEMPORARY TRIGGER IF NOT EXISTS begin DELETE ON [t;] BEGIN SELECT 1; SELECT 2; END",
        "",
    ]);
    let between = proptest::sample::select(vec![";", " ;\n", "; -- ; '\n", ";;", ";/* ; */"]);
    let first = "CREATE TEMP TABLE [t;] (begin, trigger, é$1 DEFAULT ';');";
    proptest::collection::vec((statement, between), 1..8).prop_map(move |parts| {
        parts.into_iter().fold(first.to_owned(), |script, (sql, end)| script + sql + end)
    })
}

#[cfg(feature = "sqlite")]
proptest! {
    #[test]
    fn sqlite_ends_its_statements_where_the_splitter_does(script in any_valid_sqlite_script()) {
        use rusqlite::fallible_iterator::FallibleIterator as _;

        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let mut batch = rusqlite::Batch::new(&connection, &script);
        for statement in statements(&script, Engine::Sqlite) {
            let mut theirs = batch.next().unwrap().expect("SQLite sees fewer statements");
            let text = theirs.expanded_sql().unwrap();
            prop_assert!(text.contains(statement), "{text:?} is not {statement:?}");
            let mut rows = theirs.raw_query();
            while rows.next().unwrap().is_some() {}
        }
        prop_assert!(batch.next().unwrap().is_none(), "SQLite sees more statements");
    }
}
