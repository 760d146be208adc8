//! Where scratch databases are made, and those that this process has on servers, for when it ends without dropping their drivers.

#[cfg(any(feature = "mysql", feature = "postgres"))]
use super::DriverError;
use crate::model::Engine;
use crate::url::DatabaseUrl;
use std::collections::BTreeMap;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "testing"))]
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
#[cfg(any(feature = "mysql", feature = "postgres", feature = "testing"))]
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the scratch databases of each engine are made; beside the database at hand where nothing is said.
///
/// ```
/// use schema_core::driver::{ConnectOptions, ScratchPlace, ScratchPlaces};
/// use schema_core::model::Engine;
/// use schema_core::url::DatabaseUrl;
///
/// let place = ScratchPlace::At(DatabaseUrl::parse("postgres://ci@localhost/shop_scratch")?);
/// let options = ConnectOptions { scratch: ScratchPlaces::default().with(Engine::Postgres, place), ..ConnectOptions::default() };
/// # Ok::<(), schema_core::url::UrlError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScratchPlaces(BTreeMap<Engine, ScratchPlace>);

/// Where the scratch databases of an engine are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScratchPlace {
    /// On this server. Where the account may not create databases there, the database that the URL names is the scratch database, while it is empty.
    At(DatabaseUrl),
    /// It is not known, which is an error as soon as a scratch database is needed.
    Unknown {
        /// Why not.
        reason: String,
        /// What to do about it.
        hint: String,
    },
}

impl ScratchPlaces {
    /// The same, and this place for an engine.
    #[must_use]
    pub fn with(mut self, engine: Engine, place: ScratchPlace) -> Self {
        self.0.insert(engine, place);
        self
    }

    /// The place for an engine, where one is said; that for MySQL holds for MariaDB too, unless MariaDB has its own.
    #[must_use]
    pub fn of(&self, engine: Engine) -> Option<&ScratchPlace> {
        let own = self.0.get(&engine);
        match engine {
            Engine::Mariadb => own.or_else(|| self.0.get(&Engine::Mysql)),
            Engine::Mysql | Engine::Postgres | Engine::Sqlite => own,
        }
    }

    /// The URL for an engine.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(super) fn url(&self, engine: Engine) -> Result<Option<&DatabaseUrl>, DriverError> {
        match self.of(engine) {
            None => Ok(None),
            Some(ScratchPlace::At(url)) => Ok(Some(url)),
            Some(ScratchPlace::Unknown { reason, hint }) => {
                Err(DriverError::ScratchUnusable { reason: reason.clone(), hint: hint.clone() })
            }
        }
    }
}

/// The table that says of a database that it is the scratch database of a run, which may have been killed.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(super) const MARKER: &str = "schema_scratch_marker";

/// What is in the way of a database being a scratch database. Only a few objects are named.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(super) fn not_empty(place: &dyn std::fmt::Display, objects: &[String]) -> DriverError {
    const MOST: usize = 5;
    let first: Vec<&str> = objects.iter().take(MOST).map(String::as_str).collect();
    let more = match objects.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    DriverError::ScratchUnusable {
        reason: format!("`{place}` is not empty: it holds {}{more}", first.join(", ")),
        hint: "name an empty database that nothing else uses, or a server where this account may create databases"
            .to_owned(),
    }
}

/// The scratch database would be the one that it is made for.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(super) fn is_target(place: &dyn std::fmt::Display) -> DriverError {
    DriverError::ScratchUnusable {
        reason: format!("`{place}` is the database at hand itself"),
        hint: "name another database, which is empty and which nothing else uses".to_owned(),
    }
}

/// The scratch server is not like the one of the database at hand.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(super) fn is_other_server(place: &dyn std::fmt::Display, found: &str, wanted: &str) -> DriverError {
    DriverError::ScratchUnusable {
        reason: format!("`{place}` is on {found}, and the database at hand on {wanted}"),
        hint: format!("what is tried there must hold here: name a server that is {wanted}"),
    }
}

#[cfg(any(feature = "mysql", feature = "postgres", feature = "testing"))]
/// A name that no other database has which is made for a while, and that tells its age: what it begins with, the seconds since 1970, the process, and a count.
pub(crate) fn new_name(prefix: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{prefix}{}_{}_{count}", seconds_now(), std::process::id())
}

/// When a database was made, in seconds since 1970; none where [`new_name`] gives no such name.
#[cfg(any(feature = "mysql", feature = "testing"))]
pub(crate) fn made_at(prefix: &str, name: &str) -> Option<u64> {
    let mut parts = name.strip_prefix(prefix)?.split('_').map(str::parse::<u64>);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Ok(made)), Some(Ok(_)), Some(Ok(_)), None) => Some(made),
        _ => None,
    }
}

/// The seconds since 1970.
#[cfg(any(feature = "mysql", feature = "postgres", feature = "testing"))]
pub(crate) fn seconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Held while a database that is kept for scratch work is emptied: a signal empties it in a thread of its own, and two at once stop each other before the end.
#[cfg(any(feature = "mysql", feature = "postgres"))]
static EMPTYING: Mutex<()> = Mutex::new(());

/// Empties a database that is kept for scratch work, while nothing else of this process does.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(super) fn alone<T>(empty: impl FnOnce() -> T) -> T {
    let _held = EMPTYING.lock().unwrap_or_else(PoisonError::into_inner);
    empty()
}

type Cleanup = Box<dyn Fn() + Send>;

static LIVE: Mutex<BTreeMap<u64, Cleanup>> = Mutex::new(BTreeMap::new());

/// Drops the scratch databases of this process, and empties those that it did not create.
///
/// For a program that is told to end: a signal ends it without dropping its drivers, and their databases would stay on the server. What uses one of them meanwhile fails.
pub fn drop_scratch_databases() {
    let live = std::mem::take(&mut *LIVE.lock().unwrap_or_else(PoisonError::into_inner));
    for cleanup in live.values() {
        cleanup();
    }
}

/// A scratch database that is known, until this is dropped.
#[cfg(any(feature = "mysql", feature = "postgres", feature = "testing"))]
#[derive(Debug)]
pub(crate) struct Registration(u64);

#[cfg(any(feature = "mysql", feature = "postgres", feature = "testing"))]
impl Registration {
    /// Makes a scratch database known that is about to be created, with what drops it from outside.
    pub(crate) fn new(cleanup: impl Fn() + Send + 'static) -> Self {
        let mut live = LIVE.lock().unwrap_or_else(PoisonError::into_inner);
        let number = live.last_key_value().map_or(0, |(last, _)| last + 1);
        live.insert(number, Box::new(cleanup));
        Registration(number)
    }
}

#[cfg(any(feature = "mysql", feature = "postgres", feature = "testing"))]
impl Drop for Registration {
    fn drop(&mut self) {
        LIVE.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}
