//! Comments, options of views and tables, arrays: what only some engines keep.

use super::{items, items_table};
use crate::models::{ColumnExt as _, Named as _, TableExt as _, document, index, integer, text, with_view};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{Column, ColumnType, Document, Engine, TableOptions};
use std::collections::BTreeMap;

fn commented(text: Option<&str>) -> Document {
    let text = text.map(str::to_owned);
    let mut note = crate::models::text("note");
    note.comment.clone_from(&text);
    let mut index = index(&["note"]).named("i");
    index.comment.clone_from(&text);
    let mut table = items_table([note]).index(index);
    table.comment.clone_from(&text);
    let mut document = with_view(document([table]), "notes", "SELECT note FROM items");
    document.views[0].base.comment = text;
    document
}

fn with_options(options: TableOptions) -> Document {
    let mut table = items_table([text("note")]);
    table.options = BTreeMap::from([(Engine::Postgres, options)]);
    document([table])
}

fn viewed(options: &[(&str, &str)]) -> Document {
    let mut document = with_view(items([text("note")]), "notes", "SELECT id, note FROM items WHERE id > 0");
    document.views[0].base.with =
        options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    document
}

fn tagged(item: ColumnType) -> Document {
    let tags = Column::new("tags", ColumnType::Array(Box::new(item)));
    items([text("note"), tags.nullable().default_sql("'{}'")])
}

pub(super) fn cases() -> Vec<Case> {
    let case = |name, needs, before, after| {
        Case::new(name, before, after).row("items", row! { id: 3, note: "x" }).only_with(needs)
    };
    let tuned = |pairs: &[(&str, &str)]| TableOptions {
        with: pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ..TableOptions::default()
    };
    vec![
        case("add_comments", Capability::Comments, commented(None), commented(Some("it's \\ \"this\""))),
        case("change_comments", Capability::Comments, commented(Some("this")), commented(Some("that"))),
        case("drop_comments", Capability::Comments, commented(Some("this")), commented(None)),
        case("create_table_with_comments", Capability::Comments, items([text("note")]), {
            let mut after = items([text("note")]);
            let mut table = items_table([integer("n")]);
            table.name = "others".into();
            table.comment = Some("new".to_owned());
            table.columns[1].base.comment = Some("a number".to_owned());
            after.tables.push(table);
            after.sort();
            after
        }),
        case(
            "add_view_options",
            Capability::ViewOptions,
            viewed(&[]),
            viewed(&[("security_barrier", "true")]),
        ),
        case(
            "change_view_options",
            Capability::ViewOptions,
            viewed(&[("security_barrier", "true"), ("check_option", "local")]),
            viewed(&[("check_option", "cascaded")]),
        ),
        case(
            "change_storage_parameters",
            Capability::StorageParameters,
            with_options(tuned(&[("fillfactor", "70"), ("autovacuum_enabled", "false")])),
            with_options(tuned(&[("fillfactor", "80")])),
        ),
        case(
            "write_no_log",
            Capability::StorageParameters,
            with_options(TableOptions::default()),
            with_options(TableOptions { unlogged: true, ..TableOptions::default() }),
        ),
        case("add_array", Capability::Arrays, items([text("note")]), tagged(ColumnType::Text)),
        case("change_array", Capability::Arrays, tagged(ColumnType::I32), tagged(ColumnType::I64)),
        case("change_array_of_texts", Capability::Arrays, tagged(ColumnType::Text), tagged(ColumnType::I64)),
    ]
}
