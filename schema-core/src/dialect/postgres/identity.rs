//! What tells the objects of a table apart beside their names, as texts to compare.

use super::expression::canonical;
use super::{collation, literal, types};
use crate::dialect::Scope;
use crate::model::{
    Check, Column, ColumnType, Default, Exclusion, ForeignKey, Index, IndexKey, IndexPart, KeyColumn,
    PrimaryKey, ReferentialAction, Unique,
};
use std::collections::BTreeMap;

pub(super) fn primary_key(key: &PrimaryKey) -> String {
    let PrimaryKey { name: _, columns, deferrable, include, with, on_conflict: _, comment: _ } = key;
    format!("{} {deferrable:?} {include:?} {:?}", key_columns(columns), parameters(with, Storage::Tree))
}

pub(super) fn unique(unique: &Unique) -> String {
    let Unique {
        name: _,
        columns,
        deferrable,
        nulls_not_distinct,
        include,
        with,
        on_conflict: _,
        comment: _,
        renamed_from: _,
    } = unique;
    format!(
        "{} {deferrable:?} {nulls_not_distinct} {include:?} {:?}",
        key_columns(columns),
        parameters(with, Storage::Tree)
    )
}

fn key_columns(columns: &[KeyColumn]) -> String {
    let columns: Vec<&str> = columns
        .iter()
        .map(|KeyColumn { name, descending: _, collation: _, prefix_length: _ }| name.as_str())
        .collect();
    format!("{columns:?}")
}

pub(super) fn check(check: &Check) -> String {
    let Check {
        name: _,
        expression,
        no_inherit,
        not_valid,
        not_enforced,
        column: _,
        comment: _,
        renamed_from: _,
    } = check;
    format!("{} {no_inherit} {not_valid} {not_enforced}", canonical(expression))
}

pub(super) fn foreign_key(key: &ForeignKey) -> String {
    let ForeignKey {
        name: _,
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
    // All columns named are the same as none.
    let all = |listed: &Vec<String>| listed.len() == columns.len();
    let action = |action: &ReferentialAction| match action {
        ReferentialAction::SetNull(listed) if all(listed) => ReferentialAction::SetNull(Vec::new()),
        ReferentialAction::SetDefault(listed) if all(listed) => ReferentialAction::SetDefault(Vec::new()),
        other => other.clone(),
    };
    format!(
        "{columns:?} {references:?} {referenced_columns:?} {:?} {:?} {deferrable:?} {match_type:?} {not_valid} {not_enforced} {period}",
        action(on_delete),
        action(on_update)
    )
}

pub(super) fn exclusion(exclusion: &Exclusion) -> String {
    let Exclusion { name: _, definition, comment: _, renamed_from: _ } = exclusion;
    canonical(definition)
}

pub(super) fn index(index: &Index) -> String {
    let Index {
        name: _,
        parts,
        unique,
        predicate,
        using,
        include,
        nulls_not_distinct,
        with,
        parser,
        invisible,
        comment: _,
        renamed_from: _,
        definition: _,
    } = index;
    let parts: Vec<String> = parts
        .iter()
        .map(|IndexPart { key, descending, nulls, collation: own, opclass, prefix_length: _ }| {
            let key = match key {
                IndexKey::Column(column) => super::quote(column),
                IndexKey::Expression(expression) => format!("({})", canonical(expression)),
            };
            let opclass = opclass.as_deref().map(canonical);
            format!("{key} {descending} {nulls:?} {:?} {opclass:?}", collation::meaning(own.as_deref()))
        })
        .collect();
    let predicate = predicate.as_deref().map(canonical);
    format!(
        "{unique} {parts:?} {predicate:?} {using:?} {include:?} {nulls_not_distinct} {:?} {parser:?} {invisible}",
        parameters(with, if using.is_none() { Storage::Tree } else { Storage::Index })
    )
}

/// Whether two columns of one type get the same value where a row gives none.
pub(super) fn same_default(current: &Column, desired: &Column, scope: Scope) -> bool {
    let text = |column: &Column| {
        if let Some(Default::Sql(sql)) = &column.default { Some(sql.clone()) } else { None }
    };
    let (left, right) = (text(current), text(desired));
    if let (Some(left), Some(right)) = (&left, &right)
        && (left == right || canonical(left) == canonical(right))
    {
        return true;
    }
    let (ColumnType::Sql(before), ColumnType::Sql(after)) = (&current.ty, &desired.ty) else { return false };
    if before != after {
        return false;
    }
    // The cast of a literal to something else than the column's type is what a change of that type leaves behind.
    let read = |sql: &Option<String>| match sql {
        // A database keeps a default of NULL, which comes before that of a domain.
        None => (scope == Scope::Models).then_some(literal::Literal::Null),
        Some(sql) => literal::Literal::read(sql),
    };
    if let (Some(left), Some(right)) = (read(&left), read(&right)) {
        return left.into_text() == right.into_text();
    }
    let (Some(left), Some(right)) = (left, right) else { return false };
    scope == Scope::Models && is_now(&left, after) && is_now(&right, after)
}

/// Whether an expression gives the moment at which the transaction began, in a column of this type.
fn is_now(sql: &str, ty: &str) -> bool {
    let word = canonical(sql).replace(' ', "");
    let plain = ["now()", "current_timestamp", "transaction_timestamp()", "localtimestamp"];
    let of_type: &[&str] = match types::of_literal(ty).as_str() {
        "timestamp with time zone" | "timestamp without time zone" => &[],
        "date" => &["current_date", "('now'::text)::date"],
        "time without time zone" | "time with time zone" => &["localtime", "current_time"],
        _ => return false,
    };
    plain.contains(&word.as_str()) || of_type.contains(&word.as_str())
}

/// What parameters are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Storage {
    Table,
    /// An index of the usual method.
    Tree,
    Index,
    View,
}

/// Parameters by what they say: numbers and truths in one spelling, without those that say the usual.
pub(super) fn parameters(with: &BTreeMap<String, String>, storage: Storage) -> BTreeMap<String, String> {
    with.iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), parameter(value)))
        .filter(|(name, value)| usual_parameter(storage, name) != Some(value))
        .collect()
}

fn parameter(value: &str) -> String {
    let value = value.trim().trim_matches('\'').trim().to_ascii_lowercase();
    match value.as_str() {
        "on" | "true" | "yes" => "true".to_owned(),
        "off" | "false" | "no" => "false".to_owned(),
        number => number.parse::<f64>().map_or_else(|_| number.to_owned(), |number| number.to_string()),
    }
}

/// <https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-STORAGE-PARAMETERS> and the same of CREATE INDEX.
fn usual_parameter(storage: Storage, name: &str) -> Option<&'static str> {
    match (storage, name) {
        (Storage::Table, "fillfactor") => Some("100"),
        (Storage::Table, "autovacuum_enabled" | "toast.autovacuum_enabled")
        | (Storage::Tree, "deduplicate_items")
        | (Storage::Index, "fastupdate") => Some("true"),
        (Storage::Tree, "fillfactor") => Some("90"),
        (Storage::Index, "buffering") => Some("auto"),
        (Storage::View, "security_barrier" | "security_invoker") | (Storage::Table, "user_catalog_table") => {
            Some("false")
        }
        (Storage::Table | Storage::Tree | Storage::Index | Storage::View, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_compare_by_what_they_say() {
        let with = |pairs: &[(&str, &str)], storage| {
            let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            parameters(&pairs.collect(), storage)
        };
        assert_eq!(
            with(&[("fillfactor", "'70'")], Storage::Index),
            with(&[("FILLFACTOR", "70.0")], Storage::Index)
        );
        assert_eq!(
            with(&[("fastupdate", "off")], Storage::Index),
            with(&[("fastupdate", "false")], Storage::Index)
        );
        assert_eq!(
            with(&[("fillfactor", "100"), ("autovacuum_enabled", "on")], Storage::Table),
            BTreeMap::new()
        );
        assert_ne!(with(&[("fillfactor", "100")], Storage::Tree), BTreeMap::new());
    }
}
