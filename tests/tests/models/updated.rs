//! `models --update`: structs that people have edited follow a database that has changed.

use crate::support::User;
use crate::written::manifest;
use rusqlite::Connection;
use schema_core::load::load;
use schema_tests::server::Server;

fn begun(name: &str, script: &str) -> (User, Connection) {
    let user = User::new();
    manifest(name, &user);
    let database = Connection::open(user.sandbox.path().join("app.db")).unwrap();
    database.execute_batch(script).unwrap();
    user.write("schema.toml", "[databases.dev]\nurl = \"sqlite://app.db\"\n");
    user.write("migrations/heads", "");
    user.write("src/lib.rs", "pub mod models;\n");
    user.run("models --out src/models.rs").exits(0);
    (user, database)
}

/// Replaces what has to be there.
#[track_caller]
fn edit(user: &User, pairs: &[(&str, &str)]) {
    let mut text = user.sandbox.read("src/models.rs");
    for (old, new) in pairs {
        assert!(text.contains(old), "{old}\n{text}");
        text = text.replacen(old, new, 1);
    }
    user.write("src/models.rs", &text);
}

#[test]
fn structs_follow_the_database_and_keep_what_people_have_written() {
    let (user, database) = begun(
        "updated",
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, nick TEXT, age INTEGER NOT NULL);
         CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
         CREATE VIEW names AS SELECT id, nick FROM users;
         CREATE TRIGGER touch AFTER INSERT ON notes BEGIN DELETE FROM users WHERE id < 0; END;
         INSERT INTO users VALUES (1, 'a@b', 'a', 3);",
    );
    edit(
        &user,
        &[
            (
                "#[derive(Table)]\n#[table(name = \"users\")]\npub struct User {",
                "/// Who buys.\n#[derive(Table, Debug)]\n#[table(name = \"users\")]\npub struct Account {\n    #[column(skip)]\n    pub cache: Vec<u8>,\n    // The key.",
            ),
            (
                "    pub nick: Option<String>,\n    pub age: i64,\n",
                "    pub age: i64, // in years\n    /// How they are called.\n    pub nick: Option<String>,\n",
            ),
        ],
    );
    let edited = user.sandbox.read("src/models.rs");
    let outcome = user.run("models --update src/models.rs").exits(0);
    assert!(outcome.stderr.contains("the models and the database agree: nothing was written"), "{outcome}");
    assert_eq!(user.sandbox.read("src/models.rs"), edited);

    database
        .execute_batch(
            "DROP VIEW names; DROP TRIGGER touch; DROP TABLE notes;
             ALTER TABLE users ADD COLUMN city TEXT NOT NULL DEFAULT 'Rome';
             CREATE INDEX users_city ON users (city, age);
             ALTER TABLE users DROP COLUMN nick;
             CREATE TABLE orders (id INTEGER PRIMARY KEY, user INTEGER NOT NULL REFERENCES users (id));
             CREATE VIEW names AS SELECT id, email FROM users;
             CREATE TRIGGER touch AFTER INSERT ON orders BEGIN DELETE FROM users WHERE id < 0; END;",
        )
        .unwrap();
    let outcome = user.run("models --update src").exits(0);
    assert!(outcome.stderr.ends_with("the models and the database agree\n"), "{outcome}");
    insta::assert_snapshot!("updated", format!("{}\n{}", outcome.stdout, user.sandbox.read("src/models.rs")));
    user.run("diff sqlite://app.db models").exits(0);
    let again = user.run("models --update src/models.rs").exits(0);
    assert!(again.stderr.contains("nothing was written"), "{again}");
    assert!(user.sandbox.path().join("sql/triggers/orders.sql").exists());
    assert!(!user.sandbox.path().join("sql/triggers/notes.sql").exists());
}

#[test]
fn what_cannot_be_edited_safely_stops_all_of_it() {
    let (user, database) =
        begun("updated-not", "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, nick TEXT);");
    edit(&user, &[("    pub email: String,", "    #[column(type = \"TEXT\")]\n    pub email: Vec<u8>,")]);
    let before = user.sandbox.read("src/models.rs");
    let script = "ALTER TABLE users ADD COLUMN city TEXT; ALTER TABLE users DROP COLUMN email; ALTER TABLE users ADD COLUMN email INTEGER NOT NULL DEFAULT 1";
    database.execute_batch(script).unwrap();
    let refused = user.run("models --update src/models.rs").exits(1);
    insta::assert_snapshot!(refused.stderr.split_once("error: ").unwrap().1, @"
    the structs cannot be edited safely: src/models.rs:11: `User::email` has a type of its own, and the column is `i64` now
    hint: nothing was written: edit these by hand, and run it again for the rest
    ");
    assert_eq!(user.sandbox.read("src/models.rs"), before);

    // What no longer builds is taken back.
    database.execute_batch("ALTER TABLE users DROP COLUMN email; ALTER TABLE users ADD COLUMN email TEXT NOT NULL DEFAULT 'x'; ALTER TABLE users DROP COLUMN nick").unwrap();
    user.write(
        "src/lib.rs",
        "pub mod models;\npub fn nick(user: &models::User) -> Option<&String> {\n    user.nick.as_ref()\n}\n",
    );
    let refused = user.run("models --update src/models.rs").exits(2);
    assert!(refused.stderr.contains("no field `nick`"), "{refused}");
    assert_eq!(user.sandbox.read("src/models.rs"), before);
}

/// What a server spells in its own way is no change, and what people call things is used for what is new.
#[test]
fn structs_follow_a_database_of_postgres() {
    let Some(database) = Server::Postgres.database() else { return };
    let user = User::new();
    manifest("updated-postgres", &user);
    user.write("migrations/heads", "");
    user.write("src/lib.rs", "pub mod models;\n");
    let url = database.url();
    user.write("schema.toml", &format!("[databases.dev]\nurl = \"{url}\"\n"));
    let run = |script: &str| load(&mut *database.connect(), script).unwrap();
    run("CREATE TYPE mood AS ENUM ('sad', 'so-so');
         CREATE SCHEMA audit;
         CREATE TABLE people (
             id bigint PRIMARY KEY, name varchar(40) NOT NULL, mood mood DEFAULT 'sad', born date, score integer CHECK (score > 0)
         );
         COMMENT ON TABLE people IS 'Who is known.';
         CREATE TABLE audit.events (id bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
         CREATE VIEW adults AS SELECT id, name FROM people WHERE born < '2000-01-01';
         CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';");
    user.run("models --out src/models.rs").exits(0);
    edit(
        &user,
        &[
            ("pub enum Mood {", "pub enum Feeling {"),
            ("Mood::Sad", "Feeling::Sad"),
            ("Option<Mood>", "Option<Feeling>"),
            (
                "/// Who is known.\n#[derive(Table)]",
                "/// Who is known.\n#[derive(Table)]\n#[allow(dead_code)]",
            ),
            ("pub struct People {", "pub struct Person {"),
            (
                "    pub born: Option<jiff::civil::Date>,\n",
                "    /// The day.\n    pub born: Option<jiff::civil::Date>,\n",
            ),
        ],
    );
    let edited = user.sandbox.read("src/models.rs");
    let outcome = user.run("models --update src/models.rs").exits(0);
    assert!(outcome.stderr.contains("nothing was written"), "{outcome}");
    assert_eq!(user.sandbox.read("src/models.rs"), edited);

    run("ALTER TYPE mood ADD VALUE 'glad' AFTER 'sad';
         ALTER TABLE people ALTER name DROP NOT NULL, ALTER score TYPE bigint, ADD best mood NOT NULL DEFAULT 'so-so', ADD tags text[];
         ALTER TABLE people DROP CONSTRAINT people_score_check, ADD CHECK (score > 10);
         COMMENT ON TABLE people IS 'Who is known well.';
         ALTER TABLE audit.events ADD who bigint REFERENCES people (id);
         CREATE INDEX ON audit.events (who, at DESC);
         CREATE TABLE audit.notes (event bigint REFERENCES audit.events (id), person bigint REFERENCES people (id), PRIMARY KEY (event, person));
         CREATE OR REPLACE VIEW adults AS SELECT id, name, mood FROM people WHERE born < '2001-01-01';
         CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 11';
         CREATE FUNCTION two() RETURNS int LANGUAGE sql AS 'SELECT 2';");
    let outcome = user.run("models --update src/models.rs").exits(0);
    insta::assert_snapshot!(
        "updated-postgres",
        format!("{}\n{}", outcome.stdout, user.sandbox.read("src/models.rs"))
    );
    let again = user.run("models --update src/models.rs").exits(0);
    assert!(again.stderr.contains("nothing was written"), "{again}");
    assert!(user.sandbox.read("sql/functions/one.sql").contains("SELECT 11"));
}

#[test]
fn structs_follow_a_database_of_mysql_or_mariadb() {
    let Some(database) = Server::Mysql.database() else { return };
    let user = User::new();
    manifest("updated-mysql", &user);
    user.write("migrations/heads", "");
    user.write("src/lib.rs", "pub mod models;\n");
    user.write("schema.toml", &format!("[databases.dev]\nurl = \"{}\"\n", database.url()));
    let run = |script: &str| load(&mut *database.connect(), script).unwrap();
    run("CREATE TABLE people (id bigint PRIMARY KEY, name varchar(40) NOT NULL, kind enum('a', 'b'), n int unsigned NOT NULL DEFAULT 3);
         CREATE VIEW named AS SELECT id, name FROM people;");
    user.run("models --out src/models.rs").exits(0);
    edit(
        &user,
        &[
            ("pub struct People {", "pub struct Person {"),
            ("    pub name: String,\n", "    pub name: String, // in full\n"),
        ],
    );
    run("ALTER TABLE people MODIFY name varchar(50), MODIFY n bigint unsigned NOT NULL, ADD made datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6);
         CREATE TABLE pets (id bigint PRIMARY KEY AUTO_INCREMENT, owner bigint NOT NULL, FOREIGN KEY (owner) REFERENCES people (id));
         CREATE OR REPLACE VIEW named AS SELECT id, name, made FROM people;");
    user.run("models --update src/models.rs").exits(0);
    let text = user.sandbox.read("src/models.rs");
    for part in [
        "    #[column(type = \"varchar(50)\")]\n    pub name: Option<String>, // in full\n",
        "    pub n: u64,\n",
        "    pub made: jiff::civil::DateTime,\n}\n",
        "fk(Person::id",
        "pub struct Pet {",
        "    pub made: Option<jiff::civil::DateTime>,\n}\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let again = user.run("models --update src/models.rs").exits(0);
    assert!(again.stderr.contains("nothing was written"), "{again}");
}
