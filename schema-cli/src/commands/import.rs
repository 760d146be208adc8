//! `import`: the migrations of another tool become revisions, and what its ledger says is applied counts as applied.

mod ledger;
mod proof;

use super::new_project::NewProject;
use super::run::events;
use crate::config::FILE_NAME;
use crate::context::Context;
use crate::database::{IfMissing, names};
use crate::describe::revisions;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::new_files::NewFiles;
use crate::project::Project;
use crate::safe::printable;
use crate::scripts::listed;
use ledger::Ledger;
use proof::{Drift, Trial};
use schema_core::driver::Driver;
use schema_core::import::{self, Folder, Tool};
use schema_core::revision::{Direction, Directory, Prepared, RevisionId};
use schema_core::runner::{self, Declared, StampOptions};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Turn the migrations of another tool into revisions
///
/// Ids, order, messages and times come from the names of the files, and the scripts are theirs: what the tool ran outside a transaction stands below `-- schema: autocommit`, and a migration without a down script
/// gets `-- schema: irreversible`. What revisions cannot say is listed with file and line, and nothing is written.
///
/// All scripts are run on a scratch database. Where the database has the tool's ledger, what its migrations make is compared with the database, and what differs is named (exit 1). `--stamp` then declares applied what the ledger says is; its
/// checksums must be those of the files. The ledger itself stays as it is, and comparisons leave it alone.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ImportArgs {
    /// The tool: sqlx, diesel, refinery, sea-orm, alembic, dbmate, goose, golang-migrate or flyway
    #[arg(value_name = "TOOL", value_parser = parse_tool)]
    tool: Tool,
    /// The folder with its migrations; for Alembic, with what `alembic upgrade heads --sql` and `alembic downgrade HEAD:base --sql` have written
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Declare applied, in the database, what the tool's ledger says is applied
    #[arg(long)]
    stamp: bool,
    /// The tool's ledger, where it has another name than usual
    #[arg(long, value_name = "TABLE")]
    ledger: Option<String>,
    /// The folder for the revisions, where there is no schema.toml yet [default: migrations, or revisions where that is taken]
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Go on where the database is not what the migrations make of it; what differs is listed all the same, and the exit code is 1
    #[arg(long)]
    accept_drift: bool,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli import sqlx migrations --database-url sqlite://app.db                 writes revisions, and schema.toml
  schema-cli import sqlx migrations --stamp --database-url sqlite://app.db         and declares applied what sqlx has applied
  schema-cli import sqlx migrations --stamp --database production                  the same on another database: the revisions are there already
  schema-cli import alembic offline --stamp                                        with offline/upgrade.sql and offline/downgrade.sql
  schema-cli upgrade                                                               applies what is pending";

fn parse_tool(text: &str) -> Result<Tool, String> {
    Tool::ALL.into_iter().find(|tool| tool.name() == text).ok_or_else(|| {
        let names = Tool::ALL.map(|tool| format!("`{tool}`")).join(", ");
        format!("the tools are {names}")
    })
}

#[derive(Serialize)]
struct Report<'a> {
    tool: &'static str,
    /// The folder of the revisions.
    folder: String,
    revisions: Vec<&'a RevisionId>,
    /// Those that cannot be undone.
    irreversible: Vec<&'a RevisionId>,
    /// Whether they were written now, and not there already.
    written: bool,
    left_aside: Vec<String>,
    /// What the tool's ledger says is applied; none where it was not read.
    applied: Option<BTreeSet<RevisionId>>,
    stamped: bool,
    /// What the database has otherwise than the migrations make it.
    drift: Vec<String>,
}

pub(crate) fn run(args: &ImportArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let ImportArgs { tool, folder, stamp, ledger, into, accept_drift } = args;
    let printer = context.printer;
    let found = context.project_or_url()?;
    let missing = if *stamp { IfMissing::Refuse } else { IfMissing::TakeAsEmpty };
    let mut driver = context.connect(&found, missing)?;
    let given = context.given_url();
    let place = NewProject::of(found, given, &folder_for(into.as_deref(), folder))?;
    if place.new_config.is_none() && into.is_some() {
        return Err(CliError::IntoWithProject);
    }
    let foreign = import::read(*tool, folder, driver.engine())?;
    if !foreign.left_aside.is_empty() {
        let paths: Vec<String> = foreign.left_aside.iter().map(|it| it.display().to_string()).collect();
        printer.warn(&format!("no migrations of {tool}, and left aside: {}", printable(&listed(&paths))));
    }
    let there = Revisions::of(&place.project, folder, &foreign, &*driver)?;
    let ledger = Ledger::of(*tool, ledger.as_deref());
    let filter = ledger.left_alone(&place)?;
    let applied = match ledger.read(&mut *driver, &foreign)? {
        Some(Ok(applied)) => Some(applied),
        Some(Err(error)) if *stamp => return Err(error.into()),
        Some(Err(error)) => {
            printer.warn(&format!("not compared with the database: {error}"));
            None
        }
        None if *stamp => return Err(CliError::NoLedger { tool: *tool, table: ledger.name }),
        None => None,
    };
    if let Some(applied) = applied.as_ref().filter(|_| *stamp) {
        check_history(&mut *driver, &there, applied)?;
    }

    let target = place.project.migrations_directory();
    let revisions_now = match there {
        Revisions::There(directory) => Place::There(directory),
        Revisions::None => Place::New(Directory::prepare(&target, foreign.revisions(driver.engine()))?),
    };
    let at = revisions_now.directory().graph().current_heads(&applied.clone().unwrap_or_default());
    let trial = Trial { foreign: &foreign, directory: revisions_now.directory() };
    let Drift { lines } = trial.run(&mut *driver, applied.as_ref(), &filter, context)?;
    if !lines.is_empty() {
        let drift: Vec<String> = lines.iter().map(|line| printable(line).to_string()).collect();
        if !*accept_drift {
            return Err(CliError::Drift { tool: *tool, differences: drift });
        }
        printer.warn(&format!(
            "the database is not what the migrations make, but differs by:\n- {}",
            drift.join("\n- ")
        ));
    }

    let mut files = NewFiles::default();
    if let Some(text) = &place.new_config {
        files.add(PathBuf::from(FILE_NAME), ledger.configuration(text));
    }
    let mut undo = files.write()?;
    let written = matches!(revisions_now, Place::New(_));
    let finish = || -> Result<(), CliError> {
        let directory = match revisions_now {
            Place::There(directory) => directory,
            Place::New(prepared) => {
                let directory = prepared.publish()?;
                undo.created(target.clone());
                directory
            }
        };
        let Some(applied) = applied.as_ref().filter(|_| *stamp) else { return Ok(()) };
        let declared = Declared::Revisions { targets: applied, undone: &BTreeSet::new() };
        runner::stamp(&mut *driver, &directory, declared, StampOptions::default(), &mut events(printer))?;
        Ok(())
    };
    if let Err(error) = finish() {
        undo.run();
        return Err(error);
    }

    let count = revisions(foreign.migrations.len());
    if place.new_config.is_some() {
        printer.done(&format!("wrote {FILE_NAME}"));
        place.tell_of_password(printer);
    }
    if written {
        printer.done(&format!("wrote {}/: {count}", target.display()));
    } else {
        printer.done(&format!("{}/ has them already: {count}", target.display()));
    }
    let irreversible: Vec<&RevisionId> =
        foreign.migrations.iter().filter(|it| it.is_irreversible).map(|it| &it.id).collect();
    if !irreversible.is_empty() {
        let ids: Vec<String> = irreversible.iter().map(|id| id.to_string()).collect();
        printer.done(&format!("cannot be undone: {}", listed(&ids)));
    }
    printer.done("all scripts succeed on a scratch database");
    match &applied {
        Some(applied) if lines.is_empty() => printer.done(&format!(
            "the database is what the {} make that {tool} has applied",
            revisions(applied.len())
        )),
        Some(_) => {}
        None => printer.say(&format!("not compared with the database, which has no `{}`", ledger.name)),
    }
    if let Some(applied) = applied.as_ref().filter(|_| *stamp) {
        printer.done(&format!("stamped: the database is at {}", names(&at)));
        let pending = foreign.migrations.len() - applied.len();
        if pending > 0 {
            printer.say(&format!("{} pending", revisions(pending)));
            printer.advise("`schema-cli upgrade` applies them");
        }
    } else {
        printer.say(&format!(
            "next: `schema-cli import {tool} {} --stamp` on each database that {tool} has migrated",
            folder.display()
        ));
    }
    if printer.is_json() {
        printer.json(&Report {
            tool: tool.name(),
            folder: target.display().to_string(),
            revisions: foreign.migrations.iter().map(|it| &it.id).collect(),
            irreversible,
            written,
            left_aside: foreign.left_aside.iter().map(|it| it.display().to_string()).collect(),
            stamped: *stamp,
            applied,
            drift: lines.clone(),
        })?;
    }
    Ok(if lines.is_empty() { ExitStatus::Done } else { ExitStatus::Differs })
}

/// The folder for the revisions of a new project.
fn folder_for(into: Option<&Path>, foreign: &Path) -> PathBuf {
    let usual = Path::new("migrations");
    match into {
        Some(into) => into.to_owned(),
        None if is_same(usual, foreign) || usual.exists() => PathBuf::from("revisions"),
        None => usual.to_owned(),
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// The revisions in the folder for them.
enum Revisions {
    /// There is none.
    None,
    /// Those of the folder are there, and maybe others that build on them.
    There(Directory),
}

/// The revisions, there or about to be.
enum Place {
    There(Directory),
    New(Prepared),
}

impl Place {
    fn directory(&self) -> &Directory {
        match self {
            Place::There(directory) => directory,
            Place::New(prepared) => prepared.directory(),
        }
    }
}

impl Revisions {
    fn of(project: &Project, folder: &Path, foreign: &Folder, driver: &dyn Driver) -> Result<Self, CliError> {
        let target = project.migrations_directory();
        if is_same(&target, folder) {
            return Err(CliError::ImportIntoItself { folder: target });
        }
        if !target.exists() {
            return Ok(Revisions::None);
        }
        let directory = Directory::open(&target)?;
        if directory.graph().revisions().next().is_none() {
            return Ok(Revisions::None);
        }
        for migration in &foreign.migrations {
            let revision = directory.graph().get(&migration.id);
            let script = directory.script(&migration.id, driver.engine(), Direction::Up);
            let is_there = revision.is_some_and(|it| it.revises == migration.revises);
            if !(is_there && script.is_ok_and(|script| script.text == migration.up)) {
                return Err(CliError::OtherRevisions { folder: target, revision: migration.id.clone() });
            }
        }
        Ok(Revisions::There(directory))
    }
}

/// Refuses a database whose history says more or else than the tool's ledger.
fn check_history(
    driver: &mut dyn Driver,
    there: &Revisions,
    applied: &BTreeSet<RevisionId>,
) -> Result<(), CliError> {
    let none = Directory::from_embedded(&[])?;
    let directory = match there {
        Revisions::There(directory) => directory,
        Revisions::None => &none,
    };
    let status = runner::status(driver, directory)?;
    let recorded = status.applied_ids();
    if status.unfinished.is_none() && recorded.is_subset(applied) {
        return Ok(());
    }
    Err(CliError::HasOwnHistory { at: names(&recorded) })
}
