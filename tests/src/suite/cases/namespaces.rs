//! Several schemas, on engines that have them.

use super::items_table;
use crate::models::{
    ColumnExt as _, TableExt as _, document, foreign_key, index, integer, of_enum, table, text, value,
    with_enum, with_view,
};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{Column, DeclaredTable, Document, QualifiedName};

fn within(schema: &str, mut table: DeclaredTable) -> DeclaredTable {
    table.name.schema = Some(schema.to_owned());
    table
}

fn shops(columns: impl IntoIterator<Item = Column>) -> DeclaredTable {
    within(
        "shop",
        table("shops", [integer("id")].into_iter().chain(columns)).key(&["id"]).index(index(&["id"])),
    )
}

fn referring() -> DeclaredTable {
    let mut key = foreign_key(&["shop"], "shops", &["id"]);
    key.references.schema = Some("shop".to_owned());
    items_table([integer("shop")]).foreign_key(key)
}

pub(super) fn cases() -> Vec<Case> {
    let case = |name, before, after| {
        Case::new(name, before, after).row("shop.shops", row! { id: 5 }).only_with(Capability::Namespaces)
    };
    let status = |document: Document, values: &[&str]| {
        let values: Vec<_> = values.iter().map(|name| value(name)).collect();
        let mut document = with_enum(document, "status", &values);
        document.enums[0].base.name.schema = Some("shop".to_owned());
        document
    };
    let view = |document: Document| {
        let mut document = with_view(document, "numbers", "SELECT id FROM shop.shops");
        document.views[0].base.name =
            QualifiedName { schema: Some("shop".to_owned()), name: "numbers".to_owned() };
        document
    };
    vec![
        Case::new("add_schema", document([items_table([])]), document([items_table([]), shops([])]))
            .row("items", row! { id: 1 })
            .only_with(Capability::Namespaces),
        case("add_column_in_another_schema", document([shops([])]), {
            document([shops([text("name").default_sql("'x'")])])
        }),
        case("refer_to_another_schema", document([shops([]), items_table([integer("shop")])]), {
            document([shops([]), referring()])
        })
        .row("items", row! { id: 1, shop: 5 }),
        case("drop_table_that_refers_to_another_schema", document([shops([]), referring()]), {
            document([shops([])])
        })
        .row("items", row! { id: 1, shop: 5 }),
        case(
            "remove_value_of_an_enum_in_another_schema",
            status(document([shops([of_enum("status", "status").nullable()])]), &["new", "gone", "done"]),
            status(document([shops([of_enum("status", "status").nullable()])]), &["new", "done"]),
        ),
        case("change_table_under_a_view_in_another_schema", view(document([shops([])])), {
            let mut after = document([within("shop", {
                table("shops", [integer("id").renamed_from("x"), text("note").nullable()])
                    .key(&["id"])
                    .index(index(&["id"]))
            })]);
            after.sort();
            view(after)
        }),
    ]
}
