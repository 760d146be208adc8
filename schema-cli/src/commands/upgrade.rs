//! `upgrade`: applies revisions.

use super::run::{BackupArgs, events, finish};
use crate::context::Context;
use crate::database::{IfMissing, LockArgs};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use schema_core::revision::{Direction, Target};
use schema_core::runner;

/// Apply revisions to the database
///
/// Several processes may do so at once: each revision is applied once. What an interrupted run has left undone, the next one
/// does.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct UpgradeArgs {
    /// The revision to upgrade to, with all that it needs
    #[arg(value_name = "REVISION", default_value = "heads", allow_negative_numbers = true)]
    revision: Target,
    #[command(flatten)]
    backup: BackupArgs,
    #[command(flatten)]
    lock: LockArgs,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli upgrade                          apply all that is pending
  schema-cli upgrade ae10                     up to the revision whose id begins with ae10
  schema-cli upgrade +1                       the next one only
  schema-cli upgrade --backup                 after a backup beside the database
  schema-cli upgrade --database production    another database of schema.toml";

pub(crate) fn run(args: &UpgradeArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let UpgradeArgs { revision, backup, lock } = args;
    let project = context.project()?;
    let directory = project.directory()?;
    let mut driver = context.connect(&project, IfMissing::Create, Some(lock))?;
    let applied = runner::status(&mut *driver, &directory)?.applied_ids();
    let targets = revision.upgrade_targets(directory.graph(), &applied)?;
    let done =
        runner::upgrade(&mut *driver, &directory, &targets, &backup.options(), &mut events(context.printer))?;
    finish(&done, Direction::Up, &mut *driver, &directory, context)
}
