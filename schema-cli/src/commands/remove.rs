//! `remove`: throws a revision away that no database has applied.

use super::run::events;
use crate::address::one_revision;
use crate::context::Context;
use crate::database::{IfMissing, quoted};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::project::Project;
use crate::prompt;
use crate::target::TargetError;
use schema_core::driver::Driver;
use schema_core::revision::{Directory, RevisionId, Target};
use schema_core::runner;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Remove a revision that is not applied, with its files
///
/// For one that turned out wrong before it was applied: its folder is deleted, and the file `heads` follows. A revision that the database has applied, or that another
/// revision builds or depends on, is not removed. `--all-databases` asks every database.
#[derive(Debug, clap::Args)]
#[command(visible_aliases = ["delete", "rm"], after_help = EXAMPLES)]
pub(crate) struct RemoveArgs {
    /// The revision
    #[arg(value_name = "REVISION", allow_negative_numbers = true)]
    revision: Target,
    /// Don't ask
    #[arg(long)]
    yes: bool,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli remove head                      the newest revision
  schema-cli remove ae10 --yes                this one, without a question
  schema-cli remove head --all-databases      only if no database has applied it";

#[derive(Serialize)]
struct Report<'a> {
    revision: &'a RevisionId,
    folder: &'a PathBuf,
    heads: &'a BTreeSet<RevisionId>,
}

pub(crate) fn run(args: &RemoveArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let RemoveArgs { revision, yes } = args;
    let printer = context.printer;
    let project = context.project()?;
    let mut directory = project.directory()?;
    let revision = one_revision(revision, &directory, &project, context)?;
    let mut drivers = connect(&project, context)?;
    // Before anybody waits or is asked; what counts is what is found under the lock.
    for driver in &mut drivers {
        is_not_applied(&revision, &directory, driver.as_mut())?;
    }
    if !*yes {
        if !prompt::is_interactive() {
            return Err(CliError::NobodyToAsk);
        }
        let folder = directory.folder(&revision)?;
        if !prompt::confirm(&format!("Delete {}?", folder.display()))? {
            return Ok(ExitStatus::Differs);
        }
    }
    let folder = remove(&revision, &mut directory, &mut drivers, context)?;
    let heads = directory.graph().heads();
    printer.done(&format!("removed {}", folder.display()));
    match heads.len() {
        0 => printer.say("there is no revision left"),
        1 => printer.say(&format!("the head is {}", quoted(&heads))),
        _ => printer.say(&format!("the heads are {}", quoted(&heads))),
    }
    if printer.is_json() {
        printer.json(&Report { revision: &revision, folder: &folder, heads: &heads })?;
    }
    Ok(ExitStatus::Done)
}

/// The databases that are asked. Where none is named, nobody can be.
fn connect(project: &Project, context: &Context) -> Result<Vec<Box<dyn Driver>>, CliError> {
    match context.targets(project) {
        Err(CliError::Target(TargetError::Missing)) => {
            context.printer.warn("no database is given: whether the revision is applied is not known");
            Ok(Vec::new())
        }
        targets => targets?
            .iter()
            .map(|target| context.connect_to(target, project, IfMissing::TakeAsEmpty))
            .collect(),
    }
}

/// Refuses a revision that the database has applied, wholly or partly.
fn is_not_applied(
    revision: &RevisionId,
    directory: &Directory,
    driver: &mut dyn Driver,
) -> Result<(), CliError> {
    if runner::status(driver, directory)?.applied.contains_key(revision) {
        let below = directory.graph().get(revision).and_then(|it| it.revises.first().cloned());
        return Err(CliError::StillApplied { revision: revision.clone(), below });
    }
    if runner::unfinished(driver)?.as_ref() == Some(revision) {
        return Err(CliError::PartlyApplied { revision: revision.clone() });
    }
    Ok(())
}

/// Removes the revision while no process applies it to one of the databases.
fn remove(
    revision: &RevisionId,
    directory: &mut Directory,
    drivers: &mut [Box<dyn Driver>],
    context: &Context,
) -> Result<PathBuf, CliError> {
    let Some((first, others)) = drivers.split_first_mut() else { return Ok(directory.remove(revision)?) };
    runner::exclusively(first.as_mut(), &mut events(context.printer), |driver| {
        is_not_applied(revision, directory, driver)?;
        remove(revision, directory, others, context)
    })?
}
