//! Statements that take a while: the database is asked meanwhile how far they have come.

use super::run::Run;
use super::{Event, Observer};
use crate::driver::{Driver, DriverError};
use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// What ends sooner is not asked about, so that short statements cost no second session.
const PATIENCE: Duration = Duration::from_secs(1);
const EVERY: Duration = Duration::from_millis(500);

impl Run<'_> {
    /// Has the driver run the statement of a line, and tells how far it has come while it takes its time.
    pub(super) fn watched(
        &mut self,
        line: usize,
        statement: &str,
        observer: &mut Observer<'_>,
        work: impl FnOnce(&mut dyn Driver) -> Result<(), DriverError> + Send,
    ) -> Result<(), DriverError> {
        let Some(mut source) = self.driver.begin_progress(statement) else { return work(self.driver) };
        let driver = &mut *self.driver;
        let result = thread::scope(|scope| {
            let (at_work, end) = channel::<()>();
            let work = move || {
                // Its end is the end of the work, however that comes.
                let _at_work = at_work;
                work(driver)
            };
            let worker = thread::Builder::new().name("schema-statement".to_owned()).spawn_scoped(scope, work);
            let worker = worker.map_err(|error| DriverError::Refused { message: error.to_string() })?;
            let mut wait = PATIENCE;
            let mut has_told = false;
            while end.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                wait = EVERY;
                match source.look() {
                    Ok(Some(progress)) => {
                        has_told = true;
                        observer(Event::StatementAdvanced { line, progress: &progress });
                    }
                    Ok(None) => {}
                    // It matters to nobody but who waits, and who cannot be asked now is not asked again.
                    Err(_) => break,
                }
            }
            let result = worker.join().unwrap_or_else(|panic| resume_unwind(panic));
            if has_told {
                observer(Event::StatementEnded { line });
            }
            result
        });
        self.driver.stop_progress();
        result
    }
}
