//! The commands that work on a database; the models come as a JSON document, so that nothing has to be built.

use crate::{project, stable};
use schema_tests::sandbox::Sandbox;

/// The document of a table `users` with these text columns beside its key.
pub(crate) fn models(columns: &[&str]) -> String {
    let column = |name: &&str| format!(r#"{{"name": "{name}", "type": "text", "nullable": true}}"#);
    let mut all = vec![r#"{"name": "id", "type": "i64"}"#.to_owned()];
    all.extend(columns.iter().map(column));
    format!(
        r#"{{"format": 1, "tables": [{{"name": "users", "columns": [{}],
            "primary_key": {{"columns": [{{"name": "id"}}]}}}}]}}"#,
        all.join(", ")
    )
}

/// A project whose database is at its first revision: `users` with the column `nick`.
pub(crate) fn applied() -> Sandbox {
    let sandbox = project();
    sandbox.write("schema.json", &models(&["nick"]));
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    sandbox
}

pub(crate) fn execute(sandbox: &Sandbox, sql: &str) {
    rusqlite::Connection::open(sandbox.path().join("dev.db")).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn the_main_job_is_told_step_by_step() {
    let sandbox = project();
    sandbox.write("schema.json", &models(&["nick"]));
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("autogenerate -m first --schema-json schema.json").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    - create table `users`
    wrote migrations/[time]_[id]_first
    next: read the SQL in it, then `schema-cli upgrade`
    ");
    assert!(
        !sandbox.path().join("dev.db").exists(),
        "comparing with a database that is missing must not make it"
    );
    insta::assert_snapshot!(sandbox.run("autogenerate -m second --schema-json schema.json").exits(1), @"
    exit 1
    ---- stderr
    database: dev (sqlite://dev.db)
    error: the database is not at the head: 1 revision pending
    hint: `schema-cli upgrade` applies them; `--scratch` compares with the replayed history instead
    ");
    insta::assert_snapshot!(sandbox.run("check --schema-json schema.json").exits(2), @"
    exit 2
    ---- stderr
    database: dev (sqlite://dev.db)
    error: the database `dev.db` does not exist
    hint: `upgrade` creates it
    ");
    insta::assert_snapshot!(sandbox.run("upgrade").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    [1/1] apply [id] first
    done: the database is at [id]
    ");
    insta::assert_snapshot!(sandbox.run("upgrade").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    nothing to do: the database is at [id]
    ");
    insta::assert_snapshot!(sandbox.run("autogenerate -m second --schema-json schema.json").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    nothing to do: the models and the database agree
    ");
    insta::assert_snapshot!(sandbox.run("check --schema-json schema.json").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    the models and the database agree
    ");
    insta::assert_snapshot!(sandbox.run("current").exits(0), @"
    exit 0
    ---- stdout
    [id] (head), first
    ---- stderr
    database: dev (sqlite://dev.db)
    ");
    insta::assert_snapshot!(sandbox.run("history -i").exits(0), @"
    exit 0
    ---- stdout
    * <base> -> [id] (head) (current), first
    ---- stderr
    database: dev (sqlite://dev.db)
    ");
    insta::assert_snapshot!(sandbox.run("inspect").exits(0), @"
    exit 0
    ---- stdout
    -- create the table `users`
    CREATE TABLE users (
        id INTEGER NOT NULL PRIMARY KEY,
        nick TEXT
    );
    ---- stderr
    database: dev (sqlite://dev.db)
    ");
    insta::assert_snapshot!(sandbox.run("downgrade -1").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    [1/1] undo [id] first
    done: the database is at base
    ");
    insta::assert_snapshot!(sandbox.run("current").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    no revision is applied
    1 revision pending
    ");
}

#[test]
fn programs_get_json() {
    let sandbox = project();
    sandbox.write("schema.json", &models(&["nick"]));
    let _stable = stable(&sandbox);
    let json = |command: &str| sandbox.run(&format!("{command} --format json --quiet"));
    insta::assert_snapshot!(json("autogenerate -m first --schema-json schema.json").exits(0), @r#"
    exit 0
    ---- stdout
    {
      "revision": "[id]",
      "folder": "migrations/[time]_[id]_first",
      "changes": [
        "create table `users`"
      ],
      "data_loss": "none",
      "engines": {
        "sqlite": {
          "changes": [
            "create table `users`"
          ],
          "data_loss": "none"
        }
      }
    }
    "#);
    insta::assert_snapshot!(json("upgrade").exits(0), @r#"
    exit 0
    ---- stdout
    {
      "direction": "up",
      "revisions": [
        "[id]"
      ],
      "current": [
        "[id]"
      ]
    }
    "#);
    insta::assert_snapshot!(json("current").exits(0), @r#"
    exit 0
    ---- stdout
    [
      {
        "revision": "[id]",
        "revises": [],
        "depends_on": [],
        "message": "first",
        "created": "[time]",
        "engines": [
          "sqlite"
        ],
        "labels": [],
        "is_head": true,
        "is_branch_point": false,
        "applied": {
          "at": "[time]",
          "origin": "run",
          "duration_ms": [ms]
        },
        "folder": "migrations/[time]_[id]_first"
      }
    ]
    "#);
    sandbox.write("schema.json", &models(&["nick", "email"]));
    insta::assert_snapshot!(json("check --schema-json schema.json").exits(1), @r#"
    exit 1
    ---- stdout
    {
      "pending": [],
      "changes": [
        "add column `users`.`email`"
      ],
      "data_loss": "none"
    }
    "#);
    insta::assert_snapshot!(json("inspect").exits(0), @r#"
    exit 0
    ---- stdout
    {
      "format": 1,
      "engine": "sqlite",
      "tables": [
        {
          "name": "users",
          "columns": [
            {
              "name": "id",
              "type": {
                "sql": "INTEGER"
              }
            },
            {
              "name": "nick",
              "type": {
                "sql": "TEXT"
              },
              "nullable": true
            }
          ],
          "primary_key": {
            "columns": [
              {
                "name": "id"
              }
            ]
          }
        }
      ]
    }
    "#);
    insta::assert_snapshot!(json("downgrade base").exits(0), @r#"
    exit 0
    ---- stdout
    {
      "direction": "down",
      "revisions": [
        "[id]"
      ],
      "current": []
    }
    "#);
    insta::assert_snapshot!(json("stamp head").exits(0), @r#"
    exit 0
    ---- stdout
    {
      "current": [
        "[id]"
      ]
    }
    "#);
}

#[test]
fn a_likely_rename_is_not_guessed_where_nobody_can_be_asked() {
    let sandbox = applied();
    sandbox.write("schema.json", &models(&["handle"]));
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("autogenerate --dry-run --schema-json schema.json").exits(0), @"
    exit 0
    ---- stdout
    - drop column `users`.`nick`
    - add column `users`.`handle`
    ---- stderr
    database: dev (sqlite://dev.db)
    warning: column `users.nick` is dropped with its data; it may have been renamed to `handle`
    hint: if so, `--rename users.nick=handle` or `renamed_from` on the model keeps the data
    ");
    insta::assert_snapshot!(sandbox.run("autogenerate --sql --schema-json schema.json --rename users.nick=handle").exits(0), @"
    exit 0
    ---- stdout
    -- rename the column `users`.`nick` to `handle`
    ALTER TABLE users RENAME COLUMN nick TO handle;
    ---- stderr
    database: dev (sqlite://dev.db)
    ");
    insta::assert_snapshot!(sandbox.run("autogenerate --sql --schema-json schema.json --rename users.nock=handle").exits(2), @"
    exit 2
    ---- stderr
    database: dev (sqlite://dev.db)
    error: cannot rename `users.nock=handle`: the database has no `nock`
    hint: write `--rename old_table=new_table` or `--rename table.old_column=new_column`
    ");
    assert!(sandbox.run("heads").stdout.contains("first"));

    execute(&sandbox, "INSERT INTO users (id, nick) VALUES (1, 'ann')");
    sandbox.run("autogenerate -m renamed --schema-json schema.json --rename users.nick=handle").exits(0);
    sandbox.run("upgrade").exits(0);
    let connection = rusqlite::Connection::open(sandbox.path().join("dev.db")).unwrap();
    let handle: String = connection.query_row("SELECT handle FROM users", [], |row| row.get(0)).unwrap();
    assert_eq!(handle, "ann");
}

#[test]
fn a_table_that_grew_by_hand_is_a_difference() {
    let sandbox = applied();
    execute(&sandbox, "ALTER TABLE users ADD COLUMN extra TEXT; CREATE TABLE stray (id INTEGER)");
    let outcome = sandbox.run("check --schema-json schema.json").exits(1);
    assert_eq!(outcome.stdout, "- drop table `stray`\n- drop column `users`.`extra`\n", "{outcome}");
}

#[test]
fn what_the_engine_cannot_hold_is_listed_with_what_to_write_instead() {
    let sandbox = project();
    let document = models(&["nick", "mail"]).replace(r#""type": "text""#, r#""type": "u64""#);
    sandbox.write("schema.json", &document);
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("autogenerate -m first --schema-json schema.json").exits(2), @r#"
    exit 2
    ---- stderr
    database: dev (sqlite://dev.db)
    error: sqlite cannot hold the type `u64` of `users.nick`
           sqlite cannot hold the type `u64` of `users.mail`
    hint: use `i64`, or write `sqlite(type = "TEXT")`
    "#);
}

#[test]
fn models_that_no_database_could_hold_are_listed_with_their_places() {
    let sandbox = project();
    sandbox.write(
        "schema.json",
        &models(&["nick", "nick"]).replace(r#"{"name": "id"}]"#, r#"{"name": "key"}]"#),
    );
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("autogenerate -m first --schema-json schema.json").exits(2), @"
    exit 2
    ---- stderr
    database: dev (sqlite://dev.db)
    error: `users, primary key`: the table has no column `key`
           `users.nick`: there are two columns `nick`
    ");
}
