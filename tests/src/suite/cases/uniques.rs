//! Unique constraints.

use super::items_table;
use crate::models::{ColumnExt as _, Named as _, TableExt as _, document, index, integer, text, unique};
use crate::row;
use crate::suite::Case;
use schema_core::model::{Document, Index, Unique};

fn coded(uniques: impl IntoIterator<Item = Unique>) -> Document {
    let table = items_table([text("code"), integer("shop")]);
    document([uniques.into_iter().fold(table, |table, unique| table.unique(unique))])
}

fn indexed(index: Index) -> Document {
    document([items_table([text("code"), integer("shop")]).index(index)])
}

pub(super) fn cases() -> Vec<Case> {
    let case = |name, before, after| {
        Case::new(name, before, after)
            .row("items", row! { id: 3, code: "a", shop: 1 })
            .row("items", row! { id: 9, code: "b", shop: 1 })
    };
    vec![
        case("add_unique", coded([]), coded([unique(&["code"])])),
        case("add_named_unique", coded([]), coded([unique(&["code"]).named("one code")])),
        case("add_composite_unique", coded([]), coded([unique(&["shop", "code"])])),
        case("add_unique_that_rows_violate", coded([]), coded([unique(&["shop"])])).is_refused(),
        case("drop_unique", coded([unique(&["code"])]), coded([])),
        case("change_unique", coded([unique(&["code"])]), coded([unique(&["code", "shop"])])),
        case("rename_unique", coded([unique(&["code"]).named("a")]), coded([unique(&["code"]).named("b")])),
        case(
            "add_unique_beside_another",
            coded([unique(&["code"])]),
            coded([unique(&["code"]), unique(&["shop", "code"])]),
        ),
        case(
            "an_unnamed_unique_matches_any_name",
            coded([unique(&["code"]).named("whatever")]),
            coded([unique(&["code"])]),
        )
        .is_no_change(),
        case(
            "unique_becomes_a_unique_index_of_another_name",
            coded([unique(&["code"]).named("a")]),
            indexed(Index { unique: true, ..index(&["code"]) }.named("b")),
        ),
        case(
            "unique_index_becomes_a_unique_of_another_name",
            indexed(Index { unique: true, ..index(&["code"]) }.named("a")),
            coded([unique(&["code"]).named("b")]),
        ),
        Case::new(
            "add_unique_column",
            document([items_table([])]),
            document([items_table([text("code").nullable()]).unique(unique(&["code"]))]),
        )
        .row("items", row! { id: 3 })
        .row("items", row! { id: 4 }),
    ]
}
