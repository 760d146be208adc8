//! A server that comes back when somebody kills it.

use super::Server;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often is looked whether the server is there. What a killed one leaves behind may be in the way of the next one for a moment, which ends at once then.
const PAUSE: Duration = Duration::from_millis(50);

/// A server that is started again whenever its process has ended, until this value is dropped.
pub(crate) struct Kept {
    url: String,
    /// None when it is over.
    server: Arc<Mutex<Option<Server>>>,
    thread: Option<JoinHandle<()>>,
}

impl Kept {
    pub(crate) fn new(server: Server) -> Self {
        let url = server.url().to_owned();
        let server = Arc::new(Mutex::new(Some(server)));
        let watched = Arc::clone(&server);
        let thread = thread::spawn(move || {
            loop {
                match watched.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
                    Some(server) => server.start_again_if_ended(),
                    None => break,
                }
                thread::sleep(PAUSE);
            }
        });
        Kept { url, server, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(server);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
