//! Proving a history, comparing with its replay, and the ways out of a history that is stuck.

use crate::database::{applied, models};
use crate::{project, stable};

#[test]
fn a_history_is_verified_without_touching_the_database() {
    let sandbox = project();
    sandbox.write("schema.json", &models(&["nick"]));
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("verify").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    [1/1] up, down and up again: [id]
    verified 1 revision: the scripts produce the expected schema, and undo it
    ");
    assert!(!sandbox.path().join("dev.db").exists());

    sandbox.run("revision -m broken --rev-id broken").exits(0);
    let folder = std::fs::read_dir(sandbox.path().join("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains("_broken_"))
        .unwrap();
    std::fs::write(folder.join("up.sql"), "CREATE TABLE more (id INTEGER PRIMARY KEY);\n").unwrap();
    insta::assert_snapshot!(sandbox.run("verify").exits(1), @"
    exit 1
    ---- stderr
    database: dev (sqlite://dev.db)
    [1/2] up, down and up again: [id]
    [2/2] up, down and up again: broken
    error: undoing `broken` does not bring back what was there: drop table `more`
    hint: edit the scripts of `broken`, as long as it is applied nowhere
    ");

    std::fs::write(folder.join("down.sql"), "-- schema: irreversible nobody wants it back\n").unwrap();
    insta::assert_snapshot!(sandbox.run("verify").exits(0).stderr, @"
    database: dev (sqlite://dev.db)
    [1/2] up, down and up again: [id]
    [2/2] up alone, it cannot be undone: broken
    verified 1 revision: the scripts produce the expected schema, and undo it
    applied 1 revision, which cannot be undone: broken
    ");
}

#[test]
fn models_are_compared_with_the_replayed_history_where_no_database_is_at_hand() {
    let sandbox = project();
    sandbox.write("schema.json", &models(&["nick"]));
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    sandbox.run("check --scratch --schema-json schema.json").exits(0);

    sandbox.write("schema.json", &models(&["nick", "city"]));
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("check --scratch --schema-json schema.json").exits(1), @r#"
    exit 1
    ---- stdout
    - add column `users`.`city`
    ---- stderr
    database: dev (sqlite://dev.db)
    compared with the replayed history on a scratch database
    the models and the database differ
    hint: `schema-cli autogenerate -m "…"` writes a revision from the difference
    "#);
    insta::assert_snapshot!(sandbox.run("autogenerate --scratch -m second --schema-json schema.json").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    compared with the replayed history on a scratch database
    - add column `users`.`city`
    wrote migrations/[time]_[id]_second
    next: read the SQL in it, then `schema-cli upgrade`
    ");
    sandbox.run("check --scratch --schema-json schema.json").exits(0);
    assert!(!sandbox.path().join("dev.db").exists());
}

#[test]
fn an_edited_file_is_accepted_by_name() {
    let sandbox = applied();
    let folder = std::fs::read_dir(sandbox.path().join("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir())
        .unwrap();
    let up = folder.join("up.sql");
    let text = std::fs::read_to_string(&up).unwrap();
    std::fs::write(&up, format!("-- reviewed\n{text}")).unwrap();
    sandbox.run("upgrade").exits(5);
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("repair head").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    accepted as they are now: [id]
    ");
    insta::assert_snapshot!(sandbox.run("repair").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    no applied file was edited
    ");
    sandbox.run("upgrade").exits(0);
    insta::assert_snapshot!(sandbox.run("resolve --redo --format json").exits(0), @r#"
    exit 0
    ---- stdout
    {
      "settled": []
    }
    ---- stderr
    database: dev (sqlite://dev.db)
    no step is in doubt
    "#);
}

#[test]
fn a_message_cannot_command_the_terminal() {
    let sandbox = project();
    sandbox.run("revision -m x --rev-id a1").exits(0);
    let folder = sandbox.run("show a1 --format json").exits(0).stdout;
    let folder: serde_json::Value = serde_json::from_str(&folder).unwrap();
    let file = format!("{}/revision.toml", folder[0]["folder"].as_str().unwrap());
    sandbox.write(&file, &sandbox.read(&file).replace("\"x\"", r#""\u001b[2Jhidden""#));
    for command in ["history", "history -v", "heads", "show a1"] {
        let outcome = sandbox.run(command).exits(0);
        assert!(outcome.stdout.contains(r"\u{1b}[2Jhidden"), "{outcome}");
    }
}

#[test]
fn a_revision_that_the_database_has_already_is_to_be_stamped() {
    let sandbox = project();
    let _stable = stable(&sandbox);
    let database = rusqlite::Connection::open(sandbox.path().join("dev.db")).unwrap();
    sandbox.write("schema.json", &models(&["nick"]));
    let sql = sandbox.run("autogenerate --sql --schema-json schema.json").exits(0).stdout;
    database.execute_batch(&sql).unwrap();
    let written = sandbox.run("autogenerate --scratch -m first --schema-json schema.json").exits(0);
    insta::assert_snapshot!(written, @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    compared with the replayed history on a scratch database
    - create table `users`
    wrote migrations/[time]_[id]_first
    next: read the SQL in it, then `schema-cli stamp head`, because the database has all of it already
    ");
    sandbox.run("stamp head").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
}

#[test]
fn a_revision_that_the_database_has_otherwise_is_to_be_stamped_and_completed() {
    let sandbox = project();
    let _stable = stable(&sandbox);
    let database = rusqlite::Connection::open(sandbox.path().join("dev.db")).unwrap();
    database.execute_batch("CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY)").unwrap();
    sandbox.write("schema.json", &models(&["nick"]));
    let written = sandbox.run("autogenerate --scratch -m first --schema-json schema.json").exits(0);
    insta::assert_snapshot!(written, @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    compared with the replayed history on a scratch database
    - create table `users`
    wrote migrations/[time]_[id]_first
    next: read the SQL in it, then `schema-cli stamp head`, because the database has tables of it already; after that `schema-cli autogenerate` writes what differs from the models
    ");
    sandbox.run("stamp head").exits(0);
    sandbox.run("autogenerate -m rest --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
}
