//! Templates on MySQL and MariaDB, which have no copies of databases: definitions and rows are made once more.

use super::server::{Build, Found, Server, TemplateName, Ways};
use crate::dialect::mysql::{quote, quote_text};
use crate::driver::{Driver, DriverError, Value, create_database, mysql};
use crate::error::Error;
use crate::url::DatabaseUrl;

pub(super) const WAYS: Ways = Ways {
    maintenance,
    prepare,
    copy,
    drop: |name| format!("DROP DATABASE IF EXISTS {}", quote(name)),
    databases,
};

fn maintenance(url: &DatabaseUrl) -> DatabaseUrl {
    match url {
        DatabaseUrl::Mysql(url) => DatabaseUrl::Mysql(url.without_database()),
        DatabaseUrl::Postgres(_) | DatabaseUrl::Sqlite(_) => url.clone(),
    }
}

/// To go on with a template that is not whole is what an upgrade does.
fn prepare(
    driver: &mut dyn Driver,
    server: &Server,
    name: &TemplateName,
    build: &mut Build<'_>,
) -> Result<(), Error> {
    // The lock ends with the session.
    driver.query(&format!("SELECT GET_LOCK({}, 600)", quote_text(&name.whole)), &[])?;
    let url = server.database(&name.whole);
    create_database(&url)?;
    build(&url)
}

fn copy(driver: &mut dyn Driver, server: &Server, template: &TemplateName, name: &str) -> Result<(), Error> {
    let like = "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?";
    let rows = driver.query(like, &[template.whole.as_str().into()])?;
    let Some([Value::Text(charset), Value::Text(collation)]) = rows.first().map(Vec::as_slice) else {
        let message = format!("there is no database {}", quote(&template.whole));
        return Err(DriverError::Refused { message }.into());
    };
    driver.execute(&format!(
        "CREATE DATABASE {} CHARACTER SET {} COLLATE {}",
        quote(name),
        quote(charset),
        quote(collation)
    ))?;
    match (server.database(&template.whole), server.database(name)) {
        (DatabaseUrl::Mysql(from), DatabaseUrl::Mysql(to)) => Ok(mysql::copy_database(&from, &to)?),
        _ => Ok(()),
    }
}

fn databases(driver: &mut dyn Driver, prefix: &str) -> Result<Vec<Found>, DriverError> {
    let query = "SELECT s.SCHEMA_NAME, (SELECT UNIX_TIMESTAMP(MIN(t.CREATE_TIME)) FROM information_schema.TABLES t \
           WHERE t.TABLE_SCHEMA = s.SCHEMA_NAME) FROM information_schema.SCHEMATA s WHERE LEFT(s.SCHEMA_NAME, CHAR_LENGTH(?)) = ?";
    let rows = driver.query(query, &[prefix.into(), prefix.into()])?;
    Ok(rows
        .iter()
        .filter_map(|row| {
            let [Value::Text(name), made] = row.as_slice() else { return None };
            let made = made.as_integer().and_then(|seconds| seconds.try_into().ok());
            Some(Found { name: name.clone(), made })
        })
        .collect())
}
