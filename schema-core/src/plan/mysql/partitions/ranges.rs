//! Ranges, each from the end of the one before it.

use super::{Definitions, Direction, Step, names};
use crate::dialect::mysql::partitioning::{Bound, MAXVALUE, PartitionDefinition};
use std::collections::BTreeSet;
use std::ops::Range;

/// Partitions on both sides that take the same rows together.
#[derive(Clone, Debug)]
struct Segment {
    old: Range<usize>,
    new: Range<usize>,
    /// Whether both sides end at the same value. Only the last segment may not.
    is_closed: bool,
}

/// REORGANIZE keeps the whole range of the partitions that it takes, unless they are the last ones and their range grows.
pub(super) fn steps<'a>(
    before: &'a Definitions,
    after: &'a Definitions,
    direction: Direction,
) -> Option<Vec<Step<'a>>> {
    let all: Vec<&PartitionDefinition> = before.iter().collect();
    let dropped = dropped(&all, after, direction)?;
    let gone = names(dropped.iter().copied());
    let kept: Vec<&PartitionDefinition> =
        before.iter().filter(|partition| !gone.contains(&partition.folded())).collect();
    let mut steps = Vec::new();
    if !dropped.is_empty() {
        steps.push(Step::Drop(dropped));
    }
    let mut added: &[PartitionDefinition] = &[];
    let mut changed: Vec<Segment> = Vec::new();
    let mut asks_server = false;
    for segment in segments(&kept, after)? {
        let (old, new) = (kept.get(segment.old.clone())?, after.get(segment.new.clone())?);
        match (old, new) {
            ([], new) => added = new,
            (_, []) => return None,
            ([old], [new]) if old.is_like(new) => {}
            ([.., old], [.., new]) => {
                if !segment.is_closed {
                    match grows(old, new) {
                        Some(true) => {}
                        Some(false) => return None,
                        None => asks_server = true,
                    }
                }
                changed.push(segment);
            }
        }
    }
    let changed = merged(changed, &kept, after);
    let last = changed.len().saturating_sub(1);
    for (place, Segment { old, new, is_closed: _ }) in changed.into_iter().enumerate() {
        let (from, into) = (kept.get(old)?.to_vec(), after.get(new)?);
        steps.push(Step::Reorganize { from, into, asks_server: asks_server && place == last });
    }
    if !added.is_empty() {
        steps.push(Step::Add(added));
    }
    Some(steps)
}

/// The partitions that go with their rows; none where some would go whose name stays.
fn dropped<'a>(
    before: &[&'a PartitionDefinition],
    after: &Definitions,
    direction: Direction,
) -> Option<Vec<&'a PartitionDefinition>> {
    let named = names(after);
    let is_gone = |partition: &&PartitionDefinition| !named.contains(&partition.folded());
    let mut dropped = Vec::new();
    for segment in segments(before, after)? {
        let (old, new) = (before.get(segment.old)?, after.get(segment.new)?);
        match (old, new) {
            // Their rows have no other place.
            (old, []) if old.iter().all(is_gone) => dropped.extend(old),
            (_, []) => return None,
            ([goes @ .., old], [new])
                if direction == Direction::Up
                    && segment.is_closed
                    && old.folded() == new.folded()
                    && goes.iter().all(is_gone) =>
            {
                dropped.extend(goes);
            }
            (_, _) => {}
        }
    }
    Some(dropped)
}

/// Both sides, cut wherever both have a range that ends at the same value.
fn segments(old: &[&PartitionDefinition], new: &Definitions) -> Option<Vec<Segment>> {
    let mut segments = Vec::new();
    let (mut from_old, mut from_new) = (0, 0);
    for (place, partition) in old.iter().enumerate() {
        let bound = end(partition)?;
        let mut later = new.iter().enumerate().skip(from_new);
        if let Some((other, _)) = later.find(|(_, new)| end(new) == Some(bound)) {
            segments.push(Segment { old: from_old..place + 1, new: from_new..other + 1, is_closed: true });
            (from_old, from_new) = (place + 1, other + 1);
        }
    }
    if from_old < old.len() || from_new < new.len() {
        segments.push(Segment { old: from_old..old.len(), new: from_new..new.len(), is_closed: false });
    }
    Some(segments)
}

fn end(partition: &PartitionDefinition) -> Option<&[String]> {
    match &partition.bound {
        Bound::LessThan(values) => Some(values),
        Bound::Default | Bound::In(_) | Bound::None => None,
    }
}

/// Whether the range ends at a greater value; none where only the server knows the order of such values.
fn grows(old: &PartitionDefinition, new: &PartitionDefinition) -> Option<bool> {
    let number = |text: &str| text.replace(' ', "").parse::<i128>().ok();
    let mut pairs = end(old)?.iter().zip(end(new)?).filter(|(old, new)| old != new);
    let (old, new) = pairs.next()?;
    if new == MAXVALUE || old == MAXVALUE {
        return Some(new == MAXVALUE);
    }
    Some(number(new)? > number(old)?)
}

/// Segments next to each other become one, and those with all between them where one would take a name that another still has.
fn merged(mut segments: Vec<Segment>, old: &[&PartitionDefinition], new: &Definitions) -> Vec<Segment> {
    let names_before = |segment: &Segment| names(old.get(segment.old.clone()).into_iter().flatten().copied());
    let names_after = |segment: &Segment| names(new.get(segment.new.clone()).into_iter().flatten());
    let belong_together = |(place, one): (usize, &Segment), (other_place, other): (usize, &Segment)| {
        let clash = |names: BTreeSet<String>, others: BTreeSet<String>| !names.is_disjoint(&others);
        other_place == place + 1 && one.old.end == other.old.start && one.new.end == other.new.start
            || clash(names_after(one), names_before(other))
            || clash(names_before(one), names_after(other))
    };
    loop {
        let found = segments.iter().enumerate().find_map(|one| {
            let mut others = segments.iter().enumerate().skip(one.0 + 1);
            others.rfind(|other| belong_together(one, *other)).map(|(last, _)| (one.0, last))
        });
        let Some((first, last)) = found else { return segments };
        let between: Vec<Segment> = segments.drain(first..=last).collect();
        let ([one, ..], [.., other]) = (between.as_slice(), between.as_slice()) else { return segments };
        let whole = Segment {
            old: one.old.start..other.old.end,
            new: one.new.start..other.new.end,
            is_closed: other.is_closed,
        };
        segments.insert(first, whole);
    }
}
