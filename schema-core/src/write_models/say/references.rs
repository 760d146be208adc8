//! Foreign keys, which the compiler checks: the struct, the columns, their types, and that these are a key.

use super::Losses;
use super::objects::Columns;
use crate::dialect;
use crate::model::{ColumnType, Engine, ForeignKey, IndexKey, QualifiedName, ReferentialAction, Table};
use std::collections::{BTreeSet, HashMap};

/// Adds the foreign keys to the tables.
pub(super) fn say(engine: Engine, found: &[Table], said: &mut [Table], losses: &mut Losses) {
    let fold = dialect::spelling(engine).fold;
    let folded = |name: &QualifiedName| (name.schema.as_deref().map(fold), fold(&name.name));
    let places: HashMap<_, usize> =
        said.iter().enumerate().map(|(place, table)| (folded(&table.name), place)).collect();
    for table in found {
        let Some(&place) = places.get(&folded(&table.name)) else { continue };
        for key in &table.foreign_keys {
            let label = match &key.name {
                Some(name) => format!("the foreign key `{name}` of the table `{}`", table.name),
                None => {
                    let columns = key.columns.join("`, `");
                    format!("the foreign key from `{columns}` of the table `{}`", table.name)
                }
            };
            let target = places.get(&folded(&key.references)).copied();
            let outcome = match target {
                Some(target) => reference(engine, key, said, (place, target)),
                None => Err("no struct is written for the table that it refers to"),
            };
            match outcome {
                Ok(reference) => {
                    if let Some(target) = target {
                        same_types(table, said, &reference, (place, target));
                    }
                    if let Some(table) = said.get_mut(place) {
                        table.foreign_keys.push(reference);
                    }
                }
                Err(reason) => losses.add(label, reason),
            }
        }
    }
}

/// The foreign key with the columns as the structs have them, or why it cannot be said.
fn reference(
    engine: Engine,
    key: &ForeignKey,
    said: &[Table],
    (place, target): (usize, usize),
) -> Result<ForeignKey, &'static str> {
    const COLUMNS: &str = "a column of it is not said, or stands there twice";
    let (Some(table), Some(target)) = (said.get(place), said.get(target)) else { return Err(COLUMNS) };
    let own = Columns::of(engine, table);
    let columns = own.all_spelled(&key.columns).ok_or(COLUMNS)?;
    let referenced: Vec<String> = match (key.referenced_columns.as_slice(), &target.primary_key) {
        ([], Some(primary)) => primary.columns.iter().map(|column| column.name.clone()).collect(),
        (named, _) => Columns::of(engine, target).all_spelled(named).ok_or(COLUMNS)?,
    };
    if referenced.len() != columns.len() {
        return Err("it has more columns than what it refers to, or fewer");
    }
    if !is_key(target, &referenced) {
        return Err("the columns that it refers to are neither the primary key nor unique");
    }
    if key.period {
        return Err("no struct says `PERIOD`");
    }
    let action = |action: &ReferentialAction| -> Result<ReferentialAction, &'static str> {
        let spelled = |listed: &Vec<String>| own.all_spelled(listed).ok_or(COLUMNS);
        Ok(match action {
            ReferentialAction::SetNull(listed) => {
                let listed = spelled(listed)?;
                let set = if listed.is_empty() { &columns } else { &listed };
                let allows_null = |name: &String| {
                    table.columns.iter().any(|column| column.name == *name && column.nullable)
                };
                if !set.iter().all(allows_null) {
                    return Err("it sets a column to NULL that allows none");
                }
                ReferentialAction::SetNull(listed)
            }
            ReferentialAction::SetDefault(listed) => ReferentialAction::SetDefault(spelled(listed)?),
            other @ (ReferentialAction::NoAction
            | ReferentialAction::Restrict
            | ReferentialAction::Cascade) => other.clone(),
        })
    };
    let (on_delete, on_update) = (action(&key.on_delete)?, action(&key.on_update)?);
    Ok(ForeignKey {
        columns,
        references: target.name.clone(),
        referenced_columns: referenced,
        on_delete,
        on_update,
        ..key.clone()
    })
}

/// Whether columns, in any order, are the primary key or unique in every row.
fn is_key(table: &Table, columns: &[String]) -> bool {
    let wanted: BTreeSet<&String> = columns.iter().collect();
    let primary = table.primary_key.iter().map(|key| &key.columns);
    let uniques = table.uniques.iter().map(|unique| &unique.columns);
    let mut keys = primary.chain(uniques);
    let mut indexes = table.indexes.iter().filter(|index| index.unique && index.predicate.is_none());
    keys.any(|key| key.iter().map(|column| &column.name).collect::<BTreeSet<_>>() == wanted)
        || indexes.any(|index| {
            let parts = index.parts.iter().map(|part| match &part.key {
                IndexKey::Column(column) => Some(column),
                IndexKey::Expression(_) => None,
            });
            parts.collect::<Option<BTreeSet<_>>>().is_some_and(|parts| parts == wanted)
        })
}

/// Spells the type of a column in SQL where it is another than that of the column it refers to: the compiler lets only that pass.
fn same_types(found: &Table, said: &mut [Table], key: &ForeignKey, (place, target): (usize, usize)) {
    for (column, referenced) in key.columns.iter().zip(&key.referenced_columns) {
        let type_of = |place: usize, name: &str| {
            let column = said.get(place)?.columns.iter().find(|column| column.name == *name)?;
            Some(column.ty.clone())
        };
        let (Some(own), Some(other)) = (type_of(place, column), type_of(target, referenced)) else {
            continue;
        };
        let there = found.columns.iter().find(|it| it.name == *column);
        if !is_comparable(&own, &other)
            && let Some(there) = there
            && let Some(table) = said.get_mut(place)
            && let Some(column) = table.columns.iter_mut().find(|it| it.name == *column)
        {
            column.ty = there.ty.clone();
        }
    }
}

/// Whether the compiler takes a reference from one type to the other.
fn is_comparable(left: &ColumnType, right: &ColumnType) -> bool {
    match (left, right) {
        (ColumnType::Sql(_), _)
        | (_, ColumnType::Sql(_))
        | (ColumnType::Decimal { .. }, ColumnType::Decimal { .. })
        | (ColumnType::FixedBytes(_), ColumnType::FixedBytes(_)) => true,
        (ColumnType::Array(left), ColumnType::Array(right)) => is_comparable(left, right),
        (left, right) => left == right,
    }
}
