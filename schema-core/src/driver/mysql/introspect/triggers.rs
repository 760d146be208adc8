//! Triggers.

use super::sessions::Session;
use super::{Catalogue, text};
use crate::dialect::mysql::quote;
use crate::driver::DriverError;
use crate::model::Trigger;

pub(super) fn read(catalogue: &mut Catalogue<'_>) -> Result<Vec<Trigger>, DriverError> {
    let rows = catalogue.rows(include_str!("../queries/triggers.sql"), &[], |row| {
        let words =
            [text(row, 0)?, text(row, 1)?, text(row, 2)?, text(row, 3)?, text(row, 4)?, text(row, 5)?];
        Ok((words, Session::read(row, 6)?))
    })?;
    let triggers = rows.into_iter().map(|([name, table, timing, event, statement, definer], session)| {
        let definer =
            catalogue.definer(&definer).map(|definer| format!("DEFINER={definer} ")).unwrap_or_default();
        let definition = format!(
            "CREATE {definer}TRIGGER {} {timing} {event} ON {} FOR EACH ROW {statement}",
            quote(&name),
            quote(&table)
        );
        Trigger { name, table: table.as_str().into(), definition, settings: session.settings() }
    });
    Ok(triggers.collect())
}
