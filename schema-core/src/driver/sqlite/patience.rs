//! How long a connection waits for others: one budget for everything that it meets, whichever statement it is and whatever the journal mode.
//!
//! SQLite's own busy timeout counts for each statement anew, and not in every case. Here the busy handler takes its time from the budget, and what SQLite does
//! not call it for is tried again out of the same budget.

use super::retry::{FIRST_PAUSE, Failed, LONGEST_PAUSE, is_busy, jittered};
use crate::driver::WaitListener;
use crate::driver::wait::WORTH_TELLING;
use rusqlite::Connection;
use std::cell::{Cell, RefCell};
use std::thread;
use std::time::Duration;

/// A budget of waiting. What was waited counts until something is committed.
#[derive(Debug)]
pub(crate) struct Patience {
    budget: Duration,
    spent: Cell<Duration>,
    has_told: Cell<bool>,
    listener: WaitListener,
}

/// What the busy handler of the statement that this thread is running goes by: SQLite hands it no more than a number.
#[derive(Default)]
struct Wait {
    budget: Duration,
    spent: Duration,
    pause: Duration,
    has_told: bool,
    listener: WaitListener,
}

thread_local! {
    static WAIT: RefCell<Wait> = RefCell::default();
}

impl Wait {
    /// Sleeps for a moment; no where the budget is spent.
    fn sleep(&mut self) -> bool {
        let left = self.budget.saturating_sub(self.spent);
        if left.is_zero() {
            return false;
        }
        let pause = jittered(self.pause.max(FIRST_PAUSE)).min(left);
        self.pause = (self.pause.max(FIRST_PAUSE) * 2).min(LONGEST_PAUSE);
        thread::sleep(pause);
        self.spent += pause;
        if self.spent >= WORTH_TELLING && !std::mem::replace(&mut self.has_told, true) {
            self.listener.tell("another connection");
        }
        true
    }
}

fn on_busy(_: i32) -> bool {
    WAIT.with_borrow_mut(Wait::sleep)
}

impl Patience {
    pub(crate) fn new(budget: Duration, listener: WaitListener) -> Self {
        Patience { budget, spent: Cell::default(), has_told: Cell::default(), listener }
    }

    /// Has SQLite ask this module whether to wait, on this connection.
    pub(super) fn take_over(connection: &mut Connection) -> rusqlite::Result<()> {
        connection.busy_handler(Some(on_busy))
    }

    /// Something is committed: what comes may wait anew.
    pub(super) fn renew(&self) {
        self.spent.set(Duration::ZERO);
        self.has_told.set(false);
    }

    /// Runs work on a connection that was [taken over](Self::take_over). Work that `may_be_repeated` is tried again where SQLite did not ask whether to wait.
    pub(super) fn run<T>(
        &self,
        may_be_repeated: bool,
        mut attempt: impl FnMut() -> rusqlite::Result<T>,
    ) -> Result<T, Failed> {
        WAIT.replace(Wait {
            budget: self.budget,
            spent: self.spent.get(),
            pause: FIRST_PAUSE,
            has_told: self.has_told.get(),
            listener: self.listener.clone(),
        });
        let result = loop {
            match attempt() {
                Err(error) if is_busy(&error) => {
                    if !may_be_repeated || !on_busy(0) {
                        break Err(Failed::Busy { waited: WAIT.with_borrow(|wait| wait.spent) });
                    }
                }
                result => break result.map_err(Failed::Other),
            }
        };
        // Outside of this nobody waits.
        let Wait { spent, has_told, .. } = WAIT.take();
        self.spent.set(spent);
        self.has_told.set(has_told);
        result
    }
}
