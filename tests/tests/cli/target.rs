//! Which database a command works on, and what is told of it.

use crate::{project, stable};
use schema_tests::sandbox::Outcome;

#[test]
fn the_database_is_chosen_in_the_order_that_is_documented() {
    let sandbox = project();
    sandbox.write(
        "schema.toml",
        "[databases.first]\nurl = \"sqlite://first.db\"\n[databases.second]\nurl = \"sqlite://${SCHEMA_TEST_NAME}.db\"\n",
    );
    for name in ["first", "from-env", "from-dotenv", "second", "given"] {
        sandbox.write(&format!("{name}.db"), "");
    }
    let target = |arguments: &str, environment: &[(&str, &str)]| {
        let mut command = sandbox.command(arguments.split_whitespace());
        command.envs(environment.iter().copied());
        Outcome::of(&mut command).exits(0).stderr.lines().next().unwrap().to_owned()
    };
    assert_eq!(target("current", &[]), "database: first (sqlite://first.db)");
    sandbox.write(".env", "DATABASE_URL=sqlite://from-dotenv.db\nSCHEMA_TEST_NAME=second\n");
    assert_eq!(target("current", &[]), "database: DATABASE_URL in .env (sqlite://from-dotenv.db)");
    let environment = [("DATABASE_URL", "sqlite://from-env.db")];
    assert_eq!(target("current", &environment), "database: DATABASE_URL (sqlite://from-env.db)");
    assert_eq!(target("current --database second", &environment), "database: second (sqlite://second.db)");
    assert_eq!(
        target("current --database-url sqlite://given.db", &environment),
        "database: --database-url (sqlite://given.db)"
    );
    sandbox.run("current --database third").exits(2);
    sandbox.run("current --database first --database-url sqlite://given.db").exits(2);
}

#[test]
fn a_password_never_reaches_the_output() {
    let sandbox = project();
    for url in [
        "postgres://ann:secret@localhost/db",
        "mysql://ann:secret@localhost/db?secret=x",
        "mongo://ann:secret@h/d",
    ] {
        for arguments in ["upgrade", "current", "inspect", "check --schema-json schema.json"] {
            let outcome = sandbox.run(&format!("-v {arguments} --database-url {url}"));
            assert_ne!(outcome.code, Some(0));
            assert!(!format!("{outcome}").contains("secret@"), "{outcome}");
        }
    }
}

#[test]
fn a_scheme_that_is_not_known_is_told() {
    let sandbox = project();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("current --database-url mongo://x").exits(2), @"
    exit 2
    ---- stderr
    error: unknown database URL scheme `mongo`
    hint: write `sqlite://file.db`, `postgres://…` or `mysql://…`
    ");
}
