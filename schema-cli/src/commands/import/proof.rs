//! The imported revisions, run on a scratch database and compared with the database at hand.

use crate::context::Context;
use crate::error::CliError;
use crate::progress::Progress;
use schema_core::autogenerate::AutogenerateError;
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::diff::describe;
use schema_core::driver::Driver;
use schema_core::filter::Filter;
use schema_core::import::Folder;
use schema_core::model::{DatabaseSchema, Engine};
use schema_core::revision::{Directory, RevisionId};
use schema_core::runner::RunnerError;
use schema_core::verify;
use std::collections::BTreeSet;

/// The revisions that are tried out.
pub(super) struct Trial<'a> {
    pub(super) foreign: &'a Folder,
    pub(super) directory: &'a Directory,
}

/// What the database has otherwise than the migrations make it.
pub(super) struct Drift {
    pub(super) lines: Vec<String>,
}

impl Trial<'_> {
    /// Runs all up scripts, and compares what those make that are applied.
    pub(super) fn run(
        &self,
        driver: &mut dyn Driver,
        applied: Option<&BTreeSet<RevisionId>>,
        filter: &Filter,
        context: &Context,
    ) -> Result<Drift, CliError> {
        let _progress = Progress::begin(context.printer, "replaying the migrations on a scratch database");
        let live = applied.map(|_| driver.introspect()).transpose()?;
        let mut scratch = driver.scratch_for_scripts()?;
        let mut lines = Vec::new();
        if let (Some(applied), Some(live)) = (applied, live) {
            self.replay(&mut *scratch, applied, context)?;
            let made = scratch.introspect()?;
            lines = differences(driver.engine(), made, live, filter)?;
        }
        let ours: BTreeSet<RevisionId> = self.foreign.migrations.iter().map(|it| it.id.clone()).collect();
        self.replay(&mut *scratch, &ours, context)?;
        Ok(Drift { lines })
    }

    fn replay(
        &self,
        scratch: &mut dyn Driver,
        targets: &BTreeSet<RevisionId>,
        context: &Context,
    ) -> Result<(), CliError> {
        verify::replay(scratch, self.directory, targets, context.steps()).map_err(|error| self.named(error))
    }

    /// The error by the file that the user has, instead of one that goes again.
    fn named(&self, error: RunnerError) -> CliError {
        let RunnerError::Stopped { revision, .. } = &error else { return error.into() };
        let Some(migration) = self.foreign.migrations.iter().find(|it| it.id == *revision) else {
            return error.into();
        };
        let path = migration.path.clone();
        let folder = self.directory.path().map(|it| it.display().to_string());
        let prefix = folder.unwrap_or_default();
        CliError::NotReplayed { path, prefix, source: Box::new(error) }
    }
}

/// What the database has otherwise. Who owns an object matters only where the migrations say it.
fn differences(
    engine: Engine,
    made: DatabaseSchema,
    mut live: DatabaseSchema,
    filter: &Filter,
) -> Result<Vec<String>, CliError> {
    let said: BTreeSet<_> = made.rights.owners.iter().map(|owner| owner.object.clone()).collect();
    live.rights.owners.retain(|owner| said.contains(&owner.object));
    filter.leave_alone(engine, &made, &mut live, Scope::Database).map_err(AutogenerateError::from)?;
    let comparison = compare(engine, made, live, Scope::Database, &[])?;
    Ok(describe(comparison.changes()))
}
