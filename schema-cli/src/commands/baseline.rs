//! `baseline`: a database that is there becomes a project: structs, SQL, the first revision, stamp.

mod module;

use super::models::{add_crates, parse_folder};
use super::new_project::NewProject;
use super::run::events;
use crate::config::FILE_NAME;
use crate::context::Context;
use crate::database::names;
use crate::desired::{self, Differences, Sides};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::models::setup::{self, PackageAtHand};
use crate::models::{self, ModelsArgs};
use crate::new_files::{NewFiles, Undo};
use crate::printer::Printer;
use crate::project::Project;
use crate::scripts::tried_out;
use crate::written::FromDatabase;
use crate::written_style::StyleArgs;
use module::Module;
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::driver::{Driver, ScratchSource};
use schema_core::model::{DatabaseSchema, Engine, Object};
use schema_core::revision::{Direction, Directory, NewRevision, Revision, RevisionId, Scripts};
use schema_core::runner::{self, Declared, StampOptions};
use schema_core::write_models::SqlPlace;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// Turn a database that is there into a project: structs, SQL, the first revision, stamp
///
/// In the folder of a package without models, it writes structs and SQL for all that the database holds (as `models` does), names them in the library, writes schema.toml and a
/// first revision that makes the whole schema from nothing, tries both its scripts on a scratch database, and builds the models. Once all of this agrees with the database, the
/// database is declared to be at that revision; nothing else is written to it. `check` finds nothing then.
///
/// Where there are revisions, a history in the database, or other files in the way, it changes nothing. A run that was interrupted can be started again.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BaselineArgs {
    /// The database's URL, which schema.toml gets; without it what `--database-url`, `DATABASE_URL` or schema.toml names
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// What the first revision is called
    #[arg(short, long, value_name = "TEXT", default_value = "baseline")]
    message: String,
    /// The file for the structs: a module of the package's library, or of its program
    #[arg(long, value_name = "FILE", default_value = "src/models.rs")]
    models: PathBuf,
    /// The folder for the files of SQL, from the folder of Cargo.toml
    #[arg(long, value_name = "DIR", default_value = "sql", value_parser = parse_folder)]
    sql_dir: String,
    #[command(flatten)]
    style: StyleArgs,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli baseline postgres://localhost/shop     in the folder of a package: `cargo new --lib shop`, `cargo add schema-core`
  schema-cli check                                  the models and the database agree
  schema-cli verify                                 the first revision makes the same schema from nothing
  schema-cli stamp head --database production       another database with the same schema";

#[derive(Serialize)]
struct Report<'a> {
    revision: &'a RevisionId,
    folder: String,
    files: Vec<String>,
    losses: Vec<&'a str>,
    /// What the revision does not make, because it cannot be planned.
    unplanned: &'a [String],
}

pub(crate) fn run(args: &BaselineArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let BaselineArgs { url, message, models: file, sql_dir, style } = args;
    let printer = context.printer;
    let _alone = alone_in(Path::new("."))?;
    let package = setup::at_hand(Path::new("."))?;
    let module = Module::of(file, &package)?;
    let (found_project, mut driver) = context.connect_to_given(url.as_deref())?;
    let given = url.as_deref().or(context.given_url());
    let place = NewProject::of(found_project, given, Path::new("migrations"))?;
    let filter = &place.project.config.filters;
    let there = place.revisions()?;
    check_history(&mut *driver, there.as_ref())?;
    let found = FromDatabase::read(&mut *driver, filter, printer)?;
    found.tell(printer);
    check_whole(&found)?;
    let rust = found.written.rust(SqlPlace::Files(sql_dir), &style.style());
    check_crates(&package, &rust.crates)?;
    let first = First::of(&*driver, &found, &place.project, printer)?;
    let reused = first.among(there.as_ref())?;

    let mut files = NewFiles::default();
    for sql in found.written.sql() {
        files.add(Path::new(sql_dir).join(&sql.path), sql.sql.clone());
    }
    files.add(file.clone(), rust.text);
    if let Some(text) = &place.new_config {
        files.add(PathBuf::from(FILE_NAME), text.clone());
    }
    let mut undo = files.write()?;
    let made = make(&mut undo, (&module, message), (&first, reused), (&place, &mut *driver), context);
    let Made { id, folder } = match made {
        Ok(made) => made,
        Err(error) => {
            undo.run();
            return Err(error);
        }
    };
    let files: Vec<String> = files.paths().map(|path| path.display().to_string()).collect();
    if printer.is_json() {
        printer.json(&Report {
            revision: &id,
            folder: folder.display().to_string(),
            files: files.clone(),
            losses: found.written.losses().iter().map(|loss| loss.object.as_str()).collect(),
            unplanned: &first.unplanned,
        })?;
    }
    printer.done(&format!("wrote {}: {}", file.display(), found.counts()));
    if !found.written.sql().is_empty() {
        printer.done(&format!("wrote {sql_dir}/: {} files, which it names", found.written.sql().len()));
    }
    printer.done(&format!("`{}` in {}", module.line, module.root.display()));
    if place.new_config.is_some() {
        printer.done(&format!("wrote {FILE_NAME}"));
        place.tell_of_password(printer);
    }
    if place.new_config.is_none() && url.is_some() && place.project.config.databases.is_empty() {
        printer.warn(&format!("{FILE_NAME} names no database, so that the next commands find none"));
        printer.hint("add `[databases.dev]` and `url = \"URL\"` to it, or set `DATABASE_URL`");
    }
    printer.done(&format!("wrote {}", folder.display()));
    printer.done(&format!("stamped: the database is at {id}"));
    printer.done("the models and the database agree");
    printer.say("next: commit all this; change a struct, then `schema-cli autogenerate -m \"…\"`; `schema-cli stamp head` on other databases with this schema");
    Ok(if found.is_whole() && first.unplanned.is_empty() { ExitStatus::Done } else { ExitStatus::Differs })
}

/// Keeps other baselines out of a folder as long as it lives: what fails is taken back, which must not be what another one has just written.
fn alone_in(folder: &Path) -> Result<Option<File>, CliError> {
    if !cfg!(unix) {
        // There folders cannot be opened, and a locked file cannot be read.
        return Ok(None);
    }
    // A lock on the folder itself leaves no file behind when a run is killed.
    let failed = |source| CliError::File { path: folder.to_owned(), source };
    let file = File::open(folder).map_err(failed)?;
    match file.try_lock() {
        // Some network file systems have no locks.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(CliError::BaselineRuns),
    }
}

/// Refuses a database that has a history of anything but the revision that an earlier run has written.
fn check_history(driver: &mut dyn Driver, revisions: Option<&Directory>) -> Result<(), CliError> {
    let none = Directory::from_embedded(&[])?;
    let status = runner::status(driver, revisions.unwrap_or(&none))?;
    let applied = status.applied_ids();
    let is_ours = |id: &RevisionId| revisions.is_some_and(|it| it.graph().get(id).is_some());
    if applied.iter().all(is_ours) && status.unfinished.is_none() {
        return Ok(());
    }
    Err(CliError::HasHistory { at: names(&status.current) })
}

/// Refuses what `check` would find a difference in.
fn check_whole(found: &FromDatabase) -> Result<(), CliError> {
    let schema = &found.schema;
    let DatabaseSchema { tables, views, triggers, objects, .. } = schema;
    if tables.is_empty() && views.is_empty() && triggers.is_empty() && objects.is_empty() {
        return Err(CliError::NothingToBaseline);
    }
    if let Some(reason) = &found.untried {
        return Err(CliError::BaselineUntried { reason: reason.clone() });
    }
    match found.differences().len() {
        0 if found.comparison.is_some() => Ok(()),
        differences => Err(CliError::BaselineDiffers { differences }),
    }
}

/// Refuses a package that lacks a crate whose types the structs have, or a feature of schema-core for one.
fn check_crates(package: &PackageAtHand, crates: &BTreeSet<&'static str>) -> Result<(), CliError> {
    let PackageAtHand { dependencies, features, .. } = package;
    let lacks = |name: &&str| !dependencies.contains(*name) || !features.contains(*name);
    let lacking: Vec<&str> = crates.iter().copied().filter(lacks).collect();
    if !dependencies.contains("schema-core") {
        return Err(CliError::LacksCrates {
            names: "schema-core".to_owned(),
            commands: "`cargo add schema-core`".to_owned(),
        });
    }
    if lacking.is_empty() {
        return Ok(());
    }
    let names = lacking.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Err(CliError::LacksCrates { names, commands: add_crates(lacking.iter().copied()) })
}

/// The scripts of the first revision.
struct First {
    scripts: Scripts,
    /// What they do not make.
    unplanned: Vec<String>,
    found: Engine,
}

impl First {
    fn of(
        driver: &dyn ScratchSource,
        found: &FromDatabase,
        project: &Project,
        printer: Printer,
    ) -> Result<Self, CliError> {
        let engine = found.engine;
        let whole = compare(engine, DatabaseSchema::default(), found.schema.clone(), Scope::Database, &[])?;
        let (whole, unplanned) = whole.leaving_unplanned();
        let unplanned: Vec<String> = unplanned.iter().map(Object::label).collect();
        if !unplanned.is_empty() {
            printer.warn(&format!(
                "the first revision does not make these, which cannot be planned: {}",
                unplanned.join(", ")
            ));
        }
        let plans = tried_out(driver, &whole, &project.config.filters, printer)?;
        let makes = found.comparison.as_ref().map(Comparison::newly_said).unwrap_or_default();
        let scripts = Scripts { makes, ..Scripts::new(plans.up.to_script(), plans.down.to_script()) };
        Ok(First { scripts, unplanned, found: engine })
    }

    /// The revision that an earlier run has written, where it is the only one and would be written again.
    fn among(&self, directory: Option<&Directory>) -> Result<Option<RevisionId>, CliError> {
        let Some(directory) = directory else { return Ok(None) };
        let revisions: Vec<&Revision> = directory.graph().revisions().collect();
        let [revision] = revisions.as_slice() else {
            return if revisions.is_empty() { Ok(None) } else { Err(CliError::HasRevisions) };
        };
        let script = directory.script(&revision.id, self.found, Direction::Up);
        if script.is_ok_and(|script| script.text == self.scripts.up) {
            return Ok(Some(revision.id.clone()));
        }
        Err(CliError::HasRevisions)
    }
}

/// The revision.
struct Made {
    id: RevisionId,
    folder: PathBuf,
}

/// Names the module, builds the models, compares them, writes the revision and stamps: what fails leaves everything to be undone.
fn make(
    undo: &mut Undo,
    (module, message): (&Module, &str),
    (first, reused): (&First, Option<RevisionId>),
    (place, driver): (&NewProject, &mut dyn Driver),
    context: &Context,
) -> Result<Made, CliError> {
    let printer = context.printer;
    let NewProject { project, .. } = place;
    module.declare(undo)?;
    let folder = project.migrations_directory();
    undo.creates(&folder.join("heads"));
    let mut directory = Directory::init(&folder)?;
    let document = models::document(project, &ModelsArgs::default(), printer)?;
    let declared = desired::resolve(&document, driver.engine(), &directory)?;
    let comparison = Sides::read(driver, declared, &project.config.filters, printer)?.into_comparison(&[])?;
    if !comparison.is_empty() {
        return Err(CliError::OtherModels { differences: Differences::of(comparison.changes()).lines() });
    }
    let id = match reused {
        Some(id) => id,
        None => {
            let mut new = NewRevision::new(message, []);
            new.scripts = BTreeMap::from([(driver.engine(), first.scripts.clone())]);
            let created = directory.create(new)?;
            undo.created(created.folder);
            created.id
        }
    };
    let targets = BTreeSet::from([id.clone()]);
    let stamped = Declared::Revisions { targets: &targets, undone: &BTreeSet::new() };
    runner::stamp(driver, &directory, stamped, StampOptions::default(), &mut events(printer))?;
    let folder = directory.folder(&id)?;
    Ok(Made { id, folder })
}
