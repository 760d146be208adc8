//! What `models` writes: it compiles, and a comparison with the database that it was written for finds nothing.

use crate::support::User;
use schema_core::load::load;
use schema_core::model::Engine;
use schema_tests::sandbox::Outcome;
use schema_tests::server::Server;
use schema_tests::sqlite::chinook_script;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The crates whose types structs can have.
const CRATES: &str = "ipnetwork = { version = \"0.21\", default-features = false }\njiff = \"1\"\n\
     rust_decimal = { version = \"1\", default-features = false }\nserde_json = \"1\"\n\
     uuid = { version = \"1\", default-features = false }\n";

/// A package with the crates whose types structs can have.
pub(crate) fn manifest(name: &str, user: &User) {
    let features = "features = [\"ipnetwork\", \"jiff\", \"rust_decimal\", \"serde_json\", \"uuid\"]";
    user.manifest(
        "Cargo.toml",
        &format!(
            "[package]\nname = \"written-{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             schema-core = {{ version = \"*\", {features} }}\n{CRATES}\n[workspace]\n"
        ),
    );
}

/// The module for a database, with the SQL in it. It is rustfmt's, and a comparison finds nothing.
#[track_caller]
fn written(name: &str, url: &str, user: &User) -> String {
    manifest(name, user);
    let structs = user.run(&format!("models {url}")).exits(0);
    assert!(structs.stderr.contains("; nothing is lost"), "{structs}");
    user.write("src/lib.rs", &structs.stdout);
    holds(url, user);
    structs.stdout
}

/// The module for a database and the files of SQL that it names, one below the other. They are rustfmt's, and a comparison finds nothing.
#[track_caller]
fn written_to_files(name: &str, url: &str, user: &User) -> String {
    manifest(name, user);
    let written = user.run(&format!("models {url} --out src/lib.rs")).exits(0);
    assert!(written.stderr.contains("; nothing is lost"), "{written}");
    holds(url, user);
    let root = user.sandbox.path();
    let mut all = user.sandbox.read("src/lib.rs");
    let files = files_below(&root.join("sql"));
    assert_eq!(all.matches("sql_file!(\"sql/").count(), files.len(), "{files:?}\n{all}");
    for file in files {
        let path = file.strip_prefix(root).unwrap().to_str().unwrap();
        write!(all, "\n---- {path}\n{}", user.sandbox.read(path)).unwrap();
    }
    all
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

#[track_caller]
fn holds(url: &str, user: &User) {
    user.write("rustfmt.toml", "");
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--check", "--edition", "2024", "src/lib.rs"]).current_dir(user.sandbox.path());
    Outcome::of(&mut rustfmt).exits(0);
    user.write("schema.toml", "");
    user.write("migrations/heads", "");
    let compared = user.run(&format!("diff {url} models")).exits(0);
    assert!(compared.stderr.contains("the sides are equal"), "{compared}");
}

#[track_caller]
fn sqlite(user: &User, script: &str) {
    let database = rusqlite::Connection::open(user.sandbox.path().join("app.db")).unwrap();
    database.execute_batch(script).unwrap();
}

#[test]
fn structs_and_sql_say_all_of_a_sqlite_database() {
    let user = User::new();
    sqlite(&user, include_str!("written/sqlite.sql"));
    let written = written("sqlite", "sqlite://app.db", &user);
    insta::assert_snapshot!("written-sqlite", written);
}

#[test]
fn structs_and_sql_say_all_of_a_postgres_database() {
    let Some(database) = Server::Postgres.database() else { return };
    load(&mut *database.connect(), include_str!("written/postgres.sql")).unwrap();
    let written = written_to_files("postgres", &database.url(), &User::new());
    insta::assert_snapshot!("written-postgres", written);
}

#[test]
fn structs_and_sql_say_all_of_a_database_of_mysql_or_mariadb() {
    let Some(database) = Server::Mysql.database() else { return };
    load(&mut *database.connect(), include_str!("written/mysql.sql")).unwrap();
    if database.engine() == Engine::Mariadb {
        load(&mut *database.connect(), include_str!("written/mariadb.sql")).unwrap();
    }
    let written = written_to_files("mysql", &database.url(), &User::new());
    match database.engine() {
        Engine::Mysql => insta::assert_snapshot!("written-mysql", written),
        Engine::Mariadb => insta::assert_snapshot!("written-mariadb", written),
        Engine::Sqlite | Engine::Postgres => panic!("{written}"),
    }
}

/// Types of other crates, and derives that read what is beside our attributes.
#[test]
fn structs_compile_with_other_crates_and_derives() {
    let Some(database) = Server::Postgres.database() else { return };
    let script = "CREATE TYPE mood AS ENUM ('Sad', 'so-so');
         CREATE TABLE people (
             \"Id\" bigint PRIMARY KEY, type text NOT NULL, mood mood NOT NULL DEFAULT 'Sad', born date, wakes time,
             seen timestamp, made timestamptz NOT NULL DEFAULT now(), worth numeric(10, 2), id uuid
         );
         CREATE VIEW moods AS SELECT \"Id\", mood FROM people;";
    load(&mut *database.connect(), script).unwrap();
    for (dates, decimals) in [("chrono", "bigdecimal"), ("time", "rust_decimal")] {
        let user = User::new();
        let features = format!("features = [\"{dates}\", \"{decimals}\", \"uuid\"]");
        let [dates_version, decimals_version] = [dates, decimals].map(|name| match name {
            "time" => "0.3",
            "rust_decimal" => "1",
            _ => "0.4",
        });
        user.manifest(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"written-{dates}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
                 schema-core = {{ version = \"*\", {features} }}\n\
                 {dates} = {{ version = \"{dates_version}\", default-features = false }}\n\
                 {decimals} = {{ version = \"{decimals_version}\", default-features = false }}\n\
                 uuid = {{ version = \"1\", default-features = false }}\n\n[workspace]\n"
            ),
        );
        let url = database.url();
        let asked =
            format!("--dates {dates} --decimals {decimals} --derive Debug --derive ::std::clone::Clone");
        user.run(&format!("models {url} --out src/lib.rs {asked} --derive-enum Debug --derive-enum Clone"))
            .exits(0);
        holds(&url, &user);
    }
}

#[test]
fn structs_of_a_real_database_say_all_of_it() {
    let Some(script) = chinook_script() else { return };
    let user = User::new();
    sqlite(&user, &script);
    let structs = written("chinook", "sqlite://app.db", &user);
    assert_eq!(structs.matches("#[derive(Table)]").count(), 11, "{structs}");
}
