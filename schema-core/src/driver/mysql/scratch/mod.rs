//! Scratch databases: created beside the one at hand or on another server, or an empty database that is kept for it.

pub(super) mod created;
mod dedicated;

use super::server::Server;
use super::{Connection, MysqlDriver, open};
use crate::dialect::mysql::LowerCaseTableNames;
use crate::driver::scratch::is_other_server;
use crate::driver::{ConnectOptions, DriverError, ScratchPlaces};
use crate::url::{DatabaseUrl, MysqlUrl};
use created::CreatedDatabase;
use dedicated::DedicatedDatabase;
use std::sync::Arc;

/// What a driver's database is, where it is a scratch database.
#[derive(Debug)]
pub(super) enum Scratch {
    /// It is dropped with the driver.
    Created(#[expect(dead_code, reason = "kept for its end")] CreatedDatabase),
    /// It is emptied with the last of its drivers.
    Dedicated(Arc<DedicatedDatabase>),
}

/// An empty scratch database of the same kind.
pub(super) fn connect(target: &MysqlDriver) -> Result<MysqlDriver, DriverError> {
    if let Some(Scratch::Dedicated(database)) = &target.scratch {
        // There is no other: whoever needed what it holds is done with it, or fails from here on.
        database.make_empty()?;
        return in_dedicated(target, Arc::clone(database));
    }
    let url = match target.scratch_places.url(target.server.variant.engine())? {
        None => return in_created(target, &target.url),
        Some(DatabaseUrl::Mysql(url)) => url,
        Some(other @ (DatabaseUrl::Postgres(_) | DatabaseUrl::Sqlite(_))) => {
            let wanted = target.server.variant.engine();
            return Err(is_other_server(other, other.engine().name(), wanted.name()));
        }
    };
    check_alike(url, &Server::ask(&mut open(&url.without_database())?)?, &target.server)?;
    match in_created(target, url) {
        Err(DriverError::ScratchNotAllowed { .. }) if url.get("database").is_some() => {
            in_dedicated(target, Arc::new(DedicatedDatabase::take(url, target)?))
        }
        outcome => outcome,
    }
}

/// In a database that is created on the server that the URL leads to.
fn in_created(target: &MysqlDriver, url: &MysqlUrl) -> Result<MysqlDriver, DriverError> {
    let server = url.without_database();
    let mut driver = MysqlDriver::connect(&server, &options(target))?;
    let (name, database) = created::create(&mut driver.connection, &driver.server, &target.server, &server)?;
    driver.url = url.with_database(&name);
    driver.server.database = Some(name);
    driver.scratch = Some(Scratch::Created(database));
    like_target(driver, target)
}

fn in_dedicated(target: &MysqlDriver, database: Arc<DedicatedDatabase>) -> Result<MysqlDriver, DriverError> {
    let mut driver = MysqlDriver::connect(database.url(), &options(target))?;
    database.begin_work(&mut driver.connection, &target.server)?;
    driver.scratch = Some(Scratch::Dedicated(database));
    like_target(driver, target)
}

fn options(target: &MysqlDriver) -> ConnectOptions {
    ConnectOptions {
        history_table: target.history_table.without_schema(),
        lock_timeout: target.lock_timeout,
        on_wait: target.on_wait.clone(),
        create: false,
        scratch: ScratchPlaces::default(),
        online_schema_change: None,
    }
}

/// The database has the character set of the target's, and its session takes what the target's does.
fn like_target(mut driver: MysqlDriver, target: &MysqlDriver) -> Result<MysqlDriver, DriverError> {
    driver.server.charset.clone_from(&target.server.charset);
    driver.server.collation.clone_from(&target.server.collation);
    driver.server.zero_dates = target.server.zero_dates;
    driver.server.prepare(&mut driver.connection)?;
    Ok(driver)
}

/// Another version or another way with names would prove nothing.
fn check_alike(url: &MysqlUrl, found: &Server, wanted: &Server) -> Result<(), DriverError> {
    let is_alike = found.variant == wanted.variant
        && (found.version.major, found.version.minor) == (wanted.version.major, wanted.version.minor);
    if !is_alike {
        let name = |server: &Server| {
            let engine = server.variant.engine();
            format!("{engine} {}.{}", server.version.major, server.version.minor)
        };
        return Err(is_other_server(url, &name(found), &name(wanted)));
    }
    if found.table_names != wanted.table_names {
        let name = |server: &Server| {
            let number = match server.table_names {
                LowerCaseTableNames::Never => 0,
                LowerCaseTableNames::Stored => 1,
                LowerCaseTableNames::Compared => 2,
            };
            format!("a server with lower_case_table_names = {number}")
        };
        return Err(is_other_server(url, &name(found), &name(wanted)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::mysql;
    use crate::dialect::mysql::session::ZeroDates;

    fn server(version: &str, table_names: LowerCaseTableNames) -> Server {
        let mysql::Server { variant, version } = mysql::Server::parse(version).unwrap();
        Server {
            variant,
            version,
            database: None,
            charset: "utf8mb4".to_owned(),
            collation: "utf8mb4_bin".to_owned(),
            user: "ann@%".to_owned(),
            table_names,
            zero_dates: ZeroDates::Refused,
            usual_collation: "utf8mb4_general_ci".to_owned(),
        }
    }

    #[test]
    fn a_server_of_another_kind_version_or_way_with_names_is_refused() {
        let Ok(DatabaseUrl::Mysql(url)) = DatabaseUrl::parse("mysql://ann:c4nary@h/d") else { panic!() };
        let wanted = server("9.7.4", LowerCaseTableNames::Never);
        let alike = |version: &str, names| check_alike(&url, &server(version, names), &wanted);
        alike("9.7.1", LowerCaseTableNames::Never).unwrap();
        for (version, names, found) in [
            ("8.4.0", LowerCaseTableNames::Never, "is on mysql 8.4, and the database at hand on mysql 9.7"),
            ("10.11.6-MariaDB", LowerCaseTableNames::Never, "is on mariadb 10.11"),
            ("9.7.4", LowerCaseTableNames::Stored, "lower_case_table_names = 1"),
        ] {
            let error = alike(version, names).unwrap_err().to_string();
            assert!(error.contains(found) && !error.contains("c4nary"), "{error}");
        }
    }
}
