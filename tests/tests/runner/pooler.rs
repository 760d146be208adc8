//! PgBouncer before the server: a pooler that lends one session to several clients would lend them the migration lock with it.

use schema_core::driver::{ConnectOptions, Driver, connect};
use schema_core::runner::{self, RunOptions, RunnerError};
use schema_core::url::{DatabaseUrl, PostgresUrl};
use schema_tests::migrations::{Project, ids};
use schema_tests::server::{Server, free_port, in_ci};
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Where Debian puts it, which not every path holds.
const PROGRAMS: [&str; 2] = ["/usr/sbin/pgbouncer", "pgbouncer"];

struct Pooler {
    process: Child,
    folder: TempDir,
    url: String,
}

impl Pooler {
    /// One before the project's database; none where the program is not installed.
    fn start(project: &Project, mode: &str) -> Option<Self> {
        let runs =
            |program: &&&str| Command::new(program).arg("--version").stdout(Stdio::null()).status().is_ok();
        let Some(program) = PROGRAMS.iter().find(runs) else {
            assert!(!in_ci(), "no pgbouncer");
            let _ = writeln!(io::stderr(), "SKIPPED: there is no pgbouncer");
            return None;
        };
        let DatabaseUrl::Postgres(server) = DatabaseUrl::parse(&project.url_text()).unwrap() else {
            panic!("no PostgreSQL server")
        };
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let settings = folder.path().join("pgbouncer.ini");
        fs::write(&settings, configuration(&server, mode, port)).unwrap();
        let mut command = Command::new(program);
        // It refuses to be root.
        if fs::metadata("/proc/self").is_ok_and(|this| std::os::unix::fs::MetadataExt::uid(&this) == 0) {
            command.args(["-u", "nobody"]);
        }
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let process = command.arg(&settings).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let database = server.get("dbname").unwrap();
        let pooler = Pooler {
            process,
            url: format!(
                "postgres://{}@127.0.0.1:{port}/{database}",
                server.get("user").unwrap_or("postgres")
            ),
            folder,
        };
        let end = Instant::now() + Duration::from_secs(20);
        while let Err(error) = connect(&pooler.database(), &ConnectOptions::default()) {
            assert!(Instant::now() < end, "{error}\n{}", pooler.log());
            thread::sleep(Duration::from_millis(20));
        }
        Some(pooler)
    }

    fn database(&self) -> DatabaseUrl {
        DatabaseUrl::parse(&self.url).unwrap()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn driver(&self) -> Box<dyn Driver> {
        connect(&self.database(), &ConnectOptions::default()).unwrap()
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn configuration(server: &PostgresUrl, mode: &str, port: u16) -> String {
    let mut target = String::new();
    for (name, usual) in [("host", "127.0.0.1"), ("port", "5432"), ("user", "postgres"), ("password", "")] {
        let value = server.get(name).unwrap_or(usual);
        if !value.is_empty() {
            target.push_str(&format!(" {name}={value}"));
        }
    }
    format!(
        "[databases]\n* ={target}\n\
         [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\n\
         default_pool_size = 5\nignore_startup_parameters = extra_float_digits,options\nserver_reset_query_always = 0\n"
    )
}

fn upgrade(project: &Project, driver: &mut dyn Driver) -> Result<(), RunnerError> {
    runner::upgrade(driver, &project.directory(), &ids(&["a"]), &RunOptions::default(), &mut |_| {}).map(drop)
}

#[test]
fn a_pooler_that_shares_sessions_is_refused_and_one_that_keeps_them_is_not() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    project.revision("a", "CREATE TABLE a (x integer);", "DROP TABLE a;");
    let Some(pooler) = Pooler::start(&project, "transaction") else { return };
    let error = upgrade(&project, pooler.driver().as_mut()).unwrap_err();
    assert!(error.to_string().contains("a pooler that shares sessions"), "{error}");
    assert_eq!(project.tables(), [""; 0], "nothing was changed");
    drop(pooler);
    let locks = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND d.datname = current_database()";
    assert_eq!(project.query(locks), ["0"], "no lock is left behind");

    let pooler = Pooler::start(&project, "session").unwrap();
    upgrade(&project, pooler.driver().as_mut()).unwrap();
    assert_eq!(project.tables(), ["a"]);
}
