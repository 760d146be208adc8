//! What is kept without being understood: each object with the statement that brings it back.

use super::present::Present;
use super::tables::Relations;
use super::{Catalogue, get};
use crate::dialect::postgres::as_meant;
use crate::driver::DriverError;
use crate::model::{Object, ObjectId, ObjectKind, ObjectScope, QualifiedName};

/// What the queries of all kinds begin with, and the query of each kind that [`Present`] tells of.
const BEGIN: &str = include_str!("../queries/objects/with.sql");
const KINDS: [(&str, &str); 20] = [
    ("extensions", include_str!("../queries/objects/extensions.sql")),
    ("collations", include_str!("../queries/objects/collations.sql")),
    ("domains", include_str!("../queries/objects/domains.sql")),
    ("composite types", include_str!("../queries/objects/composite_types.sql")),
    ("range types", include_str!("../queries/objects/range_types.sql")),
    ("sequences", include_str!("../queries/objects/sequences.sql")),
    ("functions", include_str!("../queries/objects/functions.sql")),
    ("materialized views", include_str!("../queries/objects/materialized_views.sql")),
    ("foreign tables", include_str!("../queries/objects/foreign_tables.sql")),
    ("triggers", include_str!("../queries/objects/triggers.sql")),
    ("rules", include_str!("../queries/objects/rules.sql")),
    ("policies", include_str!("../queries/objects/policies.sql")),
    ("statistics", include_str!("../queries/objects/statistics.sql")),
    ("not null", include_str!("../queries/objects/not_null.sql")),
    ("column settings", include_str!("../queries/objects/column_settings.sql")),
    ("index settings", include_str!("../queries/objects/index_settings.sql")),
    ("toast settings", include_str!("../queries/objects/toast_settings.sql")),
    ("typed tables", include_str!("../queries/objects/typed_tables.sql")),
    ("others", include_str!("../queries/objects/others.sql")),
    ("details", include_str!("../queries/objects/details.sql")),
];

pub(super) fn read(
    catalogue: &mut Catalogue<'_, '_>,
    present: &Present,
    relations: &Relations,
) -> Result<Vec<Object>, DriverError> {
    let queries: Vec<&str> =
        KINDS.iter().filter(|(kind, _)| present.has(kind)).map(|(_, query)| *query).collect();
    if queries.is_empty() {
        return Ok(Vec::new());
    }
    let query = format!("{BEGIN}UNION ALL\n{}", queries.join("UNION ALL\n"));
    let objects = catalogue.rows(&query, |row| {
        let Some(kind) = kind(&get::<String>(row, 0)?) else { return Ok(None) };
        let name = QualifiedName { schema: get(row, 1)?, name: get(row, 2)? };
        let scope = scope(&name, get(row, 3)?);
        // What the author of a function wrote is a text in quotes, and stays.
        let definition = get::<Option<String>>(row, 4)?.map(as_meant);
        let mut object = Object::new(ObjectId { kind, name, scope }, definition);
        object.depends_on = get::<Option<Vec<u32>>>(row, 5)?
            .unwrap_or_default()
            .into_iter()
            .filter_map(|relation| relations.any_name(relation).cloned())
            .collect();
        object.depends_on.sort();
        (object.target, object.comment) = (get(row, 6)?, get(row, 7)?);
        let more: Option<String> = get(row, 8)?;
        if kind == ObjectKind::CompositeType {
            object.attributes = more.and_then(|more| serde_json::from_str(&more).ok()).unwrap_or_default();
        } else {
            object.restore.extend(more.iter().flat_map(|more| statements(more)));
        }
        Ok(Some(object))
    })?;
    Ok(objects.into_iter().flatten().collect())
}

/// Where the name is unique: a word and what belongs to it. A table is in the schema of what belongs to it.
fn scope(name: &QualifiedName, words: Option<Vec<String>>) -> ObjectScope {
    let mut words = words.unwrap_or_default().into_iter();
    let table = |name_of_table: Option<String>| QualifiedName {
        schema: name.schema.clone(),
        name: name_of_table.unwrap_or_default(),
    };
    match words.next().as_deref() {
        Some("arguments") => ObjectScope::Arguments { types: words.collect() },
        Some("table") => ObjectScope::Table { table: table(words.next()) },
        Some("column") => ObjectScope::Column { table: table(words.next()) },
        Some("index") => ObjectScope::Index { table: table(words.next()) },
        Some("words") => ObjectScope::Words { words: words.next().unwrap_or_default() },
        Some(_) | None => ObjectScope::Schema,
    }
}

/// A list of statements as JSON, in which some may be null.
fn statements(json: &str) -> Vec<String> {
    let list: Vec<Option<String>> = serde_json::from_str(json).unwrap_or_default();
    list.into_iter().flatten().map(as_meant).collect()
}

/// The kind by the word in the query.
fn kind(word: &str) -> Option<ObjectKind> {
    Some(match word {
        "extension" => ObjectKind::Extension,
        "collation" => ObjectKind::Collation,
        "domain" => ObjectKind::Domain,
        "composite" => ObjectKind::CompositeType,
        "range" => ObjectKind::RangeType,
        "sequence" => ObjectKind::Sequence,
        "function" => ObjectKind::Function,
        "materialized" => ObjectKind::MaterializedView,
        "foreign_table" => ObjectKind::ForeignTable,
        "trigger" => ObjectKind::Trigger,
        "rule" => ObjectKind::Rule,
        "policy" => ObjectKind::Policy,
        "statistics" => ObjectKind::Statistics,
        "not_null" => ObjectKind::NotNull,
        "setting" => ObjectKind::Setting,
        "detail" => ObjectKind::Detail,
        "other" => ObjectKind::Other,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::KINDS;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_is_looked_for_and_read() {
        let present = include_str!("../queries/present.sql");
        let looked_for: BTreeSet<&str> =
            present.split(" THEN '").skip(1).filter_map(|rest| rest.split('\'').next()).collect();
        let mut read: BTreeSet<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
        read.insert("rights");
        // The words of the query for the rights on the usual schema.
        assert_eq!(looked_for.difference(&BTreeSet::from(["UC"])).copied().collect::<BTreeSet<_>>(), read);
    }
}
