//! Runs whose connection is lost at every point at which it can be: the next run ends where the first should have, and each statement has run once.

use crate::upgraded;
use schema_core::runner::{self, RunOptions};
use schema_tests::crash::{Crashing, Moment};
use schema_tests::migrations::Project;
use schema_tests::server::Server;

/// More calls than any of the runs here makes.
const MOST_CALLS: usize = 1000;

/// Loses the connection in every call of an upgrade, before the server has heard of it and after it has done it, each time with an empty database.
fn survives(project: &Project, check: impl Fn(&Project)) {
    for moment in [Moment::Before, Moment::After] {
        for calls in 0..MOST_CALLS {
            project.clear();
            let mut driver = Crashing::new(project.driver(), calls, moment);
            let (directory, options) = (project.directory(), RunOptions::default());
            let heads = directory.graph().heads();
            let result = runner::upgrade(&mut driver, &directory, &heads, &options, &mut |_| {});
            if !driver.has_crashed() {
                result.unwrap();
                check(project);
                break;
            }
            drop(driver);
            let head = heads.first().unwrap().as_str();
            upgraded(project, head).unwrap_or_else(|error| panic!("{moment:?} call {calls}: {error}"));
            check(project);
            assert!(calls + 1 < MOST_CALLS);
        }
    }
}

fn applied(project: &Project) {
    assert_eq!(project.applied(), ["a", "b"]);
    assert!(project.query("SELECT revision FROM schema_history_steps").is_empty());
}

#[test]
fn sqlite() {
    let mut project = Project::new();
    project.revision("a", "CREATE TABLE log (step integer);", "").revision(
        "b",
        "CREATE TABLE b (x integer);\nINSERT INTO log VALUES (1);",
        "",
    );
    survives(&project, |project| {
        applied(project);
        assert_eq!(project.query("SELECT step FROM log"), ["1"]);
    });
}

#[test]
fn postgres() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    project.revision("a", "CREATE TABLE log (step integer);", "").revision(
        "b",
        "INSERT INTO log VALUES (1);
             -- schema: autocommit
             CREATE INDEX CONCURRENTLY ON log (step);
             -- schema: autocommit
             INSERT INTO log VALUES (2);",
        "",
    );
    survives(&project, |project| {
        applied(project);
        assert_eq!(project.query("SELECT step FROM log ORDER BY step"), ["1", "2"]);
        let indexes = "SELECT c.relname || i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = 'log'::regclass";
        assert_eq!(project.query(indexes), ["log_step_idxtrue"]);
    });
}

#[test]
fn mysql() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project.revision("a", "CREATE TABLE log (step integer);", "").revision(
        "b",
        "INSERT INTO log VALUES (1);
             ALTER TABLE log ADD COLUMN more int;
             RENAME TABLE log TO d;
             INSERT INTO d VALUES (2, 2);
             CREATE TRIGGER g BEFORE INSERT ON d FOR EACH ROW SET NEW.step = 7;
             DROP TRIGGER g;",
        "",
    );
    survives(&project, |project| {
        applied(project);
        assert_eq!(project.query("SELECT step FROM d ORDER BY step"), ["1", "2"]);
        assert_eq!(project.tables(), ["d"]);
    });
}
