//! The scratch databases that this process has on servers, for when it ends without dropping their drivers.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

type Cleanup = Box<dyn Fn() + Send>;

static LIVE: Mutex<BTreeMap<u64, Cleanup>> = Mutex::new(BTreeMap::new());

/// Drops the scratch databases of this process.
///
/// For a program that is told to end: a signal ends it without dropping its drivers, and their databases would stay on the server. What uses one of them meanwhile fails.
pub fn drop_scratch_databases() {
    let live = std::mem::take(&mut *LIVE.lock().unwrap_or_else(PoisonError::into_inner));
    for cleanup in live.values() {
        cleanup();
    }
}

/// A scratch database that is known, until this is dropped.
#[cfg(any(feature = "mysql", feature = "postgres"))]
#[derive(Debug)]
pub(super) struct Registration(u64);

#[cfg(any(feature = "mysql", feature = "postgres"))]
impl Registration {
    /// Makes a scratch database known that is about to be created, with what drops it from outside.
    pub(super) fn new(cleanup: impl Fn() + Send + 'static) -> Self {
        let mut live = LIVE.lock().unwrap_or_else(PoisonError::into_inner);
        let number = live.last_key_value().map_or(0, |(last, _)| last + 1);
        live.insert(number, Box::new(cleanup));
        Registration(number)
    }
}

#[cfg(any(feature = "mysql", feature = "postgres"))]
impl Drop for Registration {
    fn drop(&mut self) {
        LIVE.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}
