//! What hangs on foreign keys: the names of tables, of their indexes, and what MySQL refuses at first.

use super::items;
use crate::models::{
    ColumnExt as _, Named as _, TableExt as _, check, document, foreign_key, index, integer, table, text,
    typed,
};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{Document, ForeignKey, Index, ReferentialAction};

pub(super) fn cases() -> Vec<Case> {
    let cases = [renamed_tables(), indexes_of_keys(), names_of_checks(), without_defaults()].concat();
    cases.into_iter().map(|case| case.only_with(Capability::MysqlTables)).collect()
}

/// A table, and another that refers to it.
fn family(parent: &str, id: &str, key: ForeignKey, more: Option<Index>) -> Document {
    let renamed = |table: schema_core::model::DeclaredTable| {
        if parent == "parents" { table } else { table.renamed_from("parents") }
    };
    let parents = renamed(table(parent, [typed("id", id)]).key(&["id"]));
    let children = table("children", [integer("n"), typed("parent", id)]).key(&["n"]).foreign_key(key);
    let mut document =
        document([parents, more.into_iter().fold(children, |table, index| table.index(index))]);
    document.sort();
    document
}

fn key(parent: &str, name: &str) -> ForeignKey {
    foreign_key(&["parent"], parent, &["id"]).named(name)
}

/// Children and parents, whose key has a name that it may not have had before.
fn dated(id: &str, is_renamed: bool) -> Document {
    let id_column = if is_renamed { integer(id).renamed_from("id") } else { integer(id) };
    let parents = table("parents", [id_column, typed("born", "date")])
        .key(&[id])
        .check(check("born > '1900-01-01'").named("is_born"));
    let key = foreign_key(&["parent"], "parents", &[id]).named("of_parent");
    let children = table("children", [integer("n"), integer("parent")]).key(&["n"]).foreign_key(key);
    document([parents, children])
}

fn renamed_tables() -> Vec<Case> {
    let case = |name, before, after| {
        Case::new(name, before, after)
            .row("parents", row! { id: 3 })
            .row("children", row! { n: 1, parent: 3 })
    };
    let before = || family("parents", "int", key("parents", "of_parent"), None);
    vec![
        case(
            "rename_table_that_others_refer_to",
            before(),
            family("guardians", "int", key("guardians", "of_parent"), None),
        ),
        Case::new(
            "rename_key_that_others_refer_to_beside_a_check_of_dates",
            dated("id", false),
            dated("number", true),
        )
        .row("parents", row! { id: 3, born: "2020-01-02" })
        .row("children", row! { n: 1, parent: 3 }),
        case(
            "rename_table_that_others_refer_to_and_widen_its_key",
            before(),
            family("guardians", "bigint", key("guardians", "of_parent"), None),
        ),
        case(
            "rename_table_that_others_refer_to_and_change_the_reference",
            before(),
            family(
                "guardians",
                "int",
                ForeignKey { on_delete: ReferentialAction::Cascade, ..key("guardians", "of_parent") },
                None,
            ),
        ),
    ]
}

fn indexes_of_keys() -> Vec<Case> {
    let case = |name, before: (&str, &str), after: (&str, &str)| {
        let side = |(key_name, index_name): (&str, &str)| {
            family("parents", "int", key("parents", key_name), Some(index(&["parent"]).named(index_name)))
        };
        Case::new(name, side(before), side(after))
            .row("parents", row! { id: 3 })
            .row("children", row! { n: 1, parent: 3 })
    };
    vec![
        case("rename_index_of_a_foreign_key", ("of_parent", "one"), ("of_parent", "other")),
        case("rename_a_foreign_key_and_its_index", ("one", "one"), ("other", "other")),
        case("give_a_foreign_key_the_name_of_its_index", ("of_parent", "one"), ("one", "other")),
    ]
}

fn names_of_checks() -> Vec<Case> {
    let named =
        |name: &str| table(name, [integer("id")]).key(&["id"]).check(check("id > 0").named("positive"));
    let plain = |name: &str| table(name, [integer("id")]).key(&["id"]);
    vec![
        Case::new(
            "give_the_name_of_a_check_to_that_of_a_new_table",
            document([named("items")]),
            document([plain("items"), named("others")]),
        )
        .row("items", row! { id: 3 }),
    ]
}

fn without_defaults() -> Vec<Case> {
    let of_type = |name, ty: &str| {
        let after = items([typed("added", ty)]);
        Case::new(name, items([]), after).row("items", row! { id: 3 }).is_refused()
    };
    let unique = |name: &str| Index { unique: true, ..index(&["note"]) }.named(name);
    let long = || table("items", [integer("id"), typed("note", "varchar(3000)")]).key(&["id"]);
    vec![
        of_type("add_date_without_default", "date"),
        of_type("add_moment_without_default", "datetime(6)"),
        of_type("add_shape_without_default", "point"),
        of_type("add_json_without_default", "json"),
        Case::new("make_a_long_text_unique", document([long()]), document([long().index(unique("once"))]))
            .row("items", row! { id: 3, note: "x" })
            .only_with(Capability::LongKeys),
        Case::new(
            "a_long_text_is_unique_by_hashes",
            document([long().index(unique("once"))]),
            document([long().index(Index { using: Some("hash".to_owned()), ..unique("once") })]),
        )
        .row("items", row! { id: 3, note: "x" })
        .only_with(Capability::LongKeys)
        .is_no_change(),
        Case::new(
            "store_a_computed_column_no_longer",
            items([text("note"), text("norm").nullable().stored("lower(note)")]),
            items([text("note"), text("norm").nullable().generated("lower(note)")]),
        )
        .row("items", row! { id: 3, note: "X" }),
    ]
}
