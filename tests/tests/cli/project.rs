//! Whose a database is: another project's is refused by every command, and one with tables and no history is adopted only where somebody says so.

use crate::database::{applied, execute, models};
use crate::{project, stable};
use schema_tests::sandbox::Sandbox;

/// The database of a project, and in the folder the revisions of another.
fn mixed_up() -> Sandbox {
    let sandbox = applied();
    std::fs::remove_dir_all(sandbox.path().join("migrations")).unwrap();
    sandbox.write("migrations/heads", "");
    sandbox.run("revision -m other --rev-id other").exits(0);
    sandbox
}

#[test]
fn every_command_refuses_the_history_of_another_project() {
    let sandbox = mixed_up();
    let before = std::fs::read(sandbox.path().join("dev.db")).unwrap();
    for command in [
        "upgrade",
        "upgrade --dry-run",
        "upgrade --adopt",
        "downgrade base",
        "downgrade --dry-run base",
        "stamp head",
        "stamp base",
        "stamp --purge head",
        "repair",
        "resolve --done",
        "autogenerate -m more --schema-json schema.json",
        "check --schema-json schema.json",
        "current",
        "init-db",
    ] {
        let outcome = sandbox.run(command).exits(5);
        assert!(
            outcome.stderr.contains("error: the history table `schema_history` belongs to another project"),
            "{command}: {outcome}"
        );
        assert!(outcome.stderr.contains("(first)"), "{command}: {outcome}");
    }
    assert!(before == std::fs::read(sandbox.path().join("dev.db")).unwrap(), "nothing was written");

    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("upgrade").exits(5), @"
    exit 5
    ---- stderr
    database: dev (sqlite://dev.db)
    error: the history table `schema_history` belongs to another project, whose first revision is `[id]` (first)
    hint: name another database, or get its revisions from version control; a second project in one database needs a `history_table` of its own under `[migrations]` in `schema.toml`; `stamp --purge --adopt REVISION` makes the database this project's
    ");
    sandbox.run("stamp --adopt head").exits(2);
    sandbox.run("stamp --purge --adopt head").exits(0);
    sandbox.run("upgrade").exits(0);
}

#[test]
fn two_projects_share_a_database_with_a_history_each() {
    let sandbox = mixed_up();
    sandbox.write(
        "schema.toml",
        "[migrations]\nhistory_table = \"other_history\"\n[databases.dev]\nurl = \"sqlite://dev.db\"\n",
    );
    let outcome = sandbox.run("upgrade").exits(5);
    assert!(
        outcome.stderr.contains("the database has no history, but it has tables or views: `"),
        "{outcome}"
    );
    sandbox.run("upgrade --adopt").exits(0);
    sandbox.run("upgrade").exits(0);
    let outcome = sandbox.run("check --schema-json schema.json").exits(0);
    assert!(!outcome.stdout.contains("schema_history"), "the other history is left alone: {outcome}");
    sandbox.run("downgrade base").exits(0);
}

#[test]
fn a_database_with_tables_and_no_history_is_not_taken_over() {
    let sandbox = project();
    sandbox.write("schema.json", &models(&["nick"]));
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    execute(&sandbox, "CREATE TABLE orders (id INTEGER)");
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("upgrade").exits(5), @"
    exit 5
    ---- stderr
    database: dev (sqlite://dev.db)
    error: the database has no history, but it has tables or views: `orders`
    hint: if its schema is there already, `stamp REVISION` says at which revision it is; `upgrade --adopt` applies the revisions beside what is there; `[filters]` in `schema.toml` names what does not count
    ");
    sandbox.run("init-db").exits(5);
    sandbox.run("upgrade --dry-run").exits(5);
    sandbox.run("upgrade --adopt --dry-run").exits(0);
    assert!(!sandbox.run("inspect").exits(0).stdout.contains("users"));
    sandbox.run("init-db --adopt").exits(0);
    sandbox.run("upgrade").exits(0);
    assert!(sandbox.run("inspect").exits(0).stdout.contains("users"));
}

#[test]
fn the_first_revision_of_a_database_that_has_tables_says_how_to_apply_it() {
    let sandbox = project();
    execute(&sandbox, "CREATE TABLE users (id INTEGER PRIMARY KEY)");
    sandbox.write("schema.json", &models(&["nick"]));
    let outcome = sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    assert!(outcome.stderr.contains("`schema-cli upgrade --adopt`"), "{outcome}");
    sandbox.run("upgrade --adopt").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
}

#[test]
fn a_table_of_another_tool_is_told_from_a_history() {
    let sandbox = project();
    execute(&sandbox, "CREATE TABLE schema_history (version INTEGER, installed_on TEXT)");
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("current").exits(5), @"
    exit 5
    ---- stderr
    database: dev (sqlite://dev.db)
    error: the table `schema_history` is not a history table of this tool: it has no column `revision`
    hint: give the history another name: `history_table` under `[migrations]` in `schema.toml`
    ");
    for command in ["upgrade", "downgrade base", "stamp base", "repair", "resolve --redo", "ensure-version"] {
        let outcome = sandbox.run(command).exits(5);
        assert!(outcome.stderr.contains("is not a history table of this tool"), "{command}: {outcome}");
    }
}
