//! Migrations folders written by hand, as tests of the runner need them.

use schema_core::driver::{ConnectOptions, Driver, connect};
use schema_core::revision::{Directory, RevisionId};
use schema_core::url::DatabaseUrl;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with migrations and, beside them, a database `app.db`.
pub struct Project {
    folder: TempDir,
    written: Vec<(String, Vec<String>)>,
}

impl Default for Project {
    fn default() -> Self {
        Project::new()
    }
}

impl Project {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        let project = Project { folder: tempfile::tempdir().unwrap(), written: Vec::new() };
        fs::create_dir(project.migrations()).unwrap();
        project
    }

    /// The folder of all.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The migrations folder.
    #[must_use]
    pub fn migrations(&self) -> PathBuf {
        self.path().join("migrations")
    }

    /// The database's file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path().join("app.db")
    }

    /// The database's URL.
    #[must_use]
    pub fn url(&self) -> DatabaseUrl {
        DatabaseUrl::parse(&format!("sqlite://{}", self.database().display())).unwrap()
    }

    /// A connection for the runner.
    #[must_use]
    pub fn driver(&self) -> Box<dyn Driver> {
        connect(&self.url(), &ConnectOptions::default()).unwrap()
    }

    /// A plain connection.
    #[must_use]
    pub fn sqlite(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.database()).unwrap()
    }

    /// The revisions.
    #[must_use]
    pub fn directory(&self) -> Directory {
        Directory::open(self.migrations()).unwrap()
    }

    /// A revision's folder.
    #[must_use]
    pub fn folder_of(&self, id: &str) -> PathBuf {
        let number = self.written.iter().position(|(other, _)| other == id).unwrap();
        self.migrations()
            .join(format!("{}_{id}_test", 20_250_101_000_000_u64 + u64::try_from(number).unwrap()))
    }

    /// Adds a revision on top of the last one.
    pub fn revision(&mut self, id: &str, up: &str, down: &str) -> &mut Self {
        let parents: Vec<String> = self.written.last().map(|(id, _)| id.clone()).into_iter().collect();
        let parents: Vec<&str> = parents.iter().map(String::as_str).collect();
        self.revision_on(id, &parents, up, down)
    }

    /// Adds a revision on top of these.
    pub fn revision_on(&mut self, id: &str, parents: &[&str], up: &str, down: &str) -> &mut Self {
        let second = self.written.len();
        self.written.push((id.to_owned(), parents.iter().map(|parent| (*parent).to_owned()).collect()));
        let folder = self.folder_of(id);
        fs::create_dir(&folder).unwrap();
        let created = format!("2025-01-01T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60);
        let revision = format!(
            "revision = \"{id}\"\nrevises = {parents:?}\nmessage = \"add {id}\"\ncreated = {created}\nengines = [\"sqlite\"]\n"
        );
        fs::write(folder.join("revision.toml"), revision).unwrap();
        fs::write(folder.join("up.sql"), up).unwrap();
        fs::write(folder.join("down.sql"), down).unwrap();
        let revised: BTreeSet<&String> = self.written.iter().flat_map(|(_, parents)| parents).collect();
        let heads: Vec<String> = self
            .written
            .iter()
            .filter(|(id, _)| !revised.contains(id))
            .map(|(id, _)| format!("{id}\n"))
            .collect();
        fs::write(self.migrations().join("heads"), heads.concat()).unwrap();
        self
    }

    /// What the history table holds, sorted.
    #[must_use]
    pub fn applied(&self) -> Vec<String> {
        let connection = self.sqlite();
        let mut statement =
            connection.prepare("SELECT revision FROM schema_history ORDER BY revision").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }

    /// The tables that are the user's own, sorted.
    #[must_use]
    pub fn tables(&self) -> Vec<String> {
        let connection = self.sqlite();
        let mut statement = connection
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'schema_history%' ORDER BY name")
            .unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }
}

/// Revision ids.
#[must_use]
pub fn ids(ids: &[&str]) -> BTreeSet<RevisionId> {
    ids.iter().map(|id| id.parse().unwrap()).collect()
}
