//! The start of an application: its database opened, and migrated where the environment says so.

use crate::database::ApplicationDatabase;
#[cfg(feature = "sqlite")]
use crate::database::Database;
use crate::driver::BackupDestination;
use crate::error::Error;
use crate::migrator::Migrator;
use crate::model::Engine;
use crate::url::DatabaseUrl;

const DATABASE_URL: &str = "DATABASE_URL";
const AUTO_UPGRADE: &str = "MIGRATION_AUTO_UPGRADE";
const BACKUP: &str = "MIGRATION_BACKUP_BEFORE_UPGRADE";

/// Opens an application's database, and migrates it where the environment says so.
///
/// | Variable | Meaning |
/// |---|---|
/// | `DATABASE_URL` | the database |
/// | `MIGRATION_AUTO_UPGRADE` | `1`: apply what is pending; otherwise pending revisions are an error |
/// | `MIGRATION_BACKUP_BEFORE_UPGRADE` | `1`: make a backup next to the database before that |
///
/// ```no_run
/// use schema_core::{Initializer, Migrator};
///
/// let migrator = Migrator::from_directory("migrations")?;
/// let database = Initializer::from_environment(migrator)?.initialize()?;
/// # Ok::<(), schema_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Initializer {
    migrator: Migrator,
    url: Option<DatabaseUrl>,
    auto_upgrade: bool,
    allow_pending: bool,
}

impl Initializer {
    /// Reads the environment.
    ///
    /// # Errors
    ///
    /// A variable has a value that it cannot have.
    pub fn from_environment(migrator: Migrator) -> Result<Self, Error> {
        Initializer::from_variables(migrator, |name| std::env::var(name).ok())
    }

    /// Reads the same variables from somewhere else.
    ///
    /// # Errors
    ///
    /// As [`Initializer::from_environment`].
    pub fn from_variables(
        migrator: Migrator,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Error> {
        let url = variable(DATABASE_URL).filter(|url| !url.is_empty());
        let initializer = Initializer {
            url: url.map(|url| DatabaseUrl::parse(&url)).transpose()?,
            auto_upgrade: switch(AUTO_UPGRADE, variable(AUTO_UPGRADE))?,
            allow_pending: false,
            migrator,
        };
        Ok(if switch(BACKUP, variable(BACKUP))? {
            initializer.backup(BackupDestination::Beside)
        } else {
            initializer
        })
    }

    /// Uses this database, whatever the environment says.
    #[must_use]
    pub fn database_url(mut self, url: DatabaseUrl) -> Self {
        self.url = Some(url);
        self
    }

    /// Uses this database where the environment names none.
    #[must_use]
    pub fn default_database_url(mut self, url: DatabaseUrl) -> Self {
        self.url.get_or_insert(url);
        self
    }

    /// The engine of the database that is named so far: it says which type to give to [`Initializer::initialize_as`].
    #[must_use]
    pub fn engine(&self) -> Option<Engine> {
        self.url.as_ref().map(DatabaseUrl::engine)
    }

    /// Applies what is pending, or not, whatever the environment says.
    #[must_use]
    pub fn auto_upgrade(mut self, auto_upgrade: bool) -> Self {
        self.auto_upgrade = auto_upgrade;
        self
    }

    /// Makes a backup before anything is changed, whatever the environment says.
    #[must_use]
    pub fn backup(mut self, destination: BackupDestination) -> Self {
        self.migrator = self.migrator.backup(destination);
        self
    }

    /// Starts although revisions are pending, as an application may that is older or newer than its database.
    #[must_use]
    pub fn allow_pending(mut self) -> Self {
        self.allow_pending = true;
        self
    }

    /// Opens the SQLite database, as [`Initializer::initialize_as`] does that of any engine.
    ///
    /// # Errors
    ///
    /// As [`Initializer::initialize_as`].
    #[cfg(feature = "sqlite")]
    pub fn initialize(self) -> Result<Database, Error> {
        self.initialize_as()
    }

    /// Opens the database of an engine: `initialize_as::<database::postgres::Database>()`.
    ///
    /// Of many copies of an application that start at once, one applies what is pending, and the others wait for it and go on.
    ///
    /// # Errors
    ///
    /// No database is named or it cannot be opened; a revision fails; or revisions are pending and are not to be applied.
    pub fn initialize_as<Database: ApplicationDatabase>(self) -> Result<Database, Error> {
        let Initializer { migrator, url, auto_upgrade, allow_pending } = self;
        let database = Database::open_url(&url.ok_or(Error::NoDatabaseUrl)?)?;
        if auto_upgrade {
            migrator.upgrade(database.migration_target())?;
        } else if !allow_pending {
            let revisions = migrator.pending(database.migration_target())?;
            if !revisions.is_empty() {
                return Err(Error::Pending { revisions });
            }
        }
        Ok(database)
    }
}

fn switch(name: &'static str, value: Option<String>) -> Result<bool, Error> {
    match value.as_deref().map(str::trim).map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "0" | "false" | "no" | "off") => Ok(false),
        Some("1" | "true" | "yes" | "on") => Ok(true),
        Some(_) => Err(Error::InvalidVariable { name, value: value.unwrap_or_default() }),
    }
}
