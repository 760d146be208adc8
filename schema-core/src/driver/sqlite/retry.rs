//! Waiting for SQLite's locks on an application's connection. Its busy timeout does not cover every case (a lock that is changed into a stronger one, a change of
//! the journal mode), and gives up after its own time.

use rusqlite::ErrorCode;
use std::hash::{BuildHasher, RandomState};
use std::thread;
use std::time::{Duration, Instant};

pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(2);
pub(super) const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// How long to try.
pub(crate) struct Retry {
    budget: Duration,
}

/// Why it did not work out.
#[derive(Debug)]
pub(crate) enum Failed {
    Busy { waited: Duration },
    Other(rusqlite::Error),
}

impl Retry {
    pub(crate) fn for_at_most(budget: Duration) -> Self {
        Retry { budget }
    }

    /// Tries until it works, fails for another reason than a lock, or the time is over.
    pub(crate) fn run<T>(&self, mut attempt: impl FnMut() -> rusqlite::Result<T>) -> Result<T, Failed> {
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            match attempt() {
                Ok(value) => return Ok(value),
                Err(error) if is_busy(&error) => {
                    let waited = start.elapsed();
                    if waited >= self.budget {
                        return Err(Failed::Busy { waited });
                    }
                    thread::sleep(jittered(pause));
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Err(error) => return Err(Failed::Other(error)),
            }
        }
    }
}

/// For an application, which knows SQLite's own errors.
impl From<Failed> for rusqlite::Error {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Busy { waited } => rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY),
                Some(format!("database is locked; waited {:.1} s", waited.as_secs_f32())),
            ),
            Failed::Other(error) => error,
        }
    }
}

/// Whether another connection's lock is in the way.
pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Somewhere between half of the pause and all of it, so that processes that started together do not stay in step.
pub(super) fn jittered(pause: Duration) -> Duration {
    let random = RandomState::new().hash_one(Instant::now()) % 512;
    pause / 2 + pause / 1024 * u32::try_from(random).unwrap_or(0)
}
