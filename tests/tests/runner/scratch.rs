//! Scratch databases on servers: a run leaves none behind, however it ends.

use schema_core::model::Engine;
use schema_tests::migrations::Project;
use schema_tests::server::Server;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The scratch databases that a process has.
fn left_by(project: &Project, process: u32) -> Vec<String> {
    let names = match project.engine() {
        Engine::Postgres => "SELECT datname::text FROM pg_database",
        Engine::Mysql | Engine::Mariadb | Engine::Sqlite => {
            "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA"
        }
    };
    let mut names = project.query(names);
    names.retain(|name| name.starts_with("schema_scratch_") && name.contains(&format!("_{process}_")));
    names
}

/// A `verify` that is in the middle of its work on a scratch database.
fn verifying(server: Server) -> Option<(Project, Child)> {
    verifying_through(server, Command::new(env!("CARGO_BIN_EXE_schema-cli-under-test")))
}

/// The same through a shell that has the program ignore a signal.
fn verifying_without(server: Server, ignored: &str) -> Option<(Project, Child)> {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!(r#"trap "" {ignored}; exec "$0" "$@""#)]);
    shell.arg(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    verifying_through(server, shell)
}

fn verifying_through(server: Server, mut command: Command) -> Option<(Project, Child)> {
    let mut project = Project::on(server)?;
    let pause = if server == Server::Postgres { "SELECT pg_sleep(60);" } else { "SELECT SLEEP(60);" };
    project.revision("a", &format!("CREATE TABLE a (x integer);\n{pause}"), "DROP TABLE a;");
    let process = command
        .args(["verify", "--database-url", &project.url_text()])
        .current_dir(project.path())
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until(|| !left_by(&project, process.id()).is_empty());
    thread::sleep(Duration::from_millis(300));
    Some((project, process))
}

fn until(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(30), "it does not come to that");
        thread::sleep(Duration::from_millis(50));
    }
}

fn signal(process: &Child, signal: &str) {
    let id = process.id().to_string();
    assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
}

fn a_signal_leaves_no_scratch_database(server: Server) {
    for (name, code) in [("-TERM", 143), ("-HUP", 129), ("-INT", 130)] {
        let Some((project, mut process)) = verifying(server) else { return };
        let begun = Instant::now();
        signal(&process, name);
        assert_eq!(process.wait().unwrap().code(), Some(code), "{name}");
        assert!(begun.elapsed() < Duration::from_secs(4), "{name}");
        assert_eq!(left_by(&project, process.id()), [] as [&str; 0], "{name}");
    }
}

#[test]
fn a_signal_that_is_ignored_at_the_start_stays_so_and_the_others_end_the_run() {
    for (ignored, name, code) in [("INT", "-TERM", 143), ("HUP", "-INT", 130), ("TERM", "-HUP", 129)] {
        let Some((project, mut process)) = verifying_without(Server::Postgres, ignored) else { return };
        signal(&process, &format!("-{ignored}"));
        thread::sleep(Duration::from_millis(300));
        assert!(process.try_wait().unwrap().is_none(), "{ignored}");
        signal(&process, name);
        assert_eq!(process.wait().unwrap().code(), Some(code), "{name} without {ignored}");
        assert_eq!(left_by(&project, process.id()), [] as [&str; 0], "{name} without {ignored}");
    }
}

#[test]
fn a_signal_leaves_no_scratch_database_on_postgres() {
    a_signal_leaves_no_scratch_database(Server::Postgres);
}

#[test]
fn a_signal_leaves_no_scratch_database_on_mysql() {
    a_signal_leaves_no_scratch_database(Server::Mysql);
}

#[test]
fn what_a_killed_run_leaves_is_dropped_by_the_next_and_nothing_that_is_in_use() {
    let Some((project, mut process)) = verifying(Server::Postgres) else { return };
    let mut live = project.driver().scratch().unwrap();
    let name =
        live.query("SELECT current_database()::text", &[]).unwrap()[0][0].as_text().unwrap().to_owned();
    process.kill().unwrap();
    process.wait().unwrap();
    assert_eq!(left_by(&project, process.id()).len(), 1);
    // The server is still at the statement, until it notices that its client is gone or it is told.
    let _ = project.query(&format!(
        "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname LIKE 'schema_scratch_%_{}_%'",
        process.id()
    ));
    until(|| {
        drop(project.driver().scratch().unwrap());
        left_by(&project, process.id()).is_empty()
    });
    assert!(left_by(&project, std::process::id()).contains(&name));
    assert_eq!(live.query("SELECT 1", &[]).unwrap().len(), 1);
}

/// An account that may do everything in its database and create none.
fn without_create(server: Server) -> Option<(Project, String)> {
    let project = Project::on(server)?;
    let url = project.url_text();
    let (scheme, rest) = url.split_once("://").unwrap();
    let address = rest.split_once('@').map_or(rest, |(_, address)| address);
    let name = format!("no_create_{}", std::process::id());
    let create = match project.engine() {
        Engine::Postgres => format!("CREATE ROLE {name} LOGIN PASSWORD 'secret'"),
        Engine::Mysql | Engine::Mariadb | Engine::Sqlite => {
            format!("CREATE USER '{name}'@'%' IDENTIFIED BY 'secret'")
        }
    };
    let mut statements = vec![create];
    if project.engine() != Engine::Postgres {
        let database = project.query("SELECT DATABASE()").remove(0);
        statements.push(format!("GRANT ALL ON `{database}`.* TO '{name}'@'%'"));
    }
    project.execute(&statements.iter().map(String::as_str).collect::<Vec<_>>());
    Some((project, format!("{scheme}://{name}:secret@{address}")))
}

fn an_account_that_may_not_create_databases_is_told_what_allows_it(server: Server, grant: &str) {
    let Some((mut project, url)) = without_create(server) else { return };
    project.revision("a", "CREATE TABLE a (x integer);", "DROP TABLE a;");
    let output = Command::new(env!("CARGO_BIN_EXE_schema-cli-under-test"))
        .args(["verify", "--database-url", &url])
        .current_dir(project.path())
        .env_remove("DATABASE_URL")
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let drop = if server == Server::Postgres { "DROP ROLE" } else { "DROP USER" };
    project.execute(&[&format!("{drop} no_create_{}", std::process::id())]);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.contains("this account may not create a scratch database"), "{stderr}");
    assert!(stderr.contains(&format!("hint: an administrator allows it with `{grant}")), "{stderr}");
    assert!(!stderr.contains("secret"), "{stderr}");
}

#[test]
fn an_account_that_may_not_create_databases_is_told_what_allows_it_on_postgres() {
    let grant = format!("ALTER ROLE no_create_{} CREATEDB`", std::process::id());
    an_account_that_may_not_create_databases_is_told_what_allows_it(Server::Postgres, &grant);
}

#[test]
fn an_account_that_may_not_create_databases_is_told_what_allows_it_on_mysql() {
    an_account_that_may_not_create_databases_is_told_what_allows_it(
        Server::Mysql,
        "GRANT ALL ON `schema\\_scratch\\_%`.* TO 'no_create_",
    );
}
