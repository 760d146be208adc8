//! Indexes.

use super::super::collation::quote_collation;
use super::super::expression::without_brackets;
use super::super::{quote, quote_name};
use super::{names, parameters};
use crate::model::{Index, IndexKey, IndexPart, NullsOrder, QualifiedName};

/// How an index is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexBuild {
    /// On the table, and on all its partitions.
    Whole,
    /// On a partitioned table without its partitions.
    Only,
    /// Beside reads and writes.
    Concurrently,
}

/// CREATE INDEX.
#[must_use]
pub fn create_index(table: &QualifiedName, index: &Index, build: IndexBuild) -> String {
    let Index {
        name,
        parts,
        unique,
        predicate,
        using,
        include,
        nulls_not_distinct,
        with,
        parser: _,
        invisible: _,
        comment: _,
        renamed_from: _,
        definition: _,
    } = index;
    let parts: Vec<String> = parts.iter().map(part).collect();
    let mut sql = format!(
        "CREATE {}INDEX {}{} ON {}{}{} ({})",
        if *unique { "UNIQUE " } else { "" },
        if build == IndexBuild::Concurrently { "CONCURRENTLY " } else { "" },
        quote(name.as_deref().unwrap_or_default()),
        if build == IndexBuild::Only { "ONLY " } else { "" },
        quote_name(table),
        using.as_ref().map(|method| format!(" USING {}", quote(method))).unwrap_or_default(),
        parts.join(", ")
    );
    if !include.is_empty() {
        sql.push_str(&format!(" INCLUDE ({})", names(include)));
    }
    if *nulls_not_distinct {
        sql.push_str(" NULLS NOT DISTINCT");
    }
    if !with.is_empty() {
        sql.push_str(&format!(" WITH ({})", parameters(with)));
    }
    if let Some(predicate) = predicate {
        sql.push_str(&format!(" WHERE {}", without_brackets(predicate)));
    }
    sql
}

fn part(part: &IndexPart) -> String {
    let IndexPart { key, descending, nulls, collation, opclass, prefix_length: _ } = part;
    let mut sql = match key {
        IndexKey::Column(column) => quote(column),
        IndexKey::Expression(expression) => format!("({expression})"),
    };
    if let Some(collation) = collation {
        sql.push_str(&format!(" COLLATE {}", quote_collation(collation)));
    }
    if let Some(opclass) = opclass {
        sql.push_str(&format!(" {opclass}"));
    }
    if *descending {
        sql.push_str(" DESC");
    }
    sql.push_str(match nulls {
        None => "",
        Some(NullsOrder::First) => " NULLS FIRST",
        Some(NullsOrder::Last) => " NULLS LAST",
    });
    sql
}
