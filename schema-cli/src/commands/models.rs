//! `models`: Rust structs for a database that is there.

use crate::context::Context;
use crate::desired::Differences;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::printer::{Format, Printer};
use schema_core::autogenerate::{AutogenerateError, Declared};
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::driver::{Driver, DriverError};
use schema_core::filter::Filter;
use schema_core::model::{Engine, Schema};
use schema_core::validate::validate;
use schema_core::write_models::{self, Loss, ViewColumns, Written};
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Write Rust structs for the tables, views and enum types of a database
///
/// The structs say what the database has: a comparison of the two finds nothing. What they do not say yet (triggers, functions, policies, grants, partitions, …) is listed
/// on stderr with the reason, and makes the exit code 1. No project is needed, and nothing is written to the database.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct WriteModelsArgs {
    /// The database's URL; without it what `--database-url`, `DATABASE_URL` or schema.toml names
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// Write the structs to a file that is not there yet, instead of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli models sqlite://app.db                                 the structs on stdout
  schema-cli models postgres://localhost/app --out src/models.rs    in a file
  schema-cli models sqlite://app.db --format json                   with what is lost, for programs
  schema-cli diff sqlite://app.db models                            the proof, in the project that has them";

#[derive(Serialize)]
struct Report<'a> {
    engine: Engine,
    tables: usize,
    views: usize,
    enums: usize,
    /// The structs, where they are in no file.
    rust: Option<&'a str>,
    file: Option<String>,
    /// The crates that they need beside `schema-core`, each a feature of that too.
    crates: Vec<&'static str>,
    losses: Vec<LossReport<'a>>,
    /// What a comparison with the structs finds.
    differences: Vec<String>,
    left_alone: Vec<String>,
}

#[derive(Serialize)]
struct LossReport<'a> {
    object: &'a str,
    reason: &'a str,
}

pub(crate) fn run(args: &WriteModelsArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let WriteModelsArgs { url, out } = args;
    let (project, mut driver) = context.connect_to_given(url.as_deref())?;
    let filter = &project.config.filters;
    let (engine, current) = (driver.engine(), driver.introspect()?);
    let mut schema = current.clone();
    let left_alone: Vec<String> =
        filter.take_out(engine, &mut schema).iter().map(ToString::to_string).collect();
    let columns = view_columns(&mut *driver, &schema)?;
    let mut written = write_models::write(engine, &schema, &columns);
    let differences = compared(&mut *driver, current, &mut written, filter)?;
    if let Some(path) = out {
        create(path, &written.rust)?;
    }
    report(context.printer, engine, out.as_deref(), &written, (differences.as_slice(), left_alone))?;
    let is_whole = written.losses.is_empty() && differences.is_empty();
    Ok(if is_whole { ExitStatus::Done } else { ExitStatus::Differs })
}

/// The columns of the views. Of one that reads what is missing, SQLite cannot tell.
fn view_columns(driver: &mut dyn Driver, schema: &Schema) -> Result<ViewColumns, CliError> {
    let mut columns = ViewColumns::new();
    for view in &schema.views {
        match driver.column_types(&view.name) {
            Ok(types) => columns.insert(view.name.clone(), types),
            Err(DriverError::Refused { .. }) => None,
            Err(error) => return Err(error.into()),
        };
    }
    Ok(columns)
}

/// What a comparison with the structs finds; what the engine or the compiler would refuse of them is added to the losses.
fn compared(
    driver: &mut dyn Driver,
    current: Schema,
    written: &mut Written,
    filter: &Filter,
) -> Result<Vec<String>, CliError> {
    let engine = driver.engine();
    let refused = |place: &str, reason: String| Loss { object: place.to_owned(), reason };
    if let Err(errors) = validate(&written.document) {
        let all = errors.iter().map(|error| refused("a struct", error.to_string()));
        written.losses.extend(all);
    }
    let declared = match Declared::of(&written.document, engine) {
        Ok(declared) => declared,
        Err(AutogenerateError::Unsupported { problems }) => {
            let all = problems.iter().map(|problem| refused(&problem.place, problem.to_string()));
            written.losses.extend(all);
            return Ok(Vec::new());
        }
        Err(error) => return Err(error.into()),
    };
    let (desired, _) = declared.on_server(driver, &current, filter)?;
    let comparison = compare(engine, current, desired, Scope::Models, &[])?;
    Ok(Differences::of(comparison.changes()).changes)
}

/// Writes a file that is not there: structs that somebody has edited are not lost.
fn create(path: &Path, text: &str) -> Result<(), CliError> {
    let failed = |source| CliError::File { path: path.to_owned(), source };
    let mut file = match std::fs::File::create_new(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(CliError::ModelsAreThere { path: path.to_owned() });
        }
        file => file.map_err(failed)?,
    };
    file.write_all(text.as_bytes()).map_err(failed)
}

fn report(
    printer: Printer,
    engine: Engine,
    out: Option<&Path>,
    written: &Written,
    (differences, left_alone): (&[String], Vec<String>),
) -> Result<(), CliError> {
    let Written { rust, document, losses, crates } = written;
    let (tables, views, enums) = (document.tables.len(), document.views.len(), document.enums.len());
    match printer.format() {
        Format::Human if out.is_some() => {}
        Format::Human => printer.exact(rust)?,
        Format::Json => printer.json(&Report {
            engine,
            tables,
            views,
            enums,
            rust: out.is_none().then_some(rust.as_str()),
            file: out.map(|path| path.display().to_string()),
            crates: crates.iter().copied().collect(),
            losses: losses.iter().map(|Loss { object, reason }| LossReport { object, reason }).collect(),
            differences: differences.to_vec(),
            left_alone: left_alone.clone(),
        })?,
    }
    if !left_alone.is_empty() {
        printer.say(&format!("left alone: {}", left_alone.join(", ")));
    }
    for Loss { object, reason } in losses {
        printer.warn(&format!("lost: {object}: {reason}"));
    }
    for difference in differences {
        printer.warn(&format!("a comparison with the structs finds: {difference}"));
    }
    let count = |number: usize, one: &str| match number {
        1 => format!("1 {one}"),
        several => format!("{several} {one}s"),
    };
    let lost = match losses.len() {
        0 => "nothing is lost".to_owned(),
        1 => "1 object is lost".to_owned(),
        several => format!("{several} objects are lost"),
    };
    let counts = [count(tables, "table"), count(views, "view"), count(enums, "enum type")].join(", ");
    let place = out.map(|path| format!("`{}`: ", path.display())).unwrap_or_default();
    printer.done(&format!("{place}{counts}; {lost}"));
    if !crates.is_empty() {
        let list = |separator: &str| crates.iter().copied().collect::<Vec<_>>().join(separator);
        printer.advise(&format!(
            "`cargo add {}` and `cargo add schema-core --features {}` add the types of the structs",
            list(" "),
            list(",")
        ));
    }
    Ok(())
}
