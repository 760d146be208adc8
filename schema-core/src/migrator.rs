//! Migrations from inside an application.

use crate::database::MigrationTarget;
#[cfg(feature = "postgres")]
use crate::driver::postgres;
#[cfg(feature = "sqlite")]
use crate::driver::sqlite;
use crate::driver::{BackupDestination, ConnectOptions, Driver, HistoryTable, OnlineSchemaChange, connect};
use crate::embed::EmbeddedMigrations;
use crate::error::Error;
use crate::filter::Filter;
use crate::revision::{Directory, RevisionId};
use crate::runner::{self, Event, RunOptions};
use crate::steps::{StepResult, StepTransaction, Steps};
use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Applies an application's revisions, from plain code and from inside an asynchronous runtime alike (it blocks meanwhile).
///
/// Several processes may do so at once: each revision is applied once, and all of them succeed.
///
/// ```no_run
/// use schema_core::{Database, Migrator};
///
/// let database = Database::open("sqlite://app.db")?;
/// let applied = Migrator::from_directory("migrations")?.upgrade(&database)?;
/// println!("{} revisions applied", applied.len());
/// # Ok::<(), schema_core::Error>(())
/// ```
pub struct Migrator {
    revisions: Directory,
    options: ConnectOptions,
    run: RunOptions,
    observer: Option<Box<SharedObserver>>,
}

type SharedObserver = dyn Fn(Event<'_>) + Send + Sync;

impl Migrator {
    /// The revisions of a migrations folder.
    ///
    /// # Errors
    ///
    /// The folder cannot be read or is not sound.
    pub fn from_directory(path: impl Into<PathBuf>) -> Result<Self, Error> {
        Ok(Migrator::new(Directory::open(path)?))
    }

    /// The revisions that [`embed_migrations!`](crate::embed_migrations) has compiled in.
    ///
    /// # Errors
    ///
    /// They are not sound.
    pub fn embedded(migrations: EmbeddedMigrations) -> Result<Self, Error> {
        Ok(Migrator::new(Directory::from_embedded(migrations.files())?))
    }

    /// These revisions.
    #[must_use]
    pub fn new(revisions: Directory) -> Self {
        Migrator { revisions, options: ConnectOptions::default(), run: RunOptions::default(), observer: None }
    }

    /// Keeps the history in this table instead of `schema_history`.
    #[must_use]
    pub fn history_table(mut self, table: HistoryTable) -> Self {
        self.options.history_table = table;
        self
    }

    /// Waits this long for the migration lock, instead of 30 seconds.
    #[must_use]
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.options.lock_timeout = timeout;
        self
    }

    /// Has a program change large tables, where the server would have to copy them (MySQL, MariaDB).
    ///
    /// ```
    /// # use schema_core::{Migrator, driver::OnlineSchemaChange, revision::Directory};
    /// # let revisions = Directory::from_embedded(&[]).unwrap();
    /// let dsn = "F={defaults_file},D={database},t={table}";
    /// let program = OnlineSchemaChange::new(["pt-online-schema-change", "--execute", "--alter", "{alter}", dsn])?;
    /// let migrator = Migrator::new(revisions).online_schema_change(program.from_bytes(1 << 30));
    /// # Ok::<(), schema_core::driver::InvalidOnlineSchemaChange>(())
    /// ```
    #[must_use]
    pub fn online_schema_change(mut self, program: OnlineSchemaChange) -> Self {
        self.options.online_schema_change = Some(program);
        self
    }

    /// Makes a backup before anything is changed.
    #[must_use]
    pub fn backup(mut self, destination: BackupDestination) -> Self {
        self.run.backup = Some(destination);
        self
    }

    /// Applies the revisions to a database that has tables and no history, too: beside what is there, which the revisions must not be about.
    ///
    /// Otherwise such a database is refused, because nothing says that it is this application's.
    #[must_use]
    pub fn adopt(mut self) -> Self {
        self.run.adopt = true;
        self
    }

    /// Takes no notice of these tables, where it is asked whether a database without a history is empty.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.run.filter = filter;
        self
    }

    /// Has a function run where a script names it: `-- schema: rust fill_slugs`.
    ///
    /// It runs inside the transaction of the script, so that its rows and the history are committed together. A name that is given twice is an
    /// error of each run; one that no script names is none.
    ///
    /// ```
    /// # use schema_core::{Migrator, revision::Directory};
    /// # let revisions = Directory::from_embedded(&[]).unwrap();
    /// let migrator = Migrator::new(revisions).with_step("double", |transaction| {
    ///     for row in transaction.query("SELECT id, price FROM products", &[])? {
    ///         let (id, price) = (row[0].clone(), row[1].as_integer().ok_or("no price")?);
    ///         transaction.execute("UPDATE products SET price = ? WHERE id = ?", &[(2 * price).into(), id])?;
    ///     }
    ///     Ok(())
    /// });
    /// ```
    #[must_use]
    pub fn with_step(
        mut self,
        name: impl Into<String>,
        function: impl Fn(&mut StepTransaction<'_>) -> StepResult + Send + Sync + 'static,
    ) -> Self {
        self.run.steps = self.run.steps.with_step(name, function);
        self
    }

    /// Has these functions run where scripts name them, instead of those that were given before.
    #[must_use]
    pub fn with_steps(mut self, steps: Steps) -> Self {
        self.run.steps = steps;
        self
    }

    /// Tells what happens while it happens.
    #[must_use]
    pub fn observer(mut self, observer: impl Fn(Event<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// The revisions.
    #[must_use]
    pub fn revisions(&self) -> &Directory {
        &self.revisions
    }

    /// Applies all that is pending, and returns what this call has applied, in its order.
    ///
    /// # Errors
    ///
    /// The database cannot be reached, its history and the revisions disagree, or a revision fails; what was applied before that
    /// stays applied.
    pub fn upgrade<'a>(&self, target: impl Into<MigrationTarget<'a>>) -> Result<Vec<RevisionId>, Error> {
        let heads = self.revisions.graph().heads();
        self.with_driver(target.into(), &self.options, |driver| {
            let mut observe = |event: Event<'_>| {
                if let Some(observer) = &self.observer {
                    observer(event);
                }
            };
            Ok(runner::upgrade(driver, &self.revisions, &heads, &self.run, &mut observe)?)
        })
    }

    /// What [`Migrator::upgrade`] would apply, in its order.
    ///
    /// # Errors
    ///
    /// The database cannot be reached, or its history cannot be read or is another project's.
    pub fn pending<'a>(&self, target: impl Into<MigrationTarget<'a>>) -> Result<Vec<RevisionId>, Error> {
        Ok(self.status(target.into())?.pending)
    }

    /// The revisions that the database is at.
    ///
    /// # Errors
    ///
    /// As [`Migrator::pending`].
    pub fn current<'a>(&self, target: impl Into<MigrationTarget<'a>>) -> Result<BTreeSet<RevisionId>, Error> {
        Ok(self.status(target.into())?.current)
    }

    fn status(&self, target: MigrationTarget<'_>) -> Result<runner::Status, Error> {
        // To ask about a database is no reason to create it.
        let options = ConnectOptions { create: false, ..self.options.clone() };
        self.with_driver(target, &options, |driver| Ok(runner::status(driver, &self.revisions)?))
    }

    fn with_driver<T>(
        &self,
        target: MigrationTarget<'_>,
        options: &ConnectOptions,
        work: impl FnOnce(&mut dyn Driver) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match target {
            #[cfg(feature = "sqlite")]
            MigrationTarget::Database(database) => database.with_driver(options, work),
            #[cfg(feature = "sqlite")]
            MigrationTarget::SqliteConnection(connection) => sqlite::with_borrowed(connection, options, work),
            #[cfg(feature = "postgres")]
            MigrationTarget::PostgresClient(client) => postgres::with_borrowed(client, options, work),
            MigrationTarget::Url(url) => work(connect(url, options)?.as_mut()),
        }
    }
}

impl fmt::Debug for Migrator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Migrator { revisions, options, run, observer: _ } = self;
        formatter
            .debug_struct("Migrator")
            .field("revisions", &revisions.graph().len())
            .field("options", options)
            .field("run", run)
            .finish_non_exhaustive()
    }
}
