//! CHECKs.

use super::items_table;
use crate::models::{ColumnExt as _, Named as _, TableExt as _, check, document, integer, text};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{Check, Document};

fn priced(checks: impl IntoIterator<Item = Check>) -> Document {
    let table = items_table([integer("price"), integer("cost")]);
    document([checks.into_iter().fold(table, |table, check| table.check(check))])
}

pub(super) fn cases() -> Vec<Case> {
    let case =
        |name, before, after| Case::new(name, before, after).row("items", row! { id: 3, price: 5, cost: 4 });
    vec![
        case("add_check", priced([]), priced([check("price >= 0")])),
        case("add_named_check", priced([]), priced([check("price >= cost").named("no loss")])),
        case("add_check_that_rows_violate", priced([]), priced([check("price > 100")])).is_refused(),
        case("tighten_check", priced([check("price >= 0")]), priced([check("price > 0")])),
        case(
            "tighten_named_check",
            priced([check("price >= 0").named("price")]),
            priced([check("price > 0").named("price")]),
        ),
        case("drop_check", priced([check("price >= 0")]), priced([])),
        case(
            "rename_check",
            priced([check("price > 0").named("a")]),
            priced([check("price > 0").named("b")]),
        ),
        case(
            "change_one_check_of_two",
            priced([check("price > 0"), check("cost > 0")]),
            priced([check("price > 0"), check("cost > 1")]),
        ),
        case(
            "an_unnamed_check_matches_any_name",
            priced([check("price > 0").named("whatever")]),
            priced([check("price > 0")]),
        )
        .is_no_change(),
        case(
            "the_spelling_of_a_check_is_no_difference",
            priced([check("price > 0 AND cost IS NOT NULL")]),
            priced([check("(\"price\">0 and Cost is not null)")]),
        )
        .only_with(Capability::DoubleQuotedNames)
        .is_no_change(),
        Case::new(
            "add_column_with_check",
            document([items_table([])]),
            document([items_table([text("code").default_sql("'x'")]).check(check("code <> ''"))]),
        )
        .row("items", row! { id: 3 }),
        Case::new(
            "add_column_with_check_that_its_default_violates",
            document([items_table([])]),
            document([items_table([text("code").default_sql("''")]).check(check("code <> ''"))]),
        )
        .row("items", row! { id: 3 })
        .is_refused(),
    ]
    .into_iter()
    .chain(names_that_move())
    .collect()
}

/// In MySQL the names of CHECKs are the whole database's.
fn names_that_move() -> Vec<Case> {
    let named = |table, sql: &str, name| {
        crate::models::table(table, [integer("n")]).key(&["n"]).check(check(sql).named(name))
    };
    let (positive, small) = ("n > 0", "n < 10");
    vec![
        Case::new(
            "swap_the_names_of_checks",
            document([named("a", positive, "first"), named("b", small, "second")]),
            document([named("a", positive, "second"), named("b", small, "first")]),
        )
        .row("a", row! { n: 5 })
        .row("b", row! { n: 5 }),
        Case::new(
            "pass_the_names_of_checks_on",
            document([
                named("a", positive, "first"),
                named("b", small, "second"),
                named("c", small, "third"),
                crate::models::table("d", [integer("n")]).key(&["n"]),
                named("gone", small, "fourth"),
            ]),
            document([
                named("a", small, "second"),
                named("b", small, "third"),
                crate::models::table("c", [integer("n")]).key(&["n"]),
                named("d", positive, "fourth"),
                named("new", positive, "first"),
            ]),
        )
        .row("a", row! { n: 5 })
        .row("b", row! { n: 5 })
        .row("c", row! { n: 5 })
        .row("d", row! { n: 5 })
        .row("gone", row! { n: 5 }),
    ]
}
