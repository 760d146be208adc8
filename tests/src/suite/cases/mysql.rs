//! What only the tables of MySQL and MariaDB can be.

use super::{items, items_table};
use crate::models::{
    ColumnExt as _, Named as _, TableExt as _, check, document, foreign_key, index, integer, of_enum,
    renamed_value, table, text, typed, value, with_enum, with_view,
};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{
    AutoIncrement, Column, ColumnType, DeclaredTable, Default, Document, Engine, Index, TableOptions,
};
use std::collections::BTreeMap;

fn options(mut table: DeclaredTable, change: impl Fn(&mut TableOptions)) -> DeclaredTable {
    change(table.options.entry(Engine::Mysql).or_default());
    table
}

fn with(table: DeclaredTable, charset: &str, collation: &str) -> DeclaredTable {
    options(table, |options| {
        options.charset = Some(charset.to_owned());
        options.collation = Some(collation.to_owned());
    })
}

fn numbered(name: &str) -> Column {
    Column { auto: Some(AutoIncrement::Usual), ..integer(name) }
}

fn prefixed(column: &str, length: u32) -> Index {
    let mut index = index(&[column]);
    index.parts[0].prefix_length = Some(length);
    index.named("prefixed")
}

fn method(column: &str, using: &str) -> Index {
    Index { using: Some(using.to_owned()), ..index(&[column]) }.named("searched")
}

fn of_type(name: &str, sql: &str) -> Document {
    items([typed(name, sql)])
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> =
        [columns(), encodings(), keys(), indexes(), tables(), enums(), together()].concat();
    cases = cases.into_iter().map(|case| case.only_with(Capability::MysqlTables)).collect();
    cases
}

fn columns() -> Vec<Case> {
    let number = |name, before, after| Case::new(name, before, after).row("items", row! { id: 3, n: 7 });
    let note = |name, before, after| Case::new(name, before, after).row("items", row! { id: 3, note: "x" });
    let moment = |name, before, after| {
        Case::new(name, before, after)
            .row("items", row! { id: 3, at: "2024-02-29 12:34:56.789012" })
            .converts("items", "at")
    };
    let hidden_note = Column { invisible: true, ..text("note").nullable() };
    let touched =
        || Column { on_update: Some("CURRENT_TIMESTAMP(6)".to_owned()), ..typed("at", "datetime(6)") };
    vec![
        number("make_column_unsigned", of_type("n", "int"), of_type("n", "int unsigned")),
        number("fill_with_zeros", of_type("n", "int unsigned"), of_type("n", "int(8) zerofill"))
            .converts("items", "n"),
        number("widen_integer", of_type("n", "int"), of_type("n", "bigint")),
        number("the_width_of_a_number_is_no_difference", of_type("n", "int(5)"), of_type("n", "INTEGER"))
            .is_no_change(),
        number("change_decimal", of_type("n", "decimal(10,2)"), of_type("n", "decimal(12,3)"))
            .converts("items", "n"),
        moment("change_fraction_of_seconds", of_type("at", "datetime(6)"), of_type("at", "datetime(3)")),
        note("lengthen_text_within_its_byte", of_type("note", "varchar(20)"), of_type("note", "varchar(60)")),
        note(
            "lengthen_text_beyond_its_byte",
            of_type("note", "varchar(60)"),
            of_type("note", "varchar(300)"),
        ),
        note("shorten_text", of_type("note", "varchar(60)"), of_type("note", "varchar(20)")),
        note("turn_text_into_a_longer_kind", of_type("note", "varchar(60)"), of_type("note", "mediumtext")),
        Case::new(
            "show_a_column_whose_computed_form_goes",
            document([table("items", [hidden_note, text("norm").nullable().generated("lower(note)")])]),
            document([table("items", [text("note").nullable()])]),
        )
        .row("items", row! { note: "x" }),
        note(
            "compute_default_of_column_that_others_no_longer_read",
            items([text("norm").stored("lower(note)"), typed("note", "varchar(20)")]),
            items([text("norm"), typed("note", "varchar(20)").default_sql("(concat('a', 'b'))")]),
        ),
        Case::new(
            "boolean_defaults_are_no_difference",
            items([
                Column::new("b", ColumnType::Bool).default(Default::Bool(false)),
                typed("c", "bit(1)").default(Default::Bool(true)),
            ]),
            items([typed("b", "boolean").default_sql("0"), typed("c", "bit").default_sql("b'1'")]),
        )
        .row("items", row! { id: 3 })
        .is_no_change(),
        Case::new(
            "defaults_of_other_spellings_are_no_difference",
            items([
                Column::new("at", ColumnType::Instant).default(Default::Now),
                typed("price", "decimal(10,2)").default_sql("0"),
                typed("day", "date").default_sql("'2020-01-01'"),
                typed("code", "char(36)").default_sql("uuid()"),
            ]),
            items([
                Column::new("at", ColumnType::Instant).default_sql("CURRENT_TIMESTAMP"),
                typed("price", "numeric(10,2)").default_sql("(0.00)"),
                typed("day", "date").default_sql("\"2020-01-01\""),
                typed("code", "char(36)").default_sql("(UUID())"),
            ]),
        )
        .row("items", row! { id: 3 })
        .hides("at")
        .is_no_change(),
        Case::new("add_columns_of_every_kind", items([]), items(of_every_kind()))
            .row("items", row! { id: 3 })
            .hides("instant")
            .hides("code"),
        Case::new("drop_columns_of_every_kind", items(of_every_kind()), items([]))
            .row("items", row! { id: 3 })
            .hides("instant")
            .hides("code"),
        Case::new("set_column_with_each_update", items([typed("at", "datetime(6)")]), items([touched()]))
            .row("items", row! { id: 3, at: "2024-02-29 12:34:56.789012" }),
        Case::new("set_column_no_longer", items([touched()]), items([typed("at", "datetime(6)")]))
            .row("items", row! { id: 3, at: "2024-02-29 12:34:56.789012" }),
        note(
            "hide_column",
            items([text("note").default_sql("'x'")]),
            items([Column { invisible: true, ..text("note").default_sql("'x'") }]),
        ),
        note(
            "change_much_of_a_column",
            items([text("note")]),
            items([Column {
                comment: Some("it's \\ \"this\"".to_owned()),
                ..typed("note", "varchar(300)").nullable().default_sql("'it''s \\\\'")
            }]),
        ),
        Case::new("add_json", items([]), items([Column::new("data", ColumnType::Json).nullable()]))
            .row("items", row! { id: 3 }),
        Case::new(
            "json_is_no_difference",
            items([Column::new("data", ColumnType::Json)]),
            items([typed("data", "JSON")]),
        )
        .row("items", row! { id: 3, data: "{\"a\": 1}" })
        .is_no_change(),
        note(
            "turn_text_into_json",
            items([typed("note", "varchar(60)").nullable()]),
            items([Column::new("note", ColumnType::Json).nullable()]),
        )
        .is_refused(),
    ]
}

fn of_every_kind() -> Vec<Column> {
    let kinds = [
        ("truth", ColumnType::Bool),
        ("tiny", ColumnType::I8),
        ("small", ColumnType::I16),
        ("plain", ColumnType::I32),
        ("big", ColumnType::I64),
        ("utiny", ColumnType::U8),
        ("usmall", ColumnType::U16),
        ("uplain", ColumnType::U32),
        ("ubig", ColumnType::U64),
        ("single", ColumnType::F32),
        ("double", ColumnType::F64),
        ("letter", ColumnType::Char),
        ("bytes", ColumnType::Bytes),
        ("hash", ColumnType::FixedBytes(4)),
        ("day", ColumnType::Date),
        ("time", ColumnType::Time),
        ("moment", ColumnType::DateTime),
        ("uuid", ColumnType::Uuid),
        ("price", ColumnType::Decimal { precision: Some(12), scale: Some(2) }),
    ];
    let kinds = kinds.into_iter().map(|(name, ty)| Column::new(name, ty).nullable());
    kinds
        .chain([
            Column::new("instant", ColumnType::Instant).default(Default::Now),
            typed("code", "char(36)").default_sql("uuid()"),
            typed("marks", "set('a','b')").default_sql("'a,b'"),
            typed("stamp", "timestamp").nullable(),
            typed("flags", "bit(3)").default_sql("5"),
            typed("year", "year").default_sql("2024"),
        ])
        .collect()
}

fn encodings() -> Vec<Case> {
    let note = |name, before: DeclaredTable, after: DeclaredTable| {
        Case::new(name, document([before]), document([after]))
            .row("items", row! { id: 3, note: "x", other: "y" })
    };
    let plain = || items_table([text("note"), text("other")]);
    let latin = |name: &str| Column { charset: Some("latin1".to_owned()), ..text(name) };
    let composed = |literal: &str| {
        let shown = text("shown").nullable().stored(&format!("CONCAT(note ,'{literal}', 'plain')"));
        document([with(items_table([text("note"), shown]), "latin1", "latin1_swedish_ci")])
    };
    vec![
        Case::new("change_text_that_latin1_is_computed_with", composed("é"), composed("ü"))
            .row("items", row! { id: 3, note: "x" })
            .converts("items", "shown"),
        note(
            "change_character_set_of_table",
            with(plain(), "latin1", "latin1_swedish_ci"),
            with(plain(), "utf8mb4", "utf8mb4_general_ci"),
        ),
        note(
            "change_collation_of_table_with_an_index",
            with(plain().index(index(&["note"])), "utf8mb4", "utf8mb4_general_ci"),
            with(plain().index(index(&["note"])), "utf8mb4", "utf8mb4_bin"),
        ),
        note(
            "change_character_set_of_column",
            with(plain(), "utf8mb4", "utf8mb4_general_ci"),
            with(items_table([text("note"), latin("other")]), "utf8mb4", "utf8mb4_general_ci"),
        ),
        note(
            "change_collation_of_column",
            with(plain(), "utf8mb4", "utf8mb4_general_ci"),
            with(
                items_table([text("note").collation("utf8mb4_bin"), text("other")]),
                "utf8mb4",
                "utf8mb4_general_ci",
            ),
        ),
        note(
            "change_character_set_around_a_column_that_has_its_own",
            with(items_table([text("note"), latin("other")]), "utf8mb3", "utf8mb3_general_ci"),
            with(items_table([text("note"), latin("other")]), "utf8mb4", "utf8mb4_general_ci"),
        ),
        note(
            "the_old_name_of_utf8_is_no_difference",
            with(plain(), "utf8mb3", "utf8mb3_general_ci"),
            with(plain(), "utf8", "utf8_general_ci"),
        )
        .is_no_change(),
        note("what_a_model_leaves_open_is_no_difference", with(plain(), "utf8mb4", "utf8mb4_bin"), plain())
            .is_no_change(),
    ]
}

fn keys() -> Vec<Case> {
    let plain = || document([table("items", [integer("id"), text("note")]).key(&["id"])]);
    let counted = || document([table("items", [numbered("id"), text("note")]).key(&["id"])]);
    let note = |name, before, after| Case::new(name, before, after).row("items", row! { id: 3, note: "x" });
    vec![
        note("number_the_primary_key", plain(), counted()),
        note("number_the_primary_key_no_longer", counted(), plain()),
        Case::new(
            "add_numbered_primary_key",
            document([table("items", [text("note")])]),
            document([table("items", [text("note"), numbered("id")]).key(&["id"])]),
        )
        .row("items", row! { note: "x" })
        .row("items", row! { note: "y" }),
        Case::new(
            "drop_numbered_primary_key",
            document([table("items", [text("note"), numbered("id")]).key(&["id"])]),
            document([table("items", [text("note")])]),
        )
        .row("items", row! { note: "x", id: 2 }),
        Case::new(
            "replace_numbered_primary_key",
            document([table("items", [numbered("id"), text("note")]).key(&["id"])]),
            document([table("items", [text("note")]).key(&["note"])]),
        )
        .row("items", row! { id: 3, note: "x" }),
        note(
            "widen_numbered_primary_key_that_others_refer_to",
            document([
                table(
                    "items",
                    [Column { auto: Some(AutoIncrement::Usual), ..typed("id", "int") }, text("note")],
                )
                .key(&["id"]),
                table("parts", [integer("n"), typed("item", "int")]).key(&["n"]).foreign_key(foreign_key(
                    &["item"],
                    "items",
                    &["id"],
                )),
            ]),
            document([
                table("items", [numbered("id"), text("note")]).key(&["id"]),
                table("parts", [integer("n"), integer("item")]).key(&["n"]).foreign_key(foreign_key(
                    &["item"],
                    "items",
                    &["id"],
                )),
            ]),
        )
        .row("parts", row! { n: 1, item: 3 }),
        note(
            "number_a_column_beside_the_key",
            document([table("items", [integer("id"), text("note")]).key(&["id"])]),
            document([table("items", [integer("id"), text("note"), numbered("n")])
                .key(&["id"])
                .index(Index { unique: true, ..index(&["n"]) })]),
        ),
    ]
}

fn indexes() -> Vec<Case> {
    let on = |indexes: &[Index]| {
        let table = items_table([text("note"), typed("body", "mediumtext")]);
        document([indexes.iter().cloned().fold(table, DeclaredTable::index)])
    };
    let case = |name, before: &[Index], after: &[Index]| {
        Case::new(name, on(before), on(after)).row("items", row! { id: 3, note: "x", body: "a long text" })
    };
    let hidden = |index: Index| Index { invisible: true, ..index };
    let in_memory = |name, before: Index, after: Index| {
        let table = |index| {
            options(items_table([text("note")]).index(index), |it| it.engine = Some("MEMORY".to_owned()))
        };
        Case::new(name, document([table(before)]), document([table(after)]))
            .row("items", row! { id: 3, note: "x" })
    };
    let usual = || index(&["note"]).named("searched");
    vec![
        in_memory("turn_hashes_in_memory_into_a_tree", usual(), method("note", "btree")),
        in_memory("turn_a_tree_in_memory_into_hashes", method("note", "BTREE"), method("note", "hash")),
        in_memory("hashes_are_usual_in_memory", usual(), method("note", "HASH")).is_no_change(),
        case("add_fulltext_index", &[], &[method("body", "fulltext")]),
        case("drop_fulltext_index", &[method("body", "FULLTEXT")], &[]),
        case("add_prefixed_index", &[], &[prefixed("body", 20)]),
        case("change_length_of_prefix", &[prefixed("body", 20)], &[prefixed("body", 30)]),
        case(
            "a_length_that_is_the_whole_columns_is_no_difference",
            &[index(&["note"]).named("prefixed")],
            &[prefixed("note", 255)],
        )
        .is_no_change(),
        case("hide_index", &[index(&["note"]).named("i")], &[hidden(index(&["note"]).named("i"))]),
        case("show_index", &[hidden(index(&["note"]).named("i"))], &[index(&["note"]).named("i")]),
        case(
            "turn_index_into_fulltext",
            &[index(&["note"]).named("searched")],
            &[method("note", "fulltext")],
        ),
        Case::new(
            "change_columns_under_a_fulltext_index",
            document([items_table([text("note"), typed("body", "text"), integer("n").nullable()])
                .index(method("body", "fulltext"))]),
            document([items_table([
                text("remark").nullable().renamed_from("note"),
                typed("body", "text"),
                integer("m").nullable(),
            ])
            .index(method("body", "fulltext"))]),
        )
        .row("items", row! { id: 3, note: "x", body: "a long text", n: 1 }),
        Case::new(
            "replace_index_of_a_foreign_key",
            parts(&["item"], None),
            parts(&["item"], Some(index(&["item", "n"]).named("both"))),
        )
        .row("items", row! { id: 3 })
        .row("parts", row! { n: 1, item: 3 }),
        Case::new(
            "drop_index_that_a_foreign_key_needs",
            parts(&["item"], Some(index(&["item"]).named("own"))),
            parts(&["item"], None),
        )
        .row("items", row! { id: 3 })
        .row("parts", row! { n: 1, item: 3 })
        .is_no_change(),
    ]
}

fn parts(columns: &[&str], more: Option<Index>) -> Document {
    let parts = table("parts", [integer("n"), integer("item")]).key(&["n"]).foreign_key(foreign_key(
        columns,
        "items",
        &["id"],
    ));
    document([items_table([]), more.into_iter().fold(parts, DeclaredTable::index)])
}

fn tables() -> Vec<Case> {
    let plain = || items_table([text("note")]);
    let case = |name, before: DeclaredTable, after: DeclaredTable| {
        Case::new(name, document([before]), document([after])).row("items", row! { id: 3, note: "x" })
    };
    let engine = |name: &str| options(plain(), |options| options.engine = Some(name.to_owned()));
    let format = |name: &str| options(plain(), |options| options.row_format = Some(name.to_owned()));
    let tuned = |pairs: &[(&str, &str)]| {
        options(plain(), |options| {
            options.with = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect::<BTreeMap<_, _>>();
        })
    };
    vec![
        case("change_storage_engine", engine("InnoDB"), engine("MyISAM")),
        case("the_case_of_a_storage_engine_is_no_difference", engine("InnoDB"), engine("innodb"))
            .is_no_change(),
        case("change_row_format", format("COMPACT"), format("dynamic")),
        case("add_row_format", plain(), format("compressed")),
        case("change_option", tuned(&[("stats_persistent", "0")]), tuned(&[("stats_persistent", "1")])),
        case("add_option", plain(), tuned(&[("stats_sample_pages", "30")])),
        case(
            "change_columns_of_a_compressed_table",
            options(items_table([text("note")]), |options| {
                options.row_format = Some("compressed".to_owned())
            }),
            options(items_table([text("note"), integer("n").nullable()]), |options| {
                options.row_format = Some("compressed".to_owned());
            }),
        ),
        case(
            "change_columns_of_another_storage_engine",
            options(items_table([typed("note", "varchar(90)")]), |options| {
                options.engine = Some("MyISAM".to_owned());
            }),
            options(
                items_table([typed("note", "varchar(90)").nullable(), integer("n").nullable()])
                    .index(index(&["note"])),
                |options| {
                    options.engine = Some("MyISAM".to_owned());
                },
            ),
        ),
    ]
}

fn enums() -> Vec<Case> {
    let marked = |values: &str| items([typed("marks", values)]);
    let set = |name, before: &str, after: &str| {
        Case::new(name, marked(before), marked(after)).row("items", row! { id: 3, marks: "a,c" })
    };
    let touched = || Column {
        on_update: Some("CURRENT_TIMESTAMP(6)".to_owned()),
        ..typed("at", "datetime(6)").default_sql("'2020-01-01'")
    };
    let faces =
        |values: &str| document([with(items_table([typed("face", values)]), "utf8mb4", "utf8mb4_bin")]);
    vec![
        Case::new(
            "add_value_beyond_the_first_plane",
            faces("enum('a','😀','?')"),
            faces("enum('a','😀','?','🙈')"),
        )
        .row("items", row! { id: 3, face: "😀" })
        .row("items", row! { id: 4, face: "?" }),
        Case::new(
            "reorder_values_beyond_the_first_plane",
            faces("enum('😀','🙈')"),
            faces("enum('🙈','😀')"),
        )
        .row("items", row! { id: 3, face: "😀" }),
        set("add_value_to_set", "set('a','b','c')", "set('a','b','c','d')"),
        set("reorder_set", "set('a','b','c')", "set('c','b','a')").converts("items", "marks"),
        set("remove_value_from_set", "set('a','b','c')", "set('a','c')"),
        set("remove_value_that_rows_have_from_set", "set('a','b','c')", "set('a','b')").is_refused(),
        set("turn_set_into_enum_is_for_rows_with_one_value", "set('a','b','c')", "enum('a','b')")
            .is_refused(),
        Case::new(
            "reorder_enum",
            items([typed("state", "enum('a','b')")]),
            items([typed("state", "enum('b','a')")]),
        )
        .row("items", row! { id: 3, state: "a" })
        .row("items", row! { id: 4, state: "b" }),
        Case::new(
            "rename_value_beside_a_column_that_is_set_with_each_update",
            with_enum(items([of_enum("state", "state"), touched()]), "state", &[value("a"), value("b")]),
            with_enum(
                items([of_enum("state", "state"), touched()]),
                "state",
                &[renamed_value("a", "z"), value("b")],
            ),
        )
        .row("items", row! { id: 3, state: "a" })
        .row("items", row! { id: 4, state: "b" }),
        Case::new(
            "rename_value_in_case_alone",
            with_enum(items([of_enum("state", "state")]), "state", &[value("a"), value("b")]),
            with_enum(items([of_enum("state", "state")]), "state", &[renamed_value("a", "A"), value("b")]),
        )
        .row("items", row! { id: 3, state: "a" }),
    ]
}

fn together() -> Vec<Case> {
    vec![
        Case::new(
            "rename_table_and_column_under_checks_views_and_foreign_keys",
            with_view(
                document([
                    table("people", [integer("id"), text("nick"), text("norm").generated("lower(nick)")])
                        .key(&["id"])
                        .check(check("nick <> ''").named("nick_check"))
                        .index(index(&["nick"]).named("nicks")),
                    table("posts", [integer("id"), integer("author")]).key(&["id"]).foreign_key(foreign_key(
                        &["author"],
                        "people",
                        &["id"],
                    )),
                ]),
                "names",
                "SELECT id, nick FROM people",
            ),
            with_view(
                document([
                    table(
                        "users",
                        [
                            integer("number").renamed_from("id"),
                            text("handle").renamed_from("nick"),
                            text("norm").generated("lower(handle)"),
                        ],
                    )
                    .key(&["number"])
                    .check(check("handle <> ''").named("nick_check"))
                    .index(index(&["handle"]).named("handles"))
                    .renamed_from("people"),
                    table("posts", [integer("id"), integer("author")]).key(&["id"]).foreign_key(foreign_key(
                        &["author"],
                        "users",
                        &["number"],
                    )),
                ]),
                "names",
                "SELECT number, handle FROM users",
            ),
        )
        .row("people", row! { id: 3, nick: "Ada" })
        .row("posts", row! { id: 1, author: 3 }),
        Case::new(
            "many_ways_in_one_table",
            document([items_table([text("a"), text("b"), text("c").nullable(), integer("n")])
                .check(check("n > 0").named("positive"))
                .index(index(&["a"]).named("by_a"))]),
            document([items_table([
                text("a").default_sql("'x'"),
                typed("b", "varchar(300)"),
                text("d").nullable(),
                integer("n").nullable(),
            ])
            .check(check("n > 1").named("positive"))
            .index(index(&["b"]).named("by_b"))]),
        )
        .row("items", row! { id: 3, a: "1", b: "2", c: "3", n: 4 }),
    ]
}
