//! The models' schema beside the database's: what `autogenerate` and `check` compare.

use crate::context::Context;
use crate::error::CliError;
use crate::models::{self, ModelsArgs};
use crate::project::Project;
use schema_core::autogenerate::{AutogenerateError, Comparison, compare};
use schema_core::dialect::{self, Scope};
use schema_core::diff::{Changes, DataLoss, RenameRequest, describe};
use schema_core::driver::{Canonical, Driver};
use schema_core::model::{Engine, Schema};
use serde::Serialize;

/// The two sides of a comparison, before any rename is decided.
pub(crate) struct Sides {
    engine: Engine,
    current: Schema,
    desired: Schema,
}

impl Sides {
    /// Reads the database and the models.
    pub(crate) fn read(
        driver: &mut dyn Driver,
        project: &Project,
        models: &ModelsArgs,
        context: &Context,
    ) -> Result<Self, CliError> {
        let engine = driver.engine();
        let document = models::document(project, models, context.printer)?;
        let mut desired = dialect::resolve(&document, engine)
            .map_err(|problems| AutogenerateError::Unsupported { problems })?;
        let current = driver.introspect()?;
        match driver.canonicalize(&current, &mut desired)? {
            Canonical::AsWritten | Canonical::InItsOwnWords => {}
            Canonical::NotAllowed { reason } => context.printer.warn(&format!(
                "expressions are compared by their text, because the database cannot be asked for its own words: {reason}"
            )),
        }
        Ok(Sides { engine, current, desired })
    }

    /// Compares them, with these renames besides those that the models tell.
    pub(crate) fn compare(&self, renames: &[RenameRequest]) -> Result<Comparison, CliError> {
        let Sides { engine, current, desired } = self;
        Ok(compare(*engine, current.clone(), desired.clone(), Scope::Models, renames)?)
    }
}

/// What a comparison found, for programs.
#[derive(Serialize)]
pub(crate) struct Differences {
    pub(crate) changes: Vec<String>,
    pub(crate) data_loss: &'static str,
}

impl Differences {
    pub(crate) fn of(changes: &Changes) -> Self {
        Differences {
            changes: describe(changes),
            data_loss: match changes.data_loss() {
                DataLoss::None => "none",
                DataLoss::Possible => "possible",
                DataLoss::Certain => "certain",
            },
        }
    }

    /// A line each, with a dash before it.
    pub(crate) fn lines(&self) -> String {
        self.changes.iter().map(|change| format!("- {change}\n")).collect()
    }
}
