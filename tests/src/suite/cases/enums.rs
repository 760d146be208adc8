//! Enums.

use super::{items, items_table};
use crate::models::{ColumnExt as _, document, of_enum, renamed_value, text, value, with_enum};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{Default, Document, EnumValue};

fn with_status(values: &[EnumValue]) -> Document {
    with_enum(items([of_enum("status", "status")]), "status", values)
}

fn running() -> Vec<EnumValue> {
    [value("queued"), value("running"), value("finished")].to_vec()
}

pub(super) fn cases() -> Vec<Case> {
    let case = |name, before, after| {
        Case::new(name, before, after)
            .row("items", row! { id: 3, status: "queued" })
            .row("items", row! { id: 4, status: "finished" })
    };
    vec![
        case(
            "add_enum_value",
            with_status(&running()),
            with_status(&[running(), vec![value("failed")]].concat()),
        ),
        case(
            "add_enum_value_in_the_middle",
            with_status(&running()),
            with_status(&[value("queued"), value("paused"), value("running"), value("finished")]),
        ),
        case(
            "rename_enum_value",
            with_status(&running()),
            with_status(&[value("queued"), value("running"), renamed_value("finished", "it's done")]),
        ),
        case(
            "rename_enum_values_and_add_one",
            with_status(&running()),
            with_status(&[
                renamed_value("queued", "waiting"),
                value("running"),
                renamed_value("finished", "done"),
                value("failed"),
            ]),
        ),
        case(
            "an_enum_hint_whose_old_value_is_claimed_does_nothing",
            with_status(&running()),
            with_status(&[running(), vec![renamed_value("finished", "done")]].concat()),
        ),
        case(
            "remove_enum_value",
            with_status(&running()),
            with_status(&[value("queued"), value("finished")]),
        ),
        case(
            "remove_enum_value_that_rows_have",
            with_status(&running()),
            with_status(&[value("queued"), value("running")]),
        )
        .is_refused(),
        case(
            "reorder_enum_values",
            with_status(&running()),
            with_status(&[value("finished"), value("queued"), value("running")]),
        )
        .only_with(Capability::UnorderedEnums)
        .is_no_change(),
        Case::new(
            "add_enum_column",
            items([]),
            with_enum(
                items([of_enum("status", "status").default(Default::EnumValue("queued".to_owned()))]),
                "status",
                &running(),
            ),
        )
        .row("items", row! { id: 3 }),
        Case::new(
            "add_enum_column_that_may_be_null",
            items([]),
            with_enum(items([of_enum("status", "status").nullable()]), "status", &running()),
        )
        .row("items", row! { id: 3 }),
        case("turn_text_into_enum", items([text("status")]), with_status(&running())),
        case("turn_enum_into_text", with_status(&running()), items([text("status")])),
        case("drop_enum_column", with_enum_and_default(), items([])),
        case("rename_enum_value_that_is_a_default", with_enum_and_default(), {
            let values = [renamed_value("queued", "waiting"), value("running"), value("finished")];
            let status = of_enum("status", "status").default(Default::EnumValue("waiting".to_owned()));
            with_enum(document([items_table([status])]), "status", &values)
        }),
        case(
            "rename_enum_value_and_column",
            with_status(&running()),
            with_enum(
                items([of_enum("state", "status").renamed_from("status")]),
                "status",
                &[renamed_value("queued", "waiting"), value("running"), value("finished")],
            ),
        ),
    ]
}

fn with_enum_and_default() -> Document {
    let status = of_enum("status", "status").default(Default::EnumValue("queued".to_owned()));
    with_enum(items([status]), "status", &running())
}
