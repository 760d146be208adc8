//! `models`: Rust structs for a database that is there.

use super::update_models::Update;
use crate::context::Context;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::new_files::NewFiles;
use crate::printer::{Format, Printer};
use crate::written::FromDatabase;
use crate::written_style::StyleArgs;
use schema_core::model::Engine;
use schema_core::write_models::{Loss, Rust, SqlPlace};
use serde::Serialize;
use std::path::{Component, Path, PathBuf};

/// Write Rust structs for a database, and SQL for what no struct says
///
/// Structs say the tables with their partitions, the views and the enum types. SQL beside them says the rest: functions, triggers, policies, sequences, domains, extensions,
/// materialized views, owners and grants. A comparison of all this with the database finds nothing. What neither says is listed on stderr with the reason, and makes
/// the exit code 1. No project is needed, and nothing is written to the database.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct WriteModelsArgs {
    /// The database's URL; without it what `--database-url`, `DATABASE_URL` or schema.toml names
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// Write the structs to a file that is not there yet, instead of stdout; the SQL gets files of its own
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Edit the structs in a file, or in all files below a folder, so that they say what has changed in the database; derives, documentation, comments, the order of fields and
    /// fields that are no columns stay
    #[arg(long, value_name = "PATH", conflicts_with = "out")]
    update: Option<PathBuf>,
    /// The folder for the files of SQL, from the folder of the package's Cargo.toml
    #[arg(long, value_name = "DIR", default_value = "sql", value_parser = parse_folder)]
    sql_dir: String,
    #[command(flatten)]
    style: StyleArgs,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli models sqlite://app.db                                 structs and SQL on stdout
  schema-cli models postgres://localhost/app --out src/models.rs    structs in a file, SQL in sql/
  schema-cli models sqlite://app.db --format json                   with what is lost, for programs
  schema-cli models sqlite://app.db --derive sqlx::FromRow --dates chrono
  schema-cli models sqlite://app.db --update src/models.rs          what has changed since, in structs that were edited
  schema-cli diff sqlite://app.db models                            the proof, in the project that has them
  schema-cli baseline sqlite://app.db                               structs, SQL and the first revision in one go";

/// A folder inside the package, with `/` between its parts.
pub(super) fn parse_folder(text: &str) -> Result<String, String> {
    let parts: Vec<String> = Path::new(text)
        .components()
        .filter(|part| *part != Component::CurDir)
        .map(|part| match part {
            Component::Normal(part) => part.to_str().map(str::to_owned),
            Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => None,
        })
        .collect::<Option<_>>()
        .ok_or("a folder inside the package, as `sql`")?;
    if parts.is_empty() {
        Err("a folder inside the package, as `sql`".to_owned())
    } else {
        Ok(parts.join("/"))
    }
}

#[derive(Serialize)]
struct Report<'a> {
    engine: Engine,
    tables: usize,
    views: usize,
    enums: usize,
    /// The structs, and the SQL beside them, where they are in no file.
    rust: Option<&'a str>,
    file: Option<String>,
    /// What SQL says, by file where it is in files.
    sql: Vec<SqlReport<'a>>,
    /// The crates that they need beside `schema-core`, each a feature of that too.
    crates: Vec<&'static str>,
    losses: Vec<LossReport<'a>>,
    /// Why the SQL could not be tried.
    untried: Option<&'a str>,
    /// What a comparison with all this finds.
    differences: Vec<String>,
    left_alone: &'a [String],
}

#[derive(Serialize)]
struct SqlReport<'a> {
    file: Option<String>,
    objects: &'a [String],
}

#[derive(Serialize)]
struct LossReport<'a> {
    object: &'a str,
    reason: &'a str,
}

pub(crate) fn run(args: &WriteModelsArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let WriteModelsArgs { url, out, update, sql_dir, style } = args;
    if let Some(path) = update {
        let package = package_of(path).unwrap_or_default();
        return Update { path, package, sql_dir, style: style.style() }.run(url.as_deref(), context);
    }
    let (project, mut driver) = context.connect_to_given(url.as_deref())?;
    let found = FromDatabase::read(&mut *driver, &project.config.filters, context.printer)?;
    let package = out.as_deref().and_then(package_of);
    let place = match &package {
        Some(_) => SqlPlace::Files(sql_dir),
        None => SqlPlace::Inline,
    };
    let rust = found.written.rust(place, &style.style());
    let mut files = NewFiles::default();
    if let Some(package) = &package {
        for file in found.written.sql() {
            files.add(package.join(sql_dir).join(&file.path), file.sql.clone());
        }
    }
    if let Some(out) = out {
        files.add(out.clone(), rust.text.clone());
        files.write()?;
    }
    report(context.printer, &found, &rust, &files)?;
    Ok(if found.is_whole() { ExitStatus::Done } else { ExitStatus::Differs })
}

/// The folder of the package that a file belongs to, as one would type it.
fn package_of(file: &Path) -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let whole = here.join(file);
    let folder = whole.ancestors().skip(1).find(|folder| folder.join("Cargo.toml").is_file())?;
    Some(folder.strip_prefix(&here).unwrap_or(folder).to_owned())
}

fn report(printer: Printer, found: &FromDatabase, rust: &Rust, files: &NewFiles) -> Result<(), CliError> {
    let Rust { text, crates } = rust;
    let document = found.written.structs();
    let mut paths: Vec<String> = files.paths().map(|path| path.display().to_string()).collect();
    let out = paths.pop();
    match printer.format() {
        Format::Human if out.is_some() => {}
        Format::Human => printer.exact(text)?,
        Format::Json => {
            let of_sql = found.written.sql().iter().enumerate();
            printer.json(&Report {
                engine: found.engine,
                tables: document.tables.len(),
                views: document.views.len(),
                enums: document.enums.len(),
                rust: out.is_none().then_some(text.as_str()),
                file: out.clone(),
                sql: of_sql
                    .map(|(place, file)| SqlReport {
                        file: paths.get(place).cloned(),
                        objects: &file.objects,
                    })
                    .collect(),
                crates: crates.iter().copied().collect(),
                losses: found
                    .written
                    .losses()
                    .iter()
                    .map(|Loss { object, reason }| LossReport { object, reason })
                    .collect(),
                untried: found.untried.as_deref(),
                differences: found.differences(),
                left_alone: &found.left_alone,
            })?;
        }
    }
    found.tell(printer);
    let place = out.map(|path| format!("`{path}`: ")).unwrap_or_default();
    printer.done(&format!("{place}{}", found.counts()));
    if !crates.is_empty() {
        printer.advise(&format!("{} add the types of the structs", add_crates(crates.iter().copied())));
    }
    Ok(())
}

/// The commands that add crates whose types structs have.
pub(super) fn add_crates<'a>(crates: impl Iterator<Item = &'a str> + Clone) -> String {
    let list = |separator: &str| crates.clone().collect::<Vec<_>>().join(separator);
    format!("`cargo add {}` and `cargo add schema-core --features {}`", list(" "), list(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_for_sql_is_in_the_package() {
        assert_eq!(parse_folder("./db/sql/").as_deref(), Ok("db/sql"));
        for outside in ["", ".", "..", "../sql", "/tmp"] {
            assert!(parse_folder(outside).is_err(), "{outside}");
        }
    }
}
