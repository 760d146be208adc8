//! A server of each engine, for what kills servers.

use super::start::{self, Kept};
use super::{Server, ServerUrls};
use crate::cargo::in_ci;
use crate::report::{Outcome, Report};
use clap::ValueEnum;
use std::thread;

/// An engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
    Mysql,
    Mariadb,
}

impl Engine {
    pub(crate) const ALL: &[Engine] = &[Engine::Sqlite, Engine::Postgres, Engine::Mysql, Engine::Mariadb];

    /// What starts a server of it, and the URL of one that is there; SQLite needs none.
    fn server(self, urls: &ServerUrls) -> Option<(&'static str, Start, Option<&String>)> {
        match self {
            Engine::Sqlite => None,
            Engine::Postgres => Some(("postgres", start::postgres_to_kill, urls.postgres_url.as_ref())),
            Engine::Mysql => Some(("mysql", start::mysql_to_kill, urls.mysql_url.as_ref())),
            Engine::Mariadb => Some(("mariadb", start::mariadb_to_kill, urls.mariadb_url.as_ref())),
        }
    }
}

type Start = fn() -> Result<Server, String>;

/// Servers that were there already, and those that may be killed, because they were started here and come back.
pub(crate) struct EngineServers {
    existing: Vec<String>,
    own: Vec<Kept>,
}

impl EngineServers {
    /// Starts what is missing, all at the same time, and notes what cannot be started.
    pub(crate) fn start(engines: &[Engine], urls: &ServerUrls, report: &mut Report) -> Self {
        let wanted: Vec<_> = engines.iter().filter_map(|engine| engine.server(urls)).collect();
        let mut servers = EngineServers { existing: Vec::new(), own: Vec::new() };
        servers.existing.extend(wanted.iter().filter_map(|(_, _, url)| url.cloned()));
        let missing = wanted.into_iter().filter(|(_, _, url)| url.is_none());
        let starting: Vec<_> = missing.map(|(name, start, _)| (name, thread::spawn(start))).collect();
        for (name, thread) in starting {
            report.record(name, || {
                let started = thread.join().unwrap_or_else(|_| Err("its start has panicked".to_owned()));
                Ok(match started {
                    Ok(server) => {
                        servers.own.push(Kept::new(server));
                        Outcome::Passed
                    }
                    Err(reason) if in_ci() => {
                        eprintln!("error: {reason}");
                        Outcome::Failed
                    }
                    Err(reason) => Outcome::Skipped(reason),
                })
            });
        }
        servers
    }

    /// Those that were there already.
    pub(crate) fn existing(&self) -> impl Iterator<Item = &str> {
        self.existing.iter().map(String::as_str)
    }

    /// Those that may be killed.
    pub(crate) fn own(&self) -> impl Iterator<Item = &str> {
        self.own.iter().map(Kept::url)
    }
}
