//! Structs and SQL written for a database, compared with it: what `models` prints and `baseline` begins with.

use crate::desired::Differences;
use crate::error::CliError;
use crate::printer::Printer;
use crate::progress::Progress;
use schema_core::ErrorClass;
use schema_core::autogenerate::{AutogenerateError, Declared};
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::driver::{Ask, Driver, DriverError};
use schema_core::filter::Filter;
use schema_core::model::{DatabaseSchema, Document, Engine};
use schema_core::sources::SourceError;
use schema_core::validate::validate;
use schema_core::write_models::{self, Loss, ViewColumns, Written};
use std::sync::Arc;

/// What was written, and what came of it.
pub(crate) struct FromDatabase {
    pub(crate) engine: Engine,
    /// What the database holds, but for what is left alone.
    pub(crate) schema: DatabaseSchema,
    /// What `[filters]` leaves alone, and history tables of other tools.
    pub(crate) left_alone: Vec<String>,
    pub(crate) written: Written,
    /// What a comparison finds; none where it could not be made.
    pub(crate) comparison: Option<Comparison>,
    /// Why the SQL beside the structs could not be tried.
    pub(crate) untried: Option<String>,
}

impl FromDatabase {
    /// Reads the database, and writes structs and SQL for all that it holds.
    pub(crate) fn read(driver: &mut dyn Driver, filter: &Filter, printer: Printer) -> Result<Self, CliError> {
        let progress = Progress::begin(printer, "reading the database");
        let engine = driver.engine();
        let current = Arc::new(driver.introspect()?);
        let mut schema = DatabaseSchema::clone(&current);
        let left_alone = filter.take_out(engine, &mut schema).iter().map(ToString::to_string).collect();
        let columns = view_columns(driver, &schema)?;
        let mut written = write_models::write(engine, &schema, &columns);
        drop(progress);
        let _progress = Progress::begin(printer, "comparing it with what was written");
        let compared = match compared(driver, &current, &mut written, filter) {
            // Of tables that only stand for those of the database the server may not take a view: SQL says the views then.
            Err(CliError::Core(error)) if !columns.is_empty() && error.class() == ErrorClass::Refused => {
                written = write_models::write(engine, &schema, &ViewColumns::new());
                compared(driver, &current, &mut written, filter)
            }
            compared => compared,
        };
        let (comparison, untried) = compared?;
        for (object, reason) in driver.beside_schema()? {
            written.lose(object, reason);
        }
        Ok(FromDatabase { engine, schema, left_alone, written, comparison, untried })
    }

    /// What the comparison finds, in words.
    pub(crate) fn differences(&self) -> Vec<String> {
        let found = self.comparison.as_ref().map(|it| Differences::of(it.changes()).changes);
        found.unwrap_or_default()
    }

    /// Whether what was written says all of the database, as far as a comparison sees.
    pub(crate) fn is_whole(&self) -> bool {
        self.written.losses().is_empty()
            && self.untried.is_none()
            && self.comparison.as_ref().is_some_and(Comparison::is_empty)
    }

    /// Says what is left alone, what is lost, and what the comparison finds.
    pub(crate) fn tell(&self, printer: Printer) {
        if !self.left_alone.is_empty() {
            printer.say(&format!("left alone: {}", self.left_alone.join(", ")));
        }
        for Loss { object, reason } in self.written.losses() {
            printer.warn(&format!("lost: {object}: {reason}"));
        }
        if let Some(reason) = &self.untried {
            printer.warn(&format!("what was written could not be tried: {reason}"));
        }
        for difference in self.differences() {
            printer.warn(&format!("a comparison with what was written finds: {difference}"));
        }
    }

    /// How much was written, in words.
    pub(crate) fn counts(&self) -> String {
        let document = self.written.structs();
        let mut counts = vec![
            count(document.tables.len(), "table"),
            count(document.views.len(), "view"),
            count(document.enums.len(), "enum type"),
        ];
        let beside: usize = self.written.sql().iter().map(|file| file.objects.len()).sum();
        if beside > 0 {
            counts.push(count(beside, "object") + " as SQL");
        }
        let lost = match self.written.losses().len() {
            0 => "nothing is lost".to_owned(),
            1 => "1 object is lost".to_owned(),
            several => format!("{several} objects are lost"),
        };
        format!("{}; {lost}", counts.join(", "))
    }
}

fn count(number: usize, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        several => format!("{several} {one}s"),
    }
}

/// The columns of the views. Of one that reads what is missing, SQLite cannot tell.
pub(crate) fn view_columns(driver: &mut dyn Ask, schema: &DatabaseSchema) -> Result<ViewColumns, CliError> {
    let mut columns = ViewColumns::new();
    for view in &schema.views {
        match driver.column_types(&view.name) {
            Ok(types) => columns.insert(view.name.clone(), types),
            Err(DriverError::Refused { .. }) => None,
            Err(error) => return Err(error.into()),
        };
    }
    Ok(columns)
}

/// What a comparison with all that was written finds, or why it could not be made. What the engine or the compiler would refuse is added to the losses; a file of SQL that
/// the server refuses is left out.
fn compared(
    driver: &mut dyn Driver,
    current: &Arc<DatabaseSchema>,
    written: &mut Written,
    filter: &Filter,
) -> Result<(Option<Comparison>, Option<String>), CliError> {
    if let Err(errors) = validate(&written.document()) {
        for error in errors {
            written.lose("a struct", error.to_string());
        }
    }
    // Each round has a file less than the one before.
    loop {
        let refused = match with_document(driver, current, &written.document(), filter) {
            Ok(comparison) => return Ok((Some(comparison), None)),
            Err(CliError::Core(schema_core::Error::Autogenerate(AutogenerateError::Unsupported {
                problems,
            }))) => {
                for problem in problems {
                    written.lose(problem.place.clone(), problem.to_string());
                }
                return Ok((None, None));
            }
            Err(CliError::Core(schema_core::Error::Autogenerate(AutogenerateError::Sources(error)))) => error,
            Err(error) => return Err(error),
        };
        match &refused {
            SourceError::Refused { place, reason, .. } if leave_out(written, place, reason) => {}
            SourceError::NotPlanned { place: Some(place), .. }
                if leave_out(written, place, "this release cannot plan it") => {}
            SourceError::Driver(_) => return Err(AutogenerateError::Sources(refused).into()),
            SourceError::Split { .. }
            | SourceError::NotAllowed { .. }
            | SourceError::MadeTwice { .. }
            | SourceError::NotPlanned { .. }
            | SourceError::Refused { .. }
            | SourceError::ChangesStructs { .. }
            | SourceError::NoScratch(_) => {
                // The structs alone may need none of the SQL.
                let structs = with_document(driver, current, written.structs(), filter).ok();
                return Ok((structs, Some(refused.to_string())));
            }
            other => return Ok((None, Some(other.to_string()))),
        }
    }
}

/// Leaves the file out that a place names.
fn leave_out(written: &mut Written, place: &str, reason: &str) -> bool {
    place.rsplit_once(':').is_some_and(|(file, _)| written.leave_out(file, reason))
}

fn with_document(
    driver: &mut dyn Driver,
    current: &Arc<DatabaseSchema>,
    document: &Document,
    filter: &Filter,
) -> Result<Comparison, CliError> {
    let engine = driver.engine();
    let (desired, _) = Declared::of(document, engine)?.on_server(driver, current, filter)?;
    Ok(compare(engine, Arc::clone(current), desired, Scope::Models, &[])?)
}
