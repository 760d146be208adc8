//! `scratch -- COMMAND`: a command with a database at head.

use schema_tests::sandbox::{Outcome, Sandbox};
use schema_tests::server::Server;

fn project(url: &str, up: &str) -> Sandbox {
    let sandbox = crate::project();
    sandbox.write("schema.toml", &format!("[databases.dev]\nurl = \"{url}\"\n"));
    sandbox.run("revision -m first --rev-id a").exits(0);
    let folder = sandbox.path().join("migrations").read_dir().unwrap();
    let folder = folder.map(|entry| entry.unwrap().path()).find(|path| path.is_dir()).unwrap();
    std::fs::write(folder.join("up.sql"), up).unwrap();
    std::fs::write(folder.join("down.sql"), "DROP TABLE products;").unwrap();
    sandbox
}

fn run(sandbox: &Sandbox, arguments: &[&str]) -> Outcome {
    Outcome::of(&mut sandbox.command(arguments))
}

const UP: &str = "CREATE TABLE products (title varchar(40));\nINSERT INTO products VALUES ('lamp');";

#[test]
fn a_command_is_given_a_database_at_head_and_its_code_is_passed_on() {
    let sandbox = project("sqlite://dev.db", UP);
    let shell = |script: &str, code| run(&sandbox, &["scratch", "--", "sh", "-c", script]).exits(code);
    let outcome = shell("echo $DATABASE_URL", 0);
    let url = outcome.stdout.trim().to_owned();
    let file = url.strip_prefix("sqlite://").unwrap();
    assert!(!std::path::Path::new(file).exists(), "{url}");
    assert!(outcome.stderr.contains(&format!("scratch database: {url}")), "{outcome}");
    assert!(!sandbox.path().join("dev.db").exists());
    shell("exit 7", 7);
    shell("kill -9 $$", 137);
    let cli = env!("CARGO_BIN_EXE_schema-cli-under-test");
    let current = shell(&format!("{cli} current --database-url $DATABASE_URL"), 0);
    assert!(current.stdout.contains("a (head)"), "{current}");
    let base = run(&sandbox, &["scratch", "--at", "base", "--", cli, "current"]).exits(0);
    assert!(!base.stdout.contains("head"), "{base}");
}

#[test]
fn it_is_kept_for_who_asks_for_that() {
    let sandbox = project("sqlite://dev.db", UP);
    let outcome = run(&sandbox, &["scratch", "--keep", "--", "sh", "-c", "echo $DATABASE_URL"]).exits(0);
    let file = outcome.stdout.trim().strip_prefix("sqlite://").unwrap().to_owned();
    let kept = rusqlite::Connection::open(&file).unwrap();
    assert_eq!(
        kept.query_row("SELECT title FROM products", [], |row| row.get::<_, String>(0)).unwrap(),
        "lamp"
    );
    std::fs::remove_dir_all(std::path::Path::new(&file).parent().unwrap()).unwrap();
}

#[test]
fn what_cannot_be_run_is_told() {
    let sandbox = project("sqlite://dev.db", UP);
    let outcome = run(&sandbox, &["scratch", "--", "no-such-program"]).exits(2);
    assert!(outcome.stderr.contains("`no-such-program` cannot be started"), "{outcome}");
    run(&sandbox, &["scratch"]).exits(2);
    let broken = project("sqlite://dev.db", "CREATE TABLE products (;");
    let outcome = run(&broken, &["scratch", "--", "true"]).exits(3);
    assert!(outcome.stderr.contains("incomplete input"), "{outcome}");
}

fn on_a_server(server: Server) {
    let Some(database) = server.database() else { return };
    let sandbox = project(&database.url(), UP);
    let cli = env!("CARGO_BIN_EXE_schema-cli-under-test");
    let script = format!("echo $DATABASE_URL; {cli} current --database-url $DATABASE_URL");
    let outcome = run(&sandbox, &["scratch", "--", "sh", "-c", &script]).exits(0);
    let url = outcome.stdout.lines().next().unwrap().to_owned();
    assert!(url.contains("/schema_test_") && outcome.stdout.contains("a (head)"), "{outcome}");
    let gone = run(&sandbox, &["current", "--database-url", &url]).exits(3);
    assert!(gone.stderr.contains("schema_test_"), "{gone}");
    assert!(database.connect().introspect().unwrap().tables.is_empty());
}

#[test]
fn it_is_beside_the_database_on_postgres() {
    on_a_server(Server::Postgres);
}

#[test]
fn it_is_beside_the_database_on_mysql() {
    on_a_server(Server::Mysql);
}
