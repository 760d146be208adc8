//! What a script has to know of a view, trigger, routine or event that it recreates, as a fingerprint.
//!
//! MySQL and MariaDB write definitions in ways of their own, and share scripts. So a fingerprint says of which of the two it is: on the other one, only what both write alike counts.

use super::MysqlDriver;
use super::connection::get;
use super::copy::without_definer;
use super::error::is_lock_wait;
use super::rights;
use crate::dialect::mysql::definer::{self, Kept};
use crate::dialect::mysql::expression::{canonical, without_database};
use crate::dialect::mysql::routine::with_backticks;
use crate::dialect::mysql::{Variant, quote, quote_name};
use crate::driver::wait::patiently;
use crate::driver::{Ask as _, DriverError};
use crate::hash::sha256;
use crate::sql::{Recreated, RecreatedKind};
use std::collections::BTreeSet;

/// How many digits the part has that both servers write alike.
const SHARED: usize = 16;

/// How many digits the part has that only one of the servers writes so.
const OWN: usize = 31;

const VIEW: &str = "SELECT DEFINER, SECURITY_TYPE, COLLATION_CONNECTION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?";

/// Triggers of one table and event fire in their order. What a body declares has the collation that the database had when the trigger was created, which no session can give it
/// again.
const TRIGGER: &str = "SELECT t.DEFINER, CONCAT_WS('|', t.EVENT_OBJECT_TABLE, t.ACTION_TIMING, t.EVENT_MANIPULATION, t.ACTION_STATEMENT, t.SQL_MODE, \
     t.COLLATION_CONNECTION, (SELECT GROUP_CONCAT(o.TRIGGER_NAME ORDER BY o.ACTION_ORDER SEPARATOR '|') \
     FROM information_schema.TRIGGERS o WHERE o.EVENT_OBJECT_SCHEMA = t.EVENT_OBJECT_SCHEMA AND o.EVENT_OBJECT_TABLE = t.EVENT_OBJECT_TABLE \
     AND o.ACTION_TIMING = t.ACTION_TIMING AND o.EVENT_MANIPULATION = t.EVENT_MANIPULATION), \
     (SELECT t.DATABASE_COLLATION FROM information_schema.SCHEMATA s WHERE s.SCHEMA_NAME = t.TRIGGER_SCHEMA \
     AND s.DEFAULT_COLLATION_NAME <> t.DATABASE_COLLATION AND LOWER(t.ACTION_STATEMENT) LIKE '%declare%')) \
     FROM information_schema.TRIGGERS t WHERE t.TRIGGER_SCHEMA = ? AND t.TRIGGER_NAME = ?";

/// When an event starts that was not told when differs from database to database. In a scratch database no event runs.
const EVENT: &str = "SELECT DEFINER, CONCAT_WS('|', EVENT_DEFINITION, EXECUTE_AT, INTERVAL_VALUE, INTERVAL_FIELD, ENDS, \
     IF(STATUS IN ('SLAVESIDE_DISABLED', 'REPLICA_SIDE_DISABLED'), {ASLEEP}, STATUS), ON_COMPLETION, EVENT_COMMENT, SQL_MODE, COLLATION_CONNECTION, TIME_ZONE, \
     (SELECT e.DATABASE_COLLATION FROM information_schema.SCHEMATA s WHERE s.SCHEMA_NAME = e.EVENT_SCHEMA \
     AND s.DEFAULT_COLLATION_NAME <> e.DATABASE_COLLATION AND LOWER(e.EVENT_DEFINITION) LIKE '%declare%')) \
     FROM information_schema.EVENTS e WHERE EVENT_SCHEMA = ? AND EVENT_NAME = ?";

/// Arguments have the collation of the database, too.
const ROUTINE: &str = "SELECT r.DEFINER, r.SECURITY_TYPE, CONCAT_WS('|', r.SQL_MODE, r.COLLATION_CONNECTION, \
     (SELECT r.DATABASE_COLLATION FROM information_schema.SCHEMATA s WHERE s.SCHEMA_NAME = r.ROUTINE_SCHEMA \
     AND s.DEFAULT_COLLATION_NAME <> r.DATABASE_COLLATION AND (LOWER(r.ROUTINE_DEFINITION) LIKE '%declare%' \
     OR EXISTS (SELECT 1 FROM information_schema.PARAMETERS p WHERE p.SPECIFIC_SCHEMA = r.ROUTINE_SCHEMA \
     AND p.SPECIFIC_NAME = r.SPECIFIC_NAME AND p.ROUTINE_TYPE = r.ROUTINE_TYPE AND p.ORDINAL_POSITION > 0 AND p.CHARACTER_SET_NAME IS NOT NULL)))) \
     FROM information_schema.ROUTINES r WHERE r.ROUTINE_SCHEMA = ? AND r.ROUTINE_NAME = ? AND r.ROUTINE_TYPE = ?";

pub(super) fn fingerprints(
    driver: &mut MysqlDriver,
    objects: &[Recreated],
) -> Result<Vec<Option<String>>, DriverError> {
    objects.iter().map(|object| fingerprint(driver, object)).collect()
}

fn fingerprint(driver: &mut MysqlDriver, object: &Recreated) -> Result<Option<String>, DriverError> {
    let known = known(driver, object)?;
    let expected = object.hash.as_deref();
    if driver.is_copy && known.is_some() && expected.is_some() {
        // Who it ran as, and under what, was not copied: the original is looked at before it is changed.
        return Ok(object.hash.clone());
    }
    let Some(known) = known else { return Ok(None) };
    Ok(Some(known.hash(&driver.account(&known.definer), driver.server.variant, expected)))
}

/// What these objects keep when the statements of a script recreate them: their rights, and their definer where they are what the script was written for, but for their definer, which it does not change.
pub(super) fn kept(
    driver: &mut MysqlDriver,
    objects: &[Recreated],
    statements: &[&str],
) -> Result<Vec<Kept>, DriverError> {
    let mut kept = Vec::new();
    if driver.is_copy || driver.scratch.is_some() {
        return Ok(kept);
    }
    for object in objects {
        let (Some(expected), Some(known)) = (object.hash.as_deref(), known(driver, object)?) else {
            continue;
        };
        let variant = driver.server.variant;
        let has_hash = |definer: &str| known.hash(definer, variant, Some(expected)) == expected;
        if has_hash(&driver.account(&known.definer)) {
            continue;
        }
        let kind = match object.kind == RecreatedKind::PackageBody {
            true => definer::PACKAGE_BODY.to_owned(),
            false => object.kind.words().to_uppercase(),
        };
        let written = statements.iter().filter_map(|sql| definer::written(sql, &kind, &object.after.name));
        let mut written = written.peekable();
        if written.peek().is_some() && written.all(|account| has_hash(&driver.account(&account))) {
            let definer = Some(definer::quoted_account(&known.definer));
            kept.push(Kept { kind, name: object.after.name.clone(), definer, grants: Vec::new() });
        }
    }
    kept.extend(rights::kept(driver, objects, statements)?);
    let definers: BTreeSet<&String> = kept.iter().filter_map(|kept| kept.definer.as_ref()).collect();
    definers.into_iter().try_for_each(|definer| may_define_as(driver, definer))?;
    Ok(kept)
}

/// Whether this account may create something with that definer. The server says so before it says that there is something of the name already.
fn may_define_as(driver: &mut MysqlDriver, definer: &str) -> Result<(), DriverError> {
    /// `ER_TABLE_EXISTS_ERROR`.
    const EXISTS: u16 = 1050;
    let steps = driver.history_table.steps();
    if !driver.table_exists(&steps)? {
        return Ok(());
    }
    let attempt = format!("CREATE DEFINER = {definer} VIEW {} AS SELECT 1", quote_name(&steps));
    let (budget, listener) = (driver.lock_timeout, driver.on_wait.clone());
    // A session whose connection is lost may still hold locks on the journal.
    patiently(budget, &listener, |_| match driver.connection.run(&attempt) {
        Ok(()) => Ok(()),
        Err(mysql::Error::MySqlError(error)) if error.code == EXISTS => Ok(()),
        Err(error) if is_lock_wait(&error) => Err(error.into()),
        Err(mysql::Error::MySqlError(error)) => {
            Err(DriverError::DefinerNotAllowed { definer: definer.to_owned(), message: error.message })
        }
        Err(error) => Err(error.into()),
    })
}

/// What is known of an object.
struct Known {
    /// The account that it runs as.
    definer: String,
    /// What both servers write alike beside that.
    shared: String,
    /// All else.
    own: String,
}

impl Known {
    /// The fingerprint with this definer; that which is expected, where it is of the other server and nothing contradicts it.
    fn hash(&self, definer: &str, variant: Variant, expected: Option<&str>) -> String {
        let (mark, other) = match variant {
            Variant::Mysql => ('1', '2'),
            Variant::Mariadb => ('2', '1'),
        };
        let digits = |text: &str, count: usize| sha256(text).chars().take(count).collect::<String>();
        let shared = digits(&format!("{definer}{}", self.shared), SHARED);
        match expected.and_then(|expected| expected.strip_prefix(&shared)) {
            Some(rest) if rest.starts_with(other) && rest.len() == 1 + OWN => format!("{shared}{rest}"),
            Some(_) | None => format!("{shared}{mark}{}", digits(&self.own, OWN)),
        }
    }
}

fn known(driver: &mut MysqlDriver, object: &Recreated) -> Result<Option<Known>, DriverError> {
    match object.kind {
        RecreatedKind::View => view(driver, &object.before.name),
        RecreatedKind::Trigger => trigger(driver, &object.before.name),
        RecreatedKind::Event => event(driver, &object.before.name),
        RecreatedKind::Function => routine(driver, "FUNCTION", &object.before.name),
        RecreatedKind::Procedure => routine(driver, "PROCEDURE", &object.before.name),
        RecreatedKind::Package => routine(driver, "PACKAGE", &object.before.name),
        RecreatedKind::PackageBody => routine(driver, "PACKAGE BODY", &object.before.name),
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
        | RecreatedKind::Values => Ok(None),
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
    let mut own = canonical(&definition);
    if collation != driver.server.usual_collation {
        own.push_str(&format!("|{collation}"));
    }
    Ok(Some(Known { definer, shared: format!(" {security}"), own }))
}

fn trigger(driver: &mut MysqlDriver, name: &str) -> Result<Option<Known>, DriverError> {
    let database = driver.database()?.to_owned();
    let Some(row) = driver.connection.row(TRIGGER, (&database, name))? else { return Ok(None) };
    let (definer, own): (String, String) = (get(&row, 0)?, get(&row, 1)?);
    Ok(Some(Known { definer, shared: String::new(), own: canonical(&own) }))
}

fn event(driver: &mut MysqlDriver, name: &str) -> Result<Option<Known>, DriverError> {
    let database = driver.database()?.to_owned();
    let asleep = if driver.scratch.is_some() { "'ENABLED'" } else { "'ASLEEP'" };
    let query = EVENT.replace("{ASLEEP}", asleep);
    let Some(row) = driver.connection.row(&query, (&database, name))? else { return Ok(None) };
    let (definer, own): (String, String) = (get(&row, 0)?, get(&row, 1)?);
    Ok(Some(Known { definer, shared: String::new(), own: canonical(&own) }))
}

fn routine(driver: &mut MysqlDriver, keyword: &str, name: &str) -> Result<Option<Known>, DriverError> {
    let database = driver.database()?.to_owned();
    let Some(row) = driver.connection.row(ROUTINE, (&database, name, keyword))? else { return Ok(None) };
    let (definer, security, settings): (String, String, String) =
        (get(&row, 0)?, get(&row, 1)?, get(&row, 2)?);
    let shown = driver.connection.show_create(&[(format!("{keyword} {}", quote(name)), 2)])?;
    let text = with_backticks(&shown.into_iter().next().flatten().unwrap_or_default());
    let definition = without_definer(&text, driver.server.variant.engine());
    let own = format!("{}|{settings}", canonical(&definition));
    Ok(Some(Known { definer, shared: format!(" {security}"), own }))
}

impl MysqlDriver {
    /// An account, as scripts say it: not at all where it is the one that runs them.
    fn account(&self, account: &str) -> String {
        if account == self.server.user { String::new() } else { account.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_of_the_other_server_is_held_against_what_both_write_alike() {
        let known = |definer: &str, own: &str| Known {
            definer: definer.to_owned(),
            shared: String::new(),
            own: own.to_owned(),
        };
        let (mysql, mariadb) = (known("ann", "select 1"), known("ann", "select 1 AS `1`"));
        let hash = mysql.hash("ann", Variant::Mysql, None);
        assert_eq!(hash.len(), SHARED + 1 + OWN);
        assert_eq!(mysql.hash("ann", Variant::Mysql, Some(&hash)), hash);
        assert_ne!(known("ann", "select 2").hash("ann", Variant::Mysql, Some(&hash)), hash);
        assert_eq!(mariadb.hash("ann", Variant::Mariadb, Some(&hash)), hash);
        assert_ne!(known("bob", "select 1").hash("bob", Variant::Mariadb, Some(&hash)), hash);
        assert_ne!(mariadb.hash("ann", Variant::Mariadb, None), hash);
    }
}
