//! `baseline`: a database that is there becomes a project, whose first revision makes the same from nothing.

use crate::support::{User, model};
use crate::written::manifest;
use rusqlite::Connection;
use schema_core::load::load;
use schema_tests::server::{Server, TestDatabase};
use std::collections::BTreeMap;
use std::path::Path;

/// An empty package for a database. Tests that run at the same time build packages of different names in one target folder.
fn package(name: &str) -> User {
    let user = User::new();
    manifest(name, &user);
    user.write("src/lib.rs", "//! What the shop sells.\n");
    user
}

fn sqlite(user: &User, name: &str, script: &str) -> Connection {
    let database = Connection::open(user.sandbox.path().join(name)).unwrap();
    database.execute_batch(script).unwrap();
    database
}

/// All files of the package, with their texts, but for the databases and what cargo writes.
fn files(user: &User) -> BTreeMap<String, String> {
    fn below(root: &Path, folder: &Path, all: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(root, &path, all);
            } else if !path.to_str().unwrap().contains(".db") && !path.ends_with("Cargo.lock") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                all.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut all = BTreeMap::new();
    below(user.sandbox.path(), user.sandbox.path(), &mut all);
    all
}

fn has_history(database: &Connection) -> bool {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'schema_history%'";
    database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() > 0
}

/// The models agree, and a fresh database that is upgraded equals the old one.
#[track_caller]
fn is_whole(user: &User, url: &str, fresh: &str) {
    user.run("check").exits(0);
    user.run(&format!("upgrade --database-url {fresh}")).exits(0);
    let compared = user.run(&format!("diff {url} {fresh}")).exits(0);
    assert!(compared.stderr.contains("the databases are equal"), "{compared}");
    user.run(&format!("check --database-url {fresh}")).exits(0);
}

#[track_caller]
fn taken_over(name: &str, database: &TestDatabase, fresh: &TestDatabase) {
    let user = package(name);
    user.run(&format!("baseline {}", database.url())).exits(0);
    is_whole(&user, &database.url(), &fresh.url());
    user.run("verify").exits(0);
}

#[test]
fn a_sqlite_database_is_taken_over_with_its_rows() {
    const HEADS: &str = "migrations/heads";
    const REVISION: &str = "the revision";
    let user = package("baseline-sqlite");
    let database = sqlite(&user, "app.db", include_str!("written/sqlite.sql"));
    let refused = user.run("baseline sqlite://app.db").exits(2);
    assert!(refused.stderr.contains("view `broken` no longer compiles"), "{refused}");
    database.execute_batch("DROP VIEW broken").unwrap();
    let done = user.run("baseline sqlite://app.db").exits(0);
    assert!(done.stderr.contains("the models and the database agree"), "{done}");
    let users: i64 = database.query_row("SELECT count(*) FROM users", [], |row| row.get(0)).unwrap();
    assert_eq!((users, has_history(&database)), (1, true));
    assert_eq!(user.sandbox.read("src/lib.rs"), "//! What the shop sells.\npub mod models;\n");
    is_whole(&user, "sqlite://app.db", "sqlite://fresh.db");
    user.run("verify").exits(0);

    // What an interrupted run has left, the next one takes over: at each of these moments it may be killed.
    let whole = files(&user);
    for (moment, missing) in [
        ("before the stamp", Vec::new()),
        ("between the revision and its head", vec![HEADS]),
        ("before the revision", vec![HEADS, REVISION]),
        ("before the module is named", vec![HEADS, REVISION, "src/lib.rs"]),
        ("between two files", vec![HEADS, REVISION, "src/lib.rs", "schema.toml", "src/models.rs"]),
    ] {
        database.execute_batch("DROP TABLE schema_history; DROP TABLE schema_history_steps;").unwrap();
        let revision =
            files(&user).into_keys().find_map(|name| Some(name.strip_suffix("/up.sql")?.to_owned()));
        for path in missing {
            match path {
                "src/lib.rs" => user.write(path, "//! What the shop sells.\n"),
                REVISION => {
                    let folder = user.sandbox.path().join(revision.as_ref().unwrap());
                    std::fs::remove_dir_all(folder).unwrap();
                }
                path => std::fs::remove_file(user.sandbox.path().join(path)).unwrap(),
            }
        }
        user.run("baseline sqlite://app.db").exits(0);
        user.run("check").exits(0);
        let heads = user.sandbox.read(HEADS);
        assert_eq!(heads.lines().filter(|line| !line.starts_with('#')).count(), 1, "{moment}: {heads}");
        if moment == "before the stamp" {
            assert_eq!(files(&user), whole, "{moment}");
        }
    }
}

/// A case in which it refuses.
struct Refusal {
    /// The beginning of what it says.
    told: &'static str,
    script: &'static str,
    prepare: fn(&User),
    options: &'static str,
    status: i32,
}

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL)";

const REFUSALS: [Refusal; 7] = [
    Refusal { told: "the database is empty", script: "", prepare: |_| {}, options: "", status: 2 },
    Refusal {
        told: "`src/models.rs` is there already",
        script: USERS,
        prepare: |user| user.write("src/models.rs", "// mine\n"),
        options: "",
        status: 2,
    },
    Refusal {
        told: "`src/db/models.rs` is no module of `src/lib.rs`",
        script: USERS,
        prepare: |_| {},
        options: " --models src/db/models.rs",
        status: 2,
    },
    Refusal {
        told: "a comparison with what was written for the database finds a difference",
        script: "CREATE TABLE t (a TEXT, \" \" TEXT)",
        prepare: |_| {},
        options: "",
        status: 1,
    },
    Refusal {
        told: "create table `others`",
        script: USERS,
        prepare: |user| user.write("src/lib.rs", &model("Other", "others")),
        options: "",
        status: 1,
    },
    Refusal {
        told: "could not compile",
        script: USERS,
        prepare: |user| user.write("src/lib.rs", "mod gone;\n"),
        options: "",
        status: 2,
    },
    Refusal {
        told: "there are revisions already",
        script: USERS,
        prepare: |user| {
            user.run("init --database-url sqlite://other.db").exits(0);
            user.run("revision -m first").exits(0);
        },
        options: "",
        status: 2,
    },
];

#[test]
fn where_it_refuses_it_changes_nothing() {
    for Refusal { told, script, prepare, options, status } in REFUSALS {
        let user = package("baseline-refused");
        let database = sqlite(&user, "app.db", script);
        prepare(&user);
        let before = files(&user);
        let outcome = user.run(&format!("baseline sqlite://app.db{options}")).exits(status);
        assert!(outcome.stderr.contains(told), "{told}: {outcome}");
        assert_eq!(files(&user), before, "{told}");
        assert!(!has_history(&database), "{told}");
    }
}

#[test]
fn a_database_with_a_history_is_not_taken_over_again() {
    let user = package("baseline-again");
    let database = sqlite(&user, "app.db", "CREATE TABLE users (id INTEGER PRIMARY KEY)");
    user.run("baseline sqlite://app.db").exits(0);
    // Nothing is left to do.
    let again = user.run("baseline sqlite://app.db --format json --quiet").exits(0);
    let told: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    let heads = user.sandbox.read("migrations/heads");
    assert!(heads.contains(told["revision"].as_str().unwrap()), "{told:#}");
    assert_eq!(told["files"], serde_json::json!(["src/models.rs"]));
    assert_eq!(told["losses"], serde_json::json!([]));
    let other = package("baseline-again");
    let path = user.sandbox.path().join("app.db");
    let before = files(&other);
    other.run(&format!("baseline sqlite://{}", path.display())).exits(5);
    assert_eq!(files(&other), before);
    assert!(has_history(&database));
}

#[test]
fn a_postgres_database_is_taken_over_with_all_that_is_beside_its_tables() {
    let (Some(database), Some(fresh)) = (Server::Postgres.database(), Server::Postgres.database()) else {
        return;
    };
    // Only the key of its table lets it leave columns out of GROUP BY: views are SQL then.
    let by_key = "CREATE VIEW by_key AS SELECT id, title, count(*) AS number FROM orders GROUP BY id;";
    let bare = User::new();
    bare.package("", "bare", "[workspace]\n");
    bare.write("src/lib.rs", "");
    load(&mut *database.connect(), include_str!("written/postgres.sql")).unwrap();
    load(&mut *database.connect(), by_key).unwrap();
    let refused = bare.run(&format!("baseline {}", database.url())).exits(2);
    let commands = "hint: `cargo add ipnetwork jiff rust_decimal serde_json uuid` and `cargo add schema-core --features ipnetwork,";
    assert!(refused.stderr.contains(commands), "{refused}");
    taken_over("baseline-postgres", &database, &fresh);
}

#[test]
fn a_database_of_mysql_or_mariadb_is_taken_over_with_all_that_is_beside_its_tables() {
    let (Some(database), Some(fresh)) = (Server::Mysql.database(), Server::Mysql.database()) else {
        return;
    };
    load(&mut *database.connect(), include_str!("written/mysql.sql")).unwrap();
    taken_over("baseline-mysql", &database, &fresh);
}

/// What the second would take back, the first has just written.
#[cfg(unix)]
#[test]
fn one_baseline_at_a_time_works_in_a_folder() {
    let user = package("baseline-twice");
    sqlite(&user, "app.db", "CREATE TABLE users (id INTEGER PRIMARY KEY)");
    let other = std::fs::File::open(user.sandbox.path()).unwrap();
    other.lock().unwrap();
    let before = files(&user);
    insta::assert_snapshot!(user.run("baseline sqlite://app.db").exits(4).stderr, @"
    error: another `baseline` is at work in this folder
    hint: wait until it has ended: `schema-cli check` tells what came of it
    ");
    assert_eq!(files(&user), before);
    drop(other);
    user.run("baseline sqlite://app.db").exits(0);
    user.run("check").exits(0);
}
