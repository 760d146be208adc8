//! Tables as structs.

use super::attribute::{Item, attribute, list, text, value, word};
use super::column::{self, OnField};
use super::object::{check, parameters};
use super::partitions;
use super::{Scene, comment, derive, text as text_of};
use crate::model::{
    Column, Declared, DeclaredTable, Engine, ForeignKey, Index, IndexKey, KeyColumn, TableOptions,
    TableSettings, Unique,
};
use crate::sql::unquote_identifier;
use std::collections::BTreeMap;

/// The struct of a table.
pub(super) fn render(table: &DeclaredTable, scene: &mut Scene<'_>) -> String {
    let (mut lines, comment) = comment(table.comment.as_ref(), 0);
    lines.extend(derive("Table", &scene.style.derives));
    let mut items = vec![text("name", &table.name.name)];
    items.extend(table.name.schema.iter().map(|schema| text("schema", schema)));
    if !table.only.is_empty() {
        items.push(list("only", table.only.iter().map(|engine| word(engine.name())).collect()));
    }
    let mut on_fields: BTreeMap<&str, OnField<'_>> = BTreeMap::new();
    let mut objects: Vec<Item> = Vec::new();
    if let Some(Declared { base: key, .. }) = &table.primary_key {
        match key.columns.as_slice() {
            [column] => on_fields.entry(&column.name).or_default().key = Some(key),
            columns => {
                let mut of_key = scene.key_columns(&table.name, columns);
                of_key.extend(scene.primary_key_options(&table.name, key));
                items.push(list("pk", of_key));
            }
        }
    }
    for Declared { base: unique, .. } in &table.uniques {
        match place(&mut on_fields, only_column(&unique.columns), |it| &mut it.unique) {
            Some(place) => *place = Some(unique),
            None => objects.push(on_struct(unique, table, scene)),
        }
    }
    objects.extend(table.checks.iter().map(|object| check(&object.base)));
    objects.extend(table.exclusions.iter().filter_map(|it| scene.exclusion(&table.name, &it.base)));
    for Declared { base: key, .. } in &table.foreign_keys {
        match place(&mut on_fields, only_reference(key), |it| &mut it.foreign_key) {
            Some(place) => *place = Some(key),
            None => objects.push(scene.foreign_key(&table.name, key)),
        }
    }
    for Declared { base: index, .. } in &table.indexes {
        match place(&mut on_fields, only_part(index), |it| &mut it.index) {
            Some(place) => *place = Some(index),
            None => objects.push(scene.index(&table.name, index)),
        }
    }
    items.extend(comment.map(Item::Leaf));
    lines.extend(attribute("table", &items, 0));
    for (engine, options) in &table.options {
        let options = options_of(*engine, options);
        if !options.is_empty() {
            lines.extend(attribute("table", &[list(engine.name(), options)], 0));
        }
    }
    for object in objects {
        lines.extend(attribute("table", &[object], 0));
    }
    for settings in &table.table_settings {
        let TableSettings { cluster_on, of_type, toast } = &settings.base;
        let mut items: Vec<Item> = cluster_on.iter().map(|index| text("cluster_on", index)).collect();
        items.extend(of_type.iter().map(|of_type| text("of_type", of_type)));
        items.extend(parameters("toast", toast));
        lines.extend(attribute("table", &[list(scene.engine.name(), vec![list("settings", items)])], 0));
    }
    let partitions = partitions::render(table, scene);
    if !partitions.is_empty() {
        lines.extend(attribute("table", &[list(scene.engine.name(), partitions)], 0));
    }
    if table.columns.is_empty() {
        lines.push(format!("pub struct {} {{}}", scene.names.row(&table.name)));
        return text_of(&lines);
    }
    lines.push(format!("pub struct {} {{", scene.names.row(&table.name)));
    for Declared { base, .. } in &table.columns {
        let Column { name, .. } = base;
        let on_field = on_fields.remove(name.as_str()).unwrap_or_default();
        lines.extend(column::render(base, &on_field, table, scene));
    }
    lines.push("}".to_owned());
    text_of(&lines)
}

/// Where an object of one column stands, if that is free.
fn place<'fields, 'table, T>(
    on_fields: &'fields mut BTreeMap<&'table str, OnField<'table>>,
    column: Option<&'table str>,
    kind: impl FnOnce(&'fields mut OnField<'table>) -> &'fields mut Option<T>,
) -> Option<&'fields mut Option<T>> {
    let place = kind(on_fields.entry(column?).or_default());
    place.is_none().then_some(place)
}

fn only_column(columns: &[KeyColumn]) -> Option<&str> {
    let [column] = columns else { return None };
    Some(&column.name)
}

fn only_reference(key: &ForeignKey) -> Option<&str> {
    let [column] = key.columns.as_slice() else { return None };
    Some(column)
}

fn only_part(index: &Index) -> Option<&str> {
    let [part] = index.parts.as_slice() else { return None };
    match &part.key {
        IndexKey::Column(column) => Some(column),
        IndexKey::Expression(_) => None,
    }
}

fn on_struct(unique: &Unique, table: &DeclaredTable, scene: &Scene<'_>) -> Item {
    let mut items = vec![list("columns", scene.key_columns(&table.name, &unique.columns))];
    items.extend(scene.unique_options(&table.name, unique));
    list("unique", items)
}

fn options_of(engine: Engine, options: &TableOptions) -> Vec<Item> {
    let TableOptions {
        strict,
        without_rowid,
        unlogged,
        with,
        row_level_security,
        force_row_level_security,
        replica_identity,
        engine: storage_engine,
        charset,
        collation,
        row_format,
    } = options;
    let flags = [("strict", strict), ("without_rowid", without_rowid), ("unlogged", unlogged)];
    let mut items: Vec<Item> = flags.iter().filter(|(_, on)| **on).map(|(flag, _)| word(flag)).collect();
    let mut with = with.clone();
    if engine == Engine::Mariadb && with.remove("system_versioning").is_some() {
        items.push(word("system_versioning"));
    }
    items.extend(parameters("with", &with));
    match (row_level_security, force_row_level_security) {
        (false, false) => {}
        (true, false) => items.push(word("row_level_security")),
        (_, true) => items.push(value("row_level_security", "forced")),
    }
    items.extend(replica_identity.as_ref().map(|identity| match identity.strip_prefix("USING INDEX ") {
        Some(index) => text("replica_identity", &unquote_identifier(index)),
        None => value("replica_identity", identity.to_ascii_lowercase()),
    }));
    items.extend(storage_engine.iter().map(|engine| text("engine", engine)));
    items.extend(charset.iter().map(|charset| text("charset", charset)));
    items.extend(collation.iter().map(|collation| text("collation", collation)));
    items.extend(row_format.iter().map(|format| text("row_format", format)));
    items
}
