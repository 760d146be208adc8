//! `--all-databases`.

use crate::{project, stable};
use schema_tests::sandbox::{Outcome, Sandbox};

/// A project with the databases `dev`, `broken`, which is no database, and `live`, whose variable is not set.
fn three() -> Sandbox {
    let sandbox = project();
    sandbox.write(
        "schema.toml",
        "[databases.dev]\nurl = \"sqlite://dev.db\"\n\n[databases.broken]\nurl = \"sqlite://broken.db\"\n\n\
         [databases.live]\nurl = \"${SCHEMA_TEST_LIVE}\"\n",
    );
    sandbox.write("broken.db", "this is no database, and too long to be taken for an empty one");
    sandbox.run("revision -m first --rev-id a1").exits(0);
    sandbox
}

#[test]
fn one_that_fails_stops_none_of_the_others_and_the_worst_code_counts() {
    let sandbox = three();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("upgrade --all-databases").exits(3), @"
    exit 3
    ---- stderr
    database: dev (sqlite://dev.db)
    [1/1] apply a1 first
    done: the database is at a1
    database: broken (sqlite://broken.db)
    error: cannot open `sqlite://broken.db`: file is not a database
    error: the URL of `[databases.live]`: `${SCHEMA_TEST_LIVE}` is not set
    hint: set it, as in `export SCHEMA_TEST_LIVE=…`, or add it to `.env`
    all 3 databases:
      dev     done
      broken  exit 3: the database refused
      live    exit 2: usage or configuration
    ");
    let mut command = sandbox.command(["upgrade", "--all-databases"]);
    command.env("SCHEMA_TEST_LIVE", "sqlite://live.db").env("DATABASE_URL", "sqlite://never.db");
    Outcome::of(&mut command).exits(3);
    sandbox.run("current -c --database-url sqlite://live.db").exits(0);
    assert!(!sandbox.path().join("never.db").exists(), "DATABASE_URL is not asked");
}

#[test]
fn programs_get_one_document_for_all() {
    let sandbox = three();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("upgrade --all-databases --format json --quiet").exits(3), @r#"
    exit 3
    ---- stdout
    [
      {
        "database": "dev",
        "exit": 0,
        "output": {
          "current": [
            "a1"
          ],
          "direction": "up",
          "revisions": [
            "a1"
          ]
        }
      },
      {
        "database": "broken",
        "exit": 3,
        "error": "cannot open `sqlite://broken.db`: file is not a database"
      },
      {
        "database": "live",
        "exit": 2,
        "error": "the URL of `[databases.live]`: `${SCHEMA_TEST_LIVE}` is not set",
        "hint": "set it, as in `export SCHEMA_TEST_LIVE=…`, or add it to `.env`"
      }
    ]
    "#);
}

#[test]
fn commands_that_work_on_no_database_or_several_refuse_it() {
    let sandbox = three();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("heads --all-databases").exits(2), @"
    exit 2
    ---- stderr
    error: `heads` does not work on all databases
    hint: leave `--all-databases` out
    ");
    sandbox.run("autogenerate -m x --all-databases").exits(2);
    sandbox.run("current --all-databases --database dev").exits(2);
    sandbox.write("schema.toml", "");
    insta::assert_snapshot!(sandbox.run("current --all-databases").exits(2), @r#"
    exit 2
    ---- stderr
    error: schema.toml has no databases
    hint: add `[databases.dev]` with `url = "sqlite://dev.db"`
    "#);
}

#[test]
fn what_any_database_has_applied_is_not_moved() {
    let sandbox = project();
    sandbox.write(
        "schema.toml",
        "[databases.dev]\nurl = \"sqlite://dev.db\"\n[databases.live]\nurl = \"sqlite://live.db\"\n",
    );
    for (id, parent) in [("a1", "base"), ("b1", "a1"), ("b2", "a1")] {
        sandbox.run(&format!("revision -m {id} --rev-id {id} --head {parent} --splice")).exits(0);
    }
    sandbox.run("upgrade b1 --database live").exits(0);
    sandbox.run("rebase b1 --onto b2 --all-databases").exits(5);
    sandbox.run("rebase b1 --onto b2").exits(0);
}
