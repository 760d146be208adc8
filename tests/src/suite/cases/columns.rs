//! Columns come, go, get other names and other properties.

use super::{items, items_table};
use crate::models::{
    ColumnExt as _, Named as _, TableExt as _, check, document, index, integer, text, typed,
};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::Default;

pub(super) fn cases() -> Vec<Case> {
    [coming_and_going(), renames(), types(), null_and_defaults(), collations()].concat()
}

fn coming_and_going() -> Vec<Case> {
    vec![
        Case::new("add_column_that_may_be_null", items([]), items([text("note").nullable()]))
            .row("items", row! { id: 3 }),
        Case::new("add_column_with_default", items([]), items([text("note").default_sql("'none'")]))
            .row("items", row! { id: 3 }),
        Case::new("add_column_with_default_now", items([]), items([text("at").default(Default::Now)]))
            .row("items", row! { id: 3 })
            .hides("at"),
        Case::new("add_column_with_computed_default", items([]), items([integer("n").default_sql("1 + 2")]))
            .row("items", row! { id: 3 }),
        Case::new("add_column_without_default", items([]), items([text("note")]))
            .row("items", row! { id: 3 })
            .only_with(Capability::MissingValuesRefused)
            .is_refused(),
        Case::new("add_columns_without_defaults", items([]), items([text("note"), integer("n")]))
            .row("items", row! { id: 3 })
            .only_with(Capability::MissingValuesRefused)
            .is_refused(),
        Case::new("add_columns", items([]), items([text("a").nullable(), integer("b").default(number("7"))]))
            .row("items", row! { id: 3 }),
        // A person writes an UPDATE between the columns that come and the one that goes.
        Case::new(
            "split_column",
            items([text("name").nullable()]),
            items([text("first_name").nullable(), text("last_name").nullable()]),
        )
        .row("items", row! { id: 3, name: "Ada Lovelace" }),
        Case::new(
            "split_column_into_one_that_is_computed",
            items([text("name").nullable(), text("shown").nullable().generated("upper(name)")]),
            items([text("last_name").nullable(), text("sorted").nullable().generated("lower(last_name)")]),
        )
        .row("items", row! { id: 3, name: "Ada Lovelace" }),
        Case::new("drop_column", items([text("note").nullable()]), items([]))
            .row("items", row! { id: 3, note: "x" }),
        Case::new("drop_column_that_has_a_default", items([text("note").default_sql("'none'")]), items([]))
            .row("items", row! { id: 3, note: "x" }),
        Case::new("drop_column_that_has_no_default", items([text("note")]), items([]))
            .row("items", row! { id: 3, note: "x" })
            .only_with(Capability::MissingValuesRefused)
            .is_one_way(),
        Case::new(
            "drop_column_with_all_that_speaks_of_it",
            document([items_table([text("note").nullable()])
                .check(check("note <> ''"))
                .index(index(&["note"]))]),
            items([]),
        )
        .row("items", row! { id: 3, note: "x" }),
    ]
}

fn renames() -> Vec<Case> {
    vec![
        Case::new(
            "rename_column_by_hint",
            items([text("note")]),
            items([text("remark").renamed_from("note")]),
        )
        .row("items", row! { id: 3, note: "x" }),
        Case::new("rename_column_by_request", items([text("note")]), items([text("remark")]))
            .row("items", row! { id: 3, note: "x" })
            .rename_column("items", "note", "remark"),
        Case::new(
            "rename_column_and_change_it",
            items([text("note").nullable()]),
            items([text("remark").default_sql("'none'").renamed_from("note")]),
        )
        .row("items", row! { id: 3, note: "x" }),
        Case::new(
            "rename_column_with_all_that_speaks_of_it",
            document([items_table([text("note"), text("norm").generated("lower(note)")])
                .check(check("note <> 'note'").named("note_check"))
                .index(index(&["note"]).named("note_index"))
                .index(index(&["lower(note)"]).named("note_lower"))]),
            document([items_table([
                text("remark").renamed_from("note"),
                text("norm").generated("lower(remark)"),
            ])
            .check(check("remark <> 'note'").named("note_check"))
            .index(index(&["remark"]).named("note_index"))
            .index(index(&["lower(remark)"]).named("note_lower"))]),
        )
        .row("items", row! { id: 3, note: "X" }),
        Case::new(
            "rename_a_computed_column_and_the_one_it_reads",
            document([items_table([text("note"), text("norm").generated("lower(note)")])
                .index(index(&["norm"]).named("norm_index"))]),
            document([items_table([
                text("remark").renamed_from("note"),
                text("lower").generated("lower(remark)").renamed_from("norm"),
            ])
            .index(index(&["lower"]).named("norm_index"))]),
        )
        .row("items", row! { id: 3, note: "X" }),
        Case::new(
            "rename_column_and_give_its_name_to_another",
            items([text("note")]),
            items([text("remark").renamed_from("note"), integer("rank").default_sql("0")]),
        )
        .row("items", row! { id: 3, note: "x" }),
        Case::new(
            "a_column_hint_whose_old_name_is_gone_does_nothing",
            items([text("note")]),
            items([text("note").renamed_from("remark")]),
        )
        .row("items", row! { id: 3, note: "x" })
        .is_no_change(),
        Case::new(
            "a_column_hint_whose_old_name_is_claimed_does_nothing",
            items([text("note")]),
            items([text("note"), text("remark").nullable().renamed_from("note")]),
        )
        .row("items", row! { id: 3, note: "x" }),
        Case::new(
            "a_column_hint_whose_new_name_is_taken_does_nothing",
            items([text("note").nullable(), text("remark")]),
            items([text("remark").renamed_from("note")]),
        )
        .row("items", row! { id: 3, note: "x", remark: "y" }),
    ]
}

fn types() -> Vec<Case> {
    vec![
        Case::new("change_type", items([text("note")]), items([integer("note")]))
            .row("items", row! { id: 3, note: "007" })
            .converts("items", "note"),
        Case::new("change_type_without_loss", items([integer("rank")]), items([text("rank")]))
            .row("items", row! { id: 3, rank: 7 })
            .converts("items", "rank"),
        Case::new(
            "change_types_of_several_columns",
            items([
                typed("a", "smallint"),
                typed("b", "smallint").nullable(),
                text("c").nullable(),
                typed("d", "smallint"),
            ]),
            items([
                typed("a", "bigint"),
                typed("b", "bigint").nullable(),
                text("c"),
                typed("d", "bigint").default(number("0")),
                integer("e").default(number("0")),
            ]),
        )
        .row("items", row! { id: 3, a: 7, b: (), c: "x", d: 8 }),
        Case::new(
            "change_types_of_columns_that_others_are_computed_from",
            items([
                typed("a", "smallint"),
                typed("b", "smallint"),
                typed("sum", "smallint").generated("a + b"),
                typed("twice", "smallint").generated("2 * b").nullable(),
            ]),
            items([
                typed("a", "bigint"),
                typed("b", "bigint"),
                typed("sum", "bigint").generated("a + b"),
                typed("product", "bigint").generated("a * b"),
            ]),
        )
        .row("items", row! { id: 3, a: 7, b: 8 }),
        Case::new(
            "change_types_of_columns_that_new_ones_are_computed_from",
            items([typed("a", "smallint"), typed("b", "smallint")]),
            items([
                typed("a", "bigint"),
                typed("b", "bigint"),
                typed("sum", "bigint").stored("a + b"),
                typed("product", "bigint").stored("a * b"),
            ]),
        )
        .row("items", row! { id: 3, a: 7, b: 8 }),
        Case::new(
            "widen_type",
            items([typed("note", "varchar(20)")]),
            items([typed("note", "varchar(200)")]),
        )
        .row("items", row! { id: 3, note: "x" }),
        Case::new(
            "the_spelling_of_a_type_is_no_difference",
            items([typed("note", "varchar(20)")]),
            items([typed("note", "VARCHAR( 20 )")]),
        )
        .row("items", row! { id: 3, note: "x" })
        .is_no_change(),
    ]
}

fn null_and_defaults() -> Vec<Case> {
    vec![
        Case::new("allow_null", items([text("note")]), items([text("note").nullable()]))
            .row("items", row! { id: 3, note: "x" }),
        Case::new("refuse_null", items([text("note").nullable()]), items([text("note")]))
            .row("items", row! { id: 3, note: "x" }),
        Case::new("refuse_null_where_there_is_one", items([text("note").nullable()]), items([text("note")]))
            .row("items", row! { id: 3, note: () })
            .is_refused(),
        Case::new("add_default", items([text("note")]), items([text("note").default_sql("'none'")]))
            .row("items", row! { id: 3, note: "x" }),
        Case::new(
            "change_default",
            items([text("note").default_sql("'none'")]),
            items([text("note").default_sql("'it''s'")]),
        )
        .row("items", row! { id: 3, note: "x" }),
        Case::new("drop_default", items([text("note").default_sql("'none'")]), items([text("note")]))
            .row("items", row! { id: 3, note: "x" }),
        Case::new(
            "the_spelling_of_a_default_is_no_difference",
            items([integer("rank").default(number("0")), integer("sum").default_sql("1 + 2")]),
            items([integer("rank").default_sql("(0)"), integer("sum").default_sql("(1+2)")]),
        )
        .row("items", row! { id: 3 })
        .is_no_change(),
    ]
}

fn number(text: &str) -> Default {
    Default::Number(text.to_owned())
}

fn collations() -> Vec<Case> {
    let case = |name, before, after| {
        Case::new(name, before, after)
            .row("items", row! { id: 3, note: "x" })
            .only_with(Capability::SqliteCollations)
    };
    vec![
        case("add_collation", items([text("note")]), items([text("note").collation("NOCASE")])),
        case(
            "change_collation",
            items([text("note").collation("NOCASE")]),
            items([text("note").collation("RTRIM")]),
        ),
        case("drop_collation", items([text("note").collation("NOCASE")]), items([text("note")])),
        case(
            "the_usual_collation_is_no_difference",
            items([text("note")]),
            items([text("note").collation("binary")]),
        )
        .is_no_change(),
    ]
}
