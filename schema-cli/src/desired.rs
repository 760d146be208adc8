//! The models' schema beside the database's: what `autogenerate` and `check` compare.

use crate::error::CliError;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::safe::printable;
use schema_core::autogenerate::Declared;
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::diff::{Changes, DataLoss, RenameRequest, describe};
use schema_core::driver::{Canonical, Driver};
use schema_core::filter::Filter;
use schema_core::kept::KeepDropped;
use schema_core::model::{DatabaseSchema, Document, Engine};
use schema_core::revision::{Directory, RevisionId};
use serde::Serialize;
use std::mem::ManuallyDrop;
use std::sync::Arc;

/// The two sides of a comparison, before any rename is decided.
pub(crate) struct Sides {
    engine: Engine,
    current: Arc<DatabaseSchema>,
    desired: DatabaseSchema,
}

/// What the models declare for an engine. A large schema is there several times during a comparison: the document need not be there as well.
pub(crate) fn resolve(
    document: &Document,
    engine: Engine,
    directory: &Directory,
) -> Result<Declared, CliError> {
    let revisions = directory.graph().revisions();
    let labels = revisions.map(|revision| (revision.makes.as_slice(), revision.drops.as_slice()));
    Ok(Declared::of(document, engine)?.having_made(engine, labels))
}

impl Sides {
    /// Reads the database, for which the models declare the desired schema.
    pub(crate) fn read(
        driver: &mut dyn Driver,
        declared: Declared,
        filter: &Filter,
        printer: Printer,
    ) -> Result<Self, CliError> {
        let engine = driver.engine();
        let progress = Progress::begin(printer, "reading the database");
        let current = driver.introspect()?;
        drop(progress);
        let (desired, canonical) = declared.on_server(driver, &current, filter)?;
        match canonical {
            Canonical::AsWritten | Canonical::InItsOwnWords => {}
            Canonical::NotAllowed { reason } => printer.warn(&format!(
                "the server cannot normalize expressions, so their texts are compared: {reason}"
            )),
        }
        Ok(Sides { engine, current: Arc::new(current), desired })
    }

    /// Whether the database has tables or views.
    pub(crate) fn has_tables(&self) -> bool {
        !self.current.tables.is_empty() || !self.current.views.is_empty()
    }

    /// Compares them, with these renames besides those that the models tell.
    pub(crate) fn compare(&self, renames: &[RenameRequest]) -> Result<Comparison, CliError> {
        let Sides { engine, current, desired } = self;
        Ok(compare(*engine, Arc::clone(current), desired.clone(), Scope::Models, renames)?)
    }

    /// The database's schema.
    pub(crate) fn current(&self) -> &DatabaseSchema {
        &self.current
    }

    /// Compares them for the last time.
    pub(crate) fn into_comparison(self, renames: &[RenameRequest]) -> Result<LastComparison, CliError> {
        let Sides { engine, current, desired } = self;
        Ok(LastComparison::new(compare(engine, current, desired, Scope::Models, renames)?))
    }
}

/// The comparison that a command is about. It is not taken apart again: the command ends soon after it, and the system takes the memory of thousands of
/// tables back at once, where giving it back piece by piece takes a tenth of the time that all of it took.
pub(crate) type LastComparison = ManuallyDrop<Comparison>;

/// The comparison whose scripts change tables beside reads and writes, or not.
pub(crate) fn online(comparison: LastComparison, online: bool) -> LastComparison {
    LastComparison::new(ManuallyDrop::into_inner(comparison).online(online))
}

/// The comparison whose scripts keep what they drop for this revision.
pub(crate) fn keeping_dropped(comparison: LastComparison, revision: &RevisionId) -> LastComparison {
    LastComparison::new(ManuallyDrop::into_inner(comparison).keeping_dropped(KeepDropped::by(revision)))
}

/// What a comparison found, for programs.
#[derive(Serialize)]
pub(crate) struct Differences {
    pub(crate) changes: Vec<String>,
    pub(crate) data_loss: &'static str,
}

impl Differences {
    pub(crate) fn of(changes: &Changes) -> Self {
        Differences { changes: describe(changes), data_loss: loss(changes.data_loss()) }
    }

    /// What several comparisons of the same models found, each thing once.
    pub(crate) fn of_all<'changes>(all: impl Iterator<Item = &'changes Changes> + Clone) -> Self {
        let mut changes: Vec<String> = Vec::new();
        for text in all.clone().flat_map(describe) {
            if !changes.contains(&text) {
                changes.push(text);
            }
        }
        let worst = all.map(Changes::data_loss).max().unwrap_or(DataLoss::None);
        Differences { changes, data_loss: loss(worst) }
    }

    /// A line each, with a dash before it.
    pub(crate) fn lines(&self) -> String {
        self.changes.iter().map(|change| format!("- {}\n", printable(change))).collect()
    }
}

fn loss(loss: DataLoss) -> &'static str {
    match loss {
        DataLoss::None => "none",
        DataLoss::Possible => "possible",
        DataLoss::Certain => "certain",
    }
}
