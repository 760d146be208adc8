//! What the tests of routines, events, sequences and packages share: each change is made, looked at, and taken back.

use schema_core::apply::apply;
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::driver::Value;
use schema_core::model::Engine;
use schema_core::proof::prove;
use schema_core::sql::{Plan, split};
use schema_tests::mysql::{Scratch, differences};
use schema_tests::server::Server;

const TABLE: &str =
    "CREATE TABLE logs (id int NOT NULL PRIMARY KEY, a varchar(20)); INSERT INTO logs VALUES (1, 'x');";

/// A database with a table, a row, and what the script creates.
pub(crate) fn database(server: &str, script: &str) -> Scratch {
    let mut database = Scratch::create(server);
    database.load(&format!("{TABLE}{script}")).unwrap();
    database.driver().reset_session(&[]).unwrap();
    database
}

pub(crate) fn compared(from: &mut Scratch, to: &mut Scratch) -> Comparison {
    let engine = from.driver().engine();
    compare(engine, from.introspect(), to.introspect(), Scope::Database, &[]).unwrap()
}

/// What a script does, without hashes and the settings of sessions, which each server has its own of.
fn told(script: &str) -> String {
    const LEFT_OUT: [&str; 4] =
        ["-- schema: recreates", "-- the settings that", "-- back to the settings", "SET "];
    let is_told = |line: &&str| !line.is_empty() && !LEFT_OUT.iter().any(|start| line.starts_with(start));
    script.lines().filter(is_told).collect::<Vec<_>>().join("\n")
}

/// What stands in the file is what the plan says, statement by statement.
pub(crate) fn assert_script_says(plan: &Plan, engine: Engine) {
    let script = plan.to_script();
    let split = split(&script, engine).unwrap_or_else(|error| panic!("{error}\n{script}"));
    let read: Vec<&str> = split.statements.iter().map(|statement| statement.sql).collect();
    let planned: Vec<&str> = plan.statements.iter().map(|statement| statement.sql.as_str()).collect();
    assert_eq!(read, planned, "{script}");
}

/// Makes each change, and takes it back: what the servers write of the databases is the same, a second comparison finds nothing, and rows stay.
pub(crate) fn changed_and_back(name: &str, changes: &[(&str, &str, &str)]) {
    let Some(server) = Server::Mysql.url() else { return };
    let mut scripts = String::new();
    for (what, before, after) in changes {
        let (mut from, mut to) = (database(&server, before), database(&server, after));
        let (start, goal) = (from.dump(), to.dump());
        let comparison = compared(&mut from, &mut to);
        let (up, down) = (comparison.up().unwrap(), comparison.down().unwrap());
        let mut scratch = from.driver().scratch().unwrap();
        let proven = prove(scratch.as_mut(), &comparison, &up, &down);
        let proven = proven.unwrap_or_else(|error| panic!("{what}: {error}\n{}", up.to_script()));
        assert_eq!(proven.not_judged, Vec::<String>::new(), "{what}");
        for (direction, plan, goal) in [("up", proven.up, &goal), ("down", proven.down, &start)] {
            apply(from.driver(), &plan, &[]).unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(differences(goal, &from.dump()), "", "{what}: {direction}\n{}", plan.to_script());
            assert_script_says(&plan, from.driver().engine());
            scripts.push_str(&format!("---- {what}: {direction}\n{}\n\n", told(&plan.to_script())));
            if direction == "up" {
                assert!(compared(&mut from, &mut to).is_empty(), "{what}");
            }
        }
        let rows = from.driver().query("SELECT a FROM logs", &[]).unwrap();
        assert_eq!(rows, [[Value::from("x")]]);
    }
    let engine = database(&server, "").driver().engine();
    insta::assert_snapshot!(format!("{name}_on_{}", engine.name()), scripts);
}
