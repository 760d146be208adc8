//! `upgrade`: applies revisions.

use super::adopt::{AdoptArgs, asking};
use super::offline::{self, Destination};
use super::run::{BackupArgs, events, finish, tried_out};
use crate::context::Context;
use crate::database::IfMissing;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use schema_core::revision::Direction;
use schema_core::runner;
use std::time::Instant;

/// Apply revisions to the database
///
/// Several processes may do so at once: each revision is applied once. What an interrupted run has left undone, the next one
/// does. Scripts that name Rust functions (`-- schema: rust NAME`) need a command line of your own that has them:
/// `schema_cli::main_with`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct UpgradeArgs {
    /// The revision to upgrade to, with all that it needs; with `--sql` also a range, `FROM:TO`
    #[arg(value_name = "REVISION", default_value = "heads", allow_negative_numbers = true)]
    revision: Destination,
    /// Write the script for a database shell to stdout instead, from the base or through the range
    #[arg(long, conflicts_with = "backup")]
    sql: bool,
    /// Run everything and take it back, to see whether it would succeed; on MySQL and MariaDB on a copy without rows. Elsewhere what is committed by itself is not run, and named
    #[arg(long, conflicts_with_all = ["backup", "sql"])]
    dry_run: bool,
    #[command(flatten)]
    adopt: AdoptArgs,
    #[command(flatten)]
    backup: BackupArgs,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli upgrade                          apply all that is pending
  schema-cli upgrade ae10                     up to the revision whose id begins with ae10
  schema-cli upgrade +1                       the next one only
  schema-cli upgrade --backup                 after a backup beside the database
  schema-cli upgrade --dry-run                run it all and take it back
  schema-cli upgrade --adopt                  beside tables that are there already
  schema-cli upgrade --database production    another database of schema.toml
  schema-cli upgrade --sql | sqlite3 app.db   as a script, from the base
  schema-cli upgrade --sql ae10:head          as a script, from one revision to another";

pub(crate) fn run(args: &UpgradeArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let UpgradeArgs { revision, sql, dry_run, adopt, backup } = args;
    let project = context.project()?;
    let directory = project.directory()?;
    if *sql {
        return offline::write(revision, Direction::Up, &directory, &project, context);
    }
    let revision = revision.revision()?;
    let missing = if *dry_run { IfMissing::TakeAsEmpty } else { IfMissing::Create };
    let mut driver = context.connect(&project, missing)?;
    let options = adopt.options(backup, &project, context);
    if *dry_run {
        let started = Instant::now();
        let tried = asking(&options, context, |options| {
            runner::try_upgrade(&mut *driver, &directory, revision, options, &mut events(context.printer))
        })?;
        return tried_out(&tried, Direction::Up, started.elapsed(), context);
    }
    let done = asking(&options, context, |options| {
        runner::upgrade(&mut *driver, &directory, revision, options, &mut events(context.printer))
    })?;
    finish(&done, Direction::Up, &mut *driver, &directory, context)
}
