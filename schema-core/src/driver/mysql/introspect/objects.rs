//! What is kept without being understood: routines, events, sequences. Their definitions come later, with those of everything else.

use super::sessions::Session;
use super::{Catalogue, flag, maybe, text};
use crate::dialect::mysql::event::{STARTS, TIME_ZONE};
use crate::driver::DriverError;
use crate::model::{Object, ObjectId, ObjectKind};

pub(super) fn read(catalogue: &mut Catalogue<'_>, sequences: &[String]) -> Result<Vec<Object>, DriverError> {
    let found = catalogue.rows(include_str!("../queries/objects.sql"), &[], |row| {
        let (kind, name) = (text(row, 0)?, text(row, 1)?);
        let mut settings = Session::read(row, 2)?.settings();
        settings.extend(maybe(row, 5)?.map(|zone| (TIME_ZONE.to_owned(), zone)));
        if flag(row, 6)? {
            settings.insert(STARTS.to_owned(), "created".to_owned());
        }
        Ok(kind_of(&kind)
            .map(|kind| Object { settings, ..Object::new(ObjectId::new(kind, name.as_str()), None) }))
    })?;
    let sequences =
        sequences.iter().map(|name| Object::new(ObjectId::new(ObjectKind::Sequence, name.as_str()), None));
    Ok(found.into_iter().flatten().chain(sequences).collect())
}

/// The kind by the word in the catalogue.
fn kind_of(word: &str) -> Option<ObjectKind> {
    Some(match word {
        "FUNCTION" => ObjectKind::Function,
        "PROCEDURE" => ObjectKind::Procedure,
        "PACKAGE" => ObjectKind::Package,
        "PACKAGE BODY" => ObjectKind::PackageBody,
        "EVENT" => ObjectKind::Event,
        _ => return None,
    })
}
