//! From what models declare to what PostgreSQL holds.

use super::{expression, literal, namespace, numbering, refuse, type_family, types, user_types};
use crate::dialect::Unsupported;
use crate::dialect::partitions;
use crate::dialect::problems::{Problems, References};
use crate::model::{
    AutoIncrement, Column, ColumnType, DatabaseSchema, Declared, DeclaredTable, Default, Document, Engine,
    EnumType, Exclusion, Generated, Index, IndexKey, Namespace, NullsOrder, QualifiedName, Said, Table,
    TableOptions, View,
};
use std::collections::{BTreeMap, BTreeSet};

/// The schema that a document declares for PostgreSQL: types as `format_type` spells them, defaults as `pg_get_expr` does, foreign keys with
/// the columns that they refer to. Expressions stay as they are written.
///
/// Names that say the usual schema keep it; [`leave_out_usual_schema`](super::leave_out_usual_schema) knows which that is.
///
/// # Errors
///
/// Everything that PostgreSQL cannot hold, all at once.
pub fn resolve(document: &Document) -> Result<DatabaseSchema, Vec<Unsupported>> {
    let enums: Vec<EnumType> = document
        .enums
        .iter()
        .filter_map(|object| object.for_engine(Engine::Postgres).cloned())
        .map(namespace::beside_built_in)
        .collect();
    let by_name: BTreeMap<&str, &EnumType> =
        enums.iter().map(|object| (object.name.name.as_str(), object)).collect();
    let mut problems = Problems::new(Engine::Postgres);
    let mut tables: Vec<Table> =
        document.tables.iter().filter_map(|table| resolve_table(table, &by_name, &mut problems)).collect();
    refer_to_keys(&mut tables);
    let views: Vec<View> =
        document.views.iter().filter_map(|view| resolve_view(view, &mut problems)).collect();
    for declared in &document.enums {
        if let Some(object) = declared.for_engine(Engine::Postgres) {
            let place = declared.origin.clone().unwrap_or_else(|| object.name.to_string());
            refuse::check_enum(object, &place, &mut problems);
        }
    }
    if document.engine.is_none() {
        check_references(document, &tables, &enums, &mut problems);
    }
    let enums = enums
        .into_iter()
        .map(|object| EnumType { comment: object.comment.filter(|comment| !comment.is_empty()), ..object })
        .collect();
    let mut schema = DatabaseSchema {
        namespaces: document.namespaces.iter().filter(|it| it.name != namespace::PUBLIC).cloned().collect(),
        tables,
        enums,
        views,
        triggers: document.triggers.clone(),
        objects: document.objects.clone(),
        rights: document.rights.clone(),
        said: Said::default(),
    };
    if document.engine.is_none() {
        schema.said.others = schema.tables.iter().flat_map(labels_of_options).collect();
    }
    partitions::add(document, Engine::Postgres, &mut schema, &mut problems);
    add_namespaces(document, &mut schema);
    problems.or(schema)
}

/// What revisions remember of the options that a struct says, so that they go when no model says them any more.
fn labels_of_options(table: &Table) -> Vec<String> {
    let TableOptions { row_level_security, force_row_level_security, replica_identity, .. } = &table.options;
    let said = [(false, *row_level_security), (true, *force_row_level_security)];
    let said = said.into_iter().filter(|(_, is_on)| *is_on);
    let labels = said.map(|(forced, _)| Said::label_of_row_security(&table.name, forced));
    let identity = replica_identity.as_ref().map(|_| Said::label_of_replica_identity(&table.name));
    labels.chain(identity).collect()
}

/// The schemas that objects are in but nothing declares.
fn add_namespaces(document: &Document, schema: &mut DatabaseSchema) {
    let known: BTreeSet<&str> = schema.namespaces.iter().map(|it| it.name.as_str()).collect();
    let tables = schema.tables.iter().map(|table| &table.name);
    let enums = schema.enums.iter().map(|object| &object.name);
    let domains = document.domains.iter().filter_map(|it| it.for_engine(Engine::Postgres)).map(|it| &it.name);
    let composites = document.composite_types.iter().map(|it| &it.base.name);
    let names = tables.chain(enums).chain(schema.views.iter().map(|view| &view.name));
    let names = names.chain(domains).chain(composites);
    let new: BTreeSet<String> = names
        .filter_map(|name| name.schema.clone())
        .filter(|name| {
            !known.contains(name.as_str()) && !namespace::is_usual(name) && name != namespace::PUBLIC
        })
        .collect();
    schema.namespaces.extend(new.into_iter().map(|name| Namespace { name, comment: None }));
    schema.namespaces.sort();
}

fn resolve_table(
    declared: &DeclaredTable,
    enums: &BTreeMap<&str, &EnumType>,
    problems: &mut Problems,
) -> Option<Table> {
    let mut table = declared.for_engine(Engine::Postgres)?;
    refuse::check_table(declared, &table, problems);
    let struct_name = declared.origin.clone().unwrap_or_else(|| declared.name.to_string());
    let places: Vec<String> = problems
        .declared_with(&declared.columns, &table.columns)
        .map(|(object, column)| format!("{struct_name}.{}", object.origin.as_ref().unwrap_or(&column.name)))
        .collect();
    for (column, place) in table.columns.iter_mut().zip(&places) {
        resolve_column(column, place, enums, problems);
    }
    let columns: BTreeMap<&str, &ColumnType> =
        table.columns.iter().map(|column| (column.name.as_str(), &column.ty)).collect();
    for index in &mut table.indexes {
        resolve_index(index, &columns);
    }
    let comments = table.primary_key.iter_mut().map(|it| &mut it.comment);
    let comments = comments.chain(table.uniques.iter_mut().map(|it| &mut it.comment));
    let comments = comments.chain(table.checks.iter_mut().map(|it| &mut it.comment));
    let comments = comments.chain(table.foreign_keys.iter_mut().map(|it| &mut it.comment));
    for comment in comments.chain(table.exclusions.iter_mut().map(|it| &mut it.comment)) {
        *comment = comment.take().filter(|comment| !comment.is_empty());
    }
    for Exclusion { name: _, definition, comment: _, renamed_from: _ } in &mut table.exclusions {
        let text = definition.trim();
        let whole = text.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("EXCLUDE"));
        let text = expression::without_needless_quotes(text);
        *definition = if whole { text } else { format!("EXCLUDE {text}") };
    }
    for check in &mut table.checks {
        check.expression = expression::without_brackets(&check.expression).to_owned();
    }
    let identity = table.options.replica_identity.take();
    table.options.replica_identity = identity.map(|identity| expression::without_needless_quotes(&identity));
    table.comment = table.comment.filter(|comment| !comment.is_empty());
    Some(table)
}

/// Puts the column into PostgreSQL's terms.
fn resolve_column(
    column: &mut Column,
    place: &str,
    enums: &BTreeMap<&str, &EnumType>,
    problems: &mut Problems,
) {
    refuse::check_column(column, place, problems);
    let mut serial = false;
    match types::resolve(&column.ty, enums) {
        Some(resolved) => {
            column.ty = ColumnType::Sql(resolved.text);
            serial = resolved.serial;
        }
        None => match column.ty.user_type() {
            Some(name) => {
                problems.add(place, &format!("the type `{name}`"), "derive `SqlType` on its struct");
            }
            None => {
                let name = &column.ty.enum_name().unwrap_or_default();
                problems.add(place, &format!("the enum `{name}`"), "derive `SqlEnum` on it");
            }
        },
    }
    if serial && matches!(column.auto, None | Some(AutoIncrement::Usual)) {
        column.auto = Some(AutoIncrement::Serial);
        column.nullable = false;
    }
    let integer =
        matches!(&column.ty, ColumnType::Sql(ty) if ["smallint", "integer", "bigint"].contains(&ty.as_str()));
    if column.auto.is_some() && !integer && column.default.is_none() {
        problems.add(place, "`auto`", "PostgreSQL numbers a smallint, integer or bigint column");
    }
    column.default =
        column.default.as_ref().and_then(|default| literal::default(default, &column.ty)).map(Default::Sql);
    if let Some(Generated { expression, stored: _ }) = &mut column.generated {
        *expression = expression::without_brackets(expression).to_owned();
    }
    column.comment = column.comment.take().filter(|comment| !comment.is_empty());
    numbering::leave_out_usual(column);
    // The type itself holds the values.
    column.renamed_values.clear();
}

/// Leaves out what is usual.
fn resolve_index(index: &mut Index, columns: &BTreeMap<&str, &ColumnType>) {
    index.using = index.using.take().map(|method| method.to_ascii_lowercase());
    index.using = index.using.take().filter(|method| method != "btree");
    index.comment = index.comment.take().filter(|comment| !comment.is_empty());
    if let Some(predicate) = &mut index.predicate {
        *predicate = expression::without_brackets(predicate).to_owned();
    }
    for part in &mut index.parts {
        if let IndexKey::Expression(text) = &part.key {
            // An expression that is only a column's name makes an index on the column.
            part.key = match expression::as_column(text).filter(|name| columns.contains_key(name.as_str())) {
                Some(column) => IndexKey::Column(column),
                None => IndexKey::Expression(expression::without_brackets(text).to_owned()),
            };
        }
        let usual = if part.descending { NullsOrder::First } else { NullsOrder::Last };
        part.nulls = part.nulls.filter(|nulls| *nulls != usual);
        if let IndexKey::Column(name) = &part.key
            && let Some(ColumnType::Sql(ty)) = columns.get(name.as_str())
        {
            let usual = type_family::usual_opclass(index.using.as_deref(), ty);
            part.opclass = part.opclass.take().filter(|opclass| Some(opclass.as_str()) != usual);
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
    for key in tables.iter_mut().flat_map(|table| &mut table.foreign_keys) {
        if key.referenced_columns.is_empty()
            && let Some(columns) = keys.get(&key.references)
        {
            key.referenced_columns.clone_from(columns);
        }
    }
}

/// A foreign key between enums wants the same one at both ends.
fn check_references(document: &Document, tables: &[Table], enums: &[EnumType], problems: &mut Problems) {
    let enums: BTreeSet<String> = enums.iter().map(|object| super::quote_name(&object.name)).collect();
    // A value of a domain is one of the type below it.
    let below = user_types::types_below(document);
    let comparable = |own: &str, other: &str| {
        let own = below.get(own).map_or(own, String::as_str);
        let other = below.get(other).map_or(other, String::as_str);
        match (enums.contains(own), enums.contains(other)) {
            (false, false) => type_family::comparable(own, other),
            (true, _) | (_, true) => own == other,
        }
    };
    References { fold: str::to_owned, comparable }.check(document, tables, problems);
}

fn resolve_view(declared: &Declared<View>, problems: &mut Problems) -> Option<View> {
    let view = declared.for_engine(Engine::Postgres)?;
    let place = declared.origin.clone().unwrap_or_else(|| view.name.to_string());
    refuse::check_view(view, &place, problems);
    if view.materialized {
        // It is made as SQL of models is.
        return None;
    }
    let mut view = view.clone();
    view.query = view.query.trim().trim_end_matches(';').trim_end().to_owned();
    view.comment = view.comment.filter(|comment| !comment.is_empty());
    Some(view)
}
