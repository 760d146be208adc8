//! `init-db`: safe to run twice, on every engine.

use schema_core::driver::{self, ConnectOptions, Driver};
use schema_core::url::DatabaseUrl;
use schema_tests::migrations::Project;
use schema_tests::sandbox::Outcome;
use schema_tests::server::Server;
use std::process::{Command, Stdio};

fn command(project: &Project, url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    command.args(["init-db", "--database-url", url, "--seed", "seed.sql"]).args(arguments);
    command.current_dir(project.path()).env_remove("DATABASE_URL").env("ADMIN_PASSWORD", "se'cret");
    command.stdin(Stdio::null());
    command
}

fn init_db(project: &Project, url: &str, arguments: &[&str]) -> Outcome {
    Outcome::of(&mut command(project, url, arguments))
}

/// All of these on a database that is not there before, one after the other.
const CASES: [fn(&mut Project, &str); 3] = [seeds_once, several_at_once, backs_up_what_is_there];

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
    assert_eq!(outcome.stderr.matches("database: ").count(), 1, "{outcome}");
    assert!(!outcome.stderr.contains("cret"), "{outcome}");
    let outcome = init_db(project, url, &given).exits(0);
    assert!(outcome.stderr.contains("the seed was put in before"), "{outcome}");

    let mut driver = connected(url);
    let rows = driver.query("SELECT number, name, password FROM a ORDER BY number DESC", &[]).unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0][0].as_integer(), Some(7));
    assert_eq!(rows[0][1].as_text(), Some("Ann'); DROP TABLE a; --"));
    assert_eq!(rows[0][2].as_text(), Some("se'cret"));
    assert_eq!(rows[1][1].as_text(), Some(":no"));
}

fn connected(url: &str) -> Box<dyn Driver> {
    driver::connect(&DatabaseUrl::parse(url).unwrap(), &ConnectOptions::default()).unwrap()
}

/// As many containers as start together, each with the same command: one does the work, and all of them succeed.
fn several_at_once(project: &mut Project, url: &str) {
    project.revision("a", "CREATE TABLE a (number integer);", "").revision(
        "b",
        "CREATE TABLE b (x integer);",
        "",
    );
    std::fs::write(project.path().join("seed.sql"), "INSERT INTO a VALUES (:number);").unwrap();
    let children: Vec<_> = (0..5)
        .map(|_| {
            let mut command = command(project, url, &["--set", "number=7"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let mut seeded = 0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        seeded += usize::from(said.contains("the seed is in"));
    }
    assert_eq!(seeded, 1);
    assert_eq!(connected(url).query("SELECT number FROM a", &[]).unwrap().len(), 1);
}

/// What is empty needs no backup; what is changed has one from before.
fn backs_up_what_is_there(project: &mut Project, url: &str) {
    project.revision("a", "CREATE TABLE a (number integer);", "");
    std::fs::write(project.path().join("seed.sql"), "INSERT INTO a VALUES (7);").unwrap();
    let backup = project.path().join("before");
    init_db(project, url, &["--backup=before"]).exits(0);
    assert!(!backup.exists());
    project.revision("b", "DROP TABLE a;", "");
    let done = init_db(project, url, &["--backup=before"]).exits(0);
    assert!(done.stderr.contains("backup written to "), "{done}");
    assert!(std::fs::metadata(&backup).unwrap().len() > 100);
    // Where nothing is to be done, nothing is written either.
    std::fs::remove_file(&backup).unwrap();
    init_db(project, url, &["--backup=before"]).exits(0);
    assert!(!backup.exists());
    // The seed changes something as well.
    project.revision("c", "CREATE TABLE a (number integer);", "");
    init_db(project, url, &[]).exits(0);
    std::fs::write(project.path().join("seed.sql"), "INSERT INTO a VALUES (:number);").unwrap();
    init_db(project, url, &["--backup=before"]).exits(2);
    assert!(!backup.exists());
    init_db(project, url, &["--backup=before", "--set", "number=8"]).exits(0);
    assert!(std::fs::metadata(&backup).unwrap().len() > 100);
    // What is in already asks for no values.
    init_db(project, url, &[]).exits(0);
}

#[test]
fn sqlite() {
    for case in CASES {
        let mut project = Project::new();
        let url = project.url_text();
        case(&mut project, &url);
    }
}

#[test]
fn a_seed_on_mysql_holds_nothing_that_commits_by_itself() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project.revision("a", "CREATE TABLE a (x integer);", "");
    std::fs::write(project.path().join("seed.sql"), "INSERT INTO a VALUES (1);\nTRUNCATE a;\n").unwrap();
    let refused = init_db(&project, &project.url_text(), &[]).exits(2);
    assert!(refused.stderr.contains("line 2: `TRUNCATE` commits what comes before it"), "{refused}");
    assert!(project.tables().is_empty());
}

/// A database that is not there yet, and is dropped at the end.
fn on_a_server(server: Server) {
    for (number, case) in CASES.into_iter().enumerate() {
        let Some(mut project) = Project::on(server) else { return };
        let name = format!("new_{}_{server:?}_{number}", std::process::id()).to_lowercase();
        let url = project.url_text();
        let (place, _) = url.rsplit_once('/').unwrap();
        case(&mut project, &format!("{place}/{name}"));
        project.driver().execute(&format!("DROP DATABASE {name}")).unwrap();
    }
}

#[test]
fn postgres() {
    on_a_server(Server::Postgres);
}

#[test]
fn mysql() {
    on_a_server(Server::Mysql);
}
