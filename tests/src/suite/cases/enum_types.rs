//! Enum types, on engines that have them.

use super::{items, items_table};
use crate::models::{
    ColumnExt as _, TableExt as _, check, document, foreign_key, index, of_enum, renamed_value, table, text,
    typed, value, with_enum, with_view,
};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{Column, ColumnType, Default, Document, EnumValue, Index};

fn values(names: &[&str]) -> Vec<EnumValue> {
    names.iter().map(|name| value(name)).collect()
}

fn status(names: &[&str]) -> Document {
    with_enum(items([of_enum("status", "status")]), "status", &values(names))
}

/// A column that is used in every way in which a type can be.
fn used(names: &[&str]) -> Document {
    let default = || Default::EnumValue("queued".to_owned());
    let many = Column::new("many", ColumnType::Array(Box::new(ColumnType::Enum("status".to_owned()))));
    let partial = Index { predicate: Some("status = 'queued'::status".to_owned()), ..index(&["id"]) };
    let items = items_table([
        of_enum("status", "status").default(default()),
        many.nullable().default_sql("'{queued}'::status[]"),
        typed("is_open", "boolean").stored("status <> 'done'::status"),
        text("label").default_sql("('queued'::status)::text"),
    ])
    .check(check("status <> 'done'::status OR label <> ''"))
    .index(index(&["status"]))
    .index(partial);
    let by_status = table("states", [of_enum("status", "status")]).key(&["status"]);
    let uses = table("uses", [of_enum("status", "status")]).foreign_key(foreign_key(
        &["status"],
        "states",
        &["status"],
    ));
    let document = with_enum(document([items, by_status, uses]), "status", &values(names));
    let open = with_view(document, "open_items", "SELECT id, status FROM items WHERE status <> 'done'");
    with_view(open, "open_ids", "SELECT id FROM open_items")
}

pub(super) fn cases() -> Vec<Case> {
    let needs = |case: Case| case.only_with(Capability::EnumTypes);
    let case = |name, before, after| {
        needs(Case::new(name, before, after))
            .row("items", row! { id: 3, status: "queued" })
            .row("items", row! { id: 4, status: "done" })
    };
    let used_case = |name, before: &[&str], after: &[&str]| {
        needs(Case::new(name, used(before), used(after)))
            .row("items", row! { id: 3, status: "queued", many: "{queued,done}", label: "x" })
            .row("states", row! { status: "done" })
            .row("uses", row! { status: "done" })
    };
    vec![
        case("reorder_enum_type", status(&["queued", "done"]), status(&["done", "queued"])),
        case("prepend_enum_value", status(&["queued", "done"]), status(&["new", "queued", "done"])),
        case("add_enum_values_in_all_places", status(&["queued", "done"]), {
            status(&["a", "b", "queued", "c", "d", "done", "e"])
        }),
        used_case(
            "remove_value_of_a_type_that_is_used_everywhere",
            &["queued", "gone", "done"],
            &["queued", "done"],
        ),
        used_case(
            "add_value_to_a_type_that_is_used_everywhere",
            &["queued", "done"],
            &["queued", "late", "done"],
        ),
        case("use_a_new_value_at_once", status(&["queued", "done"]), {
            let status = of_enum("status", "status").default(Default::EnumValue("new".to_owned()));
            let table = items_table([status]).check(check("status <> 'new'::status OR id > 0"));
            with_enum(document([table]), "status", &values(&["queued", "new", "done"]))
        }),
        case("rename_a_value_and_use_a_new_one_at_once", status(&["queued", "done"]), {
            let status = of_enum("status", "status").default(Default::EnumValue("new".to_owned()));
            let values = [renamed_value("queued", "waiting"), value("new"), value("done")];
            with_enum(document([items_table([status])]), "status", &values)
        }),
        case(
            "turn_text_into_a_type_with_a_new_value",
            {
                let columns = [text("status"), of_enum("other", "status").nullable()];
                with_enum(items(columns), "status", &values(&["queued"]))
            },
            {
                let columns = [of_enum("status", "status"), of_enum("other", "status").nullable()];
                with_enum(items(columns), "status", &values(&["queued", "done"]))
            },
        ),
        case("rename_enum_type_and_add_a_value", status(&["queued", "done"]), {
            let mut document =
                with_enum(items([of_enum("status", "state")]), "state", &values(&["queued", "new", "done"]));
            document.enums[0].base.renamed_from = Some("status".to_owned());
            document
        }),
        case("rename_enum_type_and_remove_a_value", status(&["queued", "gone", "done"]), {
            let mut document =
                with_enum(items([of_enum("status", "state")]), "state", &values(&["queued", "done"]));
            document.enums[0].base.renamed_from = Some("status".to_owned());
            document
        }),
        case("rename_enum_type_to_the_name_of_a_built_in_one", status(&["queued", "done"]), {
            let values = values(&["queued", "done"]);
            let mut document = with_enum(items([of_enum("status", "date")]), "date", &values);
            document.enums[0].base.renamed_from = Some("status".to_owned());
            document
        }),
        case(
            "rename_enum_type_from_the_name_of_a_built_in_one_and_remove_a_value",
            with_enum(items([of_enum("status", "name")]), "name", &values(&["queued", "gone", "done"])),
            {
                let values = values(&["queued", "done"]);
                let mut document = with_enum(items([of_enum("status", "text")]), "text", &values);
                document.enums[0].base.renamed_from = Some("name".to_owned());
                document
            },
        ),
        // Two types, of which one goes and the other gets a name that sorts behind it.
        case(
            "rename_an_enum_type_and_drop_another",
            with_enum(status(&["queued", "done"]), "t_gone", &values(&["a", "b"])),
            {
                let mut document = with_enum(
                    items([of_enum("status", "z_status")]),
                    "z_status",
                    &values(&["queued", "late", "done"]),
                );
                document.enums[0].base.renamed_from = Some("status".to_owned());
                document
            },
        ),
        case("drop_enum_type", status(&["queued", "done"]), items([])).is_one_way(),
    ]
}
