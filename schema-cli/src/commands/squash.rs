//! `squash`: one revision in the place of a line of others, proven equal to them.

use crate::address::applied_if_needed;
use crate::context::Context;
use crate::database::{IfMissing, quoted};
use crate::describe::revisions;
use crate::environment::Environment;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::progress::Progress;
use crate::project::Project;
use crate::target::Target;
use schema_core::driver::Driver;
use schema_core::model::Engine;
use schema_core::revision::{self, Direction, Directory, RevisionId, TargetRange};
use schema_core::runner;
use schema_core::squash::{self, Line, Rewritten, SquashError, SquashOptions};
use schema_core::url::DatabaseUrl;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Write one revision in the place of a line of others
///
/// Its scripts come from the schema before the first and the schema behind the last, on a scratch database of each engine that the revisions have scripts for, and are
/// proven equal to the old ones there, up and down. What is not proven is not written, and at no time are half of the files there.
///
/// What schemas do not tell is refused, with file and line: statements about rows, batches, Rust functions, `-- schema: irreversible`, and what would leave rows
/// otherwise in one step than in several. `--keep` leaves such a revision as it is, between what is squashed before and behind it.
///
/// The new revision knows what it replaces. A database that has none of that runs it; one that has all of it is taken to have it, and its history stays as it is; one inside
/// the range is refused, with what to do: bring all databases to the end of the range before the files of the squash reach them.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SquashArgs {
    /// The first and the last revision, both included: `ae10:1975`, `base:head`, `:1975`
    #[arg(value_name = "FROM:TO", allow_hyphen_values = true)]
    range: TargetRange,
    /// What the new revision does, in a few words
    #[arg(short, long, value_name = "MESSAGE")]
    message: Option<String>,
    /// A revision of the range that stays as it is; may be repeated
    #[arg(long, value_name = "REVISION")]
    keep: Vec<revision::Target>,
    /// Show the new scripts, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    forms: crate::scripts::FormsArgs,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli upgrade --all-databases                   first: every database is at the end of the range
  schema-cli squash base:head --dry-run                the scripts that would be written
  schema-cli squash base:head -m \"the schema of 2025\"
  schema-cli squash ae10:1975 --keep 55af              55af moves rows, and stays between two squashed revisions
  schema-cli verify                                    the whole history once more";

#[derive(Serialize)]
struct Report {
    written: bool,
    squashed: Vec<Squashed>,
    /// The revisions of the range that stay as they are.
    kept: Vec<RevisionId>,
}

#[derive(Serialize)]
struct Squashed {
    revision: RevisionId,
    replaces: Vec<RevisionId>,
    folder: Option<PathBuf>,
    scripts: BTreeMap<Engine, Sql>,
}

#[derive(Serialize)]
struct Sql {
    up: String,
    down: String,
}

pub(crate) fn run(args: &SquashArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let SquashArgs { range, message, keep, dry_run, forms } = args;
    let printer = context.printer;
    let project = context.project()?;
    let directory = project.directory()?;
    let graph = directory.graph();
    let applied = applied_if_needed(&range.to_string(), &directory, &project, context)?;
    let found = range.revisions(graph, &applied)?;
    let mut kept = BTreeSet::new();
    for target in keep {
        kept.extend(target.resolve(graph, &applied)?);
    }
    let line = Line::of(graph, &found, &kept).map_err(SquashError::from)?;
    let databases = databases(&line, &directory, &project, context)?;

    let options = SquashOptions {
        online: forms.are_online(&project.config),
        filter: project.config.filters.clone(),
        steps: context.steps().clone(),
    };
    let mut rewritten: BTreeMap<Engine, Rewritten> = BTreeMap::new();
    for (engine, driver) in &databases {
        let progress = Progress::begin(printer, "replaying the revisions");
        let mut told = |revision: &RevisionId, position: usize, total: usize| {
            progress.says(&format!("{engine}: [{position}/{total}] replaying {revision}"));
        };
        let of_engine = squash::rewrite(&**driver, &directory, &line, &options, &mut told)?;
        drop(progress);
        rewritten.insert(*engine, of_engine);
    }
    let message = message.clone().unwrap_or_else(|| told_in_short(&found));
    let new = squash::new_revisions(&directory, &line, &message, &rewritten);
    let prepared = directory.prepare_squash(new)?;
    for (engine, driver) in &databases {
        let progress = Progress::begin(printer, "proving the new revision equal to the old ones");
        let mut told = |revision: &RevisionId, position: usize, total: usize| {
            progress.says(&format!("{engine}: [{position}/{total}] proving {revision}"));
        };
        let both = (&directory, prepared.directory());
        if let Some(of_engine) = rewritten.get(engine) {
            squash::prove(&**driver, both, &line, of_engine, &options, &mut told)?;
        }
    }
    let engines: Vec<&str> = databases.keys().map(|engine| engine.name()).collect();
    printer.say(&format!("proven equal, up and down: {}", engines.join(", ")));

    let mut report = report(&line, prepared.directory(), &databases)?;
    if *dry_run {
        printer.data(&report, || sql_of(&report))?;
        return Ok(ExitStatus::Done);
    }
    let written = prepared.publish()?;
    report.written = true;
    for squashed in &mut report.squashed {
        let folder = written.folder(&squashed.revision)?;
        printer.done(&format!(
            "wrote {} in the place of {}",
            folder.display(),
            revisions(squashed.replaces.len())
        ));
        squashed.folder = Some(folder);
    }
    printer.advise(
        "read the SQL; a database with all of the old revisions is taken to have the new one, one with a part of them needs the old files: \
         `schema-cli current --all-databases` tells",
    );
    if printer.is_json() {
        printer.json(&report)?;
    }
    Ok(ExitStatus::Done)
}

/// `squash ae10 to 1975`
fn told_in_short(ids: &[RevisionId]) -> String {
    match (ids.first(), ids.last()) {
        (Some(first), Some(last)) => format!("squash {first} to {last}"),
        (None, _) | (_, None) => "squash".to_owned(),
    }
}

fn report(
    line: &Line,
    new: &Directory,
    databases: &BTreeMap<Engine, Box<dyn Driver>>,
) -> Result<Report, CliError> {
    let mut squashed = Vec::new();
    for ids in line.squashed() {
        let Some(revision) = ids.first().and_then(|id| new.graph().replacing(id)) else { continue };
        let mut scripts = BTreeMap::new();
        for engine in databases.keys().filter(|engine| revision.engines.contains(engine)) {
            let text = |direction| new.script(&revision.id, *engine, direction).map(|script| script.text);
            scripts.insert(*engine, Sql { up: text(Direction::Up)?, down: text(Direction::Down)? });
        }
        squashed.push(Squashed {
            revision: revision.id.clone(),
            replaces: ids.to_vec(),
            folder: None,
            scripts,
        });
    }
    let inside: BTreeSet<&RevisionId> = line.squashed().flatten().collect();
    let kept = line.revisions().filter(|id| !inside.contains(id)).cloned().collect();
    Ok(Report { written: false, squashed, kept })
}

/// The up scripts, each below what it replaces.
fn sql_of(report: &Report) -> String {
    let mut text = String::new();
    for Squashed { revision: _, replaces, folder: _, scripts } in &report.squashed {
        let replaces: Vec<&str> = replaces.iter().map(RevisionId::as_str).collect();
        for (engine, Sql { up, down: _ }) in scripts {
            text.push_str(&format!("-- {engine}: in the place of {}\n{up}\n", replaces.join(", ")));
        }
    }
    text
}

/// A database of each engine that is squashed for. None of them may be inside the range: it could not go on.
fn databases(
    line: &Line,
    directory: &Directory,
    project: &Project,
    context: &Context,
) -> Result<BTreeMap<Engine, Box<dyn Driver>>, CliError> {
    let mut targets: Vec<Target> = context.references(project)?.into_values().collect();
    let environment = Environment::load(&project.root)?;
    for (name, database) in &project.config.databases {
        // A database whose variables are not set counts for nothing: production's are not, on a laptop.
        if environment.expand(&database.url).is_ok() {
            let target = Target::entry(name, &project.config, &environment)?;
            if targets.iter().all(|other| other.url != target.url) {
                targets.push(target);
            }
        }
    }
    let mut databases: BTreeMap<Engine, Box<dyn Driver>> = BTreeMap::new();
    let engines = line.engines(directory.graph());
    for target in targets {
        let family = DatabaseUrl::parse(&target.url)?.engine();
        let is_wanted = |engine: &&Engine| {
            !databases.contains_key(engine) && (**engine == family || engine.falls_back_to() == Some(family))
        };
        if !engines.iter().any(|engine| is_wanted(&engine)) {
            continue;
        }
        let mut driver = context.connect_to(&target, project, IfMissing::TakeAsEmpty)?;
        if !engines.contains(&driver.engine()) || databases.contains_key(&driver.engine()) {
            continue;
        }
        check_outside(&mut *driver, line, directory)?;
        databases.insert(driver.engine(), driver);
    }
    match engines.into_iter().find(|engine| !databases.contains_key(engine)) {
        Some(engine) => Err(CliError::NoDatabaseToSquash { engine }),
        None => Ok(databases),
    }
}

fn check_outside(driver: &mut dyn Driver, line: &Line, directory: &Directory) -> Result<(), CliError> {
    let applied = runner::applied(driver, directory)?;
    for ids in line.squashed() {
        let (has, lacks): (Vec<&RevisionId>, Vec<&RevisionId>) =
            ids.iter().partition(|id| applied.contains(*id));
        if let (false, Some(last)) = (has.is_empty() || lacks.is_empty(), ids.last()) {
            let lacks = lacks.into_iter().cloned().collect();
            return Err(CliError::InsideSquash { lacks: quoted(&lacks), last: last.clone() });
        }
    }
    Ok(())
}
