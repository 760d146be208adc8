//! Structs that `models` writes: they compile, and a comparison with the database that they were written for finds nothing.

use crate::support::User;
use schema_core::load::load;
use schema_core::model::Engine;
use schema_tests::sandbox::Outcome;
use schema_tests::server::Server;
use schema_tests::sqlite::chinook_script;
use std::process::Command;

/// The crates whose types structs can have.
const CRATES: &str = "ipnetwork = { version = \"0.21\", default-features = false }\njiff = \"1\"\n\
     rust_decimal = { version = \"1\", default-features = false }\nserde_json = \"1\"\n\
     uuid = { version = \"1\", default-features = false }\n";

/// A package with the structs of a database, and the text of these. The structs are rustfmt's, and a comparison finds nothing.
#[track_caller]
fn written(name: &str, url: &str, user: &User) -> String {
    let structs = user.run(&format!("models {url}")).exits(0);
    assert!(structs.stderr.contains("; nothing is lost"), "{structs}");
    holds(name, url, user, &structs.stdout);
    structs.stdout
}

#[track_caller]
fn holds(name: &str, url: &str, user: &User, structs: &str) {
    let features = "features = [\"ipnetwork\", \"jiff\", \"rust_decimal\", \"serde_json\", \"uuid\"]";
    user.manifest(
        "Cargo.toml",
        &format!(
            "[package]\nname = \"written-{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             schema-core = {{ version = \"*\", {features} }}\n{CRATES}\n[workspace]\n"
        ),
    );
    user.write("src/lib.rs", structs);
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
fn structs_of_sqlite_say_all_of_its_tables_and_views() {
    let user = User::new();
    sqlite(&user, include_str!("written/sqlite.sql"));
    let structs = written("sqlite", "sqlite://app.db", &user);
    insta::assert_snapshot!("written-sqlite", structs);
}

#[test]
fn structs_of_postgres_say_all_of_its_tables_views_and_enums() {
    let Some(database) = Server::Postgres.database() else { return };
    load(&mut *database.connect(), include_str!("written/postgres.sql")).unwrap();
    let structs = written("postgres", &database.url(), &User::new());
    insta::assert_snapshot!("written-postgres", structs);
}

#[test]
fn structs_of_mysql_and_mariadb_say_all_of_their_tables_and_views() {
    let Some(database) = Server::Mysql.database() else { return };
    load(&mut *database.connect(), include_str!("written/mysql.sql")).unwrap();
    let structs = written("mysql", &database.url(), &User::new());
    match database.engine() {
        Engine::Mysql => insta::assert_snapshot!("written-mysql", structs),
        Engine::Mariadb => insta::assert_snapshot!("written-mariadb", structs),
        Engine::Sqlite | Engine::Postgres => panic!("{structs}"),
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
