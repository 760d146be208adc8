//! Tables come, go and get other names.

use crate::models::{TableExt as _, check, document, foreign_key, index, integer, table, text, unique};
use crate::row;
use crate::suite::Case;
use schema_core::model::{DeclaredTable, Document};

fn users() -> DeclaredTable {
    table("users", [integer("id"), text("email")]).key(&["id"])
}

fn orders() -> DeclaredTable {
    table("orders", [integer("id"), integer("user_id")]).key(&["id"]).foreign_key(foreign_key(
        &["user_id"],
        "users",
        &["id"],
    ))
}

fn with_user(case: Case) -> Case {
    case.row("users", row! { id: 1, email: "ada@example.org" })
        .row("users", row! { id: 7, email: "bob@example.org" })
}

fn people(from: &str) -> Document {
    document([
        table("people", [integer("id"), text("email")]).key(&["id"]).renamed_from(from),
        table("orders", [integer("id"), integer("user_id")]).key(&["id"]).foreign_key(foreign_key(
            &["user_id"],
            "people",
            &["id"],
        )),
    ])
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        with_user(Case::new("add_table", document([users()]), document([users(), orders()]))),
        with_user(Case::new(
            "add_table_with_everything",
            document([users()]),
            document([
                users(),
                orders()
                    .unique(unique(&["user_id", "id"]))
                    .check(check("user_id > 0"))
                    .index(index(&["user_id"])),
            ]),
        )),
        with_user(Case::new("drop_table", document([users(), orders()]), document([users()])))
            .row("orders", row! { id: 1, user_id: 7 }),
        with_user(Case::new("drop_table_that_others_refer_to", document([users(), orders()]), {
            document([table("orders", [integer("id"), integer("user_id")]).key(&["id"])])
        }))
        .row("orders", row! { id: 1, user_id: 7 })
        .is_one_way(),
        with_user(Case::new("rename_table_by_hint", document([users(), orders()]), people("users")))
            .row("orders", row! { id: 1, user_id: 7 }),
        with_user(Case::new("rename_table_by_request", document([users(), orders()]), people("nobody")))
            .row("orders", row! { id: 1, user_id: 7 })
            .rename_table("users", "people"),
        with_user(Case::new(
            "a_hint_whose_old_name_is_gone_does_nothing",
            document([users()]),
            document([users().renamed_from("accounts")]),
        ))
        .is_no_change(),
        with_user(Case::new(
            "a_hint_whose_old_name_is_claimed_does_nothing",
            document([users()]),
            document([users(), table("people", [integer("id")]).key(&["id"]).renamed_from("users")]),
        )),
    ]
}
