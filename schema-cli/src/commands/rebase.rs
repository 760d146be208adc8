//! `rebase`: puts one branch on top of another.

use crate::address::one_revision;
use crate::context::Context;
use crate::database::{IfMissing, quoted};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use schema_core::revision::{Graph, Rebase, RevisionId, Target};
use schema_core::runner;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Put a branch on top of another, instead of joining the two
///
/// For two people who each added a revision on the same parent. Only `revises` of the branch's first revision is changed, and the file
/// `heads`: scripts and their checksums stay. What the database has applied already is not moved; `--all-databases` asks every one.
///
/// Without arguments, of two heads the one that is not applied is moved; where neither is, the newer one.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RebaseArgs {
    /// The head of the branch to move
    #[arg(value_name = "REVISION", requires = "onto")]
    revision: Option<Target>,
    /// The revision to put it on
    #[arg(long, value_name = "REVISION", requires = "revision")]
    onto: Option<Target>,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli rebase                     the head that is not applied yet, on top of the other one
  schema-cli rebase ae10 --onto 1975    this one on top of that one
  schema-cli rebase --all-databases     only what none of the databases has applied";

#[derive(Serialize)]
struct Report<'a> {
    revision: &'a RevisionId,
    revises: [&'a RevisionId; 1],
    moved: &'a [RevisionId],
    file: PathBuf,
}

pub(crate) fn run(args: &RebaseArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let RebaseArgs { revision, onto } = args;
    let printer = context.printer;
    let project = context.project()?;
    let mut directory = project.directory()?;
    let mut applied = BTreeSet::new();
    for target in context.targets(&project)? {
        let mut driver = context.connect_to(&target, &project, IfMissing::TakeAsEmpty)?;
        applied.extend(runner::status(&mut *driver, &directory)?.applied_ids());
    }

    let rebase = match revision.as_ref().zip(onto.as_ref()) {
        Some((revision, onto)) => {
            let revision = one_revision(revision, &directory, &project, context)?;
            let onto = one_revision(onto, &directory, &project, context)?;
            directory.graph().rebase(&revision, &onto)?
        }
        None => of_two_heads(directory.graph(), &applied)?,
    };
    if applied.contains(&rebase.root) {
        let below = directory.graph().get(&rebase.root).and_then(|root| root.revises.first().cloned());
        return Err(CliError::AppliedAlready { revision: rebase.root, below });
    }

    let Rebase { root, onto, moved } = &rebase;
    let file = directory.set_revises(root, vec![onto.clone()])?;
    printer.done(&format!("`{root}` builds on `{onto}` now: changed {}", file.display()));
    printer.advise(
        "`schema-cli verify` shows whether the scripts still fit each other; then `schema-cli upgrade`",
    );
    if printer.is_json() {
        printer.json(&Report { revision: root, revises: [onto], moved, file })?;
    }
    Ok(ExitStatus::Done)
}

/// What to move where, of the only two heads: the one that is not applied, else the newer.
fn of_two_heads(graph: &Graph, applied: &BTreeSet<RevisionId>) -> Result<Rebase, CliError> {
    let heads = graph.heads();
    let mut by_age: Vec<_> = heads.iter().filter_map(|id| graph.get(id)).collect();
    by_age.sort_by_key(|revision| revision.created);
    let [older, newer] = &by_age[..] else {
        return Err(match heads.len() {
            0 | 1 => CliError::NothingToRebase,
            _ => CliError::ManyHeads { heads: quoted(&heads) },
        });
    };
    let newer_moves = graph.rebase(&newer.id, &older.id)?;
    if graph.bases().contains(&newer_moves.root) {
        return Err(CliError::SeparateHistories { heads: quoted(&heads) });
    }
    if !applied.contains(&newer_moves.root) {
        return Ok(newer_moves);
    }
    let older_moves = graph.rebase(&older.id, &newer.id)?;
    Ok(if applied.contains(&older_moves.root) { newer_moves } else { older_moves })
}
