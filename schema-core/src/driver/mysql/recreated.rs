//! What a script has to know of a view or trigger that it recreates, as a fingerprint.
//!
//! MySQL and MariaDB write definitions in ways of their own, and share scripts. So a fingerprint says of which of the two it is: on the other one, only what both write alike counts.

use super::MysqlDriver;
use super::connection::get;
use super::copy::without_definer;
use crate::dialect::mysql::expression::{canonical, without_database};
use crate::dialect::mysql::{Variant, quote};
use crate::driver::DriverError;
use crate::hash::sha256;
use crate::sql::{Recreated, RecreatedKind};

/// How many digits the part has that both servers write alike.
const SHARED: usize = 16;

/// How many digits the part has that only one of the servers writes so.
const OWN: usize = 31;

const VIEW: &str = "SELECT DEFINER, SECURITY_TYPE, COLLATION_CONNECTION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?";

/// Triggers of one table and event fire in their order.
const TRIGGER: &str = "SELECT t.DEFINER, CONCAT_WS('|', t.EVENT_OBJECT_TABLE, t.ACTION_TIMING, t.EVENT_MANIPULATION, t.ACTION_STATEMENT, t.SQL_MODE, \
     t.COLLATION_CONNECTION, (SELECT GROUP_CONCAT(o.TRIGGER_NAME ORDER BY o.ACTION_ORDER SEPARATOR '|') \
     FROM information_schema.TRIGGERS o WHERE o.EVENT_OBJECT_SCHEMA = t.EVENT_OBJECT_SCHEMA AND o.EVENT_OBJECT_TABLE = t.EVENT_OBJECT_TABLE \
     AND o.ACTION_TIMING = t.ACTION_TIMING AND o.EVENT_MANIPULATION = t.EVENT_MANIPULATION)) \
     FROM information_schema.TRIGGERS t WHERE t.TRIGGER_SCHEMA = ? AND t.TRIGGER_NAME = ?";

pub(super) fn fingerprints(
    driver: &mut MysqlDriver,
    objects: &[Recreated],
) -> Result<Vec<Option<String>>, DriverError> {
    objects.iter().map(|object| fingerprint(driver, object)).collect()
}

fn fingerprint(driver: &mut MysqlDriver, object: &Recreated) -> Result<Option<String>, DriverError> {
    let known = match object.kind {
        RecreatedKind::View => view(driver, &object.before.name)?,
        RecreatedKind::Trigger => trigger(driver, &object.before.name)?,
        RecreatedKind::MaterializedView
        | RecreatedKind::Table
        | RecreatedKind::Type
        | RecreatedKind::Sequence
        | RecreatedKind::Statistics
        | RecreatedKind::Index
        | RecreatedKind::Constraint
        | RecreatedKind::Rule
        | RecreatedKind::Policy
        | RecreatedKind::Column
        | RecreatedKind::Values => None,
    };
    let variant = driver.server.variant;
    let expected = object.hash.as_deref();
    if driver.is_copy && known.is_some() && expected.is_some() {
        // Who it ran as, and under what, was not copied: the original is looked at before it is changed.
        return Ok(object.hash.clone());
    }
    Ok(known.map(|known| known.hash(variant, expected)))
}

/// What is known of an object.
struct Known {
    /// Who it runs as, which both servers write alike.
    shared: String,
    /// All else.
    own: String,
}

impl Known {
    /// The fingerprint; that which is expected, where it is of the other server and nothing contradicts it.
    fn hash(&self, variant: Variant, expected: Option<&str>) -> String {
        let (mark, other) = match variant {
            Variant::Mysql => ('1', '2'),
            Variant::Mariadb => ('2', '1'),
        };
        let digits = |text: &str, count: usize| sha256(text).chars().take(count).collect::<String>();
        let shared = digits(&self.shared, SHARED);
        match expected.and_then(|expected| expected.strip_prefix(&shared)) {
            Some(rest) if rest.starts_with(other) && rest.len() == 1 + OWN => format!("{shared}{rest}"),
            Some(_) | None => format!("{shared}{mark}{}", digits(&self.own, OWN)),
        }
    }
}

fn view(driver: &mut MysqlDriver, name: &str) -> Result<Option<Known>, DriverError> {
    let database = driver.database()?.to_owned();
    let Some(row) = driver.connection.row(VIEW, (&database, name))? else { return Ok(None) };
    let (definer, security, collation): (String, String, String) =
        (get(&row, 0)?, get(&row, 1)?, get(&row, 2)?);
    let shown = driver.connection.show_create(&[(format!("VIEW {}", quote(name)), 1)])?;
    let text = shown.into_iter().next().flatten().unwrap_or_default();
    let definition = without_database(&without_definer(&text, driver.server.variant.engine()), &database);
    let shared = format!("{} {security}", account(driver, &definer));
    let mut own = canonical(&definition);
    if collation != driver.server.usual_collation {
        own.push_str(&format!("|{collation}"));
    }
    Ok(Some(Known { shared, own }))
}

fn trigger(driver: &mut MysqlDriver, name: &str) -> Result<Option<Known>, DriverError> {
    let database = driver.database()?.to_owned();
    let Some(row) = driver.connection.row(TRIGGER, (&database, name))? else { return Ok(None) };
    let (definer, own): (String, String) = (get(&row, 0)?, get(&row, 1)?);
    Ok(Some(Known { shared: account(driver, &definer), own: canonical(&own) }))
}

/// An account, as scripts say it: not at all where it is the one that runs them.
fn account(driver: &MysqlDriver, account: &str) -> String {
    if account == driver.server.user { String::new() } else { account.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_of_the_other_server_is_held_against_what_both_write_alike() {
        let known = |shared: &str, own: &str| Known { shared: shared.to_owned(), own: own.to_owned() };
        let (mysql, mariadb) = (known("ann", "select 1"), known("ann", "select 1 AS `1`"));
        let hash = mysql.hash(Variant::Mysql, None);
        assert_eq!(hash.len(), SHARED + 1 + OWN);
        assert_eq!(mysql.hash(Variant::Mysql, Some(&hash)), hash);
        assert_ne!(known("ann", "select 2").hash(Variant::Mysql, Some(&hash)), hash);
        assert_eq!(mariadb.hash(Variant::Mariadb, Some(&hash)), hash);
        assert_ne!(known("bob", "select 1").hash(Variant::Mariadb, Some(&hash)), hash);
        assert_ne!(mariadb.hash(Variant::Mariadb, None), hash);
    }
}
