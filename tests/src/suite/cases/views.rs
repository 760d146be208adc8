//! Views.

use super::{items, items_table};
use crate::models::{ColumnExt as _, TableExt as _, check, document, integer, table, text, with_view};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::Document;

fn noted() -> Document {
    items([text("note"), integer("place").nullable()])
}

const TOP: &str = "SELECT id, note FROM items WHERE place > 5";

pub(super) fn cases() -> Vec<Case> {
    let case = |name, before, after| {
        Case::new(name, before, after).row("items", row! { id: 3, note: "x", place: 9 })
    };
    let stacked = |document: Document, condition: &str| {
        let top = with_view(document, "top", &format!("SELECT id, note FROM items WHERE {condition}"));
        with_view(with_view(top, "best", "SELECT note FROM top"), "a_first", "SELECT note FROM best")
    };
    let checked =
        || document([items_table([text("note"), integer("place").nullable()]).check(check("note <> ''"))]);
    let renamed = || items([text("remark").renamed_from("note"), integer("place").nullable()]);
    vec![
        case("create_view", noted(), with_view(noted(), "top", TOP)),
        case("create_views_on_views", noted(), stacked(noted(), "place > 5")),
        case("drop_view", with_view(noted(), "top", TOP), noted()),
        case("drop_views_on_views", stacked(noted(), "place > 5"), noted()),
        case(
            "change_view",
            with_view(noted(), "top", TOP),
            with_view(noted(), "top", "SELECT id, note FROM items WHERE place > 6"),
        ),
        case("change_view_that_others_read", stacked(noted(), "place > 5"), stacked(noted(), "place > 6")),
        case("rebuild_table_under_views", stacked(noted(), "place > 5"), stacked(checked(), "place > 5")),
        case(
            "rename_column_that_a_view_reads",
            with_view(noted(), "top", TOP),
            with_view(renamed(), "top", "SELECT id, remark FROM items WHERE place > 5"),
        ),
        case(
            "rename_column_that_a_view_reads_and_rebuild_its_table",
            with_view(noted(), "top", TOP),
            with_view(
                items([text("remark").renamed_from("note"), integer("place").nullable().default_sql("0")]),
                "top",
                "SELECT id, remark FROM items WHERE place > 5",
            ),
        ),
        case(
            "rename_table_that_a_view_reads",
            with_view(noted(), "top", TOP),
            with_view(
                document([table("goods", [integer("id"), text("note"), integer("place").nullable()])
                    .key(&["id"])
                    .renamed_from("items")]),
                "top",
                "SELECT id, note FROM goods WHERE place > 5",
            ),
        ),
        case(
            "drop_column_that_a_view_no_longer_reads",
            with_view(noted(), "top", "SELECT id, place FROM items"),
            with_view(items([text("note")]), "top", "SELECT id FROM items"),
        ),
        case(
            "the_spelling_of_a_view_is_no_difference",
            with_view(noted(), "top", TOP),
            with_view(noted(), "top", "select \"id\",note\nfrom items -- the best\nwhere place>5;"),
        )
        .only_with(Capability::DoubleQuotedNames)
        .is_no_change(),
        case("replace_view_by_table", with_view(noted(), "top", TOP), {
            let mut after = noted();
            after.tables.push(table("top", [integer("id"), text("note")]).key(&["id"]));
            after.sort();
            after
        }),
    ]
}
