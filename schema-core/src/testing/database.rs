//! The database of one test.

use super::copies::Copy;
use crate::driver::{ConnectOptions, Driver, SqlValue, connect};
use crate::error::Error;
use crate::revision::{Directory, RevisionId, Target};
use crate::runner::{self, RunOptions};
use crate::sql::split;
use crate::url::{DatabaseUrl, SqliteLocation};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// A database of its own for one test. It is dropped with this, unless the test panics: then it stays, and its URL is printed.
pub struct TestDatabase {
    copy: Arc<Copy>,
    url: String,
    revisions: Arc<Directory>,
    options: ConnectOptions,
    run: RunOptions,
}

impl TestDatabase {
    pub(super) fn new(
        copy: Copy,
        revisions: Arc<Directory>,
        options: ConnectOptions,
        run: RunOptions,
    ) -> Self {
        let url = copy.url().with_password();
        TestDatabase { copy: Arc::new(copy), url, revisions, options, run }
    }

    /// The URL, with its password: for a client library, not for people.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same, as this library takes it.
    #[must_use]
    pub fn database_url(&self) -> &DatabaseUrl {
        self.copy.url()
    }

    /// The file that holds the database, where it is one (SQLite).
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self.copy.url() {
            DatabaseUrl::Sqlite(url) => match &url.location {
                SqliteLocation::File(path) => Some(path),
                SqliteLocation::Memory => None,
            },
            DatabaseUrl::Postgres(_) | DatabaseUrl::Mysql(_) => None,
        }
    }

    /// Leaves the database there, and prints its URL when this is dropped.
    pub fn keep(&self) {
        self.copy.keep();
    }

    /// Runs statements, one after the other, each by itself.
    ///
    /// # Errors
    ///
    /// The text cannot be split into statements, or the database refuses one.
    pub fn execute(&self, statements: &str) -> Result<(), Error> {
        self.with_driver(|driver| {
            let refused = |error: crate::sql::SplitError| crate::driver::DriverError::Refused {
                message: error.to_string(),
            };
            for statement in split(statements, driver.engine()).map_err(refused)?.statements {
                driver.execute(statement.sql)?;
            }
            Ok(())
        })
    }

    /// Runs one statement about rows in a transaction, and returns the rows; parameters are `?` on every engine.
    ///
    /// # Errors
    ///
    /// The database refuses it, or a column is of a type that is not read.
    pub fn rows(&self, statement: &str, parameters: &[SqlValue]) -> Result<Vec<Vec<SqlValue>>, Error> {
        self.with_driver(|driver| {
            driver.begin()?;
            let answer = driver.run_for_step(statement, parameters)?;
            driver.commit()?;
            Ok(answer.rows)
        })
    }

    /// Applies revisions up to this one, and returns what was applied; addresses are those of `schema-cli upgrade`.
    ///
    /// # Errors
    ///
    /// There is no such revision, or one fails.
    pub fn upgrade(&self, to: &str) -> Result<Vec<RevisionId>, Error> {
        let target = self.target(to)?;
        self.with_driver(|driver| {
            Ok(runner::upgrade(driver, &self.revisions, &target, &self.run, &mut |_| ())?)
        })
    }

    /// Undoes revisions down to this one, and returns what was undone; addresses are those of `schema-cli downgrade`.
    ///
    /// # Errors
    ///
    /// There is no such revision, or one fails.
    pub fn downgrade(&self, to: &str) -> Result<Vec<RevisionId>, Error> {
        let target = self.target(to)?;
        self.with_driver(|driver| {
            Ok(runner::downgrade(driver, &self.revisions, &target, &self.run, &mut |_| ())?)
        })
    }

    pub(super) fn with_driver<T>(
        &self,
        work: impl FnOnce(&mut dyn Driver) -> Result<T, Error>,
    ) -> Result<T, Error> {
        work(connect(self.copy.url(), &self.options)?.as_mut())
    }

    /// The same database for whoever has to say at the end whether it stays.
    pub(super) fn shared(&self) -> Arc<Copy> {
        Arc::clone(&self.copy)
    }

    fn target(&self, address: &str) -> Result<Target, Error> {
        Ok(address.parse::<Target>().map_err(runner::RunnerError::from)?)
    }
}

impl fmt::Debug for TestDatabase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TestDatabase({})", self.copy.url())
    }
}
