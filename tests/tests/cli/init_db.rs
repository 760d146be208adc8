//! `init-db`: safe to run twice, on every engine.

use schema_tests::migrations::Project;
use schema_tests::sandbox::Outcome;
use schema_tests::server::Server;
use std::process::{Command, Stdio};

fn init_db(project: &Project, url: &str, arguments: &[&str]) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    command.args(["init-db", "--database-url", url, "--seed", "seed.sql"]).args(arguments);
    command.current_dir(project.path()).env_remove("DATABASE_URL").env("ADMIN_PASSWORD", "se'cret");
    Outcome::of(command.stdin(Stdio::null()))
}

fn seeds_once(project: &mut Project, url: &str) {
    project.revision("a", "CREATE TABLE a (number integer, name varchar(50), password varchar(50));", "");
    let seed =
        "INSERT INTO a VALUES (:number, :name, :admin_password);\nINSERT INTO a VALUES (2, ':no', NULL);";
    std::fs::write(project.path().join("seed.sql"), seed).unwrap();

    let outcome = init_db(project, url, &["--set", "number=7"]).exits(2);
    assert!(outcome.stderr.contains("`:name` has no value"), "{outcome}");
    let given = ["--set", "number=7", "--set", "name=Ann'); DROP TABLE a; --"];
    let outcome = init_db(project, url, &given).exits(0);
    assert!(outcome.stderr.contains("the seed is in"), "{outcome}");
    assert!(!outcome.stderr.contains("cret"), "{outcome}");
    let outcome = init_db(project, url, &given).exits(0);
    assert!(outcome.stderr.contains("the seed was put in before"), "{outcome}");

    let mut driver = schema_core::driver::connect(
        &schema_core::url::DatabaseUrl::parse(url).unwrap(),
        &schema_core::driver::ConnectOptions::default(),
    )
    .unwrap();
    let rows = driver.query("SELECT number, name, password FROM a ORDER BY number DESC", &[]).unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0][0].as_integer(), Some(7));
    assert_eq!(rows[0][1].as_text(), Some("Ann'); DROP TABLE a; --"));
    assert_eq!(rows[0][2].as_text(), Some("se'cret"));
    assert_eq!(rows[1][1].as_text(), Some(":no"));
}

#[test]
fn sqlite() {
    let mut project = Project::new();
    let url = project.url_text();
    seeds_once(&mut project, &url);
}

/// A database that is not there yet, and is dropped at the end.
fn on_a_server(server: Server) {
    let Some(mut project) = Project::on(server) else { return };
    let (url, name) = (project.url_text(), format!("new_{}_{server:?}", std::process::id()).to_lowercase());
    let (place, _) = url.rsplit_once('/').unwrap();
    let new = format!("{place}/{name}");
    seeds_once(&mut project, &new);
    project.driver().execute(&format!("DROP DATABASE {name}")).unwrap();
}

#[test]
fn postgres() {
    on_a_server(Server::Postgres);
}

#[test]
fn mysql() {
    on_a_server(Server::Mysql);
}
