//! Replays a whole history on a scratch database: every revision up, down and up again, compared after each step.
//!
//! Owns no connection of its own; must only ever be given a database that nobody needs.

use crate::comparison::compare;
use crate::dialect::Scope;
use crate::diff::describe;
use crate::driver::{Driver, DriverError, Introspect};
use crate::error_class::ErrorClass;
use crate::model::{DatabaseSchema, Object, ObjectKind};
use crate::revision::{Directory, RevisionId};
use crate::runner::{self, Event, RunOptions, RunnerError, downgrade, upgrade};
use crate::steps::Steps;
use std::collections::BTreeSet;

/// Why a history does not hold.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A script fails.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// The scratch database cannot be read.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// A down script does not bring back what was there.
    #[error("undoing `{revision}` does not bring back what was there: {}", differences.join("; "))]
    NotUndone {
        /// The revision.
        revision: RevisionId,
        /// What would still have to be done.
        differences: Vec<String>,
    },
    /// An up script leads elsewhere the second time.
    #[error("applying `{revision}` a second time leads elsewhere: {}", differences.join("; "))]
    NotRepeated {
        /// The revision.
        revision: RevisionId,
        /// What would still have to be done.
        differences: Vec<String>,
    },
}

impl VerifyError {
    /// The class of exit code.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            VerifyError::Runner(error) => error.class(),
            VerifyError::Driver(error) => error.class(),
            VerifyError::NotUndone { .. } | VerifyError::NotRepeated { .. } => ErrorClass::Differences,
        }
    }

    /// What to type to get on.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            VerifyError::Runner(error) => error.hint(),
            VerifyError::Driver(error) => error.hint(),
            VerifyError::NotUndone { revision, .. } | VerifyError::NotRepeated { revision, .. } => {
                Some(format!("edit the scripts of `{revision}`, as long as it is applied nowhere"))
            }
        }
    }
}

/// Applies these revisions and all that they need to an empty scratch database, which then is what the revisions make of nothing.
///
/// # Errors
///
/// A script that fails, or that names a function which is none of the steps.
pub fn replay(
    scratch: &mut dyn Driver,
    revisions: &Directory,
    targets: &BTreeSet<RevisionId>,
    steps: &Steps,
) -> Result<(), RunnerError> {
    upgrade(scratch, revisions, targets, &on_scratch(steps), &mut |_: Event<'_>| {}).map(drop)
}

/// A revision that is about to be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verifying<'a> {
    /// The revision.
    pub revision: &'a RevisionId,
    /// Its place, from 1.
    pub position: usize,
    /// How many there are.
    pub total: usize,
    /// Whether it says that it cannot be undone: its up script alone is run.
    pub is_irreversible: bool,
}

/// What a history was found to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The revisions in their order.
    pub revisions: Vec<RevisionId>,
    /// The objects of which only the name was compared: ``the foreign table `a` ``.
    pub known_by_name: BTreeSet<String>,
    /// The revisions that say they cannot be undone, in their order: of these the up script alone was run.
    pub irreversible: Vec<RevisionId>,
}

/// Applies each revision of the history to an empty scratch database, undoes it and applies it again; one that says it cannot be undone is applied alone.
/// `observer` is told each revision before it is run.
///
/// # Errors
///
/// The first step that fails or leads elsewhere than it should.
pub fn verify(
    scratch: &mut dyn Driver,
    revisions: &Directory,
    steps: &Steps,
    observer: &mut dyn FnMut(Verifying<'_>),
) -> Result<Verified, VerifyError> {
    let order = revisions.graph().upgrade_path(&BTreeSet::new(), &revisions.graph().heads());
    let options = on_scratch(steps);
    let mut before = scratch.introspect()?;
    let mut known_by_name = BTreeSet::new();
    let mut irreversible = Vec::new();
    let mut silent = |_: Event<'_>| {};
    for (position, revision) in order.iter().enumerate() {
        let is_irreversible = runner::irreversible(revisions, revision, scratch.engine()).is_some();
        observer(Verifying { revision, position: position + 1, total: order.len(), is_irreversible });
        let only = BTreeSet::from([revision.clone()]);
        upgrade(scratch, revisions, &only, &options, &mut silent)?;
        let after = scratch.introspect()?;

        if is_irreversible {
            irreversible.push(revision.clone());
        } else {
            downgrade(scratch, revisions, &only, &options, &mut silent)?;
            let differences = between(scratch, &before)?;
            if !differences.is_empty() {
                return Err(VerifyError::NotUndone { revision: revision.clone(), differences });
            }

            upgrade(scratch, revisions, &only, &options, &mut silent)?;
            let differences = between(scratch, &after)?;
            if !differences.is_empty() {
                return Err(VerifyError::NotRepeated { revision: revision.clone(), differences });
            }
        }
        let no_definition = after.objects.iter().filter(|object| is_known_by_name(object));
        known_by_name.extend(no_definition.map(Object::label));
        before = after;
    }
    Ok(Verified { revisions: order, known_by_name, irreversible })
}

fn is_known_by_name(object: &Object) -> bool {
    object.definition.is_none() && object.id.kind != ObjectKind::ShadowTable
}

/// Nobody else has anything on a scratch database.
pub(crate) fn on_scratch(steps: &Steps) -> RunOptions {
    RunOptions { adopt: true, steps: steps.clone(), ..RunOptions::default() }
}

/// What would turn the database into the wanted schema.
pub(crate) fn between(
    scratch: &mut dyn Introspect,
    wanted: &DatabaseSchema,
) -> Result<Vec<String>, VerifyError> {
    let reached = scratch.introspect()?;
    // Without requests no rename can fail.
    Ok(compare(scratch.engine(), reached, wanted.clone(), Scope::Database, &[])
        .map(|comparison| describe(comparison.changes()))
        .unwrap_or_default())
}
