//! `revision`: an empty revision, for SQL that a person writes.

use super::autogenerate::{self, AutogenerateArgs};
use crate::address::applied_if_needed;
use crate::context::Context;
use crate::database::quoted;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use schema_core::model::Engine;
use schema_core::revision::{Directory, Label, NewRevision, RevisionId, Scripts, Target};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Write an empty revision, for SQL of your own
///
/// It is for the engines of the databases in schema.toml.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RevisionArgs {
    /// What the revision does, in a few words
    #[arg(short, long, value_name = "MESSAGE")]
    message: String,
    /// Write it from the difference between the models and the database, as `autogenerate` does
    #[arg(long, conflicts_with_all = ["head", "splice", "branch_labels", "depends_on", "rev_id"])]
    autogenerate: bool,
    /// The revision to build on; `base` for a branch of its own
    #[arg(long, value_name = "REVISION", default_value = "head", allow_negative_numbers = true)]
    head: Target,
    /// Build on a revision that is no head, and so make a branch
    #[arg(long)]
    splice: bool,
    /// A name for the branch that begins here; may be repeated
    #[arg(long = "branch-label", value_name = "LABEL")]
    branch_labels: Vec<Label>,
    /// A revision of another branch that has to be applied before; may be repeated
    #[arg(long, value_name = "REVISION", allow_negative_numbers = true)]
    depends_on: Vec<Target>,
    /// The id, instead of a new one
    #[arg(long, value_name = "ID")]
    rev_id: Option<RevisionId>,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli revision -m \"fill in missing prices\"
  schema-cli revision -m \"shop begins\" --head base --branch-label shop
  schema-cli revision -m \"fix for 1.2\" --head ae10 --splice";

#[derive(Serialize)]
struct Report<'a> {
    revision: &'a RevisionId,
    folder: &'a PathBuf,
    files: &'a [PathBuf],
}

pub(crate) fn run(args: RevisionArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let RevisionArgs { message, autogenerate, head, splice, branch_labels, depends_on, rev_id } = args;
    if autogenerate {
        return autogenerate::run(&AutogenerateArgs::with_message(message), context);
    }
    let project = context.project()?;
    let mut directory = project.directory()?;
    let resolve = |target: &Target, directory: &Directory| -> Result<BTreeSet<RevisionId>, CliError> {
        let applied = applied_if_needed(&target.to_string(), directory, &project, context)?;
        Ok(target.resolve(directory.graph(), &applied)?)
    };
    let revises = resolve(&head, &directory)?;
    let heads = directory.graph().heads();
    if !splice && !revises.is_subset(&heads) {
        return Err(CliError::NotAHead { revisions: quoted(&revises) });
    }
    let mut dependencies = Vec::new();
    for target in &depends_on {
        dependencies.extend(resolve(target, &directory)?);
    }

    let scripts = || Scripts {
        up: "-- Write here the SQL that applies this revision.\n".to_owned(),
        down: "-- Write here the SQL that undoes it.\n".to_owned(),
    };
    let engines: BTreeSet<Engine> = context.engines(&project)?;
    let mut new = NewRevision::new(message, revises);
    new.id = rev_id.unwrap_or(new.id);
    new.depends_on = dependencies;
    new.labels = branch_labels;
    new.scripts = engines.into_iter().map(|engine| (engine, scripts())).collect();
    create(new, &mut directory, context)
}

/// Writes the revision and tells where it is.
pub(super) fn create(
    new: NewRevision,
    directory: &mut Directory,
    context: &Context,
) -> Result<ExitStatus, CliError> {
    let created = directory.create(new)?;
    for file in &created.files {
        context.printer.done(&format!("wrote {}", file.display()));
    }
    if context.printer.is_json() {
        let report = Report { revision: &created.id, folder: &created.folder, files: &created.files };
        context.printer.json(&report)?;
    }
    Ok(ExitStatus::Done)
}
