//! Primary keys.

use crate::models::{ColumnExt as _, TableExt as _, document, foreign_key, integer, table, text};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{Column, Document};

fn lines(columns: [Column; 2], key: &[&str]) -> Document {
    let lines = table("lines", columns);
    document([if key.is_empty() { lines } else { lines.key(key) }])
}

fn pair() -> [Column; 2] {
    [integer("feed"), text("sku")]
}

pub(super) fn cases() -> Vec<Case> {
    let case = |name, before: &[&str], after: &[&str]| {
        Case::new(name, lines(pair(), before), lines(pair(), after))
            .row("lines", row! { feed: 5, sku: "a" })
            .row("lines", row! { feed: 2, sku: "b" })
    };
    let numbered = |column| document([table("notes", [column, text("note")]).key(&["id"])]);
    vec![
        case("add_primary_key", &[], &["sku"]),
        case("add_integer_primary_key", &[], &["feed"]),
        case("add_composite_primary_key", &[], &["feed", "sku"]),
        case("widen_primary_key", &["feed"], &["feed", "sku"]),
        case("change_primary_key", &["feed"], &["sku"]),
        case("reorder_primary_key", &["feed", "sku"], &["sku", "feed"]),
        case("drop_primary_key", &["sku"], &[]),
        case("drop_integer_primary_key", &["feed"], &[]),
        Case::new("add_primary_key_that_rows_violate", lines(pair(), &[]), lines(pair(), &["sku"]))
            .row("lines", row! { feed: 5, sku: "a" })
            .row("lines", row! { feed: 2, sku: "a" })
            .is_refused(),
        Case::new("add_column_that_is_the_primary_key", document([table("notes", [text("note")])]), {
            document([table("notes", [integer("id"), text("note")]).key(&["id"])])
        })
        .row("notes", row! { note: "a" })
        .row("notes", row! { note: "b" })
        .only_with(Capability::NumberedKeys),
        Case::new("rename_primary_key_that_others_refer_to", parents("id", "id"), {
            let mut after = parents("number", "number");
            let parent = after.tables.iter_mut().find(|table| table.name.name == "parents").unwrap();
            parent.columns[0].base.renamed_from = Some("id".to_owned());
            after
        })
        .row("parents", row! { id: 7 })
        .row("children", row! { id: 1, parent: 7 }),
        Case::new("autoincrement_on", numbered(integer("id")), numbered(integer("id").autoincrement()))
            .row("notes", row! { id: 7, note: "a" })
            .only_with(Capability::SqliteTables),
        Case::new("autoincrement_off", numbered(integer("id").autoincrement()), numbered(integer("id")))
            .row("notes", row! { id: 7, note: "a" })
            .only_with(Capability::SqliteTables),
    ]
}

fn parents(key: &str, referenced: &str) -> Document {
    document([
        table("parents", [integer(key)]).key(&[key]),
        table("children", [integer("id"), integer("parent")]).key(&["id"]).foreign_key(foreign_key(
            &["parent"],
            "parents",
            &[referenced],
        )),
    ])
}
