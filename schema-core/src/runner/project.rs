//! Whose a database is: its history belongs to one project, and a database with tables and no history belongs to somebody else until it is adopted.

use super::RunnerError;
use super::history::{self, AppliedRevision, History};
use crate::driver::{Ask, DriverError, Facts, HISTORY_COLUMNS, STEP_COLUMNS};
use crate::filter::Filter;
use crate::revision::{Graph, RevisionId};
use std::collections::BTreeSet;
use std::fmt;

/// Another project, as its history tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherProject {
    /// Its first revision.
    pub first: RevisionId,
    /// What that revision does, in the words of its author.
    pub message: String,
}

impl fmt::Display for OtherProject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OtherProject { first, message } = self;
        write!(formatter, "`{first}`")?;
        match message.lines().next().unwrap_or_default() {
            "" => Ok(()),
            message => write!(formatter, " ({message})"),
        }
    }
}

/// Refuses the history of another project: one that says so, or one that knows none of these revisions.
///
/// # Errors
///
/// [`RunnerError::ForeignHistory`].
pub(super) fn check_owner(
    driver: &dyn Facts,
    history: &History,
    revisions: &Graph,
) -> Result<(), RunnerError> {
    match other_project(history, revisions) {
        Some(other) => {
            let table = driver.history_table().to_string();
            Err(RunnerError::ForeignHistory { table, other })
        }
        None => Ok(()),
    }
}

fn other_project(history: &History, revisions: &Graph) -> Option<OtherProject> {
    let mut named = history.applied.values().filter_map(|row| row.project.as_ref());
    let first = match named.find(|project| !revisions.is_of(project)) {
        Some(project) => project.revision.clone(),
        // Versions that did not know of projects have written all of it.
        None => {
            let is_known = |row: &AppliedRevision| {
                revisions.get(&row.revision).is_some() || revisions.replacing(&row.revision).is_some()
            };
            if history.applied.values().any(is_known) {
                return None;
            }
            history.applied.values().min_by_key(|row| row.applied_at)?.revision.clone()
        }
    };
    let message = history.applied.get(&first).map(|row| row.message.clone()).unwrap_or_default();
    Some(OtherProject { first, message })
}

/// Refuses a database that has tables and views and no history: whether its schema is there already, or somebody else's, only a person knows.
///
/// # Errors
///
/// [`RunnerError::NoHistory`].
pub(super) fn check_unclaimed(driver: &mut dyn Ask, filter: &Filter) -> Result<(), RunnerError> {
    let mut relations = driver.relations()?;
    relations.retain(|name| !filter.leaves_alone(driver.engine(), name));
    // Another process may have begun meanwhile; its tables and its history appear together, or the history first.
    if relations.is_empty() || history::read(driver)?.exists {
        return Ok(());
    }
    relations.sort();
    Err(RunnerError::NoHistory { relations })
}

/// Where one of the history tables is none of ours, that is what is wrong, whatever the database says of our queries.
pub(super) fn blame_table(driver: &mut dyn Ask, error: DriverError) -> RunnerError {
    match foreign_table(driver) {
        Ok(Some(foreign)) => foreign,
        Ok(None) | Err(_) => error.into(),
    }
}

/// Where there is no history, refuses whatever else has the name of one of its tables, or of both: a table, a view or a sequence.
///
/// # Errors
///
/// [`RunnerError::ForeignTable`], or the database refuses.
pub(super) fn check_tables(driver: &mut dyn Ask) -> Result<(), RunnerError> {
    foreign_table(driver)?.map_or(Ok(()), Err)
}

fn foreign_table(driver: &mut dyn Ask) -> Result<Option<RunnerError>, DriverError> {
    let table = driver.history_table().clone();
    for (table, wanted) in [(table.name().clone(), HISTORY_COLUMNS), (table.steps(), STEP_COLUMNS)] {
        let columns = driver.column_names(&table)?;
        let found: BTreeSet<String> = columns.iter().map(|name| name.to_ascii_lowercase()).collect();
        let missing = wanted.into_iter().find(|name| !found.contains(*name));
        if let Some(missing) = missing.filter(|_| !found.is_empty()) {
            return Ok(Some(RunnerError::ForeignTable { table: table.to_string(), missing }));
        }
    }
    Ok(None)
}
