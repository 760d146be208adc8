//! A line that says that work goes on, and for how long already; only on a terminal, and gone when the work is done.

use crate::printer::Printer;
use crate::terminal::{line_stands, make_way};
use dialoguer::console::{Term, truncate_str};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Work that ends sooner gets no line.
const PATIENCE: Duration = Duration::from_millis(700);
const EVERY: Duration = Duration::from_millis(250);

/// Work that goes on until this is dropped.
pub(crate) struct Progress {
    /// Takes what is said instead. Dropped first: that is what ends the thread.
    work: Option<Sender<String>>,
    line: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins work; what is written to stderr until it is dropped has to [make way](make_way) for itself.
    pub(crate) fn begin(printer: Printer, what: &str) -> Self {
        let terminal = Term::stderr();
        if !printer.is_for_people() || !terminal.is_term() {
            return Progress { work: None, line: None };
        }
        let (work, news) = channel::<String>();
        let mut what = what.to_owned();
        let line = thread::spawn(move || {
            let begun = Instant::now();
            let mut next = begun + PATIENCE;
            loop {
                match news.recv_timeout(next.saturating_duration_since(Instant::now())) {
                    Ok(news) => what = news,
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
                if Instant::now() < next {
                    continue;
                }
                next = Instant::now() + EVERY;
                let text = format!("{what} … {} s", begun.elapsed().as_secs());
                let width = usize::from(terminal.size().1).saturating_sub(1);
                // A terminal that went away is no reason to stop the work.
                let _ = terminal.clear_line();
                line_stands();
                let _ = terminal.write_str(&truncate_str(&text, width, "…"));
            }
            make_way();
        });
        Progress { work: Some(work), line: Some(line) }
    }

    /// Says something else in the line from now on.
    pub(crate) fn says(&self, what: &str) {
        if let Some(work) = &self.work {
            // The thread takes it for as long as the work goes on.
            let _ = work.send(what.to_owned());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.work.take());
        if let Some(line) = self.line.take() {
            // It only writes to the terminal; where that panicked, the line is not what matters.
            let _ = line.join();
        }
    }
}
