//! Tables.

use super::super::quote_name;
use super::{check, column, exclusion, foreign_key, parameters, primary_key, unique};
use crate::model::{Column, ForeignKey, Partition, Table};

/// What of a table stands in its CREATE TABLE, where not all does.
#[derive(Clone, Debug, Default)]
pub struct Parts<'a> {
    /// The columns that it does not have from a parent.
    pub columns: Vec<&'a Column>,
    /// The foreign keys whose tables are there already.
    pub foreign_keys: Vec<&'a ForeignKey>,
}

/// CREATE TABLE, with all constraints that hold for rows that come later.
#[must_use]
pub fn create_table(table: &Table, parts: &Parts<'_>) -> String {
    let Table {
        name,
        columns: _,
        primary_key: key,
        uniques,
        checks,
        foreign_keys: _,
        exclusions,
        indexes: _,
        options,
        partition_by,
        partition_of,
        inherits,
        comment: _,
        renamed_from: _,
        definition: _,
    } = table;
    let Parts { columns, foreign_keys } = parts;
    let mut lines: Vec<String> = columns.iter().map(|it| column(name, it)).collect();
    lines.extend(key.iter().map(primary_key));
    lines.extend(uniques.iter().map(unique));
    lines.extend(checks.iter().filter(|it| !it.not_valid).map(check));
    lines.extend(exclusions.iter().map(exclusion));
    lines.extend(foreign_keys.iter().map(|key| foreign_key(key)));

    let unlogged = if options.unlogged { "UNLOGGED " } else { "" };
    let mut sql = format!("CREATE {unlogged}TABLE {}", quote_name(name));
    if let Some(Partition { parent, bound: _, names: _, lacking: _, validated: _ }) = partition_of {
        sql.push_str(&format!(" PARTITION OF {}", quote_name(parent)));
    }
    if !lines.is_empty() {
        sql.push_str(&format!(" (\n    {}\n)", lines.join(",\n    ")));
    } else if partition_of.is_none() {
        sql.push_str(" ()");
    }
    if let Some(Partition { parent: _, bound, names: _, lacking: _, validated: _ }) = partition_of {
        sql.push_str(&format!(" {bound}"));
    }
    if !inherits.is_empty() {
        let parents: Vec<String> = inherits.iter().map(quote_name).collect();
        sql.push_str(&format!(" INHERITS ({})", parents.join(", ")));
    }
    if let Some(key) = partition_by {
        sql.push_str(&format!(" PARTITION BY {key}"));
    }
    if !options.with.is_empty() {
        sql.push_str(&format!(" WITH ({})", parameters(&options.with)));
    }
    sql
}
