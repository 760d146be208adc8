//! What keys and indexes can be beside their columns.

use super::items_table;
use crate::models::{
    Named as _, TableExt as _, check, document, index, integer, text as text_column, unique,
};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{
    Check, Declared, Deferrability, Document, Engine, Exclusion, Index, NullsOrder, PrimaryKey, Unique,
};
use std::collections::BTreeMap;

fn coded(unique: Unique) -> Document {
    document([items_table([text_column("code"), integer("shop")]).unique(unique)])
}

fn indexed(index: Index) -> Document {
    document([items_table([text_column("code"), integer("shop")]).index(index)])
}

fn excluding(definition: &str) -> Document {
    let mut table = items_table([text_column("code"), integer("shop")]);
    let exclusion = Exclusion {
        name: Some("no_two".to_owned()),
        definition: definition.to_owned(),
        comment: None,
        renamed_from: None,
    };
    table.exclusions.push(Declared::new(exclusion));
    document([table])
}

fn keyed(change: impl Fn(&mut PrimaryKey)) -> Document {
    let mut table = items_table([text_column("code"), integer("shop")]);
    change(&mut table.primary_key.as_mut().unwrap().base);
    document([table])
}

fn with(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub(super) fn cases() -> Vec<Case> {
    let case = |name, needs, before, after| {
        Case::new(name, before, after)
            .row("items", row! { id: 3, code: "a", shop: 1 })
            .row("items", row! { id: 9, code: "b", shop: 2 })
            .only_with(needs)
    };
    let by_code = || unique(&["code"]).named("u");
    let plain = || document([items_table([text_column("code"), integer("shop")])]);
    let named = || index(&["code"]).named("i");
    let (deferrable, including) = (Capability::DeferrableKeys, Capability::CoveringIndexes);
    let comments = |text: &str| {
        let comment = Some(text.to_owned());
        let mut table = items_table([text_column("code"), integer("shop")])
            .unique(Unique { comment: comment.clone(), ..by_code() })
            .check(Check { comment: comment.clone(), ..check("shop > 0").named("c") });
        table.primary_key.as_mut().unwrap().base.comment = comment;
        document([table])
    };
    let identified = |identity: Option<&str>| {
        let mut table = items_table([text_column("code"), integer("shop")]).unique(by_code());
        let options = table.options.entry(Engine::Postgres).or_default();
        options.replica_identity = identity.map(str::to_owned);
        document([table])
    };
    vec![
        case("comment_on_constraints", Capability::Namespaces, comments("old"), comments("new")),
        case(
            "identify_rows_by_a_key",
            Capability::Namespaces,
            identified(Some("FULL")),
            identified(Some("USING INDEX \"u\"")),
        ),
        case(
            "identify_rows_as_usual",
            Capability::Namespaces,
            identified(Some("USING INDEX u")),
            identified(Some("DEFAULT")),
        ),
        Case::new("leave_open_what_identifies_rows", identified(Some("FULL")), identified(None))
            .row("items", row! { id: 3, code: "a", shop: 1 })
            .only_with(Capability::Namespaces)
            .is_no_change(),
        case(
            "make_unique_deferrable",
            deferrable,
            coded(by_code()),
            coded(Unique { deferrable: Deferrability::InitiallyDeferred, ..by_code() }),
        ),
        case(
            "make_deferrable_unique_immediate",
            deferrable,
            coded(Unique { deferrable: Deferrability::InitiallyDeferred, ..by_code() }),
            coded(Unique { deferrable: Deferrability::InitiallyImmediate, ..by_code() }),
        ),
        case(
            "make_primary_key_deferrable",
            deferrable,
            keyed(|_| {}),
            keyed(|key| key.deferrable = Deferrability::InitiallyImmediate),
        ),
        case(
            "carry_a_column_in_a_unique_constraint",
            including,
            coded(by_code()),
            coded(Unique { include: vec!["shop".to_owned()], ..by_code() }),
        ),
        case(
            "carry_a_column_in_the_primary_key",
            including,
            keyed(|_| {}),
            keyed(|key| key.include = vec!["shop".to_owned()]),
        ),
        case(
            "carry_a_column_in_an_index",
            including,
            indexed(named()),
            indexed(Index { include: vec!["shop".to_owned()], ..named() }),
        ),
        case(
            "let_nulls_be_equal",
            Capability::DistinctNulls,
            coded(by_code()),
            coded(Unique { nulls_not_distinct: true, ..by_code() }),
        ),
        case(
            "let_nulls_be_equal_in_an_index",
            Capability::DistinctNulls,
            indexed(Index { unique: true, ..named() }),
            indexed(Index { unique: true, nulls_not_distinct: true, ..named() }),
        ),
        case(
            "leave_room_in_a_key",
            Capability::StorageParameters,
            keyed(|_| {}),
            keyed(|key| key.with = with(&[("fillfactor", "70")])),
        ),
        case(
            "leave_room_in_an_index",
            Capability::StorageParameters,
            indexed(named()),
            indexed(Index { with: with(&[("fillfactor", "70")]), ..named() }),
        ),
        case("add_index_of_another_method", Capability::OperatorClasses, plain(), {
            indexed(Index { using: Some("hash".to_owned()), ..named() })
        }),
        case(
            "change_index_method",
            Capability::OperatorClasses,
            indexed(named()),
            indexed(Index { using: Some("hash".to_owned()), ..named() }),
        ),
        case("change_operator_class", Capability::OperatorClasses, indexed(named()), {
            let mut index = named();
            index.parts[0].opclass = Some("text_pattern_ops".to_owned());
            indexed(index)
        }),
        case("sort_nulls_first", Capability::OperatorClasses, indexed(named()), {
            let mut index = named();
            index.parts[0].nulls = Some(NullsOrder::First);
            indexed(index)
        }),
        case(
            "add_exclusion",
            Capability::Exclusions,
            plain(),
            excluding("EXCLUDE USING btree (code WITH =)"),
        ),
        case(
            "change_exclusion",
            Capability::Exclusions,
            excluding("EXCLUDE USING btree (code WITH =)"),
            excluding("EXCLUDE USING btree (code WITH =, shop WITH =) WHERE ((shop > 0))"),
        ),
        case(
            "drop_exclusion",
            Capability::Exclusions,
            excluding("EXCLUDE USING btree (code WITH =)"),
            plain(),
        ),
    ]
}
