//! Columns as fields.

use super::attribute::{Item, attribute, list, text, value, word, word_or_list};
use super::object::{conflict, key_column_options, parameters, part_options};
use super::words::in_code;
use super::{Scene, comment, field, name_for_sqlx};
use crate::model::{
    AutoIncrement, Column, ColumnSettings, ColumnType, DeclaredTable, Default, ForeignKey, Generated, Index,
    PrimaryKey, SequenceOptions, TypeForm, Unique,
};

/// What stands on a field, beside its column.
#[derive(Default)]
pub(super) struct OnField<'a> {
    pub(super) key: Option<&'a PrimaryKey>,
    pub(super) unique: Option<&'a Unique>,
    pub(super) index: Option<&'a Index>,
    pub(super) foreign_key: Option<&'a ForeignKey>,
}

/// The lines of a field.
pub(super) fn render(
    column: &Column,
    on_field: &OnField<'_>,
    table: &DeclaredTable,
    scene: &mut Scene<'_>,
) -> Vec<String> {
    let name = scene.names.field(&table.name, &column.name).to_owned();
    let (mut lines, comment) = comment(column.comment.as_ref(), 4);
    let mut items = objects_before(on_field, table, scene);
    items.extend(own(column, &name));
    items.extend(objects_after(on_field, table, scene));
    items.extend(value_of(column, scene));
    let settings = table.settings.iter().find(|settings| settings.base.column == column.name);
    items.extend(settings.into_iter().flat_map(|settings| kept(&settings.base)));
    items.extend(comment.map(Item::Leaf));
    if !items.is_empty() {
        lines.extend(attribute("column", &items, 4));
    }
    if name != column.name {
        lines.extend(name_for_sqlx(&scene.style.derives, "FromRow", &column.name));
    }
    let ty = scene.rust_type(&column.ty);
    let ty = if column.nullable { format!("Option<{ty}>") } else { ty };
    lines.extend(field(&name, &ty));
    lines
}

fn objects_before(on_field: &OnField<'_>, table: &DeclaredTable, scene: &Scene<'_>) -> Vec<Item> {
    let key = on_field.key.map(|key| {
        let mut items: Vec<Item> = key.columns.iter().flat_map(key_column_options).collect();
        items.extend(scene.primary_key_options(&table.name, key));
        word_or_list("pk", items)
    });
    key.into_iter().collect()
}

/// How the column is numbered, its name and its type.
fn own(column: &Column, field: &str) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    items.extend(match column.auto {
        None => None,
        Some(AutoIncrement::Usual | AutoIncrement::Serial) => Some(word("auto")),
        Some(AutoIncrement::Autoincrement) => Some(word("autoincrement")),
        Some(AutoIncrement::IdentityAlways) => Some(value("identity", "always")),
    });
    items.extend(column.sequence.as_ref().map(sequence));
    items.extend((column.name != field).then(|| text("name", &column.name)));
    match column.ty.form() {
        TypeForm::Sql(sql) => items.push(text("type", sql)),
        TypeForm::Rust => {
            if let ColumnType::Decimal { precision: Some(precision), scale } = &column.ty {
                items.push(value("precision", precision));
                items.extend(scale.filter(|scale| *scale != 0).map(|scale| value("scale", scale)));
            }
        }
        TypeForm::Array(_) | TypeForm::Enum(_) | TypeForm::Domain(_) | TypeForm::Composite(_) => {}
    }
    items
}

fn sequence(options: &SequenceOptions) -> Item {
    let SequenceOptions { name, ty, comment, start, increment, min, max, cache, cycle } = options;
    let mut items: Vec<Item> = name.iter().map(|name| text("name", name)).collect();
    items.extend(ty.iter().map(|ty| text("type", ty)));
    for (key, number) in
        [("start", start), ("increment", increment), ("min", min), ("max", max), ("cache", cache)]
    {
        items.extend(number.map(|number| value(key, number)));
    }
    items.extend(cycle.then(|| word("cycle")));
    items.extend(comment.iter().map(|comment| text("comment", comment)));
    list("sequence", items)
}

fn objects_after(on_field: &OnField<'_>, table: &DeclaredTable, scene: &Scene<'_>) -> Vec<Item> {
    let unique = on_field.unique.map(|unique| {
        let mut items: Vec<Item> = unique.columns.iter().flat_map(key_column_options).collect();
        items.extend(scene.unique_options(&table.name, unique));
        word_or_list("unique", items)
    });
    let index = on_field.index.map(|index| {
        let mut items: Vec<Item> = index.name.iter().map(|name| text("name", name)).collect();
        items.extend(index.parts.iter().flat_map(part_options));
        items.extend(scene.index_options(&table.name, index));
        word_or_list("index", items)
    });
    let foreign_key = on_field.foreign_key.map(|key| {
        let referenced = key.referenced_columns.first().map(String::as_str).unwrap_or_default();
        let referenced = in_code(scene.names.field(&key.references, referenced));
        let mut items = vec![word(&format!("{}::{referenced}", scene.names.row(&key.references)))];
        items.extend(scene.foreign_key_options(&table.name, key));
        list("fk", items)
    });
    unique.into_iter().chain(index).chain(foreign_key).collect()
}

/// The default, and all that says more of the values.
fn value_of(column: &Column, scene: &Scene<'_>) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    items.extend(column.default.as_ref().map(|default| match default {
        Default::Now => value("default", "now"),
        Default::Bool(truth) => value("default", truth),
        Default::Number(number) => value("default", number),
        Default::Text(of) => text("default", of),
        Default::EnumValue(name) => {
            let of = column.ty.enum_name().unwrap_or_default();
            value("default", format!("{}::{}", scene.names.enum_type(of), scene.names.variant(of, name)))
        }
        Default::Sql(sql) => text("default_sql", sql),
    }));
    if let Some(Generated { expression, stored }) = &column.generated {
        items.push(text("generated", expression));
        items.push(word(if *stored { "stored" } else { "virtual" }));
    }
    items.extend(column.collation.iter().map(|collation| text("collation", collation)));
    items.extend(column.charset.iter().map(|charset| text("charset", charset)));
    items.extend(column.on_update.iter().map(|sql| text("on_update_sql", sql)));
    items.extend(column.invisible.then(|| word("invisible")));
    let mut not_null: Vec<Item> = column.not_null_name.iter().map(|name| text("name", name)).collect();
    not_null.extend(column.not_null_conflict.map(|clause| value("on_conflict", conflict(clause))));
    items.extend((!not_null.is_empty()).then(|| list("not_null", not_null)));
    items
}

/// How values are kept.
fn kept(settings: &ColumnSettings) -> Vec<Item> {
    let ColumnSettings { column: _, storage, compression, statistics, with } = settings;
    let mut items: Vec<Item> = Vec::new();
    items.extend(storage.map(|storage| value("storage", storage.keyword().to_ascii_lowercase())));
    items.extend(compression.map(|compression| value("compression", compression.keyword())));
    items.extend(statistics.map(|number| value("statistics", number)));
    items.extend(parameters("with", with));
    items
}
