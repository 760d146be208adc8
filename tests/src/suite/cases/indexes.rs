//! Indexes.

use super::items_table;
use crate::models::{Named as _, TableExt as _, document, index, integer, text};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{Document, Index};

fn indexed(indexes: impl IntoIterator<Item = Index>) -> Document {
    let table = items_table([text("code"), integer("shop")]);
    document([indexes.into_iter().fold(table, |table, index| table.index(index))])
}

fn unique(parts: &[&str]) -> Index {
    Index { unique: true, ..index(parts) }
}

fn partial(parts: &[&str], predicate: &str) -> Index {
    Index { predicate: Some(predicate.to_owned()), ..index(parts) }
}

fn descending(parts: &[&str]) -> Index {
    let mut index = index(parts);
    index.parts[0].descending = true;
    index
}

fn collated(parts: &[&str]) -> Index {
    let mut index = index(parts);
    index.parts[0].collation = Some("NOCASE".to_owned());
    index
}

pub(super) fn cases() -> Vec<Case> {
    let case = |name, before, after| {
        Case::new(name, before, after)
            .row("items", row! { id: 3, code: "a", shop: 1 })
            .row("items", row! { id: 9, code: "b", shop: 1 })
    };
    vec![
        case("add_index", indexed([]), indexed([index(&["code"])])),
        case("add_index_of_two_columns", indexed([]), indexed([index(&["shop", "code"])])),
        case("add_unique_index", indexed([]), indexed([unique(&["code"])])),
        case("add_unique_index_that_rows_violate", indexed([]), indexed([unique(&["shop"])])).is_refused(),
        case("add_descending_index", indexed([]), indexed([descending(&["code", "shop"])])),
        case("add_expression_index", indexed([]), indexed([index(&["lower(code)", "shop"])]))
            .only_with(Capability::ExpressionIndexes),
        case("drop_index", indexed([index(&["code"])]), indexed([])),
        case("change_index", indexed([index(&["code"]).named("i")]), indexed([index(&["shop"]).named("i")])),
        case(
            "make_index_unique",
            indexed([index(&["code"]).named("i")]),
            indexed([unique(&["code"]).named("i")]),
        ),
        case(
            "make_index_descend",
            indexed([index(&["code"]).named("i")]),
            indexed([descending(&["code"]).named("i")]),
        ),
        case(
            "change_indexed_expression",
            indexed([index(&["lower(code)"]).named("i")]),
            indexed([index(&["upper(code)"]).named("i")]),
        )
        .only_with(Capability::ExpressionIndexes),
        case("rename_index", indexed([index(&["code"]).named("a")]), indexed([index(&["code"]).named("b")])),
        case(
            "swap_the_names_of_two_indexes",
            indexed([index(&["code"]).named("a"), index(&["shop"]).named("b")]),
            indexed([index(&["code"]).named("b"), index(&["shop"]).named("a")]),
        ),
        case(
            "an_unnamed_index_matches_any_name",
            indexed([descending(&["code"]).named("whatever")]),
            indexed([descending(&["code"])]),
        )
        .is_no_change(),
        case("add_partial_index", indexed([]), indexed([partial(&["code"], "shop > 0")]))
            .only_with(Capability::PartialIndexes),
        case(
            "change_partial_index",
            indexed([partial(&["code"], "shop > 0").named("i")]),
            indexed([partial(&["code"], "shop > 1").named("i")]),
        )
        .only_with(Capability::PartialIndexes),
        case(
            "make_index_whole",
            indexed([partial(&["code"], "shop > 0").named("i")]),
            indexed([index(&["code"]).named("i")]),
        )
        .only_with(Capability::PartialIndexes),
        case("add_index_with_collation", indexed([]), indexed([collated(&["code"])]))
            .only_with(Capability::SqliteCollations),
        case("move_index_to_another_table", two_tables("items"), two_tables("shops"))
            .row("shops", row! { id: 1, code: "x" }),
    ]
}

/// An index of one name, on either table.
fn two_tables(owner: &str) -> Document {
    let mut document = indexed([]);
    let mut shops = items_table([text("code")]);
    shops.name = "shops".into();
    document.tables.push(shops);
    for table in &mut document.tables {
        if table.name.name == owner {
            *table = table.clone().index(index(&["code"]).named("by_code"));
        }
    }
    document.sort();
    document
}
