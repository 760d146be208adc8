//! What `upgrade` and `downgrade` share: the backup, and telling what happens.

use crate::context::Context;
use crate::database::names;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::safe::printable;
use schema_core::driver::{BackupDestination, Driver};
use schema_core::revision::{Direction, Directory, RevisionId};
use schema_core::runner::{self, DryRun, Event, RunOptions};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

/// Whether to back the database up first.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct BackupArgs {
    /// Write a backup first: into this file, or beside the database
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    backup: Option<Option<PathBuf>>,
}

impl BackupArgs {
    pub(super) fn destination(&self) -> Option<BackupDestination> {
        let destination = |file: &Option<PathBuf>| match file {
            Some(file) => BackupDestination::At(file.clone()),
            None => BackupDestination::Beside,
        };
        self.backup.as_ref().map(destination)
    }

    pub(super) fn options(&self, context: &Context) -> RunOptions {
        let steps = context.steps().clone();
        RunOptions { backup: self.destination(), steps, ..RunOptions::default() }
    }
}

/// What a run did, for programs.
#[derive(Serialize)]
struct RunReport<'a> {
    direction: &'static str,
    revisions: &'a [RevisionId],
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<&'a BTreeSet<RevisionId>>,
    /// How long a dry run took.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<u128>,
    /// Whether it was done on a copy without rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_copy: Option<bool>,
}

const AT_WORK: &str = "      at work";

/// Tells each event of a run as it happens, and that work goes on in between.
pub(super) fn events(printer: Printer) -> impl FnMut(Event<'_>) {
    let mut at_work = Some(Progress::begin(printer, "      getting ready"));
    move |event| {
        if let Event::BatchAdvanced { table, rows } = event {
            let progress = at_work.get_or_insert_with(|| Progress::begin(printer, AT_WORK));
            progress.says(&format!("      {rows} rows of {} in batches", printable(&table.to_string())));
            return;
        }
        // Nothing is said while the line stands there.
        drop(at_work.take());
        match event {
            Event::BackedUp { path } => printer.done(&format!("backup written to {}", path.display())),
            Event::Started { revision, direction, position, total } => {
                let action = match direction {
                    Direction::Up => "apply",
                    Direction::Down => "undo",
                };
                let message = revision.message.lines().next().unwrap_or_default();
                printer.say(&format!("[{position}/{total}] {action} {} {}", revision.id, message));
                at_work = Some(Progress::begin(printer, AT_WORK));
            }
            Event::Finished { revision, direction: _, duration } => {
                printer.detail(&format!("      {revision} took {:.3} s", duration.as_secs_f64()));
            }
            Event::ChangedElsewhere => {
                printer.say("another process has changed the database meanwhile; going on from there");
            }
            Event::Waiting { holder } => {
                printer.waiting(holder.unwrap_or("another process"));
                at_work = Some(Progress::begin(printer, "      waiting"));
            }
            Event::Retrying { reason, pause } => {
                let seconds = pause.as_secs_f64();
                printer.say(&format!("      {}; trying again in {seconds:.1} s", reason));
                at_work = Some(Progress::begin(printer, AT_WORK));
            }
            Event::Resumed { revision: _, done: 0, total: _ } => {
                printer.say("      it was begun before; going on where that stopped");
                at_work = Some(Progress::begin(printer, AT_WORK));
            }
            Event::Resumed { revision: _, done, total } => {
                printer.say(&format!(
                    "      {done} of its {total} statements have run before; going on behind them"
                ));
                at_work = Some(Progress::begin(printer, AT_WORK));
            }
            Event::StepUnderWay { line, wait } => {
                let seconds = wait.as_secs();
                printer.say(&format!(
                    "      another process has begun the statement in line {line}; waiting up to {seconds} s for it"
                ));
                at_work = Some(Progress::begin(printer, AT_WORK));
            }
            Event::CleanedUp { statement } => {
                printer.say(&format!("      cleaning up after an interrupted step: {statement}"));
                at_work = Some(Progress::begin(printer, AT_WORK));
            }
            Event::ReplicasBehind { lag, most, waited } => {
                // Once, and not each time that they are asked.
                if waited < Duration::from_millis(400) {
                    let (lag, most) = (lag.as_secs_f64(), most.as_secs_f64());
                    printer.say(&format!(
                        "      replicas are {lag:.1} s behind; the next range waits until it is {most:.1} s"
                    ));
                }
                at_work = Some(Progress::begin(printer, "      waiting for replicas"));
            }
            // Events that a later release of the runner adds.
            _ => {}
        }
    }
}

/// Says where the database is after a run.
pub(super) fn finish(
    revisions: &[RevisionId],
    direction: Direction,
    driver: &mut dyn Driver,
    directory: &Directory,
    context: &Context,
) -> Result<ExitStatus, CliError> {
    let current = directory.graph().current_heads(&runner::applied(driver)?);
    let at = names(&current);
    if revisions.is_empty() {
        context.printer.say(&format!("nothing to do: the database is at {at}"));
    } else {
        context.printer.done(&format!("done: the database is at {at}"));
    }
    if context.printer.is_json() {
        context.printer.json(&RunReport {
            direction: direction.name(),
            revisions,
            current: Some(&current),
            duration_ms: None,
            on_copy: None,
        })?;
    }
    Ok(ExitStatus::Done)
}

/// Says what a run would have done, and how long it took to find out.
pub(super) fn tried_out(
    tried: &DryRun,
    direction: Direction,
    duration: Duration,
    context: &Context,
) -> Result<ExitStatus, CliError> {
    let DryRun { revisions, on_copy } = tried;
    if revisions.is_empty() {
        context.printer.say("nothing to do");
    } else {
        let seconds = duration.as_secs_f64();
        context.printer.done(&format!("all of it would succeed, in {seconds:.3} s; nothing was changed"));
        if *on_copy {
            context.printer.say(
                "it was tried on a copy of the database without its rows, which take longer and may be in the way",
            );
        }
    }
    if context.printer.is_json() {
        let duration_ms = Some(duration.as_millis());
        context.printer.json(&RunReport {
            direction: direction.name(),
            revisions,
            current: None,
            duration_ms,
            on_copy: Some(*on_copy),
        })?;
    }
    Ok(ExitStatus::Done)
}
