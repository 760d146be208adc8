//! The commands, a file each: its arguments, its help and what it does.

mod init;
mod inspect;

use crate::context::Context;
use crate::error::CliError;
use crate::exit_status::ExitStatus;

/// The commands.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Commands {
    Init(init::InitArgs),
    Inspect(inspect::InspectArgs),
}

impl Commands {
    pub(crate) fn run(self, context: &Context) -> Result<ExitStatus, CliError> {
        match self {
            Commands::Init(args) => init::run(&args, context),
            Commands::Inspect(args) => inspect::run(&args, context),
        }
    }
}
