//! What models say in SQL: refused, understood, kept, and dropped when no model says it any more.

use crate::postgres::{execute, project as on_postgres};
use crate::project;
use schema_tests::sandbox::Sandbox;
use serde_json::{Value, json};

const TABLE: &str = r#"{"name": "users", "columns": [
    {"name": "id", "type": "i64"}, {"name": "nick", "type": "text"}], "primary_key": {"columns": [{"name": "id"}]}}"#;

/// Writes a document of the table `users` and this SQL.
fn write(sandbox: &Sandbox, sources: &[(&str, &str)]) {
    let table: Value = serde_json::from_str(TABLE).unwrap();
    let sources: Vec<Value> =
        sources.iter().map(|(file, sql)| json!({"file": file, "sql": sql, "only": []})).collect();
    let document = json!({"format": 2, "tables": [table], "sources": sources});
    sandbox.write("schema.json", &document.to_string());
}

const NOTE: &str = "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\n\
     CREATE TRIGGER noted BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION note();\n";

#[test]
fn what_sql_of_models_cannot_say_is_told_with_its_place() {
    let sandbox = project();
    let refused = |sql: &str| {
        write(&sandbox, &[("sql/users.sql", sql)]);
        sandbox.run("autogenerate -m first --schema-json schema.json").exits(2)
    };
    for (sql, expected) in [
        (
            "-- rows\nINSERT INTO users VALUES (1, 'ada');",
            "error: sql/users.sql:2: models cannot say `INSERT INTO users VALUES (1, 'ada')`: models say objects, and this makes none\n\
             hint: write rows and what is done once into a revision (`schema-cli revision`)\n",
        ),
        (
            "CREATE TABLE t (a INTEGER);",
            "error: sql/users.sql:1: models cannot say `CREATE TABLE t (a INTEGER)`: structs say tables\n\
             hint: derive `Table` for a struct, or say it in a revision\n",
        ),
        (
            "CREATE INDEX users_nick ON users (nick);",
            "error: the SQL of the models changes what their structs say: add index `users_nick` on `users`\n\
             hint: say tables, columns, constraints and their indexes on the structs\n",
        ),
        (
            "CREATE TRIGGER t AFTER INSERT ON nowhere BEGIN SELECT 1; END;",
            "error: sql/users.sql:1: no such table: main.nowhere, in `CREATE TRIGGER t AFTER INSERT ON nowhere BEGIN SELECT 1; END`\n",
        ),
        (
            "CREATE VIEW v AS SELECT 'x;",
            "error: sql/users.sql: line 1: a string without an end\nhint: close it; a quote within it is written twice\n",
        ),
    ] {
        let told = refused(sql);
        assert!(told.stderr.ends_with(expected), "{told}");
    }
    assert_eq!(sandbox.run("heads").exits(0).stdout, "");
}

#[test]
fn what_no_model_says_any_more_goes_and_what_none_ever_said_stays() {
    let Some((sandbox, database)) = on_postgres() else { return };
    write(&sandbox, &[("sql/note.sql", NOTE)]);
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    let shown = sandbox.run("show head").exits(0);
    assert!(shown.stdout.contains("makes:      postgres function note()"), "{shown}");
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
    sandbox.run("check --scratch --schema-json schema.json").exits(0);
    execute(
        &database,
        &[
            "CREATE FUNCTION by_hand() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "GRANT EXECUTE ON FUNCTION note() TO PUBLIC",
            "INSERT INTO users VALUES (1, 'ada')",
        ],
    );
    sandbox.run("check --schema-json schema.json").exits(0);

    write(&sandbox, &[]);
    let differs = sandbox.run("check --schema-json schema.json").exits(1);
    assert_eq!(
        differs.stdout, "- drop the function `note()`\n- drop the trigger `noted on users`\n",
        "{differs}"
    );
    sandbox.run("autogenerate -m second --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
    let left = sandbox.run("inspect").exits(0).stdout;
    assert!(left.contains("by_hand") && !left.contains("note()"), "{left}");
    sandbox.run("downgrade -1").exits(0);
    assert!(sandbox.run("inspect").exits(0).stdout.contains("note()"));
    write(&sandbox, &[("sql/note.sql", NOTE)]);
    sandbox.run("verify").exits(0);
}

#[test]
fn sql_of_models_uses_what_only_the_database_has() {
    let Some((sandbox, database)) = on_postgres() else { return };
    execute(&database, &["CREATE DOMAIN short AS text CHECK (length(VALUE) < 9)"]);
    let uses = "CREATE FUNCTION shorten(given text) RETURNS short LANGUAGE sql AS $$ SELECT left(given, 8)::short $$";
    write(&sandbox, &[("sql/short.sql", uses)]);
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    sandbox.run("upgrade --adopt").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
    let shown = sandbox.run("show head --sql").exits(0);
    assert!(shown.stdout.contains("shorten") && !shown.stdout.contains("DOMAIN"), "{shown}");
}
