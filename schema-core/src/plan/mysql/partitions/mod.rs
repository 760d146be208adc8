//! Which partitions are added, dropped and reorganized, so that a table's partitions become others with the fewest rows copied and none lost unsaid.
//!
//! Pure: a decision about two clauses. The statements are written in `alter/partition_steps`.

mod lists;
mod ranges;

#[cfg(test)]
mod tests;

use crate::dialect::mysql::partitioning::{PartitionClause, PartitionDefinition, PartitionMethod};
use std::collections::BTreeSet;

/// A change of partitions that is one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// New partitions behind the last one.
    Add(&'a [PartitionDefinition]),
    /// Partitions that go with their rows.
    Drop(Vec<&'a PartitionDefinition>),
    /// The rows of partitions that follow each other move to others in their place.
    Reorganize {
        from: Vec<&'a PartitionDefinition>,
        into: &'a [PartitionDefinition],
        /// Whether only the server can tell that the range does not become smaller, which it would refuse.
        asks_server: bool,
    },
    /// The rows are spread over so many partitions more.
    AddNumber(usize),
    /// The rows are spread over so many partitions less.
    Coalesce(usize),
}

/// Which way a script leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// To what is desired: a partition that is not named any more goes with its rows.
    Up,
    /// Back: rows that have another place keep it, for they may have been there before.
    Down,
}

/// The steps in their order; none where only a copy of the table does it, by the whole clause.
pub(super) fn steps<'a>(
    before: &'a PartitionClause,
    after: &'a PartitionClause,
    direction: Direction,
) -> Option<Vec<Step<'a>>> {
    if !before.is_spread_like(after) {
        return None;
    }
    match before.method {
        PartitionMethod::Range => ranges::steps(&before.partitions, &after.partitions, direction),
        PartitionMethod::List => lists::steps(&before.partitions, &after.partitions),
        PartitionMethod::Hash => of_hashes(before, after),
    }
}

type Definitions = [PartitionDefinition];

fn names<'a>(partitions: impl IntoIterator<Item = &'a PartitionDefinition>) -> BTreeSet<String> {
    partitions.into_iter().map(PartitionDefinition::folded).collect()
}

fn of_hashes<'a>(before: &'a PartitionClause, after: &'a PartitionClause) -> Option<Vec<Step<'a>>> {
    let (old, new) = (before.count(), after.count());
    let pairs = || before.partitions.iter().zip(&after.partitions);
    // Where one side lists its partitions and the other does not, their names would be others.
    if before.partitions.is_empty() != after.partitions.is_empty()
        || !pairs().all(|(one, other)| one.is_like(other))
    {
        return None;
    }
    let step = match after.partitions.get(old..).filter(|_| !before.partitions.is_empty()) {
        Some(added) if new > old => Step::Add(added),
        Some(_) | None if new > old => Step::AddNumber(new - old),
        Some(_) | None if new < old => Step::Coalesce(old - new),
        Some(_) | None => return Some(Vec::new()),
    };
    Some(vec![step])
}
