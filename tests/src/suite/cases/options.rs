//! What only SQLite's tables can be.

use crate::models::{ColumnExt as _, TableExt as _, document, index, integer, table, text, typed};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{ConflictClause, DeclaredTable};

fn notes() -> DeclaredTable {
    table("notes", [text("code"), integer("rank").nullable()]).key(&["code"]).index(index(&["rank"]))
}

pub(super) fn cases() -> Vec<Case> {
    let case = |name, before: DeclaredTable, after: DeclaredTable| {
        Case::new(name, document([before]), document([after]))
            .row("notes", row! { code: "b", rank: 1 })
            .row("notes", row! { code: "a", rank: () })
            .only_with(Capability::SqliteTables)
    };
    let ignoring = |conflict: Option<ConflictClause>| {
        let mut table = notes();
        table.columns[0].base.not_null_conflict = conflict;
        table
    };
    vec![
        case("ignore_missing_values", notes(), ignoring(Some(ConflictClause::Ignore))),
        Case::new(
            "leave_open_what_missing_values_do",
            document([ignoring(Some(ConflictClause::Ignore))]),
            document([notes()]),
        )
        .row("notes", row! { code: "b", rank: 1 })
        .only_with(Capability::SqliteTables)
        .is_no_change(),
        case("strict_on", notes(), notes().strict()),
        case("strict_off", notes().strict(), notes()),
        case("without_rowid_on", notes(), notes().without_rowid()),
        case("without_rowid_off", notes().without_rowid(), notes()),
        case("strict_and_without_rowid_on", notes(), notes().strict().without_rowid()),
        Case::new(
            "strict_on_with_rows_that_violate_it",
            document([table("notes", [typed("size", "INTEGER")])]),
            document([table("notes", [typed("size", "INTEGER")]).strict()]),
        )
        .row("notes", row! { size: "large" })
        .only_with(Capability::SqliteTables)
        .is_refused(),
        Case::new(
            "change_table_without_rowid",
            document([notes().without_rowid()]),
            document([table("notes", [text("code"), integer("rank").nullable().default_sql("0")])
                .key(&["code"])
                .index(index(&["rank"]))
                .without_rowid()]),
        )
        .row("notes", row! { code: "a", rank: 1 })
        .only_with(Capability::SqliteTables),
    ]
}
