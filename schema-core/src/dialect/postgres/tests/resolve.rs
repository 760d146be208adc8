use super::{column, declared, declaring, first, sql, table, texts};
use crate::dialect::postgres::{leave_out_usual_schema, resolve};
use crate::model::{
    AutoIncrement, Check, Column, ColumnType, ConflictClause, DatabaseSchema, Default, Document, EnumType,
    EnumValue, Exclusion, ForeignKey, Generated, Index, IndexKey, IndexPart, KeyColumn, Match, NullsOrder,
    PrimaryKey, QualifiedName, ReferentialAction, Table, Unique, View,
};
use std::collections::HashSet;

fn resolved(document: &Document) -> DatabaseSchema {
    resolve(document).expect("PostgreSQL holds it")
}

fn status(schema: Option<&str>) -> EnumType {
    let value = |name: &str| EnumValue { name: name.to_owned(), renamed_from: None };
    EnumType {
        name: QualifiedName { schema: schema.map(str::to_owned), name: "import_status".to_owned() },
        values: vec![value("queued"), value("it's done")],
        comment: None,
        renamed_from: None,
    }
}

#[test]
fn each_type_of_rust_has_its_type() {
    let cases = [
        (ColumnType::Bool, "boolean"),
        (ColumnType::I8, "smallint"),
        (ColumnType::I16, "smallint"),
        (ColumnType::I32, "integer"),
        (ColumnType::I64, "bigint"),
        (ColumnType::U8, "smallint"),
        (ColumnType::U16, "integer"),
        (ColumnType::U32, "bigint"),
        (ColumnType::U64, "numeric(20,0)"),
        (ColumnType::F32, "real"),
        (ColumnType::F64, "double precision"),
        (ColumnType::Text, "text"),
        (ColumnType::Char, "character(1)"),
        (ColumnType::Bytes, "bytea"),
        (ColumnType::FixedBytes(16), "bytea"),
        (ColumnType::Date, "date"),
        (ColumnType::Time, "time without time zone"),
        (ColumnType::DateTime, "timestamp without time zone"),
        (ColumnType::Instant, "timestamp with time zone"),
        (ColumnType::Uuid, "uuid"),
        (ColumnType::Json, "jsonb"),
        (ColumnType::Decimal { precision: None, scale: None }, "numeric"),
        (ColumnType::Decimal { precision: Some(12), scale: Some(2) }, "numeric(12,2)"),
        (ColumnType::Decimal { precision: Some(12), scale: None }, "numeric(12,0)"),
        (ColumnType::IpNetwork, "inet"),
        (ColumnType::Array(Box::new(ColumnType::Text)), "text[]"),
        (ColumnType::Array(Box::new(ColumnType::Array(Box::new(ColumnType::I32)))), "integer[]"),
        (ColumnType::Enum("import_status".to_owned()), "import_status"),
        (ColumnType::Array(Box::new(ColumnType::Enum("import_status".to_owned()))), "import_status[]"),
        (sql("VARCHAR(50)"), "character varying(50)"),
    ];
    for (ty, spelled) in cases {
        let mut document = declaring(vec![table("t", vec![column("c", ty.clone())])]);
        document.enums.push(declared(status(None)));
        let schema = resolved(&document);
        assert_eq!(schema.tables[0].columns[0].ty, sql(spelled), "{ty:?}");
        assert_eq!(schema.enums.len(), 1);
    }
}

#[test]
fn an_enum_is_a_type_in_its_schema_and_its_values_are_defaults() {
    let state = Column {
        default: Some(Default::EnumValue("it's done".to_owned())),
        ..column("state", ColumnType::Enum("import_status".to_owned()))
    };
    let mut document = declaring(vec![table("t", vec![state])]);
    document.enums.push(declared(status(Some("My Types"))));
    let schema = resolved(&document);
    let column = &schema.tables[0].columns[0];
    assert_eq!(column.ty, sql("\"My Types\".import_status"));
    assert_eq!(column.default, Some(Default::Sql("'it''s done'::\"My Types\".import_status".to_owned())));
    assert_eq!(schema.namespaces.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["My Types"]);
}

#[test]
fn a_serial_is_an_integer_that_a_sequence_numbers() {
    let id = Column { auto: Some(AutoIncrement::Usual), ..column("id", sql("bigserial")) };
    let other = Column { auto: Some(AutoIncrement::Usual), ..column("id", ColumnType::I32) };
    let schema = resolved(&declaring(vec![table("a", vec![id]), table("b", vec![other])]));
    let numbered = |table: &Table| (table.columns[0].ty.clone(), table.columns[0].auto);
    assert_eq!(numbered(&schema.tables[0]), (sql("bigint"), Some(AutoIncrement::Serial)));
    assert_eq!(numbered(&schema.tables[1]), (sql("integer"), Some(AutoIncrement::Usual)));
}

#[test]
fn a_foreign_key_that_names_no_columns_refers_to_the_primary_key() {
    let mut parent = table("parent", vec![column("a", ColumnType::I32), column("b", ColumnType::I32)]);
    parent.primary_key = Some(PrimaryKey::new(vec![KeyColumn::new("b"), KeyColumn::new("a")]));
    let mut child = table("child", vec![column("x", ColumnType::I32), column("y", ColumnType::I32)]);
    child.foreign_keys = vec![ForeignKey::new(texts(&["x", "y"]), "parent".into())];
    let schema = resolved(&declaring(vec![child, parent]));
    assert_eq!(schema.tables[0].foreign_keys[0].referenced_columns, texts(&["b", "a"]));
}

#[test]
fn what_is_usual_is_left_out() {
    let mut items = table("items", vec![column("title", ColumnType::Text), column("tags", sql("text[]"))]);
    let part = |key, descending, nulls, opclass: Option<&str>| IndexPart {
        descending,
        nulls: Some(nulls),
        opclass: opclass.map(str::to_owned),
        ..IndexPart::new(key)
    };
    items.indexes = vec![Index {
        using: Some("BTREE".to_owned()),
        predicate: Some("((title <> ''))".to_owned()),
        ..Index::new(vec![
            part(IndexKey::Expression("(Title)".to_owned()), false, NullsOrder::Last, Some("text_ops")),
            part(IndexKey::Expression("(lower(title))".to_owned()), true, NullsOrder::First, None),
            part(IndexKey::Column("title".to_owned()), true, NullsOrder::Last, Some("text_pattern_ops")),
        ])
    }];
    items.exclusions = vec![Exclusion {
        name: None,
        definition: "USING gist (title WITH =)".to_owned(),
        comment: None,
        renamed_from: None,
    }];
    items.checks = vec![Check::new("(title <> '')")];
    items.comment = Some(String::new());
    let schema = resolved(&declaring(vec![items]));
    let items = &schema.tables[0];
    let index = &items.indexes[0];
    assert_eq!((index.using.as_deref(), index.predicate.as_deref()), (None, Some("title <> ''")));
    let parts: Vec<_> =
        index.parts.iter().map(|part| (part.key.clone(), part.nulls, part.opclass.as_deref())).collect();
    assert_eq!(
        parts,
        [
            (IndexKey::Column("title".to_owned()), None, None),
            (IndexKey::Expression("lower(title)".to_owned()), None, None),
            (IndexKey::Column("title".to_owned()), Some(NullsOrder::Last), Some("text_pattern_ops")),
        ]
    );
    assert_eq!(items.exclusions[0].definition, "EXCLUDE USING gist (title WITH =)");
    assert_eq!(items.checks[0].expression, "title <> ''");
    assert_eq!(items.comment, None);
}

#[test]
fn an_explicit_usual_schema_goes_without_saying() {
    let name = |name: &str| QualifiedName { schema: Some("public".to_owned()), name: name.to_owned() };
    let mut parent = Table { name: name("parent"), ..table("", vec![column("id", ColumnType::I32)]) };
    parent.primary_key = Some(PrimaryKey::new(vec![KeyColumn::new("id")]));
    let mut child = table("child", vec![column("id", ColumnType::I32), column("state", sql("public.mood"))]);
    child.foreign_keys = vec![ForeignKey::new(texts(&["id"]), name("parent"))];
    let mut document = declaring(vec![parent, child]);
    document.views.push(declared(View::new(name("v"), "SELECT 1")));
    let mut schema = resolved(&document);
    assert!(schema.namespaces.is_empty(), "it comes with every database");
    let mut elsewhere = schema.clone();
    leave_out_usual_schema(&mut elsewhere, "app", &HashSet::new());
    assert_eq!(elsewhere, schema);
    leave_out_usual_schema(&mut schema, "public", &HashSet::new());
    assert!(schema.namespaces.is_empty());
    assert_eq!(schema.tables[0].name, "child".into());
    assert_eq!(schema.tables[0].foreign_keys[0].references, "parent".into());
    assert_eq!(schema.tables[0].columns[1].ty, sql("mood"));
    assert_eq!(schema.tables[1].name, "parent".into());
    assert_eq!(schema.views[0].name, "v".into());
}

#[test]
fn what_postgresql_cannot_hold_is_refused_with_its_place() {
    fn on_table(change: impl Fn(&mut Table)) -> Document {
        let mut items =
            table("items", vec![column("id", ColumnType::I64), column("title", ColumnType::Text)]);
        change(&mut items);
        let mut document = declaring(vec![items]);
        first(&mut document).origin = Some("shop::Item".to_owned());
        document
    }
    let key = |change: fn(&mut KeyColumn)| {
        let mut column = KeyColumn::new("title");
        change(&mut column);
        vec![column]
    };
    let foreign_key = |change: fn(&mut ForeignKey)| {
        let mut key = ForeignKey::new(texts(&["id"]), "items".into());
        change(&mut key);
        on_table(|table| table.foreign_keys = vec![key.clone()])
    };
    let index = |change: fn(&mut Index)| {
        let mut index = Index::new(vec![IndexPart::new(IndexKey::Column("title".to_owned()))]);
        change(&mut index);
        on_table(|table| table.indexes = vec![index.clone()])
    };
    let text = |text: &str| Some(text.to_owned());
    let cases = [
        (on_table(|table| table.options.strict = true), "`strict`"),
        (on_table(|table| table.options.without_rowid = true), "`without_rowid`"),
        (on_table(|table| table.options.engine = text("InnoDB")), "a storage engine"),
        (on_table(|table| table.options.charset = text("utf8")), "a character set"),
        (on_table(|table| table.options.collation = text("C")), "a collation for the whole table"),
        (on_table(|table| table.columns[1].charset = text("utf8")), "a character set"),
        (on_table(|table| table.columns[1].on_update = text("now()")), "`on_update`"),
        (on_table(|table| table.columns[1].invisible = true), "`invisible`"),
        (on_table(|table| table.columns[1].collation = text("NOCASE")), "the collation `NOCASE`"),
        (
            on_table(|table| table.columns[1].not_null_conflict = Some(ConflictClause::Ignore)),
            "what a violation of NOT NULL does",
        ),
        (
            on_table(|table| {
                let expression = "lower(title)".to_owned();
                table.columns[1].generated = Some(Generated { expression, stored: false });
            }),
            "a generated column that is not stored",
        ),
        (on_table(|table| table.columns[0].auto = Some(AutoIncrement::Autoincrement)), "`autoincrement`"),
        (on_table(|table| table.columns[1].auto = Some(AutoIncrement::Usual)), "`auto`"),
        (on_table(|table| table.columns[1].ty = ColumnType::Enum("mood".to_owned())), "the enum `mood`"),
        (
            on_table(|table| table.primary_key = Some(PrimaryKey::new(key(|it| it.descending = true)))),
            "a descending order in a key",
        ),
        (
            on_table(|table| {
                table.uniques = vec![Unique::new(key(|it| it.collation = Some("C".to_owned())))];
            }),
            "a collation in a key",
        ),
        (
            on_table(|table| table.uniques = vec![Unique::new(key(|it| it.prefix_length = Some(3)))]),
            "a prefix length",
        ),
        (
            on_table(|table| {
                let on_conflict = Some(ConflictClause::Replace);
                table.uniques = vec![Unique { on_conflict, ..Unique::new(key(|_| {})) }];
            }),
            "`on_conflict`",
        ),
        (
            on_table(|table| table.checks = vec![Check { not_enforced: true, ..Check::new("id > 0") }]),
            "`not_enforced`",
        ),
        (foreign_key(|key| key.match_type = Match::Partial), "`match = partial`"),
        (
            foreign_key(|key| key.on_update = ReferentialAction::SetNull(vec!["id".to_owned()])),
            "`on_update` for some of the columns",
        ),
        (index(|index| index.using = Some("fulltext".to_owned())), "an index method of MySQL"),
        (index(|index| index.parser = Some("ngram".to_owned())), "a full-text parser"),
        (index(|index| index.invisible = true), "an invisible index"),
        (index(|index| index.parts[0].prefix_length = Some(3)), "a prefix length"),
    ];
    for (document, what) in cases {
        let problems = resolve(&document).expect_err(what);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].what, what);
        assert!(problems[0].place.starts_with("`shop::Item"), "{}", problems[0].place);
        assert!(!problems[0].hint.is_empty());
    }
    let mut document = declaring(Vec::new());
    document.views.push(declared(View { materialized: true, ..View::new("v", "SELECT 1") }));
    // It is made as SQL of models is.
    assert_eq!(resolve(&document).expect("no view").views, []);
}

#[test]
fn a_name_that_the_server_would_cut_is_refused() {
    let long = "x".repeat(64);
    let problems = resolve(&declaring(vec![table(&long, vec![column(&long, ColumnType::I32)])]));
    assert_eq!(problems.expect_err("too long").len(), 2);
    let fits = "é".repeat(31);
    resolved(&declaring(vec![table(&fits, vec![column(&fits, ColumnType::I32)])]));
}

#[test]
fn the_ends_of_a_foreign_key_are_of_comparable_types() {
    let key = |own: ColumnType, other: ColumnType| {
        let mut parent = table("parent", vec![column("id", other)]);
        parent.primary_key = Some(PrimaryKey::new(vec![KeyColumn::new("id")]));
        let mut child = table("child", vec![column("parent_id", own)]);
        child.foreign_keys = vec![ForeignKey::new(texts(&["parent_id"]), "parent".into())];
        resolve(&declaring(vec![child, parent]))
    };
    key(sql("int"), ColumnType::I64).expect("integers compare");
    let problems = key(sql("varchar(20)"), ColumnType::I64).expect_err("a text is no number");
    assert_eq!(
        problems[0].to_string(),
        "postgres cannot hold a foreign key from the type `character varying(20)` to the type `bigint` of `parent`.`id` of \
         `child.parent_id`"
    );
}
