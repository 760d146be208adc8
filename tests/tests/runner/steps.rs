//! Functions of the application that scripts name: in the transaction of the script, done exactly once, and confined to rows.

use crate::engines::on_every_engine;
use schema_core::driver::DriverError;
use schema_core::model::Engine;
use schema_core::revision::Direction;
use schema_core::runner::{self, Failure, RunOptions, RunnerError};
use schema_core::verify::verify;
use schema_core::{ErrorClass, Migrator, SqlValue, StepResult, StepTransaction, Steps};
use schema_tests::crash::Crashing;
use schema_tests::migrations::{Project, ids};
use schema_tests::server::Server;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

on_every_engine!(
    rows_are_changed_up_and_down,
    each_row_is_done_once_wherever_the_run_is_cut,
    an_error_takes_back_the_step_and_is_told_with_its_place,
    a_panic_leaves_neither_rows_nor_locks,
    a_refused_statement_fails_the_step_whatever_the_function_makes_of_it,
    a_step_cannot_reach_beyond_rows,
    a_step_that_is_not_registered_is_refused_before_anything_runs,
    what_is_registered_twice_is_an_error_and_what_no_script_names_is_none,
    a_dry_run_runs_it_and_takes_it_back,
    a_history_is_verified_with_its_steps,
    a_shell_gets_no_script,
    values_of_all_types_go_in_and_come_out,
    an_application_registers_its_steps,
);

/// Adds to the number of each row, a row at a time.
fn add(number: i64) -> impl Fn(&mut StepTransaction<'_>) -> StepResult + Send + Sync + 'static {
    move |transaction| {
        for row in transaction.query("SELECT id, n FROM t ORDER BY id", &[])? {
            let [id, n] = row.as_slice() else { return Err("two columns".into()) };
            let n = n.as_integer().ok_or("no number")? + number;
            let changed = transaction.execute("UPDATE t SET n = ? WHERE id = ?", &[n.into(), id.clone()])?;
            assert_eq!(changed, 1);
        }
        Ok(())
    }
}

fn steps() -> Steps {
    Steps::new().with_step("add", add(1)).with_step("take away", add(-1))
}

fn options(steps: Steps) -> RunOptions {
    RunOptions { steps, ..RunOptions::default() }
}

fn upgraded(project: &Project, target: &str, steps: Steps) -> Result<(), RunnerError> {
    let (mut driver, directory) = (project.driver(), project.directory());
    runner::upgrade(driver.as_mut(), &directory, &ids(&[target]), &options(steps), &mut |_| {}).map(drop)
}

fn undone(project: &Project, target: &str, steps: Steps) -> Result<(), RunnerError> {
    let (mut driver, directory) = (project.driver(), project.directory());
    runner::downgrade(driver.as_mut(), &directory, &ids(&[target]), &options(steps), &mut |_| {}).map(drop)
}

/// A table with three rows, and a revision with a step between two statements, up and down.
fn three_rows(project: &mut Project) {
    project
        .revision(
            "a",
            "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, n integer NOT NULL CHECK (n < 9));
             CREATE TABLE log (n integer);
             INSERT INTO t VALUES (1, 0), (2, 0), (30, 0);",
            "DROP TABLE t;\nDROP TABLE log;",
        )
        .revision(
            "b",
            "INSERT INTO log VALUES (1);\n\n-- Adds one to each row.\n-- schema: rust add\n\nCREATE TABLE u (id integer);\nINSERT INTO log VALUES (2);",
            "DROP TABLE u;\nDELETE FROM log WHERE n = 2;\n-- schema: rust \"take away\"\nDELETE FROM log;",
        );
}

fn assert_rows(project: &Project, n: &str, context: &str) {
    let numbers = project.query("SELECT n FROM t ORDER BY id");
    assert_eq!(numbers, [n, n, n], "{context}");
    assert!(project.query("SELECT step FROM schema_history_steps").is_empty(), "{context}");
}

fn rows_are_changed_up_and_down(project: &mut Project) {
    three_rows(project);
    upgraded(project, "b", steps()).unwrap();
    assert_rows(project, "1", "up");
    assert_eq!(project.applied(), ["a", "b"]);
    assert_eq!(project.tables(), ["log", "t", "u"]);
    undone(project, "b", steps()).unwrap();
    assert_rows(project, "0", "down");
    assert_eq!(project.applied(), ["a"]);
    assert_eq!(project.tables(), ["log", "t"]);
    assert!(project.query("SELECT n FROM log").is_empty());
    // Alone in a script, and twice.
    project.remove_last();
    project.revision("c", "-- schema: rust add\n-- schema: rust add\n", "");
    upgraded(project, "c", steps()).unwrap();
    assert_rows(project, "2", "twice");
}

fn each_row_is_done_once_wherever_the_run_is_cut(project: &mut Project) {
    three_rows(project);
    for direction in [Direction::Up, Direction::Down] {
        let mut calls = 0;
        while is_cut(project, direction, calls) {
            calls += 1;
        }
        assert!(calls > 10, "{direction:?}: {calls}");
    }
}

/// Runs the step up to this many calls and again from there, and returns whether the run was cut before its end.
fn is_cut(project: &Project, direction: Direction, calls: usize) -> bool {
    project.clear();
    let context = format!("{direction:?}, call {calls}");
    upgraded(project, if direction == Direction::Up { "a" } else { "b" }, steps()).unwrap();
    let mut driver = Crashing::new(project.driver(), calls);
    let (directory, options, target) = (project.directory(), options(steps()), ids(&["b"]));
    let result = match direction {
        Direction::Up => runner::upgrade(&mut driver, &directory, &target, &options, &mut |_| {}),
        Direction::Down => runner::downgrade(&mut driver, &directory, &target, &options, &mut |_| {}),
    };
    let has_crashed = driver.has_crashed();
    drop(driver);
    if has_crashed {
        let again = match direction {
            Direction::Up => upgraded(project, "b", steps()),
            Direction::Down => undone(project, "b", steps()),
        };
        match again {
            Ok(()) => {}
            // It was cut behind its last commit: there is nothing left to undo.
            Err(RunnerError::Address(_)) if project.applied() == ["a"] => {}
            Err(error) => panic!("{context}: {error}"),
        }
    } else {
        result.unwrap();
    }
    let (n, tables, logged) = match direction {
        Direction::Up => ("1", vec!["log", "t", "u"], 2),
        Direction::Down => ("0", vec!["log", "t"], 0),
    };
    assert_rows(project, n, &context);
    assert_eq!(project.tables(), tables, "{context}");
    assert_eq!(project.query("SELECT n FROM log").len(), logged, "{context}");
    has_crashed
}

fn an_error_takes_back_the_step_and_is_told_with_its_place(project: &mut Project) {
    three_rows(project);
    let steps_that_fail = Steps::new().with_step("add", |transaction| {
        add(1)(transaction)?;
        let error = "seven".parse::<i64>().unwrap_err();
        Err(format!("row 3: {error}").into())
    });
    let error = upgraded(project, "b", steps_that_fail).unwrap_err();
    let message = error.to_string();
    assert!(message.starts_with("revision `b` (up): "), "{message}");
    let told = "up.sql, line 4: the step `add`: row 3: invalid digit found in string";
    assert!(message.contains(told), "{message}");
    assert_eq!(error.class(), ErrorClass::Refused);
    assert!(error.hint().unwrap().starts_with("nothing of the step stays"));
    let RunnerError::Stopped { failure, .. } = error else { panic!() };
    assert!(matches!(failure.as_ref(), Failure::Step { kept: 0, total: 4, .. }), "{failure:?}");
    assert_eq!(project.query("SELECT n FROM t WHERE n <> 0").len(), 0);
    assert_eq!(project.tables(), ["log", "t"]);
    assert_eq!(project.applied(), ["a"]);

    upgraded(project, "b", steps()).unwrap();
    assert_rows(project, "1", "again");
    assert_eq!(project.query("SELECT n FROM log").len(), 2);

    // On the way down the table is gone already where DDL commits by itself.
    let down = Steps::new().with_step("take away", |_| Err("not now".into()));
    let error = undone(project, "b", down).unwrap_err().to_string();
    let kept = match project.engine() {
        Engine::Sqlite | Engine::Postgres => "not now",
        Engine::Mysql | Engine::Mariadb => "not now; the statement before it, of 4, has run and stays",
    };
    assert!(error.contains("down.sql, line 3: the step `take away`: ") && error.ends_with(kept), "{error}");
    undone(project, "b", steps()).unwrap();
    assert_rows(project, "0", "down");
}

fn a_panic_leaves_neither_rows_nor_locks(project: &mut Project) {
    three_rows(project);
    let panics = Steps::new().with_step("add", |transaction| {
        add(1)(transaction)?;
        panic!("{} is no slug", "ÄÖ")
    });
    let (mut driver, directory) = (project.driver(), project.directory());
    let error = runner::upgrade(driver.as_mut(), &directory, &ids(&["b"]), &options(panics), &mut |_| {})
        .unwrap_err()
        .to_string();
    assert!(error.contains("line 4: the step `add`: it panicked: ÄÖ is no slug"), "{error}");
    // While the connection is still open: another one gets the lock, and the rows are not locked.
    assert_eq!(project.query("SELECT n FROM t WHERE n <> 0").len(), 0);
    upgraded(project, "b", steps()).unwrap();
    assert_rows(project, "1", "by another connection");
    runner::downgrade(driver.as_mut(), &directory, &ids(&["b"]), &options(steps()), &mut |_| {}).unwrap();
    drop(driver);
    assert_rows(project, "0", "by the same connection");
}

fn a_refused_statement_fails_the_step_whatever_the_function_makes_of_it(project: &mut Project) {
    three_rows(project);
    for is_unwrapped in [false, true] {
        let swallows = Steps::new().with_step("add", move |transaction| {
            transaction.execute("UPDATE t SET n = 5", &[])?;
            let refused = transaction.execute("INSERT INTO t VALUES (?, ?)", &[1.into(), 0.into()]);
            assert!(!is_unwrapped || refused.is_ok());
            // The server may have rolled back, and would commit this by itself.
            let error = transaction.execute("UPDATE t SET n = 6", &[]).unwrap_err();
            assert!(error.to_string().starts_with("a statement before this has failed: "), "{error}");
            Ok(())
        });
        let error = upgraded(project, "b", swallows).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Refused);
        let message = error.to_string();
        assert!(message.contains("line 4: the step `add`: "), "{message}");
        assert!(message.ends_with(", in `INSERT INTO t VALUES (?, ?)`"), "{message}");
        assert_eq!(project.query("SELECT n FROM t WHERE n <> 0").len(), 0);
        assert_eq!(project.applied(), ["a"]);
    }
}

fn a_step_cannot_reach_beyond_rows(project: &mut Project) {
    three_rows(project);
    let file = project.path().join("reached.db").display().to_string();
    for statement in [
        "COMMIT".to_owned(),
        "ROLLBACK".to_owned(),
        "BEGIN".to_owned(),
        "SAVEPOINT a".to_owned(),
        "SET search_path = a".to_owned(),
        "PRAGMA foreign_keys = OFF".to_owned(),
        format!("ATTACH '{file}' AS a"),
        format!("VACUUM INTO '{file}'"),
        "CREATE TABLE v (id integer)".to_owned(),
        "DROP TABLE t".to_owned(),
        "UPDATE t SET n = 2; COMMIT".to_owned(),
    ] {
        let statement_of_step = statement.clone();
        let reaches = Steps::new().with_step("add", move |transaction| {
            transaction.execute("UPDATE t SET n = 3", &[])?;
            let _ = transaction.execute(&statement_of_step, &[]);
            Ok(())
        });
        let error = upgraded(project, "b", reaches).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Usage, "{statement}: {error}");
        assert!(error.to_string().contains(&format!("in `{statement}`")), "{error}");
        assert!(error.hint().unwrap().contains("it reads and changes rows alone"));
        assert_eq!(project.query("SELECT n FROM t WHERE n <> 0").len(), 0, "{statement}");
        assert_eq!(project.tables(), ["log", "t"], "{statement}");
        assert!(!std::path::Path::new(&file).exists(), "{statement}");
    }
    upgraded(project, "b", steps()).unwrap();
    assert_rows(project, "1", "after all of them");
}

/// The drivers hold what they are given for a step against the same as scripts, whoever calls them.
#[test]
fn on_a_scratch_database_a_step_is_confined_as_scripts_are() {
    let mut of_each = vec![(Project::new(), "ATTACH 'a.db' AS a")];
    of_each.extend(Project::on(Server::Postgres).map(|project| (project, "CREATE ROLE reached")));
    of_each.extend(Project::on(Server::Mysql).map(|project| (project, "SELECT * FROM mysql.user")));
    for (project, statement) in of_each {
        let mut scratch = project.driver().scratch_for_scripts().unwrap();
        let error = scratch.run_for_step(statement, &[]).unwrap_err();
        assert!(matches!(error, DriverError::BeyondScratch { .. }), "{error}");
    }
}

fn a_step_that_is_not_registered_is_refused_before_anything_runs(project: &mut Project) {
    three_rows(project);
    let error = upgraded(project, "b", Steps::new()).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Usage);
    let message = error.to_string();
    assert!(message.starts_with("revision `b` (up): "), "{message}");
    assert!(message.ends_with("up.sql, line 4: this program has no Rust function for the step `add`"));
    let hint = error.hint().unwrap();
    assert!(hint.contains("`Migrator::with_step(\"add\", …)`"), "{hint}");
    assert!(hint.contains("`schema_cli::main_with(Steps::new().with_step(\"add\", …))`"), "{hint}");
    // Not even the revision before it.
    assert!(project.tables().is_empty());

    let near = upgraded(project, "b", Steps::new().with_step("ad", add(1))).unwrap_err();
    assert!(near.hint().unwrap().starts_with("did you mean `ad`?"));
    assert!(project.tables().is_empty());

    upgraded(project, "b", Steps::new().with_step("add", add(1))).unwrap();
    let error = undone(project, "b", Steps::new().with_step("add", add(1))).unwrap_err();
    assert!(error.to_string().contains("down.sql, line 3: this program has no Rust function"), "{error}");
    assert_rows(project, "1", "nothing was undone");
    assert_eq!(project.tables(), ["log", "t", "u"]);
    // What is at the head already needs no steps.
    upgraded(project, "b", Steps::new()).unwrap();
}

fn what_is_registered_twice_is_an_error_and_what_no_script_names_is_none(project: &mut Project) {
    project.revision("a", "CREATE TABLE t (id integer);", "");
    let error = upgraded(project, "a", steps().with_step("add", |_| Ok(()))).unwrap_err();
    assert_eq!(error.to_string(), "two Rust functions are registered as the step `add`");
    assert_eq!(error.class(), ErrorClass::Usage);
    assert!(project.tables().is_empty());
    upgraded(project, "a", steps()).unwrap();
    assert_eq!(project.tables(), ["t"]);
}

fn a_dry_run_runs_it_and_takes_it_back(project: &mut Project) {
    three_rows(project);
    upgraded(project, "a", steps()).unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&runs);
    let counting = Steps::new().with_step("add", move |transaction| {
        count.fetch_add(1, Ordering::Relaxed);
        add(1)(transaction)
    });
    let (directory, target) = (project.directory(), ids(&["b"]));
    let tried = |steps: Steps| {
        let mut driver = project.driver();
        runner::try_upgrade(driver.as_mut(), &directory, &target, &options(steps), &mut |_| {})
    };
    assert_eq!(tried(counting).unwrap().revisions.len(), 1);
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    let error = tried(Steps::new()).unwrap_err().to_string();
    assert!(error.contains("this program has no Rust function for the step `add`"), "{error}");
    let error = tried(Steps::new().with_step("add", |_| Err("not now".into()))).unwrap_err().to_string();
    assert!(error.ends_with("the step `add`: not now"), "{error}");
    assert_rows(project, "0", "tried");
    assert_eq!(project.tables(), ["log", "t"]);

    upgraded(project, "b", steps()).unwrap();
    let mut driver = project.driver();
    runner::try_downgrade(driver.as_mut(), &directory, &target, &options(steps()), &mut |_| {}).unwrap();
    drop(driver);
    assert_rows(project, "1", "tried down");
}

fn a_history_is_verified_with_its_steps(project: &mut Project) {
    three_rows(project);
    let verified = |steps: &Steps| {
        let mut scratch = project.driver().scratch_for_scripts().unwrap();
        verify(scratch.as_mut(), &project.directory(), steps, &mut |_| {})
    };
    assert_eq!(verified(&steps()).unwrap().revisions.len(), 2);
    let error = verified(&Steps::new()).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Usage);
    assert!(error.to_string().ends_with("this program has no Rust function for the step `add`"), "{error}");
    assert!(error.hint().unwrap().contains("`schema_cli::main_with("));
}

fn a_shell_gets_no_script(project: &mut Project) {
    three_rows(project);
    let (engine, directory) = (project.engine(), project.directory());
    let history = project.driver().history_table().clone();
    let script = |path: &[&str]| {
        let path: Vec<_> = ids(path).into_iter().collect();
        runner::offline(&directory, engine, &history, &path, Direction::Up)
    };
    script(&["a"]).unwrap();
    let error = script(&["a", "b"]).unwrap_err();
    let message = "up.sql, line 4: a database shell cannot run the Rust function of the step `add`";
    assert!(error.to_string().ends_with(message), "{error}");
    assert_eq!(error.class(), ErrorClass::Usage);
    assert!(error.hint().unwrap().starts_with("run it without `--sql`"));
}

fn values_of_all_types_go_in_and_come_out(project: &mut Project) {
    let (boolean, real, bytes, charset) = match project.engine() {
        Engine::Sqlite => ("BOOLEAN", "REAL", "BLOB", ""),
        Engine::Postgres => ("boolean", "double precision", "bytea", ""),
        Engine::Mysql | Engine::Mariadb => ("tinyint(1)", "double", "longblob", "CHARACTER SET utf8mb4"),
    };
    project.revision(
        "a",
        &format!(
            "CREATE TABLE v (id integer NOT NULL PRIMARY KEY, flag {boolean}, whole bigint, part {real}, words varchar(200) {charset}, data {bytes}, day date, price numeric(10, 2));
             -- schema: rust values"
        ),
        "",
    );
    let hostile = "'; DROP TABLE v; -- ?$1\\ \" ÄÖ 日本語 😀\n\t";
    let values = Steps::new().with_step("values", move |transaction| {
        let full: [SqlValue; 6] = [
            true.into(),
            i64::MIN.into(),
            (-1.5e-30).into(),
            hostile.into(),
            vec![0, 255, 39].into(),
            "2026-02-28".into(),
        ];
        let insert = "INSERT INTO v (id, flag, whole, part, words, data, day, price) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        let row = |id: i64, values: &[SqlValue], price: SqlValue| {
            [&[id.into()], values, &[price]].concat()
        };
        assert_eq!(transaction.execute(insert, &row(1, &full, "12.50".into()))?, 1);
        assert_eq!(transaction.execute(insert, &row(2, &[const { SqlValue::Null }; 6], None::<i64>.into()))?, 1);
        let as_text = match transaction.engine() {
            Engine::Postgres => "day::text",
            Engine::Sqlite | Engine::Mysql | Engine::Mariadb => "day",
        };
        let select = format!("SELECT flag, whole, part, words, data, {as_text} FROM v WHERE words = ? OR words IS NULL ORDER BY id");
        let rows = transaction.query(&select, &[hostile.into()])?;
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0][0].as_boolean(), Some(true));
        assert_eq!(rows[0][1..5], full[1..5]);
        assert!(rows[0][5].as_text().unwrap().starts_with("2026-02-28"), "{rows:?}");
        assert!(rows[1].iter().all(SqlValue::is_null), "{rows:?}");
        assert_eq!(transaction.execute("DELETE FROM v", &[])?, 2);
        // A parameter too few, and a question mark that is none.
        assert_eq!(transaction.query("SELECT '?' /* ? */", &[])?, [[SqlValue::from("?")]]);
        transaction.query("SELECT id FROM v WHERE id = ?", &[]).unwrap_err();
        Ok(())
    });
    let error = upgraded(project, "a", values).unwrap_err().to_string();
    assert!(error.contains("in `SELECT id FROM v WHERE id = ?`"), "{error}");
}

#[test]
fn postgres_tells_types_that_are_read_as_text() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    project.revision(
        "a",
        "CREATE TYPE mood AS ENUM ('glad', 'sad');
         CREATE TABLE v (id uuid, mood mood, doc jsonb, price numeric, small smallint, letter char(3));
         INSERT INTO v VALUES ('0aeebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'sad', '{\"a\": [1]}', 1.50, 7, 'x');
         -- schema: rust types",
        "",
    );
    let types = Steps::new().with_step("types", |transaction| {
        let all =
            "SELECT id, mood, doc, price::text, small, letter FROM v WHERE id = ? AND mood = ? AND doc @> ?";
        let parameters = ["0aeebc99-9c0b-4ef8-bb6d-6bb9bd380a11".into(), "sad".into(), "{\"a\": [1]}".into()];
        let rows = transaction.query(all, &parameters)?;
        let text = |column: usize| rows[0][column].as_text().unwrap().to_owned();
        assert_eq!([text(0), text(1)], ["0aeebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "sad"]);
        assert_eq!([text(2), text(3), text(5)], ["{\"a\": [1]}", "1.50", "x  "]);
        assert_eq!(rows[0][4].as_integer(), Some(7));
        transaction.query("SELECT price FROM v", &[])?;
        Ok(())
    });
    let error = upgraded(&project, "a", types).unwrap_err().to_string();
    let told = "the column `price` is of the type `numeric`, which is read as text: write `::text` behind it";
    assert!(error.contains(told), "{error}");
}

fn an_application_registers_its_steps(project: &mut Project) {
    three_rows(project);
    let migrator = || Migrator::new(project.directory());
    let error = migrator().with_step("take away", add(-1)).upgrade(&project.url()).unwrap_err();
    assert!(error.to_string().contains("this program has no Rust function for the step `add`"), "{error}");
    let applied = migrator().with_steps(steps()).upgrade(&project.url()).unwrap();
    assert_eq!(applied.len(), 2);
    assert_rows(project, "1", "by an application");
}

#[test]
fn a_table_whose_engine_has_no_transactions_is_not_written() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project.revision("a", "CREATE TABLE m (id int) ENGINE=MyISAM;\nCREATE TABLE t (id int);", "").revision(
        "b",
        "-- schema: rust write",
        "",
    );
    let write = Steps::new().with_step("write", |transaction| {
        transaction.query("SELECT id FROM m", &[])?;
        transaction.execute("INSERT INTO t VALUES (1)", &[])?;
        transaction.execute("INSERT INTO m VALUES (1)", &[])?;
        Ok(())
    });
    let error = upgraded(&project, "b", write).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Usage);
    assert!(error.to_string().contains("it writes to a table whose engine has no transactions"), "{error}");
    assert_eq!(project.query("SELECT id FROM m UNION SELECT id FROM t").len(), 0);
}

/// The transaction is rolled back and runs again, the function with it; its rows are changed once.
#[test]
fn a_step_that_others_are_in_the_way_of_runs_again() {
    for server in [Server::Postgres, Server::Mysql] {
        let Some(mut project) = Project::on(server) else { continue };
        three_rows(&mut project);
        upgraded(&project, "a", steps()).unwrap();
        let runs = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&runs);
        let counting = Steps::new().with_step("add", move |transaction| {
            count.fetch_add(1, Ordering::Relaxed);
            add(1)(transaction)
        });
        let mut other = project.driver();
        other.begin().unwrap();
        other.execute("UPDATE t SET n = n WHERE id = 30").unwrap();
        thread::scope(|scope| {
            let run = scope.spawn(|| upgraded(&project, "b", counting));
            while runs.load(Ordering::Relaxed) < 2 && !run.is_finished() {
                thread::sleep(Duration::from_millis(50));
            }
            other.rollback().unwrap();
            run.join().unwrap().unwrap();
        });
        assert_rows(&project, "1", "in the end");
    }
}
