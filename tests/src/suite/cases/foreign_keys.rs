//! Foreign keys.

use crate::models::{
    ColumnExt as _, Named as _, TableExt as _, document, foreign_key, integer, table, text, unique,
};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{DeclaredTable, Deferrability, Document, ForeignKey, ReferentialAction};

fn feeds() -> DeclaredTable {
    table("feeds", [integer("id"), text("name")]).key(&["id"])
}

fn products(keys: impl IntoIterator<Item = ForeignKey>) -> Document {
    let products = table("products", [integer("id"), integer("feed_id").nullable()]).key(&["id"]);
    document([feeds(), keys.into_iter().fold(products, |table, key| table.foreign_key(key))])
}

fn to_feed() -> ForeignKey {
    foreign_key(&["feed_id"], "feeds", &["id"])
}

fn cascading() -> ForeignKey {
    ForeignKey { on_delete: ReferentialAction::Cascade, ..to_feed() }
}

pub(super) fn cases() -> Vec<Case> {
    let case = |name, before, after| {
        Case::new(name, before, after)
            .row("feeds", row! { id: 7, name: "outdoor" })
            .row("products", row! { id: 1, feed_id: 7 })
            .row("products", row! { id: 2, feed_id: () })
    };
    let one_feed = || {
        Case::new(
            "add_column_with_foreign_key",
            document([feeds(), table("products", [integer("id")]).key(&["id"])]),
            products([to_feed()]),
        )
    };
    vec![
        case("add_foreign_key", products([]), products([to_feed()])),
        case("add_named_foreign_key", products([]), products([to_feed().named("its feed")])),
        case("drop_foreign_key", products([to_feed()]), products([])),
        case("add_action", products([to_feed()]), products([cascading()])),
        case(
            "change_actions",
            products([cascading()]),
            products([ForeignKey {
                on_delete: ReferentialAction::SetNull(Vec::new()),
                on_update: ReferentialAction::Cascade,
                ..to_feed()
            }]),
        ),
        case(
            "make_foreign_key_deferrable",
            products([to_feed()]),
            products([ForeignKey { deferrable: Deferrability::InitiallyDeferred, ..to_feed() }]),
        )
        .only_with(Capability::DeferrableForeignKeys),
        case(
            "an_unnamed_foreign_key_matches_any_name",
            products([cascading().named("whatever")]),
            products([cascading()]),
        )
        .is_no_change(),
        case(
            "the_key_of_the_other_table_need_not_be_named",
            products([to_feed()]),
            products([foreign_key(&["feed_id"], "feeds", &[])]),
        )
        .is_no_change(),
        Case::new("add_foreign_key_that_rows_violate", products([]), products([to_feed()]))
            .row("feeds", row! { id: 7, name: "outdoor" })
            .row("products", row! { id: 1, feed_id: 8 })
            .is_refused(),
        one_feed().row("feeds", row! { id: 7, name: "outdoor" }).row("products", row! { id: 1 }),
        case("rebuild_both_sides_of_a_foreign_key", products([cascading()]), {
            let mut after = products([cascading()]);
            for table in &mut after.tables {
                table.columns[1].base.default = Some(schema_core::model::Default::Sql("7".to_owned()));
            }
            after
        }),
    ]
    .into_iter()
    .chain(shapes())
    .chain([names_that_move()])
    .collect()
}

/// On MySQL and MariaDB the names of foreign keys are the whole database's.
fn names_that_move() -> Case {
    let referring = |name, keys: &[&str]| {
        let products = table(name, [integer("id"), integer("feed_id").nullable()]).key(&["id"]);
        keys.iter().fold(products, |table, key| table.foreign_key(to_feed().named(key)))
    };
    Case::new(
        "pass_the_names_of_foreign_keys_on",
        document([
            feeds(),
            referring("a", &["first"]),
            referring("b", &["second"]),
            referring("c", &[]),
            referring("gone", &["third"]),
        ]),
        document([
            feeds(),
            referring("a", &["second"]),
            referring("b", &["first"]),
            referring("c", &["third"]),
        ]),
    )
    .row("feeds", row! { id: 7, name: "outdoor" })
    .row("a", row! { id: 1, feed_id: 7 })
    .row("b", row! { id: 1, feed_id: 7 })
    .row("c", row! { id: 1, feed_id: 7 })
    .row("gone", row! { id: 1, feed_id: 7 })
}

fn shapes() -> Vec<Case> {
    let lots = |key: bool| {
        let offers = table("offers", [integer("id"), integer("feed_id"), text("sku")]).key(&["id"]);
        let to_lot = foreign_key(&["feed_id", "sku"], "lots", &["feed_id", "sku"]);
        document([
            table("lots", [integer("feed_id"), text("sku")]).key(&["feed_id", "sku"]),
            if key { offers.foreign_key(to_lot) } else { offers },
        ])
    };
    let tree = |key: ForeignKey| {
        document([table("nodes", [integer("id"), integer("parent").nullable()])
            .key(&["id"])
            .foreign_key(key)])
    };
    let to_parent = || foreign_key(&["parent"], "nodes", &["id"]);
    let cycle =
        |name: &str| {
            document([
                table("heads", [integer("id"), integer("tail").nullable()])
                    .key(&["id"])
                    .foreign_key(foreign_key(&["tail"], "tails", &["id"])),
                table("tails", [integer("id"), integer(name).nullable()])
                    .key(&["id"])
                    .foreign_key(foreign_key(&[name], "heads", &["id"])),
            ])
        };
    let nothing = || document([feeds()]);
    vec![
        Case::new("add_composite_foreign_key", lots(false), lots(true))
            .row("lots", row! { feed_id: 7, sku: "a" })
            .row("offers", row! { id: 1, feed_id: 7, sku: "a" }),
        Case::new("drop_composite_foreign_key", lots(true), lots(false))
            .row("lots", row! { feed_id: 7, sku: "a" })
            .row("offers", row! { id: 1, feed_id: 7, sku: "a" }),
        Case::new(
            "change_table_that_refers_to_itself",
            tree(to_parent()),
            tree(ForeignKey { on_delete: ReferentialAction::Cascade, ..to_parent() }),
        )
        .row("nodes", row! { id: 1, parent: () })
        .row("nodes", row! { id: 2, parent: 1 })
        .row("nodes", row! { id: 3, parent: 2 }),
        Case::new("create_tables_that_refer_to_each_other", nothing(), {
            let mut both = cycle("head");
            both.tables.push(feeds());
            both.sort();
            both
        })
        .row("feeds", row! { id: 1, name: "x" }),
        Case::new("drop_tables_that_refer_to_each_other", cycle("head"), document([]))
            .row("heads", row! { id: 1, tail: () })
            .row("tails", row! { id: 2, head: 1 }),
        Case::new("rename_column_that_refers_in_a_cycle", cycle("head"), {
            let mut after = cycle("chief");
            after.tables[1].columns[1].base.renamed_from = Some("head".to_owned());
            after
        })
        .row("heads", row! { id: 1, tail: () })
        .row("tails", row! { id: 2, head: 1 }),
        Case::new(
            "refer_to_a_unique_column",
            document([
                table("codes", [integer("id"), text("code")]).key(&["id"]).unique(unique(&["code"])),
                table("uses", [text("code")]),
            ]),
            document([
                table("codes", [integer("id"), text("code")]).key(&["id"]).unique(unique(&["code"])),
                table("uses", [text("code")]).foreign_key(foreign_key(&["code"], "codes", &["code"])),
            ]),
        )
        .row("codes", row! { id: 1, code: "a" })
        .row("uses", row! { code: "a" }),
    ]
}
