//! Questions to the person at the terminal. Where there is none, nothing is asked and nothing is guessed.

use crate::error::CliError;
use crate::interrupt::leave;
use crate::safe::safe;
use crate::terminal::echo;
use dialoguer::console::Term;
use std::io::{ErrorKind, IsTerminal, stderr, stdin};

/// Whether a person can answer: both the question and the answer go through a terminal.
pub(crate) fn is_interactive() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
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
