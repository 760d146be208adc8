//! Many changes at once.

use crate::models::{
    ColumnExt as _, Named as _, TableExt as _, check, document, foreign_key, index, integer, of_enum,
    renamed_value, table, text, unique, value, with_enum, with_view,
};
use crate::row;
use crate::suite::Case;
use schema_core::model::{Document, ForeignKey, ReferentialAction};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("everything_in_one_table_is_one_rebuild", shop_before(), shop_after())
            .row("feeds", row! { id: 7, name: "outdoor" })
            .row("products", row! { id: 1, name: "Tent", gone: "x", price: 5, status: "fresh", feed: 7 })
            .row("products", row! { id: 2, name: "Stove", gone: (), price: (), status: "sold", feed: () }),
        Case::new("split_table", products_and_prices(false), products_and_prices(true))
            .row("products", row! { id: 1, name: "Tent", price: 5, currency: "EUR" }),
        Case::new(
            "rename_a_table_and_its_columns_and_rebuild_it",
            document([
                table("users", [integer("id"), text("nick")]).key(&["id"]),
                table("orders", [integer("id"), integer("user_id")])
                    .key(&["id"])
                    .foreign_key(cascade(foreign_key(&["user_id"], "users", &["id"]))),
            ]),
            document([
                table("people", [integer("number").renamed_from("id"), text("handle").renamed_from("nick")])
                    .key(&["number"])
                    .unique(unique(&["handle"]))
                    .renamed_from("users"),
                table("orders", [integer("id"), integer("person").renamed_from("user_id")])
                    .key(&["id"])
                    .foreign_key(cascade(foreign_key(&["person"], "people", &["number"]))),
            ]),
        )
        .row("users", row! { id: 7, nick: "ada" })
        .row("orders", row! { id: 1, user_id: 7 }),
        Case::new(
            "swap_two_tables_around_a_foreign_key",
            document([
                table("a", [integer("id")]).key(&["id"]),
                table("b", [integer("id"), integer("a")]).key(&["id"]).foreign_key(foreign_key(
                    &["a"],
                    "a",
                    &["id"],
                )),
            ]),
            document([
                table("b", [integer("id"), integer("a")]).key(&["id"]).foreign_key(foreign_key(
                    &["a"],
                    "c",
                    &["id"],
                )),
                table("c", [integer("id"), text("x").nullable()]).key(&["id"]).renamed_from("a"),
                table("d", [integer("id")]).key(&["id"]).foreign_key(foreign_key(&["id"], "b", &["id"])),
            ]),
        )
        .row("a", row! { id: 1 })
        .row("b", row! { id: 2, a: 1 }),
        Case::new("from_everything_to_nothing", shop_after(), document([]))
            .row("feeds", row! { id: 7, name: "outdoor" })
            .row("products", row! { id: 1, title: "Tent", price: 5, status: "new", feed: 7 }),
    ]
}

fn cascade(key: ForeignKey) -> ForeignKey {
    ForeignKey { on_delete: ReferentialAction::Cascade, ..key }
}

fn shop_before() -> Document {
    let products = table(
        "products",
        [
            integer("id"),
            text("name"),
            text("gone").nullable(),
            integer("price").nullable(),
            of_enum("status", "status"),
            integer("feed").nullable(),
        ],
    )
    .key(&["id"])
    .check(check("price > 0"))
    .index(index(&["name"]).named("products_name"))
    .foreign_key(foreign_key(&["feed"], "feeds", &["id"]));
    let feeds = table("feeds", [integer("id"), text("name")]).key(&["id"]);
    let document = with_enum(document([feeds, products]), "status", &[value("fresh"), value("sold")]);
    with_view(document, "labels", "SELECT id, name FROM products")
}

fn shop_after() -> Document {
    let products = table(
        "products",
        [
            integer("id"),
            text("title").renamed_from("name"),
            text("norm").stored("lower(title)"),
            integer("price").nullable().default_sql("1"),
            of_enum("status", "status"),
            integer("feed").nullable(),
        ],
    )
    .key(&["id"])
    .unique(unique(&["title"]))
    .check(check("price >= 0"))
    .index(index(&["title"]).named("products_name"))
    .index(index(&["lower(title)"]).named("products_lower"))
    .foreign_key(cascade(foreign_key(&["feed"], "feeds", &["id"])));
    let feeds = table("feeds", [integer("id"), text("name")]).key(&["id"]);
    let document = with_enum(
        document([feeds, products]),
        "status",
        &[renamed_value("fresh", "new"), value("sold"), value("hidden")],
    );
    with_view(document, "labels", "SELECT id, title, norm FROM products")
}

fn products_and_prices(split: bool) -> Document {
    let products = table("products", [integer("id"), text("name")]).key(&["id"]);
    if !split {
        let mut products = products;
        let own = [integer("price").nullable(), text("currency").nullable()];
        products.columns.extend(own.map(schema_core::model::Declared::new));
        return document([products]);
    }
    let prices = table("prices", [integer("product_id"), integer("price"), text("currency")])
        .key(&["product_id", "currency"])
        .foreign_key(cascade(foreign_key(&["product_id"], "products", &["id"])));
    document([products, prices])
}
