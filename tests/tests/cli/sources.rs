//! What models say in SQL: refused, understood, kept, and dropped when no model says it any more.

use crate::postgres::{execute, project as on_postgres};
use crate::project;
use schema_tests::postgres::Roles;
use schema_tests::sandbox::Sandbox;
use schema_tests::server::Server;
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
fn what_a_struct_said_beside_its_table_goes_when_it_says_it_no_more() {
    let Some((sandbox, database)) = on_postgres() else { return };
    let write = |format: u32, said: &Value| {
        let mut table: Value = serde_json::from_str(TABLE).unwrap();
        table.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        let sources = [json!({"file": "sql/note.sql", "sql": NOTE})];
        let document = json!({"format": format, "tables": [table], "sources": sources});
        sandbox.write("schema.json", &document.to_string());
    };
    let trigger = |function: &str| json!({"name": "seen", "timing": "after", "events": ["insert", {"update": ["nick"]}], "action": {"execute": function}});
    write(3, &json!({"triggers": [trigger("nothing()")]}));
    let refused = sandbox.run("autogenerate -m first --schema-json schema.json").exits(2);
    assert!(
        refused.stderr.contains("error: the trigger `seen` of `users`: function nothing() does not exist, in `CREATE TRIGGER seen "),
        "{refused}"
    );
    let policy = json!({"name": "own", "using": "nick = current_user"});
    let options = json!({"postgres": {"row_level_security": true, "force_row_level_security": true}});
    write(3, &json!({"triggers": [trigger("note()")], "policies": [policy], "options": options}));
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    let shown = sandbox.run("show head").exits(0);
    for made in [
        "policy own on users",
        "trigger seen on users",
        "row-level security on users",
        "forced row-level security on users",
    ] {
        assert!(shown.stdout.contains(&format!("postgres {made}")), "{shown}");
    }
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
    execute(
        &database,
        &["INSERT INTO users VALUES (1, 'ada')", "CREATE POLICY by_hand ON users USING (true)"],
    );

    write(2, &json!({}));
    let differs = sandbox.run("check --schema-json schema.json").exits(1);
    assert_eq!(
        differs.stdout,
        "- change the options of `users`\n- drop the trigger `seen on users`\n- drop the policy `own on users`\n",
        "{differs}"
    );
    sandbox.run("autogenerate -m second --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
    let left = sandbox.run("inspect").exits(0).stdout;
    assert!(left.contains("by_hand") && !left.contains("ROW LEVEL SECURITY"), "{left}");
    sandbox.run("downgrade -1").exits(0);
    assert!(sandbox.run("inspect").exits(0).stdout.contains("ALTER TABLE users FORCE ROW LEVEL SECURITY"));
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

#[test]
fn what_only_the_database_has_does_not_take_the_place_of_what_models_say() {
    let Some((sandbox, database)) = on_postgres() else { return };
    execute(&database, &["CREATE DOMAIN short AS text"]);
    let uses = "CREATE VIEW shorts AS SELECT nick::short AS nick FROM users";
    write(&sandbox, &[("sql/note.sql", NOTE), ("sql/shorts.sql", uses)]);
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    sandbox.run("upgrade --adopt").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
    write(&sandbox, &[("sql/shorts.sql", uses)]);
    let differs = sandbox.run("check --schema-json schema.json").exits(1);
    assert_eq!(
        differs.stdout, "- drop the function `note()`\n- drop the trigger `noted on users`\n",
        "{differs}"
    );
}

#[test]
fn row_level_security_and_schemas_go_with_the_sql_that_said_them() {
    let Some((sandbox, database)) = on_postgres() else { return };
    let policy = "CREATE SCHEMA app;\nALTER TABLE users ENABLE ROW LEVEL SECURITY;\n\
                  CREATE POLICY own ON users USING (nick = current_user);\n";
    write(&sandbox, &[("sql/policy.sql", policy)]);
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
    write(&sandbox, &[]);
    sandbox.run("autogenerate -m second --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
    let shown = sandbox.run("show head --sql").exits(0);
    assert!(shown.stdout.contains("DISABLE ROW LEVEL SECURITY"), "{shown}");
    assert!(shown.stdout.contains("DROP SCHEMA app"), "{shown}");
    // From now on both are whoever's makes them.
    execute(&database, &["ALTER TABLE users ENABLE ROW LEVEL SECURITY", "CREATE SCHEMA app"]);
    sandbox.run("check --schema-json schema.json").exits(0);
}

#[test]
fn a_said_trigger_goes_under_the_new_name_of_its_table() {
    let sandbox = project();
    let trigger = "CREATE TRIGGER counted AFTER INSERT ON users BEGIN SELECT 1; END";
    write(&sandbox, &[("sql/counted.sql", trigger)]);
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    write(&sandbox, &[]);
    let renamed = sandbox.read("schema.json").replace("\"users\"", "\"people\"");
    sandbox.write("schema.json", &renamed);
    sandbox.run("autogenerate -m second --schema-json schema.json --rename users=people").exits(0);
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
    let left = sandbox.run("inspect").exits(0).stdout;
    assert!(left.contains("people") && !left.contains("counted"), "{left}");
    // Made by hand, it is somebody's own.
    let by_hand = "CREATE TRIGGER counted AFTER INSERT ON people BEGIN SELECT 1; END";
    let database = rusqlite::Connection::open(sandbox.path().join("dev.db")).unwrap();
    database.execute_batch(by_hand).unwrap();
    sandbox.run("check --schema-json schema.json").exits(0);
    database.execute_batch("DROP TRIGGER counted").unwrap();
    sandbox.run("downgrade -1").exits(0);
    sandbox.run("verify").exits(0);
}

#[test]
fn a_schema_of_a_struct_may_be_made_by_sql() {
    let Some((sandbox, _database)) = on_postgres() else { return };
    write(
        &sandbox,
        &[(
            "sql/app.sql",
            "CREATE SCHEMA app;\nCREATE FUNCTION app.one() RETURNS int LANGUAGE sql AS 'SELECT 1';",
        )],
    );
    let text =
        sandbox.read("schema.json").replace("\"name\":\"users\"", "\"name\":\"users\",\"schema\":\"app\"");
    assert!(text.contains("\"schema\":\"app\""), "{text}");
    sandbox.write("schema.json", &text);
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
}

#[test]
fn a_function_gets_other_arguments_below_views_and_policies_that_stay() {
    let Some((sandbox, _database)) = on_postgres() else { return };
    let reader = "CREATE VIEW shorts AS SELECT short(nick) AS nick FROM users;\nCREATE POLICY own ON users USING (short(nick) <> '');";
    for (message, arguments) in [("first", "given text"), ("second", "given text, letters integer DEFAULT 3")]
    {
        let function = format!(
            "CREATE FUNCTION short({arguments}) RETURNS text LANGUAGE sql AS $$ SELECT left(given, 3) $$;"
        );
        write(&sandbox, &[("sql/short.sql", &function), ("sql/reader.sql", reader)]);
        sandbox.run(&format!("autogenerate -m {message} --schema-json schema.json")).exits(0);
        sandbox.run("upgrade").exits(0);
        sandbox.run("check --schema-json schema.json").exits(0);
    }
    sandbox.run("verify").exits(0);
    sandbox.run("downgrade -1").exits(0);
}

#[test]
fn what_no_script_could_make_is_told_with_its_place() {
    let Some((sandbox, _database)) = on_postgres() else { return };
    write(
        &sandbox,
        &[(
            "sql/x.sql",
            "CREATE VIEW v AS SELECT 1 AS a;\nCREATE TEXT SEARCH CONFIGURATION plain (COPY = simple);",
        )],
    );
    let refused = sandbox.run("autogenerate -m first --schema-json schema.json").exits(2);
    assert!(
        refused.stderr.contains("this release cannot plan the text search configuration `public.plain`"),
        "{refused}"
    );
    assert!(refused.stderr.contains("hint: make it in a revision of its own"), "{refused}");
}

#[test]
fn what_filters_leave_alone_sql_of_models_cannot_say() {
    let sandbox = project();
    let toml = sandbox.read("schema.toml");
    sandbox.write("schema.toml", &format!("{toml}\n[filters]\ntables = [\"audit_*\"]\n"));
    for sql in ["CREATE VIEW audit_v AS SELECT 1 AS a", "CREATE VIRTUAL TABLE audit_f USING fts5(a)"] {
        write(&sandbox, &[("sql/audit.sql", sql)]);
        let refused = sandbox.run("autogenerate -m first --schema-json schema.json").exits(2);
        assert!(refused.stderr.contains("the models declare what is to be left alone: `audit_"), "{refused}");
    }
}

#[test]
fn grants_that_models_say_are_granted_and_those_that_they_say_no_more_are_revoked() {
    let Some(server) = Server::Postgres.url() else { return };
    let _roles = Roles::create(&server, ["sources_reader", "sources_writer"]);
    let Some((sandbox, database)) = on_postgres() else { return };
    let rights = "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO sources_reader;\n\
                  GRANT SELECT ON ALL TABLES IN SCHEMA public TO sources_reader;\n\
                  GRANT UPDATE (nick) ON users TO sources_reader WITH GRANT OPTION;\n\
                  REVOKE EXECUTE ON FUNCTION note() FROM PUBLIC;\n\
                  ALTER FUNCTION note() OWNER TO sources_writer;\n";
    write(&sandbox, &[("sql/rights.sql", rights), ("sql/note.sql", NOTE)]);
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    let shown = sandbox.run("show head").exits(0);
    assert!(shown.stdout.contains("postgres grant select on table users to sources_reader"), "{shown}");
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);

    execute(
        &database,
        &["GRANT INSERT ON users TO sources_writer", "ALTER TABLE users OWNER TO sources_writer"],
    );
    sandbox.run("check --schema-json schema.json").exits(0);
    execute(
        &database,
        &["REVOKE SELECT ON users FROM sources_reader", "GRANT INSERT ON users TO sources_reader"],
    );
    let differs = sandbox.run("check --schema-json schema.json").exits(1);
    assert_eq!(differs.stdout, "- grant SELECT on table `users` to `sources_reader`\n", "{differs}");
    execute(&database, &["GRANT SELECT ON users TO sources_reader"]);

    write(&sandbox, &[("sql/note.sql", NOTE)]);
    let differs = sandbox.run("check --schema-json schema.json").exits(1);
    assert_eq!(
        differs.stdout,
        "- revoke SELECT on table `users` from `sources_reader`\n\
         - revoke UPDATE (`nick`) on table `users` from `sources_reader`\n\
         - grant EXECUTE on routine `note()` to everybody\n\
         - revoke SELECT on new tables from `sources_reader`\n",
        "{differs}"
    );
    sandbox.run("autogenerate -m second --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
    let left = sandbox.run("inspect").exits(0).stdout;
    let granted = "GRANT INSERT ON TABLE users TO sources_reader";
    assert!(left.contains(granted) && left.matches("sources_reader").count() == 2, "{left}");
    sandbox.run("downgrade -1").exits(0);
    let back = sandbox.run("inspect").exits(0).stdout;
    for right in [
        "GRANT INSERT, SELECT ON TABLE users TO sources_reader",
        "GRANT UPDATE (nick) ON TABLE users TO sources_reader WITH GRANT OPTION",
        "REVOKE EXECUTE ON ROUTINE note() FROM PUBLIC",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO sources_reader",
    ] {
        assert!(back.contains(right), "{right} is not in {back}");
    }
    sandbox.run("verify").exits(0);
}

/// What a role has passed on and no model says depends on the grant option that the models say no more.
#[test]
fn what_was_passed_on_stays_when_models_say_the_grant_option_no_more() {
    let Some(server) = Server::Postgres.url() else { return };
    let _roles = Roles::create(&server, ["sources_holder", "sources_friend"]);
    let Some((sandbox, database)) = on_postgres() else { return };
    write(
        &sandbox,
        &[("sql/rights.sql", "GRANT SELECT, UPDATE ON users TO sources_holder WITH GRANT OPTION;")],
    );
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    execute(
        &database,
        &[
            "SET ROLE sources_holder",
            "GRANT SELECT ON users TO sources_friend",
            "GRANT UPDATE (nick) ON users TO sources_friend",
            "RESET ROLE",
        ],
    );
    let start = sandbox.run("inspect").exits(0).stdout;
    sandbox.run("check --schema-json schema.json").exits(0);

    write(&sandbox, &[]);
    let told = sandbox.run("autogenerate -m second --schema-json schema.json").exits(0);
    assert!(!told.stderr.contains("could not be tried out"), "{told}");
    let script = sandbox.run("upgrade --sql").exits(0).stdout;
    assert!(!script.contains("`sources_friend` loses"), "{script}");
    // In no other database has anybody passed anything on.
    sandbox.run("verify").exits(0);
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
    let left = sandbox.run("inspect").exits(0).stdout;
    assert!(left.contains("GRANT SELECT, UPDATE (nick) ON TABLE users TO sources_friend"), "{left}");
    assert!(!left.contains("sources_holder"), "{left}");
    sandbox.run("downgrade -1").exits(0);
    assert_eq!(sandbox.run("inspect").exits(0).stdout, start);
}

/// Whoever migrates is no superuser, and what he creates belongs to a role that he is a member of, which may create nothing in a new database.
#[test]
fn a_member_of_the_owner_gives_objects_to_it_and_the_scripts_are_proven() {
    let Some(server) = Server::Postgres.url() else { return };
    let _roles = Roles::create(
        &server,
        ["sources_chief", "sources_member LOGIN PASSWORD 'secret' CREATEDB IN ROLE sources_chief"],
    );
    let Some((sandbox, database)) = on_postgres() else { return };
    let creates = format!("GRANT CREATE ON DATABASE {} TO sources_chief", database.name());
    execute(
        &database,
        &["ALTER SCHEMA public OWNER TO sources_chief", "REVOKE ALL ON SCHEMA public FROM PUBLIC", &creates],
    );
    let url = database.url();
    let (_, place) = url.rsplit_once('@').unwrap();
    sandbox.write(
        "schema.toml",
        &format!("[databases.dev]\nurl = \"postgres://sources_member:secret@{place}\"\n"),
    );
    let rights = "ALTER TABLE users OWNER TO sources_chief;\n\
                  ALTER FUNCTION note() OWNER TO sources_chief;\n\
                  CREATE SCHEMA app;\n\
                  ALTER SCHEMA app OWNER TO sources_chief;\n";
    let mut sources = vec![("sql/note.sql", NOTE), ("sql/rights.sql", rights)];
    for message in ["first", "second"] {
        write(&sandbox, &sources);
        let told = sandbox.run(&format!("autogenerate -m {message} --schema-json schema.json")).exits(0);
        assert!(!told.stderr.contains("could not be tried out"), "{told}");
        sandbox.run("upgrade").exits(0);
        sandbox.run("check --schema-json schema.json").exits(0);
        sources.push(("sql/more.sql", "GRANT SELECT ON users TO PUBLIC;\n"));
    }
    sandbox.run("verify").exits(0);
}

#[test]
fn a_role_that_the_server_lacks_is_told_with_the_place_that_names_it() {
    let Some((sandbox, _database)) = on_postgres() else { return };
    write(&sandbox, &[("sql/rights.sql", "-- who reads\nGRANT SELECT ON users TO nobody_at_all;")]);
    let told = sandbox.run("autogenerate -m first --schema-json schema.json").exits(2);
    assert!(
        told.stderr.ends_with(
            "error: sql/rights.sql:2: role \"nobody_at_all\" does not exist, in `GRANT SELECT ON users TO nobody_at_all`\n\
             hint: roles belong to the server, and no script creates them: an administrator runs `CREATE ROLE nobody_at_all` there, with `LOGIN` where \
             somebody logs in as it\n"
        ),
        "{told}"
    );
}
