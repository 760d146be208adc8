//! `autogenerate`: a revision from the difference between the models and the databases.

mod amend;
mod next;

use super::placement::{Placement, PlacementArgs, check_heads};
use crate::context::Context;
use crate::database::{AgainstArgs, IfMissing, quoted, verified_status};
use crate::desired::{self, Differences, LastComparison, Sides};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::models::{self, ModelsArgs};
use crate::printer::Printer;
use crate::project::Project;
use crate::renames;
use crate::scripts::{FormsArgs, tried_out};
use crate::target::Target;
use next::{AtHand, Has};
use schema_core::autogenerate::Declared;
use schema_core::comparison::Comparison;
use schema_core::diff::RenameRequest;
use schema_core::driver::{Driver, ScratchSource};
use schema_core::filter::Filter;
use schema_core::model::Engine;
use schema_core::revision::{self, Directory, NewRevision, RevisionId, Scripts};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Write a revision from the difference between the models and the database
///
/// The database must be at the head that the revision extends. What looks like a rename is asked about on a terminal; elsewhere
/// it stays a drop and an add, unless `--rename` or `renamed_from` says otherwise.
///
/// A project with databases of several engines gets a script for each, from the difference with a database of that engine: the one that
/// `references` in schema.toml names, else its first. With `--database` or `--database-url` that database is the only one; `--amend` adds the
/// scripts of the other engines later.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AutogenerateArgs {
    /// What the revision does, in a few words
    #[arg(short, long, value_name = "MESSAGE", required_unless_present_any = ["dry_run", "sql", "amend", "add_engine"])]
    message: Option<String>,
    /// Say what would be written, and write nothing
    #[arg(long, conflicts_with = "sql")]
    dry_run: bool,
    /// Write the SQL to stdout, and no revision
    #[arg(long)]
    sql: bool,
    /// A rename that keeps the data: `table=new` or `table.column=new`; may be repeated
    #[arg(long = "rename", value_name = "OLD=NEW", value_parser = renames::parse)]
    renames: Vec<RenameRequest>,
    /// Write no new revision: give the head the scripts of the engines that it has none for
    #[arg(long, conflicts_with_all = ["message", "dry_run", "sql", "add_engine", "splice", "branch_labels", "depends_on", "rev_id"])]
    amend: bool,
    /// Let an engine join late: the head makes its whole schema, the revisions below do nothing there
    #[arg(long, value_name = "ENGINE", value_parser = parse_engine, conflicts_with_all = ["message", "dry_run", "sql", "renames", "splice", "branch_labels", "depends_on", "rev_id"])]
    add_engine: Option<Engine>,
    /// Move tables that are dropped out of sight, so that `downgrade` brings back their rows; `[migrations] keep_dropped = true` in schema.toml is the same
    #[arg(long)]
    keep_dropped: bool,
    #[command(flatten)]
    forms: FormsArgs,
    #[command(flatten)]
    placement: PlacementArgs,
    #[command(flatten)]
    against: AgainstArgs,
    #[command(flatten)]
    models: ModelsArgs,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli autogenerate -m \"add products\"
  schema-cli autogenerate -m \"call it title\" --rename products.name=title
  schema-cli autogenerate --dry-run             what has changed
  schema-cli autogenerate --sql                 and the SQL for it
  schema-cli autogenerate --scratch -m \"more\"   without a database that is at the head
  schema-cli autogenerate --amend --database dev-pg
  schema-cli autogenerate --add-engine postgres --database dev-pg";

fn parse_engine(text: &str) -> Result<Engine, String> {
    let known = || Engine::ALL.map(|engine| format!("`{engine}`")).join(", ");
    Engine::from_name(text).ok_or_else(|| format!("the engines are {}", known()))
}

impl AutogenerateArgs {
    /// What `revision --autogenerate` asks for.
    pub(super) fn with_message(message: String, placement: PlacementArgs) -> Self {
        AutogenerateArgs {
            message: Some(message),
            dry_run: false,
            sql: false,
            renames: Vec::new(),
            placement,
            amend: false,
            add_engine: None,
            keep_dropped: false,
            forms: FormsArgs::default(),
            against: AgainstArgs::default(),
            models: ModelsArgs::default(),
        }
    }
}

impl AutogenerateArgs {
    /// The comparison whose scripts keep what they drop, where that is wanted.
    fn keeping(
        &self,
        comparison: LastComparison,
        revision: &RevisionId,
        project: &Project,
    ) -> LastComparison {
        match self.keep_dropped || project.config.migrations.keep_dropped {
            true => desired::keeping_dropped(comparison, revision),
            false => comparison,
        }
    }
}

#[derive(Serialize)]
struct Report {
    revision: Option<RevisionId>,
    folder: Option<PathBuf>,
    /// Of all engines together.
    #[serde(flatten)]
    differences: Differences,
    engines: BTreeMap<Engine, Differences>,
    /// With `--sql`.
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<BTreeMap<Engine, Sql>>,
}

/// The scripts that would be written.
#[derive(Serialize)]
struct Sql {
    up: String,
    down: String,
}

impl Sql {
    fn of(scripts: &Scripts) -> Self {
        let Scripts { up, down, makes: _, drops: _ } = scripts.clone();
        Sql { up, down }
    }
}

pub(crate) fn run(args: &AutogenerateArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let project = context.project()?;
    let directory = project.directory()?;
    if args.amend {
        return amend::amend_head(args, context, &project, directory);
    }
    if let Some(engine) = args.add_engine {
        return amend::add_engine(engine, args, context, &project, directory);
    }
    write_revision(args, context, &project, directory)
}

fn write_revision(
    args: &AutogenerateArgs,
    context: &Context,
    project: &Project,
    mut directory: Directory,
) -> Result<ExitStatus, CliError> {
    let AutogenerateArgs {
        message,
        dry_run,
        sql,
        renames,
        placement,
        amend: _,
        add_engine: _,
        keep_dropped: _,
        forms,
        against,
        models,
    } = args;
    let printer = context.printer;
    let references = context.references(project)?;
    let replayed = directory.graph().heads();
    let mut databases = Vec::new();
    let mut placed = None;
    for target in references.values() {
        let from = (&directory, &replayed);
        let mut driver =
            context.connect_to_compare(*against, (target, project), from, IfMissing::TakeAsEmpty)?;
        placed = Some(place(placement, &mut *driver, &directory)?);
        databases.push(driver);
    }

    // Models are built once, after it is sure that all databases can be reached.
    let document = models::document(project, models, printer)?;
    let mut requests = renames.clone();
    let mut comparisons: Vec<(Box<dyn Driver>, LastComparison)> = Vec::new();
    let desired: Vec<Declared> = databases
        .iter()
        .map(|driver| desired::resolve(&document, driver.engine(), &directory))
        .collect::<Result<_, _>>()?;
    drop(document);
    // With `--scratch` the revision may be in the databases already.
    let at_hand: Vec<AtHand<'_>> = match against.is_scratch() {
        true => references
            .values()
            .zip(&desired)
            .map(|(target, desired)| AtHand { target, desired: desired.clone() })
            .collect(),
        false => Vec::new(),
    };
    let mut sides = Vec::new();
    for (mut driver, desired) in databases.into_iter().zip(desired) {
        let read = Sides::read(&mut *driver, desired, &project.config.filters, printer)?;
        sides.push((driver, read));
    }
    // Before the first revision, `upgrade` asks whose the tables of such a database are.
    let has_others = |sides: &Sides| directory.graph().is_empty() && sides.has_tables();
    let others: Vec<&Target> = references
        .values()
        .zip(&sides)
        .filter(|(_, (_, sides))| !against.is_scratch() && has_others(sides))
        .map(|(target, _)| target)
        .collect();
    let message = message.clone().unwrap_or_default();
    let mut new = match placed {
        Some(placement) => placement.revision(message),
        None => NewRevision::new(message, []),
    };
    for (driver, sides) in sides {
        let comparison = renames::decide(sides, &mut requests, printer)?;
        let comparison = desired::online(comparison, forms.are_online(&project.config));
        let comparison = args.keeping(comparison, &new.id, project);
        comparisons.push((driver, comparison));
    }
    let mut report = Report {
        revision: None,
        folder: None,
        differences: Differences::of_all(comparisons.iter().map(|(_, comparison)| comparison.changes())),
        engines: comparisons
            .iter()
            .map(|(driver, comparison)| (driver.engine(), Differences::of(comparison.changes())))
            .collect(),
        sql: None,
    };
    if comparisons.iter().all(|(_, comparison)| comparison.is_empty()) {
        printer.say("nothing to do: the models and the database agree");
        return report_json(&report, printer);
    }
    let mut scripts = BTreeMap::new();
    for (driver, comparison) in &comparisons {
        scripts.insert(driver.engine(), written(&**driver, comparison, &project.config.filters, printer)?);
    }
    if *sql {
        report.sql = Some(scripts.iter().map(|(engine, scripts)| (*engine, Sql::of(scripts))).collect());
        printer.script(&report, || sql_of(&scripts))?;
        return Ok(ExitStatus::Done);
    }
    if *dry_run {
        printer.data(&report, || lines(&report))?;
        return Ok(ExitStatus::Done);
    }

    printer.say(lines(&report).trim_end());
    new.scripts = scripts;
    let created = directory.create(new)?;
    printer.done(&format!("wrote {}", created.folder.display()));
    let heads = directory.graph().heads();
    let address = if heads.len() > 1 { created.id.as_str() } else { "head" };
    let mut has: Vec<(&Target, Has)> = others.into_iter().map(|target| (target, Has::Others)).collect();
    for (at_hand, (_, comparison)) in at_hand.into_iter().zip(&comparisons) {
        let target = at_hand.target;
        has.push((target, at_hand.has(comparison, args, project, context)));
    }
    printer.say(&next::lines(&has, address));
    report.revision = Some(created.id);
    report.folder = Some(created.folder);
    report_json(&report, printer)
}

/// The two scripts of a comparison, tried out.
fn written(
    driver: &dyn ScratchSource,
    comparison: &Comparison,
    filter: &Filter,
    printer: Printer,
) -> Result<Scripts, CliError> {
    let plans = tried_out(driver, comparison, filter, printer)?;
    Ok(Scripts {
        makes: comparison.newly_said(),
        drops: comparison.no_longer_said(),
        ..Scripts::new(plans.up.to_script(), plans.down.to_script())
    })
}

/// The up scripts, each below the name of its engine where there are several.
fn sql_of(scripts: &BTreeMap<Engine, Scripts>) -> String {
    if let [only] = scripts.values().collect::<Vec<_>>().as_slice() {
        return only.up.clone();
    }
    let parts: Vec<String> =
        scripts.iter().map(|(engine, scripts)| format!("-- {engine}\n{}", scripts.up)).collect();
    parts.join("\n")
}

/// What differs, engine by engine where not all differ alike.
fn lines(report: &Report) -> String {
    let mut texts: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    for (engine, differences) in &report.engines {
        texts.entry(differences.lines()).or_default().push(engine.name());
    }
    if texts.len() == 1 {
        return texts.into_keys().collect();
    }
    report
        .engines
        .iter()
        .map(|(engine, differences)| match differences.lines() {
            lines if lines.is_empty() => format!("{engine}: nothing to do\n"),
            lines => format!("{engine}:\n{lines}"),
        })
        .collect()
}

fn report_json(report: &Report, printer: Printer) -> Result<ExitStatus, CliError> {
    if printer.is_json() {
        printer.json(report)?;
    }
    Ok(ExitStatus::Done)
}

/// Where the revision goes. The database must be at all heads, or the difference would hold what is pending too.
fn place(
    placement: &PlacementArgs,
    driver: &mut dyn Driver,
    directory: &Directory,
) -> Result<Placement, CliError> {
    let status = verified_status(driver, directory)?;
    let placement = placement.resolve(directory, |_| Ok(status.applied_ids()))?;
    if !status.pending.is_empty() {
        return Err(CliError::NotAtHead { pending: status.pending.len() });
    }
    Ok(placement)
}

/// The head that is given, or the only one there is; none where there is no revision yet.
fn one_head(
    given: Option<&revision::Target>,
    directory: &Directory,
    applied: &BTreeSet<RevisionId>,
) -> Result<Option<RevisionId>, CliError> {
    let chosen = match given {
        Some(target) => target.resolve(directory.graph(), applied)?,
        None => directory.graph().heads(),
    };
    check_heads(directory, &chosen)?;
    if chosen.len() > 1 {
        return Err(CliError::SeveralHeads { heads: quoted(&chosen) });
    }
    Ok(chosen.into_iter().next())
}
