//! What a case has at hand: an engine, and the command line that is put to the test.

use crate::migrations::Project;
use crate::process::{Ended, Running};
use crate::sandbox::Outcome;
use crate::server::{Server, TestDatabase};
use schema_core::model::Engine;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Longer than any command here takes on a machine with much else to do.
const LIMIT: Duration = Duration::from_secs(120);

/// An engine, its server and the program.
pub struct Rig {
    engine: Engine,
    server: Option<String>,
    program: PathBuf,
    may_kill_server: bool,
    patience: u32,
}

impl Rig {
    /// SQLite, with this command line.
    #[must_use]
    pub fn sqlite(program: PathBuf) -> Self {
        Rig { engine: Engine::Sqlite, server: None, program, may_kill_server: false, patience: 1 }
    }

    /// The server at a URL, which says itself whether it is MySQL or MariaDB.
    #[must_use]
    pub fn at(url: &str, program: PathBuf) -> Self {
        let engine = TestDatabase::create(url).engine();
        Rig { engine, server: Some(url.to_owned()), program, may_kill_server: false, patience: 1 }
    }

    /// The server of the tests; without one the caller's test is over.
    #[must_use]
    pub fn of_tests(server: Server, program: &str) -> Option<Self> {
        Some(Rig::at(&server.url()?, program.into()))
    }

    /// The same, where the server may be killed: nobody else has a database on it, and somebody starts it again.
    #[must_use]
    pub fn whose_server_may_be_killed(self) -> Self {
        Rig { may_kill_server: self.server.is_some(), ..self }
    }

    /// The same on a machine that is so many times slower than an idle one.
    #[must_use]
    pub fn with_patience(self, patience: u32) -> Self {
        Rig { patience, ..self }
    }

    /// What may take so long on an idle machine may take this long here.
    #[must_use]
    pub fn patient(&self, limit: Duration) -> Duration {
        limit * self.patience
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The URL of the server; SQLite has none.
    #[must_use]
    pub fn server(&self) -> Option<&str> {
        self.server.as_deref()
    }

    /// Whether the server may be killed.
    #[must_use]
    pub fn may_kill_server(&self) -> bool {
        self.may_kill_server
    }

    /// An empty database with an empty folder of revisions.
    #[must_use]
    pub fn project(&self) -> Project {
        self.server.as_deref().map_or_else(Project::new, Project::at)
    }

    /// The command line in the project's folder, with nothing of this process's environment that it would heed; it names no database.
    #[must_use]
    pub fn plain(&self, project: &Project, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(project.path()).env_remove("DATABASE_URL");
        command
    }

    /// The command line on the project's database.
    #[must_use]
    pub fn command(&self, project: &Project, arguments: &[&str]) -> Command {
        let mut command = self.plain(project, arguments);
        command.args(["--database-url", &project.url_text()]);
        command
    }

    /// Waits for a command's end, and asserts what holds for every command whatever happens to it.
    #[must_use]
    pub fn end(&self, running: Running) -> Outcome {
        self.ended(running).outcome
    }

    /// The same, with what it cost.
    #[must_use]
    pub fn ended(&self, running: Running) -> Ended {
        let ended = running.end(self.patient(LIMIT));
        is_decent(&ended.outcome);
        ended
    }

    /// Runs a command.
    #[must_use]
    pub fn run(&self, command: &mut Command) -> Outcome {
        self.end(Running::start(command))
    }
}

/// A program never panics, and where it fails it says why.
fn is_decent(outcome: &Outcome) {
    assert!(!outcome.stderr.contains("panicked at"), "{outcome}");
    let is_code = matches!(outcome.code, None | Some(0..=6 | 129 | 130 | 143));
    assert!(is_code, "{outcome}");
    if let Some(2..=6) = outcome.code {
        assert!(outcome.stderr.contains("error: "), "it fails and does not say why: {outcome}");
    }
}
