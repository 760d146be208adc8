//! An empty database that is kept for scratch work, for accounts that may not create one.
//!
//! One run uses it at a time, and holds a lock for it. The table [`MARKER`] says that what else is there may be dropped: it is made while the database is empty, so
//! that what a killed run has left is told from what somebody needs. Must never drop anything where the marker was not made by this tool, and never the database.

use super::{Connection, MysqlDriver, Server, open};
use crate::dialect::mysql::quote;
use crate::driver::DriverError;
use crate::driver::mysql::connection::get;
use crate::driver::mysql::{error, lock};
use crate::driver::scratch::{MARKER, Registration, alone, is_target, not_empty};
use crate::driver::wait::patiently;
use crate::url::MysqlUrl;
use mysql::params;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a session may take that was told to end.
const LAST_WORK: Duration = Duration::from_secs(10);

/// What somebody has made in the database: the word in DROP, and the name.
const CONTENTS: &str = "SELECT CASE TABLE_TYPE WHEN 'VIEW' THEN 'VIEW' WHEN 'SEQUENCE' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, TABLE_NAME AS name \
     FROM information_schema.TABLES WHERE TABLE_SCHEMA = :database AND TABLE_NAME <> :marker \
     UNION ALL SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = :database \
     UNION ALL SELECT 'EVENT', EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = :database ORDER BY kind, name";

/// A database that is emptied with this.
#[derive(Debug)]
pub(in super::super) struct DedicatedDatabase {
    place: Place,
    /// Until the lock is free for others.
    registration: Option<Registration>,
    /// The session that has the lock.
    owner: Mutex<Connection>,
}

/// Which database it is.
#[derive(Clone, Debug)]
struct Place {
    url: MysqlUrl,
    name: String,
    /// The lock of the run that uses it.
    owner: String,
    /// The lock of the session that its statements run in.
    work: String,
}

impl Place {
    fn new(url: &MysqlUrl) -> Self {
        let name = url.get("database").unwrap_or_default().to_owned();
        // Such locks are the whole server's, and their names have 64 characters at most.
        let digits = crate::hash::sha256(&name.to_lowercase());
        let digits = digits.get(..40).unwrap_or(&digits);
        Place {
            url: url.clone(),
            name,
            owner: format!("schema scratch {digits}"),
            work: format!("schema scratch {digits} work"),
        }
    }
}

impl DedicatedDatabase {
    /// Takes the database that the URL names, where it is empty or what a killed run has left in it.
    pub(super) fn take(url: &MysqlUrl, target: &MysqlDriver) -> Result<Self, DriverError> {
        let place = Place::new(url);
        let mut owner = open(url)?;
        Server::ask(&mut owner)?.prepare(&mut owner)?;
        check_not_target(&place, &mut owner, target)?;
        patiently(target.lock_timeout, &target.on_wait, |_| {
            if lock::try_acquire(&mut owner, &place.owner, Duration::ZERO)? {
                return Ok(());
            }
            let holder = lock::holder(&mut owner, &place.owner);
            Err(DriverError::ScratchInUse { place: url.to_string(), holder, waited: target.lock_timeout })
        })?;
        if is_marked(&mut owner, &place)? {
            end_work(&mut owner, &place)?;
            let left = empty(&mut owner, &place)?;
            if !left.is_empty() {
                return Err(not_empty(url, &left));
            }
        } else {
            let contents = contents(&mut owner, &place)?;
            if !contents.is_empty() {
                return Err(not_empty(url, &labels(&contents)));
            }
            mark(&mut owner, &place)?;
        }
        let cleaned = place.clone();
        Ok(DedicatedDatabase {
            place,
            registration: Some(Registration::new(move || {
                if let Ok(mut connection) = open(&cleaned.url) {
                    clean(&mut connection, &cleaned);
                }
            })),
            owner: Mutex::new(owner),
        })
    }

    /// Ends the session that works in the database, and drops what it has made.
    pub(super) fn make_empty(&self) -> Result<(), DriverError> {
        let owner = &mut *self.owner.lock().unwrap_or_else(PoisonError::into_inner);
        alone(|| {
            end_work(owner, &self.place)?;
            let left = empty(owner, &self.place)?;
            if left.is_empty() { Ok(()) } else { Err(not_empty(&self.place.url, &left)) }
        })
    }

    /// Makes a session known as the one that works in the database, and gives the database the character set of `like`.
    pub(super) fn begin_work(&self, connection: &mut Connection, like: &Server) -> Result<(), DriverError> {
        if !lock::try_acquire(connection, &self.place.work, Duration::ZERO)? {
            return Err(DriverError::ScratchUnusable {
                reason: "another session works in the scratch database".to_owned(),
                hint: "run it again".to_owned(),
            });
        }
        Ok(connection.run(&format!(
            "ALTER DATABASE {} CHARACTER SET {} COLLATE {}",
            quote(&self.place.name),
            quote(&like.charset),
            quote(&like.collation)
        ))?)
    }

    pub(super) fn url(&self) -> &MysqlUrl {
        &self.place.url
    }
}

impl Drop for DedicatedDatabase {
    fn drop(&mut self) {
        let owner = self.owner.get_mut().unwrap_or_else(PoisonError::into_inner);
        clean(owner, &self.place);
        drop(self.registration.take());
        // The end of the session would free it too, a little later.
        let _ = lock::release(owner, &self.place.owner);
    }
}

/// Nobody is there to tell where this fails: the marker stays then, and the next run begins with it.
fn clean(connection: &mut Connection, place: &Place) {
    alone(|| {
        let emptied = end_work(connection, place).and_then(|()| empty(connection, place));
        if emptied.is_ok_and(|left| left.is_empty()) {
            let _ = connection.run(&format!("DROP TABLE IF EXISTS {}", marker(place)));
        }
    });
}

/// A lock of the target's server is seen on the same server alone.
fn check_not_target(place: &Place, owner: &mut Connection, target: &MysqlDriver) -> Result<(), DriverError> {
    let is_same_name =
        target.server.database.as_ref().is_some_and(|name| name.to_lowercase() == place.name.to_lowercase());
    if !is_same_name {
        return Ok(());
    }
    let mut there = open(&target.url)?;
    let row = there.row("SELECT CONCAT('schema scratch ', UUID())", ())?;
    let Some(name) = row.map(|row| get::<String>(&row, 0)).transpose()? else {
        return Err(is_target(&place.url));
    };
    let is_held = lock::try_acquire(&mut there, &name, Duration::ZERO)?;
    if is_held && lock::is_held(owner, &name) == Some(false) {
        return Ok(());
    }
    Err(is_target(&place.url))
}

fn marker(place: &Place) -> String {
    format!("{}.{}", quote(&place.name), quote(MARKER))
}

fn is_marked(connection: &mut Connection, place: &Place) -> Result<bool, DriverError> {
    let query = "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?";
    Ok(connection.row(query, (place.name.as_str(), MARKER))?.is_some())
}

fn mark(connection: &mut Connection, place: &Place) -> Result<(), DriverError> {
    let made = connection.run(&format!(
        "CREATE TABLE {} (note int) COMMENT 'Everything in this database is dropped by the next schema-cli that uses it as its scratch database.'",
        marker(place)
    ));
    let Err(failed) = made else { return Ok(()) };
    if !error::is_not_allowed(&failed) {
        return Err(failed.into());
    }
    Err(DriverError::ScratchUnusable {
        reason: format!("nothing can be made in `{}`: {}", place.url, error::message(&failed)),
        hint: format!(
            "an administrator allows it with `GRANT ALL ON {}.* TO` this account",
            quote(&place.name)
        ),
    })
}

/// Ends what still works in the database: the server notices late that its client was killed.
fn end_work(connection: &mut Connection, place: &Place) -> Result<(), DriverError> {
    let begun = Instant::now();
    loop {
        let row = connection.row("SELECT IS_USED_LOCK(?)", (place.work.as_str(),))?;
        let session = row.map(|row| get::<Option<u64>>(&row, 0)).transpose()?.flatten();
        let Some(session) = session else { return Ok(()) };
        // It may have ended meanwhile.
        let _ = connection.run(&format!("KILL {session}"));
        if begun.elapsed() > LAST_WORK {
            return Err(DriverError::ScratchUnusable {
                reason: format!("connection {session} of the server still works in the scratch database"),
                hint: "wait until it has ended".to_owned(),
            });
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// Drops all but the marker, and returns what is left.
fn empty(connection: &mut Connection, place: &Place) -> Result<Vec<String>, DriverError> {
    connection.run("SET SESSION foreign_key_checks = 0")?;
    let mut before = usize::MAX;
    loop {
        let found = contents(connection, place)?;
        if found.is_empty() || found.len() >= before {
            return Ok(labels(&found));
        }
        before = found.len();
        for (kind, name) in found {
            // What is left tells.
            let _ = connection.run(&format!("DROP {kind} IF EXISTS {}.{}", quote(&place.name), quote(&name)));
        }
    }
}

/// What is in the database besides the marker.
fn contents(connection: &mut Connection, place: &Place) -> Result<Vec<(String, String)>, DriverError> {
    let names = params! { "database" => place.name.as_str(), "marker" => MARKER };
    let rows = connection.rows(CONTENTS, names)?;
    rows.iter().map(|row| Ok((get(row, 0)?, get(row, 1)?))).collect()
}

fn labels(contents: &[(String, String)]) -> Vec<String> {
    let label = |(kind, name): &(String, String)| format!("{} `{name}`", kind.to_lowercase());
    contents.iter().map(label).collect()
}
