//! A pool: connections that wait for their next use, and no more than so many.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long to wait for a connection while all are in use.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

pub(super) struct Pool<Connection> {
    limit: usize,
    state: Mutex<State<Connection>>,
    returned: Condvar,
}

struct State<Connection> {
    idle: Vec<Connection>,
    open: usize,
}

/// Why there is no connection.
pub(super) enum Unavailable<Error> {
    AllInUse,
    Open(Error),
}

impl<Connection> Pool<Connection> {
    pub(super) fn new(limit: usize, first: Connection) -> Self {
        let state = Mutex::new(State { idle: vec![first], open: 1 });
        Pool { limit, state, returned: Condvar::new() }
    }

    /// A connection that waits, or another one.
    pub(super) fn take<Error>(
        &self,
        open: impl FnOnce() -> Result<Connection, Error>,
    ) -> Result<Connection, Unavailable<Error>> {
        let start = Instant::now();
        let mut state = self.state();
        loop {
            if let Some(connection) = state.idle.pop() {
                return Ok(connection);
            }
            if state.open < self.limit {
                state.open += 1;
                drop(state);
                return open().map_err(|error| {
                    self.closed();
                    Unavailable::Open(error)
                });
            }
            let Some(left) = LONGEST_WAIT.checked_sub(start.elapsed()) else {
                return Err(Unavailable::AllInUse);
            };
            state = self.returned.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(super) fn put_back(&self, connection: Connection) {
        self.state().idle.push(connection);
        self.returned.notify_one();
    }

    /// A connection that was taken does not come back.
    pub(super) fn closed(&self) {
        self.state().open -= 1;
        self.returned.notify_one();
    }

    /// Takes all out that wait, for the end of the pool.
    #[cfg(feature = "postgres")]
    pub(super) fn drain(&self) -> Vec<Connection> {
        let mut state = self.state();
        let idle = std::mem::take(&mut state.idle);
        state.open -= idle.len();
        idle
    }

    fn state(&self) -> MutexGuard<'_, State<Connection>> {
        // Nothing that runs under this lock can leave it half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
