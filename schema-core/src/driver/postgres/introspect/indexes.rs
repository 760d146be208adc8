//! Indexes, and what of a key only its index knows.

use super::tables::Relations;
use super::{Catalogue, VERSION_15, get, parameters};
use crate::dialect::postgres::as_meant;
use crate::driver::DriverError;
use crate::model::{Index, IndexKey, IndexPart, NullsOrder, Partition, QualifiedName};
use postgres::Row;
use std::collections::{BTreeSet, HashMap};

/// The bits of `indoption`.
const DESCENDING: i16 = 1;
const NULLS_FIRST: i16 = 2;

/// Adds the indexes to their tables. An index that a failed CREATE INDEX CONCURRENTLY has left behind is none: whoever needs it has to make it
/// anew.
pub(super) fn read(catalogue: &mut Catalogue<'_, '_>, relations: &mut Relations) -> Result<(), DriverError> {
    let nulls = if catalogue.is_at_least(VERSION_15) { "i.indnullsnotdistinct" } else { "false" };
    let query = include_str!("../queries/indexes.sql").replace("{nulls_not_distinct}", nulls);
    let mut of_partitioned: HashMap<QualifiedName, BTreeSet<String>> = HashMap::new();
    catalogue.rows(&query, |row| {
        let table: u32 = get(row, 1)?;
        let name: String = get(row, 2)?;
        let is_attached: bool = get(row, 16)?;
        let parent: Option<String> = get(row, 17)?;
        let key_count = usize::try_from(get::<i16>(row, 7)?).unwrap_or_default();
        let numbers: Vec<i16> = get(row, 8)?;
        let include = relations.column_names(table, numbers.get(key_count..).unwrap_or_default());
        let with = parameters(get(row, 14)?);
        let nulls_not_distinct: bool = get(row, 6)?;
        let keys = keys(row, relations, table, numbers.get(..key_count).unwrap_or_default())?;
        let Some(table) = relations.table(table) else { return Ok(()) };
        if table.partition_by.is_some() {
            of_partitioned.entry(table.name.clone()).or_default().insert(name.clone());
        }
        if let (Some(place), Some(parent)) = (&mut table.partition_of, parent) {
            place.names.insert(parent, name.clone());
        }
        if let Some(key) = table.primary_key.as_mut().filter(|key| key.name.as_ref() == Some(&name)) {
            (key.include, key.with) = (include, with);
            return Ok(());
        }
        if let Some(unique) = table.uniques.iter_mut().find(|unique| unique.name.as_ref() == Some(&name)) {
            (unique.include, unique.with, unique.nulls_not_distinct) = (include, with, nulls_not_distinct);
            return Ok(());
        }
        let is_exclusion = table.exclusions.iter().any(|exclusion| exclusion.name.as_ref() == Some(&name));
        // On a partition, an index of the partitioned table.
        let is_valid: bool = get(row, 5)?;
        // One of a partitioned table is valid only when all partitions have a part of it, and is there in any case.
        let is_left_over = !is_valid && table.partition_by.is_none();
        if is_exclusion || is_attached || is_left_over {
            return Ok(());
        }
        let method: String = get(row, 3)?;
        table.indexes.push(Index {
            name: Some(name),
            parts: keys,
            unique: get(row, 4)?,
            predicate: get::<Option<String>>(row, 13)?.map(as_meant),
            using: (method != "btree").then_some(method),
            include,
            nulls_not_distinct,
            with,
            parser: None,
            invisible: false,
            comment: get(row, 15)?,
            renamed_from: None,
            definition: None,
        });
        Ok(())
    })?;
    for table in relations.tables_mut() {
        if let Some(Partition { parent, bound: _, names, lacking, validated: _ }) = &mut table.partition_of {
            let all = of_partitioned.get(parent).into_iter().flatten();
            lacking.extend(all.filter(|name| !names.contains_key(*name)).cloned());
        }
    }
    Ok(())
}

fn keys(
    row: &Row,
    relations: &Relations,
    table: u32,
    numbers: &[i16],
) -> Result<Vec<IndexPart>, DriverError> {
    let options: Vec<i16> = get(row, 9)?;
    let opclasses: Option<Vec<Option<String>>> = get(row, 10)?;
    let collations: Option<Vec<Option<String>>> = get(row, 11)?;
    let expressions: Option<Vec<Option<String>>> = get(row, 12)?;
    let at = |list: &Option<Vec<Option<String>>>, place: usize| {
        list.as_ref().and_then(|list| list.get(place).cloned().flatten())
    };
    let parts = numbers.iter().enumerate().filter_map(|(place, number)| {
        let key = if *number == 0 {
            IndexKey::Expression(as_meant(without_parentheses(&at(&expressions, place)?).to_owned()))
        } else {
            IndexKey::Column(relations.column_names(table, &[*number]).pop()?)
        };
        let option = options.get(place).copied().unwrap_or_default();
        let descending = option & DESCENDING != 0;
        let nulls_first = option & NULLS_FIRST != 0;
        let nulls = match (descending, nulls_first) {
            (false, true) => Some(NullsOrder::First),
            (true, false) => Some(NullsOrder::Last),
            (false, false) | (true, true) => None,
        };
        Some(IndexPart {
            descending,
            nulls,
            collation: at(&collations, place),
            opclass: at(&opclasses, place),
            ..IndexPart::new(key)
        })
    });
    Ok(parts.collect())
}

/// An expression that is no call of a function has a pair of parentheses of the index's own round it.
fn without_parentheses(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) else { return text };
    let mut depth = 0_usize;
    for token in crate::sql::tokenize(inner, crate::model::Engine::Postgres) {
        match token.text(inner) {
            "(" => depth += 1,
            ")" if depth == 0 => return text,
            ")" => depth -= 1,
            _ => {}
        }
    }
    inner
}
