//! What is kept without being understood: routines, events, sequences. Their definitions come later, with those of everything else.

use super::sessions::Session;
use super::{Catalogue, flag, maybe, text};
use crate::dialect::mysql::event::{STARTS, TIME_ZONE};
use crate::driver::DriverError;
use crate::model::{ObjectId, OpaqueKind, OpaqueObject};

pub(super) fn read(
    catalogue: &mut Catalogue<'_>,
    sequences: &[String],
) -> Result<Vec<OpaqueObject>, DriverError> {
    let found = catalogue.rows(include_str!("../queries/opaque.sql"), &[], |row| {
        let (kind, name) = (text(row, 0)?, text(row, 1)?);
        let mut settings = Session::read(row, 2)?.settings();
        settings.extend(maybe(row, 5)?.map(|zone| (TIME_ZONE.to_owned(), zone)));
        if flag(row, 6)? {
            settings.insert(STARTS.to_owned(), "created".to_owned());
        }
        Ok(kind_of(&kind).map(|kind| OpaqueObject {
            settings,
            ..OpaqueObject::new(ObjectId::new(kind, name.as_str()), None)
        }))
    })?;
    let sequences = sequences
        .iter()
        .map(|name| OpaqueObject::new(ObjectId::new(OpaqueKind::Sequence, name.as_str()), None));
    Ok(found.into_iter().flatten().chain(sequences).collect())
}

/// The kind by the word in the catalogue.
fn kind_of(word: &str) -> Option<OpaqueKind> {
    Some(match word {
        "FUNCTION" => OpaqueKind::Function,
        "PROCEDURE" => OpaqueKind::Procedure,
        "PACKAGE" => OpaqueKind::Package,
        "PACKAGE BODY" => OpaqueKind::PackageBody,
        "EVENT" => OpaqueKind::Event,
        _ => return None,
    })
}
