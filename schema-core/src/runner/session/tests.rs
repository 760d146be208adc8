use super::super::script::planned;
use super::*;
use crate::revision::Checksum;
use crate::revision::directory::Direction;
use crate::sql::Script;

fn script(text: &str, engine: Engine) -> PreparedScript {
    let (segments, needed) = planned(Script::parse(text, engine).unwrap().statements, engine);
    PreparedScript {
        revision: "a".parse().unwrap(),
        message: String::new(),
        direction: Direction::Up,
        path: "up.sql".into(),
        checksum: Checksum::of(""),
        foreign_keys_off: false,
        expects: Vec::new(),
        recreates: Vec::new(),
        segments,
        renames: Vec::new(),
        needed,
    }
}

/// Why a script is refused, or cannot go on behind these steps.
fn failure(text: &str, engine: Engine, done: &[usize]) -> Option<Failure> {
    match script(text, engine).check_session(&done.iter().copied().collect()) {
        Ok(()) => None,
        Err(Stop::Failure { failure, can_be_repeated: _ }) => Some(*failure),
        Err(Stop::Runner(error)) => panic!("{error}"),
        Err(Stop::NoBackup(error)) => panic!("{error}"),
    }
}

/// The lines of what is left and of what needs it.
fn refused(text: &str, engine: Engine, done: &[usize]) -> Option<(usize, usize)> {
    failure(text, engine, done).map(|failure| match failure {
        Failure::NeedsSession { line, needed, .. } | Failure::SessionLost { line, needed, .. } => {
            (line, needed)
        }
        other => panic!("{other}"),
    })
}

const ALONE: &str = "-- schema: autocommit\nVACUUM;\n";

#[test]
fn what_a_commit_separates_from_what_it_needs_is_refused() {
    for (before, after) in [
        ("CREATE TEMP TABLE a (x int);", "INSERT INTO t SELECT x FROM a;"),
        ("CREATE TEMP TABLE a (x int);", "DROP TABLE a, t;"),
        ("SELECT set_config('my.n', (SELECT 1)::text, false);", "SELECT 1;"),
        ("PREPARE q AS SELECT 1;", "EXECUTE q;"),
        ("SELECT pg_advisory_lock(1);", "SELECT 1;"),
        ("INSERT INTO t DEFAULT VALUES;", "INSERT INTO u VALUES (currval('s'));"),
        ("LISTEN c;", "SELECT 1;"),
        ("CREATE TEMP SEQUENCE sq;", "INSERT INTO t VALUES (nextval('sq'));"),
        (
            "CREATE TEMP TABLE a (x int);",
            "INSERT INTO t VALUES (query_to_xml('select * from a', true, false, ''));",
        ),
        ("CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1';", "SELECT 1;"),
        ("SELECT setseed(0.5);", "INSERT INTO t VALUES (random());"),
    ] {
        let expected = if after == "SELECT 1;" { (1, 3) } else { (1, 4) };
        assert_eq!(
            refused(&format!("{before}\n{ALONE}{after}"), Engine::Postgres, &[]),
            Some(expected),
            "{before}"
        );
    }
    for (before, after) in [
        ("CREATE TEMPORARY TABLE a (x int);", "INSERT INTO t SELECT x FROM a;"),
        ("CREATE TEMPORARY TABLE a (x int);", "ALTER TABLE a RENAME TO b;"),
        ("SET @a = (SELECT max(x) FROM t);", "UPDATE t SET x = @a;"),
        ("SELECT max(x) INTO @a FROM t;", "SET @b = @a + 1; SELECT @b;"),
        ("INSERT INTO t VALUES (1);", "INSERT INTO u VALUES (LAST_INSERT_ID());"),
        ("PREPARE q FROM 'SELECT 1';", "EXECUTE q;"),
        ("SELECT nextval(sq);", "INSERT INTO t VALUES (lastval(sq));"),
        ("DO NEXT VALUE FOR sq;", "INSERT INTO t VALUES (PREVIOUS VALUE FOR sq);"),
        ("INSERT INTO t VALUES (sq.nextval);", "INSERT INTO u VALUES (sq.currval);"),
        ("INSERT INTO t VALUES (1);", "SET @a = LAST_INSERT_ID();"),
        ("EXECUTE IMMEDIATE 'CREATE TEMPORARY TABLE a (x int)';", "INSERT INTO t SELECT x FROM a;"),
        ("EXECUTE IMMEDIATE 'SELECT max(x) INTO @a FROM t';", "UPDATE t SET x = @a;"),
        ("PREPARE q FROM 'CREATE TEMPORARY TABLE a (x int)'; EXECUTE q;", "INSERT INTO t SELECT x FROM a;"),
        (
            "SET @s = 'CREATE TEMPORARY TABLE a (x int)'; PREPARE q FROM @s; EXECUTE q;",
            "INSERT INTO t SELECT x FROM a;",
        ),
    ] {
        let text = format!("{before}\nALTER TABLE u ADD a int;\n{after}");
        assert_eq!(refused(&text, Engine::Mariadb, &[]).map(|(line, _)| line), Some(1), "{text}");
    }
    // It is executed behind a commit already.
    let text =
        "INSERT INTO t VALUES (1);\nPREPARE q FROM 'INSERT INTO u VALUES (LAST_INSERT_ID())';\nEXECUTE q;";
    assert_eq!(refused(text, Engine::Mysql, &[]), Some((1, 3)));
    for (before, after, expected) in [
        ("CREATE TEMP TABLE a (x);", "INSERT INTO t SELECT x FROM a;", (1, 4)),
        ("CREATE TEMP VIEW a AS SELECT 1 AS x;", "INSERT INTO t SELECT x FROM 'a';", (1, 4)),
        (
            "CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM u; END;",
            "INSERT INTO t VALUES (1);",
            (1, 3),
        ),
        ("ATTACH ':memory:' AS m;", "INSERT INTO t SELECT x FROM m.a;", (1, 4)),
        ("ATTACH '' AS m;", "INSERT INTO t SELECT x FROM m.a;", (1, 4)),
        ("ATTACH '' AS m;", "DETACH m;", (1, 4)),
    ] {
        let text = format!("{before}\n{ALONE}{after}");
        assert_eq!(refused(&text, Engine::Sqlite, &[]), Some(expected), "{text}");
    }
}

#[test]
fn ordinary_scripts_are_not_refused() {
    for (text, engine) in [
        (format!("CREATE TEMP TABLE a (x int); INSERT INTO t SELECT x FROM a; DROP TABLE a;\n{ALONE}"), Engine::Postgres),
        (format!("CREATE TEMP TABLE a (x int); INSERT INTO t SELECT x FROM a;\n{ALONE}DROP TABLE a;"), Engine::Postgres),
        (format!("SET search_path = a;\n{ALONE}CREATE TABLE t (x int);"), Engine::Postgres),
        (format!("SELECT set_config('a.b', (SELECT 1)::text, true);\n{ALONE}SELECT 1;"), Engine::Postgres),
        (format!("SELECT set_config('a.b', (SELECT 1)::text, false); RESET a.b;\n{ALONE}SELECT 1;"), Engine::Postgres),
        (format!("SELECT pg_advisory_lock(1); SELECT pg_advisory_unlock(1);\n{ALONE}"), Engine::Postgres),
        (format!("INSERT INTO t DEFAULT VALUES;\n{ALONE}INSERT INTO u DEFAULT VALUES; INSERT INTO v VALUES (lastval());"), Engine::Postgres),
        ("SET @a = (SELECT max(x) FROM t); UPDATE t SET x = @a; ALTER TABLE t ADD y int;".to_owned(), Engine::Mysql),
        (
            "SET @s = IF((SELECT count(*) FROM t) > 0, 'SELECT 1', 'ALTER TABLE t ADD y int');\nPREPARE q FROM @s;\nEXECUTE q;\nDEALLOCATE PREPARE q;\n\
             SET @s = IF((SELECT count(*) FROM t) > 0, 'SELECT 1', 'ALTER TABLE t ADD z int');\nPREPARE q FROM @s;\nEXECUTE q;\nDEALLOCATE PREPARE q;"
                .to_owned(),
            Engine::Mysql,
        ),
        (
            "SET @old = @@foreign_key_checks, foreign_key_checks = 0; CREATE TABLE a (x int); SET foreign_key_checks = @old;".to_owned(),
            Engine::Mariadb,
        ),
        ("SET @a = 5; ALTER TABLE t ADD y int; UPDATE t SET y = @a;".to_owned(), Engine::Mariadb),
        (format!("PRAGMA recursive_triggers = ON;\n{ALONE}ATTACH 'x.db' AS y; INSERT INTO t SELECT * FROM y.t;"), Engine::Sqlite),
        (format!("CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION pg_temp.f();\n{ALONE}"), Engine::Postgres),
        (format!("SELECT setseed(0.5); INSERT INTO t VALUES (random());\n{ALONE}SELECT 1;"), Engine::Postgres),
        (format!("CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM u; END; INSERT INTO t VALUES (1); DROP TRIGGER g;\n{ALONE}"), Engine::Sqlite),
        ("SELECT nextval(sq); INSERT INTO t VALUES (lastval(sq)); ALTER TABLE t ADD y int;".to_owned(), Engine::Mariadb),
        ("SET @a = 'ALTER TABLE t ADD y int'; EXECUTE IMMEDIATE @a; INSERT INTO t VALUES (1);".to_owned(), Engine::Mariadb),
    ] {
        assert_eq!(refused(&text, engine, &[]), None, "{text}");
    }
}

#[test]
fn a_run_that_was_interrupted_goes_on_where_nothing_is_lost() {
    let text = format!(
        "CREATE TEMP TABLE a (x int);\nINSERT INTO a VALUES (1);\n{ALONE}INSERT INTO t SELECT x FROM a;\nSELECT 1;"
    );
    let lost = |done: &[usize]| failure(&text, Engine::Postgres, done);
    assert!(matches!(lost(&[]), Some(Failure::NeedsSession { .. })));
    assert!(matches!(lost(&[1, 2]), Some(Failure::SessionLost { line: 1, needed: 5, .. })));
    assert!(lost(&[1, 2, 3, 4]).is_none());
    // As an earlier version has cut it.
    let text = "CREATE TEMPORARY TABLE a (x int);\nINSERT INTO t SELECT x FROM a;\nDROP TEMPORARY TABLE a;";
    assert_eq!(refused(text, Engine::Mariadb, &[1]), Some((1, 2)));
    assert_eq!(refused(text, Engine::Mariadb, &[1, 2]), None);
}

#[test]
fn a_database_that_is_not_attached_again_is_not_detached_again() {
    for (file, replay) in [(":memory:", Replay::Never), ("x.db", Replay::Always)] {
        let script = script(&format!("ATTACH '{file}' AS m; DETACH m;\n{ALONE}DETACH m;"), Engine::Sqlite);
        let replays: Vec<Replay> = script.steps().map(|step| step.replay).collect();
        assert_eq!(replays, [replay, replay, Replay::Never, replay], "{file}");
    }
}

#[test]
fn what_is_computed_runs_again_directly_before_what_it_is_for() {
    let text = "INSERT INTO t VALUES (1); SET @n = 1; SET @s = (SELECT 'x'); PREPARE q FROM @s; EXECUTE q; DEALLOCATE PREPARE q;";
    let script = script(text, Engine::Mysql);
    let replays: Vec<Replay> = script.steps().map(|step| step.replay).collect();
    let until = Replay::Until(5);
    assert_eq!(replays, [Replay::Never, Replay::Always, until, until, Replay::Never, Replay::Never]);
    assert_eq!(script.step(6).unwrap().ends, [4]);
}

/// What a function of the application uses does not stand in the script.
#[test]
fn a_function_is_taken_to_need_all_that_is_in_the_session() {
    let temporary = "CREATE TEMP TABLE a (x int);\n-- schema: autocommit\nVACUUM;\n-- schema: rust fill";
    assert_eq!(refused(temporary, Engine::Sqlite, &[]), Some((1, 4)));
    let variable = "SET @a = rand();\nCREATE TABLE t (a int);\nSELECT 1;\n-- schema: rust fill";
    assert_eq!(refused(variable, Engine::Mariadb, &[]), Some((1, 4)));
    let together = "CREATE TEMP TABLE a (x int);\n-- schema: rust fill";
    assert_eq!(refused(together, Engine::Postgres, &[]), None);
}
