//! Where the data lives: opens the database and migrates it on the way.

use crate::error::Error;
use schema_core::driver::BackupDestination;
use schema_core::url::DatabaseUrl;
use schema_core::{Database, EmbeddedMigrations, Initializer, Migrator, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

const DEFAULT_URL: &str = "sqlite://product-feed.db";

/// Opens the database for work. `MIGRATION_AUTO_UPGRADE` has it migrated first, and `MIGRATION_BACKUP_BEFORE_UPGRADE` copied before that;
/// without them a database that is behind is an error.
///
/// # Errors
///
/// When the database can't be opened, or a migration fails or is pending.
pub fn open(url: Option<&str>) -> Result<Database, Error> {
    Ok(initializer(url)?.initialize()?)
}

/// Creates the database if it is missing, and migrates it whatever the environment says.
///
/// # Errors
///
/// When the database can't be opened or a migration fails.
pub fn create(url: Option<&str>, backup: bool) -> Result<Database, Error> {
    let mut initializer = initializer(url)?.auto_upgrade(true);
    if backup {
        initializer = initializer.backup(BackupDestination::Beside);
    }
    Ok(initializer.initialize()?)
}

fn initializer(url: Option<&str>) -> Result<Initializer, Error> {
    let migrator = Migrator::embedded(MIGRATIONS)?;
    let mut initializer = Initializer::from_environment(migrator)?;
    if let Some(url) = url {
        initializer = initializer.database_url(DatabaseUrl::parse(url).map_err(schema_core::Error::from)?);
    }
    let default = DatabaseUrl::parse(DEFAULT_URL).map_err(schema_core::Error::from)?;
    Ok(initializer.default_database_url(default))
}
