//! What `upgrade` and `downgrade` share: the backup, and telling what happens.

use crate::context::Context;
use crate::database::names;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::safe::printable;
use crate::scripts::listed;
use schema_core::driver::{BackupDestination, Driver, ProgressUnit, StatementProgress, TableSize};
use schema_core::revision::{Direction, Directory, RevisionId};
use schema_core::runner::{self, Burden, DryRun, Event, RunOptions, TableAtStake, Untried};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
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
    /// What a dry run could not try.
    #[serde(skip_serializing_if = "Option::is_none")]
    untried: Option<Vec<UntriedReport<'a>>>,
    /// The tables that a dry run says take time.
    #[serde(skip_serializing_if = "Option::is_none")]
    tables: Option<Vec<TableReport<'a>>>,
}

/// A table that takes time, for programs.
#[derive(Serialize)]
struct TableReport<'a> {
    table: &'a str,
    burden: &'static str,
    rows: Option<u64>,
    bytes: Option<u64>,
}

/// What a dry run could not try of a revision, for programs.
#[derive(Serialize)]
struct UntriedReport<'a> {
    revision: &'a RevisionId,
    path: &'a Path,
    line: usize,
    statements: usize,
}

const AT_WORK: &str = "      at work";

/// Tells each event of a run as it happens, and that work goes on in between.
pub(super) fn events(printer: Printer) -> impl FnMut(Event<'_>) {
    let mut at_work = Some(Progress::begin(printer, "      getting ready"));
    move |event| {
        let goes_on = match event {
            Event::BatchAdvanced { table, rows } => {
                Some(format!("{rows} rows of {} in batches", printable(&table.to_string())))
            }
            Event::StatementAdvanced { line, progress } => Some(far(line, progress)),
            Event::StatementEnded { line: _ } => Some("at work".to_owned()),
            _ => None,
        };
        if let Some(goes_on) = goes_on {
            let progress = at_work.get_or_insert_with(|| Progress::begin(printer, AT_WORK));
            progress.says(&format!("      {goes_on}"));
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
            Event::Rewrites { table } => {
                tell_tables(std::slice::from_ref(table), printer);
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

/// How far the statement in a line has come.
fn far(line: usize, progress: &StatementProgress) -> String {
    let StatementProgress { phase, done, total, unit } = progress;
    let what = match unit {
        ProgressUnit::Rows => "rows",
        ProgressUnit::Blocks => "blocks",
        ProgressUnit::Sessions => "sessions waited for",
        ProgressUnit::Bytes => "bytes",
        ProgressUnit::Parts => "",
    };
    let percent =
        total.map(|total| 100 * done / total.max(1)).map(|percent| format!("{} %", percent.min(100)));
    let count = match (percent, what) {
        (Some(percent), "") => percent,
        (Some(percent), what) => format!("{done} {what}, {percent}"),
        (None, what) => format!("{done} {what}"),
    };
    let phase = phase.as_deref().map(|phase| format!("{}, ", printable(phase))).unwrap_or_default();
    format!("line {line}: {phase}{}", count.trim_end())
}

/// Says where the database is after a run.
pub(super) fn finish(
    revisions: &[RevisionId],
    direction: Direction,
    driver: &mut dyn Driver,
    directory: &Directory,
    context: &Context,
) -> Result<ExitStatus, CliError> {
    let current = directory.graph().current_heads(&runner::applied(driver, directory)?);
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
            untried: None,
            tables: None,
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
    let DryRun { revisions, on_copy, untried, tables } = tried;
    if revisions.is_empty() && untried.is_empty() {
        context.printer.say("nothing to do");
    } else {
        let seconds = duration.as_secs_f64();
        let what = if untried.is_empty() { "all of it" } else { "what could be tried" };
        context.printer.done(&format!("{what} would succeed, in {seconds:.3} s; nothing was changed"));
        if *on_copy {
            context.printer.say(
                "it was tried on a copy of the database without its rows, which take longer and may be in the way",
            );
        }
        tell_tables(tables, context.printer);
        tell_untried(untried, context.printer);
    }
    if context.printer.is_json() {
        let duration_ms = Some(duration.as_millis());
        context.printer.json(&RunReport {
            direction: direction.name(),
            revisions,
            current: None,
            duration_ms,
            on_copy: Some(*on_copy),
            untried: Some(untried.iter().map(UntriedReport::of).collect()),
            tables: Some(tables.iter().map(TableReport::of).collect()),
        })?;
    }
    Ok(ExitStatus::Done)
}

impl<'a> UntriedReport<'a> {
    fn of(untried: &'a Untried) -> Self {
        let Untried { revision, path, line, statements, tried: _ } = untried;
        UntriedReport { revision, path, line: *line, statements: *statements }
    }
}

/// Says what was not tried: the first revision from a statement on, and those behind it.
fn tell_untried(untried: &[Untried], printer: Printer) {
    let Some((first, rest)) = untried.split_first() else { return };
    let Untried { revision, path, line, statements, tried } = first;
    printer.warn(&format!(
        "not tried: {statements} of the {} statements of {revision}, from line {line} of {} on, which are committed one by one and could not be rolled back",
        statements + tried,
        path.display()
    ));
    if !rest.is_empty() {
        let names: Vec<String> = rest.iter().map(|it| it.revision.to_string()).collect();
        printer.warn(&format!("not tried either, as they come behind that: {}", listed(&names)));
    }
    printer.hint("try them on a copy of the database");
}

impl<'a> TableReport<'a> {
    fn of(table: &'a TableAtStake) -> Self {
        let TableAtStake { name, burden, size: TableSize { rows, bytes } } = table;
        let burden = match burden {
            Burden::BesideUse => "beside_use",
            Burden::BlocksWrites => "blocks_writes",
            Burden::BlocksReads => "blocks_reads",
            Burden::Rewrites => "rewrites",
        };
        TableReport { table: name, burden, rows: *rows, bytes: *bytes }
    }
}

/// Says how large the tables are that take time.
fn tell_tables(tables: &[TableAtStake], printer: Printer) {
    for TableAtStake { name, burden, size: TableSize { rows, bytes } } in tables {
        let what = match burden {
            Burden::BesideUse => "used meanwhile",
            Burden::BlocksWrites => "writes wait",
            Burden::BlocksReads => "reads and writes wait",
            Burden::Rewrites => "rewritten",
        };
        let rows = rows.map(|rows| format!("about {rows} rows"));
        let bytes = bytes.map(|bytes| format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20)));
        let size: Vec<String> = rows.into_iter().chain(bytes).collect();
        printer.say(&format!("      {}, {}: {what}", printable(name), size.join(", ")));
    }
}
