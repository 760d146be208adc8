//! Computed columns.

use super::items;
use crate::models::{ColumnExt as _, integer, text};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{Column, Document};

fn noted(columns: impl IntoIterator<Item = Column>) -> Document {
    items([text("note")].into_iter().chain(columns))
}

pub(super) fn cases() -> Vec<Case> {
    let case = |name, before, after| Case::new(name, before, after).row("items", row! { id: 3, note: "Ada" });
    vec![
        case("add_virtual_column", noted([]), noted([text("norm").nullable().generated("lower(note)")]))
            .only_with(Capability::VirtualColumns),
        case("add_stored_column", noted([]), noted([text("norm").stored("lower(note)")])),
        case(
            "change_virtual_column",
            noted([text("norm").generated("lower(note)")]),
            noted([text("norm").generated("upper(note)")]),
        )
        .only_with(Capability::VirtualColumns),
        case(
            "change_stored_column",
            noted([text("norm").stored("lower(note)")]),
            noted([text("norm").stored("upper(note)")]),
        ),
        case(
            "store_virtual_column",
            noted([text("norm").generated("lower(note)")]),
            noted([text("norm").stored("lower(note)")]),
        )
        .only_with(Capability::VirtualColumns),
        case("drop_virtual_column", noted([text("norm").generated("lower(note)")]), noted([]))
            .only_with(Capability::VirtualColumns),
        case("drop_stored_column", noted([text("norm").stored("lower(note)")]), noted([])),
        case("stop_computing_column", noted([text("norm").stored("lower(note)")]), noted([text("norm")])),
        Case::new(
            "start_computing_column",
            noted([text("norm")]),
            noted([text("norm").generated("lower(note)")]),
        )
        .row("items", row! { id: 3, note: "Ada", norm: "something else" }),
        case(
            "drop_column_that_another_was_computed_from",
            noted([integer("length").generated("length(note)")]),
            items([]),
        )
        .only_with(Capability::MissingValuesRefused)
        .is_one_way(),
        case(
            "the_spelling_of_an_expression_is_no_difference",
            noted([text("norm").generated("lower(note)")]),
            noted([text("norm").generated("LOWER( \"note\" )")]),
        )
        .only_with(Capability::DoubleQuotedNames)
        .is_no_change(),
    ]
}
