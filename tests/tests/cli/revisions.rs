//! Runs of revisions: what is told, what stops them, and what they leave behind.

use crate::database::{applied, models};
use crate::{project, stable};
use schema_tests::sandbox::Sandbox;
use std::process::Stdio;

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
    error: the history table `schema_history` belongs to another project, whose first revision is `[id]` (first)
    hint: name another database, or get its revisions from version control; a second project in one database needs a `history_table` of its own under `[migrations]` in `schema.toml`; `stamp --purge --adopt REVISION` makes the database this project's
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
    hint: `--splice` builds on it all the same, as a branch
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
    * [id] -> late (head) (current), late
    | * [id] -> data (head) (current), data
    |/
    * <base> -> [id] (branchpoint), first
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
        applicable INTEGER CONSTRAINT "the revisions that this one needs are not applied, or it is not in its turn, or the history is another project's" CHECK (applicable),
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

/// Whoever reviews such a script sees the statements between what makes them safe.
#[test]
fn a_script_for_a_server_is_written_without_one() {
    for (engine, url, up) in [
        (
            "postgres",
            "postgres://ann@nowhere.invalid/shop",
            "-- what users are\nCREATE TABLE users (id integer);\n-- schema: autocommit\nCREATE INDEX CONCURRENTLY i ON users (id);\n",
        ),
        (
            "mariadb",
            "mysql://ann@nowhere.invalid/shop",
            "-- what users are\nCREATE TABLE users (id integer);\nINSERT INTO users VALUES (1);\n",
        ),
        ("mysql", "mysql://ann@nowhere.invalid/shop", "CALL fill();\n"),
    ] {
        let sandbox = Sandbox::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
        sandbox.write("schema.toml", &format!("[databases.dev]\nurl = \"{url}\"\n"));
        sandbox.write("migrations/heads", "a\n");
        let toml = format!(
            "revision = \"a\"\nrevises = []\nmessage = \"first\"\ncreated = 2025-01-01T00:00:00Z\nengines = [\"{engine}\"]\n"
        );
        let folder = "migrations/20250101000000_a_first";
        sandbox.write(&format!("{folder}/revision.toml"), &toml);
        sandbox.write(&format!("{folder}/up.sql"), up);
        sandbox.write(&format!("{folder}/down.sql"), "DROP TABLE users;\n");
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.add_filter(env!("CARGO_PKG_VERSION"), "[version]");
        settings.bind(|| {
            insta::assert_snapshot!(format!("script-{engine}"), sandbox.run("upgrade --sql").exits(0).stdout);
        });
        sandbox.run("downgrade --sql a:base").exits(0);
        sandbox.run("stamp --sql a").exits(0);
    }
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
    all of it would succeed, in [s]; nothing was changed
    ");
    assert!(!sandbox.path().join("dev.db").exists());
    sandbox.run("upgrade").exits(0);
    insta::assert_snapshot!(sandbox.run("downgrade base --dry-run").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    [1/1] undo [id] first
    all of it would succeed, in [s]; nothing was changed
    ");
    sandbox.run("current --check-heads").exits(0);
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
    error: another connection holds the database's lock; waited 0 s
    hint: find the connection that keeps a transaction open, or wait longer for the lock
    ");
    other.execute_batch("ROLLBACK").unwrap();
    sandbox.run("upgrade --lock-timeout 0.2").exits(0);
    sandbox.run("upgrade --lock-timeout soon").exits(2);
}
