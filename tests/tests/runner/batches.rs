//! Statements that run in ranges of a key: each row once, whatever the key is and wherever the run is cut.

use crate::engines::on_every_engine;
use crate::upgraded;
use schema_core::ErrorClass;
use schema_core::driver::Value;
use schema_core::model::Engine;
use schema_core::runner::{self, Event, RunOptions, UnfinishedBatch};
use schema_tests::crash::Crashing;
use schema_tests::migrations::{Project, ids};
use schema_tests::server::Server;
use std::fs;
use std::thread;

on_every_engine!(
    each_row_is_done_once_up_and_down,
    keys_of_all_types_are_gone_through_in_the_order_of_the_server,
    each_row_is_done_once_wherever_the_run_is_cut,
    rows_that_come_meanwhile_do_not_keep_it_going,
    a_table_without_rows_shows_the_mistakes_of_the_statement,
    columns_that_are_no_key_are_refused_with_those_that_are,
    a_refused_range_leaves_those_before_it_and_the_next_run_goes_on_there,
    what_is_under_way_may_change_its_pace_and_not_its_key,
    several_processes_do_each_row_once,
    what_the_journal_says_of_a_batch_stays_readable,
    a_shell_gets_the_statement_as_a_whole,
    a_dry_run_does_not_pretend_to_know,
);

/// Keys that are no words to anybody.
const HOSTILE: [&str; 14] = [
    "",
    "'",
    "it''s",
    "\\",
    "\\'; DROP TABLE t; --",
    "\"q\"",
    "`b`",
    "%_?$1:from",
    "line\nend\ttab\r",
    "ÄÖ ß",
    "日本語",
    "😀",
    "Z",
    "a",
];

/// The table `t` with so many rows, whose keys have gaps between them.
fn numbers(project: &mut Project, count: i64) {
    project.revision(
        "a",
        "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, n integer NOT NULL);",
        "DROP TABLE t;",
    );
    upgraded(project, "a").unwrap();
    let mut driver = project.driver();
    driver.begin().unwrap();
    for number in 0..count {
        driver.query("INSERT INTO t VALUES (?, 0)", &[Value::from(number * number - 50)]).unwrap();
    }
    driver.commit().unwrap();
}

fn assert_each_once(project: &Project, rows: &str) {
    assert_eq!(project.query("SELECT count(*) FROM t WHERE n = 1"), [rows]);
    assert_eq!(project.query("SELECT count(*) FROM t"), [rows]);
    assert!(project.query("SELECT step FROM schema_history_steps").is_empty());
}

/// Undoes the last revision.
fn undone(project: &Project, target: &str) {
    let mut driver = project.driver();
    let (directory, options) = (project.directory(), RunOptions::default());
    runner::downgrade(driver.as_mut(), &directory, &ids(&[target]), &options, &mut |_| {}).unwrap();
}

/// Applies a revision, and returns how many rows each range of its batches had done.
fn told(project: &Project, target: &str) -> Vec<u64> {
    let mut rows = Vec::new();
    let mut observer = |event: Event<'_>| {
        if let Event::BatchAdvanced { rows: done, .. } = event {
            rows.push(done);
        }
    };
    let (directory, options) = (project.directory(), RunOptions::default());
    runner::upgrade(project.driver().as_mut(), &directory, &ids(&[target]), &options, &mut observer).unwrap();
    rows
}

#[test]
fn a_run_that_nothing_has_cut_off_is_not_said_to_go_on() {
    let mut project = Project::new();
    numbers(&mut project, 10);
    project.revision(
        "b",
        "-- schema: batch t by id size 3\nUPDATE t SET n = 1 WHERE id BETWEEN :from AND :to;",
        "",
    );
    let (directory, options) = (project.directory(), RunOptions::default());
    let mut is_resumed = false;
    runner::upgrade(project.driver().as_mut(), &directory, &ids(&["b"]), &options, &mut |event| {
        is_resumed |= matches!(event, Event::Resumed { .. });
    })
    .unwrap();
    assert!(!is_resumed);
    assert_each_once(&project, "10");
}

/// `INTEGER PRIMARY KEY DESC` is not the number of the row, and holds NULL.
#[test]
fn rows_without_a_key_stop_a_batch_by_a_key_that_is_no_number_of_the_row() {
    let mut project = Project::new();
    project.revision(
        "a",
        "CREATE TABLE t (id INTEGER PRIMARY KEY DESC, n integer);\nINSERT INTO t VALUES (1, 0), (NULL, 0);",
        "",
    );
    upgraded(&project, "a").unwrap();
    project.revision("b", "-- schema: batch t by id\nUPDATE t SET n = 1 WHERE id BETWEEN :from AND :to;", "");
    let error = upgraded(&project, "b").unwrap_err().to_string();
    assert!(error.contains("NULL"), "{error}");
    assert_eq!(project.query("SELECT n FROM t"), ["0", "0"]);
}

/// The schema that names without one are in may be said, and what is not written exactly is no key.
#[test]
fn keys_and_tables_on_postgres_that_need_a_second_look() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    project.revision(
        "a",
        "CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL DEFAULT 0, f double precision UNIQUE);
         INSERT INTO t SELECT i, 0, i * 0.1 FROM generate_series(1, 10) i;",
        "",
    );
    upgraded(&project, "a").unwrap();
    project.revision(
        "b",
        "-- schema: batch t by f size 3\nUPDATE t SET n = 1 WHERE f BETWEEN :from AND :to;",
        "",
    );
    let error = upgraded(&project, "b").unwrap_err().to_string();
    assert!(error.contains("not written exactly"), "{error}");
    project.remove_last();
    project.revision(
        "c",
        "-- schema: batch public.t by id size 3\nUPDATE public.t SET n = 1 WHERE id BETWEEN :from AND :to;",
        "",
    );
    assert_eq!(told(&project, "c"), [3, 6, 9, 10]);
    assert_each_once(&project, "10");
}

fn each_row_is_done_once_up_and_down(project: &mut Project) {
    numbers(project, 100);
    let batch = |change: &str| {
        format!(
            "-- schema: batch t by id size 30\nUPDATE t SET n = n {change} WHERE id BETWEEN :from AND :to;"
        )
    };
    project.revision("b", &batch("+ 1"), &batch("- 1"));
    assert_eq!(told(project, "b"), [30, 60, 90, 100]);
    assert_each_once(project, "100");
    undone(project, "b");
    assert_eq!(project.query("SELECT count(*) FROM t WHERE n = 0"), ["100"]);
    let delete = "CREATE TABLE gone (id integer);
        -- schema: batch t by id size 25
        INSERT INTO gone SELECT id FROM t WHERE id >= :from AND id <= :to AND n = 0;
        -- schema: batch t by id size 25 pause 1ms
        DELETE FROM t WHERE id >= :from AND id <= :to;
        CREATE TABLE after_it (id integer);";
    project.remove_last();
    project.revision("c", delete, "");
    assert_eq!(told(project, "c"), [25, 50, 75, 100, 25, 50, 75, 100]);
    assert!(project.query("SELECT id FROM t").is_empty());
    assert_eq!(project.query("SELECT count(DISTINCT id) FROM gone"), ["100"]);
    assert_eq!(project.tables(), ["after_it", "gone", "t"]);
}

fn keys_of_all_types_are_gone_through_in_the_order_of_the_server(project: &mut Project) {
    let engine = project.engine();
    let (bytes, uuid, time) = match engine {
        Engine::Sqlite => ("BLOB", "BLOB", "TEXT"),
        Engine::Postgres => ("bytea", "uuid", "timestamptz"),
        Engine::Mysql => ("varbinary(40)", "binary(16)", "datetime(6)"),
        Engine::Mariadb => ("varbinary(40)", "uuid", "datetime(6)"),
    };
    let (utf8, latin) = match engine {
        Engine::Sqlite | Engine::Postgres => ("", ""),
        Engine::Mysql | Engine::Mariadb => (" CHARACTER SET utf8mb4", " CHARACTER SET latin1"),
    };
    let new_uuid = match engine {
        Engine::Sqlite => "randomblob(16)",
        Engine::Postgres => "gen_random_uuid()",
        Engine::Mysql => "unhex(replace(uuid(), '-', ''))",
        Engine::Mariadb => "uuid()",
    };
    project.revision(
        "a",
        &format!(
            "CREATE TABLE texts (k varchar(60){utf8} NOT NULL PRIMARY KEY, n integer NOT NULL);
             CREATE TABLE latin_texts (k varchar(60){latin} NOT NULL PRIMARY KEY, n integer NOT NULL);
             CREATE TABLE byte_strings (k {bytes} NOT NULL PRIMARY KEY, n integer NOT NULL);
             CREATE TABLE uuids (k {uuid} NOT NULL PRIMARY KEY, n integer NOT NULL);
             CREATE TABLE numbers (k numeric(20, 3) NOT NULL PRIMARY KEY, n integer NOT NULL);
             CREATE TABLE times (k {time} NOT NULL PRIMARY KEY, n integer NOT NULL);
             CREATE TABLE pairs (\"order\" varchar(60){utf8} NOT NULL, id integer NOT NULL, k integer, n integer NOT NULL, PRIMARY KEY (\"order\", id));
             CREATE TABLE triples (a integer NOT NULL, b integer NOT NULL, c integer NOT NULL, k integer NOT NULL, n integer NOT NULL, PRIMARY KEY (k));
             CREATE UNIQUE INDEX triples_key ON triples (a, b, c);"
        )
        .replace('"', if matches!(engine, Engine::Mysql | Engine::Mariadb) { "`" } else { "\"" }),
        "",
    );
    upgraded(project, "a").unwrap();
    let mut driver = project.driver();
    let order = if matches!(engine, Engine::Mysql | Engine::Mariadb) { "`order`" } else { "\"order\"" };
    driver.begin().unwrap();
    for (place, text) in (0_i64..).zip(HOSTILE) {
        driver.query("INSERT INTO texts VALUES (?, 0)", &[text.into()]).unwrap();
        if text.chars().all(|character| character < '\u{100}') {
            driver.query("INSERT INTO latin_texts VALUES (?, 0)", &[text.into()]).unwrap();
        }
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        let bytes = match engine {
            Engine::Postgres => format!("'\\x{hex}'"),
            Engine::Sqlite | Engine::Mysql | Engine::Mariadb => format!("x'{hex}'"),
        };
        driver.execute(&format!("INSERT INTO byte_strings VALUES ({bytes}, 0)")).unwrap();
        driver.execute(&format!("INSERT INTO uuids VALUES ({new_uuid}, 0)")).unwrap();
        driver
            .execute(&format!("INSERT INTO numbers VALUES ({}.125, 0)", (place - 6) * 100_000_000_000))
            .unwrap();
        driver
            .execute(&format!("INSERT INTO times VALUES ('2026-03-{:02} 02:30:00.123456', 0)", 31 - place))
            .unwrap();
        for id in 0..4 {
            let statement = format!("INSERT INTO pairs ({order}, id, n) VALUES (?, ?, 0)");
            driver.query(&statement, &[text.into(), Value::from(id - 2)]).unwrap();
            let (a, b) = (place % 3, place / 3 - 2);
            driver
                .execute(&format!("INSERT INTO triples VALUES ({a}, {b}, {id}, {}, 0)", place * 10 + id))
                .unwrap();
        }
    }
    driver.commit().unwrap();
    drop(driver);
    for (size, id) in [(1, "b"), (3, "c"), (5, "d"), (14, "e"), (1000, "f")] {
        let mut script = String::new();
        for table in ["texts", "latin_texts", "byte_strings", "uuids", "numbers", "times"] {
            script.push_str(&format!(
                "-- schema: batch {table} by k size {size}\nUPDATE {table} SET n = n + 1 WHERE k >= :from AND k <= :to;\n"
            ));
        }
        script.push_str(&format!(
            "-- schema: batch pairs by \"order\", id size {size}\nUPDATE pairs SET n = n + 1 WHERE ({order}, id) >= (:from) AND ({order}, id) <= (:to);\n\
             -- schema: batch triples by a, b, c size {size}\nUPDATE triples SET n = n + 1 WHERE (a, b, triples.c) >= (:from) AND (a, b, c) <= (:to);\n"
        ));
        project.revision(id, &script, "");
        upgraded(project, id).unwrap();
        let runs = project.applied().len() - 1;
        for table in ["texts", "latin_texts", "byte_strings", "uuids", "numbers", "times", "pairs", "triples"]
        {
            let query = format!("SELECT n FROM {table} GROUP BY n");
            assert_eq!(project.query(&query), [runs.to_string()], "{table}, size {size}");
        }
    }
}

fn each_row_is_done_once_wherever_the_run_is_cut(project: &mut Project) {
    let rows: String = (0..11).map(|number| format!(", ({}, 0)", number * 3)).collect();
    project
        .revision(
            "a",
            &format!(
                "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, n integer NOT NULL);
                 CREATE TABLE log (n integer);
                 INSERT INTO t VALUES (-5, 0){rows};"
            ),
            "",
        )
        .revision(
            "b",
            "INSERT INTO log VALUES (1);
             -- schema: batch t by id size 4
             UPDATE t SET n = n + 1 WHERE id >= :from AND id <= :to;
             INSERT INTO log VALUES (2);
             -- schema: batch t by id size 5
             INSERT INTO log SELECT 100 + n FROM t WHERE id BETWEEN :from AND :to;",
            "",
        );
    for calls in 0.. {
        project.clear();
        upgraded(project, "a").unwrap();
        let mut driver = Crashing::new(project.driver(), calls);
        let (directory, options) = (project.directory(), RunOptions::default());
        let result = runner::upgrade(&mut driver, &directory, &ids(&["b"]), &options, &mut |_| {});
        let has_crashed = driver.has_crashed();
        drop(driver);
        if has_crashed {
            upgraded(project, "b").unwrap_or_else(|error| panic!("call {calls}: {error}"));
        } else {
            result.unwrap();
        }
        assert_each_once(project, "12");
        assert_eq!(project.query("SELECT count(*) FROM log WHERE n = 101"), ["12"], "call {calls}");
        assert_eq!(project.query("SELECT count(*) FROM log"), ["14"], "call {calls}");
        if !has_crashed {
            assert!(calls > 15, "{calls}");
            break;
        }
    }
}

fn rows_that_come_meanwhile_do_not_keep_it_going(project: &mut Project) {
    numbers(project, 20);
    project.revision(
        "b",
        "-- schema: batch t by id size 5\nINSERT INTO t SELECT id + 1000000, n FROM t WHERE id >= :from AND id <= :to;",
        "",
    );
    upgraded(project, "b").unwrap();
    assert_eq!(project.query("SELECT count(*) FROM t"), ["40"]);
    project.execute(&["DELETE FROM t WHERE id > 900000"]);
    project.revision(
        "c",
        "-- schema: batch t by id size 5\nUPDATE t SET n = n + 1 WHERE id >= :from AND id <= :to;",
        "",
    );
    // Another connection writes before, in and behind what is done, and takes the last row of all away.
    let mut next = 0;
    let mut observer = |event: Event<'_>| {
        if let Event::BatchAdvanced { rows: 5 | 10 | 15, .. } = event {
            next += 1;
            project.execute(&[
                &format!("INSERT INTO t VALUES ({}, 7)", -1000 - next),
                &format!("INSERT INTO t VALUES ({}, 7)", 2_000_000 + next),
                "DELETE FROM t WHERE id = 311",
            ]);
        }
    };
    let (directory, options) = (project.directory(), RunOptions::default());
    runner::upgrade(project.driver().as_mut(), &directory, &ids(&["c"]), &options, &mut observer).unwrap();
    assert_eq!(next, 3);
    assert_eq!(project.query("SELECT count(*) FROM t WHERE n = 1"), ["19"]);
    assert_eq!(project.query("SELECT count(*) FROM t WHERE n = 7"), ["6"]);
}

fn a_table_without_rows_shows_the_mistakes_of_the_statement(project: &mut Project) {
    project.revision(
        "a",
        "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, n integer NOT NULL);
         -- schema: batch t by id
         UPDATE t SET n = n + 1 WHERE id >= :from AND id <= :to;
         CREATE TABLE u (id integer);",
        "DROP TABLE u;\nDROP TABLE t;",
    );
    assert_eq!(told(project, "a"), [0]);
    assert_eq!(project.tables(), ["t", "u"]);
    project.revision(
        "b",
        "-- schema: batch t by id\nUPDATE t SET misspelt = 1 WHERE id >= :from AND id <= :to;",
        "",
    );
    let error = upgraded(project, "b").unwrap_err();
    assert_eq!(error.class(), ErrorClass::Refused);
    assert!(error.to_string().contains("up.sql, line 2: "), "{error}");
    assert!(error.to_string().contains("misspelt"), "{error}");
}

fn columns_that_are_no_key_are_refused_with_those_that_are(project: &mut Project) {
    project.revision(
        "a",
        "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, c integer, n integer NOT NULL, PRIMARY KEY (a, b), UNIQUE (c));
         INSERT INTO t VALUES (1, 1, NULL, 0);
         CREATE TABLE no_key (id integer);",
        "",
    );
    upgraded(project, "a").unwrap();
    let rowid = if project.engine() == Engine::Sqlite { " or `by rowid`" } else { "" };
    let no_key_hint = match project.engine() {
        Engine::Sqlite => "write `by rowid`",
        Engine::Postgres | Engine::Mysql | Engine::Mariadb => {
            "the table has no primary key and no unique index; run the statement without batches"
        }
    };
    for (batch, condition, message, hint) in [
        (
            "tt by a",
            "a >= :from AND a <= :to",
            "a batch of the table `tt`, which does not exist",
            "did you mean `t`?".to_owned(),
        ),
        (
            "nowhere by a",
            "a >= :from AND a <= :to",
            "a batch of the table `nowhere`, which does not exist",
            "name a table that is there at this statement".to_owned(),
        ),
        (
            "t by n",
            "n >= :from AND n <= :to",
            "a batch of `t` by `n`, which is no key of it",
            format!("write `by a, b` or `by c`{rowid}"),
        ),
        (
            "t by b, a",
            "(b, a) >= (:from) AND (b, a) <= (:to)",
            "a batch of `t` by `b`, `a`, which is no key of it",
            format!("write `by a, b` or `by c`{rowid}"),
        ),
        (
            "no_key by id",
            "id >= :from AND id <= :to",
            "a batch of `no_key` by `id`, which is no key of it",
            no_key_hint.to_owned(),
        ),
        (
            "t by c",
            "c >= :from AND c <= :to",
            "rows whose key is NULL would be in no range of the batch",
            "give them one, or name a key behind `by` that every row has".to_owned(),
        ),
    ] {
        let update = format!("-- schema: batch {batch}\nDELETE FROM t WHERE {condition};");
        project.revision("b", &format!("CREATE TABLE before_it (id integer);\n{update}"), "");
        let error = upgraded(project, "b").unwrap_err();
        assert!(error.to_string().ends_with(&format!("up.sql, line 3: {message}")), "{error}");
        assert_eq!(error.hint().unwrap(), hint);
        project.execute(&["DELETE FROM schema_history_steps", "DROP TABLE before_it"]);
        project.remove_last();
    }
    // Whoever writes a name in another case means the same.
    project.revision(
        "b",
        "-- schema: batch T by A, \"B\"\nUPDATE t SET n = n + 1 WHERE (a, b) >= (:from) AND (a, b) <= (:to);",
        "",
    );
    upgraded(project, "b").unwrap();
    assert_each_once(project, "1");
}

fn a_refused_range_leaves_those_before_it_and_the_next_run_goes_on_there(project: &mut Project) {
    numbers(project, 40);
    project
        .execute(&["CREATE TABLE seen (id integer NOT NULL PRIMARY KEY)", "INSERT INTO seen VALUES (850)"]);
    project.revision(
        "b",
        "-- schema: batch t by id size 9
         INSERT INTO seen SELECT id FROM t WHERE id >= :from AND id <= :to;
         -- schema: batch t by id size 9
         UPDATE t SET n = n + 1 WHERE id >= :from AND id <= :to;",
        "",
    );
    let error = upgraded(project, "b").unwrap_err();
    assert_eq!(error.class(), ErrorClass::Refused);
    assert!(error.to_string().ends_with("; 27 rows of the batch are done and stay so"), "{error}");
    assert!(error.hint().unwrap().ends_with("it goes on with this range"));
    assert_eq!(project.query("SELECT count(*) FROM seen"), ["28"]);

    let mut driver = project.driver();
    let unfinished = runner::status(driver.as_mut(), &project.directory()).unwrap().unfinished.unwrap();
    let batch = UnfinishedBatch { step: 1, batch: "t by id".to_owned(), rows: 27 };
    assert_eq!((unfinished.batch, unfinished.begun, unfinished.done), (Some(batch), None, 0));
    drop(driver);

    project.execute(&["DELETE FROM seen WHERE id = 850"]);
    assert_eq!(told(project, "b"), [36, 40, 9, 18, 27, 36, 40]);
    assert_eq!(project.query("SELECT count(*) FROM seen"), ["40"]);
    assert_each_once(project, "40");
}

fn what_is_under_way_may_change_its_pace_and_not_its_key(project: &mut Project) {
    numbers(project, 40);
    project.execute(&[
        "CREATE UNIQUE INDEX t_other ON t (id, n)",
        "CREATE TABLE seen (id integer NOT NULL PRIMARY KEY)",
        "INSERT INTO seen VALUES (850)",
    ]);
    let insert = "INSERT INTO seen SELECT id FROM t WHERE id >= :from AND id <= :to;";
    project.revision("b", &format!("-- schema: batch t by id size 9\n{insert}"), "");
    upgraded(project, "b").unwrap_err();
    project.execute(&["DELETE FROM seen WHERE id = 850"]);
    let script = project.folder_of("b").join("up.sql");
    for changed in [
        format!("-- schema: batch t by id size 9\n{}", insert.replace("SELECT id", "SELECT id + 1")),
        "-- schema: batch t by id, n size 9\nINSERT INTO seen SELECT id FROM t WHERE (id, n) >= (:from) AND (id, n) <= (:to);".to_owned(),
        insert.replace(":from", "1").replace(":to", "2"),
    ] {
        fs::write(&script, changed).unwrap();
        let error = upgraded(project, "b").unwrap_err();
        assert_eq!(error.class(), ErrorClass::History, "{error}");
        assert!(error.to_string().ends_with("was changed after step 1 of it was begun"), "{error}");
    }
    fs::write(&script, format!("-- schema: batch t by id size 2 pause 1ms\n{insert}")).unwrap();
    assert_eq!(told(project, "b"), [29, 31, 33, 35, 37, 39, 40]);
    assert_eq!(project.query("SELECT count(*) FROM seen"), ["40"]);
}

fn several_processes_do_each_row_once(project: &mut Project) {
    numbers(project, 60);
    project.revision(
        "b",
        "-- schema: batch t by id size 7 pause 5ms\nUPDATE t SET n = n + 1 WHERE id >= :from AND id <= :to;",
        "",
    );
    let project = &*project;
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| upgraded(project, "b").unwrap());
        }
    });
    assert_each_once(project, "60");
}

/// As it is written since there are batches: later versions have to go on with it.
fn what_the_journal_says_of_a_batch_stays_readable(project: &mut Project) {
    numbers(project, 12);
    let update = "UPDATE t SET n = n + 1 WHERE id >= :from AND id <= :to";
    project.revision("b", &format!("-- schema: batch t by id size 5\n{update};"), "");
    project.execute(&["UPDATE t SET n = 1 WHERE id <= -34"]);
    let (end, behind) = match project.engine() {
        Engine::Postgres => ("'71'", "'-34'"),
        Engine::Sqlite | Engine::Mysql | Engine::Mariadb => ("71", "-34"),
    };
    let evidence = format!(r#"{{"batch":"t by id","end":["{end}"],"behind":["{behind}"],"rows":5}}"#);
    let insert = "INSERT INTO schema_history_steps (revision, direction, step, checksum, state, started_at, evidence) \
                  VALUES ('b', 'up', 1, ?, 'partly', '2026-11-30T12:00:00Z', ?)";
    let checksum = schema_core::revision::Checksum::of(update);
    project.driver().query(insert, &[checksum.as_str().into(), evidence.as_str().into()]).unwrap();
    assert_eq!(told(project, "b"), [10, 12]);
    assert_each_once(project, "12");
}

fn a_shell_gets_the_statement_as_a_whole(project: &mut Project) {
    project.revision("a", "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, n integer NOT NULL);", "").revision(
        "b",
        "-- count\n-- schema: batch t by id size 7\nUPDATE t SET n = n + 1 WHERE id >= :from AND id <= :to AND n < 9;",
        "",
    );
    let (engine, directory) = (project.engine(), project.directory());
    let path = ids(&["a", "b"]).into_iter().collect::<Vec<_>>();
    let history = project.driver().history_table().clone();
    let up = schema_core::revision::Direction::Up;
    let script = runner::offline(&directory, engine, &history, &path, up).unwrap().sql;
    assert!(
        script.contains("UPDATE t SET n = n + 1 WHERE (id IS NOT NULL) AND (id IS NOT NULL) AND n < 9"),
        "{script}"
    );
    assert!(script.contains("count"), "{script}");
    assert!(script.contains("NOT IN BATCHES: a shell runs this in one transaction"), "{script}");
    assert!(script.contains("runs it 7 rows at a time"), "{script}");
    assert!(!script.contains(":from"), "{script}");
}

fn a_dry_run_does_not_pretend_to_know(project: &mut Project) {
    numbers(project, 10);
    project.revision(
        "b",
        "-- schema: batch t by id size 7\nUPDATE t SET n = n + 1 WHERE id >= :from AND id <= :to;",
        "",
    );
    let (directory, options) = (project.directory(), RunOptions::default());
    let result =
        runner::try_upgrade(project.driver().as_mut(), &directory, &ids(&["b"]), &options, &mut |_| {});
    match project.engine() {
        // On a copy, without rows.
        Engine::Mysql | Engine::Mariadb => assert!(result.unwrap().on_copy),
        Engine::Sqlite | Engine::Postgres => {
            let untried = result.unwrap().untried;
            let [batch] = untried.as_slice() else { panic!("{untried:?}") };
            assert_eq!((batch.revision.as_str(), batch.line, batch.statements), ("b", 2, 1));
        }
    }
    assert_eq!(project.query("SELECT count(*) FROM t WHERE n = 0"), ["10"]);
    assert_eq!(project.applied(), ["a"]);
}

#[test]
fn a_batch_waits_for_replicas_and_a_server_without_any_keeps_it_waiting_for_none() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    numbers(&mut project, 20);
    project.revision(
        "b",
        "-- schema: batch t by id size 5 max_lag 1s\nUPDATE t SET n = n + 1 WHERE id >= :from AND id <= :to;",
        "",
    );
    assert_eq!(told(&project, "b"), [5, 10, 15, 20]);
    assert_each_once(&project, "20");
}

#[test]
fn a_batch_that_writes_what_no_rollback_takes_back_is_refused() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project.revision(
        "a",
        "CREATE TABLE t (id int NOT NULL PRIMARY KEY, n int NOT NULL) ENGINE=MyISAM;
         CREATE TABLE u (id int NOT NULL PRIMARY KEY, n int NOT NULL);
         CREATE TABLE v (id int) ENGINE=MyISAM;
         CREATE TRIGGER u_log AFTER UPDATE ON u FOR EACH ROW INSERT INTO v VALUES (1);",
        "",
    );
    upgraded(&project, "a").unwrap();
    for (before, table) in
        [("", "t"), ("", "u"), ("CREATE TABLE w (id int NOT NULL PRIMARY KEY, n int) ENGINE=MyISAM;", "w")]
    {
        let batch = format!(
            "-- schema: batch {table} by id\nUPDATE {table} SET n = n + 1 WHERE id >= :from AND id <= :to;"
        );
        project.revision("b", &format!("{before}\n{batch}"), "");
        let error = upgraded(&project, "b").unwrap_err();
        assert_eq!(error.class(), ErrorClass::Usage, "{error}");
        assert!(
            error
                .to_string()
                .ends_with("line 3: a batch that writes to a table whose engine has no transactions"),
            "{error}"
        );
        assert!(error.hint().unwrap().contains("`ENGINE=InnoDB`"));
        project.remove_last();
    }
}

#[test]
fn the_index_of_the_key_is_used_on_every_engine() {
    let plan = |project: &Project, sql: &str| {
        let mut driver = project.driver();
        let rows = driver.query(sql, &[]).unwrap();
        format!("{rows:?}")
    };
    let columns = "a integer NOT NULL, b integer NOT NULL, n integer NOT NULL, PRIMARY KEY (a, b)";
    let between = "((a, b) >= (3, 5)) AND ((a, b) <= (3, 9))";
    let sqlite = {
        let project = Project::new();
        project.execute(&[&format!("CREATE TABLE t ({columns})")]);
        let mut statement = String::new();
        let connection = project.sqlite();
        let mut prepared =
            connection.prepare(&format!("EXPLAIN QUERY PLAN SELECT n FROM t WHERE {between}")).unwrap();
        let mut rows = prepared.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            statement.push_str(&row.get::<_, String>(3).unwrap());
        }
        statement
    };
    assert!(sqlite.starts_with("SEARCH t USING INDEX"), "{sqlite}");
    if let Some(project) = Project::on(Server::Postgres) {
        project.execute(&[
            &format!("CREATE TABLE t ({columns})"),
            "INSERT INTO t SELECT i / 100, i % 100, 0 FROM generate_series(1, 20000) i",
            "ANALYZE t",
        ]);
        let found = plan(&project, &format!("EXPLAIN SELECT n FROM t WHERE {between}"));
        assert!(
            found.contains("Index Cond: ((ROW(a, b) >= ROW(3, 5)) AND (ROW(a, b) <= ROW(3, 9)))"),
            "{found}"
        );
    }
    if let Some(project) = Project::on(Server::Mysql) {
        project.execute(&[
            &format!("CREATE TABLE t ({columns})"),
            "INSERT INTO t WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 900) SELECT i DIV 100, i % 100, 0 FROM s",
            "ANALYZE TABLE t",
        ]);
        // As the runner writes the comparison there.
        let range = "(a > 3 OR (a = 3 AND (b >= 5))) AND (a < 3 OR (a = 3 AND (b <= 9)))";
        let format = if project.engine() == Engine::Mysql { "EXPLAIN FORMAT=JSON" } else { "EXPLAIN" };
        let found = plan(&project, &format!("{format} SELECT n FROM t WHERE {range}"));
        assert!(found.to_lowercase().contains("range"), "{found}");
        let read = "SELECT n FROM t WHERE ";
        let mut driver = project.driver();
        driver.query("FLUSH STATUS", &[]).unwrap();
        driver.query(&format!("{read}{range}"), &[]).unwrap();
        let rows = driver.query("SHOW SESSION STATUS LIKE 'Handler_read_next'", &[]).unwrap();
        let next =
            rows[0][1].as_text().map_or_else(|| rows[0][1].as_integer().unwrap().to_string(), str::to_owned);
        assert!(next.parse::<u32>().unwrap() <= 10, "{next} rows read");
    }
}
