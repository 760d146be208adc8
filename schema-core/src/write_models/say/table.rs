//! Tables.

use super::types::Types;
use super::{BLANK, Losses, column, is_blank_name, objects, references, usual_names};
use crate::model::{DatabaseSchema, DeclaredTable, Engine, QualifiedName, Table, TableOptions};
use std::collections::HashMap;

/// The tables as structs say them.
pub(super) fn say(engine: Engine, schema: &DatabaseSchema, types: &Types, losses: &mut Losses) -> Vec<Table> {
    let found = usual_names::left_out(engine, schema);
    let mut tables: Vec<Table> =
        found.iter().filter_map(|table| say_table(engine, table, types, losses)).collect();
    references::say(engine, &found, &mut tables, losses);
    tables
}

/// Limits tables to the engine where no other could have them, and all that refer to one of them.
pub(super) fn limit(engine: Engine, tables: &mut [DeclaredTable]) {
    let mut referring: HashMap<QualifiedName, Vec<usize>> = HashMap::new();
    for (place, table) in tables.iter().enumerate() {
        for key in &table.foreign_keys {
            referring.entry(key.base.references.clone()).or_default().push(place);
        }
    }
    let mut open: Vec<usize> =
        (0..tables.len()).filter(|place| tables.get(*place).is_some_and(is_of_one_engine)).collect();
    while let Some(table) = open.pop().and_then(|place| tables.get_mut(place)) {
        if table.only.is_empty() {
            table.only = vec![engine];
            open.extend(referring.get(&table.name).into_iter().flatten());
        }
    }
}

/// Whether no other engine could have a table: its key allows NULL (SQLite), or it has no columns or several that are numbered (PostgreSQL).
fn is_of_one_engine(table: &DeclaredTable) -> bool {
    let numbered = table.columns.iter().filter(|column| column.base.auto.is_some()).count();
    table.columns.is_empty() || numbered > 1 || key_allows_null(table)
}

fn key_allows_null(table: &DeclaredTable) -> bool {
    let Some(key) = &table.primary_key else { return false };
    let is_in_key = |name: &str| key.base.columns.iter().any(|column| column.name == name);
    table.columns.iter().any(|column| column.base.nullable && is_in_key(&column.base.name))
}

fn say_table(engine: Engine, table: &Table, types: &Types, losses: &mut Losses) -> Option<Table> {
    let Table {
        name,
        columns,
        primary_key: _,
        uniques: _,
        checks: _,
        foreign_keys: _,
        exclusions: _,
        indexes: _,
        options,
        partition_by: _,
        partition_of,
        inherits,
        comment,
        renamed_from: _,
        definition: _,
    } = table;
    let label = || format!("the table `{name}`");
    // The struct of its table says it.
    if partition_of.is_some() {
        return None;
    }
    if !losses.unless(is_blank_name(name), label, BLANK) {
        return None;
    }
    if !inherits.is_empty() {
        losses.add(format!("what the table `{name}` inherits from"), "no struct says it");
    }
    let context = column::Context { engine, table, types };
    let mut said = Table {
        columns: columns.iter().filter_map(|column| column::say(&context, column, losses)).collect(),
        options: say_options(engine, table, options, losses),
        comment: comment.clone(),
        ..Table::new(name.clone())
    };
    if !losses.unless(
        said.columns.is_empty() && !columns.is_empty(),
        label,
        "none of its columns can be said",
    ) {
        return None;
    }
    objects::say(engine, table, &mut said, losses);
    Some(said)
}

fn say_options(engine: Engine, table: &Table, options: &TableOptions, losses: &mut Losses) -> TableOptions {
    let mut said = options.clone();
    let is_said = |name: &String, value: &String| {
        let is_flag = engine == Engine::Mariadb && name == "system_versioning";
        if is_flag { value == "1" } else { super::objects::is_parameter(name) }
    };
    said.with.retain(|name, value| {
        losses.unless(
            !is_said(name, value),
            || format!("the option `{name}` = `{value}` of the table `{}`", table.name),
            "no struct says it",
        )
    });
    let is_known = |identity: &String| {
        ["FULL", "NOTHING", "DEFAULT"].contains(&identity.as_str()) || identity.starts_with("USING INDEX ")
    };
    said.replica_identity = said.replica_identity.filter(|identity| {
        let label = || format!("the replica identity of the table `{}`", table.name);
        losses.unless(!is_known(identity), label, "no struct says it")
    });
    said
}
