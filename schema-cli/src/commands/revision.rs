//! `revision`: an empty revision, for SQL that a person writes.

use super::autogenerate::{self, AutogenerateArgs};
use super::placement::PlacementArgs;
use crate::address::applied_if_needed;
use crate::context::Context;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use schema_core::model::Engine;
use schema_core::revision::{Directory, NewRevision, RevisionId, Scripts};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Write an empty revision, for SQL of your own
///
/// It is for the engines of the databases in schema.toml. In its scripts `-- schema: batch TABLE by KEY` above an UPDATE or DELETE with `:from` and `:to` runs it in ranges of the key, each in a transaction of its own.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RevisionArgs {
    /// What the revision does, in a few words
    #[arg(short, long, value_name = "MESSAGE")]
    message: String,
    /// Write it from the difference between the models and the database, as `autogenerate` does
    #[arg(long)]
    autogenerate: bool,
    #[command(flatten)]
    placement: PlacementArgs,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli revision -m \"fill in missing prices\"
  schema-cli revision -m \"shop begins\" --head base --branch-label shop
  schema-cli revision -m \"fix for 1.2\" --head ae10 --splice
  schema-cli revision -m \"mail needs users\" --head mail@head --depends-on shop@head";

#[derive(Serialize)]
struct Report<'a> {
    revision: &'a RevisionId,
    folder: &'a PathBuf,
    files: &'a [PathBuf],
}

pub(crate) fn run(args: &RevisionArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let RevisionArgs { message, autogenerate, placement } = args;
    if *autogenerate {
        return autogenerate::run(
            &AutogenerateArgs::with_message(message.clone(), placement.clone()),
            context,
        );
    }
    let project = context.project()?;
    let mut directory = project.directory()?;
    let placement = placement.resolve(&directory, |target| {
        applied_if_needed(&target.to_string(), &directory, &project, context)
    })?;
    let scripts = || {
        Scripts::new(
            "-- Write here the SQL that applies this revision.\n",
            "-- Write here the SQL that undoes it.\n",
        )
    };
    let engines: BTreeSet<Engine> = context.engines(&project, &directory)?;
    let mut new = placement.revision(message);
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
