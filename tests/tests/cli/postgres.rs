//! The commands on PostgreSQL, from the first revision to the last.

use crate::database::models;
use crate::{sandbox, stable};
use schema_core::autogenerate::compare_models;
use schema_core::driver::{Canonical, ConnectOptions};
use schema_core::model::Document;
use schema_tests::postgres::{Roles, differences, dump_of};
use schema_tests::sandbox::Sandbox;
use schema_tests::server::{Server, TestDatabase};

/// A project on a database of its own.
pub(crate) fn project() -> Option<(Sandbox, TestDatabase)> {
    let database = Server::Postgres.database()?;
    let sandbox = sandbox();
    sandbox.write("schema.toml", &format!("[databases.dev]\nurl = \"{}\"\n", database.url()));
    sandbox.write("migrations/heads", "");
    Some((sandbox, database))
}

pub(crate) fn execute(database: &TestDatabase, statements: &[&str]) {
    let mut driver = database.connect();
    for statement in statements {
        driver.execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

#[test]
fn revisions_are_written_applied_proven_and_undone() {
    let Some((sandbox, database)) = project() else { return };
    sandbox.write("schema.json", &models(&["nick"]));
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    execute(&database, &["INSERT INTO users VALUES (1, 'ada')"]);
    let nothing = sandbox.run("autogenerate -m second --schema-json schema.json").exits(0);
    assert!(nothing.stderr.contains("nothing to do"), "{nothing}");

    sandbox.write("schema.json", &models(&["nick", "email"]));
    sandbox.run("check --schema-json schema.json").exits(1);
    sandbox.run("check --scratch --schema-json schema.json").exits(1);
    sandbox.run("autogenerate -m second --scratch --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
    sandbox.run("check --scratch --schema-json schema.json").exits(0);
    sandbox.run("verify").exits(0);
    sandbox.run("downgrade -1").exits(0);
    sandbox.run("downgrade base").exits(0);
    let empty = sandbox.run("inspect").exits(0);
    assert_eq!(empty.stdout, "-- nothing to do\n");
}

#[test]
fn a_dry_run_names_what_it_could_not_try() {
    let Some((sandbox, database)) = project() else { return };
    sandbox.write("schema.json", &models(&["nick"]));
    sandbox.run("autogenerate -m first --rev-id first --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    let checked = models(&["nick"])
        .replace(r#""primary_key""#, r#""checks": [{"expression": "length(nick) > 1"}], "primary_key""#);
    sandbox.write("schema.json", &checked);
    sandbox.run("autogenerate -m second --rev-id second --schema-json schema.json").exits(0);
    sandbox.run("revision -m third --rev-id third").exits(0);
    let tried = sandbox.run("upgrade --dry-run").exits(0).stderr;
    for told in [
        "what could be tried would succeed, in ",
        "warning: not tried: 1 of the 2 statements of second, from line 9 of ",
        "_second_second/up.sql on, which are committed one by one and could not be rolled back\n",
        "warning: not tried either, as they come behind that: third\n",
        "hint: try them on a copy of the database",
    ] {
        assert!(tried.contains(told), "{told}: {tried}");
    }
    let json = sandbox.run("upgrade --dry-run --format json").exits(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let untried = &json["untried"][0];
    assert_eq!(untried["revision"], "second");
    assert_eq!((untried["line"].as_u64(), untried["statements"].as_u64()), (Some(9), Some(1)));
    // What is tried is told where it would fail.
    execute(&database, &["ALTER TABLE users ADD CONSTRAINT users_nick_check CHECK (true)"]);
    let refused = sandbox.run("upgrade --dry-run").exits(3).stderr;
    assert!(refused.contains("already exists"), "{refused}");
}

#[test]
fn who_may_make_no_temporary_tables_is_told_that_text_is_compared() {
    let Some((sandbox, database)) = project() else { return };
    // The server puts parentheses round it.
    let models = models(&["nick"])
        .replace(r#""primary_key""#, r#""checks": [{"expression": "length(nick) > 1"}], "primary_key""#);
    sandbox.write("schema.json", &models);
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    let Some(server) = Server::Postgres.url() else { return };
    let role = format!("reader_{}", std::process::id());
    let _roles = Roles::create(&server, [format!("{role} LOGIN PASSWORD 'secret'").as_str()]);
    let revoke = format!("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC", database.name());
    let grant = format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}");
    execute(&database, &[&revoke, &grant]);
    let url = database.url();
    let (_, place) = url.rsplit_once('@').unwrap();
    let url = format!("postgres://{role}:secret@{place}");
    sandbox.write("schema.toml", &format!("[databases.dev]\nurl = \"{url}\"\n"));

    let told = sandbox.run("check --schema-json schema.json");
    let text = "the server cannot normalize expressions, so their texts are compared: \
                the role may not create temporary tables";
    assert!(told.stderr.contains(text), "{told}");
    // An application gets to know it too.
    let url = schema_core::url::DatabaseUrl::parse(&url).unwrap();
    let mut driver = schema_core::driver::connect(&url, &ConnectOptions::default()).unwrap();
    let document: Document = serde_json::from_str(&models).unwrap();
    let comparison = compare_models(driver.as_mut(), &document, &[]).unwrap();
    assert!(matches!(comparison.canonical(), Canonical::NotAllowed { .. }), "{:?}", comparison.canonical());
    drop(driver);
    execute(&database, &[&format!("DROP OWNED BY {role}")]);
}

#[test]
fn diff_leads_from_one_database_to_another_and_names_what_it_cannot_change() {
    let Some((sandbox, from)) = project() else { return };
    let Some(to) = Server::Postgres.database() else { return };
    let _stable = stable(&sandbox);
    execute(
        &from,
        &["CREATE TABLE users (id bigint PRIMARY KEY, nick text)", "INSERT INTO users VALUES (1, 'ada')"],
    );
    execute(&to, &["CREATE TABLE users (id bigint PRIMARY KEY, nick varchar(50) NOT NULL)"]);
    let diff = format!("diff --from {} --to {}", from.url(), to.url());
    insta::assert_snapshot!(sandbox.run(&diff).exits(1), @"
    exit 1
    ---- stdout
    -- schema: recreates values of column nick on users

    -- change the type of `users`.`nick` from `text` to `character varying(50)`
    -- REWRITES TABLE: all rows of `users` are rewritten; reads and writes wait until this is done
    -- MAY FAIL: values of `users`.`nick` that are no `character varying(50)` are refused
    ALTER TABLE users ALTER COLUMN nick TYPE character varying(50);

    -- refuse NULL in `users`.`nick`
    -- BLOCKS READS: all rows of `users` are checked; reads and writes wait until this is done
    -- MAY FAIL: rows whose `users`.`nick` is NULL are refused
    ALTER TABLE users ALTER COLUMN nick SET NOT NULL;

    -- learn what the columns of `users` hold now
    -- LOCK: SHARE UPDATE EXCLUSIVE on `users`: reads and writes go on; a sample of the rows is read
    -- schema: autocommit
    ANALYZE users;
    ");
    insta::assert_snapshot!(sandbox.run(&format!("{diff} --down")).exits(1), @"
    exit 1
    ---- stdout
    -- schema: recreates values of column nick on users

    -- change the type of `users`.`nick` from `character varying(50)` to `text`
    ALTER TABLE users ALTER COLUMN nick TYPE text;

    -- allow NULL in `users`.`nick`
    ALTER TABLE users ALTER COLUMN nick DROP NOT NULL;

    -- learn what the columns of `users` hold now
    -- LOCK: SHARE UPDATE EXCLUSIVE on `users`: reads and writes go on; a sample of the rows is read
    -- schema: autocommit
    ANALYZE users;
    ");
    sandbox.run(&format!("{diff} --apply --yes")).exits(0);
    sandbox.run(&diff).exits(0);
    execute(&to, &["CREATE PUBLICATION one"]);
    let named = sandbox.run(&diff).exits(1);
    assert!(named.stderr.contains("the publication `one`"), "{named}");
}

/// Everything that a database can hold and its schema must say again.
const EVERYTHING: &[&str] = &[
    "CREATE SCHEMA shop",
    "COMMENT ON SCHEMA shop IS 'what is sold'",
    "CREATE TYPE shop.status AS ENUM ('new', 'it''s sold')",
    "COMMENT ON TYPE shop.status IS 'how it is'",
    "CREATE SEQUENCE numbers INCREMENT 5",
    "CREATE DOMAIN short AS text CHECK (length(VALUE) < 10)",
    "CREATE FUNCTION twice(n integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT n * 2'",
    "CREATE TABLE shop.makers (id integer GENERATED ALWAYS AS IDENTITY (START WITH 7) PRIMARY KEY, name short UNIQUE DEFERRABLE)",
    "CREATE TABLE items (
        id bigserial PRIMARY KEY,
        number integer DEFAULT nextval('numbers') CHECK (twice(number) > 0),
        doubled integer GENERATED ALWAYS AS (twice(number)) STORED,
        maker integer REFERENCES shop.makers ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
        status shop.status DEFAULT 'new',
        tags text[] NOT NULL DEFAULT '{}',
        code varchar(20) COLLATE \"C\",
        period tsrange,
        EXCLUDE USING gist (period WITH &&),
        UNIQUE NULLS NOT DISTINCT (code) INCLUDE (maker) WITH (fillfactor = 80)
    ) WITH (fillfactor = 90)",
    "ALTER TABLE items ADD CONSTRAINT later CHECK (code <> '') NOT VALID",
    "COMMENT ON TABLE items IS 'things'",
    "COMMENT ON COLUMN items.code IS 'a \\ \"code\"'",
    "COMMENT ON CONSTRAINT later ON items IS 'one day'",
    "CREATE INDEX by_code ON items (lower(code) text_pattern_ops DESC NULLS LAST) WHERE maker IS NOT NULL",
    "COMMENT ON INDEX by_code IS 'fast'",
    "CREATE INDEX by_tags ON items USING gin (tags) WITH (fastupdate = off)",
    "CREATE UNLOGGED TABLE seen (id integer)",
    "CREATE TABLE a_first (id integer PRIMARY KEY, other integer)",
    "CREATE TABLE b_second (id integer PRIMARY KEY, other integer REFERENCES a_first)",
    "ALTER TABLE a_first ADD FOREIGN KEY (other) REFERENCES b_second",
    "CREATE TABLE days (day date NOT NULL, note text, PRIMARY KEY (day)) PARTITION BY RANGE (day)",
    "CREATE TABLE days_of_2024 PARTITION OF days FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
    "CREATE TABLE other_days PARTITION OF days (note DEFAULT 'other', CHECK (note <> '')) DEFAULT PARTITION BY RANGE (day)",
    "CREATE TABLE early_days PARTITION OF other_days FOR VALUES FROM (MINVALUE) TO ('2000-01-01')",
    "CREATE INDEX ON days (note)",
    "CREATE TABLE special (extra text) INHERITS (seen)",
    "CREATE VIEW open_items WITH (security_barrier) AS SELECT id, code FROM items WHERE status = 'new'",
    "COMMENT ON VIEW open_items IS 'to be sold'",
    "COMMENT ON COLUMN open_items.code IS 'its code'",
    "CREATE VIEW a_view AS SELECT count(*) AS number FROM open_items",
    "CREATE MATERIALIZED VIEW sums AS SELECT maker, count(*) AS number FROM items GROUP BY maker",
    "CREATE UNIQUE INDEX sums_by_maker ON sums (maker)",
    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER touched BEFORE UPDATE OF code ON items FOR EACH ROW WHEN (NEW.code <> '') EXECUTE FUNCTION touch()",
    "ALTER TABLE items ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY own ON items FOR SELECT TO PUBLIC USING (maker > 0)",
    "CREATE RULE no_delete AS ON DELETE TO seen DO INSTEAD NOTHING",
    "CREATE STATISTICS pairs (dependencies) ON maker, number FROM items",
    "ALTER TABLE shop.makers REPLICA IDENTITY FULL",
];

#[test]
fn what_inspect_writes_makes_an_equal_database() {
    let Some((sandbox, database)) = project() else { return };
    let Some(copy) = Server::Postgres.database() else { return };
    execute(&database, EVERYTHING);
    let sql = sandbox.run("inspect").exits(0).stdout;
    let split = schema_core::sql::split(&sql, schema_core::model::Engine::Postgres).unwrap();
    let statements: Vec<&str> = split.statements.iter().map(|statement| statement.sql).collect();
    execute(&copy, &statements);
    sandbox.run(&format!("diff --from {} --to {}", database.url(), copy.url())).exits(0);
    let (before, after) = (dump_of(&database.url()), dump_of(&copy.url()));
    assert_eq!(differences(&before, &after), "", "{sql}");

    let json = sandbox.run("inspect --format json").exits(0).stdout;
    let of_copy = sandbox.run(&format!("inspect {} --format json", copy.url())).exits(0).stdout;
    assert_eq!(json, of_copy);
}

#[test]
fn models_may_have_enum_types_that_are_called_like_built_in_ones() {
    let Some((sandbox, database)) = project() else { return };
    let models = |values: &str| {
        let enums: Vec<String> = ["name", "text", "date", "point"]
            .iter()
            .map(|name| format!(r#"{{"name": "{name}", "values": [{values}]}}"#))
            .collect();
        let column = |name: &str| {
            format!(
                r#", {{"name": "a_{name}", "type": {{"enum": "{name}"}}, "default": {{"enum_value": "new"}}}},
                   {{"name": "many_{name}", "type": {{"array": {{"enum": "{name}"}}}}, "nullable": true}}"#
            )
        };
        let columns: String = ["name", "text", "date", "point"].iter().map(|name| column(name)).collect();
        format!(
            r#"{{"format": 1, "enums": [{}], "tables": [{{"name": "t", "columns": [{{"name": "id", "type": "i64"}},
                {{"name": "plain", "type": "text", "nullable": true}}, {{"name": "day", "type": "date", "nullable": true}} {columns}],
                "primary_key": {{"columns": [{{"name": "id"}}]}}, "checks": [{{"name": "c", "expression": "a_text <> 'old' OR plain <> 'x'"}}]}}]}}"#,
            enums.join(", ")
        )
    };
    let start = dump_of(&database.url());
    for (message, values) in [
        ("first", r#"{"name": "new"}, {"name": "old"}"#),
        ("added", r#"{"name": "new"}, {"name": "used"}, {"name": "old"}"#),
        ("renamed", r#"{"name": "new"}, {"name": "worn", "renamed_from": "used"}, {"name": "old"}"#),
        ("removed", r#"{"name": "new"}, {"name": "old"}"#),
    ] {
        sandbox.write("schema.json", &models(values));
        let told = sandbox.run(&format!("autogenerate -m {message} --schema-json schema.json")).exits(0);
        assert!(!told.stderr.contains("warning"), "{message}: {told}");
        sandbox.run("upgrade").exits(0);
        sandbox.run("check --schema-json schema.json").exits(0);
        if message == "first" {
            execute(&database, &["INSERT INTO t (id, plain, many_text) VALUES (1, 'x', '{new,old}')"]);
        }
    }
    let types = "SELECT DISTINCT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname LIKE 'a\\_%'";
    assert_eq!(database.connect().query(types, &[]).unwrap().len(), 4);
    sandbox.run("verify").exits(0);
    sandbox.run("downgrade base").exits(0);
    let mut end = dump_of(&database.url());
    end.retain(|(_, object), _| !object.contains("schema_history"));
    assert_eq!(differences(&start, &end), "");
}

#[test]
fn diff_says_that_its_sql_keeps_no_rights_and_keeps_them_when_it_runs_it() {
    let Some((sandbox, from)) = project() else { return };
    let Some(to) = Server::Postgres.database() else { return };
    let of = |ty: &str| [format!("CREATE TABLE t (n {ty})"), "CREATE VIEW v AS SELECT n FROM t".to_owned()];
    for (database, ty) in [(&from, "integer"), (&to, "bigint")] {
        execute(database, &of(ty).each_ref().map(String::as_str));
    }
    execute(&from, &["GRANT INSERT ON v TO PUBLIC"]);
    execute(&to, &["GRANT INSERT ON v TO PUBLIC"]);
    let diff = format!("diff --from {} --to {}", from.url(), to.url());
    let told = sandbox.run(&diff).exits(1);
    let warning = "warning: the SQL recreates the view `v`, without their owners, grants and settings";
    assert!(told.stderr.contains(warning) && told.stdout.contains("-- schema: recreates view v "), "{told}");
    let done = sandbox.run(&format!("{diff} --apply --yes")).exits(0);
    assert!(!done.stderr.contains("warning"), "{done}");
    sandbox.run(&diff).exits(0);
}

/// A role that may log in, and no more, with the URL of the database as it connects.
fn plain_role(database: &TestDatabase, name: &str) -> Option<(Roles, String, String)> {
    let server = Server::Postgres.url()?;
    let role = format!("{name}_{}", std::process::id());
    let roles = Roles::create(&server, [format!("{role} LOGIN PASSWORD 'secret'").as_str()]);
    let create = format!("GRANT CREATE ON DATABASE {} TO {role}", database.name());
    execute(database, &[&create, &format!("GRANT ALL ON SCHEMA public TO {role}")]);
    let url = database.url();
    let (_, place) = url.rsplit_once('@').unwrap();
    Some((roles, format!("postgres://{role}:secret@{place}"), role))
}

#[test]
fn who_may_not_create_databases_gets_scripts_that_are_not_tried_out() {
    let Some((sandbox, database)) = project() else { return };
    let Some((_roles, url, _)) = plain_role(&database, "author") else { return };
    sandbox.write("schema.toml", &format!("[databases.dev]\nurl = \"{url}\"\n"));
    sandbox.write("schema.json", &models(&["nick"]));
    let told = sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    let warning = "the scripts could not be tried out: this account may not create a scratch database: permission denied";
    assert!(told.stderr.contains(warning), "{told}");
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
    database.clear();
}

#[test]
fn rows_that_policies_hide_from_their_owner_survive_a_table_that_is_made_anew() {
    let Some((sandbox, database)) = project() else { return };
    let Some(wanted) = Server::Postgres.database() else { return };
    let Some((_roles, url, role)) = plain_role(&database, "keeper") else { return };
    execute(&wanted, &[&format!("GRANT ALL ON SCHEMA public TO {role}")]);
    let own = format!("SET ROLE {role}");
    let guard = [
        "CREATE POLICY p ON t USING (current_setting('app.x', true) = 'y')",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE t FORCE ROW LEVEL SECURITY",
    ];
    execute(&database, &[&own, "CREATE TABLE t (id integer PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)"]);
    execute(&database, &[&[own.as_str()], &guard[..]].concat());
    let partitioned = "CREATE TABLE t (id integer PRIMARY KEY) PARTITION BY RANGE (id)";
    execute(&wanted, &[&own, partitioned, "CREATE TABLE t1 PARTITION OF t DEFAULT"]);
    execute(&wanted, &[&[own.as_str()], &guard[..]].concat());

    let to = url.replace(database.name(), wanted.name());
    sandbox.run(&format!("diff --from {url} --to {to} --apply --yes")).exits(0);
    let rows = database.connect().query("SELECT id FROM t ORDER BY id", &[]).unwrap();
    assert_eq!(rows.len(), 2);
    for database in [&database, &wanted] {
        database.clear();
    }
}

#[test]
fn an_enum_of_another_schema_gets_a_value_while_a_view_is_asked_about() {
    let Some((sandbox, database)) = project() else { return };
    let Some(wanted) = Server::Postgres.database() else { return };
    let there = [
        "CREATE SCHEMA app",
        "CREATE TYPE app.mood AS ENUM ('a', 'b')",
        "CREATE TABLE app.t (m app.mood DEFAULT 'a')",
    ];
    execute(&database, &there);
    execute(&wanted, &there);
    execute(&wanted, &["ALTER TYPE app.mood ADD VALUE 'c'", "CREATE VIEW app.v AS SELECT * FROM app.t"]);
    let json = sandbox.run(&format!("inspect {} --format json", wanted.url())).exits(0).stdout;
    sandbox.write("schema.json", &json);
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    sandbox.run("upgrade --adopt").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
}
