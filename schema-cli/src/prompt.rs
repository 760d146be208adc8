//! Questions to the person at the terminal. Where there is none, nothing is asked and nothing is guessed.

use crate::error::CliError;
use crate::interrupt::leave;
use crate::safe::safe;
use dialoguer::console::Term;
use std::io::{ErrorKind, IsTerminal, stderr, stdin};

/// Whether a person can answer: both the question and the answer go through a terminal.
pub(crate) fn is_interactive() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

/// A question hides the cursor or what is typed, and a signal in the middle of it must bring that back.
pub(crate) fn restore_terminal() {
    echo::bring_back();
    if stderr().is_terminal() {
        let _ = Term::stderr().show_cursor();
    }
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
    answer(dialoguer::Confirm::new().with_prompt(safe(question)).default(false).interact_on(&Term::stderr()))
}

/// Asks for one of several answers and returns its place.
pub(crate) fn choose(question: &str, answers: &[String]) -> Result<usize, CliError> {
    let answers = answers.iter().map(|answer| safe(answer));
    answer(
        dialoguer::Select::new()
            .with_prompt(safe(question))
            .items(answers)
            .default(0)
            .interact_on(&Term::stderr()),
    )
}

/// Asks for what nobody is to read over a shoulder.
pub(crate) fn secret(question: &str) -> Result<String, CliError> {
    let terminal = Term::stderr();
    // Before the question: who answers at once must not be shown either.
    echo::hide();
    let result =
        terminal.write_str(&format!("{}: ", safe(question))).and_then(|()| echo::read_hidden(&terminal));
    echo::bring_back();
    answer(result.map_err(dialoguer::Error::IO))
}

/// How the terminal was before it stopped showing what is typed.
#[cfg(unix)]
mod echo {
    use dialoguer::console::Term;
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
    use std::sync::Mutex;

    static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

    pub(super) fn hide() {
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
    pub(super) fn read_hidden(terminal: &Term) -> std::io::Result<String> {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        // Neither was the line end shown.
        terminal.write_line("")?;
        Ok(line.trim_end_matches(['\n', '\r']).to_owned())
    }

    pub(super) fn bring_back() {
        if let Ok(mut before) = BEFORE.lock()
            && let Some(before) = before.take()
        {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &before);
        }
    }
}

/// Elsewhere the terminal takes care of that itself.
#[cfg(not(unix))]
mod echo {
    use dialoguer::console::Term;

    pub(super) fn hide() {}

    pub(super) fn read_hidden(terminal: &Term) -> std::io::Result<String> {
        terminal.read_secure_line()
    }

    pub(super) fn bring_back() {}
}
