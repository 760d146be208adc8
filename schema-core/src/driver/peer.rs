//! The other end of a network, which may be gone without anybody being told: how long connecting may take, and how soon a dead connection is noticed.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How long connecting may take where a URL says nothing: a server that answers at all does so far sooner.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a connection is quiet before its other end is asked for a sign of life. A statement may take hours; the machine that it runs on answers for it.
pub(super) const QUIET: Duration = Duration::from_secs(60);

/// How long after that it is asked again.
#[cfg(any(feature = "postgres", target_os = "linux", target_os = "macos"))]
pub(super) const AGAIN: Duration = Duration::from_secs(10);

/// How often it is asked before the connection counts as lost.
#[cfg(any(feature = "postgres", target_os = "linux", target_os = "macos"))]
pub(super) const TIMES: u32 = 6;

/// How long what was sent may stay without a receipt.
#[cfg(any(feature = "postgres", target_os = "linux"))]
pub(super) const NO_RECEIPT: Duration = Duration::from_secs(120);

/// What became of connecting.
pub(super) enum Attempt<T> {
    /// It has ended, in whatever way.
    Ended(T),
    /// It takes longer than it may.
    TooLong(Duration),
}

/// Connects, and waits no longer than this; none is for ever. The drivers bound only the first of what makes a connection, and a server that accepts it and
/// then says nothing would be waited for without end.
///
/// # Errors
///
/// There can be no more threads.
pub(super) fn within<T: Send + 'static>(
    limit: Option<Duration>,
    connect: impl FnOnce() -> T + Send + 'static,
) -> io::Result<Attempt<T>> {
    let Some(limit) = limit else { return Ok(Attempt::Ended(connect())) };
    let (ended, outcome) = mpsc::channel();
    // Whoever comes too late finds nobody, and what it has made is dropped there.
    thread::Builder::new().name("schema-connect".to_owned()).spawn(move || {
        let _ = ended.send(connect());
    })?;
    match outcome.recv_timeout(limit) {
        Ok(value) => Ok(Attempt::Ended(value)),
        Err(RecvTimeoutError::Timeout) => Ok(Attempt::TooLong(limit)),
        Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("connecting has panicked")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_takes_too_long_is_not_waited_for() {
        let quick = within(Some(Duration::from_secs(60)), || 7).unwrap();
        assert!(matches!(quick, Attempt::Ended(7)));
        let slow =
            within(Some(Duration::from_millis(10)), || thread::sleep(Duration::from_secs(60))).unwrap();
        assert!(matches!(slow, Attempt::TooLong(_)));
        assert!(matches!(within(None, || 7).unwrap(), Attempt::Ended(7)));
    }
}
