//! Scripts that change tables beside their readers and writers: each form applied to rows, settled and undone, and cut off all along each run.

mod partitions;

use schema_core::autogenerate::{Scripts, scripts};
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::filter::Filter;
use schema_core::model::{DatabaseSchema, Engine};
use schema_core::runner::{self, Event, RunOptions, RunnerError};
use schema_tests::crash::Crashing;
use schema_tests::migrations::{Project, ids};
use schema_tests::postgres::{Dump, Scratch, differences, dump_of};
use schema_tests::server::Server;
use std::time::{Duration, Instant};

/// More calls than any of the runs here makes.
const MOST_CALLS: usize = 1000;

/// Every how many calls a run is cut off: a step makes more of them, and each try takes both directions.
const STRIDE: usize = 3;

fn compared(current: DatabaseSchema, desired: DatabaseSchema) -> Comparison {
    compare(Engine::Postgres, current, desired, Scope::Database, &[]).unwrap().online(true)
}

/// A project whose revision `a` makes a schema with rows, and whose revision `b` leads to another schema.
fn project(before: &str, rows: &str, after: &str) -> Option<Project> {
    let server = Server::Postgres.url()?;
    let mut project = Project::on(Server::Postgres)?;
    let (mut dev, mut wanted) = (Scratch::create(&server), Scratch::create(&server));
    dev.load(before).unwrap();
    wanted.load(after).unwrap();
    let comparison = compared(dev.introspect(), wanted.introspect());
    let Scripts { up, down, unproven, not_judged: _, plain_because } =
        scripts(dev.driver(), &comparison, &Filter::default()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((unproven, plain_because), (None, None));
    for plan in [&up, &down] {
        assert!(!plan.to_script().contains("BLOCKS"), "{}", plan.to_script());
    }
    project.revision("a", &format!("{before}\n{rows}"), "");
    project.revision("b", &up.to_script(), &down.to_script());
    Some(project)
}

fn upgraded(project: &Project, revision: &str) -> Result<(), RunnerError> {
    let (directory, options) = (project.directory(), RunOptions::default());
    runner::upgrade(project.driver().as_mut(), &directory, &ids(&[revision]), &options, &mut |_| {}).map(drop)
}

fn downgraded(project: &Project) -> Result<(), RunnerError> {
    let (directory, options) = (project.directory(), RunOptions::default());
    runner::downgrade(project.driver().as_mut(), &directory, &ids(&["b"]), &options, &mut |_| {}).map(drop)
}

/// The dump without the tables of the history.
fn dumped(project: &Project) -> Dump {
    let mut dump = dump_of(&project.url_text());
    dump.retain(|(_, object), _| !object.contains("schema_history"));
    dump
}

fn is(project: &Project, wanted: &Dump, context: &str) {
    let found = dumped(project);
    assert!(found == *wanted, "{context}: {}", differences(wanted, &found));
    assert!(project.query("SELECT revision FROM schema_history_steps").is_empty(), "{context}");
}

/// Applies and reverts, then loses the connection before every third call of both.
fn holds(before: &str, rows: &str, after: &str, count: &str) {
    let Some(project) = project(before, rows, after) else { return };
    upgraded(&project, "a").unwrap();
    let start = dumped(&project);
    let rows = project.query(count);
    upgraded(&project, "b").unwrap();
    let goal = dumped(&project);
    assert_eq!(project.query(count), rows);
    let mut wanted = Scratch::create(&Server::Postgres.url().unwrap());
    wanted.load(after).unwrap();
    assert!(differences(&wanted.dump(), &goal).is_empty(), "{}", differences(&wanted.dump(), &goal));
    downgraded(&project).unwrap();
    is(&project, &start, "down");
    assert_eq!(project.query(count), rows);

    for calls in (1..).step_by(STRIDE) {
        let (directory, options) = (project.directory(), RunOptions::default());
        let mut driver = Crashing::new(project.driver(), calls);
        let up = runner::upgrade(&mut driver, &directory, &ids(&["b"]), &options, &mut |_| {});
        let has_crashed = driver.has_crashed();
        drop(driver);
        if !has_crashed {
            up.unwrap();
        }
        upgraded(&project, "b").unwrap_or_else(|error| panic!("call {calls}: {error}"));
        is(&project, &goal, &format!("call {calls}"));

        let mut driver = Crashing::new(project.driver(), calls);
        let _ = runner::downgrade(&mut driver, &directory, &ids(&["b"]), &options, &mut |_| {});
        let both_are_whole = !has_crashed && !driver.has_crashed();
        drop(driver);
        downgraded(&project).unwrap_or_else(|error| panic!("call {calls}: {error}"));
        is(&project, &start, &format!("down, call {calls}"));
        if both_are_whole {
            break;
        }
        assert!(calls < MOST_CALLS);
    }
    assert_eq!(project.query(count), rows);
}

const TABLE: &str = "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b text, c integer);";
const ROWS: &str = "INSERT INTO t SELECT n, n, 'b' || n, n % 7 FROM generate_series(1, 100) n;";
const COUNT: &str = "SELECT count(*) || ' ' || sum(a) || ' ' || max(b) FROM t";

#[test]
fn indexes() {
    holds(
        &format!("{TABLE}\nCREATE INDEX changed ON t (a);\nCREATE INDEX gone ON t (c);"),
        ROWS,
        &format!("{TABLE}\nCREATE INDEX changed ON t (a, c);\nCREATE UNIQUE INDEX new ON t (b) WHERE a > 0;"),
        COUNT,
    );
}

#[test]
fn foreign_keys_and_checks() {
    let tables = format!("{TABLE}\nCREATE TABLE p (id integer PRIMARY KEY);");
    holds(
        &tables,
        &format!("{ROWS}\nINSERT INTO p SELECT generate_series(0, 6);"),
        &format!(
            "{tables}\nALTER TABLE t ADD CONSTRAINT t_c_fkey FOREIGN KEY (c) REFERENCES p, ADD CONSTRAINT t_a_check CHECK (a > 0);"
        ),
        COUNT,
    );
}

#[test]
fn columns_that_refuse_null() {
    holds(TABLE, ROWS, &format!("{TABLE}\nALTER TABLE t ALTER a SET NOT NULL, ALTER b SET NOT NULL;"), COUNT);
}

/// The table with a column whose default differs from row to row.
fn with_code() -> String {
    TABLE.replace("c integer", "c integer, code uuid NOT NULL DEFAULT gen_random_uuid()")
}

const MANY_ROWS: &str = "INSERT INTO t SELECT n, n, 'b' || n, n % 7 FROM generate_series(1, 2500) n;";

#[test]
fn columns_that_are_filled() {
    let after = format!("{}\nALTER TABLE t ADD CONSTRAINT t_code_key UNIQUE (code);", with_code());
    holds(TABLE, MANY_ROWS, &after, COUNT);
}

#[test]
fn who_writes_while_a_column_is_filled_needs_not_know_it() {
    let Some(project) = project(TABLE, MANY_ROWS, &with_code()) else { return };
    upgraded(&project, "a").unwrap();
    let mut ranges = Vec::new();
    let mut observer = |event: Event<'_>| {
        if let Event::BatchAdvanced { rows, .. } = event {
            ranges.push(rows);
            project.execute(&[
                "SET lock_timeout = '1s'",
                // One that is filled, one that is not, and a new one.
                "UPDATE t SET a = a + 1 WHERE id IN (1, 2500)",
                &format!("INSERT INTO t (id) VALUES ({})", 10_000 + rows),
            ]);
        }
    };
    let (directory, options) = (project.directory(), RunOptions::default());
    runner::upgrade(project.driver().as_mut(), &directory, &ids(&["b"]), &options, &mut observer).unwrap();
    assert_eq!(ranges, [1000, 2000, 2500]);
    assert_eq!(project.query("SELECT count(DISTINCT code) || ' ' || count(*) FROM t"), ["2503 2503"]);
    assert_eq!(project.query("SELECT a - id FROM t WHERE id IN (1, 2, 2500) ORDER BY id"), ["3", "0", "3"]);
}

/// An UPDATE would do more than to fill the column, or reach too few rows.
#[test]
fn columns_that_cannot_be_filled_by_an_update_come_plainly() {
    let (before, after) = (TABLE.to_owned(), with_code());
    let trigger = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();";
    let forced = "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY;";
    let rule = "CREATE RULE r AS ON UPDATE TO t DO ALSO NOTIFY x;";
    for (before, after) in [
        (format!("{before}\n{trigger}"), format!("{after}\n{trigger}")),
        (format!("{before}\n{forced}"), format!("{after}\n{forced}")),
        (format!("{before}\n{rule}"), format!("{after}\n{rule}")),
        (
            before.clone(),
            format!("{after}\nALTER TABLE t ADD CONSTRAINT t_code_check CHECK (code IS NOT NULL OR a > 5);"),
        ),
        (before.replace(" PRIMARY KEY", " NOT NULL"), after.replace(" PRIMARY KEY", " NOT NULL")),
        (before.clone(), after.replace("b text", "b varchar(10)")),
        (before.clone(), after.replace("code uuid NOT NULL", "code uuid")),
    ] {
        let Some(project) = project(&before, ROWS, &after) else { return };
        let script = std::fs::read_to_string(project.folder_of("b").join("up.sql")).unwrap();
        assert!(script.contains("-- REWRITES TABLE: all rows of `t`"), "{script}");
        assert!(!script.contains("-- schema: batch"), "{script}");
        upgraded(&project, "b").unwrap();
        assert_eq!(project.query("SELECT count(DISTINCT code) FROM t"), ["100"]);
    }
}

#[test]
fn keys() {
    holds(
        &format!("{TABLE}\nALTER TABLE t ADD CONSTRAINT u UNIQUE (b);"),
        ROWS,
        "CREATE TABLE t (id bigint NOT NULL, a integer, b text, c integer);
         ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (a);
         ALTER TABLE t ADD CONSTRAINT u UNIQUE (b, c) DEFERRABLE;
         CREATE UNIQUE INDEX t_id_key ON t (id);",
        COUNT,
    );
}

/// Wherever a run is cut off, up or down, rows that are equal in a key are refused, as before and after it.
fn keeps_rows_apart(before: &str, after: &str, duplicate: &str) {
    let Some(project) = project(before, ROWS, after) else { return };
    upgraded(&project, "a").unwrap();
    let refuses = |context: &str| {
        let refused = project.driver().execute(duplicate).unwrap_err().to_string();
        assert!(refused.contains("duplicate key value"), "{context}: {refused}");
    };
    for calls in 1.. {
        let (directory, options) = (project.directory(), RunOptions::default());
        let mut driver = Crashing::new(project.driver(), calls);
        let _ = runner::upgrade(&mut driver, &directory, &ids(&["b"]), &options, &mut |_| {});
        let has_crashed = driver.has_crashed();
        drop(driver);
        refuses(&format!("call {calls}"));
        upgraded(&project, "b").unwrap_or_else(|error| panic!("call {calls}: {error}"));
        refuses("up");
        let mut driver = Crashing::new(project.driver(), calls);
        let _ = runner::downgrade(&mut driver, &directory, &ids(&["b"]), &options, &mut |_| {});
        let both_are_whole = !has_crashed && !driver.has_crashed();
        drop(driver);
        refuses(&format!("down, call {calls}"));
        downgraded(&project).unwrap_or_else(|error| panic!("down, call {calls}: {error}"));
        refuses("down");
        if both_are_whole {
            break;
        }
        assert!(calls < MOST_CALLS);
    }
}

#[test]
fn a_unique_constraint_stays_until_the_unique_index_is_there() {
    keeps_rows_apart(
        &format!("{TABLE}\nALTER TABLE t ADD CONSTRAINT t_b_key UNIQUE (b);"),
        &format!("{TABLE}\nCREATE UNIQUE INDEX other ON t (b);"),
        "INSERT INTO t VALUES (1000, 1000, 'b7', 1)",
    );
}

#[test]
fn a_primary_key_stays_until_what_tells_rows_apart_is_there() {
    keeps_rows_apart(
        TABLE,
        "CREATE TABLE t (id bigint, a integer NOT NULL, b text, c integer);
         ALTER TABLE t ADD CONSTRAINT t_a PRIMARY KEY (a);
         CREATE UNIQUE INDEX t_id ON t (id);",
        "INSERT INTO t VALUES (7, 1000, 'b', 1)",
    );
}

/// A view groups by the new primary key, which therefore comes plainly: then the old one cannot wait for anything.
#[test]
fn a_key_that_cannot_wait_is_followed_at_once() {
    let view = "CREATE VIEW v AS SELECT a, b FROM t GROUP BY a;";
    let (before, after) = (
        TABLE,
        format!(
            "CREATE TABLE t (id bigint, a integer NOT NULL, b text, c integer);
             ALTER TABLE t ADD CONSTRAINT t_a PRIMARY KEY (a);
             CREATE UNIQUE INDEX t_id ON t (id);
             {view}"
        ),
    );
    let Some(server) = Server::Postgres.url() else { return };
    let (mut dev, mut wanted) = (Scratch::create(&server), Scratch::create(&server));
    dev.load(before).unwrap();
    wanted.load(&after).unwrap();
    let comparison = compared(dev.introspect(), wanted.introspect());
    let up = scripts(dev.driver(), &comparison, &Filter::default()).unwrap().up.to_script();
    assert!(!up.contains("CREATE UNIQUE INDEX CONCURRENTLY t_id"), "{up}");
    assert!(up.contains("CREATE UNIQUE INDEX t_id"), "{up}");
}

/// A build that somebody has cut off is in nobody's way.
#[test]
fn what_an_interrupted_build_has_left_is_cleared_first() {
    let Some(project) = project(TABLE, ROWS, &format!("{TABLE}\nCREATE INDEX new ON t (c);")) else { return };
    upgraded(&project, "a").unwrap();
    project.driver().execute("CREATE UNIQUE INDEX CONCURRENTLY new ON t (c)").unwrap_err();
    let (directory, options) = (project.directory(), RunOptions::default());
    let mut cleared = Vec::new();
    runner::upgrade(project.driver().as_mut(), &directory, &ids(&["b"]), &options, &mut |event| {
        if let Event::CleanedUp { statement } = event {
            cleared.push(statement.to_owned());
        }
    })
    .unwrap();
    assert_eq!(cleared, ["DROP INDEX CONCURRENTLY IF EXISTS public.new"]);
    assert_eq!(
        project.query("SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'new'::regclass"),
        ["true"]
    );
}

/// What the rows refuse, they refuse before anything has taken another's place; once they are right the same run goes on.
#[test]
fn rows_that_refuse_a_change_can_be_mended_meanwhile() {
    let after = TABLE.replace("b text", "b text NOT NULL");
    let Some(project) = project(TABLE, ROWS, &after) else { return };
    upgraded(&project, "a").unwrap();
    project.execute(&["UPDATE t SET b = NULL WHERE id = 7"]);
    let error = upgraded(&project, "b").unwrap_err();
    assert!(error.to_string().contains("violated by some row"), "{error}");
    let hint = error.hint().unwrap_or_default();
    assert!(hint.starts_with("rows whose `t`.`b` is NULL are refused; "), "{hint}");
    assert!(hint.ends_with("run the same again: it goes on here"), "{hint}");
    assert!(project.driver().execute("INSERT INTO t VALUES (101)").is_err(), "new rows obey already");
    project.execute(&["UPDATE t SET b = 'x' WHERE id = 7"]);
    upgraded(&project, "b").unwrap();
    assert_eq!(
        project.query(
            "SELECT count(*)::text FROM pg_constraint WHERE contype = 'c' AND conrelid = 't'::regclass"
        ),
        ["0"]
    );
}

#[test]
fn a_step_says_how_long_it_waits_for_locks() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    let wait =
        |longest: &str| format!("-- schema: lock_timeout {longest}\nALTER TABLE t ADD COLUMN b integer;");
    project.revision("a", "CREATE TABLE t (a integer);", "").revision("b", &wait("200ms"), "");
    upgraded(&project, "a").unwrap();
    let mut reader = postgres::Client::connect(&project.url_text(), postgres::NoTls).unwrap();
    reader.batch_execute("BEGIN; SELECT * FROM t").unwrap();
    let start = Instant::now();
    let mut driver = project.impatient_driver(Duration::from_millis(100));
    let (directory, options) = (project.directory(), RunOptions::default());
    let error =
        runner::upgrade(driver.as_mut(), &directory, &ids(&["b"]), &options, &mut |_| {}).unwrap_err();
    assert_eq!(error.class(), schema_core::ErrorClass::Lock, "{error}");
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    reader.batch_execute("COMMIT").unwrap();
    upgraded(&project, "b").unwrap();
}
