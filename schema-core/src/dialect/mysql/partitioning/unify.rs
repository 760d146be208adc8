//! How a model's partitions are written as the database has them, with what no model says of them.

use super::{Bound, PartitionClause, PartitionDefinition, PartitionMethod};
use crate::model::Engine;
use crate::sql::tokenize;
use std::collections::BTreeSet;

/// What a model's partitions are beside those of the database: comments, other options and subpartitions, which structs cannot say, stay, and lists have
/// the order of the database, with what is new at the end.
pub(in crate::dialect::mysql) fn unify(current: &PartitionClause, desired: &mut PartitionClause) {
    let subpartitions = desired.subpartitions.clone().or_else(|| current.subpartitions.clone());
    let wanted = PartitionClause { subpartitions, ..desired.clone() };
    // Nor can they say by which of its two hashes KEY spreads rows.
    let says_hash = wanted.key != without_hash(&wanted.key);
    let found = PartitionClause { key: without_hash(&current.key), ..current.clone() };
    if !current.is_spread_like(&wanted) && (says_hash || !found.is_spread_like(&wanted)) {
        return;
    }
    desired.key.clone_from(&current.key);
    desired.subpartitions.clone_from(&current.subpartitions);
    if desired.method == PartitionMethod::Hash && desired.partitions.is_empty() {
        list_like(current, desired);
        return;
    }
    let engine = current.partitions.iter().find_map(|found| found.engine.clone());
    for partition in &mut desired.partitions {
        let folded = partition.folded();
        match current.partitions.iter().find(|found| found.folded() == folded) {
            Some(found) => keep_unsaid(found, partition),
            None => {
                if engine.is_some() {
                    partition.engine.clone_from(&engine);
                }
                if let Some(like) = current.partitions.first().and_then(|it| it.subpartitions.as_ref()) {
                    (partition.subpartitions, partition.engine) = (Some(named(&partition.name, like)), None);
                }
            }
        }
    }
    if desired.method == PartitionMethod::List {
        desired.partitions.sort_by_key(|partition| place(current, partition));
    }
}

/// The key without the older hash of KEY, as the servers write it.
fn without_hash(key: &str) -> String {
    key.replacen("KEY ALGORITHM = 1 (", "KEY (", 1)
}

/// The place of a partition of a list among those of the database, whose order says nothing: a new one follows the one that has had its first value.
fn place(current: &PartitionClause, partition: &PartitionDefinition) -> (usize, bool) {
    let folded = partition.folded();
    let of = |is_it: &dyn Fn(&PartitionDefinition) -> bool| current.partitions.iter().position(is_it);
    if let Some(place) = of(&|found| found.folded() == folded) {
        return (place, false);
    }
    let first = match &partition.bound {
        Bound::In(values) => values.first(),
        Bound::None | Bound::LessThan(_) | Bound::Default => None,
    };
    let owner = of(&|found| match (&found.bound, first) {
        (Bound::In(values), Some(first)) => values.contains(first),
        (Bound::In(_) | Bound::None | Bound::LessThan(_) | Bound::Default, _) => false,
    });
    (owner.unwrap_or(usize::MAX), true)
}

/// A number of partitions, where the database lists them: the first of them, or more with the names that the server would give.
fn list_like(current: &PartitionClause, desired: &mut PartitionClause) {
    let Some(last) = current.partitions.last() else { return };
    let wanted = desired.count();
    let mut partitions: Vec<PartitionDefinition> = current.partitions.iter().take(wanted).cloned().collect();
    let names: BTreeSet<String> = current.partitions.iter().map(PartitionDefinition::folded).collect();
    let free = (partitions.len()..).map(|number| format!("p{number}")).filter(|name| !names.contains(name));
    let missing = wanted.saturating_sub(partitions.len());
    partitions.extend(free.take(missing).map(|name| PartitionDefinition {
        name,
        bound: Bound::None,
        bound_sql: String::new(),
        options: String::new(),
        engine: last.engine.clone(),
        subpartitions: None,
    }));
    (desired.number, desired.partitions) = (None, partitions);
}

fn keep_unsaid(current: &PartitionDefinition, desired: &mut PartitionDefinition) {
    let PartitionDefinition { name: _, bound, bound_sql, options, engine, subpartitions } = current;
    let is_same = match (bound, &desired.bound) {
        (Bound::In(one), Bound::In(other)) => {
            one.iter().collect::<BTreeSet<_>>() == other.iter().collect::<BTreeSet<_>>()
        }
        (one, other) => one == other,
    };
    if is_same {
        desired.bound.clone_from(bound);
        desired.bound_sql.clone_from(bound_sql);
    }
    desired.options.clone_from(options);
    desired.engine.clone_from(engine);
    desired.subpartitions.clone_from(subpartitions);
}

/// As many subpartitions as there are in the list, with the names that the server would give.
fn named(partition: &str, like: &str) -> String {
    let tokens: Vec<_> =
        tokenize(like, Engine::Mysql).into_iter().filter(|token| !token.is_trivia()).collect();
    let words = |position: usize| tokens.get(position).map(|token| token.text(like));
    let is_word =
        |position: usize, word: &str| words(position).is_some_and(|it| it.eq_ignore_ascii_case(word));
    let count = (0..tokens.len()).filter(|position| is_word(*position, "SUBPARTITION")).count();
    let engine = (0..tokens.len()).find(|position| is_word(*position, "ENGINE")).and_then(|it| words(it + 2));
    let engine = engine.map(|engine| format!(" ENGINE = {engine}")).unwrap_or_default();
    let list: Vec<String> = (0..count)
        .map(|number| format!("SUBPARTITION {}{engine}", super::quote(&format!("{partition}sp{number}"))))
        .collect();
    format!("({})", list.join(",\n  "))
}
