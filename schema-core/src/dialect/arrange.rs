//! One order for everything that has none in the database, so that the same schema gives the same script however it was read or declared.

use crate::model::DatabaseSchema;

/// Sorts by name what the order says nothing about; columns stay as they are.
pub(super) fn arrange(schema: &mut DatabaseSchema) {
    let DatabaseSchema { namespaces, tables, enums, views, triggers: _, objects, rights: _, said: _ } =
        schema;
    namespaces.sort();
    tables.sort_by(|left, right| left.name.cmp(&right.name));
    enums.sort_by(|left, right| left.name.cmp(&right.name));
    views.sort_by(|left, right| left.name.cmp(&right.name));
    objects.sort_by(|left, right| left.id.cmp(&right.id));
    for table in tables {
        table.uniques.sort_by(|left, right| left.name.cmp(&right.name));
        table.checks.sort_by(|left, right| left.name.cmp(&right.name));
        table.foreign_keys.sort_by(|left, right| left.name.cmp(&right.name));
        table.exclusions.sort_by(|left, right| left.name.cmp(&right.name));
        table.indexes.sort_by(|left, right| left.name.cmp(&right.name));
    }
}
