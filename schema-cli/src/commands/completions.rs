//! `completions`: what a shell needs to complete commands and options.

use crate::context::Context;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use clap_complete::Shell;
use serde::Serialize;

/// Write the completions of a shell to stdout
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli completions bash > ~/.local/share/bash-completion/completions/schema-cli
  schema-cli completions zsh > ~/.zfunc/_schema-cli
  schema-cli completions fish > ~/.config/fish/completions/schema-cli.fish";

#[derive(Serialize)]
struct Report<'a> {
    shell: String,
    script: &'a str,
}

pub(crate) fn run(args: &CompletionsArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let CompletionsArgs { shell } = args;
    let mut command = crate::command();
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut command, crate::NAME, &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if *shell == Shell::Bash {
        script = with_one_name(&script);
    }
    context.printer.script(&Report { shell: shell.to_string(), script: &script }, || script.to_string())?;
    Ok(ExitStatus::Done)
}

/// The script with the program called the same wherever it stands: clap_complete 4.6 writes the hyphen of its name in two ways, and none of
/// the options would be found.
fn with_one_name(script: &str) -> String {
    let [stray, name] = ["__subcmd__", "__"].map(|hyphen| crate::NAME.replace('-', hyphen));
    script.replace(&stray, &name)
}
