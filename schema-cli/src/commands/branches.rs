//! `branches`: where the history parts.

use crate::context::Context;
use crate::describe::{Describer, Description};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use serde::Serialize;

/// List the revisions that more than one other builds on
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BranchesArgs {}

const EXAMPLES: &str = "\
Examples:
  schema-cli branches
  schema-cli branches --verbose     with dates, engines and folders
  schema-cli branches --format json";

#[derive(Serialize)]
struct BranchPoint<'a> {
    #[serde(flatten)]
    at: Description<'a>,
    branches: Vec<Description<'a>>,
}

pub(crate) fn run(args: &BranchesArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let BranchesArgs {} = args;
    let directory = context.project()?.directory()?;
    let graph = directory.graph();
    let describer = Describer::new(&directory);
    let points: Vec<BranchPoint<'_>> = graph
        .branch_points()
        .iter()
        .filter_map(|id| graph.get(id))
        .map(|revision| BranchPoint {
            at: describer.describe(revision),
            branches: graph
                .children(&revision.id)
                .iter()
                .filter_map(|child| graph.get(child))
                .map(|child| describer.describe(child))
                .collect(),
        })
        .collect();
    if points.is_empty() {
        context.printer.say("no branches");
    }
    let is_verbose = context.printer.is_verbose();
    context.printer.data(&points, || {
        let points: Vec<_> = points.iter().map(|point| point.text(is_verbose)).collect();
        points.join(if is_verbose { "\n" } else { "" })
    })?;
    Ok(ExitStatus::Done)
}

impl BranchPoint<'_> {
    fn text(&self, is_verbose: bool) -> String {
        let branches: String =
            self.branches.iter().map(|branch| format!("  -> {}\n", branch.line())).collect();
        let at = if is_verbose { self.at.block() } else { self.at.line() + "\n" };
        format!("{at}{branches}")
    }
}
