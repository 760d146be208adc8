use super::*;

fn refusal(script: &str, engine: Engine) -> (String, String) {
    let error = Script::parse(script, engine).unwrap_err();
    (error.to_string(), error.hint().unwrap_or_default())
}

#[test]
fn a_rebuild_says_how_it_is_to_be_run() {
    let text = "\
-- schema: foreign_keys=off
-- Rebuilds `users`: the type of `age` changes.
-- REWRITES TABLE: users
-- schema: expects users AB12
CREATE TABLE new_users (id INTEGER PRIMARY KEY);

/*
 * Copies the rows.
 */
INSERT INTO new_users SELECT id FROM users;
-- schema: autocommit
VACUUM;
";
    let script = Script::parse(text, Engine::Sqlite).unwrap();
    assert!(script.foreign_keys_off);
    assert_eq!(
        script.expects,
        [ExpectedTable { table: "users".to_owned(), hash: "ab12".to_owned(), line: 4 }]
    );
    let [create, copy, vacuum] = &script.statements[..] else { panic!("{script:?}") };
    assert_eq!(create.comment, "Rebuilds `users`: the type of `age` changes.\nREWRITES TABLE: users");
    assert_eq!((create.line, create.autocommit), (5, false));
    assert_eq!(copy.comment, "Copies the rows.");
    assert_eq!((vacuum.sql.as_str(), vacuum.comment.as_str(), vacuum.autocommit), ("VACUUM", "", true));
}

#[test]
fn a_script_of_comments_has_no_statements() {
    assert_eq!(Script::parse("-- nothing to do on this engine\n", Engine::Mysql), Ok(Script::default()));
    assert_eq!(Script::parse("", Engine::Sqlite), Ok(Script::default()));
}

#[test]
fn unknown_directives_are_told_with_line_and_what_was_meant() {
    assert_eq!(
        refusal("SELECT 1;\n-- schema: autocomit\nSELECT 2;", Engine::Sqlite),
        ("line 2: unknown directive `autocomit`".to_owned(), "did you mean `autocommit`?".to_owned())
    );
}

#[test]
fn directives_without_effect_are_told() {
    for script in [
        "SELECT 1; -- schema: autocommit\nSELECT 2;",
        "SELECT 1 -- schema: autocommit\n;",
        "SELECT 1\n-- schema: autocommit\n, 2;",
        "SELECT 1;\n-- schema: autocommit",
    ] {
        let (message, hint) = refusal(script, Engine::Sqlite);
        assert!(message.contains("`-- schema: autocommit` has no effect here"), "{message}");
        assert!(hint.starts_with("put it above the statement"), "{hint}");
    }
    let (message, hint) = refusal("SELECT 1;\n-- schema: foreign_keys=off\nSELECT 2;", Engine::Sqlite);
    assert!(message.starts_with("line 2: "));
    assert!(hint.starts_with("put it on top of the script"));
    let (message, _) = refusal("-- schema: foreign_keys=off\nSELECT 1;", Engine::Mysql);
    assert_eq!(message, "line 1: `-- schema: foreign_keys=off` is for sqlite, this script for mysql");
}

#[test]
fn statements_that_would_end_the_transaction_are_refused() {
    let everywhere = ["COMMIT", "ROLLBACK", "begin", "rollback to savepoint s"];
    for engine in Engine::ALL {
        for statement in everywhere {
            let (message, _) = refusal(&format!("SELECT 1;\n/* */ {statement};"), engine);
            assert!(message.starts_with("line 2: `"), "{message}");
            assert!(message.ends_with("would end the transaction that the script runs in"), "{message}");
        }
    }
    assert!(refusal("BEGIN IMMEDIATE; END;", Engine::Sqlite).0.contains("`BEGIN`"));
    assert!(refusal("START TRANSACTION;", Engine::Postgres).0.contains("`START`"));
    assert!(Script::parse("BEGIN NOT ATOMIC SELECT 1; END;", Engine::Mariadb).is_ok());
    assert!(Script::parse("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;", Engine::Sqlite).is_ok());
    assert!(Script::parse("SAVEPOINT s; RELEASE s;", Engine::Sqlite).is_ok());
}

#[test]
fn statements_that_would_give_the_lock_back_are_refused() {
    for (statement, engine) in [
        ("SELECT pg_catalog.pg_advisory_unlock_all()", Engine::Postgres),
        ("DISCARD ALL", Engine::Postgres),
        ("DO RELEASE_ALL_LOCKS()", Engine::Mariadb),
    ] {
        let (message, hint) = refusal(statement, engine);
        assert!(message.contains("releases all locks of the session"), "{message}");
        assert_eq!(hint, "release the locks of the script one by one");
    }
    assert!(Script::parse("DISCARD TEMP;", Engine::Postgres).is_ok());
}

#[test]
fn what_would_have_no_effect_or_needs_a_shell_is_refused_with_the_way_out() {
    assert_eq!(
        refusal("PRAGMA foreign_keys = OFF;", Engine::Sqlite).1,
        "write `-- schema: foreign_keys=off` on top of the script instead"
    );
    assert!(Script::parse("PRAGMA foreign_key_check;", Engine::Sqlite).is_ok());
    assert_eq!(
        refusal("COPY a (b) FROM stdin;", Engine::Postgres).1,
        "write the rows as `INSERT` statements"
    );
    assert!(refusal("source other.sql", Engine::Mysql).0.contains("command of the database shell"));
    assert_eq!(refusal("SELECT 1;\n\0", Engine::Sqlite).0, "line 2: a NUL character");
}

#[test]
fn settings_that_decide_where_transactions_end_are_refused() {
    for sql in [
        "SET autocommit = 1",
        "set session AutoCommit=0",
        "SET LOCAL autocommit := 1",
        "SET @@autocommit = 1",
        "SET @@session.autocommit = ON",
        "SET @@LOCAL.`autocommit` = ON",
        "SET @a = 1, sql_mode = '', autocommit = 1",
        "SET GLOBAL max_connections = 9, SESSION autocommit = 1",
    ] {
        for engine in [Engine::Mysql, Engine::Mariadb] {
            let (message, hint) = refusal(&format!("SELECT 1;\n{sql};"), engine);
            assert_eq!(
                message, "line 2: `SET autocommit` changes the transactions that the script runs in",
                "{sql}"
            );
            assert!(hint.starts_with("remove it"), "{hint}");
        }
    }
    let (message, _) = refusal("SET completion_type = 'CHAIN';", Engine::Mysql);
    assert!(message.contains("`SET completion_type`"), "{message}");
    for sql in [
        "SET GLOBAL autocommit = 1",
        "SET @@global.autocommit = 1",
        "SET @autocommit = 1",
        "SELECT @@autocommit",
    ] {
        assert!(Script::parse(sql, Engine::Mysql).is_ok(), "{sql}");
    }
}

const BATCH: &str =
    "-- schema: batch products by id size 10\nUPDATE products SET n = 1 WHERE id >= :from AND id <= :to;";

#[test]
fn a_batch_belongs_to_the_statement_below_it() {
    for engine in Engine::ALL {
        let script = Script::parse(&format!("-- count\n{BATCH}\nSELECT 1;"), engine).unwrap();
        let [update, select] = script.statements.as_slice() else { panic!("{script:?}") };
        let batch = &update.batch.as_ref().unwrap().batch;
        assert_eq!((batch.table.name.as_str(), batch.size), ("products", 10));
        assert_eq!((update.comment.as_str(), update.line), ("count", 3));
        assert_eq!(select.batch, None);
    }
}

#[test]
fn batches_that_cannot_be_are_refused_with_what_to_write() {
    let below = BATCH.replace("size 10", "max_lag 5s");
    for (script, engine, message, hint) in [
        (
            format!("-- schema: autocommit\n{BATCH}"),
            Engine::Postgres,
            "line 3: `autocommit` has no effect on a batch, whose ranges are transactions of their own",
            "remove `-- schema: autocommit`",
        ),
        (
            format!("-- schema: batch a by b\n{BATCH}"),
            Engine::Mysql,
            "line 2: a second `batch` for the same statement",
            "remove one of them",
        ),
        (
            format!("-- schema: foreign_keys=off\nDROP TABLE a;\n{BATCH}"),
            Engine::Sqlite,
            "line 4: a batch in a script with `foreign_keys=off`",
            "put the batch into a revision of its own",
        ),
        (
            below.clone(),
            Engine::Mariadb,
            "line 1: mariadb does not tell how far its replicas are behind, so that `max_lag` cannot be kept",
            "remove it; a `pause` gives the replicas time between two ranges",
        ),
        (
            "-- schema: batch a by b\nDROP TABLE a;".to_owned(),
            Engine::Sqlite,
            "line 2: `DROP` does not run in batches",
            "put it above an `UPDATE`, a `DELETE` or an `INSERT … SELECT`",
        ),
        (
            "-- schema: batch a by b\nDELETE FROM a;".to_owned(),
            Engine::Sqlite,
            "line 2: a batch, and its statement says nothing of `:from`",
            "write `b >= :from AND b <= :to` into its WHERE",
        ),
        (
            "-- schema: batch a by b\nDELETE FROM a WHERE b > :from AND b <= :to;".to_owned(),
            Engine::Mysql,
            "line 2: `:from` stands where it does not bound the range",
            "both ends belong to the range: write `b >= :from AND b <= :to` into its WHERE",
        ),
        (
            "DELETE FROM a;\n-- schema: batch a by b\n".to_owned(),
            Engine::Postgres,
            "line 2: `-- schema: batch a by b size 1000` has no effect here",
            "put it above the statement that it is for, in a line of its own",
        ),
    ] {
        assert_eq!(refusal(&script, engine), (message.to_owned(), hint.to_owned()), "{script}");
    }
    assert!(Script::parse(&below, Engine::Postgres).is_ok());
    let error = crate::sql::parse_seed(BATCH, Engine::Sqlite).unwrap_err();
    assert_eq!(error.to_string(), "line 2: a batch in a seed, which is put in as a whole");
}

#[test]
fn a_function_of_the_application_is_a_statement_between_others() {
    let text = "\
-- first
-- schema: rust fill_slugs
-- second
-- schema: rust \"my step\"
-- third
SELECT 1;

-- last
-- schema: rust x'610a62'
";
    for engine in Engine::ALL {
        let script = Script::parse(text, engine).unwrap();
        let told: Vec<(Option<&str>, &str, usize, &str)> = script
            .statements
            .iter()
            .map(|it| (it.rust.as_deref(), it.comment.as_str(), it.line, it.sql.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (Some("fill_slugs"), "first", 2, "-- schema: rust fill_slugs"),
                (Some("my step"), "second", 4, "-- schema: rust \"my step\""),
                (None, "third", 6, "SELECT 1"),
                (Some("a\nb"), "last", 9, "-- schema: rust x'610a62'"),
            ]
        );
    }
}

#[test]
fn functions_that_cannot_be_are_refused_with_what_to_write() {
    let between =
        "put it between two statements, in a line of its own, and above the directives of the second";
    for (script, message, hint) in [
        ("SELECT 1; -- schema: rust a", "line 1: `-- schema: rust a` has no effect here", between),
        ("SELECT 1\n-- schema: rust a\n, 2;", "line 2: `-- schema: rust a` has no effect here", between),
        (
            "-- schema: autocommit\n-- schema: rust a\nSELECT 1;",
            "line 2: `-- schema: rust a` has no effect here",
            between,
        ),
        (
            "-- schema: rust",
            "line 1: directive `rust` is not complete or says too much",
            "write `-- schema: rust fill_slugs`",
        ),
        (
            "-- schema: rust a b\nSELECT 1;",
            "line 1: directive `rust a b` is not complete or says too much",
            "write `-- schema: rust fill_slugs`",
        ),
        ("-- schema: rsut a", "line 1: unknown directive `rsut a`", "did you mean `rust`?"),
    ] {
        assert_eq!(refusal(script, Engine::Postgres), (message.to_owned(), hint.to_owned()), "{script}");
    }
    let error = crate::sql::parse_seed("SELECT 1;\n-- schema: rust a", Engine::Sqlite).unwrap_err();
    assert_eq!(error.to_string(), "line 2: a seed does not run Rust functions");
}

#[test]
fn a_script_without_a_way_back_says_why() {
    for text in [
        "-- schema: irreversible gone\nSELECT 1;\n-- schema: irreversible also",
        "SELECT 1;\n-- schema: irreversible gone",
    ] {
        let script = Script::parse(text, Engine::Sqlite).unwrap();
        assert_eq!(script.irreversible.unwrap().reason, "gone");
    }
    assert!(Script::parse("SELECT 1, -- schema: irreversible gone\n 2;", Engine::Sqlite).is_err());
    assert!(super::super::parse_seed("-- schema: irreversible gone\n", Engine::Sqlite).is_err());
}
