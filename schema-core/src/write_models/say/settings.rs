//! How values of columns are kept, and what tables are set to (PostgreSQL), in the words of structs.

use crate::model::{
    ColumnSettings, Compression, DatabaseSchema, Declared, DeclaredTable, Engine, Object, ObjectId,
    ObjectKind, Storage, TableSettings,
};
use crate::sql::{Words, unquote_identifier, unquote_string};
use std::collections::{BTreeMap, BTreeSet};

/// Adds the settings to the structs, and tells which objects these say now.
pub(super) fn say<'a>(schema: &'a DatabaseSchema, said: &mut [DeclaredTable]) -> BTreeSet<&'a ObjectId> {
    let mut ids = BTreeSet::new();
    for object in schema.objects.iter().filter(|object| object.id.kind == ObjectKind::Setting) {
        let Object { id, definition, depends_on, restore, .. } = object;
        let Some(table) = said.iter_mut().find(|table| depends_on.first() == Some(&table.name)) else {
            continue;
        };
        if let Some(more) = definition.as_deref().filter(|_| restore.is_empty()).and_then(of_table) {
            match table.table_settings.first_mut() {
                Some(said) => add(&mut said.base, more),
                None => table.table_settings.push(Declared::new(more)),
            }
            ids.insert(id);
            continue;
        }
        let Some(settings) = definition.as_deref().and_then(settings) else { continue };
        if table.columns.iter().any(|column| column.base.name == settings.column) {
            table.settings.push(Declared::new(settings));
            ids.insert(id);
        }
    }
    ids
}

/// What the statement sets of a table; none where it sets anything else.
fn of_table(definition: &str) -> Option<TableSettings> {
    let mut words = Words::new(definition, Engine::Postgres);
    if !(words.skip("ALTER") && words.skip("TABLE")) {
        return None;
    }
    words.name()?;
    let usual = TableSettings::default();
    let parts = |name: &str| -> Vec<String> {
        let parts = Words::parts(name, Engine::Postgres);
        parts.iter().map(|part| unquote_identifier(part)).collect()
    };
    let said = match words.keyword().as_str() {
        "CLUSTER" => {
            words.skip("ON").then_some(())?;
            TableSettings { cluster_on: parts(&words.name()?).pop(), ..usual }
        }
        "OF" => {
            let of_type = parts(&words.name()?);
            // A struct says the schema in front of a dot.
            if of_type.len() > 2 || of_type.iter().any(|part| part.contains('.')) {
                return None;
            }
            TableSettings { of_type: Some(of_type.join(".")), ..usual }
        }
        "SET" => {
            let list = definition.split_once(" SET (")?.1.strip_suffix(')')?;
            let toast = parameters(list)?
                .into_iter()
                .map(|(name, value)| Some((name.strip_prefix("toast.")?.to_owned(), value)));
            return Some(TableSettings { toast: toast.collect::<Option<_>>()?, ..usual });
        }
        _ => return None,
    };
    words.is_at_end().then_some(said)
}

/// Adds what another setting says.
fn add(said: &mut TableSettings, more: TableSettings) {
    let TableSettings { cluster_on, of_type, toast } = more;
    said.cluster_on = cluster_on.or(said.cluster_on.take());
    said.of_type = of_type.or(said.of_type.take());
    said.toast.extend(toast);
}

/// The parameters in `a = '1', b = '2'`; none where a name needs quotes, or a value could be more than one.
fn parameters(list: &str) -> Option<BTreeMap<String, String>> {
    let parameter = |part: &str| {
        let (name, value) = part.split_once(" = ")?;
        let is_plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte == b'.');
        is_plain.then(|| (name.to_owned(), unquote_string(value, Engine::Postgres)))
    };
    list.split(", ").map(parameter).collect()
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
            with: BTreeMap::new(),
        });
        if settings.column != column {
            return None;
        }
        if let Some(list) = what.strip_prefix('(').and_then(|list| list.strip_suffix(')')) {
            settings.with = parameters(list)?;
            continue;
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
            with: BTreeMap::new(),
        };
        assert_eq!(settings(sql), Some(expected));
        let spread = settings("ALTER TABLE ONLY t ALTER COLUMN a SET (n_distinct = '-0.5')").unwrap();
        assert_eq!(spread.with, BTreeMap::from([("n_distinct".to_owned(), "-0.5".to_owned())]));
        for other in [
            "ALTER TABLE ONLY t CLUSTER ON i",
            "ALTER TABLE ONLY t ALTER COLUMN a SET STATISTICS 1, ALTER COLUMN b SET STATISTICS 1",
        ] {
            assert_eq!(settings(other), None, "{other}");
        }
    }

    #[test]
    fn settings_of_a_table_are_read() {
        let usual = TableSettings::default();
        let clustered = of_table("ALTER TABLE app.\"T t\" CLUSTER ON \"I\"");
        assert_eq!(clustered, Some(TableSettings { cluster_on: Some("I".to_owned()), ..usual.clone() }));
        let typed = of_table("ALTER TABLE t OF app.person");
        assert_eq!(typed, Some(TableSettings { of_type: Some("app.person".to_owned()), ..usual.clone() }));
        let toast =
            of_table("ALTER TABLE t SET (toast.autovacuum_enabled = 'false', toast.vacuum_truncate = 'off')");
        assert_eq!(
            toast.unwrap().toast.keys().collect::<Vec<_>>(),
            ["autovacuum_enabled", "vacuum_truncate"]
        );
        for other in [
            "ALTER TABLE t OF app.\"a.b\"",
            "COMMENT ON INDEX i IS 'x'",
            "ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 9",
            "ALTER TABLE ONLY t ALTER COLUMN a SET STATISTICS 1",
        ] {
            assert_eq!(of_table(other), None, "{other}");
        }
    }
}
