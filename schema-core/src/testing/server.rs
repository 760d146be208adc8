//! Templates and copies on a server, whatever its engine.

use super::copies::{Copy, PREFIX};
#[cfg(feature = "mysql")]
use super::mysql;
#[cfg(feature = "postgres")]
use super::postgres;
use crate::driver::scratch::{made_at, new_name, seconds_now};
use crate::driver::{ConnectOptions, Driver, DriverError, connect};
use crate::error::Error;
use crate::url::DatabaseUrl;
use std::time::Duration;

/// What the names of templates begin with.
const TEMPLATE: &str = "schema_template_";

/// How old databases of tests that failed or were killed have to be before they are dropped.
const STALE_COPY: Duration = Duration::from_secs(24 * 3600);

/// How old a template has to be before another of the same project drops it.
const STALE_TEMPLATE: Duration = Duration::from_secs(7 * 24 * 3600);

/// A server, by a URL whose database is not touched.
#[derive(Clone, Debug)]
pub(super) struct Server {
    url: DatabaseUrl,
}

/// The name of a template: what all of a project begin with, and the whole.
#[derive(Clone, Debug)]
pub(super) struct TemplateName {
    pub(super) of_project: String,
    pub(super) whole: String,
}

impl TemplateName {
    /// The project is its first revision; the key says what the template is made of.
    pub(super) fn new(project: &str, key: &str) -> Self {
        let project = crate::hash::short(project);
        let of_project = format!("{TEMPLATE}{project}_");
        let whole = format!("{of_project}{}", key.get(..16).unwrap_or(key));
        TemplateName { of_project, whole }
    }
}

/// What servers of an engine do in their own ways.
pub(super) struct Ways {
    /// The database that is there on every server, where the URL's own is not.
    pub(super) maintenance: fn(&DatabaseUrl) -> DatabaseUrl,
    /// Makes the template where it is not there or not whole; several programs may do so at once.
    pub(super) prepare: fn(&mut dyn Driver, &Server, &TemplateName, &mut Build<'_>) -> Result<(), Error>,
    /// Makes a copy of a template under a new name.
    pub(super) copy: fn(&mut dyn Driver, &Server, &TemplateName, &str) -> Result<(), Error>,
    /// The statement that drops a database.
    pub(super) drop: fn(&str) -> String,
    /// The databases whose names begin so.
    pub(super) databases: fn(&mut dyn Driver, &str) -> Result<Vec<Found>, DriverError>,
}

/// A database that is there.
pub(super) struct Found {
    pub(super) name: String,
    /// When it was made, in seconds since 1970, where that is known.
    pub(super) made: Option<u64>,
}

/// Brings an empty database to head.
pub(super) type Build<'work> = dyn FnMut(&DatabaseUrl) -> Result<(), Error> + 'work;

impl Server {
    pub(super) fn new(url: &DatabaseUrl) -> Self {
        Server { url: url.clone() }
    }

    /// The URL of a database of this server.
    pub(super) fn database(&self, name: &str) -> DatabaseUrl {
        match &self.url {
            DatabaseUrl::Postgres(url) => DatabaseUrl::Postgres(url.with_database(name)),
            DatabaseUrl::Mysql(url) => DatabaseUrl::Mysql(url.with_database(name)),
            DatabaseUrl::Sqlite(_) => self.url.clone(),
        }
    }

    pub(super) fn prepare(&self, name: &TemplateName, build: &mut Build<'_>) -> Result<(), Error> {
        let ways = self.ways()?;
        let mut driver = self.connect()?;
        (ways.prepare)(driver.as_mut(), self, name, build)?;
        // What is left behind costs room alone.
        let _ = self.drop_stale(&ways, driver.as_mut(), name);
        Ok(())
    }

    pub(super) fn copy(&self, template: &TemplateName) -> Result<Copy, Error> {
        let name = new_name(PREFIX);
        let copy = Copy::on_server(self.clone(), name.clone());
        (self.ways()?.copy)(self.connect()?.as_mut(), self, template, &name)?;
        Ok(copy)
    }

    /// Whether the template is still there.
    pub(super) fn has(&self, template: &TemplateName) -> Result<bool, Error> {
        let found = (self.ways()?.databases)(self.connect()?.as_mut(), &template.whole)?;
        Ok(found.iter().any(|database| database.name == template.whole))
    }

    pub(super) fn drop_database(&self, name: &str) -> Result<(), Error> {
        let statement = (self.ways()?.drop)(name);
        Ok(self.connect()?.execute(&statement)?)
    }

    fn drop_stale(
        &self,
        ways: &Ways,
        driver: &mut dyn Driver,
        own: &TemplateName,
    ) -> Result<(), DriverError> {
        let now = seconds_now();
        let is_older = |made: Option<u64>, than: Duration| {
            made.is_some_and(|made| now.saturating_sub(made) > than.as_secs())
        };
        let mut stale: Vec<String> = Vec::new();
        for Found { name, made: _ } in (ways.databases)(driver, PREFIX)? {
            stale.extend(is_older(made_at(PREFIX, &name), STALE_COPY).then_some(name));
        }
        for Found { name, made } in (ways.databases)(driver, &own.of_project)? {
            stale.extend((name != own.whole && is_older(made, STALE_TEMPLATE)).then_some(name));
        }
        stale.iter().try_for_each(|name| driver.execute(&(ways.drop)(name)))
    }

    /// A connection from which databases can be made: to the URL's own, where it is there.
    fn connect(&self) -> Result<Box<dyn Driver>, Error> {
        let options = ConnectOptions { create: false, ..ConnectOptions::default() };
        let maintenance = (self.ways()?.maintenance)(&self.url);
        Ok(connect(&maintenance, &options).or_else(|_| connect(&self.url, &options))?)
    }

    fn ways(&self) -> Result<Ways, Error> {
        match &self.url {
            #[cfg(feature = "postgres")]
            DatabaseUrl::Postgres(_) => Ok(postgres::WAYS),
            #[cfg(feature = "mysql")]
            DatabaseUrl::Mysql(_) => Ok(mysql::WAYS),
            #[cfg(not(feature = "postgres"))]
            DatabaseUrl::Postgres(_) => {
                Err(DriverError::EngineNotAvailable { engine: self.url.engine() }.into())
            }
            #[cfg(not(feature = "mysql"))]
            DatabaseUrl::Mysql(_) => {
                Err(DriverError::EngineNotAvailable { engine: self.url.engine() }.into())
            }
            DatabaseUrl::Sqlite(_) => {
                Err(DriverError::EngineNotAvailable { engine: self.url.engine() }.into())
            }
        }
    }
}
