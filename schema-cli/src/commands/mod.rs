//! The commands, a file each: its arguments, its help and what it does.

mod heads;
mod history;
mod init;
mod inspect;

use crate::context::Context;
use crate::error::CliError;
use crate::exit_status::ExitStatus;

/// The commands.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Commands {
    Init(init::InitArgs),
    History(history::HistoryArgs),
    Heads(heads::HeadsArgs),
    Inspect(inspect::InspectArgs),
}

impl Commands {
    pub(crate) fn run(self, context: &Context) -> Result<ExitStatus, CliError> {
        match self {
            Commands::Init(args) => init::run(&args, context),
            Commands::History(args) => history::run(&args, context),
            Commands::Heads(args) => heads::run(&args, context),
            Commands::Inspect(args) => inspect::run(&args, context),
        }
    }
}
