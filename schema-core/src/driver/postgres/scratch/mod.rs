//! Scratch databases: created beside the one at hand or on another server, or an empty database that is kept for it.
//!
//! A schema in place of a database would not do: scripts and definitions name `public`, and extensions, casts and much more belong to the whole database.

mod created;
mod dedicated;
mod owner;
mod search_path;

use super::connection::Connection;
use super::error::message;
use super::settings::Settings;
use super::{MAINTENANCE, PostgresDriver, service, set_session};
use crate::driver::scratch::is_other_server;
use crate::driver::{ConnectOptions, DriverError, ScratchPlaces};
use crate::model::Engine;
use crate::url::{DatabaseUrl, PostgresUrl};
use created::CreatedDatabase;
use dedicated::DedicatedDatabase;
pub(super) use owner::NewOwner;
use search_path::SearchPath;
use std::sync::Arc;

/// What a driver's database is, where it is a scratch database.
#[derive(Debug)]
pub(super) enum Scratch {
    /// It is dropped with the driver.
    Created(#[expect(dead_code, reason = "kept for its end")] CreatedDatabase),
    /// It is emptied with the last of its drivers.
    Dedicated(Arc<DedicatedDatabase>),
}

/// An empty scratch database.
pub(super) fn connect(target: &PostgresDriver) -> Result<PostgresDriver, DriverError> {
    if let Some(Scratch::Dedicated(database)) = &target.scratch {
        // There is no other: whoever needed what it holds is done with it, or fails from here on.
        database.make_empty()?;
        return in_dedicated(target, Arc::clone(database));
    }
    let url = match target.scratch_places.url(Engine::Postgres)? {
        None => return in_created(target, &target.connection, target.url("a scratch database")?),
        Some(DatabaseUrl::Postgres(url)) => url,
        Some(other @ (DatabaseUrl::Mysql(_) | DatabaseUrl::Sqlite(_))) => {
            let found = format!("{}", other.engine());
            return Err(is_other_server(other, &found, Engine::Postgres.name()));
        }
    };
    let url = &service::completed(url)?;
    let named = url.get("dbname").is_some();
    let server = if named { url.clone() } else { url.with_database(MAINTENANCE) };
    let connection = Connection::open(&Settings::new(&server)?)?;
    connection.call(set_session)?;
    let (found, wanted) = (major_version(&connection)?, major_version(&target.connection)?);
    if found != wanted {
        let name = |version: i32| format!("PostgreSQL {version}");
        return Err(is_other_server(url, &name(found), &name(wanted)));
    }
    match in_created(target, &connection, &server) {
        Err(DriverError::ScratchNotAllowed { .. }) if named => {
            in_dedicated(target, Arc::new(DedicatedDatabase::take(url, connection, target)?))
        }
        outcome => outcome,
    }
}

/// In a database that is created on the server of this connection.
fn in_created(
    target: &PostgresDriver,
    server: &Connection,
    url: &PostgresUrl,
) -> Result<PostgresDriver, DriverError> {
    let path = SearchPath::of(&target.connection)?;
    let database = CreatedDatabase::create(target, server, url)?;
    path.set_for(database.name(), server)?;
    let connected = PostgresDriver::connect(&database.url(), &options(target));
    database.is_in_use(server)?;
    let mut driver = connected?;
    path.make_schema(&driver.connection)?;
    driver.scratch = Some(Scratch::Created(database));
    Ok(driver)
}

fn in_dedicated(
    target: &PostgresDriver,
    database: Arc<DedicatedDatabase>,
) -> Result<PostgresDriver, DriverError> {
    let mut driver = PostgresDriver::connect(database.url(), &options(target))?;
    dedicated::begin_work(&driver.connection)?;
    database.search_path().make_schema(&driver.connection)?;
    driver.scratch = Some(Scratch::Dedicated(database));
    Ok(driver)
}

/// A scratch database of a scratch database is made beside it.
fn options(target: &PostgresDriver) -> ConnectOptions {
    ConnectOptions {
        history_table: target.history_table.clone(),
        lock_timeout: target.lock_timeout,
        on_wait: target.on_wait.clone(),
        create: false,
        scratch: ScratchPlaces::default(),
        online_schema_change: None,
    }
}

fn major_version(connection: &Connection) -> Result<i32, DriverError> {
    connection.call(|client| {
        let query = "SELECT current_setting('server_version_num')::int / 10000";
        Ok(client.query_one(query, &[])?.try_get(0)?)
    })
}
