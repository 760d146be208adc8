//! What is kept without being understood: each object with the statement that brings it back.

use super::tables::Relations;
use super::{Catalogue, get};
use crate::dialect::postgres::as_meant;
use crate::driver::DriverError;
use crate::model::{OpaqueKind, OpaqueObject, QualifiedName};

pub(super) fn read(
    catalogue: &mut Catalogue<'_, '_>,
    relations: &Relations,
) -> Result<Vec<OpaqueObject>, DriverError> {
    let objects = catalogue.rows(include_str!("../queries/opaque.sql"), |row| {
        let Some(kind) = kind(&get::<String>(row, 0)?) else { return Ok(None) };
        let name = QualifiedName { schema: get(row, 1)?, name: get(row, 2)? };
        let mut definition: Option<String> = get(row, 3)?;
        // The text of a function is its author's.
        if kind != OpaqueKind::Function {
            definition = definition.map(as_meant);
        }
        let mut object = OpaqueObject::new(kind, name, definition);
        object.depends_on = get::<Option<Vec<u32>>>(row, 4)?
            .unwrap_or_default()
            .into_iter()
            .filter_map(|relation| relations.any_name(relation).cloned())
            .collect();
        object.depends_on.sort();
        (object.target, object.comment) = (get(row, 5)?, get(row, 6)?);
        let more: Option<String> = get(row, 7)?;
        if kind == OpaqueKind::CompositeType {
            object.attributes = more.and_then(|more| serde_json::from_str(&more).ok()).unwrap_or_default();
        } else {
            object.restore.extend(more.iter().flat_map(|more| statements(more)));
        }
        Ok(Some(object))
    })?;
    Ok(objects.into_iter().flatten().collect())
}

/// A list of statements as JSON, in which some may be null.
fn statements(json: &str) -> Vec<String> {
    let list: Vec<Option<String>> = serde_json::from_str(json).unwrap_or_default();
    list.into_iter().flatten().collect()
}

/// The kind by the word in the query.
fn kind(word: &str) -> Option<OpaqueKind> {
    Some(match word {
        "extension" => OpaqueKind::Extension,
        "collation" => OpaqueKind::Collation,
        "domain" => OpaqueKind::Domain,
        "composite" => OpaqueKind::CompositeType,
        "range" => OpaqueKind::RangeType,
        "sequence" => OpaqueKind::Sequence,
        "function" => OpaqueKind::Function,
        "materialized" => OpaqueKind::MaterializedView,
        "foreign_table" => OpaqueKind::ForeignTable,
        "trigger" => OpaqueKind::Trigger,
        "rule" => OpaqueKind::Rule,
        "policy" => OpaqueKind::Policy,
        "statistics" => OpaqueKind::Statistics,
        "not_null" => OpaqueKind::NotNull,
        "setting" => OpaqueKind::Setting,
        "other" => OpaqueKind::Other,
        _ => return None,
    })
}
