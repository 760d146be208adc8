//! The state of the terminal that all who write to it share: a line that stands there for a while, the cursor, and whether what is typed is shown.

use dialoguer::console::Term;
use std::io::{IsTerminal as _, stderr};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a line of progress stands on the terminal.
static STANDS: AtomicBool = AtomicBool::new(false);

/// Remembers that a line of progress stands on the terminal.
pub(crate) fn line_stands() {
    STANDS.store(true, Ordering::Relaxed);
}

/// Clears the line, which comes back by itself, for somebody who has something to say.
pub(crate) fn make_way() {
    if STANDS.swap(false, Ordering::Relaxed) {
        // A terminal that went away is no reason to stop the work.
        let _ = Term::stderr().clear_line();
    }
}

/// A question hides the cursor or what is typed, and a signal in the middle of it must bring that back.
pub(crate) fn restore() {
    echo::bring_back();
    if stderr().is_terminal() {
        let _ = Term::stderr().show_cursor();
    }
}

/// How the terminal was before it stopped showing what is typed.
#[cfg(unix)]
pub(crate) mod echo {
    use dialoguer::console::Term;
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
    use std::sync::Mutex;

    static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

    pub(crate) fn hide() {
        let Ok(usual) = tcgetattr(std::io::stdin()) else { return };
        let mut hidden = usual.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        if let Ok(mut before) = BEFORE.lock() {
            *before = Some(usual);
        }
        // What was typed before the question stays.
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &hidden);
    }

    /// A line of which nothing is shown.
    pub(crate) fn read_hidden(terminal: &Term) -> std::io::Result<String> {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        // Neither was the line end shown.
        terminal.write_line("")?;
        Ok(line.trim_end_matches(['\n', '\r']).to_owned())
    }

    pub(crate) fn bring_back() {
        if let Ok(mut before) = BEFORE.lock()
            && let Some(before) = before.take()
        {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &before);
        }
    }
}

/// Elsewhere the terminal takes care of that itself.
#[cfg(not(unix))]
pub(crate) mod echo {
    use dialoguer::console::Term;

    pub(crate) fn hide() {}

    pub(crate) fn read_hidden(terminal: &Term) -> std::io::Result<String> {
        terminal.read_secure_line()
    }

    pub(crate) fn bring_back() {}
}
