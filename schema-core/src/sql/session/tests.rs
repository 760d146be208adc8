use super::*;

fn leaves(sql: &str, engine: Engine) -> Vec<String> {
    let effect = SessionEffect::of(sql, engine);
    let mark = if effect.is_setting { "again: " } else { "" };
    effect.leaves.iter().map(|state| format!("{mark}{state}")).collect()
}

#[test]
fn postgres_sessions_keep_what_no_transaction_ends() {
    for (sql, expected) in [
        ("CREATE TEMP TABLE a (x int)", "the temporary object `a`"),
        ("create local temporary table if not exists \"A\" as select 1", "the temporary object `A`"),
        ("CREATE OR REPLACE TEMP VIEW v AS SELECT 1", "the temporary object `v`"),
        ("CREATE TABLE pg_temp.a (x int)", "the temporary object `a`"),
        ("SELECT 1 AS x INTO TEMP TABLE a", "the temporary object `a`"),
        ("DO $$ BEGIN EXECUTE 'x'; CREATE TEMP TABLE a (x int); END $$", "the temporary object `a`"),
        ("SET search_path = a, b", "again: the computed setting `search_path`"),
        (
            "SELECT pg_catalog.set_config('search_path', '', false)",
            "again: the computed setting `search_path`",
        ),
        ("SELECT set_config('my.n', 3::text, false)", "again: the computed setting `my.n`"),
        ("SELECT set_config('my.n', (SELECT count(*) FROM t)::text, false)", "the computed setting `my.n`"),
        ("SELECT set_config('a.b', 'c', $1)", "the computed setting `a.b`"),
        ("INSERT INTO t SELECT set_config('a.b', 'c', false)", "the computed setting `a.b`"),
        ("PREPARE q AS SELECT 1", "the prepared statement `q`"),
        ("DECLARE c CURSOR WITH HOLD FOR SELECT 1", "the cursor `c`"),
        ("SELECT pg_advisory_lock(1)", "the lock"),
        ("LISTEN c", "the channel that is listened to `c`"),
        ("CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "the temporary object `f`"),
        ("CREATE TEMP SEQUENCE sq", "the temporary object `sq`"),
        ("SELECT setseed(0.5)", "the seed of random numbers"),
        ("SET seed = 0.5", "the seed of random numbers"),
    ] {
        assert_eq!(leaves(sql, Engine::Postgres), [expected], "{sql}");
    }
    for sql in [
        "SET LOCAL search_path = a",
        "SET TRANSACTION READ ONLY",
        "SELECT set_config('a.b', 'c', true)",
        "CREATE TEMP TABLE a (x int) ON COMMIT DROP",
        "CREATE TABLE temp (x int)",
        "DECLARE c CURSOR FOR SELECT 1",
        "SELECT pg_advisory_xact_lock(1)",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'CREATE TEMP TABLE a (x int)'",
        "INSERT INTO t VALUES ('CREATE TEMP TABLE a')",
    ] {
        assert!(leaves(sql, Engine::Postgres).is_empty(), "{sql}");
    }
}

#[test]
fn mysql_sessions_keep_what_no_transaction_ends() {
    for (sql, expected) in [
        ("SET @a = 1", "again: the computed variable `@a`"),
        ("SET @`A b` := 'x'", "again: the computed variable `@A b`"),
        ("SET @a = (SELECT max(x) FROM t)", "the computed variable `@a`"),
        ("SET @a = NOW()", "the computed variable `@a`"),
        ("SET foreign_key_checks = 0", "again: the computed setting `foreign_key_checks`"),
        ("SET @@session.sql_mode = CONCAT(@@sql_mode, ',ANSI')", "again: the computed setting `sql_mode`"),
        ("SET SESSION sql_mode = (SELECT 'ANSI')", "the computed setting `sql_mode`"),
        ("SELECT max(x) FROM t INTO @a", "the computed variable `@a`"),
        ("SELECT @a := 1", "the computed variable `@a`"),
        ("CALL p(1, @a)", "the computed variable `@a`"),
        ("CREATE OR REPLACE TEMPORARY TABLE `A` (x int)", "the temporary object `A`"),
        ("PREPARE q FROM @a", "the prepared statement `q`"),
        ("SELECT GET_LOCK('l', 1)", "the lock `l`"),
        ("LOCK TABLES t WRITE", "the lock on tables"),
        ("HANDLER t OPEN AS h", "the cursor `h`"),
        ("EXECUTE IMMEDIATE 'CREATE TEMPORARY TABLE a (x int)'", "the temporary object `a`"),
        ("EXECUTE IMMEDIATE CONCAT('CREATE TEMPORARY TABLE ', @a)", "the temporary object"),
        ("EXECUTE IMMEDIATE 'SET @a = ?' USING 1", "again: the computed variable `@a`"),
        ("EXECUTE IMMEDIATE 'SELECT max(x) INTO @a FROM t'", "the computed variable `@a`"),
        ("SET rand_seed1 = 5", "the seed of random numbers `rand_seed1`"),
    ] {
        assert_eq!(leaves(sql, Engine::Mariadb), [expected], "{sql}");
    }
    for sql in [
        "SET GLOBAL a = 1",
        "SET @@global.a = 1",
        "SET NAMES utf8mb4",
        "USE a",
        "SELECT @a",
        "ALTER TABLE t ADD a int",
    ] {
        assert!(leaves(sql, Engine::Mariadb).is_empty(), "{sql}");
    }
    assert_eq!(
        leaves("PREPARE q FROM 'CREATE TEMPORARY TABLE a (x int)'", Engine::Mysql),
        ["the prepared statement `q`", "the temporary object `a`"]
    );
    assert_eq!(leaves("EXECUTE IMMEDIATE @a", Engine::Mariadb), [""; 0]);
    let ended = SessionEffect::of("EXECUTE IMMEDIATE 'DROP TEMPORARY TABLE a'", Engine::Mariadb);
    assert_eq!(ended, SessionEffect::of("DROP TEMPORARY TABLE a", Engine::Mariadb));
    assert!(SessionEffect::of("USE a", Engine::Mysql).is_setting);
    let saved = SessionEffect::of("SET @old = @@foreign_key_checks, foreign_key_checks = 0", Engine::Mysql);
    assert!(saved.is_setting);
    let restored = SessionEffect::of("SET foreign_key_checks = @old", Engine::Mysql);
    assert_eq!((restored.is_setting, restored.depends_on), (true, vec!["@old".to_owned()]));
}

#[test]
fn sqlite_connections_keep_temporary_tables_and_databases() {
    for (sql, expected) in [
        ("CREATE TEMP TABLE a (x)", "the temporary object `a`"),
        ("CREATE TABLE IF NOT EXISTS temp.[A] (x)", "the temporary object `A`"),
        ("ATTACH 'x.db' AS y", "again: the attached database `y`"),
        ("ATTACH DATABASE printf('x') AS y", "the attached database `y`"),
        ("ATTACH ':memory:' AS y", "the attached database `y`"),
        ("ATTACH '' AS y", "the attached database `y`"),
        ("ATTACH 'file:z?mode=memory&cache=shared' AS y", "the attached database `y`"),
        ("ATTACH 'file:x.db?mode=rw' AS y", "again: the attached database `y`"),
        ("CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END", "the temporary object `g`"),
        ("CREATE TRIGGER temp.g AFTER INSERT ON t BEGIN SELECT 1; END", "the temporary object `g`"),
        ("CREATE TEMP VIEW v AS SELECT 1", "the temporary object `v`"),
    ] {
        assert_eq!(leaves(sql, Engine::Sqlite), [expected], "{sql}");
    }
    assert!(leaves("CREATE TABLE main.temp (x)", Engine::Sqlite).is_empty());
    assert!(SessionEffect::of("PRAGMA recursive_triggers = ON", Engine::Sqlite).is_setting);
    assert!(!SessionEffect::of("PRAGMA user_version = 1", Engine::Sqlite).is_setting);
}

#[test]
fn what_a_statement_reads_of_the_one_before_is_known() {
    for (sql, engine, expected) in [
        ("INSERT INTO t VALUES (LAST_INSERT_ID())", Engine::Mysql, SessionStateKind::GeneratedKey),
        ("SELECT @@identity", Engine::Mysql, SessionStateKind::GeneratedKey),
        ("SET @a = LAST_INSERT_ID()", Engine::Mysql, SessionStateKind::GeneratedKey),
        ("SELECT lastval(sq)", Engine::Mariadb, SessionStateKind::GeneratedKey),
        ("INSERT INTO t VALUES (PREVIOUS VALUE FOR sq)", Engine::Mariadb, SessionStateKind::GeneratedKey),
        ("INSERT INTO t VALUES (`sq`.currval)", Engine::Mariadb, SessionStateKind::GeneratedKey),
        ("EXECUTE IMMEDIATE 'SELECT lastval(sq)'", Engine::Mariadb, SessionStateKind::GeneratedKey),
        ("INSERT INTO t VALUES (ROW_COUNT())", Engine::Mysql, SessionStateKind::RowCount),
        ("INSERT INTO t VALUES (currval('s'))", Engine::Postgres, SessionStateKind::GeneratedKey),
        ("INSERT INTO t VALUES (last_insert_rowid())", Engine::Sqlite, SessionStateKind::GeneratedKey),
        ("INSERT INTO t VALUES (changes())", Engine::Sqlite, SessionStateKind::RowCount),
    ] {
        assert_eq!(SessionEffect::of(sql, engine).reads, Some(expected), "{sql}");
    }
    for sql in [
        "CREATE TABLE t (a int DEFAULT lastval())",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT lastval(); END",
    ] {
        assert_eq!(SessionEffect::of(sql, Engine::Postgres).reads, None, "{sql}");
    }
    assert_eq!(SessionEffect::of("SELECT LAST_INSERT_ID(5)", Engine::Mysql).reads, None);
    for sql in ["SELECT nextval(sq)", "DO NEXT VALUE FOR sq", "SELECT sq.nextval", "SET @a = nextval(sq)"] {
        assert!(SessionEffect::of(sql, Engine::Mariadb).may_generate_key, "{sql}");
        assert!(!SessionEffect::of(sql, Engine::Mariadb).only_sets, "{sql}");
    }
}

#[test]
fn a_name_is_found_in_statements_and_in_strings_that_may_be_run() {
    let state = SessionState::named(SessionStateKind::TemporaryObject, "tmp");
    for sql in [
        "INSERT INTO t SELECT * FROM Tmp",
        "ALTER TABLE \"TMP\" ADD x int",
        "DO $$ BEGIN DELETE FROM tmp; END $$",
        "INSERT INTO t VALUES (nextval('tmp'))",
        "UPDATE t SET x = query_to_xml('select * from \"tmp\"', true, false, '')",
    ] {
        assert!(state.is_used_by(sql, Engine::Postgres), "{sql}");
    }
    for sql in ["INSERT INTO t VALUES ('tmp2')", "SELECT * FROM tmp2"] {
        assert!(!state.is_used_by(sql, Engine::Postgres), "{sql}");
    }
    // SQLite takes a string for a name.
    assert!(state.is_used_by("INSERT INTO t SELECT * FROM 'tmp'", Engine::Sqlite));
    assert!(!state.is_used_by("INSERT INTO t VALUES ('tmp')", Engine::Mysql));
    let seed = SessionState::all(SessionStateKind::RandomSeed);
    assert!(seed.is_used_by("INSERT INTO t VALUES (random())", Engine::Postgres));
    assert!(!seed.is_used_by("INSERT INTO t VALUES (1)", Engine::Postgres));
}

#[test]
fn the_statement_behind_its_settings_is_what_counts() {
    let statement = "SET STATEMENT max_statement_time = 1 FOR INSERT INTO t VALUES (1)";
    assert_eq!(statement_under_settings(statement, Engine::Mariadb), Some(" INSERT INTO t VALUES (1)"));
    assert_eq!(statement_under_settings("SET @a = 1", Engine::Mariadb), None);
}
