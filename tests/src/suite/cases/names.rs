//! Names: their case, names left open, and names that must be quoted.

use super::{items, items_table};
use crate::models::{
    ColumnExt as _, Named as _, TableExt as _, check, document, foreign_key, index, integer, table, text,
    unique,
};
use crate::row;
use crate::suite::{Capability, Case, Row, Value};
use schema_core::model::{DeclaredTable, Document, Index, IndexKey, IndexPart};

const TABLE: &str = "select \"from\" `it`; -- '";
const COLUMN: &str = "a \"b\" 'c' [d]\n--é";

fn hostile(nullable: bool) -> Document {
    let column = if nullable { text(COLUMN).nullable() } else { text(COLUMN) };
    document([
        table(TABLE, [integer("order"), column])
            .key(&["order"])
            .unique(unique(&[COLUMN]))
            .index(index_on(COLUMN)),
        table("group", [integer("table"), integer("values").nullable()])
            .key(&["table"])
            .foreign_key(foreign_key(&["values"], TABLE, &["order"])),
    ])
}

/// An index on a column, whatever its name looks like.
fn index_on(column: &str) -> Index {
    let parts = vec![IndexPart::new(IndexKey::Column(column.to_owned()))];
    Index { parts, ..index(&[]) }.named("index \"i\"")
}

fn people(name: &str, key: &str, mail: &str) -> DeclaredTable {
    table(name, [integer(key), text(mail)])
        .key(&[key])
        .unique(unique(&[mail]))
        .check(check(&format!("{mail} <> ''")))
        .index(index(&[mail]))
}

pub(super) fn cases() -> Vec<Case> {
    let hostile_row = || {
        Row::from([("order".to_owned(), Value::from(1)), (COLUMN.to_owned(), Value::from("it's; -- \"x\""))])
    };
    let mixed = |name, before, after| Case::new(name, before, after).row("people", row! { id: 1, mail: "x" });
    vec![
        Case::new("names_that_must_be_quoted", hostile(false), hostile(true))
            .row(TABLE, hostile_row())
            .row("group", row! { table: 5, values: 1 }),
        mixed(
            "the_case_of_names_is_no_difference",
            document([people("people", "id", "mail")]),
            document([people("People", "ID", "Mail")]),
        )
        .only_with(Capability::CaselessNames)
        .is_no_change(),
        mixed(
            "the_case_of_names_stays_when_the_table_changes",
            document([people("people", "id", "mail")]),
            document([people("People", "ID", "Mail").check(check("length(MAIL) < 100"))]),
        )
        .only_with(Capability::CaselessNames),
        Case::new(
            "new_unnamed_objects_get_names",
            items([text("a"), text("b")]),
            document([items_table([text("a"), text("b")])
                .unique(unique(&["a"]))
                .unique(unique(&["a", "b"]))
                .check(check("a <> ''"))
                .check(check("a <> b"))
                .check(check("a <> 'x'"))
                .index(index(&["b"]))
                .index(index(&["lower(b)"]))
                .index(index(&["upper(b)"]))]),
        )
        .row("items", row! { id: 1, a: "A", b: "B" }),
        Case::new("a_long_name_is_cut", items([text("a")]), {
            let long = "a_column_with_a_name_that_is_as_long_as_names_can_be_on_servers";
            document([items_table([text("a"), text(long).nullable()]).index(index(&[long, "a"]))])
        })
        .row("items", row! { id: 1, a: "A" }),
        Case::new("renaming_a_table_leaves_names_alone", document([people("people", "id", "mail")]), {
            document([people("users", "id", "mail").renamed_from("people")])
        })
        .row("people", row! { id: 1, mail: "x" }),
        Case::new("renaming_a_column_leaves_names_alone", document([people("people", "id", "mail")]), {
            let mut after = document([people("people", "id", "address")]);
            after.tables[0].columns[1].base.renamed_from = Some("mail".to_owned());
            after
        })
        .row("people", row! { id: 1, mail: "x" }),
    ]
}
