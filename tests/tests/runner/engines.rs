//! What holds on every engine.

use crate::upgraded;
use schema_core::ErrorClass;
use schema_core::driver::Value;
use schema_core::revision::RevisionId;
use schema_core::runner::{self, Declared, RunOptions, StampOptions};
use schema_tests::migrations::{Project, ids};
use schema_tests::server::Server;
use std::fs;
use std::thread;

/// Runs each of these on every engine.
macro_rules! on_every_engine {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            use super::*;
            $(#[test] fn $name() { super::$name(&mut Project::new()); })+
        }
        mod postgres {
            use super::*;
            $(#[test] fn $name() {
                if let Some(mut project) = Project::on(Server::Postgres) {
                    super::$name(&mut project);
                }
            })+
        }
        mod mysql {
            use super::*;
            $(#[test] fn $name() {
                if let Some(mut project) = Project::on(Server::Mysql) {
                    super::$name(&mut project);
                }
            })+
        }
    };
}

pub(crate) use on_every_engine;

on_every_engine!(
    revisions_are_applied_and_undone,
    a_refused_statement_is_named_and_the_same_goes_on_when_it_is_corrected,
    several_processes_apply_each_revision_once,
    a_stamped_database_is_where_it_was_declared_to_be,
    an_edited_revision_is_refused_until_it_is_accepted,
    another_revision_waits_until_the_one_under_way_is_finished,
);

fn undone(project: &Project, target: &str) -> Vec<RevisionId> {
    let mut driver = project.driver();
    let (directory, options) = (project.directory(), RunOptions::default());
    runner::downgrade(driver.as_mut(), &directory, &ids(&[target]), &options, &mut |_| {}).unwrap()
}

fn revisions_are_applied_and_undone(project: &mut Project) {
    project
        .revision("a", "CREATE TABLE a (id integer PRIMARY KEY);\nINSERT INTO a VALUES (7);", "DROP TABLE a;")
        .revision(
            "b",
            "ALTER TABLE a ADD COLUMN b integer;\nUPDATE a SET b = 1;",
            "ALTER TABLE a DROP COLUMN b;",
        );
    upgraded(project, "b").unwrap();
    assert_eq!(project.applied(), ["a", "b"]);
    assert_eq!(project.query("SELECT b FROM a"), ["1"]);
    assert_eq!(undone(project, "b").len(), 1);
    assert_eq!(project.query("SELECT * FROM a"), ["7"]);
    upgraded(project, "b").unwrap();
    undone(project, "a");
    assert!(project.applied().is_empty());
    assert!(project.tables().is_empty());
    assert!(project.query("SELECT revision FROM schema_history_steps").is_empty());
}

fn a_refused_statement_is_named_and_the_same_goes_on_when_it_is_corrected(project: &mut Project) {
    let first =
        "CREATE TABLE a (id integer PRIMARY KEY);\nINSERT INTO a VALUES (1);\nCREATE TABLE b (id integer);\n";
    project.revision(
        "a",
        &format!("{first}INSERT INTO nowhere VALUES (1);\nCREATE TABLE c (id integer);"),
        "",
    );
    let error = upgraded(project, "a").unwrap_err();
    assert_eq!(error.class(), ErrorClass::Refused);
    assert!(error.to_string().contains("up.sql, line 4: "), "{error}");
    let is_transactional = project.driver().capabilities().transactional_ddl;
    assert_eq!(
        error.to_string().contains("; the 3 statements before it, of 5, have run and stay"),
        !is_transactional
    );
    assert_eq!(project.tables().is_empty(), is_transactional);

    let script = project.folder_of("a").join("up.sql");
    fs::write(&script, format!("{first}INSERT INTO b VALUES (2);\nCREATE TABLE c (id integer);")).unwrap();
    upgraded(project, "a").unwrap();
    assert_eq!(project.tables(), ["a", "b", "c"]);
    assert_eq!(project.query("SELECT id FROM a"), ["1"]);
    assert_eq!(project.query("SELECT id FROM b"), ["2"]);
}

fn several_processes_apply_each_revision_once(project: &mut Project) {
    project.revision("r0", "CREATE TABLE log (revision varchar(10));", "");
    for number in 1..8 {
        let id = format!("r{number}");
        project.revision(
            &id,
            &format!("CREATE TABLE t{number} (x integer);\nINSERT INTO log VALUES ('{id}');"),
            "",
        );
    }
    let project = &*project;
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| upgraded(project, "r7").unwrap());
        }
    });
    assert_eq!(project.applied().len(), 8);
    assert_eq!(project.query("SELECT revision FROM log ORDER BY revision"), project.applied()[1..]);
}

fn a_stamped_database_is_where_it_was_declared_to_be(project: &mut Project) {
    project.revision("a", "CREATE TABLE a (x integer);", "").revision("b", "CREATE TABLE b (x integer);", "");
    let stamp = |targets: &[&str]| {
        runner::stamp(
            project.driver().as_mut(),
            &project.directory(),
            Declared::Revisions { targets: &ids(targets), undone: &ids(&[]) },
            StampOptions::default(),
            &mut |_| {},
        )
        .unwrap();
    };
    stamp(&["a"]);
    upgraded(project, "b").unwrap();
    assert_eq!(project.tables(), ["b"]);
    stamp(&[]);
    assert!(project.applied().is_empty());
}

fn an_edited_revision_is_refused_until_it_is_accepted(project: &mut Project) {
    project.revision("a", "CREATE TABLE a (x integer);", "");
    upgraded(project, "a").unwrap();
    fs::write(project.folder_of("a").join("up.sql"), "CREATE TABLE a (x integer); -- reviewed").unwrap();
    assert_eq!(upgraded(project, "a").unwrap_err().class(), ErrorClass::History);
    let repaired =
        runner::repair(project.driver().as_mut(), &project.directory(), &["a".parse().unwrap()], &mut |_| {})
            .unwrap();
    assert_eq!(repaired.len(), 1);
    upgraded(project, "a").unwrap();
}

fn another_revision_waits_until_the_one_under_way_is_finished(project: &mut Project) {
    project.revision("a", "CREATE TABLE a (x integer);", "DROP TABLE a;");
    upgraded(project, "a").unwrap();
    project.revision("b", "CREATE TABLE b (x integer);\nCREATE TABLE c (x integer);", "");
    // As a run leaves it that is killed between two statements which no transaction holds together.
    let checksum = schema_core::revision::Checksum::of("CREATE TABLE b (x integer)");
    project.execute(&["CREATE TABLE b (x integer)"]);
    let insert = "INSERT INTO schema_history_steps (revision, direction, step, checksum, state, started_at) VALUES ('b', 'up', 1, ?, 'done', 'x')";
    project.driver().query(insert, &[Value::from(checksum.as_str())]).unwrap();

    let mut driver = project.driver();
    let error = runner::downgrade(
        driver.as_mut(),
        &project.directory(),
        &ids(&["a"]),
        &RunOptions::default(),
        &mut |_| {},
    )
    .unwrap_err();
    assert_eq!(error.class(), ErrorClass::History);
    assert!(error.to_string().contains("revision `b` is partly applied"), "{error}");
    drop(driver);
    assert!(upgraded(project, "a").is_err());
    upgraded(project, "b").unwrap();
    assert_eq!(project.tables(), ["a", "b", "c"]);
}
