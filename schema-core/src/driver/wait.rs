//! Waiting for others that are in the way of a statement, and telling so.

use std::fmt;
use std::sync::Arc;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
use std::time::Duration;

/// How long a wait may be before it is told: most are over sooner.
#[cfg(feature = "sqlite")]
pub(crate) const WORTH_TELLING: Duration = Duration::from_millis(250);

/// Is told when a connection begins to wait for another one that is in its way, with what is in the way: `another connection`.
#[derive(Clone, Default)]
pub struct WaitListener(Option<Arc<Tell>>);

type Tell = dyn Fn(&str) + Send + Sync;

impl WaitListener {
    /// Calls this function.
    pub fn new(tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        WaitListener(Some(Arc::new(tell)))
    }

    #[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
    pub(crate) fn tell(&self, holder: &str) {
        if let Some(tell) = &self.0 {
            tell(holder);
        }
    }
}

impl fmt::Debug for WaitListener {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("WaitListener").field(&self.0.is_some()).finish()
    }
}

/// Two are equal where they are the same function.
impl PartialEq for WaitListener {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }
}

impl Eq for WaitListener {}

/// Asks a server again, for as long as locks of other sessions are in the way and the time is not over.
///
/// `ask` is told how long it may wait itself.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(super) fn patiently<T>(
    budget: Duration,
    listener: &WaitListener,
    mut ask: impl FnMut(Duration) -> Result<T, super::DriverError>,
) -> Result<T, super::DriverError> {
    use super::DriverError;
    const PAUSE: Duration = Duration::from_millis(100);
    let begun = std::time::Instant::now();
    let mut has_told = false;
    loop {
        let error = match ask(budget.saturating_sub(begun.elapsed())) {
            Err(error) if error.is_transient() => error,
            result => return result,
        };
        let waited = begun.elapsed();
        if waited + PAUSE >= budget {
            return Err(match error {
                DriverError::LockNotGot { holder, waited: _ } => DriverError::LockNotGot { waited, holder },
                error => error,
            });
        }
        if !std::mem::replace(&mut has_told, true) {
            listener.tell("another session");
        }
        std::thread::sleep(PAUSE);
    }
}
