//! The database servers that the tests need.
//!
//! SQLite is compiled into the tests. The others are started on free ports and in folders that go with them, while the first steps run, and hand their
//! addresses to the tests as environment variables: those of the system's packages, and MySQL and newer versions from another suite of Debian's. Where a
//! server is not available, the run says so in its table: a skip on a laptop ([`Outcome::Skipped`]), a failure when [`in_ci`] holds.

mod engines;
mod plan;
#[cfg(unix)]
mod throwaway;

pub(crate) use engines::{Engine, EngineServers};

use crate::cargo::in_ci;
use crate::report::{Outcome, Report};
use std::io;
use std::process::{Command, ExitCode};
use std::thread::{self, JoinHandle};
#[cfg(unix)]
use throwaway::Server;

/// Where the tests look for PostgreSQL.
const POSTGRES_VARIABLE: &str = "SCHEMA_TEST_POSTGRES_URL";
/// Where the tests look for MySQL or MariaDB.
const MYSQL_VARIABLE: &str = "SCHEMA_TEST_MYSQL_URL";
/// Where the tests find the certificates of the PostgreSQL server.
const POSTGRES_CERTIFICATES: &str = "SCHEMA_TEST_POSTGRES_CERTIFICATES";
/// Where the tests find the certificates of the MySQL or MariaDB server.
const MYSQL_CERTIFICATES: &str = "SCHEMA_TEST_MYSQL_CERTIFICATES";

/// Servers that are there already.
#[derive(Clone, clap::Args)]
pub(crate) struct ServerUrls {
    /// A PostgreSQL server for the tests, instead of one that is started for them
    #[arg(long, value_name = "URL", env = POSTGRES_VARIABLE, hide_env_values = true)]
    postgres_url: Option<String>,
    /// A MySQL server for the tests, instead of one that is started for them
    #[arg(long, value_name = "URL", env = MYSQL_VARIABLE, hide_env_values = true)]
    mysql_url: Option<String>,
    /// A MariaDB server for the tests, instead of one that is started for them
    #[arg(long, value_name = "URL", env = "SCHEMA_TEST_MARIADB_URL", hide_env_values = true)]
    mariadb_url: Option<String>,
}

#[derive(clap::Args)]
pub(crate) struct ServerArguments {
    #[command(flatten)]
    pub(crate) urls: ServerUrls,
    /// Test with each of these major versions of PostgreSQL, as `13,18`; their binaries are downloaded with npm
    #[arg(long, value_name = "MAJORS", value_delimiter = ',')]
    postgres: Vec<u32>,
    /// All tests on the newest versions of PostgreSQL and MariaDB too, and the conformance suite on a MySQL with unusual settings
    #[arg(long)]
    matrix: bool,
}

/// The servers of all runs of the tests. They end with this value, and where the process is killed just the same.
pub(crate) struct Servers {
    wanted: Vec<Wanted>,
    runs: Vec<Run>,
}

/// A server that the tests are to have.
struct Wanted {
    name: String,
    state: State,
}

enum State {
    Existing { url: String },
    Starting(JoinHandle<Result<Server, String>>),
    Running(Box<Server>),
    Missing,
}

/// Tests that run together with one server of each kind.
struct Run {
    /// What tells this run from the others.
    label: Option<String>,
    /// Which of the servers are for it.
    postgres: usize,
    mysql: usize,
    /// The servers without which it has nothing to do.
    needs: Vec<usize>,
    /// What each call of `cargo test` is given.
    calls: &'static [&'static [&'static str]],
    /// It runs beside the one before it: it has none of the tests that build crates in a folder which all runs share.
    is_beside: bool,
}

/// What one run of the tests is given.
#[derive(Default)]
pub(crate) struct Environment {
    label: Option<String>,
    variables: Vec<(&'static str, Option<String>)>,
    calls: &'static [&'static [&'static str]],
    is_beside: bool,
    /// Why there is nothing to run.
    missing: Option<String>,
}

/// `cargo xtask servers`: what a run of the tests would start, for calls of `cargo test` by hand.
pub(crate) fn keep(arguments: &ServerArguments) -> io::Result<ExitCode> {
    let mut report = Report::default();
    let mut servers = Servers::start(arguments);
    servers.wait(&mut report);
    for environment in servers.environments().into_iter().flatten() {
        println!("# {}", environment.label.as_deref().unwrap_or("main versions"));
        for (variable, url) in
            environment.variables.iter().filter_map(|(name, url)| Some((name, url.as_ref()?)))
        {
            println!("export {variable}='{url}'");
        }
    }
    if report.failed() {
        return Ok(ExitCode::FAILURE);
    }
    eprintln!("the servers run until you press Ctrl-C");
    loop {
        thread::park();
    }
}

impl Servers {
    /// Waits until all have started, and notes those that have not.
    pub(crate) fn wait(&mut self, report: &mut Report) {
        for server in &mut self.wanted {
            server.wait(report);
        }
    }

    /// For each run of the tests what it is given; those in one list run at the same time.
    pub(crate) fn environments(&self) -> Vec<Vec<Environment>> {
        let server = |place: usize| self.wanted.get(place);
        let url = |place: usize| server(place).and_then(Wanted::url).map(str::to_owned);
        let runs = self.runs.iter().map(|run| Environment {
            label: run.label.clone(),
            variables: vec![
                (POSTGRES_VARIABLE, url(run.postgres)),
                (
                    POSTGRES_CERTIFICATES,
                    server(run.postgres).and_then(|server| server.certificates(POSTGRES_CERTIFICATES)),
                ),
                (MYSQL_VARIABLE, url(run.mysql)),
                (
                    MYSQL_CERTIFICATES,
                    server(run.mysql).and_then(|server| server.certificates(MYSQL_CERTIFICATES)),
                ),
            ],
            calls: run.calls,
            is_beside: run.is_beside,
            missing: run
                .needs
                .iter()
                .filter(|place| url(**place).is_none())
                .filter_map(|place| Some(format!("there is no {}", server(*place)?.name)))
                .next(),
        });
        let mut groups: Vec<Vec<Environment>> = Vec::new();
        for run in runs {
            match groups.last_mut().filter(|_| run.is_beside) {
                Some(group) => group.push(run),
                None => groups.push(vec![run]),
            }
        }
        groups
    }
}

impl Environment {
    /// The step's name, and what tells this run of it from the others.
    pub(crate) fn name(&self, step: &str) -> String {
        match &self.label {
            Some(label) => format!("{step} {label}"),
            None => step.to_owned(),
        }
    }

    /// What each call of `cargo test` is given.
    pub(crate) fn calls(&self) -> &'static [&'static [&'static str]] {
        self.calls
    }

    /// Why nothing can be run, where a server is missing.
    pub(crate) fn missing(&self) -> Option<&str> {
        self.missing.as_deref()
    }

    pub(crate) fn apply<'command>(&self, command: &'command mut Command) -> &'command mut Command {
        for (variable, url) in &self.variables {
            match url {
                Some(url) => command.env(variable, url),
                None => command.env_remove(variable),
            };
        }
        command
    }
}

impl Wanted {
    fn existing(name: &str, url: &str) -> Self {
        Wanted { name: name.to_owned(), state: State::Existing { url: url.to_owned() } }
    }

    fn starting(name: String, start: impl FnOnce() -> Result<Server, String> + Send + 'static) -> Self {
        Wanted { name, state: State::Starting(thread::spawn(start)) }
    }

    /// The server at the URL, or one that is started.
    fn at(
        url: Option<&String>,
        name: &str,
        start: impl FnOnce() -> Result<Server, String> + Send + 'static,
    ) -> Self {
        match url {
            Some(url) => Wanted::existing(name, url),
            None => Wanted::starting(name.to_owned(), start),
        }
    }

    /// Waits for a server that is being started, and has the report say what became of it.
    fn wait(&mut self, report: &mut Report) {
        match std::mem::replace(&mut self.state, State::Missing) {
            State::Starting(thread) => report.record(&self.name, || {
                let started = thread.join().unwrap_or_else(|_| Err("its start has panicked".to_owned()));
                Ok(match started {
                    Ok(server) => {
                        eprintln!("{}", server.url());
                        self.state = State::Running(Box::new(server));
                        Outcome::Passed
                    }
                    Err(reason) if in_ci() => {
                        eprintln!("error: {reason}");
                        Outcome::Failed
                    }
                    Err(reason) => Outcome::Skipped(reason),
                })
            }),
            state @ (State::Existing { .. } | State::Running(_) | State::Missing) => self.state = state,
        }
    }

    /// The folder with its certificates; of a server that was there before, a variable tells it.
    fn certificates(&self, variable: &str) -> Option<String> {
        match &self.state {
            State::Existing { .. } => std::env::var(variable).ok(),
            State::Running(server) => Some(server.certificates().display().to_string()),
            State::Starting(_) | State::Missing => None,
        }
    }

    fn url(&self) -> Option<&str> {
        match &self.state {
            State::Existing { url } => Some(url),
            State::Running(server) => Some(server.url()),
            State::Starting(_) | State::Missing => None,
        }
    }
}

#[cfg(unix)]
use throwaway as start;
#[cfg(unix)]
pub(crate) use throwaway::cache_folder;

/// Elsewhere no program is kept.
#[cfg(not(unix))]
pub(crate) fn cache_folder() -> Result<std::path::PathBuf, String> {
    Err("programs are downloaded on Unix only".to_owned())
}

/// Elsewhere servers have to be there already.
#[cfg(not(unix))]
mod start {
    pub(crate) enum Server {}

    impl Server {
        pub(crate) fn url(&self) -> &str {
            match *self {}
        }

        pub(crate) fn certificates(&self) -> &std::path::Path {
            match *self {}
        }
    }

    fn unix_only(option: &str) -> Result<Server, String> {
        Err(format!("servers are started on Unix only; name one with `{option}`"))
    }

    /// None can be.
    pub(crate) struct Kept(Server);

    impl Kept {
        pub(crate) fn new(server: Server) -> Self {
            Kept(server)
        }

        pub(crate) fn url(&self) -> &str {
            self.0.url()
        }
    }

    pub(crate) fn postgres_to_kill() -> Result<Server, String> {
        unix_only("--postgres-url")
    }

    pub(crate) fn mysql_to_kill() -> Result<Server, String> {
        unix_only("--mysql-url")
    }

    pub(crate) fn mariadb_to_kill() -> Result<Server, String> {
        unix_only("--mariadb-url")
    }

    pub(crate) fn postgres(_: Option<u32>) -> Result<Server, String> {
        unix_only("--postgres-url")
    }

    pub(crate) fn mariadb() -> Result<Server, String> {
        unix_only("--mariadb-url")
    }

    pub(crate) fn mysql() -> Result<Server, String> {
        unix_only("--mysql-url")
    }

    pub(crate) fn unusual_mysql() -> Result<Server, String> {
        unix_only("--mysql-url")
    }

    pub(crate) fn newest_postgres() -> Result<Server, String> {
        unix_only("--postgres-url")
    }

    pub(crate) fn newest_mariadb() -> Result<Server, String> {
        unix_only("--mariadb-url")
    }
}
#[cfg(not(unix))]
use start::Server;
