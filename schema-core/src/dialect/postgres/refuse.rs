//! What models can declare and PostgreSQL cannot hold.

use crate::dialect::name::LONGEST_NAME;
use crate::dialect::problems::Problems;
use crate::model::{
    AutoIncrement, Check, Column, DeclaredTable, EnumType, Exclusion, ForeignKey, Generated, Index,
    IndexPart, KeyColumn, Match, PrimaryKey, QualifiedName, ReferentialAction, Table, TableOptions, Unique,
    View,
};

/// PostgreSQL cuts a long name, and would not find the object again.
pub(super) fn check_length(name: &str, place: &str, problems: &mut Problems) {
    if name.len() > LONGEST_NAME {
        problems.add(
            place,
            &format!("the name `{name}`, which is longer than {LONGEST_NAME} bytes,"),
            "shorten the name",
        );
    }
}

fn check_name(name: &QualifiedName, place: &str, problems: &mut Problems) {
    let QualifiedName { schema, name } = name;
    for name in schema.iter().chain([name]) {
        check_length(name, place, problems);
    }
}

pub(super) fn check_table(declared: &DeclaredTable, table: &Table, problems: &mut Problems) {
    let struct_name = declared.origin.clone().unwrap_or_else(|| declared.name.to_string());
    let place = |origin: Option<&String>, name: Option<&String>| match origin.or(name) {
        Some(part) => format!("{struct_name}.{part}"),
        None => struct_name.clone(),
    };
    let Table {
        name,
        columns: _,
        primary_key,
        uniques,
        checks,
        foreign_keys,
        exclusions,
        indexes,
        options,
        partition_by: _,
        partition_of: _,
        inherits: _,
        comment: _,
        renamed_from: _,
        definition: _,
    } = table;
    check_name(name, &struct_name, problems);
    check_options(options, &struct_name, problems);
    let declared_key = declared.primary_key.as_ref();
    if let (
        Some(PrimaryKey { name, columns, deferrable: _, include: _, with: _, on_conflict, comment: _ }),
        Some(object),
    ) = (primary_key, declared_key)
    {
        let place = place(object.origin.as_ref(), name.as_ref());
        name.iter().for_each(|name| check_length(name, &place, problems));
        problems.refuse(on_conflict.is_some(), &place, "`on_conflict`");
        check_key(columns, &place, problems);
    }
    for (object, unique) in problems.declared_with(&declared.uniques, uniques) {
        let Unique {
            name,
            columns,
            deferrable: _,
            nulls_not_distinct: _,
            include: _,
            with: _,
            on_conflict,
            comment: _,
            renamed_from: _,
        } = unique;
        let place = place(object.origin.as_ref(), name.as_ref());
        name.iter().for_each(|name| check_length(name, &place, problems));
        problems.refuse(on_conflict.is_some(), &place, "`on_conflict`");
        check_key(columns, &place, problems);
    }
    for (object, check) in problems.declared_with(&declared.checks, checks) {
        let Check {
            name,
            expression: _,
            no_inherit: _,
            not_valid: _,
            not_enforced,
            column: _,
            comment: _,
            renamed_from: _,
        } = check;
        let place = place(object.origin.as_ref(), name.as_ref());
        name.iter().for_each(|name| check_length(name, &place, problems));
        problems.refuse(*not_enforced, &place, "`not_enforced`");
    }
    for (object, key) in problems.declared_with(&declared.foreign_keys, foreign_keys) {
        check_foreign_key(key, &place(object.origin.as_ref(), key.name.as_ref()), problems);
    }
    for (object, exclusion) in problems.declared_with(&declared.exclusions, exclusions) {
        let Exclusion { name, definition: _, comment: _, renamed_from: _ } = exclusion;
        let place = place(object.origin.as_ref(), name.as_ref());
        name.iter().for_each(|name| check_length(name, &place, problems));
    }
    for (object, index) in problems.declared_with(&declared.indexes, indexes) {
        check_index(index, &place(object.origin.as_ref(), index.name.as_ref()), problems);
    }
}

fn check_options(options: &TableOptions, place: &str, problems: &mut Problems) {
    let TableOptions {
        strict,
        without_rowid,
        unlogged: _,
        with: _,
        row_level_security: _,
        force_row_level_security: _,
        replica_identity: _,
        engine,
        charset,
        collation,
        row_format,
    } = options;
    problems.refuse(*strict, place, "`strict`");
    problems.refuse(*without_rowid, place, "`without_rowid`");
    problems.refuse(engine.is_some(), place, "a storage engine");
    problems.refuse(charset.is_some(), place, "a character set");
    problems.refuse(collation.is_some(), place, "a collation for the whole table");
    problems.refuse(row_format.is_some(), place, "a row format");
}

pub(super) fn check_column(column: &Column, place: &str, problems: &mut Problems) {
    let Column {
        name,
        ty: _,
        nullable: _,
        default: _,
        generated,
        auto,
        sequence: _,
        collation,
        charset,
        on_update,
        invisible,
        not_null_name: _,
        not_null_conflict,
        inherited: _,
        comment: _,
        renamed_from: _,
        renamed_values: _,
    } = column;
    check_length(name, place, problems);
    problems.refuse(charset.is_some(), place, "a character set");
    problems.refuse(on_update.is_some(), place, "`on_update`");
    problems.refuse(*invisible, place, "`invisible`");
    problems.refuse(not_null_conflict.is_some(), place, "what a violation of NOT NULL does");
    check_collation(collation.as_ref(), place, problems);
    if *auto == Some(AutoIncrement::Autoincrement) {
        problems.add(place, "`autoincrement`", "write `auto` alone, and `autoincrement` inside `sqlite(..)`");
    }
    if let Some(Generated { expression: _, stored: false }) = generated {
        problems.add(place, "a generated column that is not stored", "write `generated = \"..\", stored`");
    }
}

/// What SQLite calls its collations no server of PostgreSQL has.
fn check_collation(collation: Option<&String>, place: &str, problems: &mut Problems) {
    let of_sqlite =
        |name: &&String| ["NOCASE", "BINARY", "RTRIM"].iter().any(|known| name.eq_ignore_ascii_case(known));
    if let Some(name) = collation.filter(of_sqlite) {
        problems.add(
            place,
            &format!("the collation `{name}`"),
            "write it inside `sqlite(..)`, and for PostgreSQL one of `pg_collation`, as `postgres(collation = \"C\")`",
        );
    }
}

fn check_key(columns: &[KeyColumn], place: &str, problems: &mut Problems) {
    for KeyColumn { name: _, descending, collation, prefix_length } in columns {
        problems.refuse(*descending, place, "a descending order in a key");
        problems.refuse(collation.is_some(), place, "a collation in a key");
        problems.refuse(prefix_length.is_some(), place, "a prefix length");
    }
}

fn check_foreign_key(key: &ForeignKey, place: &str, problems: &mut Problems) {
    let ForeignKey {
        name,
        columns: _,
        references: _,
        referenced_columns: _,
        on_delete: _,
        on_update,
        deferrable: _,
        match_type,
        not_valid: _,
        not_enforced: _,
        period: _,
        comment: _,
        renamed_from: _,
    } = key;
    name.iter().for_each(|name| check_length(name, place, problems));
    problems.refuse(*match_type == Match::Partial, place, "`match = partial`");
    match on_update {
        ReferentialAction::SetNull(columns) | ReferentialAction::SetDefault(columns) => {
            problems.refuse(!columns.is_empty(), place, "`on_update` for some of the columns");
        }
        ReferentialAction::NoAction | ReferentialAction::Restrict | ReferentialAction::Cascade => {}
    }
}

fn check_index(index: &Index, place: &str, problems: &mut Problems) {
    let Index {
        name,
        parts,
        unique: _,
        predicate: _,
        using,
        include: _,
        nulls_not_distinct: _,
        with: _,
        parser,
        invisible,
        comment: _,
        renamed_from: _,
        definition: _,
    } = index;
    name.iter().for_each(|name| check_length(name, place, problems));
    let of_mysql = using
        .as_ref()
        .is_some_and(|using| ["fulltext", "spatial"].iter().any(|it| using.eq_ignore_ascii_case(it)));
    problems.refuse(of_mysql, place, "an index method of MySQL");
    problems.refuse(parser.is_some(), place, "a full-text parser");
    problems.refuse(*invisible, place, "an invisible index");
    for IndexPart { key: _, descending: _, nulls: _, collation, opclass: _, prefix_length } in parts {
        check_collation(collation.as_ref(), place, problems);
        problems.refuse(prefix_length.is_some(), place, "a prefix length");
    }
}

pub(super) fn check_enum(object: &EnumType, place: &str, problems: &mut Problems) {
    let EnumType { name, values, comment: _, renamed_from: _ } = object;
    check_name(name, place, problems);
    for value in values {
        check_length(&value.name, place, problems);
    }
}

pub(super) fn check_view(view: &View, place: &str, problems: &mut Problems) {
    let View {
        name,
        columns: _,
        query: _,
        materialized: _,
        indexes,
        with: _,
        comment: _,
        depends_on: _,
        restore: _,
    } = view;
    check_name(name, place, problems);
    for index in indexes {
        check_index(index, place, problems);
    }
}
