//! Migrations folders written by hand, as tests of the runner need them.

use crate::account::account;
use crate::server::{Server, TestDatabase};
use crate::{mysql, postgres};
use schema_core::driver::{ConnectOptions, Driver, Value, connect};
use schema_core::model::Engine;
use schema_core::revision::{Directory, RevisionId};
use schema_core::url::DatabaseUrl;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// A folder with migrations and a database: SQLite's `app.db` beside them, or one on a server.
pub struct Project {
    folder: TempDir,
    server: Option<TestDatabase>,
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
        Project::with(None)
    }

    /// One with a database of its own on a server; without a server the caller's test is over.
    #[must_use]
    pub fn on(server: Server) -> Option<Self> {
        server.database().map(|database| Project::with(Some(database)))
    }

    /// One with a database of its own on the server at a URL.
    #[must_use]
    pub fn at(server: &str) -> Self {
        Project::with(Some(TestDatabase::create(server)))
    }

    /// One with SQLite, in a folder inside of this one.
    #[must_use]
    pub fn inside(folder: &Path) -> Self {
        Project::in_folder(tempfile::tempdir_in(folder).unwrap(), None)
    }

    fn with(server: Option<TestDatabase>) -> Self {
        Project::in_folder(tempfile::tempdir().unwrap(), server)
    }

    fn in_folder(folder: TempDir, server: Option<TestDatabase>) -> Self {
        let project = Project { folder, server, written: Vec::new() };
        fs::create_dir(project.migrations()).unwrap();
        fs::write(project.path().join("schema.toml"), "[migrations]\ndir = \"migrations\"\n").unwrap();
        project
    }

    /// The database's engine.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.server.as_ref().map_or(Engine::Sqlite, TestDatabase::engine)
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
        let url = match &self.server {
            Some(server) => server.url(),
            None => format!("sqlite://{}", self.database().display()),
        };
        DatabaseUrl::parse(&url).unwrap()
    }

    /// A connection for the runner.
    #[must_use]
    pub fn driver(&self) -> Box<dyn Driver> {
        connect(&self.url(), &ConnectOptions::default()).unwrap()
    }

    /// Makes the database empty again; the revisions stay.
    pub fn clear(&self) {
        match &self.server {
            Some(server) => server.clear(),
            None if self.database().exists() => fs::remove_file(self.database()).unwrap(),
            None => {}
        }
    }

    /// The URL as a command takes it, with its password.
    #[must_use]
    pub fn url_text(&self) -> String {
        self.server.as_ref().map_or_else(|| self.url().to_string(), TestDatabase::url)
    }

    /// The server's address, as `host:port`; SQLite has none.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        self.server.as_ref().map(|server| address(&server.url()).to_owned())
    }

    /// The URL with another address in the place of the server's.
    #[must_use]
    pub fn url_through(&self, other: &str) -> String {
        let url = self.url_text();
        let address = address(&url);
        url.replacen(address, other, 1)
    }

    /// What the database holds, as the engine itself tells it.
    #[must_use]
    pub fn dump(&self) -> Vec<String> {
        let objects = match self.engine() {
            Engine::Sqlite => return self.sqlite_dump(),
            Engine::Postgres => postgres::dump_of(&self.url_text()),
            Engine::Mysql | Engine::Mariadb => mysql::dump_of(self.driver().as_mut(), &self.url_text()),
        };
        objects.into_iter().map(|((kind, name), lines)| format!("{kind} {name}: {lines:#?}")).collect()
    }

    fn sqlite_dump(&self) -> Vec<String> {
        let objects = account(&self.sqlite());
        objects.into_iter().map(|(object, lines)| format!("{object}: {lines:#?}")).collect()
    }

    /// A connection for the runner that waits no longer than this for others.
    #[must_use]
    pub fn impatient_driver(&self, lock_timeout: Duration) -> Box<dyn Driver> {
        connect(&self.url(), &ConnectOptions { lock_timeout, ..ConnectOptions::default() }).unwrap()
    }

    /// Runs statements on a connection of their own, each in its own transaction.
    pub fn execute(&self, statements: &[&str]) {
        let mut driver = self.driver();
        for statement in statements {
            driver.execute(statement).unwrap();
        }
    }

    /// The first column of what a query finds, as text.
    #[must_use]
    pub fn query(&self, query: &str) -> Vec<String> {
        let text = |row: Vec<Value>| match row.into_iter().next().unwrap() {
            Value::Text(text) => text,
            Value::Integer(number) => number.to_string(),
            Value::Null => "NULL".to_owned(),
        };
        self.driver().query(query, &[]).unwrap().into_iter().map(text).collect()
    }

    /// A plain connection to SQLite.
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
            "revision = \"{id}\"\nrevises = {parents:?}\nmessage = \"add {id}\"\ncreated = {created}\nengines = [\"{}\"]\n",
            self.engine()
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

    /// Takes the last revision away again.
    pub fn remove_last(&mut self) {
        let (id, parents) = self.written.last().cloned().unwrap();
        fs::remove_dir_all(self.folder_of(&id)).unwrap();
        self.written.pop();
        fs::write(self.migrations().join("heads"), format!("{}\n", parents.join("\n"))).unwrap();
    }

    /// What the history table holds, sorted.
    #[must_use]
    pub fn applied(&self) -> Vec<String> {
        let mut applied = self.query("SELECT revision FROM schema_history");
        applied.sort();
        applied
    }

    /// The tables that are the user's own, sorted.
    #[must_use]
    pub fn tables(&self) -> Vec<String> {
        let mut tables = self.query(match self.engine() {
            Engine::Sqlite => "SELECT name FROM sqlite_schema WHERE type = 'table'",
            Engine::Postgres => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'",
            Engine::Mysql | Engine::Mariadb => {
                "SELECT table_name FROM information_schema.tables WHERE table_schema = database()"
            }
        });
        tables.retain(|table| !table.starts_with("schema_history"));
        tables.sort();
        tables
    }
}

/// The part of a server's URL that says where it is.
fn address(url: &str) -> &str {
    let place = url.split_once("://").unwrap().1.split(['/', '?']).next().unwrap();
    place.rsplit('@').next().unwrap()
}

/// Revision ids.
#[must_use]
pub fn ids(ids: &[&str]) -> BTreeSet<RevisionId> {
    ids.iter().map(|id| id.parse().unwrap()).collect()
}
