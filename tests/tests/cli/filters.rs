//! `[filters]`: what comparisons leave alone.

use crate::database::{applied, execute, models};
use crate::{project, stable};
use schema_tests::sandbox::Sandbox;
use schema_tests::server::{Server, TestDatabase};

#[test]
fn what_is_named_is_neither_dropped_nor_compared() {
    let sandbox = applied();
    execute(
        &sandbox,
        "CREATE TABLE legacy_orders (id INTEGER); CREATE VIEW legacy_view AS SELECT id FROM legacy_orders; \
         CREATE TABLE stray (id INTEGER);",
    );
    sandbox.write(
        "schema.toml",
        &format!("{}\n[filters]\ntables = [\"legacy_*\"]\n", sandbox.read("schema.toml")),
    );
    let outcome = sandbox.run("check --schema-json schema.json").exits(1);
    assert_eq!(outcome.stdout, "- drop table `stray`\n", "{outcome}");
    sandbox.run("autogenerate -m tidy --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
    sandbox.run("downgrade -1").exits(0);
    assert!(sandbox.run("inspect").exits(0).stdout.contains("legacy_view"), "the database is shown whole");

    std::fs::copy(sandbox.path().join("dev.db"), sandbox.path().join("other.db")).unwrap();
    execute(&sandbox, "DROP VIEW legacy_view; ALTER TABLE legacy_orders ADD COLUMN more TEXT");
    sandbox.run("diff --from sqlite://dev.db --to sqlite://other.db").exits(0);
}

#[test]
fn a_view_of_the_models_may_read_what_is_left_alone() {
    let sandbox = applied();
    execute(&sandbox, "CREATE TABLE legacy_orders (id INTEGER)");
    sandbox.write(
        "schema.toml",
        &format!("{}\n[filters]\ntables = [\"legacy_*\"]\n", sandbox.read("schema.toml")),
    );
    let document = models(&["nick"]);
    let with_view = format!(
        r#"{}, "views": [{{"name": "orders", "query": "SELECT id FROM legacy_orders"}}]}}"#,
        document.trim_end().strip_suffix('}').unwrap()
    );
    sandbox.write("schema.json", &with_view);
    let outcome = sandbox.run("autogenerate -m view --schema-json schema.json").exits(0);
    assert!(!outcome.stderr.contains("warning"), "{outcome}");
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
}

#[test]
fn history_tables_of_other_tools_are_left_alone_unasked() {
    let sandbox = applied();
    execute(
        &sandbox,
        "CREATE TABLE alembic_version (version_num TEXT); CREATE TABLE __diesel_schema_migrations (version TEXT); \
         CREATE TABLE _sqlx_migrations (version INTEGER); CREATE TABLE refinery_schema_history (version INTEGER); \
         CREATE TABLE flyway_schema_history (installed_rank INTEGER);",
    );
    sandbox.run("check --schema-json schema.json").exits(0);
}

#[test]
fn a_model_that_is_to_be_left_alone_is_an_error() {
    let sandbox = applied();
    let _stable = stable(&sandbox);
    sandbox
        .write("schema.toml", &format!("{}\n[filters]\ntables = [\"user?\"]\n", sandbox.read("schema.toml")));
    insta::assert_snapshot!(sandbox.run("check --schema-json schema.json").exits(2), @"
    exit 2
    ---- stderr
    database: dev (sqlite://dev.db)
    error: the models declare what is to be left alone: `users`
    hint: take the pattern out of `[filters]` in schema.toml, or the table out of the models
    ");
    sandbox.write("schema.toml", "[filters]\ntables = [\"a.b.c\"]\n");
    insta::assert_snapshot!(sandbox.run("heads").exits(2), @"
    exit 2
    ---- stderr
    error: schema.toml:1: `filters`: `a.b.c` is no pattern for names
    ");
}

/// A project on a server, with a table of the models applied, and filters.
fn on_a_server(database: &TestDatabase, filters: &str) -> Sandbox {
    let sandbox = project();
    let toml = format!("[databases.dev]\nurl = \"{}\"\n\n[filters]\n{filters}\n", database.url());
    sandbox.write("schema.toml", &toml);
    sandbox.write("schema.json", &models(&["nick"]));
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    sandbox
}

/// What is there beside the models' tables stays through revisions up and down.
fn stays_through_revisions(sandbox: &Sandbox, database: &TestDatabase, kept: &[&str]) {
    let outcome = sandbox.run("check --schema-json schema.json").exits(0);
    assert_eq!(outcome.stdout, "", "{outcome}");
    sandbox.write("schema.json", &models(&["nick", "email"]));
    sandbox.run("autogenerate -m email --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
    sandbox.run("downgrade -1").exits(0);
    let schema = database.connect().introspect().unwrap();
    let names: Vec<&str> = schema.tables.iter().map(|table| table.name.name.as_str()).collect();
    for table in kept {
        assert!(names.contains(table), "{table}: {names:?}");
    }
}

/// As each tool makes its table, or near enough.
const OF_OTHER_TOOLS: [(&str, &str); 5] = [
    ("alembic_version", "version_num varchar(32) NOT NULL PRIMARY KEY"),
    (
        "__diesel_schema_migrations",
        "version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP",
    ),
    ("_sqlx_migrations", "version bigint PRIMARY KEY, description text NOT NULL"),
    ("refinery_schema_history", "version integer PRIMARY KEY, name varchar(255)"),
    ("flyway_schema_history", "installed_rank integer PRIMARY KEY, script varchar(1000) NOT NULL"),
];

#[test]
fn on_servers_the_history_tables_of_other_tools_are_left_alone_unasked() {
    for server in [Server::Postgres, Server::Mysql] {
        let Some(database) = server.database() else { return };
        let sandbox = on_a_server(&database, "");
        for (table, columns) in OF_OTHER_TOOLS {
            database.connect().execute(&format!("CREATE TABLE {table} ({columns})")).unwrap();
        }
        stays_through_revisions(&sandbox, &database, &OF_OTHER_TOOLS.map(|(table, _)| table));
    }
}

#[test]
fn on_mysql_what_is_left_alone_stays_with_its_keys_views_and_triggers() {
    let Some(database) = Server::Mysql.database() else { return };
    let sandbox = on_a_server(&database, "tables = [\"legacy_*\"]");
    for statement in [
        "CREATE TABLE legacy_orders (id integer PRIMARY KEY, user_id bigint, KEY legacy_key (user_id), \
         CONSTRAINT legacy_users FOREIGN KEY (user_id) REFERENCES users (id))",
        "CREATE TABLE legacy_log (id integer)",
        "CREATE TRIGGER legacy_trigger AFTER INSERT ON legacy_orders FOR EACH ROW INSERT INTO legacy_log VALUES (NEW.id)",
        "CREATE VIEW legacy_view AS SELECT o.id FROM legacy_orders o JOIN users u ON u.id = o.user_id",
        "INSERT INTO legacy_orders VALUES (7, NULL)",
    ] {
        database.connect().execute(statement).unwrap();
    }
    stays_through_revisions(&sandbox, &database, &["legacy_orders", "legacy_log"]);
    let mut driver = database.connect();
    let schema = driver.introspect().unwrap();
    assert_eq!((schema.views.len(), schema.triggers.len()), (1, 1));
    assert_eq!(
        driver.query("SELECT id FROM legacy_view UNION SELECT id FROM legacy_log", &[]).unwrap().len(),
        1
    );
    // What is not left alone is told from it.
    driver.execute("CREATE TABLE stray (id integer)").unwrap();
    sandbox.write("schema.json", &models(&["nick"]));
    let outcome = sandbox.run("check --schema-json schema.json").exits(1);
    assert!(outcome.stdout.contains("drop table `stray`") && !outcome.stdout.contains("legacy"), "{outcome}");
}

#[test]
fn on_postgres_what_is_left_alone_stays_with_its_types_views_and_schemas() {
    let Some(database) = Server::Postgres.database() else { return };
    let sandbox = on_a_server(&database, "tables = [\"legacy_*\"]\nschemas = [\"audit\"]");
    let mut driver = database.connect();
    for statement in [
        "CREATE TYPE legacy_state AS ENUM ('old', 'older')",
        "CREATE TABLE legacy_orders (id integer, state legacy_state, states legacy_state[], user_id bigint REFERENCES users)",
        "CREATE VIEW legacy_view AS SELECT id FROM legacy_orders",
        "CREATE SCHEMA audit",
        "CREATE TYPE audit.level AS ENUM ('low')",
        "CREATE TABLE audit.log (level audit.level)",
        "CREATE TABLE alembic_version (version_num text)",
    ] {
        driver.execute(statement).unwrap();
    }
    let outcome = sandbox.run("check --schema-json schema.json").exits(0);
    assert_eq!(outcome.stdout, "", "{outcome}");

    sandbox.write("schema.json", &models(&["nick", "email"]));
    sandbox.run("autogenerate -m email --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);

    // What cannot stay as it is would be missing elsewhere: no script speaks of it.
    driver.execute("CREATE VIEW legacy_names AS SELECT email FROM users").unwrap();
    sandbox.write("schema.json", &models(&["nick"]));
    let outcome = sandbox.run("autogenerate -m less --schema-json schema.json").exits(2);
    assert!(
        outcome.stderr.contains("the plan would change legacy_names, which `[filters]` excludes"),
        "{outcome}"
    );
    driver.execute("DROP VIEW legacy_names").unwrap();
    sandbox.run("autogenerate -m less --schema-json schema.json").exits(0);

    sandbox.run("downgrade base").exits(3);
    driver.execute("DROP TABLE legacy_orders CASCADE").unwrap();
    sandbox.run("downgrade base").exits(0);
}
