//! Revisions as they are addressed on the command line.

use crate::context::Context;
use crate::database::IfMissing;
use crate::error::CliError;
use crate::project::Project;
use schema_core::revision::{Directory, RevisionId, Target};
use schema_core::runner;
use std::collections::BTreeSet;

/// What is applied, where an address counts from there; else no database is asked.
pub(crate) fn applied_if_needed(
    address: &str,
    directory: &Directory,
    project: &Project,
    context: &Context,
) -> Result<BTreeSet<RevisionId>, CliError> {
    if !counts_from_applied(address) {
        return Ok(BTreeSet::new());
    }
    let mut driver = context.connect(project, IfMissing::Refuse)?;
    Ok(runner::status(&mut *driver, directory)?.applied_ids())
}

/// The one revision that an address means.
pub(crate) fn one_revision(
    target: &Target,
    directory: &Directory,
    project: &Project,
    context: &Context,
) -> Result<RevisionId, CliError> {
    let applied = applied_if_needed(&target.to_string(), directory, project, context)?;
    let mut ids = target.resolve(directory.graph(), &applied)?.into_iter();
    match (ids.next(), ids.next()) {
        (Some(id), None) => Ok(id),
        _ => Err(CliError::NotOneRevision { given: target.to_string() }),
    }
}

fn counts_from_applied(address: &str) -> bool {
    address.split(':').any(|side| is_steps(side) || is_current(side))
}

/// Whether a script begins or ends at what is applied; steps to its end count from where it begins.
pub(crate) fn begins_or_ends_at_applied(range: &str) -> bool {
    range.split(':').any(is_current) || range.split_once(':').is_some_and(|(from, _)| is_steps(from))
}

fn is_steps(side: &str) -> bool {
    without_branch(side).starts_with(['+', '-'])
}

fn is_current(side: &str) -> bool {
    without_branch(side).starts_with("current")
}

fn without_branch(side: &str) -> &str {
    side.rsplit('@').next().unwrap_or(side).trim()
}

#[cfg(test)]
mod tests {
    use super::{begins_or_ends_at_applied, counts_from_applied};

    #[test]
    fn a_script_asks_a_database_only_where_it_begins_or_ends_at_what_is_applied() {
        for range in ["current", "current:head", "ae10:current+1", "+1:head", "-1:current"] {
            assert!(begins_or_ends_at_applied(range), "{range}");
        }
        for range in ["+1", ":+1", "shop@+2", "ae10:+2", "head", "base:head"] {
            assert!(!begins_or_ends_at_applied(range), "{range}");
        }
    }

    #[test]
    fn only_addresses_that_count_from_what_is_applied_ask_a_database() {
        for address in ["current", "+1", "-2", "shop@+1", "current-1", "-3:current", "ae10:+2"] {
            assert!(counts_from_applied(address), "{address}");
        }
        for address in ["head", "heads", "base", "ae10", "ae10+2", "shop@head", "base:head", "head-1"] {
            assert!(!counts_from_applied(address), "{address}");
        }
    }
}
