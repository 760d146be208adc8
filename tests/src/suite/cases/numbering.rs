//! Identities and serials.

use super::items_table;
use crate::models::{ColumnExt as _, TableExt as _, document, integer, table};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{
    AutoIncrement, Column, ColumnType, Document, Engine, KeyColumn, SequenceOptions, TableOptions, Unique,
};

fn numbered(number: Column) -> Document {
    document([items_table([number])])
}

fn unlogged(number: Column) -> Document {
    let mut table = items_table([number]);
    table.options.insert(Engine::Postgres, TableOptions { unlogged: true, ..TableOptions::default() });
    document([table])
}

/// Each row has another one.
fn code() -> Column {
    Column::new("code", ColumnType::Uuid).default_sql("gen_random_uuid()")
}

fn by(auto: AutoIncrement) -> Document {
    numbered(integer("number").numbered(auto))
}

pub(super) fn cases() -> Vec<Case> {
    let case = |name, before, after| {
        Case::new(name, before, after)
            .row("items", row! { id: 3, number: 7 })
            .row("items", row! { id: 4, number: 12 })
            .only_with(Capability::Identities)
    };
    let plain = || numbered(integer("number"));
    let (identity, always, serial) =
        (AutoIncrement::Usual, AutoIncrement::IdentityAlways, AutoIncrement::Serial);
    let stepping = |step| {
        let mut column = integer("number").numbered(AutoIncrement::Usual);
        column.sequence = Some(SequenceOptions { increment: Some(step), ..SequenceOptions::default() });
        numbered(column)
    };
    vec![
        Case::new("add_identity_column", document([items_table([])]), by(identity))
            .row("items", row! { id: 3 })
            .only_with(Capability::Identities),
        Case::new("add_serial_column", document([items_table([])]), by(serial))
            .row("items", row! { id: 3 })
            .only_with(Capability::Identities),
        Case::new(
            "add_column_whose_default_differs_from_row_to_row",
            document([items_table([])]),
            numbered(code()),
        )
        .row("items", row! { id: 3 })
        .row("items", row! { id: 4 })
        .hides("code")
        .only_with(Capability::Identities),
        Case::new(
            "add_column_whose_default_differs_from_row_to_row_with_a_unique_key",
            document([items_table([integer("number")])]),
            document([
                items_table([integer("number"), code()]).unique(Unique::new(vec![KeyColumn::new("code")]))
            ]),
        )
        .row("items", row! { id: 3, number: 7 })
        .row("items", row! { id: 4, number: 12 })
        .hides("code")
        .only_with(Capability::Identities),
        case("number_a_column", plain(), by(identity)),
        Case::new("number_two_columns", document([items_table([integer("number"), integer("place")])]), {
            let column = |name| integer(name).numbered(identity);
            document([items_table([column("number"), column("place")])])
        })
        .row("items", row! { id: 5, number: 13, place: 40 })
        .only_with(Capability::Identities),
        Case::new("create_table_without_columns", document([items_table([])]), {
            document([items_table([]), table("marks", [])])
        })
        .row("items", row! { id: 3 })
        .only_with(Capability::Identities),
        case("number_a_column_by_a_serial", plain(), by(serial)),
        case("number_a_column_of_an_unlogged_table", unlogged(integer("number")), {
            unlogged(integer("number").numbered(serial))
        }),
        case("turn_serial_into_identity", by(serial), by(identity)),
        case("turn_identity_into_serial", by(always), by(serial)),
        case("refuse_numbers_from_outside", by(identity), by(always)),
        case("number_by_fives", by(identity), stepping(5)),
        case("change_the_step_of_numbers", stepping(5), stepping(-2)),
        Case::new("create_table_with_numbers", document([]), {
            let mut serial = integer("serial").numbered(AutoIncrement::Serial);
            serial.sequence = Some(SequenceOptions { start: Some(100), ..SequenceOptions::default() });
            document([items_table([serial, integer("number").numbered(always)])])
        })
        .only_with(Capability::Identities),
    ]
}
