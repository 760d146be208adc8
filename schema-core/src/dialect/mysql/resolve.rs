//! From what models declare to what MySQL and MariaDB hold.

use super::variant::Variant;
use super::{catalogue, expression, literal, refuse, types};
use crate::dialect::Unsupported;
use crate::dialect::partitions;
use crate::dialect::problems::{Problems, References};
use crate::model::{
    AutoIncrement, Column, ColumnType, DatabaseSchema, Declared, DeclaredTable, Default, Document, Engine,
    EnumType, EnumValue, ForeignKey, Generated, Index, IndexKey, IndexPart, KeyColumn, QualifiedName,
    ReferentialAction, RenamedValue, Rights, Said, Table, Unique, View,
};
use std::collections::BTreeMap;

/// The schema that a document declares for one of the two servers, in the form that the [module](super) describes; names that models leave
/// open stay so, and the indexes that foreign keys need are added when these have names.
///
/// # Errors
///
/// Everything that the server cannot hold, all at once.
pub fn resolve(document: &Document, variant: Variant) -> Result<DatabaseSchema, Vec<Unsupported>> {
    let engine = variant.engine();
    let enums: BTreeMap<&str, &EnumType> = document
        .enums
        .iter()
        .filter_map(|object| object.for_engine(engine))
        .map(|object| (object.name.name.as_str(), object))
        .collect();
    let mut problems = Problems::new(engine);
    let mut tables: Vec<Table> = document
        .tables
        .iter()
        .filter_map(|table| resolve_table(table, variant, &enums, &mut problems))
        .collect();
    refer_to_keys(&mut tables);
    let views: Vec<View> =
        document.views.iter().filter_map(|view| resolve_view(view, engine, &mut problems)).collect();
    if document.engine.is_none() {
        References { fold: str::to_owned, comparable: types::comparable }.check(
            document,
            &tables,
            &mut problems,
        );
    }
    let mut schema = DatabaseSchema {
        namespaces: document.namespaces.clone(),
        tables,
        enums: Vec::new(),
        views,
        triggers: document.triggers.clone(),
        objects: document.objects.clone(),
        rights: Rights::default(),
        said: Said::default(),
    };
    partitions::add(document, engine, &mut schema, &mut problems);
    problems.or(schema)
}

fn resolve_table(
    declared: &DeclaredTable,
    variant: Variant,
    enums: &BTreeMap<&str, &EnumType>,
    problems: &mut Problems,
) -> Option<Table> {
    let engine = variant.engine();
    let mut table = declared.for_engine(engine)?;
    refuse::check_table(declared, &table, variant, problems);
    let struct_name = declared.origin.clone().unwrap_or_else(|| declared.name.to_string());
    let places: Vec<String> = problems
        .declared_with(&declared.columns, &table.columns)
        .map(|(object, column)| format!("{struct_name}.{}", object.origin.as_ref().unwrap_or(&column.name)))
        .collect();
    let mut serial = Vec::new();
    for (column, place) in table.columns.iter_mut().zip(&places) {
        if resolve_column(column, place, variant, enums, problems) {
            serial.push(Unique::new(vec![KeyColumn::new(column.name.clone())]));
        }
    }
    if let Some(key) = &mut table.primary_key {
        key.name = None;
        for part in &key.columns {
            let column = table.columns.iter_mut().find(|column| column.name == part.name);
            column.into_iter().for_each(|column| column.nullable = false);
        }
    }
    let uniques = std::mem::take(&mut table.uniques);
    let mut indexes: Vec<Index> = uniques.into_iter().chain(serial).map(unique_index).collect();
    indexes.append(&mut table.indexes);
    table.indexes = indexes;
    for index in &mut table.indexes {
        resolve_index(index, &table.columns);
    }
    for check in &mut table.checks {
        check.expression = expression::without_brackets(&check.expression).to_owned();
    }
    for key in &mut table.foreign_keys {
        for action in [&mut key.on_delete, &mut key.on_update] {
            if *action == ReferentialAction::Restrict {
                *action = ReferentialAction::NoAction;
            }
        }
    }
    let options = &mut table.options;
    options.charset = options.charset.take().map(|name| types::charset(&name));
    options.collation = options.collation.take().map(|name| types::collation(&name));
    options.row_format = options.row_format.take().map(|name| name.to_ascii_lowercase());
    if let (None, Some(collation)) = (&options.charset, &options.collation) {
        options.charset = Some(types::charset_of(collation));
    }
    options.with = std::mem::take(&mut options.with)
        .into_iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_ascii_lowercase()))
        .collect();
    table.comment = table.comment.filter(|comment| !comment.is_empty());
    refuse::check_keys(&table, &struct_name, problems);
    Some(table)
}

/// A unique constraint is a unique index here. What an index has nothing like is refused before.
fn unique_index(unique: Unique) -> Index {
    let Unique {
        name,
        columns,
        deferrable: _,
        nulls_not_distinct: _,
        include: _,
        with: _,
        on_conflict: _,
        comment,
        renamed_from,
    } = unique;
    let parts = columns
        .into_iter()
        .map(|KeyColumn { name, descending, collation: _, prefix_length }| IndexPart {
            descending,
            prefix_length,
            ..IndexPart::new(IndexKey::Column(name))
        })
        .collect();
    Index { name, unique: true, comment, renamed_from, ..Index::new(parts) }
}

/// Puts the column into the servers' terms; whether it is a SERIAL, which has a key of its own.
fn resolve_column(
    column: &mut Column,
    place: &str,
    variant: Variant,
    enums: &BTreeMap<&str, &EnumType>,
    problems: &mut Problems,
) -> bool {
    refuse::check_column(column, place, problems);
    let written = match resolve_type(&column.ty, enums) {
        Ok(written) => written,
        Err((what, hint)) => {
            problems.add(place, &what, &hint);
            return false;
        }
    };
    let ty = written.text;
    if let ColumnType::Enum(name) = &column.ty
        && let Some(object) = enums.get(name.as_str())
    {
        let renamed = |value: &EnumValue| {
            Some(RenamedValue { from: value.renamed_from.clone()?, to: value.name.clone() })
        };
        column.renamed_values = object.values.iter().filter_map(renamed).collect();
    }
    let given = |own: Option<String>, of_type: Option<String>| own.or(of_type);
    column.charset = given(column.charset.take(), written.charset).map(|name| types::charset(&name));
    column.collation = given(column.collation.take(), written.collation).map(|name| types::collation(&name));
    if written.serial {
        column.auto = column.auto.or(Some(AutoIncrement::Usual));
        column.nullable = false;
    }
    if column.auto.is_some() && !types::is_integer(&ty) {
        problems.add(place, "`auto`", "the server numbers a column of whole numbers");
    }
    column.ty = ColumnType::Sql(ty);
    column.default =
        column.default.as_ref().and_then(|default| literal::default(default, &column.ty)).map(Default::Sql);
    if let (Some(on_update), ColumnType::Sql(ty)) = (&mut column.on_update, &column.ty) {
        match catalogue::instant(on_update) {
            Some(instant) => *on_update = literal::of_instant(&instant, ty),
            None => problems.add(
                place,
                &format!("ON UPDATE {on_update}"),
                "the servers set a column to the current instant alone: `on_update_sql = \"CURRENT_TIMESTAMP\"`",
            ),
        }
    }
    literal::leave_out_implicit_zero_date(column, variant);
    if let Some(Generated { expression, stored: _ }) = &mut column.generated {
        *expression = expression::without_brackets(expression).to_owned();
        if !variant.facts().not_null_generated {
            column.nullable = true;
        }
    }
    column.not_null_name = None;
    column.inherited = false;
    column.comment = column.comment.take().filter(|comment| !comment.is_empty());
    written.serial
}

/// The type as the servers spell it; else what they cannot hold, and what to write instead.
fn resolve_type(
    ty: &ColumnType,
    enums: &BTreeMap<&str, &EnumType>,
) -> Result<types::Written, (String, String)> {
    let text = match ty {
        ColumnType::Bool => "tinyint(1)".to_owned(),
        ColumnType::I8 => "tinyint".to_owned(),
        ColumnType::I16 => "smallint".to_owned(),
        ColumnType::I32 => "int".to_owned(),
        ColumnType::I64 => "bigint".to_owned(),
        ColumnType::U8 => "tinyint unsigned".to_owned(),
        ColumnType::U16 => "smallint unsigned".to_owned(),
        ColumnType::U32 => "int unsigned".to_owned(),
        ColumnType::U64 => "bigint unsigned".to_owned(),
        ColumnType::F32 => "float".to_owned(),
        ColumnType::F64 => "double".to_owned(),
        ColumnType::Text => "varchar(255)".to_owned(),
        ColumnType::Char => "char(1)".to_owned(),
        ColumnType::Bytes => "longblob".to_owned(),
        ColumnType::FixedBytes(length) if *length <= 255 => format!("binary({length})"),
        ColumnType::FixedBytes(length) => {
            return Err((
                format!("{length} bytes in a `binary`"),
                format!("write `type = \"varbinary({length})\"`, `binary` holds 255 bytes"),
            ));
        }
        ColumnType::Date => "date".to_owned(),
        ColumnType::Time => "time(6)".to_owned(),
        ColumnType::DateTime | ColumnType::Instant => "datetime(6)".to_owned(),
        ColumnType::Uuid => "binary(16)".to_owned(),
        ColumnType::Json => "json".to_owned(),
        ColumnType::Decimal { precision: Some(precision), scale } => {
            format!("decimal({precision},{})", scale.unwrap_or_default())
        }
        ColumnType::Decimal { precision: None, scale: _ } => {
            return Err((
                "a decimal without a precision".to_owned(),
                "write `precision = 12, scale = 2`, with the digits that the values need".to_owned(),
            ));
        }
        ColumnType::IpNetwork => {
            return Err((
                "an IP network".to_owned(),
                "write `type = \"varchar(43)\"` inside `mysql(..)`".to_owned(),
            ));
        }
        ColumnType::Array(_) => {
            return Err((
                "an array".to_owned(),
                "write `type = \"json\"` inside `mysql(..)`, or limit the column with `only(postgres)`"
                    .to_owned(),
            ));
        }
        ColumnType::Enum(name) => match enums.get(name.as_str()) {
            Some(object) => {
                let values: Vec<String> = object.values.iter().map(|value| value.name.clone()).collect();
                types::of_values("enum", &values)
            }
            None => return Err((format!("the enum `{name}`"), "derive `SqlEnum` on it".to_owned())),
        },
        ColumnType::Domain(name) => {
            let hint = "derive `SqlType` with `#[sql_type(domain = \"..\")]`";
            return Err((format!("the domain `{name}`"), hint.to_owned()));
        }
        ColumnType::Composite(name) => {
            return Err((
                format!("the composite type `{name}`"),
                "limit the column with `only(postgres)`, or write `type = \"json\"` inside `mysql(..)`"
                    .to_owned(),
            ));
        }
        ColumnType::Sql(text) => return Ok(types::written(text)),
    };
    Ok(types::Written { text, charset: None, collation: None, serial: false })
}

/// Leaves out what is usual.
fn resolve_index(index: &mut Index, columns: &[Column]) {
    index.using = index.using.take().map(|method| method.to_ascii_lowercase());
    index.comment = index.comment.take().filter(|comment| !comment.is_empty());
    for part in &mut index.parts {
        if let IndexKey::Expression(text) = &part.key {
            let column = expression::as_column(text)
                .filter(|name| columns.iter().any(|column| column.name.eq_ignore_ascii_case(name)));
            part.key = match column {
                Some(column) => IndexKey::Column(column),
                None => IndexKey::Expression(expression::without_brackets(text).to_owned()),
            };
        }
        part.nulls = None;
        if let IndexKey::Column(name) = &part.key
            && let Some(ColumnType::Sql(ty)) =
                columns.iter().find(|column| column.name == *name).map(|column| &column.ty)
            && ["char", "varchar", "binary", "varbinary"].contains(&types::name_of(ty))
        {
            // A length that is the whole column's says nothing.
            let whole = types::numbers_of(ty).first().copied();
            part.prefix_length = part.prefix_length.filter(|length| Some(u64::from(*length)) != whole);
        }
    }
}

/// A foreign key that names no columns refers to the primary key, and is kept with its columns.
fn refer_to_keys(tables: &mut [Table]) {
    let keys: BTreeMap<QualifiedName, Vec<String>> = tables
        .iter()
        .filter_map(|table| {
            let columns = table.primary_key.as_ref()?.columns.iter().map(|column| column.name.clone());
            Some((table.name.clone(), columns.collect()))
        })
        .collect();
    for ForeignKey { references, referenced_columns, .. } in
        tables.iter_mut().flat_map(|table| &mut table.foreign_keys)
    {
        if referenced_columns.is_empty()
            && let Some(columns) = keys.get(references)
        {
            referenced_columns.clone_from(columns);
        }
    }
}

fn resolve_view(declared: &Declared<View>, engine: Engine, problems: &mut Problems) -> Option<View> {
    let view = declared.for_engine(engine)?;
    let place = declared.origin.clone().unwrap_or_else(|| view.name.to_string());
    refuse::check_view(view, &place, problems);
    let mut view = view.clone();
    view.query = view.query.trim().trim_end_matches(';').trim_end().to_owned();
    // The servers have no comments on views.
    view.comment = None;
    Some(view)
}
