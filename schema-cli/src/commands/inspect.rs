//! `inspect`: a schema, written out.

use crate::context::Context;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::models::{self, ModelsArgs};

/// Write a database's schema, or the models', to stdout
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct InspectArgs {
    /// What to inspect: a database's URL, or `models`; without it the database of schema.toml
    #[arg(value_name = "URL|models")]
    source: Option<String>,
    #[command(flatten)]
    models: ModelsArgs,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli inspect sqlite://app.db                 the schema as SQL
  schema-cli inspect sqlite://app.db --format json   the same as a JSON document
  schema-cli inspect models > schema.json            what the models declare; `--schema-json` reads it";

pub(crate) fn run(args: &InspectArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let InspectArgs { source: _, models } = args;
    let document = models::document(&context.project()?, models, context.printer)?;
    context.printer.json(&document)?;
    Ok(ExitStatus::Done)
}
