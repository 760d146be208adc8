//! Changes that servers of MySQL's kind take only in some order or some way, found with random schemas.

use crate::models::{
    ColumnExt as _, Named as _, TableExt as _, check, document, foreign_key, index, integer, table, text,
    typed,
};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{Column, DeclaredTable, Engine, Index};

pub(super) fn cases() -> Vec<Case> {
    [computed(), visible(), keys(), texts()]
        .concat()
        .into_iter()
        .map(|case| case.only_with(Capability::MysqlTables))
        .collect()
}

fn one(table: DeclaredTable) -> schema_core::model::Document {
    document([table])
}

fn unique(name: &str, columns: &[&str]) -> Index {
    Index { unique: true, ..index(columns) }.named(name)
}

fn computed() -> Vec<Case> {
    let number = || typed("n", "bigint");
    vec![
        Case::new(
            "compute_the_only_column",
            one(table("items", [number().nullable()])),
            one(table("items", [number().nullable().generated("m + 1"), integer("m").nullable()])),
        )
        .row("items", row! { n: 7 })
        .converts("items", "n"),
        Case::new(
            "compute_from_a_new_column",
            one(table("items", [integer("id"), number().nullable().generated("id + 1")]).key(&["id"])),
            one(table(
                "items",
                [integer("id"), number().nullable().generated("m + 1"), integer("m").nullable()],
            )
            .key(&["id"])),
        )
        .row("items", row! { id: 3 })
        .converts("items", "n"),
        Case::new(
            "compute_the_primary_key_no_longer_what_it_was",
            one(table("items", [number(), integer("id")]).key(&["n"])),
            one(table("items", [number().nullable().generated("id + 1"), integer("id")]).key(&["id"])),
        )
        .row("items", row! { n: 4, id: 3 }),
        Case::new(
            "keep_computed_values_under_a_check",
            one(table("items", [integer("id"), number().nullable().generated("id + 1")])
                .key(&["id"])
                .check(check("n >= 0").named("n_is_positive"))),
            one(table("items", [integer("id"), number().nullable()])
                .key(&["id"])
                .check(check("n >= 0").named("n_is_positive"))),
        )
        .row("items", row! { id: 3 }),
        Case::new(
            "key_by_what_was_computed",
            one(table("items", [integer("id"), number().nullable().stored("id + 1")])
                .key(&["id"])
                .check(check("n >= 0").named("n_is_positive"))),
            one(table("items", [number(), integer("m").nullable()])
                .key(&["n"])
                .check(check("n >= 0").named("n_is_positive"))),
        )
        .row("items", row! { id: 3 })
        .is_one_way(),
    ]
}

fn hidden(column: Column) -> Column {
    Column { invisible: true, ..column }
}

/// A table without a column to see is refused, for a moment too.
fn visible() -> Vec<Case> {
    let number = || typed("n", "bigint").nullable();
    let other = || integer("m").nullable();
    let computed = || number().generated("m + 1");
    let two = |name, before: DeclaredTable, after: DeclaredTable| {
        Case::new(name, one(before), one(after)).row("items", row! { n: 7, m: 3 }).converts("items", "n")
    };
    vec![
        two(
            "compute_the_only_column_to_see",
            table("items", [number(), hidden(other())]),
            table("items", [computed(), hidden(other())]),
        ),
        two(
            "compute_the_only_column_to_see_and_show_the_key",
            table("items", [number(), hidden(other())]),
            table("items", [computed(), integer("m"), integer("o").nullable()]).key(&["m"]),
        ),
        two(
            "compute_the_only_column_to_see_and_hide_another",
            table("items", [number(), other()]),
            table("items", [computed(), hidden(other())]),
        ),
        Case::new(
            "compute_the_only_column_from_a_new_hidden_one",
            one(table("items", [number()])),
            one(table("items", [computed(), hidden(other())])),
        )
        .row("items", row! { n: 7 })
        .converts("items", "n"),
        two(
            "key_by_a_hidden_column_and_compute_the_key",
            table("items", [typed("n", "bigint"), hidden(integer("m").default_sql("0"))]).key(&["n"]),
            table("items", [computed(), hidden(integer("m").default_sql("0"))]).key(&["m"]),
        ),
    ]
}

fn keys() -> Vec<Case> {
    let two = |name, before: DeclaredTable, after: DeclaredTable| {
        Case::new(name, one(before), one(after)).row("items", row! { id: 3, n: 7 })
    };
    vec![
        two(
            "drop_the_key_that_rows_are_ordered_by_for_want_of_a_primary_one",
            table("items", [integer("id"), integer("n")]).index(unique("only", &["id"])),
            table("items", [integer("id").nullable(), integer("n")]).index(unique("only", &["n"])),
        ),
        two(
            "drop_the_primary_key_beside_a_unique_one",
            table("items", [integer("id"), integer("n")]).key(&["id"]).index(unique("only", &["n"])),
            table("items", [integer("id"), integer("n")]),
        ),
        Case::new(
            "key_by_what_refers_to_the_former_key",
            one(table("items", [integer("id"), integer("parent").nullable()])
                .key(&["id"])
                .foreign_key(foreign_key(&["parent"], "items", &["id"]).named("of_parent"))),
            one(table("items", [integer("id").nullable(), integer("parent")])
                .key(&["parent"])
                .foreign_key(foreign_key(&["parent"], "items", &["parent"]).named("of_parent"))),
        )
        .row("items", row! { id: 3, parent: 3 })
        .only_with(Capability::ReferenceToItself),
    ]
}

fn texts() -> Vec<Case> {
    let searched = |name: &str, column: &str| {
        Index { using: Some("fulltext".to_owned()), ..index(&[column]) }.named(name)
    };
    let in_order = |collation: &str, columns: Vec<Column>, more: Index| {
        let mut table = table("items", columns).index(more);
        let options = table.options.entry(Engine::Mysql).or_default();
        (options.charset, options.collation) = (Some("utf8mb4".to_owned()), Some(collation.to_owned()));
        one(table)
    };
    let collated = |name, columns: fn() -> Vec<Column>, index: Index| {
        Case::new(
            name,
            in_order("utf8mb4_general_ci", columns(), index.clone()),
            in_order("utf8mb4_bin", columns(), index),
        )
        .row("items", row! { note: "a", n: 7 })
    };
    let prefixed = || {
        let mut index = index(&["note"]).named("first_letters");
        index.parts[0].prefix_length = Some(7);
        index
    };
    // A letter takes a byte there, as a value of an enum does.
    let in_latin1 = |name, before: Column, after: Column| {
        let keyed = |column| {
            let table = table("items", [column, integer("n")]).key(&["kind", "n"]);
            let mut table =
                table.index(index(&["kind"]).named("kinds")).index(unique("only", &["n", "kind"]));
            table.options.entry(Engine::Mysql).or_default().charset = Some("latin1".to_owned());
            one(table)
        };
        Case::new(name, keyed(before), keyed(after))
            .row("items", row! { kind: "small", n: 1 })
            .row("items", row! { kind: "big", n: 2 })
    };
    vec![
        Case::new(
            "add_two_fulltext_indexes",
            one(table("items", [text("note"), text("body")])),
            one(table("items", [text("note"), text("body")])
                .index(searched("notes", "note"))
                .index(searched("bodies", "body"))),
        )
        .row("items", row! { note: "x", body: "y" }),
        collated(
            "change_collation_under_a_fulltext_index",
            || vec![text("note"), integer("n")],
            searched("notes", "note"),
        ),
        collated(
            "change_collation_under_an_index_of_first_letters",
            || vec![typed("note", "text"), integer("n")],
            prefixed(),
        ),
        collated(
            "change_collation_of_the_only_key",
            || vec![text("note"), integer("n")],
            unique("only", &["note"]),
        ),
        collated(
            "change_collation_of_an_enum",
            || vec![typed("note", "enum('a','b')"), integer("n")],
            index(&["n"]).named("numbers"),
        ),
        in_latin1(
            "turn_an_enum_in_keys_into_text",
            typed("kind", "enum('small','big')"),
            typed("kind", "varchar(20)"),
        ),
        in_latin1(
            "turn_a_set_in_keys_into_text",
            typed("kind", "set('small','big')"),
            typed("kind", "char(20)"),
        ),
        Case::new(
            "hide_a_column_that_is_set_with_each_update",
            one(table("items", [integer("id"), touched(false)])),
            one(table("items", [integer("id"), touched(true)])),
        )
        .row("items", row! { id: 3, at: "2024-02-29 12:34:56.789012" }),
    ]
}

fn touched(invisible: bool) -> Column {
    Column {
        invisible,
        on_update: Some("CURRENT_TIMESTAMP(6)".to_owned()),
        ..typed("at", "datetime(6)").nullable()
    }
}
