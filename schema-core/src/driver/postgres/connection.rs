//! A connection that lives, and is dropped, on a thread of its own.
//!
//! The `postgres` crate drives a runtime inside each call and panics where the caller is inside one already; on its own thread there never
//! is one. The caller waits for the answer.

use super::settings::Settings;
use super::tls::Tls;
use crate::driver::DriverError;
use crate::driver::peer::{self, Attempt};
use postgres::Client;
use std::cell::Cell;
use std::fmt;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

type Job = Box<dyn FnOnce(&mut Client) + Send>;

pub(super) struct Connection {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    /// What goes with the next statements.
    deferred: Cell<Option<String>>,
}

impl Connection {
    pub(super) fn open(settings: &Settings) -> Result<Self, DriverError> {
        let settings = settings.clone();
        let (jobs, queue) = mpsc::channel::<Job>();
        let (opened, outcome) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("schema-postgres".to_owned())
            .spawn(move || match connect(&settings) {
                Ok(mut client) => {
                    // The receiver is gone only where the opener has panicked.
                    let _ = opened.send(Ok(()));
                    for job in queue {
                        job(&mut client);
                    }
                }
                Err(error) => {
                    let _ = opened.send(Err(error));
                }
            })
            .map_err(|error| gone(&error.to_string()))?;
        outcome.recv().map_err(|_| gone("its thread has ended"))??;
        Ok(Connection { jobs: Some(jobs), thread: Some(thread), deferred: Cell::new(None) })
    }

    /// Has work use a client of somebody else's, which is driven on a thread of its own meanwhile too.
    pub(super) fn lent<T, E: From<DriverError>>(
        client: &mut Client,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let (jobs, queue) = mpsc::channel::<Job>();
        thread::scope(|scope| {
            thread::Builder::new()
                .name("schema-postgres".to_owned())
                .spawn_scoped(scope, move || queue.into_iter().for_each(|job| job(client)))
                .map_err(|error| gone(&error.to_string()))?;
            // The thread ends with the last of those that send it something.
            work(&Connection { jobs: Some(jobs), thread: None, deferred: Cell::new(None) })
        })
    }

    /// The same connection, for another driver.
    pub(super) fn again(&self) -> Result<Self, DriverError> {
        let jobs = self.jobs.clone().ok_or_else(|| gone("it is closed"))?;
        Ok(Connection { jobs: Some(jobs), thread: None, deferred: Cell::new(None) })
    }

    /// Has statements go with whatever comes next, which saves waiting for the server an extra time.
    pub(super) fn defer(&self, statements: String) {
        self.deferred.set(Some(statements));
    }

    /// Whether there were statements that nothing has come after; they will not be run.
    pub(super) fn forget_deferred(&self) -> bool {
        self.deferred.take().is_some()
    }

    /// Runs statements, of which no rows matter.
    pub(super) fn batch(&self, statements: &str) -> Result<(), DriverError> {
        let statements = match self.deferred.take() {
            Some(before) => format!("{before};\n{statements}"),
            None => statements.to_owned(),
        };
        self.run(move |client| Ok(client.batch_execute(&statements)?))
    }

    /// Runs work on the connection's thread, and waits for it.
    pub(super) fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Client) -> Result<T, DriverError> + Send + 'static,
    ) -> Result<T, DriverError> {
        let deferred = self.deferred.take();
        self.run(move |client| {
            if let Some(statements) = deferred {
                client.batch_execute(&statements)?;
            }
            work(client)
        })
    }

    fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Client) -> Result<T, DriverError> + Send + 'static,
    ) -> Result<T, DriverError> {
        let (answer, outcome) = mpsc::channel();
        let job: Job = Box::new(move |client| {
            let _ = answer.send(work(client));
        });
        let jobs = self.jobs.as_ref().ok_or_else(|| gone("it is closed"))?;
        jobs.send(job).map_err(|_| gone("its thread has ended"))?;
        outcome.recv().map_err(|_| gone("its thread has ended"))?
    }
}

/// Waits until the connection is closed, so that its locks are free and its database can be dropped afterwards.
impl Drop for Connection {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // A panic over there has been answered with an error already.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Connection").finish_non_exhaustive()
    }
}

fn gone(reason: &str) -> DriverError {
    DriverError::Refused { message: format!("the connection is lost: {reason}") }
}

pub(super) fn connect(settings: &Settings) -> Result<Client, DriverError> {
    let failed = |message: String| DriverError::Open { database: settings.shown.clone(), message };
    let tls = Tls::new(settings).map_err(|error| failed(error.to_string()))?;
    let mut last = None;
    for mode in tls.attempts() {
        let (config, connector) = (settings.config(*mode), tls.connector());
        let attempt = peer::within(settings.patience(), move || config.connect(connector));
        match attempt.map_err(|error| failed(error.to_string()))? {
            Attempt::TooLong(limit) => {
                return Err(DriverError::NoAnswer {
                    database: settings.shown.clone(),
                    limit,
                    parameter: "connect_timeout",
                });
            }
            Attempt::Ended(Ok(client)) => return Ok(client),
            Attempt::Ended(Err(error)) => {
                // Who let nobody in one way may do so in another; a server that said nothing will not.
                let is_refused = error.as_db_error().is_some();
                last.get_or_insert(error);
                if !is_refused {
                    break;
                }
            }
        }
    }
    Err(failed(last.map(|error| super::error::message(&error)).unwrap_or_default()))
}
