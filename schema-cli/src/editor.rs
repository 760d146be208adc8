//! The user's own editor, on files of the project.

use crate::environment::{Environment, EnvironmentError};
use crate::error::CliError;
use std::path::PathBuf;
use std::process::Command;

/// Opens the files in `$VISUAL`, else `$EDITOR`, and waits until it is closed.
pub(crate) fn open(files: &[PathBuf], environment: &Environment) -> Result<(), CliError> {
    let editor = chosen(environment)?.ok_or(CliError::NoEditor)?;
    let status = command(&editor, files)
        .status()
        .map_err(|source| CliError::EditorNotStarted { editor: editor.clone(), source })?;
    if status.success() { Ok(()) } else { Err(CliError::EditorFailed { editor, status }) }
}

fn chosen(environment: &Environment) -> Result<Option<String>, EnvironmentError> {
    for variable in ["VISUAL", "EDITOR"] {
        if let Some((editor, _)) = environment.get(variable)? {
            return Ok(Some(editor));
        }
    }
    Ok(None)
}

/// The variable holds a line of the shell, as in `code --wait`; the files are its arguments, whatever their names are.
#[cfg(unix)]
fn command(editor: &str, files: &[PathBuf]) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{editor} \"$@\"")).arg(editor).args(files);
    command
}

/// Without that shell the words are taken as they are.
#[cfg(not(unix))]
fn command(editor: &str, files: &[PathBuf]) -> Command {
    let mut words = editor.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).args(files);
    command
}
