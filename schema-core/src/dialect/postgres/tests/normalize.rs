use super::{column, sql, table, texts};
use crate::dialect::postgres::normalize;
use crate::dialect::{Scope, spelling};
use crate::diff::{self, Pair};
use crate::model::{
    AutoIncrement, Check, Column, ColumnType, DatabaseSchema, Default, Engine, EnumType, EnumValue,
    Exclusion, ForeignKey, Generated, Index, IndexKey, IndexPart, KeyColumn, Namespace, Object, ObjectId,
    ObjectKind, Partition, PrimaryKey, QualifiedName, ReferentialAction, SequenceOptions, Table, Unique,
    View,
};
use std::collections::BTreeMap;

/// What is left to do after normalizing, in plain words.
fn differences(current: &DatabaseSchema, desired: &DatabaseSchema, scope: Scope) -> Vec<String> {
    let mut normal = desired.clone();
    let renames = normalize(current, &mut normal, scope);
    let renamed = diff::apply(current, &renames, &spelling(Engine::Postgres).renames);
    let mut twice = normal.clone();
    assert_eq!(normalize(&renamed, &mut twice, scope), Vec::new());
    assert_eq!(twice, normal, "idempotent");
    diff::describe(&diff::diff(
        Pair { current, renamed: &renamed, desired: &normal, kept: &normal.objects, rights: &normal.rights },
        renames,
    ))
}

fn of(tables: Vec<Table>) -> DatabaseSchema {
    DatabaseSchema { tables, ..DatabaseSchema::default() }
}

/// A table with something of everything, as introspection reads it.
fn items() -> Table {
    let text = |text: &str| Some(text.to_owned());
    let mut items = table(
        "items",
        vec![
            Column { auto: Some(AutoIncrement::Usual), ..column("id", sql("bigint")) },
            Column {
                default: Some(Default::Sql("'x'::character varying".to_owned())),
                ..column("title", sql("character varying(50)"))
            },
            Column {
                default: Some(Default::Sql("CURRENT_TIMESTAMP".to_owned())),
                ..column("made", sql("timestamp with time zone"))
            },
            Column {
                generated: Some(Generated { expression: "lower((title)::text)".to_owned(), stored: true }),
                ..column("low", sql("text"))
            },
        ],
    );
    items.primary_key =
        Some(PrimaryKey { name: text("pk_items"), ..PrimaryKey::new(vec![KeyColumn::new("id")]) });
    items.uniques = vec![Unique {
        name: text("the_titles"),
        comment: text("no two"),
        ..Unique::new(vec![KeyColumn::new("title")])
    }];
    items.checks = vec![Check { name: text("positive"), ..Check::new("(id > 0)") }];
    items.foreign_keys = vec![ForeignKey {
        name: text("to_itself"),
        referenced_columns: texts(&["id"]),
        ..ForeignKey::new(texts(&["id"]), "items".into())
    }];
    items.indexes = vec![Index {
        name: text("by_low"),
        predicate: text("(id > 0)"),
        with: BTreeMap::from([("fillfactor".to_owned(), "70".to_owned())]),
        ..Index::new(vec![IndexPart::new(IndexKey::Column("low".to_owned()))])
    }];
    items.exclusions = vec![Exclusion {
        name: text("no_overlap"),
        definition: "EXCLUDE USING gist (low WITH =)".to_owned(),
        comment: None,
        renamed_from: None,
    }];
    items
}

/// The same as a model declares it: otherwise spelled, and without names.
fn model_of_items() -> Table {
    let mut items = items();
    items.columns.rotate_left(1);
    for column in &mut items.columns {
        match column.name.as_str() {
            "title" => column.default = Some(Default::Sql("'x'::text".to_owned())),
            "made" => column.default = Some(Default::Sql("now()".to_owned())),
            "low" => {
                let expression = "LOWER( (\"title\") :: text )".to_owned();
                column.generated = Some(Generated { expression, stored: true });
            }
            _ => {}
        }
    }
    items.primary_key.iter_mut().for_each(|key| key.name = None);
    items.uniques.iter_mut().for_each(|it| (it.name, it.comment) = (None, None));
    items.checks = vec![Check::new("id>0")];
    items.foreign_keys.iter_mut().for_each(|it| it.name = None);
    items.exclusions.iter_mut().for_each(|it| {
        it.name = None;
        it.definition = "exclude using gist (low with =)".to_owned();
    });
    items.indexes.iter_mut().for_each(|it| {
        it.name = None;
        it.predicate = Some("id > 0".to_owned());
        it.with = BTreeMap::from([("fillfactor".to_owned(), "'70'".to_owned())]);
    });
    items
}

#[test]
fn a_model_that_says_the_same_in_other_words_is_no_difference() {
    let none: Vec<String> = Vec::new();
    assert_eq!(differences(&of(vec![items()]), &of(vec![model_of_items()]), Scope::Models), none);
    assert_eq!(differences(&of(vec![items()]), &of(vec![items()]), Scope::Database), none);
}

#[test]
fn names_count_between_databases() {
    let mut other = items();
    other.uniques[0].name = Some("titles".to_owned());
    assert_eq!(
        differences(&of(vec![items()]), &of(vec![other]), Scope::Database),
        ["rename constraint `the_titles` of `items` to `titles`"]
    );
}

#[test]
fn what_is_the_same_but_for_its_name_is_renamed() {
    let mut desired = model_of_items();
    let name = |name: &str| Some(name.to_owned());
    desired.primary_key.iter_mut().for_each(|it| it.name = name("items_pkey"));
    desired.checks[0].name = name("is_positive");
    desired.foreign_keys[0].name = name("itself");
    desired.exclusions[0].name = name("overlap");
    desired.indexes[0].name = name("low_idx");
    assert_eq!(
        differences(&of(vec![items()]), &of(vec![desired.clone()]), Scope::Models),
        [
            "rename constraint `pk_items` of `items` to `items_pkey`",
            "rename constraint `no_overlap` of `items` to `overlap`",
            "rename constraint `positive` of `items` to `is_positive`",
            "rename constraint `to_itself` of `items` to `itself`",
            "rename index `by_low` on `items` to `low_idx`",
        ]
    );
    // A name that the database has for something else is none to take.
    desired.indexes[0].name = name("the_titles");
    assert!(
        differences(&of(vec![items()]), &of(vec![desired]), Scope::Models)
            .contains(&"drop index `by_low` on `items`".to_owned())
    );
}

#[test]
fn each_change_is_a_difference() {
    let with = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let text = |text: &str| Some(text.to_owned());
    let title = |table: &mut Table, change: &dyn Fn(&mut Column)| {
        table.columns.iter_mut().filter(|column| column.name == "title").for_each(change);
    };
    type Edit<'a> = Box<dyn Fn(&mut Table) + 'a>;
    let edits: Vec<(&str, Edit<'_>)> = vec![
        ("type", Box::new(|it| title(it, &|column| column.ty = sql("character varying(51)")))),
        (
            "default",
            Box::new(|it| title(it, &|column| column.default = Some(Default::Sql("'y'::text".to_owned())))),
        ),
        ("no default", Box::new(|it| title(it, &|column| column.default = None))),
        ("collation", Box::new(|it| title(it, &|column| column.collation = text("C")))),
        ("comment", Box::new(|it| title(it, &|column| column.comment = text("the title")))),
        ("nullable", Box::new(|it| title(it, &|column| column.nullable = true))),
        (
            "generated",
            Box::new(|it| {
                it.columns.iter_mut().for_each(|column| {
                    if let Some(generated) = &mut column.generated {
                        generated.expression = "upper((title)::text)".to_owned();
                    }
                })
            }),
        ),
        (
            "identity",
            Box::new(|it| {
                it.columns.iter_mut().for_each(|column| {
                    column.auto = column.auto.map(|_| AutoIncrement::IdentityAlways);
                })
            }),
        ),
        (
            "serial",
            Box::new(|it| {
                it.columns.iter_mut().for_each(|column| {
                    column.auto = column.auto.map(|_| AutoIncrement::Serial);
                })
            }),
        ),
        ("primary key", Box::new(|it| it.primary_key = Some(PrimaryKey::new(vec![KeyColumn::new("title")])))),
        (
            "include of the key",
            Box::new(|it| it.primary_key.iter_mut().for_each(|key| key.include = texts(&["low"]))),
        ),
        (
            "deferrable",
            Box::new(|it| it.uniques[0].deferrable = crate::model::Deferrability::InitiallyDeferred),
        ),
        ("nulls", Box::new(|it| it.uniques[0].nulls_not_distinct = true)),
        ("include", Box::new(|it| it.uniques[0].include = texts(&["low"]))),
        ("with", Box::new(|it| it.uniques[0].with = with(&[("fillfactor", "50")]))),
        ("check", Box::new(|it| it.checks[0].expression = "id >= 0".to_owned())),
        ("not valid", Box::new(|it| it.checks[0].not_valid = true)),
        ("restrict", Box::new(|it| it.foreign_keys[0].on_delete = ReferentialAction::Restrict)),
        ("method", Box::new(|it| it.indexes[0].using = text("hash"))),
        ("opclass", Box::new(|it| it.indexes[0].parts[0].opclass = text("text_pattern_ops"))),
        ("predicate", Box::new(|it| it.indexes[0].predicate = None)),
        ("parameter", Box::new(|it| it.indexes[0].with = BTreeMap::new())),
        ("index's comment", Box::new(|it| it.indexes[0].comment = text("fast"))),
        ("name of an index", Box::new(|it| it.indexes[0].name = text("by_lower"))),
        ("exclusion", Box::new(|it| it.exclusions[0].definition.push_str(" WHERE (id > 1)"))),
        ("table's parameter", Box::new(|it| it.options.with = with(&[("fillfactor", "50")]))),
        ("unlogged", Box::new(|it| it.options.unlogged = true)),
        ("table's comment", Box::new(|it| it.comment = text("things"))),
    ];
    for (what, edit) in edits {
        let mut desired = model_of_items();
        edit(&mut desired);
        assert_ne!(differences(&of(vec![items()]), &of(vec![desired]), Scope::Models).len(), 0, "{what}");
    }
}

#[test]
fn what_is_new_and_unnamed_gets_the_servers_names() {
    let mut desired = model_of_items();
    desired.uniques.push(Unique::new(vec![KeyColumn::new("low"), KeyColumn::new("title")]));
    desired.checks.push(Check::new("id < made"));
    desired.indexes.push(Index {
        unique: true,
        ..Index::new(vec![
            IndexPart::new(IndexKey::Column("low".to_owned())),
            IndexPart::new(IndexKey::Column("title".to_owned())),
        ])
    });
    desired.indexes.push(Index::new(vec![IndexPart::new(IndexKey::Expression("upper(low)".to_owned()))]));
    let mut schema = of(vec![desired]);
    schema.views = vec![View::new("items_expr_idx", "SELECT 1")];
    normalize(&DatabaseSchema::default(), &mut schema, Scope::Models);
    let items = &schema.tables[0];
    let names = [
        items.primary_key.as_ref().and_then(|it| it.name.clone()),
        items.uniques[0].name.clone(),
        items.uniques[1].name.clone(),
        items.checks[0].name.clone(),
        items.checks[1].name.clone(),
        items.foreign_keys[0].name.clone(),
        items.exclusions[0].name.clone(),
        items.indexes[0].name.clone(),
        items.indexes[1].name.clone(),
        items.indexes[2].name.clone(),
    ];
    assert_eq!(
        names.map(Option::unwrap_or_default),
        [
            "items_pkey",
            "items_title_key",
            "items_low_title_key",
            "items_id_check",
            "items_check",
            "items_id_fkey",
            "items_excl",
            "items_low_idx",
            "items_low_title_key1",
            "items_expr_idx1",
        ]
    );
}

#[test]
fn what_models_cannot_say_stays_as_the_database_has_it() {
    let mut current = of(vec![items()]);
    current.namespaces = vec![Namespace { name: "app".to_owned(), comment: Some("ours".to_owned()) }];
    current.tables[0].options.row_level_security = true;
    current.tables[0].options.replica_identity = Some("FULL".to_owned());
    current.tables[0].partition_by = Some("RANGE (id)".to_owned());
    current.tables[0].columns[0].sequence =
        Some(SequenceOptions { start: Some(7), ..SequenceOptions::default() });
    current.views = vec![View {
        restore: texts(&["GRANT"]),
        depends_on: vec!["items".into()],
        ..View::new("v", " SELECT 1")
    }];
    current.objects = vec![
        Object::new(ObjectId::on_table(ObjectKind::Policy, "mine", "items".into()), None),
        Object::new(ObjectId::routine("f", &["integer"]), None),
    ];
    let mut desired = of(vec![model_of_items()]);
    desired.namespaces = vec![Namespace { name: "app".to_owned(), comment: None }];
    desired.views = vec![View { columns: texts(&["a"]), ..View::new("v", "select 1") }];
    let none: Vec<String> = Vec::new();
    assert_eq!(differences(&current, &desired, Scope::Models), none);
    normalize(&current, &mut desired, Scope::Models);
    assert_eq!(desired.objects, current.objects);
    // What is on a table goes with it.
    let mut nothing = DatabaseSchema::default();
    normalize(&current, &mut nothing, Scope::Models);
    assert_eq!(nothing.objects.iter().map(|it| it.id.kind).collect::<Vec<_>>(), [ObjectKind::Function]);
}

#[test]
fn a_partition_that_no_model_declares_stays_and_follows_its_table() {
    let log = table("log", vec![column("id", sql("integer")), column("at", sql("date"))]);
    let current = of(vec![
        Table { partition_by: Some("RANGE (at)".to_owned()), ..log.clone() },
        Table {
            name: "log_1".into(),
            partition_of: Some(Partition::new("log", "DEFAULT")),
            partition_by: Some("LIST (id)".to_owned()),
            ..log.clone()
        },
        Table {
            name: "log_1_1".into(),
            partition_of: Some(Partition::new("log_1", "DEFAULT")),
            ..log.clone()
        },
    ]);
    let mut desired = log;
    desired.columns[0].ty = sql("bigint");
    desired.columns.push(column("note", ColumnType::Sql("text".to_owned())));
    let mut schema = of(vec![desired]);
    normalize(&current, &mut schema, Scope::Models);
    let columns: Vec<Vec<(&str, &ColumnType)>> = schema
        .tables
        .iter()
        .map(|table| table.columns.iter().map(|column| (column.name.as_str(), &column.ty)).collect())
        .collect();
    let (bigint, date, text) = (sql("bigint"), sql("date"), sql("text"));
    assert_eq!(columns, vec![vec![("id", &bigint), ("at", &date), ("note", &text)]; 3]);
    let mut nothing = DatabaseSchema::default();
    normalize(&current, &mut nothing, Scope::Models);
    assert!(nothing.tables.is_empty(), "partitions go with their table");
}

#[test]
fn a_partition_that_a_model_declares_has_what_its_table_gives_it() {
    let key = |name: Option<&str>| {
        let name = name.map(str::to_owned);
        Some(PrimaryKey { name, ..PrimaryKey::new(vec![KeyColumn::new("id")]) })
    };
    let log = table("log", vec![column("id", sql("integer"))]);
    let part = Table { name: "log_1".into(), ..log.clone() };
    let current = of(vec![
        Table {
            primary_key: key(Some("log_pkey")),
            partition_by: Some("RANGE (id)".to_owned()),
            ..log.clone()
        },
        Table { partition_of: Some(Partition::new("log", "DEFAULT")), ..part.clone() },
    ]);
    let desired = of(vec![Table { primary_key: key(None), ..log }, Table { primary_key: key(None), ..part }]);
    let none: Vec<String> = Vec::new();
    assert_eq!(differences(&current, &desired, Scope::Models), none);
}

#[test]
fn the_order_of_an_enums_values_counts() {
    let enums = |values: &[&str]| DatabaseSchema {
        enums: vec![EnumType {
            name: QualifiedName::new("mood"),
            values: values
                .iter()
                .map(|it| EnumValue { name: (*it).to_owned(), renamed_from: Some("x".to_owned()) })
                .collect(),
            comment: None,
            renamed_from: None,
        }],
        ..DatabaseSchema::default()
    };
    let forget = |mut schema: DatabaseSchema| {
        normalize(&DatabaseSchema::default(), &mut schema, Scope::Models);
        schema
    };
    let current = forget(enums(&["a", "b"]));
    assert!(differences(&current, &enums(&["a", "b"]), Scope::Models).is_empty());
    assert_eq!(
        differences(&current, &enums(&["b", "a"]), Scope::Models),
        ["change enum `mood`: another order"]
    );
}
