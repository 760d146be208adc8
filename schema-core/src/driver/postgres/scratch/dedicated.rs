//! An empty database that is kept for scratch work, for roles that may not create one.
//!
//! One run uses it at a time, and holds a lock for it. The table [`MARKER`] says that what else is there may be dropped: it is made while the database is empty, so
//! that what a killed run has left is told from what somebody needs. Must never drop anything where the marker was not made by this tool.

use super::search_path::SearchPath;
use super::{Connection, PostgresDriver, Settings, message, set_session};
use crate::driver::DriverError;
use crate::driver::postgres::lock;
use crate::driver::scratch::{MARKER, Registration, alone, is_target, not_empty};
use crate::driver::wait::patiently;
use crate::url::PostgresUrl;
use postgres::Client;
use postgres::error::SqlState;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The upper half of this module's advisory locks, which count in one database: `scra` in ASCII.
const CLASS: i64 = 0x7363_7261_0000_0000;

/// The lock of the run that uses the database.
const OWNER: i64 = CLASS + 1;

/// The lock of the session that its statements run in.
const WORK: i64 = CLASS + 2;

/// How long a session may take that was told to end.
const LAST_WORK: Duration = Duration::from_secs(10);

const WORKERS: &str = "SELECT l.pid FROM pg_catalog.pg_locks l \
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.pid <> pg_catalog.pg_backend_pid() \
       AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()) \
       AND l.classid::bigint = $1 AND l.objid::bigint = $2";

/// A database that is emptied with this.
#[derive(Debug)]
pub(in super::super) struct DedicatedDatabase {
    url: PostgresUrl,
    /// Until the lock is free for others.
    registration: Option<Registration>,
    /// The session that has the lock.
    owner: Mutex<Connection>,
    /// That of the database at hand.
    search_path: SearchPath,
}

impl DedicatedDatabase {
    /// Takes the database that the URL names, to which the connection leads, where it is empty or what a killed run has left in it.
    pub(super) fn take(
        url: &PostgresUrl,
        owner: Connection,
        target: &PostgresDriver,
    ) -> Result<Self, DriverError> {
        check_not_target(url, &owner, target)?;
        patiently(target.lock_timeout, &target.on_wait, |_| {
            if lock::acquire(&owner, OWNER)? {
                return Ok(());
            }
            let holder = lock::holder(&owner, OWNER)?;
            Err(DriverError::ScratchInUse { place: url.to_string(), holder, waited: target.lock_timeout })
        })?;
        let process =
            owner.call(|client| Ok(client.query_one("SELECT pg_backend_pid()", &[])?.try_get(0)?))?;
        lock::check_exclusive(&Settings::new(url)?, OWNER, process)?;
        let place = url.clone();
        owner.call(move |client| {
            if is_marked(client)? {
                end_work(client)?;
                let left = empty(client)?;
                return if left.is_empty() { Ok(()) } else { Err(not_empty(&place, &left)) };
            }
            let contents: Vec<String> = contents(client)?.into_iter().map(|(name, _)| name).collect();
            if !contents.is_empty() {
                return Err(not_empty(&place, &contents));
            }
            mark(client, &place)
        })?;
        let cleaned = url.clone();
        Ok(DedicatedDatabase {
            url: url.clone(),
            registration: Some(Registration::new(move || {
                if let Ok(connection) = Settings::new(&cleaned).and_then(|it| Connection::open(&it)) {
                    let _ = connection.call(set_session);
                    clean(&connection);
                }
            })),
            owner: Mutex::new(owner),
            search_path: SearchPath::of(&target.connection)?,
        })
    }

    /// Ends the session that works in the database, and drops what it has made.
    pub(super) fn make_empty(&self) -> Result<(), DriverError> {
        let place = self.url.clone();
        let owner = self.owner.lock().unwrap_or_else(PoisonError::into_inner);
        alone(|| {
            owner.call(move |client| {
                end_work(client)?;
                let left = empty(client)?;
                if left.is_empty() { Ok(()) } else { Err(not_empty(&place, &left)) }
            })
        })
    }

    pub(super) fn url(&self) -> &PostgresUrl {
        &self.url
    }

    pub(super) fn search_path(&self) -> &SearchPath {
        &self.search_path
    }
}

impl Drop for DedicatedDatabase {
    fn drop(&mut self) {
        let owner = self.owner.get_mut().unwrap_or_else(PoisonError::into_inner);
        clean(owner);
        drop(self.registration.take());
        // The end of the session would free it too, a little later.
        let _ = lock::release(owner, OWNER);
    }
}

/// Nobody is there to tell where this fails: the marker stays then, and the next run begins with it.
fn clean(connection: &Connection) {
    let _ = alone(|| {
        connection.call(|client| {
            end_work(client)?;
            if empty(client)?.is_empty() {
                client.batch_execute(&format!("DROP TABLE IF EXISTS public.{MARKER}"))?;
            }
            Ok(())
        })
    });
}

/// Makes a session known as the one that works in the database, before it does.
pub(super) fn begin_work(connection: &Connection) -> Result<(), DriverError> {
    if lock::acquire(connection, WORK)? {
        return Ok(());
    }
    Err(DriverError::ScratchUnusable {
        reason: "another session works in the scratch database".to_owned(),
        hint: "run it again".to_owned(),
    })
}

/// A lock that the target's session has is free in every other database.
fn check_not_target(
    url: &PostgresUrl,
    owner: &Connection,
    target: &PostgresDriver,
) -> Result<(), DriverError> {
    let lower = target.connection.call(|client| {
        let row = client.query_one("SELECT (random() * 2000000000)::bigint + 1000", &[])?;
        Ok(row.try_get::<_, i64>(0)?)
    })?;
    let key = CLASS + lower;
    if !lock::acquire(&target.connection, key)? {
        return Err(is_target(url));
    }
    let is_other = lock::acquire(owner, key);
    lock::release(&target.connection, key)?;
    if is_other? {
        return lock::release(owner, key);
    }
    Err(is_target(url))
}

fn is_marked(client: &mut Client) -> Result<bool, DriverError> {
    Ok(client.query_one("SELECT to_regclass('public.' || $1::text) IS NOT NULL", &[&MARKER])?.try_get(0)?)
}

fn mark(client: &mut Client, place: &PostgresUrl) -> Result<(), DriverError> {
    let note =
        "Everything in this database is dropped by the next schema-cli that uses it as its scratch database.";
    let made = client.batch_execute(&format!(
        "BEGIN; CREATE TABLE public.{MARKER} (note text); COMMENT ON TABLE public.{MARKER} IS '{note}'; COMMIT"
    ));
    let Err(error) = made else { return Ok(()) };
    let _ = client.batch_execute("ROLLBACK");
    if error.code() != Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
        return Err(error.into());
    }
    let row = client.query_one("SELECT quote_ident(current_database()), quote_ident(current_user)", &[])?;
    let (database, role): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    Err(DriverError::ScratchUnusable {
        reason: format!("nothing can be made in `{place}`: {}", message(&error)),
        hint: format!(
            "a superuser gives the database to this role with `ALTER DATABASE {database} OWNER TO {role}`; up to PostgreSQL 14 also `GRANT ALL ON SCHEMA public TO {role}`"
        ),
    })
}

/// Ends what still works in the database: the server notices late that its client was killed.
fn end_work(client: &mut Client) -> Result<(), DriverError> {
    let (upper, lower) = (WORK >> 32, WORK & 0xFFFF_FFFF);
    let begun = Instant::now();
    loop {
        let rows = client.query(WORKERS, &[&upper, &lower])?;
        let Some(row) = rows.first() else { return Ok(()) };
        let process: i32 = row.try_get(0)?;
        client.execute("SELECT pg_terminate_backend($1)", &[&process])?;
        if begun.elapsed() > LAST_WORK {
            return Err(DriverError::ScratchUnusable {
                reason: format!("process {process} of the server still works in the scratch database"),
                hint: "wait until it has ended".to_owned(),
            });
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// Drops all but the marker, and returns what is left.
fn empty(client: &mut Client) -> Result<Vec<String>, DriverError> {
    // A publication of all tables, as an event trigger, may be in the way of the rest.
    let mut before = usize::MAX;
    loop {
        let found = contents(client)?;
        if found.is_empty() {
            restore_public(client)?;
            return Ok(Vec::new());
        }
        if found.len() >= before {
            return Ok(found.into_iter().map(|(name, _)| name).collect());
        }
        before = found.len();
        for (_, drop) in found {
            if let Some(statement) = drop {
                // What else it was in the way of tells.
                let _ = client.batch_execute(&statement);
            }
        }
    }
}

/// A script may have dropped it.
fn restore_public(client: &mut Client) -> Result<(), DriverError> {
    let query = "SELECT to_regnamespace('public') IS NULL";
    if client.query_one(query, &[])?.try_get(0)? {
        client.batch_execute("CREATE SCHEMA public")?;
    }
    Ok(())
}

/// What is in the database besides the marker, and what drops it.
fn contents(client: &mut Client) -> Result<Vec<(String, Option<String>)>, DriverError> {
    let rows = client.query(include_str!("../queries/contents.sql"), &[&MARKER])?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}
