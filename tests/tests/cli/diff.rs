//! `diff`, between two databases.

use crate::database::applied;
use crate::postgres::execute;
use crate::stable;
use schema_core::load::load;
use schema_tests::server::Server;

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
      "sql": "-- add the column `users`.`email`\nALTER TABLE users ADD COLUMN email TEXT;\n",
      "unplanned": []
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
    insta::assert_snapshot!(sandbox.run(diff).exits(1), @"
    exit 1
    ---- stdout
    -- create the virtual table `found`
    CREATE VIRTUAL TABLE found USING fts5(text);
    ");
    sandbox.run(&format!("{diff} --apply --yes --strict")).exits(0);
    sandbox.run(diff).exits(0);
}

/// What FTS5's documentation shows: a table, its full-text index, and the triggers that keep them together.
const SEARCHED: &str = "
    CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT, draft INTEGER);
    INSERT INTO notes VALUES (1, 'tent', 'green', 0), (5, 'stove', 'red', 1);
    CREATE VIRTUAL TABLE found USING fts5 (title, body, content = 'notes', content_rowid = 'id');
    INSERT INTO found (found) VALUES ('rebuild');
    CREATE TRIGGER notes_insert AFTER INSERT ON notes BEGIN
        INSERT INTO found (rowid, title, body) VALUES (new.id, new.title, new.body);
    END;
    CREATE TRIGGER notes_delete AFTER DELETE ON notes BEGIN
        INSERT INTO found (found, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
    END;
    CREATE VIRTUAL TABLE places USING rtree (id, x0, x1);
    INSERT INTO places VALUES (1, 0, 1);
    CREATE VIEW placed AS SELECT n.title, p.x0 FROM notes n JOIN places p USING (id) JOIN found f ON f.rowid = n.id;";

#[test]
fn virtual_tables_are_reported_and_never_touched() {
    let sandbox = crate::project();
    let open = |name: &str| rusqlite::Connection::open(sandbox.path().join(name)).unwrap();
    open("dev.db").execute_batch(SEARCHED).unwrap();
    open("start.db").execute_batch(SEARCHED).unwrap();
    let changed = SEARCHED
        .replace("body TEXT, draft INTEGER", "body TEXT, \"public\" INTEGER")
        .replace("INSERT INTO notes VALUES (1, 'tent', 'green', 0), (5, 'stove', 'red', 1);", "");
    open("wanted.db").execute_batch(&changed).unwrap();
    open("checked.db")
        .execute_batch(&changed.replace("title TEXT NOT NULL", "title TEXT NOT NULL CHECK (title <> '')"))
        .unwrap();

    let json = sandbox.run("inspect sqlite://dev.db --format json").exits(0).stdout;
    for name in ["found", "found_data", "places", "places_node"] {
        assert!(json.contains(&format!("\"name\": \"{name}\"")), "{name}");
    }
    sandbox.write("same.json", &json);
    sandbox.run("check --schema-json same.json").exits(0);

    let search = || -> String {
        open("dev.db").execute_batch("INSERT INTO found (found) VALUES ('integrity-check')").unwrap();
        open("dev.db").query_row("SELECT title || x0 FROM placed", [], |row| row.get(0)).unwrap()
    };
    for wanted in ["wanted", "checked", "start"] {
        let diff = format!("diff --from sqlite://dev.db --to sqlite://{wanted}.db");
        let script = sandbox.run(&diff).exits(1).stdout;
        assert!(!script.contains("VIRTUAL") && !script.contains("found_"), "{script}");
        sandbox.run(&format!("{diff} --apply --yes")).exits(0);
        sandbox.run(&diff).exits(0);
        assert_eq!(search(), "tent0.0");
    }

    let json = sandbox.run("inspect sqlite://checked.db --format json").exits(0).stdout;
    sandbox.write("checked.json", &json);
    for (command, code) in [
        ("check --schema-json checked.json", 1),
        ("autogenerate -m change --schema-json checked.json", 0),
        ("upgrade --adopt", 0),
        ("check --schema-json checked.json", 0),
        ("downgrade base", 0),
        ("diff --from sqlite://dev.db --to sqlite://start.db", 0),
    ] {
        sandbox.run(command).exits(code);
    }
    assert_eq!(search(), "tent0.0");
}

#[test]
fn sql_is_printed_byte_for_byte() {
    let sandbox = crate::sandbox();
    let open = |name: &str| rusqlite::Connection::open(sandbox.path().join(name)).unwrap();
    open("one.db").execute_batch("CREATE TABLE a (x TEXT); CREATE TABLE z (y TEXT)").unwrap();
    let text = "\u{1b}Pq \u{1b}[31mred\u{1b}[0m \u{1} \u{9b}1m";
    let wanted = format!("CREATE TABLE a (x TEXT DEFAULT '{text}'); CREATE TABLE z (y TEXT NOT NULL)");
    open("other.db").execute_batch(&wanted).unwrap();
    for command in ["diff --from sqlite://one.db --to sqlite://other.db", "inspect sqlite://other.db"] {
        let script = sandbox.run(command).stdout;
        assert!(script.contains(text), "{command}: {script:?}");
        assert!(script.contains("NOT NULL"), "{command}: {script:?}");
    }
    let json = sandbox.run("diff --from sqlite://one.db --to sqlite://other.db --format json").stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json["sql"].as_str().unwrap().contains(text), "{json}");
}

/// What differs, planned and not; a table that goes takes along what hangs on it.
const HERE: [&str; 7] = [
    "CREATE TABLE t (id bigint PRIMARY KEY, a text)",
    "CREATE TABLE gone (id bigint PRIMARY KEY, a text)",
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$",
    "CREATE TRIGGER g BEFORE UPDATE ON gone FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE STATISTICS x ON id, a FROM gone",
    "CREATE SEQUENCE owned OWNED BY gone.id",
    "CREATE PUBLICATION kept",
];
const THERE: [&str; 7] = [
    "CREATE TABLE t (id bigint PRIMARY KEY, a text, b text)",
    "CREATE TABLE new (id bigint PRIMARY KEY)",
    "CREATE TEXT SEARCH CONFIGURATION c (COPY = simple)",
    "ALTER TABLE t ALTER a SET STORAGE EXTERNAL",
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN old; END $$",
    "CREATE FUNCTION g(a text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1'",
    "CREATE TRIGGER h BEFORE UPDATE ON new FOR EACH ROW EXECUTE FUNCTION f()",
];

#[test]
fn what_can_be_planned_is_and_the_rest_is_named() {
    let (Some(here), Some(there)) = (Server::Postgres.database(), Server::Postgres.database()) else {
        return;
    };
    let sandbox = crate::sandbox();
    execute(&here, &HERE);
    execute(&there, &THERE);
    let diff = format!("diff --from {} --to {}", here.url(), there.url());
    let told = sandbox.run(&diff).exits(1);
    insta::assert_snapshot!(told, @"
    exit 1
    ---- stdout
    -- drop the table `gone`
    -- DESTROYS DATA: all rows of `gone` are gone
    DROP TABLE gone;

    -- create the table `new`
    CREATE TABLE new (
        id bigint NOT NULL,
        CONSTRAINT new_pkey PRIMARY KEY (id)
    );

    -- add the column `t`.`b`
    ALTER TABLE t ADD COLUMN b text;

    -- replace the function `f()`
    CREATE OR REPLACE FUNCTION public.f()
     RETURNS trigger
     LANGUAGE plpgsql
    AS $function$ BEGIN RETURN old; END $function$;

    -- create the function `g(text)`
    CREATE OR REPLACE FUNCTION public.g(a text)
     RETURNS text
     LANGUAGE sql
     IMMUTABLE
    AS $function$SELECT $1$function$;

    -- create the trigger `h on new`
    CREATE TRIGGER h BEFORE UPDATE ON public.new FOR EACH ROW EXECUTE FUNCTION f();

    -- change the settings `column a on t`
    ALTER TABLE ONLY t ALTER COLUMN a SET STORAGE EXTERNAL;
    ---- stderr
    not on the scratch database, so not looked at there: the publication `kept`
    warning: these differ too, and stay as they are: the publication `kept`, the text search configuration `public.c`
    ");
    let json: serde_json::Value =
        serde_json::from_str(&sandbox.run(&format!("{diff} --format json")).exits(1).stdout).unwrap();
    let names = ["the publication `kept`", "the text search configuration `public.c`"];
    assert_eq!(json["unplanned"], serde_json::json!(names));
    let strict = sandbox.run(&format!("{diff} --strict")).exits(2);
    assert_eq!(strict.stdout, "", "{strict}");
    // What went with the table comes back with it.
    let down = sandbox.run(&format!("{diff} --down")).exits(1).stdout;
    for back in ["CREATE SEQUENCE owned", "OWNED BY gone.id", "CREATE TRIGGER g ", "CREATE STATISTICS "] {
        assert!(down.contains(back), "{back}: {down}");
    }

    let applied = sandbox.run(&format!("{diff} --apply --yes")).exits(1);
    assert!(applied.stderr.contains("the databases are equal but for what the warning names"), "{applied}");
    let again = sandbox.run(&diff).exits(1);
    assert_eq!(again.stdout, "", "{again}");
    assert!(again.stderr.contains("`kept`"), "{again}");
    execute(&here, &["DROP PUBLICATION kept", THERE[2]]);
    sandbox.run(&diff).exits(0);
}

#[test]
fn what_is_planned_and_needs_the_rest_is_an_error_that_names_it() {
    let (Some(here), Some(there)) = (Server::Postgres.database(), Server::Postgres.database()) else {
        return;
    };
    let sandbox = crate::sandbox();
    execute(&here, &["CREATE TABLE t (r text)"]);
    let by_hand = [
        "CREATE TEXT SEARCH CONFIGURATION c (COPY = simple)",
        "ALTER TABLE t ADD CHECK (to_tsvector('c', r) <> '')",
    ];
    execute(&there, &["CREATE TABLE t (r text)"]);
    execute(&there, &by_hand);
    let diff = format!("diff --from {} --to {}", here.url(), there.url());
    let refused = sandbox.run(&format!("{diff} --apply --yes")).exits(2);
    assert!(refused.stderr.contains("text search configuration \"c\" does not exist"), "{refused}");
    assert!(
        refused.stderr.contains("change them by hand first: the text search configuration `public.c`"),
        "{refused}"
    );
    execute(&here, &by_hand);
    sandbox.run(&diff).exits(0);
}

#[test]
fn tables_in_use_are_changed_online_unless_schema_toml_says_otherwise() {
    let (Some(here), Some(there)) = (Server::Postgres.database(), Server::Postgres.database()) else {
        return;
    };
    let sandbox = applied();
    let _stable = stable(&sandbox);
    execute(&here, &["CREATE TABLE t (a integer, b integer)"]);
    execute(&there, &["CREATE TABLE t (a integer NOT NULL CHECK (a > 0), b integer UNIQUE)"]);
    let command = |more: &str| format!("diff --from {} --to {} {more}", here.url(), there.url());
    let plain = sandbox.run(&command("--plain")).exits(1).stdout;
    assert!(plain.contains("BLOCKS READS") && !plain.contains("LOCK:"), "{plain}");
    let settings = sandbox.path().join("schema.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, format!("{text}\n[postgres]\nonline = false\n")).unwrap();
    assert_eq!(sandbox.run(&command("")).exits(1).stdout, plain);
    std::fs::write(&settings, format!("{text}\n[postgres]\n")).unwrap();
    let online = sandbox.run(&command("")).exits(1).stdout;
    for form in ["CREATE UNIQUE INDEX CONCURRENTLY", "NOT VALID", "VALIDATE CONSTRAINT", "USING INDEX"] {
        assert!(online.contains(form), "{form}: {online}");
    }
    assert!(!online.contains("BLOCKS"), "{online}");

    // What rows refuse leaves no index behind that is not valid, and the same again does the rest.
    execute(&here, &["INSERT INTO t VALUES (1, 1), (2, 1)"]);
    let refused = sandbox.run(&command("--apply --yes")).exits(3).stderr;
    assert!(refused.contains("hint: rows of `t` may have equal keys in `b`"), "{refused}");
    execute(&here, &["DELETE FROM t"]);
    sandbox.run(&command("--apply --yes")).exits(0);
    sandbox.run(&command("")).exits(0);
}

#[test]
fn definitions_are_shown_as_git_shows_files() {
    let sandbox = applied();
    let wanted = rusqlite::Connection::open(sandbox.path().join("wanted.db")).unwrap();
    wanted
        .execute_batch(
            "CREATE TABLE users (nick TEXT NOT NULL DEFAULT 'x', id INTEGER NOT NULL PRIMARY KEY, \"e\u{1b}[2J\" TEXT);
             CREATE VIEW nicks AS SELECT nick\nFROM users;",
        )
        .unwrap();
    let diff = "diff sqlite://dev.db sqlite://wanted.db --definitions";
    let _stable = stable(&sandbox);
    insta::assert_snapshot!("definitions", sandbox.run(diff).exits(1));
    let coloured = sandbox.run(&format!("--color always {diff}")).exits(1).stdout;
    for part in ["\u{1b}[1m--- table `users`\u{1b}[0m\n", "\u{1b}[31m-", "\u{1b}[32m+", "\u{1b}[36m@@ "] {
        assert!(coloured.contains(part), "{coloured:?}");
    }
    assert!(!coloured.contains("\u{1b}[2J"), "{coloured:?}");
    let json = sandbox.run(&format!("{diff} --format json")).exits(1).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["objects"].as_array().unwrap().len(), 2, "{json:#}");
    sandbox.run("diff sqlite://dev.db sqlite://dev.db --definitions").exits(0);
}

#[test]
fn definitions_of_all_that_a_server_holds_are_shown() {
    let Some(first) = Server::Postgres.database() else { return };
    let Some(second) = Server::Postgres.database() else { return };
    let sandbox = crate::sandbox();
    load(
        &mut *first.connect(),
        "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE a (id bigint PRIMARY KEY, mood mood);
         CREATE VIEW v AS SELECT id FROM a; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE SCHEMA gone;
         CREATE TABLE parts (id int) PARTITION BY RANGE (id); CREATE TABLE part PARTITION OF parts FOR VALUES FROM (1) TO (2);
         CREATE CAST (text AS mood) WITH INOUT;",
    )
    .unwrap();
    load(
        &mut *second.connect(),
        "CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TABLE a (id bigint PRIMARY KEY, mood mood, b text UNIQUE);
         CREATE VIEW v AS SELECT id, mood FROM a; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'; COMMENT ON FUNCTION f() IS 'two';
         CREATE TABLE parts (id int) PARTITION BY RANGE (id); CREATE TABLE part PARTITION OF parts FOR VALUES FROM (1) TO (3);
         CREATE TABLE b (id bigint REFERENCES a (id)); CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
         GRANT SELECT ON a TO pg_monitor;",
    )
    .unwrap();
    let told = sandbox.run(&format!("diff {} {} --definitions", first.url(), second.url())).exits(1).stdout;
    insta::assert_snapshot!("definitions-postgres", told);
}
