//! From what models declare to what SQLite holds.

use super::{expression, fold, quote, quote_text, types};
use crate::dialect::Unsupported;
use crate::dialect::partitions;
use crate::dialect::problems::{Problems, References};
use crate::model::{
    AutoIncrement, Check, Column, ColumnType, DatabaseSchema, Declared, DeclaredTable, Default,
    Deferrability, Document, Engine, EnumType, EnumValue, ForeignKey, Generated, Index, IndexKey, IndexPart,
    KeyColumn, PrimaryKey, QualifiedName, ReferentialAction, RenamedValue, Rights, Said, Table, TableOptions,
    Unique, View,
};
use std::collections::BTreeMap;

/// The schema that a document declares for SQLite, in SQLite's types.
///
/// An enum becomes text with a CHECK. Comments are left out: SQLite has no place for them.
///
/// # Errors
///
/// Everything that SQLite cannot hold, all at once.
pub fn resolve(document: &Document) -> Result<DatabaseSchema, Vec<Unsupported>> {
    let enums: BTreeMap<&str, &EnumType> = document
        .enums
        .iter()
        .filter_map(|object| object.for_engine(Engine::Sqlite))
        .map(|object| (object.name.name.as_str(), object))
        .collect();
    let mut problems = Problems::new(Engine::Sqlite);
    let tables: Vec<Table> =
        document.tables.iter().filter_map(|table| resolve_table(table, &enums, &mut problems)).collect();
    let views = document.views.iter().filter_map(|view| resolve_view(view, &mut problems)).collect();
    if document.engine.is_none() {
        // SQLite takes any two types, and then compares a text with a number without ever finding them equal.
        let comparable = |own: &str, other: &str| types::affinity(own) == types::affinity(other);
        References { fold, comparable }.check(document, &tables, &mut problems);
    }
    let mut schema = DatabaseSchema {
        namespaces: Vec::new(),
        tables,
        enums: Vec::new(),
        views,
        triggers: document.triggers.clone(),
        objects: document.objects.clone(),
        rights: Rights::default(),
        said: Said::default(),
    };
    partitions::add(document, Engine::Sqlite, &mut schema, &mut problems);
    problems.or(schema)
}

fn resolve_table(
    declared: &DeclaredTable,
    enums: &BTreeMap<&str, &EnumType>,
    problems: &mut Problems,
) -> Option<Table> {
    let mut table = declared.for_engine(Engine::Sqlite)?;
    let struct_name = declared.origin.clone().unwrap_or_else(|| declared.name.to_string());
    let place = |origin: Option<&String>, name: Option<&String>| match origin.or(name) {
        Some(part) => format!("{struct_name}.{part}"),
        None => struct_name.clone(),
    };
    let Table {
        name,
        columns,
        primary_key,
        uniques,
        checks,
        foreign_keys,
        exclusions,
        indexes,
        options,
        partition_by,
        partition_of,
        inherits,
        comment,
        renamed_from: _,
        definition: _,
    } = &mut table;
    problems.refuse(!exclusions.is_empty(), &struct_name, "an EXCLUDE constraint");
    problems.refuse(partition_by.is_some() || partition_of.is_some(), &struct_name, "partitions");
    problems.refuse(!inherits.is_empty(), &struct_name, "inheritance");
    problems.refuse(name.schema.is_some(), &struct_name, "the schema");
    *comment = None;
    check_options(options, &struct_name, problems);

    let origins: Vec<String> = problems
        .declared_with(&declared.columns, columns)
        .map(|(object, column)| place(object.origin.as_ref(), Some(&column.name)))
        .collect();
    for (column, place) in columns.iter_mut().zip(&origins) {
        let context = ColumnContext { place, options, primary_key: primary_key.as_ref(), enums };
        checks.extend(resolve_column(column, &context, problems));
    }
    if let (Some(key), Some(object)) = (primary_key.as_ref(), &declared.primary_key) {
        let PrimaryKey { name: _, columns, deferrable, include, with, on_conflict: _, comment: _ } = key;
        let place = place(object.origin.as_ref(), None);
        problems.refuse(!include.is_empty(), &place, "`include`");
        problems.refuse(!with.is_empty(), &place, "storage parameters");
        problems.refuse(*deferrable != Deferrability::NotDeferrable, &place, "a deferrable primary key");
        check_key(columns, &place, problems);
    }
    for (object, unique) in problems.declared_with(&declared.uniques, uniques) {
        let Unique {
            name,
            columns,
            deferrable,
            nulls_not_distinct,
            include,
            with,
            on_conflict: _,
            comment: _,
            renamed_from: _,
        } = unique;
        let place = place(object.origin.as_ref(), name.as_ref());
        problems.refuse(!include.is_empty(), &place, "`include`");
        problems.refuse(!with.is_empty(), &place, "storage parameters");
        problems.refuse(
            *deferrable != Deferrability::NotDeferrable,
            &place,
            "a deferrable unique constraint",
        );
        problems.refuse(*nulls_not_distinct, &place, "`nulls_not_distinct`");
        check_key(columns, &place, problems);
    }
    for (object, check) in problems.declared_with(&declared.checks, checks) {
        let Check {
            name,
            expression: _,
            no_inherit,
            not_valid,
            not_enforced,
            column: _,
            comment: _,
            renamed_from: _,
        } = check;
        let place = place(object.origin.as_ref(), name.as_ref());
        problems.refuse(*no_inherit, &place, "`no_inherit`");
        problems.refuse(*not_valid, &place, "`not_valid`");
        problems.refuse(*not_enforced, &place, "`not_enforced`");
    }
    for (object, key) in problems.declared_with(&declared.foreign_keys, foreign_keys) {
        check_foreign_key(key, &place(object.origin.as_ref(), key.name.as_ref()), problems);
    }
    for (object, index) in problems.declared_with(&declared.indexes, indexes) {
        check_index(index, &place(object.origin.as_ref(), index.name.as_ref()), problems);
    }
    for part in indexes.iter_mut().flat_map(|index| &mut index.parts) {
        // An expression that is only a column's name makes an index on the column.
        if let IndexKey::Expression(text) = &part.key
            && let Some(column) = expression::as_column(text)
        {
            part.key = IndexKey::Column(column);
        }
    }
    Some(table)
}

fn check_options(options: &TableOptions, place: &str, problems: &mut Problems) {
    let TableOptions {
        strict: _,
        without_rowid: _,
        unlogged,
        with,
        row_level_security,
        force_row_level_security,
        replica_identity,
        engine,
        charset,
        collation,
        row_format,
    } = options;
    problems.refuse(*row_level_security || *force_row_level_security, place, "row level security");
    problems.refuse(replica_identity.is_some(), place, "a replica identity");
    problems.refuse(*unlogged, place, "`unlogged`");
    problems.refuse(!with.is_empty(), place, "storage parameters");
    problems.refuse(engine.is_some(), place, "a storage engine");
    problems.refuse(charset.is_some(), place, "a character set");
    problems.refuse(collation.is_some(), place, "a collation for the whole table");
    problems.refuse(row_format.is_some(), place, "a row format");
}

/// What a column needs to know of its surroundings.
struct ColumnContext<'a> {
    place: &'a str,
    options: &'a TableOptions,
    primary_key: Option<&'a PrimaryKey>,
    enums: &'a BTreeMap<&'a str, &'a EnumType>,
}

/// Puts the column into SQLite's terms, and returns the CHECK that an enum needs.
fn resolve_column(
    column: &mut Column,
    context: &ColumnContext<'_>,
    problems: &mut Problems,
) -> Option<Check> {
    let place = context.place;
    let Column {
        name,
        ty,
        nullable: _,
        default,
        generated,
        auto,
        sequence,
        collation: _,
        charset,
        on_update,
        invisible,
        not_null_name: _,
        not_null_conflict: _,
        inherited,
        comment,
        renamed_from: _,
        renamed_values,
    } = column;
    // Nothing is inherited here.
    *inherited = false;
    *comment = None;
    problems.refuse(sequence.is_some(), place, "options of a sequence");
    problems.refuse(charset.is_some(), place, "a character set");
    problems.refuse(on_update.is_some(), place, "`on_update`");
    problems.refuse(*invisible, place, "`invisible`");
    if let Some(default) = default {
        *default = Default::Sql(default_text(default, ty));
    }
    if let Some(Generated { expression, stored: _ }) = generated {
        *expression = expression.trim().to_owned();
    }

    let mut check = None;
    if let ColumnType::Enum(enum_name) = ty {
        match context.enums.get(enum_name.as_str()) {
            Some(object) => {
                check = Some(list_check(name, &object.values));
                *renamed_values = object
                    .values
                    .iter()
                    .filter_map(|value| {
                        Some(RenamedValue { from: value.renamed_from.clone()?, to: value.name.clone() })
                    })
                    .collect();
            }
            None => problems.add(place, &format!("the enum `{enum_name}`"), "derive `SqlEnum` on it"),
        }
    }
    match types::resolve(ty, context.options.strict) {
        Ok(text) => *ty = ColumnType::Sql(text),
        Err(types::NoType { what, hint }) => problems.add(place, what, hint),
    }
    *auto = match auto {
        None => None,
        Some(AutoIncrement::IdentityAlways) => {
            problems.refuse(true, place, "`identity = always`");
            None
        }
        Some(AutoIncrement::Serial) => {
            problems.refuse(true, place, "a serial");
            None
        }
        Some(wanted) => {
            let alone = context
                .primary_key
                .is_some_and(|key| matches!(key.columns.as_slice(), [only] if only.name == *name));
            if !alone || !matches!(ty, ColumnType::Sql(text) if text.eq_ignore_ascii_case("INTEGER")) {
                problems.add(
                    place,
                    "`auto`",
                    "numbers rows only for an integer that is the whole primary key",
                );
            } else if context.options.without_rowid {
                problems.add(place, "`auto` in a table `without_rowid`", "drop one of the two");
            }
            // The rowid numbers itself: only AUTOINCREMENT is something to declare.
            (*wanted == AutoIncrement::Autoincrement).then_some(AutoIncrement::Autoincrement)
        }
    };
    check
}

/// The CHECK that keeps a text column to the values of an enum.
fn list_check(column: &str, values: &[EnumValue]) -> Check {
    let values: Vec<String> = values.iter().map(|value| quote_text(&value.name)).collect();
    Check::new(format!("{} IN ({})", quote(column), values.join(", ")))
}

fn default_text(default: &Default, ty: &ColumnType) -> String {
    match default {
        Default::Now => types::now(ty).to_owned(),
        Default::Bool(value) => u8::from(*value).to_string(),
        Default::Number(number) => number.clone(),
        Default::Text(text) | Default::EnumValue(text) => quote_text(text),
        Default::Sql(sql) => types::default_expression(sql),
    }
}

fn check_key(columns: &[KeyColumn], place: &str, problems: &mut Problems) {
    for KeyColumn { name: _, descending: _, collation: _, prefix_length } in columns {
        problems.refuse(prefix_length.is_some(), place, "a prefix length");
    }
}

fn check_foreign_key(key: &ForeignKey, place: &str, problems: &mut Problems) {
    let ForeignKey {
        name: _,
        columns: _,
        references: QualifiedName { schema, name: _ },
        referenced_columns: _,
        on_delete,
        on_update,
        deferrable: _,
        match_type: _,
        not_valid,
        not_enforced,
        period,
        comment: _,
        renamed_from: _,
    } = key;
    problems.refuse(schema.is_some(), place, "the schema");
    problems.refuse(*not_valid, place, "`not_valid`");
    problems.refuse(*not_enforced, place, "a foreign key that is not enforced");
    problems.refuse(*period, place, "a foreign key of periods");
    for action in [on_delete, on_update] {
        match action {
            ReferentialAction::SetNull(columns) | ReferentialAction::SetDefault(columns) => {
                problems.refuse(!columns.is_empty(), place, "an action on some of the columns");
            }
            ReferentialAction::NoAction | ReferentialAction::Restrict | ReferentialAction::Cascade => {}
        }
    }
}

fn check_index(index: &Index, place: &str, problems: &mut Problems) {
    let Index {
        name: _,
        parts,
        unique: _,
        predicate: _,
        using,
        include,
        nulls_not_distinct,
        with,
        parser,
        invisible,
        comment: _,
        renamed_from: _,
        definition: _,
    } = index;
    problems.refuse(using.is_some(), place, "an index method");
    problems.refuse(!include.is_empty(), place, "`include`");
    problems.refuse(*nulls_not_distinct, place, "`nulls_not_distinct`");
    problems.refuse(!with.is_empty(), place, "storage parameters");
    problems.refuse(parser.is_some(), place, "a full-text parser");
    problems.refuse(*invisible, place, "an invisible index");
    for IndexPart { key: _, descending: _, nulls, collation: _, opclass, prefix_length } in parts {
        problems.refuse(nulls.is_some(), place, "an order of NULLs");
        problems.refuse(opclass.is_some(), place, "an operator class");
        problems.refuse(prefix_length.is_some(), place, "a prefix length");
    }
}

fn resolve_view(declared: &Declared<View>, problems: &mut Problems) -> Option<View> {
    let view = declared.for_engine(Engine::Sqlite)?;
    let View {
        name,
        columns: _,
        query: _,
        materialized,
        indexes: _,
        with,
        comment: _,
        depends_on: _,
        restore: _,
    } = view;
    let place = declared.origin.clone().unwrap_or_else(|| name.to_string());
    problems.refuse(name.schema.is_some(), &place, "the schema");
    problems.refuse(*materialized, &place, "a materialized view");
    problems.refuse(!with.is_empty(), &place, "options of a view");
    Some(View { comment: None, ..view.clone() })
}
