//! What must hold inside one table.

use super::{Errors, Problem, Scene, TableOn};
use crate::model::{Column, ColumnType, Default, Engine, IndexKey};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn validate(table: &TableOn<'_>, scene: &Scene<'_>, errors: &mut Errors) {
    let is_postgres = table.engine == Engine::Postgres;
    if table.columns.is_empty() && !is_postgres {
        errors.add(&table.place, Problem::NoColumns);
    }
    let mut seen = BTreeSet::new();
    let mut former: BTreeMap<&str, &str> = BTreeMap::new();
    for (column, _) in &table.columns {
        let place = table.place_of(&column.name);
        if !seen.insert(column.name.as_str()) {
            errors.add(&place, Problem::ColumnTwice { column: column.name.clone() });
        }
        if let Some(name) = &column.renamed_from {
            if *name == column.name {
                errors.add(&place, Problem::RenamedFromItself { name: name.clone() });
            }
            if let Some(other) = former.insert(name, &column.name) {
                errors.add(&place, Problem::RenamedTwice { name: name.clone(), other: other.to_owned() });
            }
        }
        validate_column(column, &place, table.engine, scene, errors);
    }
    let mut numbered = table.columns.iter().filter(|(column, _)| column.auto.is_some());
    if !is_postgres && let (Some((first, _)), Some((second, _))) = (numbered.next(), numbered.next()) {
        let (first, second) = (first.name.clone(), second.name.clone());
        errors.add(&table.place, Problem::TwoAutoColumns { first, second });
    }
    validate_keys(table, errors);
    validate_names(table, errors);
}

fn validate_column(column: &Column, place: &str, engine: Engine, scene: &Scene<'_>, errors: &mut Errors) {
    if column.generated.is_some() && column.default.is_some() {
        errors.add(place, Problem::GeneratedWithDefault);
    }
    if column.auto.is_some() {
        if column.default.is_some() || column.generated.is_some() {
            errors.add(place, Problem::AutoWithValue);
        }
        if column.nullable && !key_may_say_null(engine) {
            errors.add(place, Problem::AutoNullable);
        }
        if !may_be_numbered(&column.ty) {
            errors.add(place, Problem::AutoOnOtherType);
        }
    }
    if let Some(name) = column.ty.user_type().filter(|name| !scene.types.contains(name)) {
        errors.add(place, Problem::UnknownType { name: name.to_string() });
    }
    let Some(name) = column.ty.enum_name() else { return };
    match (scene.enums.get(name), &column.default) {
        (None, _) => errors.add(place, Problem::UnknownEnum { name: name.to_owned() }),
        (Some(declared), Some(Default::EnumValue(value))) => {
            if !declared.values.iter().any(|known| known.name == *value) {
                errors.add(place, Problem::UnknownValue { value: value.clone(), name: name.to_owned() });
            }
        }
        (Some(_), _) => {}
    }
}

/// Whether a column of a primary key need not say NOT NULL. In SQLite a rowid is never NULL whatever its column says, and other keys can hold
/// NULLs (<https://www.sqlite.org/lang_createtable.html#the_primary_key>); so say the documents of its databases.
fn key_may_say_null(engine: Engine) -> bool {
    match engine {
        Engine::Sqlite => true,
        Engine::Postgres | Engine::Mysql | Engine::Mariadb => false,
    }
}

/// Whether the database may number a column of this type; SQL text is its dialect's to judge.
fn may_be_numbered(ty: &ColumnType) -> bool {
    match ty {
        ColumnType::I8
        | ColumnType::I16
        | ColumnType::I32
        | ColumnType::I64
        | ColumnType::U8
        | ColumnType::U16
        | ColumnType::U32
        | ColumnType::U64
        | ColumnType::Domain(_)
        | ColumnType::Sql(_) => true,
        ColumnType::Bool
        | ColumnType::F32
        | ColumnType::F64
        | ColumnType::Text
        | ColumnType::Char
        | ColumnType::Bytes
        | ColumnType::FixedBytes(_)
        | ColumnType::Date
        | ColumnType::Time
        | ColumnType::DateTime
        | ColumnType::Instant
        | ColumnType::Uuid
        | ColumnType::Json
        | ColumnType::Decimal { .. }
        | ColumnType::IpNetwork
        | ColumnType::Array(_)
        | ColumnType::Composite(_)
        | ColumnType::Enum(_) => false,
    }
}

fn validate_keys(table: &TableOn<'_>, errors: &mut Errors) {
    let declared = table.declared;
    for (object, key) in table.on(declared.primary_key.as_slice()) {
        let place = table.place_of_object(object, "primary key", key.name.as_deref());
        let columns: Vec<&str> = key.columns.iter().map(|column| column.name.as_str()).collect();
        validate_columns(table, &columns, &place, errors);
        let nullable = |name: &&&str| table.column(name).is_some_and(|column| column.nullable);
        for column in columns.iter().filter(nullable).filter(|_| !key_may_say_null(table.engine)) {
            errors.add(&place, Problem::NullableKey { column: (*column).to_owned() });
        }
    }
    for (object, unique) in table.on(&declared.uniques) {
        let place = table.place_of_object(object, "unique constraint", unique.name.as_deref());
        let columns: Vec<&str> = unique.columns.iter().map(|column| column.name.as_str()).collect();
        validate_columns(table, &columns, &place, errors);
    }
    for (object, check) in table.on(&declared.checks) {
        if check.expression.trim().is_empty() {
            let place = table.place_of_object(object, "check", check.name.as_deref());
            errors.add(&place, Problem::EmptyCheck);
        }
    }
    for (object, index) in table.on(&declared.indexes) {
        let place = table.place_of_object(object, "index", index.name.as_deref());
        let columns = index.parts.iter().filter_map(|part| match &part.key {
            IndexKey::Column(column) => Some(column.as_str()),
            IndexKey::Expression(_) => None,
        });
        let columns: Vec<&str> = columns.chain(index.include.iter().map(String::as_str)).collect();
        if index.parts.is_empty() || !columns.is_empty() {
            validate_columns(table, &columns, &place, errors);
        }
    }
}

/// A key's columns exist, and each stands there once.
pub(super) fn validate_columns(table: &TableOn<'_>, columns: &[&str], place: &str, errors: &mut Errors) {
    if columns.is_empty() {
        errors.add(place, Problem::EmptyKey);
    }
    let mut seen = BTreeSet::new();
    for column in columns {
        if table.column(column).is_none() {
            errors.add(place, Problem::UnknownColumn { column: (*column).to_owned() });
        }
        if !seen.insert(*column) {
            errors.add(place, Problem::ColumnRepeated { column: (*column).to_owned() });
        }
    }
}

/// Constraints share one space of names, indexes another.
fn validate_names(table: &TableOn<'_>, errors: &mut Errors) {
    let declared = table.declared;
    let primary_key = table.on(declared.primary_key.as_slice()).map(|(_, key)| &key.name);
    let uniques = table.on(&declared.uniques).map(|(_, unique)| &unique.name);
    let checks = table.on(&declared.checks).map(|(_, check)| &check.name);
    let foreign_keys = table.on(&declared.foreign_keys).map(|(_, key)| &key.name);
    let constraints = primary_key.chain(uniques).chain(checks).chain(foreign_keys);
    let indexes = table.on(&declared.indexes).map(|(_, index)| &index.name);
    for names in [constraints.flatten().collect::<Vec<_>>(), indexes.flatten().collect()] {
        let mut seen = BTreeSet::new();
        for name in names {
            if !seen.insert(name) {
                errors.add(&table.place, Problem::ObjectTwice { name: name.clone() });
            }
        }
    }
}
