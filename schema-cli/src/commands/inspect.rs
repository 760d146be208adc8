//! `inspect`: a schema, written out.

use crate::context::Context;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::models::{self, ModelsArgs};
use crate::printer::Format;
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::driver::Introspect;
use schema_core::model::{DatabaseSchema, Document};

/// Write a database's schema, or the models', to stdout
///
/// A database's is written as SQL or, with `--format json`, as a JSON document. The models' is always the JSON document.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct InspectArgs {
    /// What to inspect: a database's URL, or `models`; without it what `--database-url`, `DATABASE_URL` or schema.toml names
    #[arg(value_name = "URL|models")]
    source: Option<String>,
    #[command(flatten)]
    models: ModelsArgs,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli inspect                                 the schema of the project's database as SQL
  schema-cli inspect sqlite://app.db --format json   another's, as a JSON document
  schema-cli inspect models > schema.json            what the models declare; `--schema-json` reads it";

pub(crate) fn run(args: &InspectArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let InspectArgs { source, models } = args;
    if source.as_deref() == Some("models") {
        let document = models::document(&context.project()?, models, context.printer)?;
        context.printer.json(&document)?;
        return Ok(ExitStatus::Done);
    }
    let (_, mut driver) = context.connect_to_given(source.as_deref())?;
    write(&mut *driver, context)
}

fn write(driver: &mut dyn Introspect, context: &Context) -> Result<ExitStatus, CliError> {
    let engine = driver.engine();
    let schema = driver.introspect()?;
    match context.printer.format() {
        Format::Json => context.printer.json(&Document::from_schema(schema, engine))?,
        Format::Human => {
            let plan = compare(engine, DatabaseSchema::default(), schema, Scope::Database, &[])?.up()?;
            context.printer.exact(&plan.to_script())?;
        }
    }
    Ok(ExitStatus::Done)
}
