//! Whose a database is: one project's history is no other's, and what is there without a history is somebody's.

use crate::engines::on_every_engine;
use crate::upgraded;
use schema_core::ErrorClass;
use schema_core::driver::HistoryTable;
use schema_core::revision::Direction;
use schema_core::runner::{self, Declared, RunOptions, RunnerError, Settlement, StampOptions};
use schema_tests::migrations::{Project, ids};
use schema_tests::server::Server;
use schema_tests::shell::{self, AtErrors};
use std::fs;

on_every_engine!(
    the_history_of_another_project_is_refused_by_name,
    the_history_of_another_project_stops_a_script_for_a_shell,
    ids_that_two_projects_have_chosen_alike_do_not_make_them_one,
    a_history_that_says_no_project_is_taken_over_by_the_one_it_belongs_to,
    a_history_without_revisions_is_nobodys,
    a_history_is_taken_over_where_somebody_says_so,
    a_database_with_tables_and_no_history_is_adopted_only_where_somebody_says_so,
    what_is_left_alone_does_not_count,
    another_tools_table_of_the_same_name_is_told_from_a_history,
    another_tools_table_of_the_name_of_the_steps_is_refused_before_anything_is_applied,
    a_view_of_the_same_name_is_told_from_a_history,
);

/// Two revisions, applied.
fn apply(project: &mut Project) {
    project.revision("a", "CREATE TABLE a (id integer);", "DROP TABLE a;").revision(
        "b",
        "CREATE TABLE b (id integer);",
        "DROP TABLE b;",
    );
    upgraded(project, "b").unwrap();
}

/// Another project's revisions in the place of these; the database stays.
fn replace_revisions(project: &mut Project, id: &str) {
    project.remove_last();
    project.remove_last();
    project.revision(id, "CREATE TABLE other (id integer);", "DROP TABLE other;");
}

/// What every command says that would touch the history.
fn refusals(project: &Project, id: &str) -> Vec<RunnerError> {
    let (directory, options, none) = (project.directory(), RunOptions::default(), ids(&[]));
    let target = ids(&[id]);
    let declared = Declared::Revisions { targets: &target, undone: &none };
    let mut driver = project.driver();
    let driver = driver.as_mut();
    let purge = StampOptions { purge: true, adopt: false };
    vec![
        runner::upgrade(driver, &directory, &target, &options, &mut |_| {}).unwrap_err(),
        runner::try_upgrade(driver, &directory, &target, &options, &mut |_| {}).unwrap_err(),
        runner::downgrade(driver, &directory, &target, &options, &mut |_| {}).unwrap_err(),
        runner::stamp(driver, &directory, declared, StampOptions::default(), &mut |_| {}).unwrap_err(),
        runner::stamp(driver, &directory, declared, purge, &mut |_| {}).unwrap_err(),
        runner::repair(driver, &directory, &[], &mut |_| {}).unwrap_err(),
        runner::resolve(driver, &directory, Settlement::Done, &mut |_| {}).unwrap_err(),
        runner::verify_history(driver, &directory).unwrap_err(),
        runner::status(driver, &directory).unwrap_err(),
        runner::ensure_history(driver, &directory, &mut |_| {}).unwrap_err(),
    ]
}

fn the_history_of_another_project_is_refused_by_name(project: &mut Project) {
    apply(project);
    replace_revisions(project, "x");
    for error in refusals(project, "x") {
        assert_eq!(
            error.to_string(),
            "the history table `schema_history` belongs to another project, whose first revision is `a` (add a)"
        );
        assert_eq!(error.class(), ErrorClass::History);
        assert!(error.hint().unwrap().contains("`history_table`"));
    }
    assert_eq!((project.applied(), project.tables()), (words(&["a", "b"]), words(&["a", "b"])));
}

fn the_history_of_another_project_stops_a_script_for_a_shell(project: &mut Project) {
    apply(project);
    replace_revisions(project, "x");
    let (directory, engine, table) = (project.directory(), project.engine(), HistoryTable::default());
    let (path, targets): (Vec<_>, _) = (ids(&["x"]).into_iter().collect(), ids(&["x"]));
    let stamp = |options| {
        runner::offline_stamp(&directory, engine, &table, &targets, &ids(&[]), options).unwrap().sql
    };
    let upgrade = runner::offline(&directory, engine, &table, &path, Direction::Up).unwrap().sql;
    let purge = StampOptions { purge: true, adopt: false };
    for sql in [upgrade, stamp(StampOptions::default()), stamp(purge)] {
        for at_errors in [AtErrors::Usual, AtErrors::GoOn] {
            let Some(outcome) = shell::run(&project.url_text(), &sql, at_errors) else { return };
            assert!(outcome.stderr.contains("another project"), "{outcome}");
            assert_eq!((project.applied(), project.tables()), (words(&["a", "b"]), words(&["a", "b"])));
        }
    }
    let adopt = stamp(StampOptions { purge: true, adopt: true });
    shell::run(&project.url_text(), &adopt, AtErrors::Usual).unwrap().exits(0);
    assert_eq!(project.applied(), ["x"]);
}

fn ids_that_two_projects_have_chosen_alike_do_not_make_them_one(project: &mut Project) {
    apply(project);
    replace_revisions(project, "a");
    let file = project.folder_of("a").join("revision.toml");
    let text = fs::read_to_string(&file).unwrap().replace("created = 2025", "created = 2024");
    fs::write(file, text).unwrap();
    for error in refusals(project, "a") {
        assert!(matches!(error, RunnerError::ForeignHistory { .. }), "{error}");
    }
    assert_eq!(project.applied(), ["a", "b"]);
}

fn a_history_that_says_no_project_is_taken_over_by_the_one_it_belongs_to(project: &mut Project) {
    let written =
        |project: &Project| project.query("SELECT tool_version FROM schema_history ORDER BY revision");
    let version = env!("CARGO_PKG_VERSION");
    let ours = format!("{version} a 2025-01-01T00:00:00Z");
    apply(project);
    assert_eq!(written(project), [ours.as_str(), ours.as_str()]);
    project.execute(&[&format!("UPDATE schema_history SET tool_version = '{version}'")]);
    project.revision("c", "CREATE TABLE c (id integer);", "DROP TABLE c;");
    upgraded(project, "c").unwrap();
    assert_eq!(written(project), [version, version, ours.as_str()]);

    project.execute(&[&format!("UPDATE schema_history SET tool_version = '{version}'")]);
    project.remove_last();
    replace_revisions(project, "x");
    let error = upgraded(project, "x").unwrap_err();
    assert!(matches!(error, RunnerError::ForeignHistory { .. }), "none of its revisions is known: {error}");
}

fn a_history_without_revisions_is_nobodys(project: &mut Project) {
    apply(project);
    let (directory, options) = (project.directory(), RunOptions::default());
    runner::downgrade(project.driver().as_mut(), &directory, &ids(&["a"]), &options, &mut |_| {}).unwrap();
    replace_revisions(project, "x");
    upgraded(project, "x").unwrap();
    assert_eq!(project.applied(), ["x"]);
}

fn a_history_is_taken_over_where_somebody_says_so(project: &mut Project) {
    apply(project);
    replace_revisions(project, "x");
    let options = StampOptions { purge: true, adopt: true };
    let declared = Declared::Revisions { targets: &ids(&["x"]), undone: &ids(&[]) };
    runner::stamp(project.driver().as_mut(), &project.directory(), declared, options, &mut |_| {}).unwrap();
    assert_eq!(project.applied(), ["x"]);
    upgraded(project, "x").unwrap();
}

fn a_database_with_tables_and_no_history_is_adopted_only_where_somebody_says_so(project: &mut Project) {
    project.revision("a", "CREATE TABLE a (id integer);", "DROP TABLE a;");
    project.execute(&["CREATE TABLE orders (id integer)", "CREATE VIEW recent AS SELECT id FROM orders"]);
    let (directory, target) = (project.directory(), ids(&["a"]));
    let mut driver = project.driver();
    let options = RunOptions::default();
    for error in [
        runner::upgrade(driver.as_mut(), &directory, &target, &options, &mut |_| {}).unwrap_err(),
        runner::try_upgrade(driver.as_mut(), &directory, &target, &options, &mut |_| {}).unwrap_err(),
    ] {
        assert_eq!(
            error.to_string(),
            "the database has no history, but it has tables or views: `orders`, `recent`"
        );
        assert_eq!(error.class(), ErrorClass::History);
        let hint = error.hint().unwrap();
        assert!(hint.contains("`stamp REVISION`") && hint.contains("`upgrade --adopt`"), "{hint}");
    }
    let mut tables = project.tables();
    tables.retain(|table| table != "recent");
    assert_eq!(tables, ["orders"], "nothing was made");
    let options = RunOptions { adopt: true, ..RunOptions::default() };
    let tried = runner::try_upgrade(driver.as_mut(), &directory, &target, &options, &mut |_| {}).unwrap();
    assert_eq!(tried.revisions.len(), 1);
    runner::upgrade(driver.as_mut(), &directory, &target, &options, &mut |_| {}).unwrap();
    upgraded(project, "a").unwrap();
}

fn what_is_left_alone_does_not_count(project: &mut Project) {
    project.revision("a", "CREATE TABLE a (id integer);", "DROP TABLE a;");
    project
        .execute(&["CREATE TABLE _sqlx_migrations (id integer)", "CREATE TABLE legacy_orders (id integer)"]);
    let mut options = RunOptions::default();
    let upgrade = |options: &RunOptions| {
        let mut driver = project.driver();
        runner::upgrade(driver.as_mut(), &project.directory(), &ids(&["a"]), options, &mut |_| {})
    };
    let error = upgrade(&options).unwrap_err();
    assert!(error.to_string().ends_with("tables or views: `legacy_orders`"), "{error}");
    options.filter.tables.push("legacy_*".parse().unwrap());
    upgrade(&options).unwrap();
}

fn another_tools_table_of_the_same_name_is_told_from_a_history(project: &mut Project) {
    project.revision("a", "CREATE TABLE a (id integer);", "DROP TABLE a;");
    for columns in ["version integer, applied integer", "revision integer, format integer"] {
        project.execute(&[
            "DROP TABLE IF EXISTS schema_history",
            &format!("CREATE TABLE schema_history ({columns})"),
        ]);
        for error in refusals(project, "a") {
            let text = error.to_string();
            assert!(
                text.starts_with(
                    "the table `schema_history` is not a history table of this tool: it has no column"
                ),
                "{text}"
            );
            assert_eq!(error.class(), ErrorClass::History);
            assert!(error.hint().unwrap().contains("`history_table`"));
        }
    }
}

fn another_tools_table_of_the_name_of_the_steps_is_refused_before_anything_is_applied(project: &mut Project) {
    let foreign =
        "the table `schema_history_steps` is not a history table of this tool: it has no column `revision`";
    project.revision("a", "CREATE TABLE a (id integer);", "DROP TABLE a;");
    project.execute(&["CREATE TABLE schema_history_steps (x integer)"]);
    for error in refusals(project, "a") {
        assert_eq!(error.to_string(), foreign);
        assert_eq!(error.class(), ErrorClass::History);
    }
    let mut driver = project.driver();
    assert!(!driver.table_exists(&"schema_history".into()).unwrap(), "nothing was made");
    assert!(!driver.table_exists(&"a".into()).unwrap(), "nothing was applied");

    project.execute(&["DROP TABLE schema_history_steps"]);
    upgraded(project, "a").unwrap();
    project.execute(&["DROP TABLE schema_history_steps", "CREATE TABLE schema_history_steps (x integer)"]);
    project.revision("b", "CREATE TABLE b (id integer);", "DROP TABLE b;");
    let directory = project.directory();
    for error in [
        upgraded(project, "b").unwrap_err(),
        runner::status(driver.as_mut(), &directory).unwrap_err(),
        runner::ensure_history(driver.as_mut(), &directory, &mut |_| {}).unwrap_err(),
    ] {
        assert_eq!(error.to_string(), foreign);
    }
    assert!(!driver.table_exists(&"b".into()).unwrap());
}

fn a_view_of_the_same_name_is_told_from_a_history(project: &mut Project) {
    project.revision("a", "CREATE TABLE a (id integer);", "DROP TABLE a;");
    project.execute(&["CREATE VIEW schema_history AS SELECT 1 AS revision"]);
    for error in refusals(project, "a") {
        assert_eq!(
            error.to_string(),
            "the table `schema_history` is not a history table of this tool: it has no column `message`"
        );
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn a_sequence_of_the_same_name_is_told_from_a_history() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    project.revision("a", "CREATE TABLE a (id integer);", "DROP TABLE a;");
    project.execute(&["CREATE SEQUENCE schema_history"]);
    for error in refusals(&project, "a") {
        assert!(matches!(error, RunnerError::ForeignTable { .. }), "{error}");
    }
}

#[test]
fn what_belongs_to_an_extension_does_not_count() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    project.revision("a", "CREATE TABLE a (id integer);", "DROP TABLE a;");
    project.execute(&["CREATE EXTENSION pg_stat_statements"]);
    upgraded(&project, "a").unwrap();
}
