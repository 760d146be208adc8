//! `squash`: one revision in the place of several, and every database that knows some of them.

use crate::{sandbox, stable};
use schema_core::model::Engine;
use schema_tests::chance::Chance;
use schema_tests::migrations::Project;
use schema_tests::sandbox::{Outcome, Sandbox};
use schema_tests::server::Server;
use schema_tests::shell::{self, AtErrors};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// What makes databases on one engine.
type Make = fn() -> Option<Project>;

fn on_each(test: fn(Make)) {
    test(|| Some(Project::new()));
    for make in [|| Project::on(Server::Postgres), || Project::on(Server::Mysql)] as [Make; 2] {
        if make().is_some() {
            test(make);
        }
    }
}

/// The revisions `r1` to `r6`: what they do, and undo.
fn scripts(engine: Engine) -> [(&'static str, &'static str); 6] {
    let undo_index = match engine {
        Engine::Sqlite | Engine::Postgres => "DROP INDEX posts_title;",
        Engine::Mysql | Engine::Mariadb => "DROP INDEX posts_title ON posts;",
    };
    [
        ("CREATE TABLE users (id integer NOT NULL PRIMARY KEY, nick varchar(40));", "DROP TABLE users;"),
        ("ALTER TABLE users ADD COLUMN mail varchar(80);", "ALTER TABLE users DROP COLUMN mail;"),
        ("CREATE TABLE posts (id integer NOT NULL PRIMARY KEY, title varchar(40));", "DROP TABLE posts;"),
        ("ALTER TABLE users RENAME COLUMN nick TO name;", "ALTER TABLE users RENAME COLUMN name TO nick;"),
        ("CREATE INDEX posts_title ON posts (title);", undo_index),
        ("ALTER TABLE posts ADD COLUMN body varchar(99);", "ALTER TABLE posts DROP COLUMN body;"),
    ]
}

fn write(sandbox: &Sandbox, engine: Engine, number: usize, up: &str, down: &str) {
    let parent = if number == 1 { String::new() } else { format!("\"r{}\"", number - 1) };
    let folder = format!("migrations/202501030000{number:02}_r{number}");
    let revision = format!(
        "revision = \"r{number}\"\nrevises = [{parent}]\nmessage = \"step {number}\"\ncreated = 2025-01-03T00:00:{number:02}Z\nengines = [\"{engine}\"]\n"
    );
    sandbox.write(&format!("{folder}/revision.toml"), &revision);
    sandbox.write(&format!("{folder}/up.sql"), &format!("{up}\n"));
    sandbox.write(&format!("{folder}/down.sql"), &format!("{down}\n"));
    sandbox.write("migrations/heads", &format!("r{number}\n"));
}

/// A folder with six revisions, and a database that has none of them.
fn history(database: &Project) -> Sandbox {
    let sandbox = sandbox();
    sandbox.write("schema.toml", &format!("[databases.dev]\nurl = \"{}\"\n", database.url_text()));
    for (index, (up, down)) in scripts(database.engine()).into_iter().enumerate() {
        write(&sandbox, database.engine(), index + 1, up, down);
    }
    sandbox
}

fn on(sandbox: &Sandbox, database: &Project, arguments: &str) -> Outcome {
    sandbox.run(&format!("{arguments} --database-url {}", database.url_text()))
}

/// The id of the first squashed revision.
fn squashed(sandbox: &Sandbox) -> String {
    let history = sandbox.run("history --format json").exits(0).stdout;
    let history: serde_json::Value = serde_json::from_str(&history).unwrap();
    let squash = history.as_array().unwrap().iter().rev().find(|it| it.get("replaces").is_some());
    squash.expect("a squashed revision")["revision"].as_str().unwrap().to_owned()
}

/// All files of the migrations folder, by their paths.
fn files(sandbox: &Sandbox) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut waiting = vec![sandbox.path().join("migrations")];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                files.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

const FIRST: &str = "INSERT INTO users (id, nick) VALUES (1, 'Ann')";
const NAMED: &str = "INSERT INTO users (id, name, mail) VALUES (2, 'Bob', 'b@x')";

#[test]
fn databases_before_inside_at_and_after_a_squash_are_each_understood() {
    on_each(|make| {
        let (Some(dev), Some(before), Some(inside), Some(at), Some(after), Some(fresh), Some(new)) =
            (make(), make(), make(), make(), make(), make(), make())
        else {
            return;
        };
        let sandbox = history(&dev);
        for (database, revision) in [(&before, "r1"), (&inside, "r3"), (&at, "r5"), (&after, "r6")] {
            on(&sandbox, database, "upgrade r1").exits(0);
            database.execute(&[FIRST]);
            on(&sandbox, database, &format!("upgrade {revision}")).exits(0);
        }
        at.execute(&[NAMED]);
        on(&sandbox, &fresh, "upgrade").exits(0);
        let wanted = fresh.dump();
        let old = sandbox.path().join("old");
        std::fs::create_dir(&old).unwrap();
        copy(&sandbox.path().join("migrations"), &old.join("migrations"));
        std::fs::copy(sandbox.path().join("schema.toml"), old.join("schema.toml")).unwrap();

        let outcome = on(&sandbox, &dev, "squash r2:r5 -m squashed").exits(0);
        assert!(outcome.stderr.contains("in the place of 4 revisions"), "{outcome}");
        let squash = squashed(&sandbox);
        let toml = files(&sandbox)
            .into_iter()
            .find(|(path, _)| path.ends_with("_squashed/revision.toml"))
            .unwrap()
            .1;
        assert!(
            toml.contains("revises = [\"r1\"]") && toml.contains("[[replaces]]\nrevision = \"r5\""),
            "{toml}"
        );
        on(&sandbox, &dev, "verify").exits(0);

        // Before: it runs.
        on(&sandbox, &before, "upgrade").exits(0);
        assert_eq!(before.applied(), sorted(&["r1", "r6", &squash]));
        assert_eq!(before.query("SELECT name FROM users"), ["Ann"], "renamed, with its rows");
        on(&sandbox, &before, "downgrade r1").exits(0);
        assert_eq!(before.query("SELECT nick FROM users"), ["Ann"]);
        on(&sandbox, &before, "upgrade").exits(0);

        // Inside: refused, with what to do, which works.
        for command in ["current", "upgrade", "downgrade r1"] {
            let outcome = on(&sandbox, &inside, command).exits(5);
            assert!(
                outcome.stderr.contains(&format!("has `r2`, `r3` of what was squashed into `{squash}`")),
                "{outcome}"
            );
            assert!(outcome.stderr.contains("run `schema-cli upgrade r5` with them"), "{outcome}");
        }
        assert_eq!(inside.applied(), ["r1", "r2", "r3"]);
        on(&sandbox, &inside, &format!("-C {} upgrade r5", old.display())).exits(0);
        on(&sandbox, &inside, "upgrade").exits(0);
        assert_eq!(inside.query("SELECT name FROM users"), ["Ann"]);

        // At the end: it is there, and the rows of the history stay for programs with the old files.
        let outcome = on(&sandbox, &at, "current -v").exits(0);
        assert!(outcome.stdout.contains(&squash) && outcome.stdout.contains("(squashed, "), "{outcome}");
        on(&sandbox, &at, "upgrade").exits(0);
        assert_eq!(at.applied(), ["r1", "r2", "r3", "r4", "r5", "r6"]);
        on(&sandbox, &at, &format!("-C {} current --check-heads", old.display())).exits(0);
        assert_eq!(at.query("SELECT name FROM users ORDER BY id"), ["Ann", "Bob"]);
        assert_eq!(at.dump(), after.dump(), "but for rows");

        // After: nothing to do; and back, by the new files.
        let outcome = on(&sandbox, &after, "upgrade").exits(0);
        assert!(outcome.stderr.contains("nothing to do: the database is at r6"), "{outcome}");
        on(&sandbox, &after, "downgrade r1").exits(0);
        assert_eq!(after.applied(), ["r1"]);
        assert_eq!(after.query("SELECT nick FROM users"), ["Ann"]);
        on(&sandbox, &after, "upgrade").exits(0);
        assert!(after.applied().contains(&squash), "{:?}", after.applied());

        // None of it.
        on(&sandbox, &new, "upgrade").exits(0);
        assert_eq!(new.dump(), wanted);

        // An id that is no more is told.
        let outcome = on(&sandbox, &new, "downgrade r3").exits(2);
        assert!(outcome.stderr.contains(&format!("revision `r3` was squashed into `{squash}`")), "{outcome}");

        // `stamp` knows both ids, and takes rows of the old ones away.
        on(&sandbox, &at, "stamp r1").exits(0);
        assert_eq!(at.applied(), ["r1"]);
        on(&sandbox, &at, "stamp head").exits(0);
        assert!(at.applied().contains(&squash), "{:?}", at.applied());
    });
}

/// Rows of the history whose scripts were edited since are told, and `repair` accepts them.
#[test]
fn scripts_that_were_edited_before_the_squash_are_told_and_accepted() {
    on_each(|make| {
        let (Some(dev), Some(at)) = (make(), make()) else { return };
        let sandbox = history(&dev);
        on(&sandbox, &at, "upgrade r5").exits(0);
        let (up, down) = scripts(dev.engine())[2];
        write(&sandbox, dev.engine(), 3, &format!("-- posts of users\n{up}"), down);
        sandbox.write("migrations/heads", "r6\n");
        on(&sandbox, &dev, "squash r2:r5 -m squashed").exits(0);
        let squash = squashed(&sandbox);
        let outcome = on(&sandbox, &at, "upgrade").exits(5);
        assert!(outcome.stderr.contains("`r3`") && outcome.stderr.contains(&squash), "{outcome}");
        on(&sandbox, &at, &format!("repair {squash}")).exits(0);
        on(&sandbox, &at, "upgrade").exits(0);
        assert_eq!(at.applied(), ["r1", "r2", "r3", "r4", "r5", "r6"]);
        on(&sandbox, &at, "downgrade r1").exits(0);
        assert_eq!(at.applied(), ["r1"]);
    });
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

/// The first revision, too, may be squashed, and what was squashed once again.
#[test]
fn the_whole_history_is_squashed_and_squashed_again() {
    on_each(|make| {
        let (Some(dev), Some(old), Some(middle)) = (make(), make(), make()) else { return };
        let sandbox = history(&dev);
        on(&sandbox, &old, "upgrade").exits(0);
        on(&sandbox, &dev, "squash :r3 -m one").exits(0);
        on(&sandbox, &middle, "upgrade").exits(0);
        let first = squashed(&sandbox);
        on(&sandbox, &dev, "squash base:head -m two").exits(0);
        let second = squashed(&sandbox);
        assert_ne!(first, second);
        for database in [&old, &middle] {
            let outcome = on(&sandbox, database, "current").exits(0);
            assert!(outcome.stdout.contains(&second), "{outcome}");
            on(&sandbox, database, "downgrade base").exits(0);
            assert_eq!(database.applied(), [""; 0]);
            on(&sandbox, database, "upgrade").exits(0);
            assert_eq!(database.applied(), [second.as_str()]);
        }
    });
}

#[test]
fn scripts_for_shells_know_squashed_revisions() {
    on_each(|make| {
        let Some(database) = make() else { return };
        let sandbox = history(&database);
        on(&sandbox, &database, "upgrade r5").exits(0);
        on(&sandbox, &database, "squash r2:r5 -m squashed").exits(0);
        let squash = squashed(&sandbox);
        let run = |sql: &str| match database.engine() {
            Engine::Sqlite => Some(database.sqlite().execute_batch(sql).is_ok()),
            Engine::Postgres | Engine::Mysql | Engine::Mariadb => {
                let outcome = shell::run(&database.url_text(), sql, AtErrors::Usual)?;
                Some(outcome.code == Some(0))
            }
        };
        let up = on(&sandbox, &database, &format!("upgrade --sql {squash}:head")).exits(0).stdout;
        let Some(done) = run(&up) else { return };
        assert!(done, "{up}");
        assert_eq!(database.applied(), ["r1", "r2", "r3", "r4", "r5", "r6"]);
        let again = on(&sandbox, &database, &format!("upgrade --sql r1:{squash}")).exits(0).stdout;
        assert_eq!(run(&again), Some(false), "it is applied already");
        let down = on(&sandbox, &database, "downgrade --sql head:r1").exits(0).stdout;
        assert_eq!(run(&down), Some(true), "{down}");
        assert_eq!(database.applied(), ["r1"]);
        on(&sandbox, &database, "upgrade").exits(0);
    });
}

/// `SCHEMA_KILL_CASES` says how many runs are killed (10), `SCHEMA_KILL_SEED` from which seed.
#[test]
fn a_squash_that_is_killed_leaves_the_old_revisions_or_the_new_one() {
    let wanted =
        std::env::var("SCHEMA_KILL_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(10_u32);
    let mut chance = Chance::new(Chance::seed("SCHEMA_KILL_SEED"));
    let database = Project::new();
    let sandbox = history(&database);
    let before = files(&sandbox);
    let squash = "squash r2:r5 -m squashed";
    let started = Instant::now();
    on(&sandbox, &database, squash).exits(0);
    let took = u64::try_from(started.elapsed().as_micros()).unwrap();
    let (mut killed, mut finished) = (0, 0);
    while killed < wanted {
        let sandbox = history(&database);
        let arguments = format!("{squash} --database-url {}", database.url_text());
        let mut command = sandbox.command(arguments.split_whitespace());
        let mut run = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Files are written at the end.
        let instant = if chance.below(2) == 0 { chance.below(took) } else { took - chance.below(took / 4) };
        std::thread::sleep(Duration::from_micros(instant));
        run.kill().unwrap();
        let was_killed = run.wait().unwrap().code().is_none();
        let after: Vec<String> = files(&sandbox).into_iter().map(|(path, _)| path).collect();
        let names = sandbox.run("history --format json").exits(0).stdout;
        let is_old = after.iter().any(|path| path.contains("_r2"));
        if is_old {
            let same = files(&sandbox)
                .into_iter()
                .map(|(_, text)| text)
                .eq(before.iter().map(|(_, text)| text.clone()));
            assert!(same, "{names}");
            on(&sandbox, &database, squash).exits(0);
        } else {
            assert!(
                !after.iter().any(|path| ["_r3", "_r4", "_r5"].iter().any(|it| path.contains(it))),
                "{names}"
            );
            on(&sandbox, &database, &format!("squash {}:r6 -m again", squashed(&sandbox))).exits(0);
        }
        let left: Vec<_> = std::fs::read_dir(sandbox.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with(".new-"))
            .collect();
        // One that was killed before it had a migrations folder in it is empty.
        for name in left {
            assert_eq!(std::fs::read_dir(sandbox.path().join(&name)).unwrap().count(), 0, "{name} is left");
        }
        sandbox.run("verify").exits(0);
        killed += u32::from(was_killed);
        finished += u32::from(!was_killed);
        assert!(finished < 100, "no run takes long enough to be killed");
    }
}

#[test]
fn what_schemas_do_not_tell_is_refused_by_file_and_line_or_kept() {
    on_each(|make| {
        let (Some(dev), Some(old), Some(other)) = (make(), make(), make()) else { return };
        let sandbox = history(&dev);
        let engine = dev.engine();
        let moved = "ALTER TABLE users ADD COLUMN mail varchar(80);\n\nUPDATE users SET mail = nick;";
        write(&sandbox, engine, 2, moved, "ALTER TABLE users DROP COLUMN mail;");
        sandbox.write("migrations/heads", "r6\n");
        on(&sandbox, &old, "upgrade").exits(0);
        let wanted = old.dump();
        let files_before = files(&sandbox);
        let outcome = on(&sandbox, &dev, "squash base:head").exits(2);
        assert!(
            outcome.stderr.contains("migrations/20250103000002_r2/up.sql`, line 3: it changes rows"),
            "{outcome}"
        );
        assert!(outcome.stderr.contains("`--keep r2`"), "{outcome}");
        assert_eq!(files(&sandbox), files_before);

        on(&sandbox, &other, "upgrade r1").exits(0);
        other.execute(&[FIRST]);
        on(&sandbox, &dev, "squash base:head --keep r2").exits(0);
        let drawn = sandbox.run("history").exits(0).stdout;
        assert_eq!(drawn.lines().count(), 3, "{drawn}");
        on(&sandbox, &other, "upgrade").exits(0);
        assert_eq!(other.query("SELECT mail FROM users"), ["Ann"]);
        other.execute(&["DELETE FROM users"]);
        assert_eq!(other.dump(), wanted);
        on(&sandbox, &dev, "verify").exits(0);
    });
}

#[test]
fn rows_that_one_step_would_leave_otherwise_stop_it() {
    let database = Project::new();
    let sandbox = history(&database);
    for (second, third, told) in [
        (
            ("ALTER TABLE users ADD COLUMN rank integer DEFAULT 1;", "ALTER TABLE users DROP COLUMN rank;"),
            (
                "ALTER TABLE users DROP COLUMN rank;\nALTER TABLE users ADD COLUMN rank integer DEFAULT 2;",
                "ALTER TABLE users DROP COLUMN rank;\nALTER TABLE users ADD COLUMN rank integer DEFAULT 1;",
            ),
            "line 1: it does more",
        ),
        (
            ("ALTER TABLE users DROP COLUMN nick;", "ALTER TABLE users ADD COLUMN nick varchar(40);"),
            ("ALTER TABLE users ADD COLUMN nick varchar(40);", "ALTER TABLE users DROP COLUMN nick;"),
            "it adds `users.nick` again",
        ),
        (
            ("INSERT INTO users (id) VALUES (7);", "DELETE FROM users;"),
            ("SELECT 1;", "SELECT 1;"),
            "it changes rows",
        ),
        (
            ("CREATE TABLE a (id integer);", "-- schema: irreversible gone for good"),
            ("SELECT 1;", "SELECT 1;"),
            "it says that `r2` cannot be undone",
        ),
    ] {
        write(&sandbox, Engine::Sqlite, 2, second.0, second.1);
        write(&sandbox, Engine::Sqlite, 3, third.0, third.1);
        sandbox.write("migrations/heads", "r6\n");
        let outcome = on(&sandbox, &database, "squash r2:r3").exits(2);
        assert!(outcome.stderr.contains(told), "{told}\n{outcome}");
        assert!(outcome.stderr.contains("--keep"), "{outcome}");
    }
}

#[test]
fn what_is_no_line_and_a_database_inside_are_refused() {
    let database = Project::new();
    let sandbox = history(&database);
    sandbox.run("revision -m side --rev-id side --head r3 --splice").exits(0);
    let outcome = on(&sandbox, &database, "squash r2:r5").exits(2);
    assert!(outcome.stderr.contains("`r3` and `side` are not one line"), "{outcome}");
    sandbox.run("remove side --yes").exits(0);
    let outcome = on(&sandbox, &database, "squash r2:r2").exits(2);
    assert!(outcome.stderr.contains("no two revisions side by side"), "{outcome}");
    let outcome = on(&sandbox, &database, "squash r2:r3 --keep r6").exits(2);
    assert!(outcome.stderr.contains("`r6`, which is to be kept, is not in the range"), "{outcome}");
    on(&sandbox, &database, "upgrade r3").exits(0);
    let outcome = on(&sandbox, &database, "squash r2:r5").exits(5);
    assert!(outcome.stderr.contains("run `schema-cli upgrade r5` first"), "{outcome}");
    // Somebody builds on what is no more.
    on(&sandbox, &database, "upgrade r5").exits(0);
    on(&sandbox, &database, "squash r2:r5").exits(0);
    write(&sandbox, Engine::Sqlite, 6, "SELECT 1;", "SELECT 1;");
    let outcome = on(&sandbox, &database, "current").exits(2);
    assert!(outcome.stderr.contains("needs revision `r5`, which was squashed into"), "{outcome}");
}

#[test]
fn the_talk_of_a_squash() {
    let database = Project::new();
    let sandbox = history(&database);
    sandbox.write("schema.toml", "[databases.dev]\nurl = \"sqlite://dev.db\"\n");
    let _stable = stable(&sandbox);
    insta::assert_snapshot!("squash-dry-run", sandbox.run("squash r1:r4 --dry-run").exits(0));
    insta::assert_snapshot!(
        "squash-json",
        sandbox.run("squash r1:r5 --keep r3 -m short --format json").exits(0)
    );
    insta::assert_snapshot!("squash-history", sandbox.run("history -v").exits(0));
}

fn sorted(ids: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    all.sort();
    all
}
