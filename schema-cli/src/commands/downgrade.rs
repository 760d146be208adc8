//! `downgrade`: undoes revisions.

use super::offline::{self, Destination};
use super::run::{BackupArgs, events, finish, tried_out};
use crate::context::Context;
use crate::database::IfMissing;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use schema_core::revision::Direction;
use schema_core::runner;
use std::time::Instant;

/// Undo revisions, the newest first
///
/// All that builds or depends on the revision goes; the revision itself stays.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DowngradeArgs {
    /// The revision to go back to: an id, `-1`, or `base` for the empty database; with `--sql` a range, `FROM:TO`
    #[arg(value_name = "REVISION", allow_negative_numbers = true)]
    revision: Destination,
    /// Write the script for a database shell to stdout instead
    #[arg(long, conflicts_with = "backup")]
    sql: bool,
    /// Run everything and take it back, to see whether it would succeed; on MySQL and MariaDB on a copy without rows. Elsewhere what is committed by itself is not run, and named
    #[arg(long, conflicts_with_all = ["backup", "sql"])]
    dry_run: bool,
    #[command(flatten)]
    backup: BackupArgs,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli downgrade -1             undo the newest revision
  schema-cli downgrade ae10           back to the revision whose id begins with ae10
  schema-cli downgrade base           undo them all
  schema-cli downgrade -1 --backup    after a backup beside the database
  schema-cli downgrade --sql head:ae10 | sqlite3 app.db";

pub(crate) fn run(args: &DowngradeArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let DowngradeArgs { revision, sql, dry_run, backup } = args;
    let project = context.project()?;
    let directory = project.directory()?;
    if *sql {
        return offline::write(revision, Direction::Down, &directory, &project, context);
    }
    let revision = revision.revision()?;
    let mut driver = context.connect(&project, IfMissing::Refuse)?;
    let options = backup.options(context);
    if *dry_run {
        let started = Instant::now();
        let mut events = events(context.printer);
        let tried = runner::try_downgrade(&mut *driver, &directory, revision, &options, &mut events)?;
        return tried_out(&tried, Direction::Down, started.elapsed(), context);
    }
    let done = runner::downgrade(&mut *driver, &directory, revision, &options, &mut events(context.printer))?;
    finish(&done, Direction::Down, &mut *driver, &directory, context)
}
