//! What `init` writes, and what works without it.

use crate::{project, sandbox, stable};
use schema_tests::sandbox::{Outcome, Sandbox};

/// A crate with these dependencies.
fn package(dependencies: &str) -> Sandbox {
    let sandbox = sandbox();
    let manifest = "[package]\nname = \"my-shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[workspace]\n[dependencies]\n";
    sandbox.write("Cargo.toml", &format!("{manifest}{dependencies}"));
    sandbox.write("src/lib.rs", "");
    sandbox
}

fn written_url(sandbox: &Sandbox) -> String {
    let text = sandbox.read("schema.toml");
    text.lines().find_map(|line| line.strip_prefix("url = ")).unwrap().trim_matches(['"', '\'']).to_owned()
}

#[test]
fn the_only_engine_of_a_crate_is_the_engine_of_its_first_database() {
    for (dependencies, url) in [
        ("", "sqlite://dev.db"),
        (
            "schema-core = { version = \"0.1\", features = [\"postgres\"] }\n",
            "postgres://postgres@localhost/my_shop",
        ),
        (
            "sqlx = { version = \"0.8\", features = [\"postgres\", \"runtime-tokio\"] }\n",
            "postgres://postgres@localhost/my_shop",
        ),
        ("tokio-postgres = \"0.7\"\n", "postgres://postgres@localhost/my_shop"),
        ("diesel = { version = \"2\", features = [\"mysql\"] }\n", "mysql://root@localhost/my_shop"),
        (
            "sea-orm = { version = \"1\", features = [\"sqlx-postgres\"] }\n",
            "postgres://postgres@localhost/my_shop",
        ),
        ("rusqlite = \"0.37\"\npostgres = \"0.19\"\n", "sqlite://dev.db"),
    ] {
        let sandbox = package(dependencies);
        sandbox.run("init").exits(0);
        assert_eq!(written_url(&sandbox), url, "{dependencies}");
    }
}

#[test]
fn the_given_url_is_written_without_its_password() {
    for (given, written) in [
        ("mysql://root@localhost/shop", "mysql://root@localhost/shop"),
        ("postgres://localhost/shop", "postgres://localhost/shop"),
        ("postgres://ann:s3cret@localhost/shop", "postgres://ann:${DATABASE_PASSWORD}@localhost/shop"),
        ("mysql://h/shop?user=ann&password=s3cret", "${DATABASE_URL}"),
    ] {
        let sandbox = package("");
        let outcome = sandbox.run(&format!("init --database-url {given}")).exits(0);
        assert_eq!(written_url(&sandbox), written);
        assert!(!outcome.stderr.contains("s3cret"), "{outcome}");
        assert_eq!(
            outcome.stderr.contains("the password is not written"),
            written.contains('$'),
            "{outcome}"
        );
    }
    let sandbox = package("");
    Outcome::of(&mut sandbox.command(["init", "--database-url", "psql postgres://ann:s3cret@h/d"])).exits(2);
    assert!(!sandbox.path().join("schema.toml").exists() && !sandbox.path().join("migrations").exists());
}

#[test]
fn the_migrations_of_another_tool_get_a_folder_of_their_own() {
    for file in ["20240101000000_users.sql", "2024-01-01-000000_users/up.sql", "V1__users.sql"] {
        let sandbox = package("");
        sandbox.write(&format!("migrations/{file}"), "CREATE TABLE users (id INTEGER);\n");
        let outcome = sandbox.run("init").exits(2);
        assert!(outcome.stderr.contains("no migrations folder of this tool"), "{outcome}");
        assert!(outcome.stderr.contains("hint: `schema-cli init DIR`"), "{outcome}");
        assert!(!sandbox.path().join("schema.toml").exists());
        sandbox.run("init db/revisions").exits(0);
        assert!(sandbox.read("schema.toml").contains("dir = \"db/revisions\""));
    }
}

#[test]
fn a_url_is_enough_for_what_needs_only_a_database() {
    let sandbox = sandbox();
    let database = rusqlite::Connection::open(sandbox.path().join("app.db")).unwrap();
    database.execute_batch("CREATE TABLE users (id INTEGER)").unwrap();
    let url = "sqlite://app.db";
    let given = sandbox.run(&format!("inspect {url}")).exits(0).stdout;
    assert!(given.contains("users"), "{given}");
    assert_eq!(sandbox.run(&format!("inspect --database-url {url}")).exits(0).stdout, given);
    let from_variable = Outcome::of(sandbox.command(["inspect"]).env("DATABASE_URL", url)).exits(0);
    assert_eq!(from_variable.stdout, given);
    sandbox.run(&format!("diff --from {url} --to {url}")).exits(0);
    sandbox.write(".env", &format!("DATABASE_URL={url}\n"));
    assert_eq!(sandbox.run("inspect").exits(0).stdout, given);

    for command in
        ["upgrade", "current", "stamp head", "ensure-version", "init-db", "check", "repair", "verify"]
    {
        let outcome = sandbox.run(&format!("{command} --database-url {url}")).exits(2);
        assert!(outcome.stderr.contains("there is no `schema.toml`"), "{outcome}");
    }
    let tables: i64 = database.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
    assert_eq!(tables, 1, "no history table is made without a project");
    std::fs::remove_file(sandbox.path().join(".env")).unwrap();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("inspect").exits(2), @"
    exit 2
    ---- stderr
    error: there is no `schema.toml` in `[folder]` or a folder above
    hint: `schema-cli init` writes one, and makes the migrations folder; `-C DIR` or `--config FILE` points to one; `inspect`, `diff` and `models` work with URLs alone
    ");
}

#[test]
fn a_project_comes_before_a_url_alone() {
    let sandbox = project();
    sandbox.run("inspect --database-url sqlite://no.db").exits(2);
    sandbox.write("schema.toml", "[databases\n");
    sandbox.run("inspect --database-url sqlite://no.db").exits(2);
}
