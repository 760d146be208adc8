//! `models`, as its user meets it: what it says of losses, where it writes, and what it leaves alone.
//!
//! That the structs hold, the tests of `models` see, which compile them.

use crate::{project, sandbox, stable};
use rusqlite::Connection;
use schema_tests::sandbox::Sandbox;

fn database(sandbox: &Sandbox, script: &str) -> Connection {
    let connection = Connection::open(sandbox.path().join("app.db")).unwrap();
    connection.execute_batch(script).unwrap();
    connection
}

#[test]
fn structs_are_written_in_any_folder_and_nothing_to_the_database() {
    let sandbox = sandbox();
    let _stable = stable(&sandbox);
    let connection = database(&sandbox, "CREATE TABLE users (id INTEGER PRIMARY KEY, \"type\" TEXT)");
    insta::assert_snapshot!(sandbox.run("models sqlite://app.db").exits(0), @r#"
    exit 0
    ---- stdout
    //! Written by `schema-cli models` from a sqlite database.

    use schema_core::Table;

    #[derive(Table)]
    #[table(name = "users")]
    pub struct User {
        #[column(pk, auto)]
        pub id: i64,
        pub r#type: Option<String>,
    }
    ---- stderr
    1 table, 0 views, 0 enum types; nothing is lost
    "#);
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
    assert_eq!(tables, 1, "a history table was created");

    let outcome = sandbox.run("models sqlite://app.db --out src.rs").exits(0);
    insta::assert_snapshot!(outcome, @"
    exit 0
    ---- stderr
    `src.rs`: 1 table, 0 views, 0 enum types; nothing is lost
    ");
    assert_eq!(sandbox.read("src.rs"), sandbox.run("models sqlite://app.db --quiet").exits(0).stdout);
    sandbox.write("src.rs", "mine");
    insta::assert_snapshot!(sandbox.run("models sqlite://app.db --out src.rs").exits(2).stderr, @"
    error: `src.rs` is there already
    hint: move it away first: nothing is overwritten
    ");
    sandbox.run("models sqlite://no.db").exits(2);
}

#[test]
fn what_structs_do_not_say_is_listed_and_makes_the_exit_code_1() {
    let sandbox = sandbox();
    let _stable = stable(&sandbox);
    let _connection = database(
        &sandbox,
        "CREATE TABLE users (id INTEGER PRIMARY KEY, untyped, \" \" TEXT, boss INTEGER REFERENCES gone (id));
         CREATE TABLE parents (a TEXT);
         CREATE TABLE children (a TEXT REFERENCES parents (a), \"x\u{1b}[2J\" TEXT UNIQUE);
         CREATE TRIGGER touch AFTER INSERT ON users BEGIN DELETE FROM parents; END;
         CREATE VIRTUAL TABLE found USING fts5(text);
         CREATE VIEW broken AS SELECT missing FROM gone;",
    );
    insta::assert_snapshot!(sandbox.run("models sqlite://app.db").exits(1), @r#"
    exit 1
    ---- stdout
    //! Written by `schema-cli models` from a sqlite database.

    use schema_core::{Table, sql};

    #[derive(Table)]
    #[table(name = "children")]
    pub struct Children {
        pub a: Option<String>,
        #[column(name = "x\u{1b}[2J", unique)]
        pub x_2_j: Option<String>,
    }

    #[derive(Table)]
    #[table(name = "parents")]
    pub struct Parent {
        pub a: Option<String>,
    }

    #[derive(Table)]
    #[table(name = "users")]
    pub struct User {
        #[column(pk, auto)]
        pub id: i64,
        pub untyped: Option<Vec<u8>>,
        pub boss: Option<i64>,
    }

    sql!(
        "CREATE TRIGGER touch AFTER INSERT ON users BEGIN DELETE FROM parents; END",
        only(sqlite)
    );

    sql!(
        "CREATE VIEW broken AS SELECT missing FROM gone",
        only(sqlite)
    );

    sql!("CREATE VIRTUAL TABLE found USING fts5(text)", only(sqlite));
    ---- stderr
    warning: lost: the missing type of the column `users`.`untyped`: a field has a type: it is said as BLOB
    warning: lost: the column `users`.` `: its name is blank, which no attribute takes
    warning: lost: the foreign key from `a` of the table `children`: the columns that it refers to are neither the primary key nor unique
    warning: lost: the foreign key from `boss` of the table `users`: no struct is written for the table that it refers to
    warning: a comparison with what was written finds: drop foreign key (a) from `children` to `parents`
    warning: a comparison with what was written finds: drop foreign key (boss) from `users` to `gone`
    warning: a comparison with what was written finds: drop column `users`.` `
    warning: a comparison with what was written finds: change column `users`.`untyped`: type none → BLOB
    3 tables, 0 views, 0 enum types, 3 objects as SQL; 4 objects are lost
    "#);
    let json = sandbox.run("models sqlite://app.db --format json --quiet").exits(1).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let told = sandbox.run("models sqlite://app.db").exits(1).stderr;
    assert_eq!(json["losses"].as_array().unwrap().len(), told.matches("warning: lost: ").count(), "{json:#}");
}

#[test]
fn tables_of_other_tools_and_filtered_ones_are_left_alone() {
    let sandbox = project();
    let _stable = stable(&sandbox);
    let _connection = database(
        &sandbox,
        "CREATE TABLE users (id INTEGER PRIMARY KEY);
         CREATE TABLE _sqlx_migrations (version INTEGER);
         CREATE TABLE legacy_users (id INTEGER);",
    );
    sandbox.write("schema.toml", "[filters]\ntables = [\"legacy_*\"]\n");
    let outcome = sandbox.run("models sqlite://app.db").exits(0);
    assert!(outcome.stderr.contains("left alone: _sqlx_migrations, legacy_users"), "{outcome}");
    assert_eq!(outcome.stdout.matches("#[derive(Table)]").count(), 1, "{outcome}");
}

/// They belong to the file, and a project that is made of it would begin without them.
#[test]
fn settings_of_the_file_are_told_as_lost() {
    let sandbox = sandbox();
    let script = "CREATE TABLE users (id INTEGER PRIMARY KEY); PRAGMA user_version = 7; PRAGMA application_id = 252006673";
    let _connection = database(&sandbox, script);
    let told = sandbox.run("models sqlite://app.db").exits(1).stderr;
    for setting in ["user_version = 7", "application_id = 252006673"] {
        assert!(told.contains(&format!("lost: the setting `{setting}`")), "{told}");
    }
    assert_eq!(told.matches("lost: ").count(), 2, "{told}");
}
