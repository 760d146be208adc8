//! The commands that work on a database; the models come as a JSON document, so that nothing has to be built.

use crate::{project, stable};
use schema_tests::sandbox::Sandbox;
use std::process::Stdio;

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

fn execute(sandbox: &Sandbox, sql: &str) {
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
    hint: `schema-cli upgrade` applies them
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
    <base> -> [id] (head) (current), first
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
      "data_loss": "none"
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
fn history_and_files_that_disagree_are_exit_5_with_a_way_out() {
    let sandbox = applied();
    let _stable = stable(&sandbox);
    let folder = std::fs::read_dir(sandbox.path().join("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir())
        .unwrap();
    let up = folder.join("up.sql");
    let text = std::fs::read_to_string(&up).unwrap();
    std::fs::write(&up, format!("{text}\n-- edited\n")).unwrap();
    insta::assert_snapshot!(sandbox.run("upgrade").exits(5), @"
    exit 5
    ---- stderr
    database: dev (sqlite://dev.db)
    error: `migrations/[time]_[id]_first/up.sql` was changed after revision `[id]` was applied
    hint: restore the file from version control and put the change into a new revision; `repair [id]` accepts the file as it is
    ");
    std::fs::write(&up, text.replace('\n', "\r\n")).unwrap();
    sandbox.run("upgrade").exits(0);

    std::fs::remove_dir_all(&folder).unwrap();
    sandbox.write("migrations/heads", "");
    insta::assert_snapshot!(sandbox.run("upgrade").exits(5), @"
    exit 5
    ---- stderr
    database: dev (sqlite://dev.db)
    error: applied, but not in the migrations folder: `[id]`
    hint: get the revision's folder from version control, or from whoever applied it; if it is gone for good, `stamp --purge REVISION` says what the database is at
    ");
}

#[test]
fn an_empty_revision_is_written_filled_and_applied() {
    let sandbox = applied();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("revision -m data --rev-id data").exits(0), @"
    exit 0
    ---- stderr
    wrote migrations/[time]_data_data/down.sql
    wrote migrations/[time]_data_data/revision.toml
    wrote migrations/[time]_data_data/up.sql
    ");
    let show = sandbox.run("show head").exits(0);
    insta::assert_snapshot!(show, @"
    exit 0
    ---- stdout
    revision:   data (head)
    revises:    [id]
    message:    data
    created:    [time]
    engines:    sqlite
    folder:     migrations/[time]_data_data
    ");
    insta::assert_snapshot!(sandbox.run("show head --sql").exits(0), @"
    exit 0
    ---- stdout
    -- Write here the SQL that applies this revision.
    ");
    sandbox.run("upgrade +1").exits(0);
    sandbox.run("upgrade +1").exits(2);
    insta::assert_snapshot!(sandbox.run("revision -m late --head data-1").exits(2), @"
    exit 2
    ---- stderr
    error: `[id]` is no head
    hint: `revision --splice` builds on it all the same, as a branch
    ");
    sandbox.run("revision -m late --head data-1 --splice --rev-id late").exits(0);
    insta::assert_snapshot!(sandbox.run("autogenerate -m x --schema-json schema.json").exits(2), @"
    exit 2
    ---- stderr
    database: dev (sqlite://dev.db)
    error: there are several heads: `data`, `late`
    hint: `schema-cli merge heads` joins them; `--head REVISION` picks one
    ");
    insta::assert_snapshot!(sandbox.run("upgrade head").exits(2), @"
    exit 2
    ---- stderr
    database: dev (sqlite://dev.db)
    error: `head` means one head, and there are several: `data`, `late`
    hint: say `heads` for all, `LABEL@head` or an id for one, or join them with `schema-cli merge heads`
    ");
    sandbox.run("upgrade heads").exits(0);
    insta::assert_snapshot!(sandbox.run("history -i").exits(0), @"
    exit 0
    ---- stdout
    [id] -> late (head) (current), late
    [id] -> data (head) (current), data
    <base> -> [id] (branchpoint), first
    ---- stderr
    database: dev (sqlite://dev.db)
    ");
}

#[test]
fn a_script_that_fails_is_exit_3_and_names_its_line() {
    let sandbox = applied();
    let _stable = stable(&sandbox);
    sandbox.run("revision -m broken --rev-id broken").exits(0);
    let folder = sandbox.run("show broken --format json").exits(0).stdout;
    let folder: serde_json::Value = serde_json::from_str(&folder).unwrap();
    let folder = folder[0]["folder"].as_str().unwrap().to_owned();
    sandbox.write(
        &format!("{folder}/up.sql"),
        "CREATE TABLE fine (id INTEGER);\n\nINSERT INTO nowhere VALUES (1);\n",
    );
    insta::assert_snapshot!(sandbox.run("upgrade").exits(3), @"
    exit 3
    ---- stderr
    database: dev (sqlite://dev.db)
    [1/1] apply broken broken
    error: revision `broken` (up): migrations/[time]_broken_broken/up.sql, line 3: no such table: nowhere
    ");
    assert!(!sandbox.run("inspect").exits(0).stdout.contains("fine"));
}

#[test]
fn a_backup_is_written_before_anything_is_changed() {
    let sandbox = applied();
    sandbox.run("revision -m more --rev-id more").exits(0);
    let outcome = sandbox.run("upgrade --backup=before.db").exits(0);
    assert!(outcome.stderr.contains("backup written to before.db"), "{outcome}");
    let again = sandbox.run("downgrade -1 --backup=before.db").exits(2);
    assert!(again.stderr.contains("before.db"), "{again}");
    sandbox.run("--database-url sqlite://before.db current --check-heads").exits(1);
    sandbox.run("current --check-heads").exits(0);
}

#[test]
fn diff_writes_the_sql_between_two_databases_and_applies_it_when_told() {
    let sandbox = applied();
    let _stable = stable(&sandbox);
    let wanted = rusqlite::Connection::open(sandbox.path().join("wanted.db")).unwrap();
    wanted
        .execute_batch("CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, nick TEXT, email TEXT)")
        .unwrap();
    let diff = "diff --from sqlite://dev.db --to sqlite://wanted.db";
    insta::assert_snapshot!(sandbox.run(diff).exits(1), @"
    exit 1
    ---- stdout
    -- add the column `users`.`email`
    ALTER TABLE users ADD COLUMN email TEXT;
    ");
    insta::assert_snapshot!(sandbox.run(&format!("{diff} --down")).exits(1), @"
    exit 1
    ---- stdout
    -- drop the column `users`.`email`
    -- DESTROYS DATA: the values of `users`.`email` are gone
    ALTER TABLE users DROP COLUMN email;
    ");
    insta::assert_snapshot!(sandbox.run(&format!("{diff} --format json")).exits(1), @r#"
    exit 1
    ---- stdout
    {
      "changes": [
        "add column `users`.`email`"
      ],
      "data_loss": "none",
      "sql": "-- add the column `users`.`email`\nALTER TABLE users ADD COLUMN email TEXT;\n"
    }
    "#);
    insta::assert_snapshot!(sandbox.run(&format!("{diff} --apply")).exits(2).stderr, @"
    error: this has to be confirmed, and there is no terminal to ask on
    hint: `--yes` confirms it
    ");
    sandbox.run(&format!("{diff} --apply --yes")).exits(0);
    insta::assert_snapshot!(sandbox.run(diff).exits(0), @"
    exit 0
    ---- stderr
    the databases are equal
    ");
    sandbox.run("diff --from sqlite://dev.db --to sqlite://missing.db").exits(2);

    wanted.execute_batch("CREATE VIRTUAL TABLE found USING fts5(text)").unwrap();
    insta::assert_snapshot!(sandbox.run(diff).exits(2), @"
    exit 2
    ---- stderr
    error: these differ, and this release cannot change them: `found`
    ");
}

#[test]
fn the_database_is_chosen_in_the_order_that_is_documented() {
    let sandbox = project();
    sandbox.write(
        "schema.toml",
        "[databases.first]\nurl = \"sqlite://first.db\"\n[databases.second]\nurl = \"sqlite://${SCHEMA_TEST_NAME}.db\"\n",
    );
    for name in ["first", "from-env", "from-dotenv", "second", "given"] {
        sandbox.write(&format!("{name}.db"), "");
    }
    let target = |arguments: &str, environment: &[(&str, &str)]| {
        let mut command = sandbox.command(arguments.split_whitespace());
        command.envs(environment.iter().copied());
        schema_tests::sandbox::Outcome::of(&mut command).exits(0).stderr.lines().next().unwrap().to_owned()
    };
    assert_eq!(target("current", &[]), "database: first (sqlite://first.db)");
    sandbox.write(".env", "DATABASE_URL=sqlite://from-dotenv.db\nSCHEMA_TEST_NAME=second\n");
    assert_eq!(target("current", &[]), "database: DATABASE_URL in .env (sqlite://from-dotenv.db)");
    let environment = [("DATABASE_URL", "sqlite://from-env.db")];
    assert_eq!(target("current", &environment), "database: DATABASE_URL (sqlite://from-env.db)");
    assert_eq!(target("current --database second", &environment), "database: second (sqlite://second.db)");
    assert_eq!(
        target("current --database-url sqlite://given.db", &environment),
        "database: --database-url (sqlite://given.db)"
    );
    sandbox.run("current --database third").exits(2);
    sandbox.run("current --database first --database-url sqlite://given.db").exits(2);
}

#[test]
fn a_password_never_reaches_the_output() {
    let sandbox = project();
    for url in [
        "postgres://ann:secret@localhost/db",
        "mysql://ann:secret@localhost/db?secret=x",
        "mongo://ann:secret@h/d",
    ] {
        for arguments in ["upgrade", "current", "inspect", "check --schema-json schema.json"] {
            let outcome = sandbox.run(&format!("-v {arguments} --database-url {url}"));
            assert_ne!(outcome.code, Some(0));
            assert!(!format!("{outcome}").contains("secret@"), "{outcome}");
        }
    }
}

#[test]
fn a_script_for_the_shell_leads_where_a_run_leads() {
    let sandbox = applied();
    let _stable = stable(&sandbox);
    let script = sandbox.run("upgrade --sql").exits(0);
    assert_eq!(script.stderr, "", "no database is connected to");
    let shell = rusqlite::Connection::open(sandbox.path().join("offline.db")).unwrap();
    let statements: String =
        script.stdout.lines().filter(|line| !line.starts_with('.')).collect::<Vec<_>>().join("\n");
    shell.execute_batch(&statements).unwrap();
    let outcome = sandbox.run("--database-url sqlite://offline.db upgrade").exits(0);
    assert!(outcome.stderr.contains("nothing to do"), "{outcome}");

    insta::assert_snapshot!(sandbox.run("upgrade --sql head:head").exits(0), @r#"
    exit 0
    ---- stdout
    -- 0 revisions up, written by schema 0.1.0 for the shell of SQLite.
    -- A revision is rolled back at its first error, and those after it are not run. Do not change the comments
    -- that reach from one statement to the next: they are what makes the shell stop.

    PRAGMA foreign_keys = ON;
    CREATE TEMP TABLE IF NOT EXISTS schema_offline_guard (
        applicable INTEGER CONSTRAINT "the revisions that this one needs are not applied, or it is not in its turn" CHECK (applicable),
        intact INTEGER CONSTRAINT "rows would refer to nothing, or the revision was not in its turn" CHECK (intact)
    );
    "#);
    insta::assert_snapshot!(sandbox.run("upgrade base:head").exits(2), @"
    exit 2
    ---- stderr
    error: `base:head` is a range, and a run starts from what is applied
    hint: name the revision to go to alone, or write a script with `--sql`
    ");
    insta::assert_snapshot!(sandbox.run("downgrade --sql base").exits(2), @"
    exit 2
    ---- stderr
    error: a script that leads down to `base` has to say where it starts
    hint: `schema-cli downgrade --sql head:base`
    ");
    assert!(sandbox.run("downgrade --sql head:base").exits(0).stdout.contains("DROP TABLE users"));
}

#[test]
fn a_dry_run_says_whether_all_would_succeed_and_changes_nothing() {
    let sandbox = project();
    sandbox.write("schema.json", &models(&["nick"]));
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("upgrade --dry-run").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    [1/1] apply [id] first
    all of it would succeed; nothing was changed
    ");
    assert!(!sandbox.path().join("dev.db").exists());
    sandbox.run("upgrade").exits(0);
    insta::assert_snapshot!(sandbox.run("downgrade base --dry-run").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    [1/1] undo [id] first
    all of it would succeed; nothing was changed
    ");
    sandbox.run("current --check-heads").exits(0);
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

#[test]
fn twenty_upgrades_at_once_apply_each_revision_once_and_all_succeed() {
    let sandbox = applied();
    for number in 1..=3 {
        sandbox.run(&format!("revision -m more --rev-id more{number}")).exits(0);
    }
    std::fs::remove_file(sandbox.path().join("dev.db")).unwrap();
    let children: Vec<_> = (0..20)
        .map(|_| {
            let mut command = sandbox.command(["upgrade", "--format", "json"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let mut applied = Vec::new();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        applied.extend(report["revisions"].as_array().unwrap().clone());
        assert_eq!(report["current"], serde_json::json!(["more3"]));
    }
    assert_eq!(applied.len(), 4, "{applied:?}");
}

#[test]
fn a_lock_that_is_not_got_in_time_is_exit_4() {
    let sandbox = applied();
    sandbox.run("revision -m more --rev-id more").exits(0);
    let other = rusqlite::Connection::open(sandbox.path().join("dev.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("upgrade --lock-timeout 0.2").exits(4), @"
    exit 4
    ---- stderr
    database: dev (sqlite://dev.db)
    [1/1] apply more more
    error: revision `more` (up): another connection holds the database's lock; waited 0 s
    hint: find the connection that keeps a transaction open, or wait longer for the lock
    ");
    other.execute_batch("ROLLBACK").unwrap();
    sandbox.run("upgrade --lock-timeout 0.2").exits(0);
    sandbox.run("upgrade --lock-timeout soon").exits(2);
}

#[test]
fn an_engine_that_is_not_there_is_told() {
    let sandbox = project();
    let _stable = stable(&sandbox);
    let url = "postgres://ann:secret@localhost/db";
    insta::assert_snapshot!(sandbox.run(&format!("current --database-url {url}")).exits(2), @"
    exit 2
    ---- stderr
    database: --database-url (postgres://ann:***@localhost/db)
    error: this program was built without postgres
    hint: switch on the cargo feature `postgres`, if this version has it
    ");
    insta::assert_snapshot!(sandbox.run("current --database-url mongo://x").exits(2), @"
    exit 2
    ---- stderr
    error: unknown database URL scheme `mongo`
    hint: write `sqlite://file.db`, `postgres://…` or `mysql://…`
    ");
}
