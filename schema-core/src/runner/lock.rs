//! Waiting: for the migration lock, and for others that were in the way.

use super::{Event, Observer};
use crate::driver::{DriverError, Lock};
use std::hash::{BuildHasher as _, RandomState};
use std::thread;
use std::time::{Duration, Instant};

const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Takes the migration lock. It is polled, because on some engines a session that waits for a lock is itself in the way of who has it.
pub(super) fn acquire(driver: &mut dyn Lock, observer: &mut Observer<'_>) -> Result<(), DriverError> {
    let mut pauses = Pauses::new(driver.lock_timeout(), FIRST_PAUSE, LONGEST_PAUSE);
    let mut has_told = false;
    while !driver.try_lock()? {
        if !has_told {
            has_told = true;
            // Who has it may be gone by now, or a secret; that is no reason to stop.
            let holder = driver.lock_holder().unwrap_or_default();
            observer(Event::Waiting { holder: holder.as_deref() });
        }
        let Some(pause) = pauses.next() else {
            let waited = pauses.waited();
            return Err(DriverError::LockNotGot { waited, holder: driver.lock_holder().unwrap_or_default() });
        };
        thread::sleep(pause);
    }
    Ok(())
}

/// Ever longer pauses, until the time is over.
pub(super) struct Pauses {
    start: Instant,
    budget: Duration,
    next: Duration,
    longest: Duration,
}

impl Pauses {
    pub(super) fn new(budget: Duration, first: Duration, longest: Duration) -> Self {
        Pauses { start: Instant::now(), budget, next: first, longest }
    }

    /// How much of the time is left.
    pub(super) fn left(&self) -> Duration {
        self.budget.saturating_sub(self.start.elapsed())
    }

    /// How long was waited, what was tried in between aside.
    pub(super) fn waited(&self) -> Duration {
        self.start.elapsed().min(self.budget)
    }

    /// Somewhere between half of the pause and all of it, so that processes that started together do not stay in step.
    pub(super) fn next(&mut self) -> Option<Duration> {
        let left = Some(self.left()).filter(|left| !left.is_zero())?;
        let random = u32::try_from(RandomState::new().hash_one(Instant::now()) % 512).unwrap_or_default();
        let pause = self.next / 2 + self.next / 1024 * random;
        self.next = (self.next * 2).min(self.longest);
        Some(pause.min(left))
    }
}
