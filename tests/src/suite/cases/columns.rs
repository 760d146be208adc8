//! Columns come, go, get other names and other properties.

use crate::models::{ColumnExt as _, TableExt as _, document, integer, table, text};
use crate::row;
use crate::suite::Case;
use schema_core::model::{Column, Document};

/// A table of an `id` and these.
fn items(columns: impl IntoIterator<Item = Column>) -> Document {
    let columns = [integer("id")].into_iter().chain(columns);
    document([table("items", columns).key(&["id"])])
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("add_column_that_may_be_null", items([]), items([text("note").nullable()]))
            .row("items", row! { id: 3 }),
        Case::new("add_column_with_default", items([]), items([text("note").default_sql("'none'")]))
            .row("items", row! { id: 3 }),
        Case::new("add_column_without_default", items([]), items([text("note")]))
            .row("items", row! { id: 3 })
            .is_refused(),
        Case::new("drop_column", items([text("note").nullable()]), items([]))
            .row("items", row! { id: 3, note: "x" }),
        Case::new("drop_column_that_has_no_default", items([text("note")]), items([]))
            .row("items", row! { id: 3, note: "x" })
            .is_one_way(),
        Case::new(
            "rename_column_by_hint",
            items([text("note")]),
            items([text("remark").renamed_from("note")]),
        )
        .row("items", row! { id: 3, note: "x" }),
        Case::new("rename_column_by_request", items([text("note")]), items([text("remark")]))
            .row("items", row! { id: 3, note: "x" })
            .rename_column("items", "note", "remark"),
        Case::new("change_type", items([text("note")]), items([integer("note")]))
            .row("items", row! { id: 3, note: "007" })
            .converts("items", "note"),
    ]
}
