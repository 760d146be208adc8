//! Constraints, as CREATE TABLE and ADD take them.

use super::super::expression::without_brackets;
use super::super::{quote, quote_name};
use super::{names, parameters};
use crate::model::{
    Check, Deferrability, Exclusion, ForeignKey, KeyColumn, Match, PrimaryKey, ReferentialAction, Unique,
};
use std::collections::BTreeMap;

/// The primary key.
#[must_use]
pub fn primary_key(key: &PrimaryKey) -> String {
    let PrimaryKey { name, columns, deferrable, include, with, on_conflict: _, comment: _ } = key;
    let name = named(name.as_ref());
    format!("{name}PRIMARY KEY {}{}", key_columns(columns), backing(include, with, *deferrable))
}

/// A unique constraint.
#[must_use]
pub fn unique(unique: &Unique) -> String {
    let Unique {
        name,
        columns,
        deferrable,
        nulls_not_distinct,
        include,
        with,
        on_conflict: _,
        comment: _,
        renamed_from: _,
    } = unique;
    let name = named(name.as_ref());
    let nulls = if *nulls_not_distinct { "NULLS NOT DISTINCT " } else { "" };
    format!("{name}UNIQUE {nulls}{}{}", key_columns(columns), backing(include, with, *deferrable))
}

/// A CHECK.
#[must_use]
pub fn check(check: &Check) -> String {
    let Check {
        name,
        expression,
        no_inherit,
        not_valid,
        not_enforced,
        column: _,
        comment: _,
        renamed_from: _,
    } = check;
    let name = named(name.as_ref());
    let no_inherit = if *no_inherit { " NO INHERIT" } else { "" };
    let state = unchecked(*not_enforced, *not_valid);
    format!("{name}CHECK ({}){no_inherit}{state}", without_brackets(expression))
}

/// A foreign key.
#[must_use]
pub fn foreign_key(key: &ForeignKey) -> String {
    let ForeignKey {
        name,
        columns,
        references,
        referenced_columns,
        on_delete,
        on_update,
        deferrable,
        match_type,
        not_valid,
        not_enforced,
        period,
        comment: _,
        renamed_from: _,
    } = key;
    let listed = |columns: &[String]| match columns.split_last() {
        Some((last, [])) if *period => format!("PERIOD {}", quote(last)),
        Some((last, others)) if *period => format!("{}, PERIOD {}", names(others), quote(last)),
        Some(_) | None => names(columns),
    };
    let mut sql = format!(
        "{}FOREIGN KEY ({}) REFERENCES {}",
        named(name.as_ref()),
        listed(columns),
        quote_name(references)
    );
    if !referenced_columns.is_empty() {
        sql.push_str(&format!(" ({})", listed(referenced_columns)));
    }
    sql.push_str(match match_type {
        Match::Simple => "",
        Match::Full => " MATCH FULL",
        Match::Partial => " MATCH PARTIAL",
    });
    for (event, action) in [("UPDATE", on_update), ("DELETE", on_delete)] {
        let (action, columns): (_, &[String]) = match action {
            ReferentialAction::NoAction => continue,
            ReferentialAction::Restrict => ("RESTRICT", &[]),
            ReferentialAction::Cascade => ("CASCADE", &[]),
            ReferentialAction::SetNull(columns) => ("SET NULL", columns),
            ReferentialAction::SetDefault(columns) => ("SET DEFAULT", columns),
        };
        sql.push_str(&format!(" ON {event} {action}"));
        if !columns.is_empty() {
            sql.push_str(&format!(" ({})", names(columns)));
        }
    }
    sql.push_str(deferred(*deferrable));
    sql.push_str(unchecked(*not_enforced, *not_valid));
    sql
}

/// What is not enforced is not valid either, and PostgreSQL takes one of the two.
fn unchecked(not_enforced: bool, not_valid: bool) -> &'static str {
    match (not_enforced, not_valid) {
        (true, _) => " NOT ENFORCED",
        (false, true) => " NOT VALID",
        (false, false) => "",
    }
}

/// An EXCLUDE constraint.
#[must_use]
pub fn exclusion(exclusion: &Exclusion) -> String {
    let Exclusion { name, definition, comment: _, renamed_from: _ } = exclusion;
    format!("{}{definition}", named(name.as_ref()))
}

fn named(name: Option<&String>) -> String {
    name.map(|name| format!("CONSTRAINT {} ", quote(name))).unwrap_or_default()
}

fn key_columns(columns: &[KeyColumn]) -> String {
    let columns: Vec<String> = columns
        .iter()
        .map(|KeyColumn { name, descending: _, collation: _, prefix_length: _ }| quote(name))
        .collect();
    format!("({})", columns.join(", "))
}

/// What follows the columns of a key that an index keeps.
fn backing(include: &[String], with: &BTreeMap<String, String>, deferrable: Deferrability) -> String {
    let include = if include.is_empty() { String::new() } else { format!(" INCLUDE ({})", names(include)) };
    let with = if with.is_empty() { String::new() } else { format!(" WITH ({})", parameters(with)) };
    format!("{include}{with}{}", deferred(deferrable))
}

fn deferred(deferrable: Deferrability) -> &'static str {
    match deferrable {
        Deferrability::NotDeferrable => "",
        Deferrability::InitiallyImmediate => " DEFERRABLE",
        Deferrability::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}
