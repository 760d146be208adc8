//! What a run tells while it is under way.

use super::TableAtStake;
use crate::driver::StatementProgress;
use crate::model::QualifiedName;
use crate::revision::directory::Direction;
use crate::revision::{Revision, RevisionId};
use std::path::Path;
use std::time::Duration;

/// Something that has happened in a run.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A backup was written and checked.
    BackedUp {
        /// The file.
        path: &'a Path,
    },
    /// A revision is about to be applied or undone.
    Started {
        /// The revision.
        revision: &'a Revision,
        /// Whether it is applied or undone.
        direction: Direction,
        /// Which one of this run it is, from 1.
        position: usize,
        /// How many there are.
        total: usize,
    },
    /// A revision was applied or undone.
    Finished {
        /// The revision.
        revision: &'a RevisionId,
        /// Whether it was applied or undone.
        direction: Direction,
        /// How long that took.
        duration: Duration,
    },
    /// Another session has the migration lock.
    Waiting {
        /// Which one, where the database tells.
        holder: Option<&'a str>,
    },
    /// Others were in the way of a transaction or a statement; it is rolled back and is tried again.
    Retrying {
        /// What the database said.
        reason: &'a str,
        /// How long from now.
        pause: Duration,
    },
    /// An earlier run has stopped inside this revision, and this one goes on there.
    Resumed {
        /// The revision.
        revision: &'a RevisionId,
        /// How many of its statements have run.
        done: usize,
        /// How many there are.
        total: usize,
    },
    /// A statement outside a transaction was begun by another process, which may still be at it or may have been killed.
    StepUnderWay {
        /// The line of the statement.
        line: usize,
        /// How long to wait for the other process before the database is asked what has become of the statement.
        wait: Duration,
    },
    /// What a statement that did not finish had left behind is cleared away, or completed, by this one.
    CleanedUp {
        /// The statement.
        statement: &'a str,
    },
    /// The script that has started rewrites all rows of a large table.
    Rewrites {
        /// The table.
        table: &'a TableAtStake,
    },
    /// A statement that takes a while has come further.
    StatementAdvanced {
        /// The line of the statement.
        line: usize,
        /// How far.
        progress: &'a StatementProgress,
    },
    /// A statement of which was told how far it has come has ended, or failed.
    StatementEnded {
        /// The line of the statement.
        line: usize,
    },
    /// A range of a batch is done.
    BatchAdvanced {
        /// The table.
        table: &'a QualifiedName,
        /// How many rows are done, those of earlier runs among them.
        rows: u64,
    },
    /// A batch waits, as replicas are too far behind.
    ReplicasBehind {
        /// How far.
        lag: Duration,
        /// How far they may be.
        most: Duration,
        /// For how long it has waited.
        waited: Duration,
    },
    /// Another process has changed the history meanwhile; the run goes on from there.
    ChangedElsewhere,
}

/// Takes the events of a run; `&mut |_| {}` where nobody listens.
pub type Observer<'a> = dyn FnMut(Event<'_>) + 'a;
