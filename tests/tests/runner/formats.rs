//! What earlier versions have written into databases, kept in `fixtures/formats` from the first one on: this version goes on with it. What a later one has written
//! it leaves alone.

use crate::engines::on_every_engine;
use schema_core::model::Engine;
use schema_core::sql;
use schema_tests::migrations::Project;
use schema_tests::sandbox::Outcome;
use schema_tests::server::Server;
use std::path::Path;
use std::process::{Command, Stdio};

/// The formats, each in the shapes that it had.
const FIXTURES: [&str; 2] = ["1_first", "1_with_a_project"];

fn run(project: &Project, arguments: &[&str]) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    command.args(arguments).args(["--database-url", &project.url_text()]);
    command.current_dir(project.path()).env_remove("DATABASE_URL").stdin(Stdio::null());
    Outcome::of(&mut command)
}

/// The history that the fixtures are of.
fn write_history(project: &mut Project) {
    project.revision("a", "CREATE TABLE a (x integer);", "DROP TABLE a;").revision(
        "b",
        "CREATE TABLE b (x integer);\n-- schema: autocommit\nCREATE TABLE c (x integer);\n-- schema: autocommit\nINSERT INTO a VALUES (3);",
        "DROP TABLE c;\nDROP TABLE b;",
    );
}

fn load(project: &Project, fixture: &str) {
    let engine = match project.engine() {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
        Engine::Mysql | Engine::Mariadb => "mysql",
    };
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/formats/{fixture}.{engine}.sql"));
    let script = std::fs::read_to_string(file).unwrap();
    let split = sql::split(&script, project.engine()).unwrap();
    project.execute(&split.statements.iter().map(|statement| statement.sql).collect::<Vec<_>>());
}

on_every_engine!(
    what_earlier_versions_have_written_is_gone_on_with,
    what_a_later_version_has_written_is_left_alone,
);

fn what_earlier_versions_have_written_is_gone_on_with(project: &mut Project) {
    write_history(project);
    for fixture in FIXTURES {
        project.clear();
        load(project, fixture);
        let current = run(project, &["current"]).exits(5);
        assert!(current.stdout.contains('b') || current.stderr.contains("`b`"), "{fixture}: {current}");
        run(project, &["upgrade"]).exits(0);
        assert_eq!(project.applied(), ["a", "b"], "{fixture}");
        assert_eq!(project.query("SELECT x FROM a"), ["3"], "{fixture}");
        assert!(project.query("SELECT step FROM schema_history_steps").is_empty(), "{fixture}");
        run(project, &["upgrade"]).exits(0);
        run(project, &["downgrade", "a"]).exits(0);
        assert_eq!(project.tables(), ["a"], "{fixture}");
        run(project, &["downgrade", "base"]).exits(0);
        assert!(project.tables().is_empty(), "{fixture}");
    }
}

fn what_a_later_version_has_written_is_left_alone(project: &mut Project) {
    write_history(project);
    run(project, &["upgrade"]).exits(0);
    project.execute(&["UPDATE schema_history SET format = 2 WHERE revision = 'b'"]);
    let before = project.dump();
    for arguments in [
        ["upgrade"].as_slice(),
        &["upgrade", "--dry-run"],
        &["upgrade", "--backup"],
        &["downgrade", "base"],
        &["current"],
        &["history", "-i"],
        &["stamp", "a"],
        &["stamp", "--purge", "base"],
        &["repair"],
        &["resolve", "--done"],
        &["ensure-version"],
        &["init-db"],
    ] {
        let outcome = run(project, arguments);
        assert_eq!(outcome.code, Some(5), "{arguments:?}: {outcome}");
        assert!(outcome.stderr.contains("has format 2"), "{arguments:?}: {outcome}");
        assert_eq!(project.dump(), before, "{arguments:?}");
        assert_eq!(project.query("SELECT max(format) FROM schema_history"), ["2"], "{arguments:?}");
    }
}
