//! Questions to the person at the terminal. Where there is none, nothing is asked and nothing is guessed.

use crate::error::CliError;
use dialoguer::console::Term;
use std::io::{IsTerminal, stderr, stdin};

/// Whether a person can answer: both the question and the answer go through a terminal.
pub(crate) fn is_interactive() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

/// Asks to go on; the answer that changes nothing is the usual one.
pub(crate) fn confirm(question: &str) -> Result<bool, CliError> {
    dialoguer::Confirm::new()
        .with_prompt(question)
        .default(false)
        .interact_on(&Term::stderr())
        .map_err(CliError::prompt)
}

/// Asks for one of several answers and returns its place.
pub(crate) fn choose(question: &str, answers: &[String]) -> Result<usize, CliError> {
    dialoguer::Select::new()
        .with_prompt(question)
        .items(answers)
        .default(0)
        .interact_on(&Term::stderr())
        .map_err(CliError::prompt)
}
