//! What structs say that tables and columns are set to.

use super::items;
use crate::models::{ColumnExt as _, integer, text, with_source};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{ColumnSettings, Declared, Document, TableSettings};
use std::collections::BTreeMap;

fn noted() -> Document {
    items([text("note"), integer("changes").default_sql("0")])
}

fn parameters(all: &[(&str, &str)]) -> BTreeMap<String, String> {
    all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn set(mut document: Document, settings: TableSettings) -> Document {
    document.tables[0].table_settings.push(Declared::new(settings));
    document
}

/// Distinct notes, as a struct says how many there are.
fn distinct(mut document: Document, number: &str) -> Document {
    document.tables[0].settings.push(Declared::new(ColumnSettings {
        column: "note".to_owned(),
        storage: None,
        compression: None,
        statistics: None,
        with: parameters(&[("n_distinct", number)]),
    }));
    document
}

fn typed(document: Document) -> Document {
    let document = with_source(document, "CREATE TYPE item AS (id bigint, note text, changes bigint)");
    set(document, TableSettings { of_type: Some("item".to_owned()), ..TableSettings::default() })
}

pub(super) fn cases() -> Vec<Case> {
    let case = |name, before, after| {
        Case::new(name, before, after)
            .only_with(Capability::Namespaces)
            .row("items", row! { id: 3, note: "x", changes: 2 })
    };
    let kept = TableSettings {
        cluster_on: Some("items_pkey".to_owned()),
        of_type: None,
        toast: parameters(&[("autovacuum_enabled", "false"), ("vacuum_truncate", "off")]),
    };
    let other =
        TableSettings { cluster_on: None, toast: parameters(&[("vacuum_truncate", "on")]), ..kept.clone() };
    vec![
        case("say_what_a_table_is_set_to", noted(), distinct(set(noted(), kept.clone()), "-0.5")),
        case(
            "say_otherwise_what_a_table_is_set_to",
            distinct(set(noted(), kept.clone()), "-0.5"),
            distinct(set(noted(), other), "70"),
        ),
        case("say_as_it_is_what_a_table_is_set_to", set(noted(), kept), noted()).is_no_change(),
        case("say_the_type_of_a_table", noted(), typed(noted())),
        case("say_the_type_of_a_table_as_it_is", typed(noted()), typed(noted())).is_no_change(),
    ]
}
