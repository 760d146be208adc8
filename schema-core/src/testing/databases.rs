//! Where the databases of tests come from.

use super::copies::Copy;
use super::database::TestDatabase;
use super::template::{Blueprint, copy_of};
use crate::driver::{ConnectOptions, HistoryTable};
use crate::embed::EmbeddedMigrations;
use crate::error::Error;
use crate::model::Engine;
use crate::revision::Directory;
use crate::runner::RunOptions;
use crate::steps::Steps;
use crate::url::{DatabaseUrl, SqliteLocation, SqliteUrl};
use std::path::PathBuf;
use std::sync::Arc;

/// The variables that name the server, the first that is set.
const VARIABLES: [&str; 2] = ["TEST_DATABASE_URL", "DATABASE_URL"];

/// Makes the databases of tests from a history of revisions.
///
/// The server is the one that [`server`](TestDatabases::server) names, else `TEST_DATABASE_URL`, else `DATABASE_URL`; where none is set and the history is for SQLite, SQLite.
/// The database that the URL names is not touched: the account needs the right to create databases beside it.
#[derive(Clone, Debug)]
pub struct TestDatabases {
    revisions: Arc<Directory>,
    options: ConnectOptions,
    run: RunOptions,
    server: Option<DatabaseUrl>,
}

impl TestDatabases {
    /// At the head of these revisions.
    #[must_use]
    pub fn new(revisions: Directory) -> Self {
        TestDatabases {
            revisions: Arc::new(revisions),
            options: ConnectOptions::default(),
            run: RunOptions::default(),
            server: None,
        }
    }

    /// At the head of the revisions that [`embed_migrations!`](crate::embed_migrations) has compiled in.
    ///
    /// # Errors
    ///
    /// They are not sound.
    pub fn embedded(migrations: EmbeddedMigrations) -> Result<Self, Error> {
        Ok(TestDatabases::new(Directory::from_embedded(migrations.files())?))
    }

    /// At the head of the revisions of a migrations folder.
    ///
    /// # Errors
    ///
    /// The folder cannot be read or is not sound.
    pub fn from_directory(path: impl Into<PathBuf>) -> Result<Self, Error> {
        Ok(TestDatabases::new(Directory::open(path)?))
    }

    /// On this server, whatever the environment says. SQLite's databases are files in the folder for temporary ones.
    #[must_use]
    pub fn server(mut self, url: DatabaseUrl) -> Self {
        self.server = Some(url);
        self
    }

    /// With the history in this table instead of `schema_history`.
    #[must_use]
    pub fn history_table(mut self, table: HistoryTable) -> Self {
        self.options.history_table = table;
        self
    }

    /// With these functions where scripts name them.
    #[must_use]
    pub fn with_steps(mut self, steps: Steps) -> Self {
        self.run.steps = steps;
        self
    }

    /// A database at head, a copy of the template.
    ///
    /// # Errors
    ///
    /// No server is named, it cannot be reached, this account may not create databases, or a revision fails.
    pub fn fresh(&self) -> Result<TestDatabase, Error> {
        let copy = copy_of(&self.blueprint()?)?;
        Ok(self.database(copy))
    }

    /// A database at this revision, as `upgrade` takes it: an id, a prefix, `head-1`, `base`. It is made from nothing: for tests of what later revisions do to rows.
    ///
    /// # Errors
    ///
    /// As [`TestDatabases::fresh`], and where there is no such revision.
    pub fn at(&self, revision: &str) -> Result<TestDatabase, Error> {
        let database = self.database(Copy::empty(&self.server_url()?)?);
        database.upgrade(revision)?;
        Ok(database)
    }

    fn database(&self, copy: Copy) -> TestDatabase {
        let TestDatabases { revisions, options, run, server: _ } = self;
        TestDatabase::new(copy, Arc::clone(revisions), options.clone(), run.clone())
    }

    fn blueprint(&self) -> Result<Blueprint<'_>, Error> {
        let TestDatabases { revisions, options, run, server: _ } = self;
        Ok(Blueprint { revisions, options, run, server: self.server_url()? })
    }

    fn server_url(&self) -> Result<DatabaseUrl, Error> {
        if let Some(url) = &self.server {
            return Ok(url.clone());
        }
        let named = VARIABLES.iter().filter_map(|name| std::env::var(name).ok()).find(|url| !url.is_empty());
        if let Some(url) = named {
            return Ok(DatabaseUrl::parse(&url)?);
        }
        let engines = || self.revisions.graph().revisions().flat_map(|revision| &revision.engines);
        if cfg!(feature = "sqlite") && engines().any(|engine| *engine == Engine::Sqlite) {
            return Ok(DatabaseUrl::Sqlite(SqliteUrl::usual(SqliteLocation::Memory)));
        }
        Err(Error::NoTestServer)
    }
}
