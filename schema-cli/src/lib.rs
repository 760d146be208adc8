//! The command line of the schema framework: `schema-cli`, and [`main`] for a project that embeds it.
//!
//! Owns arguments, configuration, output and the way to the user's models. What a revision, a difference or a migration
//! is, `schema_core` knows.

mod address;
mod commands;
mod config;
mod context;
mod database;
mod describe;
mod desired;
mod drawing;
mod editor;
mod environment;
mod error;
mod exit_status;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod interrupt;
mod models;
mod models_update;
mod new_files;
mod patch;
mod printer;
mod progress;
mod project;
mod prompt;
mod references;
mod renames;
mod safe;
mod scratch;
mod scripts;
mod side;
mod target;
mod terminal;
mod written;
mod written_style;

use clap::{CommandFactory, Parser};
use commands::Commands;
use context::{Context, GlobalArgs};
use exit_status::ExitStatus;
use printer::{Format, Printer, Verbosity};
use std::process::ExitCode;

pub use schema_core::{SqlValue, StepError, StepResult, StepTransaction, Steps};

/// Schema as code: Rust structs are the schema, and migrations follow from them.
#[derive(Debug, Parser)]
#[command(name = NAME, version, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Commands,
    #[command(flatten)]
    global: GlobalArgs,
}

/// The command's name.
const NAME: &str = "schema-cli";

/// The whole command line, as data.
fn command() -> clap::Command {
    Cli::command()
}

const EXAMPLES: &str = "\
The main job, from a struct to an applied migration:
  schema-cli init                            set the project up
  schema-cli autogenerate -m \"add products\"  write a revision from the difference
  schema-cli upgrade                         apply it

Exit codes: 0 done, 1 differences or pending, 2 usage or configuration, 3 the database refused,
4 lock not got in time, 5 history and files disagree, 6 a step is in doubt";

/// Runs the command line with the process's arguments.
///
/// A project that calls it in a binary of its own needs nothing installed, and the models that are linked into that
/// binary are used as they are, without a build:
///
/// ```no_run
/// // src/bin/schema.rs
/// // use my_models as _;
/// fn main() -> std::process::ExitCode {
///     schema_cli::main()
/// }
/// ```
#[must_use]
pub fn main() -> ExitCode {
    main_with(Steps::new())
}

/// Runs the command line as [`main`] does, with the Rust functions that scripts of revisions name.
///
/// ```no_run
/// // src/bin/schema.rs
/// use schema_cli::{StepResult, StepTransaction, Steps};
///
/// fn lower_emails(transaction: &mut StepTransaction<'_>) -> StepResult {
///     transaction.execute("UPDATE users SET email = lower(email)", &[])?;
///     Ok(())
/// }
///
/// fn main() -> std::process::ExitCode {
///     schema_cli::main_with(Steps::new().with_step("lower_emails", lower_emails))
/// }
/// ```
#[must_use]
pub fn main_with(steps: Steps) -> ExitCode {
    // Another process of ours may be asking this very binary for its models.
    schema_core::dump_if_requested!();
    match Cli::try_parse() {
        Ok(cli) => run(cli, steps).into(),
        Err(error) => usage(&error),
    }
}

/// Says what is wrong with the command line, or prints the help that it asks for.
fn usage(error: &clap::Error) -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let wants_json = arguments.iter().any(|argument| argument == "--format=json")
        || arguments.windows(2).any(|pair| pair[0] == "--format" && pair[1] == "json");
    if wants_json && error.use_stderr() {
        Printer::new(Format::Json, Verbosity::Normal).usage_error(error);
    } else {
        Printer::usage(error);
    }
    let code = u8::try_from(error.exit_code()).unwrap_or_else(|_| ExitStatus::Usage.code());
    ExitCode::from(code)
}

fn run(cli: Cli, steps: Steps) -> ExitStatus {
    interrupt::handle();
    let Cli { command, global } = cli;
    global.color_choice().write_global();
    let printer = global.printer();
    let result = Context::new(global, steps).and_then(|context| command.run_where_told(&context));
    interrupt::give_way();
    match result {
        Ok(status) => status,
        Err(error) => {
            printer.error(&error);
            error.status()
        }
    }
}
