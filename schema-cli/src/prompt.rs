//! Questions to the person at the terminal. Where there is none, nothing is asked and nothing is guessed.

use crate::error::CliError;
use dialoguer::console::Term;
use std::io::{ErrorKind, IsTerminal, stderr, stdin};

/// Whether a person can answer: both the question and the answer go through a terminal.
pub(crate) fn is_interactive() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

/// What shells give for a program that an interrupt ended.
const INTERRUPTED: i32 = 130;

/// A question hides the cursor or what is typed, and an interrupt in the middle of it must bring that back.
fn leave() -> ! {
    echo::bring_back();
    let _ = Term::stderr().show_cursor();
    std::process::exit(INTERRUPTED)
}

fn terminal() -> Term {
    // Where another handler is set already, as in a program that embeds this one, that one is right.
    let _ = ctrlc::try_set_handler(|| leave());
    Term::stderr()
}

/// The answer; the question's own reading may notice an interrupt before the handler does.
fn answer<T>(result: dialoguer::Result<T>) -> Result<T, CliError> {
    match result {
        Ok(answer) => Ok(answer),
        Err(dialoguer::Error::IO(error)) if error.kind() == ErrorKind::Interrupted => leave(),
        Err(dialoguer::Error::IO(error)) => Err(CliError::Prompt(error)),
    }
}

/// Asks to go on; the answer that changes nothing is the usual one.
pub(crate) fn confirm(question: &str) -> Result<bool, CliError> {
    answer(dialoguer::Confirm::new().with_prompt(question).default(false).interact_on(&terminal()))
}

/// Asks for one of several answers and returns its place.
pub(crate) fn choose(question: &str, answers: &[String]) -> Result<usize, CliError> {
    answer(dialoguer::Select::new().with_prompt(question).items(answers).default(0).interact_on(&terminal()))
}

/// Asks for what nobody is to read over a shoulder.
pub(crate) fn secret(question: &str) -> Result<String, CliError> {
    let terminal = terminal();
    echo::remember();
    terminal
        .write_str(&format!("{question}: "))
        .and_then(|()| terminal.read_secure_line())
        .map_err(CliError::Prompt)
}

/// How the terminal was before it stopped showing what is typed.
#[cfg(unix)]
mod echo {
    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
    use std::sync::Mutex;

    static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

    pub(super) fn remember() {
        if let Ok(mut before) = BEFORE.lock() {
            *before = tcgetattr(std::io::stdin()).ok();
        }
    }

    pub(super) fn bring_back() {
        if let Ok(before) = BEFORE.lock()
            && let Some(before) = before.as_ref()
        {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, before);
        }
    }
}

/// Elsewhere the terminal takes care of that itself.
#[cfg(not(unix))]
mod echo {
    pub(super) fn remember() {}

    pub(super) fn bring_back() {}
}
