//! What models can declare and MySQL or MariaDB cannot hold.

use super::render::METHOD;
use super::session::{CLIENT, COLLATION};
use super::types;
use super::variant::Variant;
use crate::dialect::problems::Problems;
use crate::model::{
    AutoIncrement, Check, Column, ColumnType, DeclaredTable, Deferrability, ForeignKey, Index, IndexKey,
    IndexPart, KeyColumn, Match, NullsOrder, PrimaryKey, QualifiedName, ReferentialAction, SequenceOptions,
    Table, TableOptions, Unique, View,
};
use std::collections::BTreeMap;

/// Both servers' limit for names, in characters.
const LONGEST_NAME: usize = 64;

/// The most bytes that a key of InnoDB's has, with pages of the usual size.
///
/// <https://dev.mysql.com/doc/refman/8.0/en/innodb-limits.html>
const LONGEST_KEY: u64 = 3072;

fn check_length(name: &str, place: &str, problems: &mut Problems) {
    if name.chars().count() > LONGEST_NAME {
        let what = format!("the name `{name}`, which is longer than {LONGEST_NAME} characters,");
        problems.add(place, &what, "shorten the name");
    }
}

fn check_name(name: &QualifiedName, place: &str, problems: &mut Problems) {
    let QualifiedName { schema, name } = name;
    check_length(name, place, problems);
    if schema.is_some() {
        problems.add(
            place,
            "the schema",
            "leave `schema` to other engines with `only(..)`: here it is the database",
        );
    }
}

/// The servers keep comments as `utf8mb3`, and put `?` for what that does not hold; MySQL says so in a warning, MariaDB not at all.
fn check_comment(comment: Option<&str>, place: &str, problems: &mut Problems) {
    let mut characters = comment.unwrap_or_default().chars();
    if let Some(character) = characters.find(|character| u32::from(*character) > 0xFFFF) {
        problems.add(
            place,
            &format!("`{character}` in a comment"),
            "the servers would put `?` for it: use characters up to U+FFFF, which emojis are not",
        );
    }
}

fn check_deferrable(deferrable: Deferrability, place: &str, what: &str, problems: &mut Problems) {
    if deferrable != Deferrability::NotDeferrable {
        problems.add(
            place,
            what,
            "the servers check with each row: write `deferrable` inside `postgres(..)`",
        );
    }
}

pub(super) fn check_table(
    declared: &DeclaredTable,
    table: &Table,
    variant: Variant,
    problems: &mut Problems,
) {
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
        partition_of,
        inherits,
        comment,
        renamed_from: _,
        definition: _,
    } = table;
    check_name(name, &struct_name, problems);
    check_comment(comment.as_deref(), &struct_name, problems);
    check_options(options, &struct_name, problems);
    problems.refuse(partition_of.is_some(), &struct_name, "a partition that is a table of its own");
    problems.refuse(!inherits.is_empty(), &struct_name, "inheritance");
    if let (
        Some(PrimaryKey { name: _, columns, deferrable, include, with, on_conflict, comment: _ }),
        Some(object),
    ) = (primary_key, declared.primary_key.as_ref())
    {
        let place = place(object.origin.as_ref(), None);
        check_deferrable(*deferrable, &place, "a deferrable primary key", problems);
        problems.refuse(!include.is_empty(), &place, "`include`");
        let is_method =
            |(name, value): (&String, &String)| name == METHOD && ["btree", "hash"].contains(&value.as_str());
        problems.refuse(!with.iter().all(is_method), &place, "storage parameters");
        problems.refuse(on_conflict.is_some(), &place, "`on_conflict`");
        check_key_collations(columns, &place, problems);
    }
    for (object, unique) in problems.declared_with(&declared.uniques, uniques) {
        let Unique {
            name,
            columns,
            deferrable,
            nulls_not_distinct,
            include,
            with,
            on_conflict,
            comment,
            renamed_from: _,
        } = unique;
        let place = place(object.origin.as_ref(), name.as_ref());
        check_comment(comment.as_deref(), &place, problems);
        name.iter().for_each(|name| check_length(name, &place, problems));
        check_deferrable(*deferrable, &place, "a deferrable unique constraint", problems);
        problems.refuse(*nulls_not_distinct, &place, "`nulls_not_distinct`");
        problems.refuse(!include.is_empty(), &place, "`include`");
        problems.refuse(!with.is_empty(), &place, "storage parameters");
        problems.refuse(on_conflict.is_some(), &place, "`on_conflict`");
        check_key_collations(columns, &place, problems);
    }
    for (object, check) in problems.declared_with(&declared.checks, checks) {
        let Check {
            name,
            expression: _,
            no_inherit,
            not_valid,
            not_enforced,
            column: _,
            comment,
            renamed_from: _,
        } = check;
        let place = place(object.origin.as_ref(), name.as_ref());
        problems.refuse(comment.is_some(), &place, "a comment on a CHECK");
        name.iter().for_each(|name| check_length(name, &place, problems));
        problems.refuse(*no_inherit, &place, "`no_inherit`");
        problems.refuse(*not_valid, &place, "`not_valid`");
        if *not_enforced && !variant.facts().unenforced_checks {
            problems.add(&place, "`not_enforced`", "limit the CHECK with `except(mariadb)`");
        }
    }
    for (object, key) in problems.declared_with(&declared.foreign_keys, foreign_keys) {
        check_foreign_key(key, &place(object.origin.as_ref(), key.name.as_ref()), problems);
    }
    for (object, _) in problems.declared_with(&declared.exclusions, exclusions) {
        problems.refuse(true, &place(object.origin.as_ref(), None), "an EXCLUDE constraint");
    }
    for (object, index) in problems.declared_with(&declared.indexes, indexes) {
        check_index(index, &place(object.origin.as_ref(), index.name.as_ref()), variant, options, problems);
    }
}

fn check_options(options: &TableOptions, place: &str, problems: &mut Problems) {
    let TableOptions {
        strict,
        without_rowid,
        unlogged,
        with: _,
        row_level_security,
        force_row_level_security,
        replica_identity,
        engine: _,
        charset,
        collation,
        row_format: _,
    } = options;
    problems.refuse(*strict, place, "`strict`");
    problems.refuse(*without_rowid, place, "`without_rowid`");
    problems.refuse(*unlogged, place, "`unlogged`");
    problems.refuse(*row_level_security || *force_row_level_security, place, "row level security");
    problems.refuse(replica_identity.is_some(), place, "a replica identity");
    if let (Some(charset), Some(collation)) = (charset, collation) {
        check_collation(charset, collation, place, problems);
    }
}

fn check_collation(charset: &str, collation: &str, place: &str, problems: &mut Problems) {
    let of_collation = types::charset_of(collation);
    if types::charset(charset) != of_collation && !collation.to_ascii_lowercase().starts_with("uca1400") {
        problems.add(
            place,
            &format!("the collation `{collation}` with the character set `{charset}`"),
            &format!("write `charset = \"{of_collation}\"`, or a collation of `{charset}`"),
        );
    }
}

pub(super) fn check_column(column: &Column, place: &str, problems: &mut Problems) {
    let Column {
        name,
        ty: _,
        nullable: _,
        default: _,
        generated: _,
        auto,
        sequence,
        collation,
        charset,
        on_update: _,
        invisible: _,
        not_null_name,
        not_null_conflict,
        inherited: _,
        comment,
        renamed_from: _,
        renamed_values: _,
    } = column;
    check_length(name, place, problems);
    check_comment(comment.as_deref(), place, problems);
    problems.refuse(not_null_name.is_some(), place, "a name for NOT NULL");
    problems.refuse(not_null_conflict.is_some(), place, "what a violation of NOT NULL does");
    if let (Some(charset), Some(collation)) = (charset, collation) {
        check_collation(charset, collation, place, problems);
    }
    let foreign = ["NOCASE", "RTRIM", "C", "POSIX"];
    let is_foreign = |name: &&String| foreign.iter().any(|known| name.eq_ignore_ascii_case(known));
    if let Some(name) = collation.as_ref().filter(is_foreign) {
        problems.add(
            place,
            &format!("the collation `{name}`"),
            "write it for its own engine, and here one of SHOW COLLATION, as `mysql(collation = \"utf8mb4_bin\")`",
        );
    }
    match auto {
        None | Some(AutoIncrement::Usual) => {}
        Some(AutoIncrement::Autoincrement) => problems.add(
            place,
            "`autoincrement`",
            "write `auto` alone, and `autoincrement` inside `sqlite(..)`",
        ),
        Some(AutoIncrement::IdentityAlways) => problems.refuse(true, place, "`identity = always`"),
        Some(AutoIncrement::Serial) => problems.refuse(true, place, "a serial with a sequence"),
    }
    if let Some(SequenceOptions { name, ty, comment, start: _, increment, min, max, cache, cycle }) = sequence
    {
        let of_sequence = name.is_some() || ty.is_some() || comment.is_some();
        let more = of_sequence || increment.is_some() || min.is_some() || max.is_some();
        problems.refuse(more || cache.is_some() || *cycle, place, "options of a sequence beyond its start");
    }
}

fn check_key_collations(columns: &[KeyColumn], place: &str, problems: &mut Problems) {
    for KeyColumn { name: _, descending: _, collation, prefix_length: _ } in columns {
        problems.refuse(collation.is_some(), place, "a collation in a key");
    }
}

fn check_foreign_key(key: &ForeignKey, place: &str, problems: &mut Problems) {
    let ForeignKey {
        name,
        columns: _,
        references,
        referenced_columns: _,
        on_delete,
        on_update,
        deferrable,
        match_type,
        not_valid,
        not_enforced,
        period,
        comment,
        renamed_from: _,
    } = key;
    problems.refuse(comment.is_some(), place, "a comment on a foreign key");
    name.iter().for_each(|name| check_length(name, place, problems));
    problems.refuse(references.schema.is_some(), place, "the schema");
    check_deferrable(*deferrable, place, "a deferrable foreign key", problems);
    problems.refuse(*match_type != Match::Simple, place, "`match`, which the servers read and ignore");
    problems.refuse(*not_valid, place, "`not_valid`");
    problems.refuse(*not_enforced, place, "a foreign key that is not enforced");
    problems.refuse(*period, place, "a foreign key of periods");
    for action in [on_delete, on_update] {
        match action {
            ReferentialAction::SetNull(columns) => {
                problems.refuse(!columns.is_empty(), place, "an action on some of the columns");
            }
            ReferentialAction::SetDefault(_) => {
                problems.add(
                    place,
                    "`set_default`",
                    "InnoDB refuses it: write another action inside `mysql(..)`",
                );
            }
            ReferentialAction::NoAction | ReferentialAction::Restrict | ReferentialAction::Cascade => {}
        }
    }
}

fn check_index(
    index: &Index,
    place: &str,
    variant: Variant,
    options: &TableOptions,
    problems: &mut Problems,
) {
    let Index {
        name,
        parts,
        unique,
        predicate,
        using,
        include,
        nulls_not_distinct,
        with,
        parser: _,
        invisible: _,
        comment,
        renamed_from: _,
        definition: _,
    } = index;
    check_comment(comment.as_deref(), place, problems);
    name.iter().for_each(|name| check_length(name, place, problems));
    if predicate.is_some() {
        problems.add(
            place,
            "a partial index",
            "limit it with `only(postgres, sqlite)`, or index a generated column that is NULL for the other rows",
        );
    }
    if let Some(method) = using.as_deref().map(str::to_ascii_lowercase) {
        let memory = options.engine.as_deref().is_some_and(|engine| engine.eq_ignore_ascii_case("memory"));
        match method.as_str() {
            "btree" | "fulltext" | "spatial" => {}
            // MariaDB makes unique keys of hashes in every engine, and says so of those that are too long for a tree.
            "hash" if memory || variant == Variant::Mariadb && *unique => {}
            _ => problems.refuse(true, place, &format!("the index method `{method}`")),
        }
    }
    problems.refuse(!include.is_empty(), place, "`include`");
    problems.refuse(*nulls_not_distinct, place, "`nulls_not_distinct`");
    problems.refuse(!with.is_empty(), place, "storage parameters");
    for IndexPart { key, descending, nulls, collation, opclass, prefix_length: _ } in parts {
        // NULL is less than all values to both servers.
        let usual = if *descending { NullsOrder::Last } else { NullsOrder::First };
        problems.refuse(nulls.is_some_and(|nulls| nulls != usual), place, "an order of NULLs");
        problems.refuse(collation.is_some(), place, "a collation in an index");
        problems.refuse(opclass.is_some(), place, "an operator class");
        match key {
            IndexKey::Expression(text)
                if !variant.facts().expression_indexes && super::expression::as_column(text).is_none() =>
            {
                problems.add(
                    place,
                    "an index on an expression",
                    "limit it with `except(mariadb)`, or index a generated column",
                );
            }
            IndexKey::Expression(_) | IndexKey::Column(_) => {}
        }
    }
}

/// What only the types of the columns tell: keys on texts without a length, keys that are too long, columns that are numbered without one.
pub(super) fn check_keys(table: &Table, struct_name: &str, problems: &mut Problems) {
    let columns: BTreeMap<&str, &Column> =
        table.columns.iter().map(|column| (column.name.as_str(), column)).collect();
    let key = table.primary_key.iter().flat_map(|key| &key.columns);
    let key: Vec<(&str, Option<u32>)> = key.map(|part| (part.name.as_str(), part.prefix_length)).collect();
    let indexes = table.indexes.iter().filter(|index| {
        !index.using.as_deref().is_some_and(|using| ["fulltext", "spatial"].contains(&using))
    });
    let indexes = indexes.map(|index| {
        let parts = index.parts.iter().filter_map(|part| match &part.key {
            IndexKey::Column(name) => Some((name.as_str(), part.prefix_length)),
            IndexKey::Expression(_) => None,
        });
        parts.collect::<Vec<_>>()
    });
    let keys: Vec<Vec<(&str, Option<u32>)>> =
        std::iter::once(key).chain(indexes).filter(|key| !key.is_empty()).collect();
    for key in &keys {
        let mut bytes = 0;
        for (name, length) in key {
            let Some(column) = columns.get(name) else { continue };
            let ColumnType::Sql(ty) = &column.ty else { continue };
            if types::needs_prefix(ty) && length.is_none() {
                problems.add(
                    &format!("{struct_name}.{name}"),
                    &format!("a key on the type `{ty}` without a length"),
                    &format!("write `columns({name}(length = 191))`, or a `type = \"varchar(..)\"`"),
                );
            }
            let charset = column.charset.as_deref().or(table.options.charset.as_deref());
            bytes += types::bytes_in_key(ty, *length, charset);
        }
        if bytes > LONGEST_KEY {
            let names: Vec<&str> = key.iter().map(|(name, _)| *name).collect();
            problems.add(
                struct_name,
                &format!("a key on `{}` of {bytes} bytes", names.join("`, `")),
                &format!(
                    "a key has at most {LONGEST_KEY} bytes: write a `length` for a part, or a shorter type"
                ),
            );
        }
    }
    let first: Vec<&str> = keys.iter().filter_map(|key| key.first().map(|(name, _)| *name)).collect();
    for column in table.columns.iter().filter(|column| column.auto.is_some()) {
        if !first.contains(&column.name.as_str()) {
            problems.add(
                &format!("{struct_name}.{}", column.name),
                "`auto`",
                "the server numbers a column that a key begins with: make it the primary key, or write `index`",
            );
        }
    }
}

pub(super) fn check_view(view: &View, place: &str, problems: &mut Problems) {
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
    check_name(name, place, problems);
    problems.refuse(*materialized, place, "a materialized view");
    for option in with.keys() {
        let known = ["algorithm", "definer", "sql_security", "check_option", CLIENT, COLLATION];
        let known = known.contains(&option.as_str());
        problems.refuse(!known, place, &format!("the option `{option}`"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Engine;

    fn found(check: impl FnOnce(&mut Problems)) -> Vec<String> {
        let mut problems = Problems::new(Engine::Mysql);
        check(&mut problems);
        let found = problems.or(()).err().unwrap_or_default();
        found.into_iter().map(|problem| format!("{} of {}", problem.what, problem.place)).collect()
    }

    #[test]
    fn what_the_catalogue_does_not_hold_is_refused_where_it_stands() {
        let comment = |text: &str| {
            let comment = Some(text.to_owned());
            let column = Column { comment, ..Column::new("a", ColumnType::Text) };
            found(|problems| check_column(&column, "User.a", problems))
        };
        assert_eq!(comment("a party 🎉"), ["`🎉` in a comment of `User.a`"]);
        assert!(comment("größe, €, 語").is_empty());
        let comment = Some("🎉".to_owned());
        let index = Index { comment, ..Index::new(vec![IndexPart::new(IndexKey::Column("a".to_owned()))]) };
        let options = TableOptions::default();
        let of_index = found(|problems| check_index(&index, "User.i", Variant::Mariadb, &options, problems));
        assert_eq!(of_index, ["`🎉` in a comment of `User.i`"]);
    }
}
