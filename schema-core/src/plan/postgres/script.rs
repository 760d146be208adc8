//! The phases of a script. Every file of this folder adds its statements to the phases that they belong to; this alone says in which order the
//! phases come.

use crate::diff::RenameTime;
use crate::sql::{Plan, Recreated, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// What is done together, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// What is recreated further down has other rights first, so that it gets these back.
    RightsOfRecreated,
    /// Values that are used further down, and therefore have to be committed first.
    CommitValues,
    /// Renames, where they come first.
    RenameFirst,
    /// Defaults and CHECKs let go of functions that are dropped and created again.
    LetGo,
    /// What is in the way goes: triggers, policies, views.
    StepAside,
    /// Partitions and children leave their parents.
    Detach,
    DropForeignKeys,
    DropObjects,
    DropTables,
    CreateNamespaces,
    /// Types are created, and the old ones of those that must be recreated are renamed.
    CreateTypes,
    CreateTables,
    /// Tables that were recreated get the rows of the old ones.
    MoveRows,
    AlterColumns,
    /// Tables that inherit from those that have changed.
    CreateHeirs,
    MoveRowsOfHeirs,
    /// Types that were recreated are gone.
    DropOldTypes,
    AlterTables,
    AddConstraints,
    CreateIndexes,
    AddForeignKeys,
    /// Partitions and children come to their parents, which have what they need by now.
    Attach,
    /// What points at an index, and comments.
    Finish,
    /// Renames, where they come last.
    RenameLast,
    /// What was in the way comes back.
    ComeBack,
    /// Functions, sequences and domains that nothing needs any more.
    DropNeeded,
    /// Defaults and CHECKs that had to let go of a function come back.
    PutBack,
    DropTypes,
    DropNamespaces,
    /// Owners, grants and default privileges.
    Rights,
    /// Online, all that follows: new columns get their values,
    FillOnline,
    /// and must have one from then on.
    CheckFilled,
    /// Indexes are built beside reads and writes.
    BuildOnline,
    /// Rows are checked against constraints that new rows obey already.
    ValidateOnline,
    /// What was built or proven takes the place of what is there: what gives way to it,
    GiveWay,
    /// columns that were proven to hold no NULL, or may hold NULL without it,
    RefuseNull,
    /// what takes the place,
    TakePlace,
    /// and its comments.
    FinishPlaces,
    /// Tables that are proven to hold the rows of a partition become one.
    AttachOnline,
    /// Indexes that nothing needs any more are dropped beside reads and writes.
    DropOnline,
    /// Partitions leave beside reads and writes,
    DetachOnline,
    /// and lose what the server has put on them.
    FinishDetached,
    /// The planner of queries learns what columns hold now.
    Analyze,
}

/// The statements of a script by phase.
#[derive(Debug, Default)]
pub(super) struct Script {
    phases: BTreeMap<Phase, Vec<Statement>>,
    recreated: BTreeSet<Recreated>,
}

impl Script {
    pub(super) fn push(&mut self, phase: Phase, statement: Statement) {
        self.phases.entry(phase).or_default().push(statement);
    }

    pub(super) fn extend(&mut self, phase: Phase, statements: impl IntoIterator<Item = Statement>) {
        self.phases.entry(phase).or_default().extend(statements);
    }

    /// Puts a statement that is planned already into an earlier phase.
    pub(super) fn bring_forward(&mut self, sql: &str, phase: Phase) {
        for (from, statements) in &mut self.phases {
            if let Some(place) = statements.iter().position(|it| it.sql == sql).filter(|_| *from > phase) {
                let statement = statements.remove(place);
                self.push(phase, statement);
                return;
            }
        }
    }

    /// Takes out a statement that is planned already, and comes elsewhere.
    pub(super) fn take(&mut self, sql: &str) {
        for statements in self.phases.values_mut() {
            statements.retain(|it| it.sql != sql);
        }
    }

    /// Says that something is dropped and recreated.
    pub(super) fn recreates(&mut self, object: Recreated) {
        self.recreated.insert(object);
    }

    /// What is dropped and recreated.
    pub(super) fn recreated(&self) -> &BTreeSet<Recreated> {
        &self.recreated
    }

    pub(super) fn into_plan(self) -> Plan {
        Plan {
            statements: self.phases.into_values().flatten().collect(),
            recreated: self.recreated.into_iter().collect(),
            ..Plan::default()
        }
    }
}

impl Phase {
    pub(super) fn of_renames(time: RenameTime) -> Self {
        match time {
            RenameTime::First => Phase::RenameFirst,
            RenameTime::Last => Phase::RenameLast,
        }
    }
}
