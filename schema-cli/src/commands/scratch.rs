//! `scratch`: a command with a database of its own.

use crate::context::Context;
use crate::database::url;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::project::Project;
use crate::scratch;
use schema_core::driver::{DriverError, HistoryTable, ScratchPlace};
use schema_core::testing::TestDatabases;
use schema_core::url::DatabaseUrl;
use std::ffi::OsString;
use std::process::{self, Command};

/// Run a command with a scratch database at head in `DATABASE_URL`
///
/// The database is made beside the one that was chosen, or where `[scratch]` says, brought to head, and dropped when the command has ended. The exit code is that of the
/// command. For tools that look at a database: `cargo sqlx prepare`, `diesel print-schema`, tests.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ScratchArgs {
    /// Bring it to this revision
    #[arg(long, value_name = "REV", default_value = "heads")]
    at: String,
    /// Leave the database there, and say where it is
    #[arg(long)]
    keep: bool,
    /// The command and its arguments, behind `--`
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli scratch -- cargo sqlx prepare
  schema-cli scratch --database ci -- cargo test
  schema-cli scratch --at head-1 -- sh -c 'psql \"$DATABASE_URL\"'   the schema before the newest revision";

pub(crate) fn run(args: &ScratchArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let ScratchArgs { at, keep, command } = args;
    let project = context.project()?;
    let databases = TestDatabases::new(project.directory()?)
        .server(server(&project, context)?)
        .history_table(HistoryTable::parse(&project.config.migrations.history_table)?)
        .with_steps(context.steps().clone());
    let database = databases.at(at)?;
    if *keep {
        database.keep();
    }
    context.printer.say(&format!("scratch database: {}", database.database_url()));
    let Some((program, arguments)) = command.split_first() else { return Ok(ExitStatus::Done) };
    let status =
        Command::new(program).args(arguments).env("DATABASE_URL", database.url()).status().map_err(
            |source| CliError::CommandNotStarted { command: program.display().to_string(), source },
        )?;
    Ok(ExitStatus::OfCommand(code(status)))
}

fn server(project: &Project, context: &Context) -> Result<DatabaseUrl, CliError> {
    let url = url(&context.target(project)?, project)?;
    match scratch::places(&project.config.scratch, &project.root)?.of(url.engine()) {
        None => Ok(url),
        Some(ScratchPlace::At(place)) => Ok(place.clone()),
        Some(ScratchPlace::Unknown { reason, hint }) => {
            let (reason, hint) = (reason.clone(), hint.clone());
            Err(DriverError::ScratchUnusable { reason, hint }.into())
        }
    }
}

/// As shells give it: of a command that a signal ended, 128 and the signal's number.
fn code(status: process::ExitStatus) -> u8 {
    let own = status.code().and_then(|code| u8::try_from(code).ok());
    own.unwrap_or_else(|| signal(status).map_or(u8::MAX, |signal| 128 + signal))
}

#[cfg(unix)]
fn signal(status: process::ExitStatus) -> Option<u8> {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal().and_then(|signal| u8::try_from(signal).ok()).filter(|signal| *signal < 127)
}

#[cfg(not(unix))]
fn signal(_status: process::ExitStatus) -> Option<u8> {
    None
}
