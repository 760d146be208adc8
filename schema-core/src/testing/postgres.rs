//! Templates on PostgreSQL: databases that nobody can connect to, because a copy is only made of one that nobody uses.
//!
//! <https://www.postgresql.org/docs/current/manage-ag-templatedbs.html>

use super::server::{Build, Found, Server, TemplateName, Ways};
use crate::dialect::postgres::{quote, quote_text};
use crate::driver::scratch::seconds_now;
use crate::driver::{Driver, DriverError, Value};
use crate::error::Error;
use crate::url::DatabaseUrl;

/// The first half of the key of the advisory lock under which a template is made; the second is a hash of its name. `test` in ASCII.
const LOCK_CLASS: i32 = 0x7465_7374;

/// In front of the time at which a template was made, in its comment.
const MADE_AT: &str = "made for tests at ";

pub(super) const WAYS: Ways = Ways {
    maintenance,
    prepare,
    copy,
    drop: |name| format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote(name)),
    databases,
};

fn maintenance(url: &DatabaseUrl) -> DatabaseUrl {
    match url {
        DatabaseUrl::Postgres(url) => DatabaseUrl::Postgres(url.with_database("postgres")),
        DatabaseUrl::Mysql(_) | DatabaseUrl::Sqlite(_) => url.clone(),
    }
}

fn prepare(
    driver: &mut dyn Driver,
    server: &Server,
    name: &TemplateName,
    build: &mut Build<'_>,
) -> Result<(), Error> {
    let name = &name.whole;
    // The lock ends with the session.
    let lock = format!("SELECT pg_advisory_lock({LOCK_CLASS}, hashtext({}))::text", quote_text(name));
    driver.query(&lock, &[])?;
    let is_open = "SELECT datallowconn::text FROM pg_catalog.pg_database WHERE datname = ?";
    let found = driver.query(is_open, &[name.as_str().into()])?;
    if let Some([Value::Text(open)]) = found.first().map(Vec::as_slice) {
        if open == "false" {
            return Ok(());
        }
        // Whoever made it did not come to the end.
        driver.execute(&(WAYS.drop)(name))?;
    }
    driver.execute(&format!("CREATE DATABASE {}", quote(name)))?;
    build(&server.database(name))?;
    let comment = quote_text(&format!("{MADE_AT}{}", seconds_now()));
    driver.execute(&format!("COMMENT ON DATABASE {} IS {comment}", quote(name)))?;
    Ok(driver.execute(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", quote(name)))?)
}

fn copy(driver: &mut dyn Driver, _server: &Server, template: &TemplateName, name: &str) -> Result<(), Error> {
    Ok(driver.execute(&format!("CREATE DATABASE {} TEMPLATE {}", quote(name), quote(&template.whole)))?)
}

fn databases(driver: &mut dyn Driver, prefix: &str) -> Result<Vec<Found>, DriverError> {
    let query = "SELECT datname::text, COALESCE(pg_catalog.shobj_description(oid, 'pg_database'), '') FROM pg_catalog.pg_database \
         WHERE starts_with(datname::text, ?) AND pg_catalog.pg_has_role(datdba, 'USAGE')";
    let rows = driver.query(query, &[prefix.into()])?;
    Ok(rows
        .iter()
        .filter_map(|row| {
            let [Value::Text(name), Value::Text(comment)] = row.as_slice() else { return None };
            let made = comment.strip_prefix(MADE_AT).and_then(|seconds| seconds.parse().ok());
            Some(Found { name: name.clone(), made })
        })
        .collect())
}
