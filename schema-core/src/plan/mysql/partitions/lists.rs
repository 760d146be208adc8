//! Lists of values.

use super::{Definitions, Step, names};
use crate::dialect::mysql::partitioning::{Bound, PartitionDefinition};
use std::collections::BTreeSet;

/// A partition that stays and no longer takes all its values is left to a copy, which fails where there are such rows: REORGANIZE would lose them without a
/// word, on both servers. So is DEFAULT (MariaDB): a partition that is added leaves rows there that it should have, and merging into DEFAULT crashes the server.
pub(super) fn steps<'a>(before: &'a Definitions, after: &'a Definitions) -> Option<Vec<Step<'a>>> {
    if may_be_respelled(before, after)? {
        return None;
    }
    let taken = all_values(after)?;
    let named = names(after);
    let (mut kept, mut dropped) = (Vec::new(), Vec::new());
    for partition in before {
        let values = values(partition)?;
        let lost = values.iter().filter(|value| !taken.contains(*value)).count();
        if lost == 0 {
            kept.push(partition);
        } else if lost == values.len() && !named.contains(&partition.folded()) {
            dropped.push(partition);
        } else {
            return None;
        }
    }
    let had = all_values(kept.iter().copied())?;
    let first = alike(kept.iter().copied(), after.iter());
    let (old, new) = (kept.get(first..)?, after.get(first..)?);
    let is_new = |partition: &&PartitionDefinition| {
        values(partition).is_some_and(|values| values.iter().all(|value| !had.contains(value)))
    };
    let added = new.iter().rev().take_while(is_new).count();
    let (new, added) = new.split_at(new.len() - added);
    let last = alike(old.iter().rev().copied(), new.iter().rev());
    let (from, into) = (old.len() - last, new.len() - last);

    let mut steps = Vec::new();
    let of_dropped = (!dropped.is_empty()).then_some(Step::Drop(dropped));
    let of_added = (!added.is_empty()).then_some(Step::Add(added));
    if kept.is_empty() {
        // A table has at least one partition.
        return Some(of_added.into_iter().chain(of_dropped).collect());
    }
    steps.extend(of_dropped);
    if into > 0 {
        // New partitions stand before one that stays only where that is reorganized.
        let with_next = usize::from(from == 0);
        steps.push(Step::Reorganize {
            from: old.get(..from + with_next)?.to_vec(),
            into: new.get(..into + with_next)?,
            asks_server: false,
        });
    }
    steps.extend(of_added);
    Some(steps)
}

/// Whether a value that goes may be one that comes, written otherwise: only the server knows which dates and texts are the same.
fn may_be_respelled(before: &Definitions, after: &Definitions) -> Option<bool> {
    let (old, new) = (all_values(before)?, all_values(after)?);
    let is_number = |value: &str| value.eq_ignore_ascii_case("null") || value.parse::<i128>().is_ok();
    let has_text = |one: &BTreeSet<&String>, other: &BTreeSet<&String>| {
        one.difference(other).any(|value| !is_number(value))
    };
    Some(has_text(&old, &new) && has_text(&new, &old))
}

fn values(partition: &PartitionDefinition) -> Option<&[String]> {
    match &partition.bound {
        Bound::In(values) => Some(values),
        Bound::Default | Bound::LessThan(_) | Bound::None => None,
    }
}

fn all_values<'a>(
    partitions: impl IntoIterator<Item = &'a PartitionDefinition>,
) -> Option<BTreeSet<&'a String>> {
    let lists: Vec<&[String]> = partitions.into_iter().map(values).collect::<Option<_>>()?;
    Some(lists.into_iter().flatten().collect())
}

/// How many are the same, from the beginning.
fn alike<'a>(
    old: impl Iterator<Item = &'a PartitionDefinition>,
    new: impl Iterator<Item = &'a PartitionDefinition>,
) -> usize {
    old.zip(new).take_while(|(old, new)| old.is_like(new)).count()
}
