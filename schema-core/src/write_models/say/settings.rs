//! How values of columns are kept (PostgreSQL), in the words of structs.

use crate::model::{
    ColumnSettings, Compression, Declared, DeclaredTable, OpaqueKind, OpaqueObject, QualifiedName, Schema,
    Storage,
};
use crate::sql::unquote_identifier;
use std::collections::BTreeSet;

/// Adds the settings to the structs, and tells which objects these say now.
pub(super) fn say<'a>(schema: &'a Schema, said: &mut [DeclaredTable]) -> BTreeSet<&'a QualifiedName> {
    let mut names = BTreeSet::new();
    for object in schema.opaque.iter().filter(|object| object.kind == OpaqueKind::Setting) {
        let OpaqueObject { name, definition, depends_on, .. } = object;
        let Some(table) = said.iter_mut().find(|table| depends_on.first() == Some(&table.name)) else {
            continue;
        };
        let Some(settings) = definition.as_deref().and_then(settings) else { continue };
        if table.columns.iter().any(|column| column.base.name == settings.column) {
            table.settings.push(Declared::new(settings));
            names.insert(name);
        }
    }
    names
}

/// What the statement sets of one column; none where it sets anything that no struct says.
fn settings(definition: &str) -> Option<ColumnSettings> {
    const ACTION: &str = " ALTER COLUMN ";
    let (_, actions) = definition.split_once(ACTION)?;
    let mut settings: Option<ColumnSettings> = None;
    for action in actions.split(", ALTER COLUMN ") {
        let (column, what) = action.rsplit_once(" SET ")?;
        let column = unquote_identifier(column);
        let settings = settings.get_or_insert_with(|| ColumnSettings {
            column: column.clone(),
            storage: None,
            compression: None,
            statistics: None,
        });
        if settings.column != column {
            return None;
        }
        let (word, value) = what.split_once(' ')?;
        match word {
            "STORAGE" => {
                let all = [Storage::Plain, Storage::External, Storage::Extended, Storage::Main];
                settings.storage = Some(all.into_iter().find(|storage| storage.keyword() == value)?);
            }
            "COMPRESSION" => {
                let all = [Compression::Pglz, Compression::Lz4];
                settings.compression = Some(all.into_iter().find(|it| it.keyword() == value)?);
            }
            "STATISTICS" => settings.statistics = Some(value.parse().ok()?),
            _ => return None,
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_a_column_are_read() {
        let sql = "ALTER TABLE ONLY t ALTER COLUMN \"a b\" SET COMPRESSION lz4, ALTER COLUMN \"a b\" SET STATISTICS 200, ALTER COLUMN \"a b\" SET STORAGE EXTERNAL";
        let expected = ColumnSettings {
            column: "a b".to_owned(),
            storage: Some(Storage::External),
            compression: Some(Compression::Lz4),
            statistics: Some(200),
        };
        assert_eq!(settings(sql), Some(expected));
        for other in [
            "ALTER TABLE ONLY t ALTER COLUMN a SET (n_distinct = '5')",
            "ALTER TABLE ONLY t CLUSTER ON i",
            "ALTER TABLE ONLY t ALTER COLUMN a SET STATISTICS 1, ALTER COLUMN b SET STATISTICS 1",
        ] {
            assert_eq!(settings(other), None, "{other}");
        }
    }
}
