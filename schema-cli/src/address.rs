//! Revisions as they are addressed on the command line.

use crate::context::Context;
use crate::database::IfMissing;
use crate::error::CliError;
use crate::project::Project;
use schema_core::revision::{Directory, RevisionId};
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
    let mut driver = context.connect(project, IfMissing::Refuse, None)?;
    Ok(runner::status(&mut *driver, directory)?.applied_ids())
}

fn counts_from_applied(address: &str) -> bool {
    address.split(':').any(|side| {
        let side = side.rsplit('@').next().unwrap_or(side).trim();
        side.starts_with(['+', '-']) || side.starts_with("current")
    })
}

#[cfg(test)]
mod tests {
    use super::counts_from_applied;

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
