//! The database servers that the tests need.
//!
//! SQLite is compiled into the tests. PostgreSQL and MariaDB are started from the system's packages on free ports and in folders that go with them, while
//! the first steps run, and hand their addresses to the tests as environment variables. Where a server cannot be had, the run says so in its
//! table: a skip on a laptop ([`Outcome::Skipped`]), a failure when [`in_ci`] holds.

#[cfg(unix)]
mod throwaway;

use crate::cargo::in_ci;
use crate::report::{Outcome, Report};
use std::process::Command;
use std::thread::{self, JoinHandle};
#[cfg(unix)]
use throwaway::Server;

/// Where the tests look for PostgreSQL.
const POSTGRES_VARIABLE: &str = "SCHEMA_TEST_POSTGRES_URL";
/// Where the tests look for MySQL or MariaDB.
const MYSQL_VARIABLE: &str = "SCHEMA_TEST_MYSQL_URL";

#[derive(clap::Args)]
pub(crate) struct ServerArguments {
    /// A PostgreSQL server for the tests, instead of one that is started for them
    #[arg(long, value_name = "URL", env = POSTGRES_VARIABLE, hide_env_values = true)]
    postgres_url: Option<String>,
    /// A MySQL or MariaDB server for the tests, instead of one that is started for them
    #[arg(long, value_name = "URL", env = MYSQL_VARIABLE, hide_env_values = true)]
    mysql_url: Option<String>,
    /// Test with each of these major versions of PostgreSQL, as `13,18`; their binaries are downloaded with npm
    #[arg(long, value_name = "MAJORS", value_delimiter = ',')]
    postgres: Vec<u32>,
}

/// The servers of a run. They end with this value, and where the process is killed just the same.
pub(crate) struct Servers {
    /// The tests run once with each of them.
    postgres: Vec<Wanted>,
    mysql: Wanted,
}

/// A server that the tests are to have.
struct Wanted {
    name: String,
    state: State,
}

enum State {
    Existing { url: String },
    Starting(JoinHandle<Result<Server, String>>),
    Running(Server),
    Missing,
}

/// What one run of the tests is given.
#[derive(Default)]
pub(crate) struct Environment {
    /// What tells this run from the others, where there are several.
    label: Option<String>,
    variables: Vec<(&'static str, Option<String>)>,
}

impl Servers {
    /// Begins to start what is missing, and doesn't wait for it.
    pub(crate) fn start(arguments: &ServerArguments) -> Self {
        let ServerArguments { postgres_url, mysql_url, postgres } = arguments;
        let versions = postgres.iter().map(|major| {
            let major = *major;
            Wanted::starting(format!("postgres {major}"), move || start::postgres(Some(major)))
        });
        let mut versions: Vec<Wanted> = versions.collect();
        if versions.is_empty() {
            versions.push(match postgres_url {
                Some(url) => Wanted::existing("postgres", url),
                None => Wanted::starting("postgres".to_owned(), || start::postgres(None)),
            });
        }
        let mysql = match mysql_url {
            Some(url) => Wanted::existing("mysql", url),
            None => Wanted::starting("mariadb".to_owned(), start::mariadb),
        };
        Servers { postgres: versions, mysql }
    }

    /// Waits until all have started, and notes those that have not.
    pub(crate) fn wait(&mut self, report: &mut Report) {
        for server in self.postgres.iter_mut().chain([&mut self.mysql]) {
            server.wait(report);
        }
    }

    /// For each run of the tests what it is given: one, or one for each version.
    pub(crate) fn environments(&self) -> Vec<Environment> {
        let several = self.postgres.len() > 1;
        self.postgres
            .iter()
            .map(|postgres| Environment {
                label: several.then(|| postgres.name.clone()),
                variables: vec![
                    (POSTGRES_VARIABLE, postgres.url().map(str::to_owned)),
                    (MYSQL_VARIABLE, self.mysql.url().map(str::to_owned)),
                ],
            })
            .collect()
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

    /// Waits for a server that is being started, and has the report say what became of it.
    fn wait(&mut self, report: &mut Report) {
        match std::mem::replace(&mut self.state, State::Missing) {
            State::Starting(thread) => report.record(&self.name, || {
                let started = thread.join().unwrap_or_else(|_| Err("its start has panicked".to_owned()));
                Ok(match started {
                    Ok(server) => {
                        eprintln!("{}", server.url());
                        self.state = State::Running(server);
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

/// Elsewhere servers have to be there already.
#[cfg(not(unix))]
mod start {
    pub(crate) enum Server {}

    impl Server {
        pub(crate) fn url(&self) -> &str {
            match *self {}
        }
    }

    pub(crate) fn postgres(_: Option<u32>) -> Result<Server, String> {
        Err("servers are started on Unix only; name one with `--postgres-url`".to_owned())
    }

    pub(crate) fn mariadb() -> Result<Server, String> {
        Err("servers are started on Unix only; name one with `--mysql-url`".to_owned())
    }
}
#[cfg(not(unix))]
use start::Server;
