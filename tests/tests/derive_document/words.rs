//! Structs say everything that introspection tells of a table: each field of the model has a word in the grammar, or a reason why not.
//!
//! Every struct of the model is taken apart without `..`, so that a new field does not compile until it is noted here; and what is noted must be said by one of the
//! structs below, or be in [`REASONS`].

use schema_core::model::{
    self, AutoIncrement, Check, Column, ColumnSettings, ColumnType, CompositeAttribute, CompositeType,
    Compression, Deferrability, Domain, DomainCheck, Engine, EnumType, EnumValue, Exclusion, ForeignKey,
    Generated, GrantedPrivilege, Index, IndexKey, IndexPart, KeyColumn, Match, ObjectKind, PartitionBound,
    PartitionMethod, Partitioning, Policy, PrimaryKey, QualifiedName, ReferentialAction, SequenceOptions,
    Statistics, Storage, TableGrant, TableOptions, TablePartition, TablePrivilege, TableSettings,
    TableTrigger, TriggerTiming, Unique, ViewTrigger,
};
use schema_core::{Schema, SqlEnum, SqlType, Table, View};
use std::collections::{BTreeMap, BTreeSet};

/// What no struct says, and why.
const REASONS: &[(&str, &str)] = &[
    ("table.definition", "the text that SQLite keeps; it is never compared"),
    ("table.partition_by", "`partition_by(..)` says it, which each engine spells its own way"),
    ("table.partition_of", "`partition(..)` on the struct of the table says it"),
    ("table.inherits", "kept as the database has it; structs flatten what they share"),
    ("column.inherited", "follows from `inherits`"),
    ("column.renamed_values", "`renamed_from` on the values of the enum says it"),
    (
        "check.column",
        "MariaDB's CHECK in a column's definition: models say it on the table, which means the same",
    ),
    ("foreign key.period", "needs a key WITHOUT OVERLAPS, which introspection does not read"),
    ("index.definition", "the text that SQLite keeps; it is never compared"),
    ("view.with", "said in SQL: `CREATE VIEW .. WITH (..)`"),
    ("view.depends_on", "told by the database; never a difference"),
    ("view.restore", "told by the database; never a difference"),
];

#[derive(SqlEnum)]
#[sql_enum(name = "mood", comment = "How it is.", renamed_from = "feeling")]
enum Mood {
    Glad,
    #[sql_enum(renamed_from = "blue")]
    Sad,
}

/// What it costs.
#[derive(SqlType)]
#[sql_type(domain = "price", schema = "app", precision = 12, scale = 2, not_null, default = 0)]
#[sql_type(check = "VALUE >= 0", check(name = "price_small", expr = "VALUE < 1000"), renamed_from = "cost")]
struct Price(rust_decimal::Decimal);

#[derive(SqlType)]
#[sql_type(domain = "code", comment = "A code.", collation = "C", postgres(check = "VALUE ~ '^[A-Z]'"))]
struct Code(#[column(type = "varchar(10)")] String);

/// An offer.
#[derive(SqlType)]
#[sql_type(composite = "offer", schema = "app", renamed_from = "bid")]
struct Offer {
    price: Price,
    #[column(name = "code", collation = "C", renamed_from = "label")]
    text: String,
    #[column(skip)]
    note: String,
}

#[derive(View)]
#[view(schema = "app", name = "sayings", query = "SELECT id FROM app.sayings_table", comment = "All.")]
#[view(materialized, index(name = "sayings_id", columns(id), unique), only(postgres))]
#[view(trigger(name = "sayings_written", instead_of, insert, execute = "app.say()"))]
struct Saying {
    id: i64,
}

/// Everything that PostgreSQL has.
#[derive(Table)]
#[table(schema = "app", name = "everything", renamed_from = "all_of_it", only(postgres))]
#[table(pk(
    id,
    name = "everything_pk",
    deferrable = initially_deferred,
    include(note),
    with(fillfactor = 70),
    comment = "the key"
))]
#[table(unique(
    columns(code),
    name = "everything_code",
    deferrable = initially_immediate,
    nulls_not_distinct,
    include(note),
    with(fillfactor = 80),
    comment = "one each",
    renamed_from = "code_key"
))]
#[table(check(
    name = "everything_note",
    expr = "note <> ''",
    no_inherit,
    not_valid,
    comment = "says something",
    renamed_from = "note_check"
))]
#[table(fk(
    columns(parent),
    references = OnPostgres,
    to(id),
    name = "everything_parent",
    on_delete = cascade,
    on_update = restrict,
    deferrable = initially_deferred,
    match = full,
    not_valid,
    not_enforced,
    comment = "where it is from",
    renamed_from = "parent_key"
))]
#[table(exclude(
    name = "everything_code_excl",
    using = gist,
    columns(code(op = "=", opclass = "gist_text_ops"), expr("lower(note)", op = "=", desc, nulls = last)),
    include(parent),
    where = "parent > 0",
    deferrable = initially_deferred,
    comment = "apart",
    renamed_from = "code_excl"
))]
#[table(index(
    name = "everything_index",
    columns(note(desc, nulls = last, collation = "C", opclass = "text_pattern_ops"), expr("lower(code)")),
    unique,
    using = btree,
    where = "parent > 0",
    include(parent),
    nulls_not_distinct,
    with(fillfactor = 90),
    comment = "finds it",
    renamed_from = "note_index"
))]
#[table(postgres(
    unlogged,
    with(fillfactor = 60),
    row_level_security = forced,
    replica_identity = "everything_code",
    trigger(
        name = "touched",
        after,
        update_of(note),
        each = statement,
        when = "true",
        constraint,
        deferrable = initially_deferred,
        old_table = "old_rows",
        new_table = "new_rows",
        execute = "touch()",
        enabled = always,
        comment = "t",
        renamed_from = "touch"
    ),
    policy(
        name = "own",
        for = update,
        to(app),
        using = "true",
        check = "true",
        restrictive,
        comment = "p",
        renamed_from = "mine"
    ),
    statistics(name = "together", columns(note, code), kinds(mcv), comment = "s"),
    grant(select, update(note), to(app), with_grant_option),
    settings(cluster_on = "everything_index", of_type = "app.thing", toast(autovacuum_enabled = false)),
    partition_by(range(id, expr("lower(note)", collation = "C")), unmanaged),
    partition(name = "low", from(1, min), to(10, max), renamed_from = "first"),
    partition(name = "rest", schema = "archive", default)
))]
struct OnPostgres {
    /// Its number.
    #[column(
        identity = always,
        renamed_from = "number",
        sequence(
            name = "app.numbers",
            type = "integer",
            start = 5,
            increment = 2,
            min = 3,
            max = 900,
            cache = 7,
            cycle
        )
    )]
    id: i64,
    #[column(collation = "C", default = "none", storage = external, compression = lz4, statistics = 500, with(n_distinct = -0.5))]
    note: String,
    #[column(generated = "lower(note)", stored)]
    code: String,
    parent: Option<i64>,
    #[column(type = "serial")]
    turn: i32,
    #[column(default = Mood::Glad)]
    mood: Mood,
}

/// Everything that SQLite has.
#[derive(Table)]
#[table(name = "in_a_file", sqlite(strict, without_rowid), pk(id(desc, collation = "NOCASE"), on_conflict = replace))]
#[table(unique(columns(note), on_conflict = ignore))]
struct OnSqlite {
    #[column(not_null(name = "has_id", on_conflict = fail))]
    id: String,
    note: String,
}

/// Everything that MySQL and MariaDB have.
#[derive(Table)]
#[table(name = "on_mysql", index(columns(note(length = 3)), using = fulltext, parser = ngram, invisible))]
#[table(mysql(engine = "InnoDB", charset = "utf8mb4", collation = "utf8mb4_bin", row_format = "dynamic"))]
#[table(mysql(with(key_block_size = 8)), mariadb(system_versioning))]
#[table(mysql(partition_by(key(id), partitions = 4)))]
#[table(check(name = "note_said", expr = "note <> ''", not_enforced), unique(columns(note(length = 3))))]
struct OnMysql {
    #[column(pk, auto, sequence(comment = "counts"))]
    id: i64,
    #[column(charset = "latin1", invisible)]
    note: String,
    #[column(on_update_sql = "CURRENT_TIMESTAMP")]
    at: chrono::NaiveDateTime,
}

/// Which fields are said.
#[derive(Default)]
struct Said(BTreeMap<String, bool>);

/// The fields of one struct of the model.
struct Fields<'a>(&'a mut Said, &'static str);

impl Said {
    fn of(&mut self, what: &'static str) -> Fields<'_> {
        Fields(self, what)
    }
}

impl Fields<'_> {
    fn note(&mut self, field: &str, is_said: bool) -> &mut Self {
        *self.0.0.entry(format!("{}.{field}", self.1)).or_default() |= is_said;
        self
    }
}

fn note_name(said: &mut Said, what: &'static str, name: &QualifiedName) {
    let QualifiedName { schema, name } = name;
    said.of(what).note("schema", schema.is_some()).note("name", !name.is_empty());
}

fn note_table(said: &mut Said, table: &model::Table) {
    let model::Table {
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
        renamed_from,
        definition,
    } = table;
    note_name(said, "table", name);
    said.of("table")
        .note("columns", !columns.is_empty())
        .note("primary_key", primary_key.is_some())
        .note("uniques", !uniques.is_empty())
        .note("checks", !checks.is_empty())
        .note("foreign_keys", !foreign_keys.is_empty())
        .note("exclusions", !exclusions.is_empty())
        .note("indexes", !indexes.is_empty())
        .note("partition_by", partition_by.is_some())
        .note("partition_of", partition_of.is_some())
        .note("inherits", !inherits.is_empty())
        .note("comment", comment.is_some())
        .note("renamed_from", renamed_from.is_some())
        .note("definition", definition.is_some());
    note_options(said, options);
    columns.iter().for_each(|column| note_column(said, column));
    primary_key.iter().for_each(|key| note_primary_key(said, key));
    uniques.iter().for_each(|unique| note_unique(said, unique));
    for Check { name, expression, no_inherit, not_valid, not_enforced, column, comment, renamed_from } in
        checks
    {
        said.of("check")
            .note("name", name.is_some())
            .note("expression", !expression.is_empty())
            .note("no_inherit", *no_inherit)
            .note("not_valid", *not_valid)
            .note("not_enforced", *not_enforced)
            .note("column", column.is_some())
            .note("comment", comment.is_some())
            .note("renamed_from", renamed_from.is_some());
    }
    for Exclusion { name, definition, comment, renamed_from } in exclusions {
        said.of("exclusion")
            .note("name", name.is_some())
            .note("definition", !definition.is_empty())
            .note("comment", comment.is_some())
            .note("renamed_from", renamed_from.is_some());
    }
    foreign_keys.iter().for_each(|key| note_foreign_key(said, key));
    indexes.iter().for_each(|index| note_index(said, index));
}

fn note_options(said: &mut Said, options: &TableOptions) {
    let TableOptions {
        strict,
        without_rowid,
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
    said.of("table options")
        .note("strict", *strict)
        .note("without_rowid", *without_rowid)
        .note("unlogged", *unlogged)
        .note("with: PostgreSQL", with.contains_key("fillfactor"))
        .note("with: MySQL", with.contains_key("key_block_size"))
        .note("with: MariaDB", with.contains_key("system_versioning"))
        .note("row_level_security", *row_level_security)
        .note("force_row_level_security", *force_row_level_security)
        .note("replica_identity", replica_identity.is_some())
        .note("engine", engine.is_some())
        .note("charset", charset.is_some())
        .note("collation", collation.is_some())
        .note("row_format", row_format.is_some());
}

fn note_column(said: &mut Said, column: &Column) {
    let Column {
        name,
        ty: _,
        nullable,
        default,
        generated,
        auto,
        sequence,
        collation,
        charset,
        on_update,
        invisible,
        not_null_name,
        not_null_conflict,
        inherited,
        comment,
        renamed_from,
        renamed_values,
    } = column;
    said.of("column")
        .note("name", !name.is_empty())
        .note("nullable", *nullable)
        .note("default", default.is_some())
        .note("generated", generated.is_some())
        .note("auto", auto.is_some())
        .note("sequence", sequence.is_some())
        .note("collation", collation.is_some())
        .note("charset", charset.is_some())
        .note("on_update", on_update.is_some())
        .note("invisible", *invisible)
        .note("not_null_name", not_null_name.is_some())
        .note("not_null_conflict", not_null_conflict.is_some())
        .note("inherited", *inherited)
        .note("comment", comment.is_some())
        .note("renamed_from", renamed_from.is_some())
        .note("renamed_values", !renamed_values.is_empty());
    if let Some(Generated { expression, stored }) = generated {
        said.of("generated").note("expression", !expression.is_empty()).note("stored", *stored);
    }
    if let Some(SequenceOptions { name, ty, comment, start, increment, min, max, cache, cycle }) = sequence {
        said.of("sequence")
            .note("name", name.is_some())
            .note("ty", ty.is_some())
            .note("comment", comment.is_some())
            .note("start", start.is_some())
            .note("increment", increment.is_some())
            .note("min", min.is_some())
            .note("max", max.is_some())
            .note("cache", cache.is_some())
            .note("cycle", *cycle);
    }
}

fn note_key_columns(said: &mut Said, columns: &[KeyColumn]) {
    for KeyColumn { name, descending, collation, prefix_length } in columns {
        // A key's prefix is said as an index's is.
        said.of("key column")
            .note("name", !name.is_empty())
            .note("descending", *descending)
            .note("collation", collation.is_some())
            .note("prefix_length", prefix_length.is_some());
    }
}

fn note_primary_key(said: &mut Said, key: &PrimaryKey) {
    let PrimaryKey { name, columns, deferrable, include, with, on_conflict, comment } = key;
    said.of("primary key")
        .note("name", name.is_some())
        .note("columns", !columns.is_empty())
        .note("deferrable", *deferrable != Deferrability::NotDeferrable)
        .note("include", !include.is_empty())
        .note("with", !with.is_empty())
        .note("on_conflict", on_conflict.is_some())
        .note("comment", comment.is_some());
    note_key_columns(said, columns);
}

fn note_unique(said: &mut Said, unique: &Unique) {
    let Unique {
        name,
        columns,
        deferrable,
        nulls_not_distinct,
        include,
        with,
        on_conflict,
        comment,
        renamed_from,
    } = unique;
    said.of("unique")
        .note("name", name.is_some())
        .note("columns", !columns.is_empty())
        .note("deferrable", *deferrable != Deferrability::NotDeferrable)
        .note("nulls_not_distinct", *nulls_not_distinct)
        .note("include", !include.is_empty())
        .note("with", !with.is_empty())
        .note("on_conflict", on_conflict.is_some())
        .note("comment", comment.is_some())
        .note("renamed_from", renamed_from.is_some());
    note_key_columns(said, columns);
}

fn note_foreign_key(said: &mut Said, key: &ForeignKey) {
    let ForeignKey {
        name,
        columns,
        references: _,
        referenced_columns,
        on_delete,
        on_update,
        deferrable,
        match_type,
        not_valid,
        not_enforced,
        period,
        comment,
        renamed_from,
    } = key;
    said.of("foreign key")
        .note("name", name.is_some())
        .note("columns", !columns.is_empty())
        .note("referenced_columns", !referenced_columns.is_empty())
        .note("on_delete", *on_delete != ReferentialAction::NoAction)
        .note("on_update", *on_update != ReferentialAction::NoAction)
        .note("deferrable", *deferrable != Deferrability::NotDeferrable)
        .note("match_type", *match_type != Match::Simple)
        .note("not_valid", *not_valid)
        .note("not_enforced", *not_enforced)
        .note("period", *period)
        .note("comment", comment.is_some())
        .note("renamed_from", renamed_from.is_some());
}

fn note_index(said: &mut Said, index: &Index) {
    let Index {
        name,
        parts,
        unique,
        predicate,
        using,
        include,
        nulls_not_distinct,
        with,
        parser,
        invisible,
        comment,
        renamed_from,
        definition,
    } = index;
    said.of("index")
        .note("name", name.is_some())
        .note("unique", *unique)
        .note("predicate", predicate.is_some())
        .note("using", using.is_some())
        .note("include", !include.is_empty())
        .note("nulls_not_distinct", *nulls_not_distinct)
        .note("with", !with.is_empty())
        .note("parser", parser.is_some())
        .note("invisible", *invisible)
        .note("comment", comment.is_some())
        .note("renamed_from", renamed_from.is_some())
        .note("definition", definition.is_some());
    for IndexPart { key, descending, nulls, collation, opclass, prefix_length } in parts {
        said.of("index part")
            .note("key: column", matches!(key, IndexKey::Column(_)))
            .note("key: expression", matches!(key, IndexKey::Expression(_)))
            .note("descending", *descending)
            .note("nulls", nulls.is_some())
            .note("collation", collation.is_some())
            .note("opclass", opclass.is_some())
            .note("prefix_length", prefix_length.is_some());
    }
}

#[test]
fn every_field_of_the_model_is_said_by_structs_or_has_a_reason() {
    let document = Schema::of::<((OnPostgres, OnSqlite, OnMysql), (Saying, Offer, Code))>().unwrap();
    let mut said = Said::default();
    for declared in &document.tables {
        for engine in Engine::ALL {
            declared.for_engine(engine).iter().for_each(|table| note_table(&mut said, table));
        }
        // What engines keep as objects of their own has a type in the model for the grammar alone.
        for trigger in declared.triggers.iter().map(|it| &it.base) {
            let TableTrigger {
                name,
                timing: _,
                events,
                for_each_statement,
                when,
                action,
                constraint,
                old_table,
                new_table,
                enabled,
                comment,
                renamed_from,
            } = trigger;
            said.of("trigger")
                .note("name", !name.is_empty())
                .note("events", !events.is_empty())
                .note("for_each_statement", *for_each_statement)
                .note("when", when.is_some())
                .note("action", action.is_some())
                .note("constraint", constraint.is_some())
                .note("old_table", old_table.is_some())
                .note("new_table", new_table.is_some())
                .note("enabled", *enabled != Default::default())
                .note("comment", comment.is_some())
                .note("renamed_from", renamed_from.is_some());
        }
        for Policy { name, command, roles, using, check, restrictive, comment, renamed_from } in
            declared.policies.iter().map(|it| &it.base)
        {
            said.of("policy")
                .note("name", !name.is_empty())
                .note("command", *command != Default::default())
                .note("roles", !roles.is_empty())
                .note("using", using.is_some())
                .note("check", check.is_some())
                .note("restrictive", *restrictive)
                .note("comment", comment.is_some())
                .note("renamed_from", renamed_from.is_some());
        }
        for ColumnSettings { column, storage, compression, statistics, with } in
            declared.settings.iter().map(|it| &it.base)
        {
            said.of("column settings")
                .note("column", !column.is_empty())
                .note("storage", *storage == Some(Storage::External))
                .note("compression", *compression == Some(Compression::Lz4))
                .note("statistics", *statistics == Some(500))
                .note("with", with.get("n_distinct").is_some_and(|number| number == "-0.5"));
        }
        for TableSettings { cluster_on, of_type, toast } in declared.table_settings.iter().map(|it| &it.base)
        {
            said.of("table settings")
                .note("cluster_on", cluster_on.is_some())
                .note("of_type", of_type.is_some())
                .note("toast", toast.get("autovacuum_enabled").is_some_and(|is| is == "false"));
        }
        for Statistics { name, parts, kinds, comment } in declared.statistics.iter().map(|it| &it.base) {
            said.of("statistics")
                .note("name", !name.is_empty())
                .note("parts", !parts.is_empty())
                .note("kinds", !kinds.is_empty())
                .note("comment", comment.is_some());
        }
        for TableGrant { privileges, roles, with_grant_option } in declared.grants.iter().map(|it| &it.base) {
            said.of("grant").note("roles", !roles.is_empty()).note("with_grant_option", *with_grant_option);
            for GrantedPrivilege { privilege, columns } in privileges {
                said.of("granted privilege")
                    .note("privilege", *privilege == TablePrivilege::Select)
                    .note("columns", !columns.is_empty());
            }
        }
    }
    for declared in &document.tables {
        for Partitioning { method, key, number, unmanaged } in declared.partitioning.iter().map(|it| &it.base)
        {
            said.of("partitioning")
                .note("method", *method == PartitionMethod::Range)
                .note("key", !key.is_empty())
                .note("number", number.is_some())
                .note("unmanaged", *unmanaged);
        }
        for TablePartition { schema, name, bound, renamed_from } in
            declared.partitions.iter().map(|it| &it.base)
        {
            said.of("partition")
                .note("schema", schema.is_some())
                .note("name", !name.is_empty())
                .note("bound: default", *bound == PartitionBound::Default)
                .note("bound: range", matches!(bound, PartitionBound::Range { .. }))
                .note("renamed_from", renamed_from.is_some());
        }
    }
    for model::View { name, columns, query, materialized, indexes, with, comment, depends_on, restore } in
        document.views.iter().map(|it| &it.base)
    {
        note_name(&mut said, "view", name);
        said.of("view")
            .note("columns", !columns.is_empty())
            .note("query", !query.is_empty())
            .note("materialized", *materialized)
            .note("indexes", !indexes.is_empty())
            .note("with", !with.is_empty())
            .note("comment", comment.is_some())
            .note("depends_on", !depends_on.is_empty())
            .note("restore", !restore.is_empty());
    }
    for ViewTrigger { view, trigger } in document.view_triggers.iter().map(|it| &it.base) {
        note_name(&mut said, "view trigger", view);
        said.of("view trigger").note("trigger", trigger.timing == TriggerTiming::InsteadOf);
    }
    for Domain { name, ty, not_null, default, collation, checks, comment, renamed_from } in
        document.domains.iter().map(|it| &it.base)
    {
        note_name(&mut said, "domain", name);
        said.of("domain")
            .note("ty", matches!(ty, ColumnType::Decimal { precision: Some(_), scale: Some(_) }))
            .note("not_null", *not_null)
            .note("default", default.is_some())
            .note("collation", collation.is_some())
            .note("checks", !checks.is_empty())
            .note("comment", comment.is_some())
            .note("renamed_from", renamed_from.is_some());
        for DomainCheck { name, expression } in checks {
            said.of("domain check").note("name", name.is_some()).note("expression", !expression.is_empty());
        }
    }
    for CompositeType { name, attributes, comment, renamed_from } in
        document.composite_types.iter().map(|it| &it.base)
    {
        note_name(&mut said, "composite type", name);
        said.of("composite type")
            .note("comment", comment.is_some())
            .note("renamed_from", renamed_from.is_some());
        for CompositeAttribute { name, ty, collation, renamed_from } in attributes {
            said.of("attribute")
                .note("name", !name.is_empty())
                .note(
                    "ty",
                    *ty == ColumnType::Domain(QualifiedName {
                        schema: Some("app".to_owned()),
                        name: "price".to_owned(),
                    }),
                )
                .note("collation", collation.is_some())
                .note("renamed_from", renamed_from.is_some());
        }
    }
    for EnumType { name: _, values, comment, renamed_from } in document.enums.iter().map(|it| &it.base) {
        said.of("enum").note("comment", comment.is_some()).note("renamed_from", renamed_from.is_some());
        for EnumValue { name, renamed_from } in values {
            said.of("value").note("name", !name.is_empty()).note("renamed_from", renamed_from.is_some());
        }
    }
    let Said(said) = said;
    let reasons: BTreeSet<&str> = REASONS.iter().map(|(field, _)| *field).collect();
    let silent: Vec<&String> = said
        .iter()
        .filter(|(field, is_said)| !**is_said && !reasons.contains(field.as_str()))
        .map(|(field, _)| field)
        .collect();
    assert!(silent.is_empty(), "no word in the grammar says {silent:?}: add one, or a reason to `REASONS`");
    let stale: Vec<&&str> = reasons.iter().filter(|field| said.get(**field) != Some(&false)).collect();
    assert!(stale.is_empty(), "these have a word, or are no field: {stale:?}");
}

#[test]
fn every_way_to_number_and_to_default_has_a_word() {
    // A variant more does not compile until it has one.
    let word = |auto: AutoIncrement| match auto {
        AutoIncrement::Usual => "auto",
        AutoIncrement::Autoincrement => "autoincrement",
        AutoIncrement::IdentityAlways => "identity = always",
        AutoIncrement::Serial => "type = \"serial\"",
    };
    assert_eq!(word(AutoIncrement::Serial), "type = \"serial\"");
    let word = |default: &model::Default| match default {
        model::Default::Now => "default = now",
        model::Default::Bool(_) | model::Default::Number(_) | model::Default::Text(_) => "default = ..",
        model::Default::EnumValue(_) => "default = Status::New",
        model::Default::Sql(_) => "default_sql = \"..\"",
    };
    assert_eq!(word(&model::Default::Now), "default = now");
}

/// How models say an object that is known by its statement.
fn said_by(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Trigger => "trigger(..)",
        ObjectKind::Policy => "policy(..)",
        ObjectKind::Statistics => "statistics(..)",
        ObjectKind::VirtualTable
        | ObjectKind::Extension
        | ObjectKind::Collation
        | ObjectKind::RangeType
        | ObjectKind::Sequence
        | ObjectKind::Function
        | ObjectKind::Procedure
        | ObjectKind::Event
        | ObjectKind::Package
        | ObjectKind::PackageBody
        | ObjectKind::Rule => "sql!",
        ObjectKind::Domain => "#[sql_type(domain = \"..\")]",
        ObjectKind::CompositeType => "#[sql_type(composite = \"..\")]",
        ObjectKind::MaterializedView => "#[view(materialized)]",
        ObjectKind::ShadowTable => "comes with its virtual table",
        ObjectKind::ForeignTable | ObjectKind::Other => "kept: only the name is read",
        ObjectKind::Detail => "kept: named where it differs, and a revision's",
        ObjectKind::NotNull => "kept: one that is not inherited, or not true of all rows, is a revision's",
        ObjectKind::Setting => {
            "`storage`, `compression`, `statistics`, `with(..)` of a column, `settings(..)` of a table; comments on the indexes of constraints by their `comment`; statistics of an index's expressions are kept, and a revision's"
        }
    }
}

#[test]
fn every_kind_of_object_is_said_or_kept() {
    assert_eq!(said_by(ObjectKind::Trigger), "trigger(..)");
}
