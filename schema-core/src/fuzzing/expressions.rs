//! Expressions and types, as people and servers spell them.

use crate::dialect::{mysql, postgres, sqlite};
use crate::model::QualifiedName;

/// The canonical spelling of any expression or type is its own canonical spelling, and every expression is itself.
pub fn expressions(sql: &str) {
    for canonical in [
        sqlite::expression::canonical,
        postgres::expression::canonical,
        mysql::expression::canonical,
        postgres::canonical_type,
        mysql::canonical_type,
    ] {
        let once = canonical(sql);
        assert_eq!(canonical(&once), once, "of {sql:?}");
    }
    let (from, to) = (QualifiedName::new("a".to_owned()), QualifiedName::new("b".to_owned()));
    drop((
        sqlite::expression::rewrite(sql, "a", "b"),
        postgres::expression::rewrite(sql, "a", "b"),
        mysql::expression::rewrite(sql, "a", "b"),
        postgres::expression::rewrite_type(sql, &from, &to),
        postgres::expression::rewrite_value(sql, &from, "a", "b"),
        postgres::rename_type(sql, &from, &to),
        postgres::as_meant(sql.to_owned()),
        postgres::conversion::conversion("a", sql, "integer"),
        postgres::conversion::conversion("a", "text", sql),
    ));
    let _ = sqlite::expression::may_hold_quoted_string(sql, |name| name == "a");
    let is_same = sqlite::expression::same(sql, sql, |_| true);
    assert!(is_same, "{sql:?} is not itself");
    drop((
        sqlite::expression::as_column(sql),
        sqlite::expression::without_qualifier(sql, "a"),
        sqlite::expression::without_directives(sql),
        sqlite::expression::as_list_of_texts(sql),
        postgres::expression::as_column(sql),
        mysql::expression::as_column(sql),
        mysql::expression::without_database(sql, "a"),
        mysql::expression::bare_identifiers(sql),
        mysql::expression::as_json_valid(sql),
        mysql::values_of_type(sql),
    ));
}
