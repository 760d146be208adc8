//! `merge`: joins heads.

use super::placement::check_heads;
use crate::address::applied_if_needed;
use crate::context::Context;
use crate::database::quoted;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use schema_core::revision::{Label, NewRevision, RevisionId, Scripts, Target};
use std::collections::BTreeSet;

/// Join several heads in one revision
///
/// For two people who each added a revision on the same parent. The revision changes nothing itself.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct MergeArgs {
    /// The revisions to join
    #[arg(value_name = "REVISION", default_value = "heads")]
    revisions: Vec<Target>,
    /// What the revision does, in a few words
    #[arg(short, long, value_name = "MESSAGE", default_value = "merge")]
    message: String,
    /// A name for the branch that goes on from here; may be repeated
    #[arg(long = "branch-label", value_name = "LABEL")]
    branch_labels: Vec<Label>,
    /// The id, instead of a new one
    #[arg(long, value_name = "ID")]
    rev_id: Option<RevisionId>,
    /// Join revisions that are no heads, too
    #[arg(long)]
    splice: bool,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli merge                              all heads
  schema-cli merge ae10 1975 -m \"join prices\"   these two";

pub(crate) fn run(args: &MergeArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let MergeArgs { revisions, message, branch_labels, rev_id, splice } = args;
    let project = context.project()?;
    let mut directory = project.directory()?;
    let mut joined = BTreeSet::new();
    for target in revisions {
        let applied = applied_if_needed(&target.to_string(), &directory, &project, context)?;
        joined.extend(target.resolve(directory.graph(), &applied)?);
    }
    if joined.len() < 2 {
        return Err(CliError::NothingToMerge { revisions: quoted(&joined) });
    }
    if !*splice {
        check_heads(&directory, &joined)?;
    }
    let nothing = format!("-- Joins {}; there is nothing to do.\n", quoted(&joined));
    let scripts = Scripts::new(nothing.clone(), nothing);
    let engines = context.engines(&project, &directory)?;
    let mut new = NewRevision::new(message.clone(), joined);
    new.id = rev_id.clone().unwrap_or(new.id);
    new.labels.clone_from(branch_labels);
    new.scripts = engines.into_iter().map(|engine| (engine, scripts.clone())).collect();
    super::revision::create(new, &mut directory, context)
}
