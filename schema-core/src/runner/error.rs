//! Why a run of revisions stopped.

use super::{OtherProject, PartlySquashed};
use crate::dialect::BatchKeyError;
use crate::driver::{Damage, DriverError};
use crate::error_class::ErrorClass;
use crate::model::QualifiedName;
use crate::near::nearest;
use crate::revision::directory::Direction;
use crate::revision::{DirectoryError, Gap, RevisionId, TargetError};
use crate::sql::{ScriptError, SessionState};
use crate::steps::StepFailure;
use std::path::PathBuf;

/// Why a run of revisions stopped. Where revisions were applied before that, they stay applied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunnerError {
    /// The database could not do what it was asked.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// The migrations folder cannot be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The history table was written by a newer version.
    #[error("the history table `{table}` has format {found}, and this version knows formats up to {known}")]
    NewerFormat {
        /// The table.
        table: String,
        /// Its format.
        found: i64,
        /// The newest format that this version knows.
        known: i64,
    },
    /// The history table holds something that no version has written.
    #[error("the history table `{table}` holds an invalid {column}")]
    InvalidHistory {
        /// The table.
        table: String,
        /// The column.
        column: &'static str,
    },
    /// The history table, or the one of its steps, is another tool's, or anything else of that name.
    #[error("the table `{table}` is not a history table of this tool: it has no column `{missing}`")]
    ForeignTable {
        /// The table.
        table: String,
        /// A column that it would have.
        missing: &'static str,
    },
    /// The history is another project's.
    #[error("the history table `{table}` belongs to another project, whose first revision is {other}")]
    ForeignHistory {
        /// The table.
        table: String,
        /// The project.
        other: OtherProject,
    },
    /// The database has tables or views, and no history.
    #[error("the database has no history, but it has {}", relations_listed(relations))]
    NoHistory {
        /// The tables and views, sorted.
        relations: Vec<QualifiedName>,
    },
    /// A revision is applied, and the migrations folder does not have it.
    #[error("applied, but not in the migrations folder: {}", listed(revisions))]
    UnknownApplied {
        /// The revisions.
        revisions: Vec<RevisionId>,
    },
    /// The database has a part of what was squashed into one revision.
    #[error("the database has {} of what was squashed into `{}`, and lacks {}", listed(&at.applied), at.squash, listed(&at.missing))]
    InsideSquash {
        /// Where it is.
        at: Box<PartlySquashed>,
    },
    /// The database has run another script than the one that was squashed.
    #[error(
        "revision `{revision}` was applied with another script than the one that was squashed into `{squash}`"
    )]
    EditedBeforeSquash {
        /// The revision.
        revision: RevisionId,
        /// The one that took its place.
        squash: RevisionId,
    },
    /// A revision is not applied although one that needs it is.
    #[error("revision `{}` is not applied, but `{}` is, which needs it", gap.missing, gap.needed_by)]
    Gap {
        /// The first such revision, and which needs it.
        gap: Gap,
    },
    /// The script of an applied revision was changed.
    #[error("`{}` was changed after revision `{revision}` was applied", path.display())]
    Edited {
        /// The revision.
        revision: RevisionId,
        /// Its up script.
        path: PathBuf,
    },
    /// The script of an applied revision is gone.
    #[error("the script of the applied revision `{revision}` {}", unreadable(source))]
    MissingScript {
        /// The revision.
        revision: RevisionId,
        /// Why it cannot be read.
        source: DirectoryError,
    },
    /// Another revision was left half way, so that the database is at no revision at all.
    #[error(
        "revision `{revision}` is partly {}, and nothing else can be done before that is finished",
        direction.participle()
    )]
    UnderWay {
        /// The revision.
        revision: RevisionId,
        /// Whether it was being applied or undone.
        direction: Direction,
    },
    /// A parameter of a seed has no value.
    #[error("line {line} of the seed: `:{name}` has no value")]
    NoSeedValue {
        /// The parameter.
        name: String,
        /// The line of its statement.
        line: usize,
    },
    /// A statement of a seed writes what a rollback would not take back.
    #[error(
        "line {line} of the seed: it writes to a table whose engine has no transactions, and a seed is put in as a whole"
    )]
    SeedNotWhole {
        /// The line.
        line: usize,
    },
    /// A statement of a seed was refused.
    #[error("line {line} of the seed: {source}")]
    Seed {
        /// The line.
        line: usize,
        /// What the database said, without the values of the parameters.
        source: DriverError,
    },
    /// The address of a revision leads nowhere.
    #[error(transparent)]
    Address(#[from] TargetError),
    /// A revision that does not exist was to be applied or undone.
    #[error("there is no revision `{revision}`")]
    UnknownTarget {
        /// The revision.
        revision: RevisionId,
    },
    /// Two functions of the application have one name.
    #[error("two Rust functions are registered as the step `{}`", name.escape_debug())]
    DuplicateStep {
        /// The name.
        name: String,
    },
    /// A revision could not be applied or undone; the database is as it was before it, unless a step of it ran outside a
    /// transaction.
    #[error("revision `{revision}` ({direction}): {failure}")]
    Stopped {
        /// The revision.
        revision: RevisionId,
        /// Whether it was to be applied or undone.
        direction: Direction,
        /// What went wrong.
        failure: Box<Failure>,
        /// What this run had applied or undone before, and what stays so.
        done: Vec<RevisionId>,
    },
}

/// What went wrong in one revision.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The script cannot be run as it is.
    #[error("{}, {source}", path.display())]
    Script {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and in which line.
        source: ScriptError,
    },
    /// The database refused a statement.
    #[error("{}, line {line}: {source}{}", path.display(), kept_steps(*kept, *total))]
    Statement {
        /// The file.
        path: PathBuf,
        /// The line on which the statement begins.
        line: usize,
        /// The statement.
        statement: String,
        /// What the database said.
        source: DriverError,
        /// Why the script itself says that it may fail.
        may_fail: Option<String>,
        /// How many statements before it have run and stay done, as they were outside of its transaction.
        kept: usize,
        /// How many statements the script has.
        total: usize,
    },
    /// A table is not as it was when the script was written, so that rebuilding it would lose something.
    #[error(
        "{}, line {line}: the table `{table}` {}",
        path.display(),
        if *exists { "is not what this script was written for" } else { "does not exist" }
    )]
    Unexpected {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// The table.
        table: String,
        /// Whether there is such a table at all.
        exists: bool,
    },
    /// What a script brings back is no longer kept.
    #[error("{}, line {line}: `{table}` is gone, which kept what this script brings back", path.display())]
    Purged {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// What kept it.
        table: QualifiedName,
    },
    /// What a script recreates has something on it that the script does not know, and would be lost.
    #[error(
        "{}, line {line}: {object} {}",
        path.display(),
        if *exists { "is not what this script was written for" } else { "does not exist" }
    )]
    UnexpectedObject {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// What it is, and its name.
        object: String,
        /// Whether there is such an object at all.
        exists: bool,
    },
    /// What this database had on recreated objects could not be given back to them.
    #[error("{}: the owner, grants or settings of what it recreates cannot be restored: {source}", path.display())]
    NotGivenBack {
        /// The file.
        path: PathBuf,
        /// What the database said.
        source: DriverError,
    },
    /// The script broke references, views or triggers.
    #[error("{}", damages(damage))]
    Damaged {
        /// What is broken now and was not before.
        damage: Vec<Damage>,
    },
    /// A step that runs outside a transaction was begun, and nothing tells whether it was finished.
    #[error("{}, line {line}: it is in doubt whether this step was finished", path.display())]
    InDoubt {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// The statement.
        statement: String,
    },
    /// A step needs what another has left in the session, and a commit stands between the two: a run that is interrupted there could not go on.
    #[error("{}, line {line}: {state} ends with the session, and line {needed} needs it after a commit", path.display())]
    NeedsSession {
        /// The file.
        path: PathBuf,
        /// The line of what leaves it.
        line: usize,
        /// What is left in the session.
        state: SessionState,
        /// The line of what needs it.
        needed: usize,
    },
    /// A run was interrupted, and with its session something is lost that the rest of the script needs.
    #[error("{}, line {line}: {state} is lost with the session of the interrupted run, and line {needed} needs it", path.display())]
    SessionLost {
        /// The file.
        path: PathBuf,
        /// The line of what has left it.
        line: usize,
        /// What was left in the session.
        state: SessionState,
        /// The line of what needs it.
        needed: usize,
    },
    /// A step that runs outside a transaction succeeded, and what it made is not valid.
    #[error("{}, line {line}: the database reports success, but what this step made is not valid", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// The statements that remove what it made.
        cleanup: String,
    },
    /// Steps that ran already, or were begun, have been changed since.
    #[error(
        "{} was changed after step {step} of it {}",
        path.display(),
        if *is_done { "had run" } else { "was begun" }
    )]
    ChangedUnderWay {
        /// The file.
        path: PathBuf,
        /// The step.
        step: usize,
        /// Whether it is known to have ended.
        is_done: bool,
    },
    /// The database refused a range of a batch.
    #[error("{}, line {line}: {source}; {rows} rows of the batch are done and stay so", path.display())]
    Range {
        /// The file.
        path: PathBuf,
        /// The line on which the statement begins.
        line: usize,
        /// The statement.
        statement: String,
        /// What the database said.
        source: DriverError,
        /// How many rows the ranges before this one had.
        rows: u64,
    },
    /// The columns that a batch names are no key of its table.
    #[error("{}, line {line}: {source}", path.display())]
    BatchKey {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// What is wrong with them.
        source: BatchKeyError,
    },
    /// Rows have no key, and are in no range.
    #[error("{}, line {line}: rows whose key is NULL would be in no range of the batch", path.display())]
    RowsWithoutKey {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
    },
    /// A batch writes to a table whose engine has no transactions.
    #[error("{}, line {line}: a batch that writes to a table whose engine has no transactions", path.display())]
    BatchNotTransactional {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
    },
    /// The server does not say how far replicas are behind.
    #[error("{}, line {line}: this role may not see how far replicas are behind", path.display())]
    LagUnknown {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
    },
    /// A function of the application has failed.
    #[error(
        "{}, line {line}: the step `{}`: {source}{}",
        path.display(),
        name.escape_debug(),
        kept_steps(*kept, *total)
    )]
    Step {
        /// The file.
        path: PathBuf,
        /// The line that names it.
        line: usize,
        /// Its name.
        name: String,
        /// Why.
        source: StepFailure,
        /// How many statements before it have run and stay done.
        kept: usize,
        /// How many statements the script has.
        total: usize,
    },
    /// A script names a function that the program at hand does not have.
    #[error("{}, line {line}: this program has no Rust function for the step `{}`", path.display(), name.escape_debug())]
    UnknownStep {
        /// The file.
        path: PathBuf,
        /// The line that names it.
        line: usize,
        /// Its name.
        name: String,
        /// The names of the functions that the program has.
        registered: Vec<String>,
    },
    /// The down script says that the revision cannot be undone.
    #[error("{}, line {line}: this revision cannot be undone: {}", path.display(), reason.escape_debug())]
    Irreversible {
        /// The file.
        path: PathBuf,
        /// The line that says so.
        line: usize,
        /// Why.
        reason: String,
    },
    /// A database shell runs no functions of an application.
    #[error("{}, line {line}: a database shell cannot run the Rust function of the step `{}`", path.display(), name.escape_debug())]
    StepInShell {
        /// The file.
        path: PathBuf,
        /// The line that names it.
        line: usize,
        /// Its name.
        name: String,
    },
    /// The transaction could not be begun or ended.
    #[error(transparent)]
    Transaction(#[from] DriverError),
}

impl RunnerError {
    /// What the database said, where it was the database.
    pub(super) fn driver_error(&self) -> Option<&DriverError> {
        match self {
            RunnerError::Driver(error) => Some(error),
            RunnerError::Seed { source, .. } => Some(source),
            RunnerError::NoSeedValue { .. } | RunnerError::SeedNotWhole { .. } => None,
            RunnerError::Stopped { failure, .. } => failure.driver_error(),
            RunnerError::Directory(_)
            | RunnerError::NewerFormat { .. }
            | RunnerError::InvalidHistory { .. }
            | RunnerError::ForeignTable { .. }
            | RunnerError::ForeignHistory { .. }
            | RunnerError::NoHistory { .. }
            | RunnerError::UnknownApplied { .. }
            | RunnerError::InsideSquash { .. }
            | RunnerError::EditedBeforeSquash { .. }
            | RunnerError::Gap { .. }
            | RunnerError::Edited { .. }
            | RunnerError::MissingScript { .. }
            | RunnerError::UnderWay { .. }
            | RunnerError::Address(_)
            | RunnerError::DuplicateStep { .. }
            | RunnerError::UnknownTarget { .. } => None,
        }
    }

    /// The class of exit code.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            RunnerError::Driver(error) => error.class(),
            RunnerError::Seed { source, .. } => source.class(),
            RunnerError::Directory(_)
            | RunnerError::Address(_)
            | RunnerError::UnknownTarget { .. }
            | RunnerError::DuplicateStep { .. }
            | RunnerError::NoSeedValue { .. }
            | RunnerError::SeedNotWhole { .. } => ErrorClass::Usage,
            RunnerError::NewerFormat { .. }
            | RunnerError::InvalidHistory { .. }
            | RunnerError::ForeignTable { .. }
            | RunnerError::ForeignHistory { .. }
            | RunnerError::NoHistory { .. }
            | RunnerError::UnknownApplied { .. }
            | RunnerError::InsideSquash { .. }
            | RunnerError::EditedBeforeSquash { .. }
            | RunnerError::Gap { .. }
            | RunnerError::Edited { .. }
            | RunnerError::UnderWay { .. }
            | RunnerError::MissingScript { .. } => ErrorClass::History,
            RunnerError::Stopped { failure, .. } => failure.class(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            RunnerError::Driver(error) => error.hint(),
            RunnerError::Directory(error) => error.hint(),
            RunnerError::NewerFormat { .. } => {
                Some("use the version that wrote it, or a newer one".to_owned())
            }
            RunnerError::InvalidHistory { .. } => Some(
                "restore the history table from a backup, or write it anew with `stamp --purge`".to_owned(),
            ),
            RunnerError::ForeignTable { .. } => Some(
                "give the history another name: `history_table` under `[migrations]` in `schema.toml`".to_owned(),
            ),
            RunnerError::ForeignHistory { .. } => Some(
                "name another database, or get its revisions from version control; a second project in one database needs a \
                 `history_table` of its own under `[migrations]` in `schema.toml`; `stamp --purge --adopt REVISION` makes the \
                 database this project's"
                    .to_owned(),
            ),
            RunnerError::NoHistory { .. } => Some(
                "if its schema is there already, `stamp REVISION` says at which revision it is; `upgrade --adopt` applies the \
                 revisions beside what is there; `[filters]` in `schema.toml` names what does not count"
                    .to_owned(),
            ),
            RunnerError::UnknownApplied { .. } => Some(
                "get the revision's folder from version control, or from whoever applied it; \
                 if it is gone for good, `stamp --purge REVISION` says what the database is at"
                    .to_owned(),
            ),
            RunnerError::InsideSquash { at } => {
                let PartlySquashed { squash, last, .. } = &**at;
                Some(format!(
                    "get the files from before `{squash}` (`git log --diff-filter=A -- '*_{squash}*'` names the commit), run `schema-cli upgrade {last}` \
                     with them, and then this again"
                ))
            }
            RunnerError::EditedBeforeSquash { squash, .. } => Some(format!(
                "compare the database with what the revisions make: `schema-cli diff --from URL --to migrations`; \
                 `repair {squash}` accepts it as it is"
            )),
            RunnerError::Gap { gap } => Some(format!(
                "a revision was put below an applied one; move `{}` above `{}`, or `stamp` it if its changes are there",
                gap.missing, gap.needed_by
            )),
            RunnerError::Edited { revision, .. } => Some(format!(
                "restore the file from version control and put the change into a new revision; \
                 `repair {revision}` accepts the file as it is"
            )),
            RunnerError::MissingScript { .. } => Some("restore it from version control".to_owned()),
            RunnerError::UnderWay { revision, direction } => Some(format!(
                "`{}` goes on with it; or undo by hand what it has done, and `stamp` what the database is at then",
                goes_on(revision, *direction)
            )),
            RunnerError::Address(error) => error.hint(),
            RunnerError::UnknownTarget { .. } => Some("`history` lists the revisions".to_owned()),
            RunnerError::DuplicateStep { .. } => {
                Some("give one of them another name, in the program and in the script that names it".to_owned())
            }
            RunnerError::NoSeedValue { name, .. } => Some(format!("`--set {name}=…`")),
            RunnerError::SeedNotWhole { .. } => Some(
                "nothing of the seed was run; put it into a revision, which is journalled statement by statement, or change the \
                 table's engine"
                    .to_owned(),
            ),
            RunnerError::Seed { .. } => {
                Some("nothing of the seed stays; correct it and run the same again".to_owned())
            }
            RunnerError::Stopped { failure, .. } => failure.hint(),
        }
    }
}

impl Failure {
    fn class(&self) -> ErrorClass {
        match self {
            Failure::Script { .. }
            | Failure::NeedsSession { .. }
            | Failure::BatchKey { .. }
            | Failure::UnknownStep { .. }
            | Failure::StepInShell { .. }
            | Failure::Irreversible { .. }
            | Failure::Step { source: StepFailure::NotAllowed { .. }, .. }
            | Failure::BatchNotTransactional { .. } => ErrorClass::Usage,
            Failure::Step { source: StepFailure::Refused { source, .. }, .. } => source.class(),
            Failure::Step { source: StepFailure::Function { .. } | StepFailure::Panic { .. }, .. } => {
                ErrorClass::Refused
            }
            Failure::Statement { source, .. }
            | Failure::Range { source, .. }
            | Failure::Transaction(source) => source.class(),
            Failure::NotGivenBack { source, .. } => source.class(),
            Failure::Unexpected { .. }
            | Failure::Purged { .. }
            | Failure::UnexpectedObject { .. }
            | Failure::Damaged { .. }
            | Failure::RowsWithoutKey { .. }
            | Failure::LagUnknown { .. }
            | Failure::Broken { .. } => ErrorClass::Refused,
            Failure::InDoubt { .. } | Failure::SessionLost { .. } => ErrorClass::InDoubt,
            Failure::ChangedUnderWay { .. } => ErrorClass::History,
        }
    }

    /// What the database said, where it was the database.
    pub(super) fn driver_error(&self) -> Option<&DriverError> {
        match self {
            Failure::Statement { source, .. }
            | Failure::Range { source, .. }
            | Failure::NotGivenBack { source, .. }
            | Failure::Step { source: StepFailure::Refused { source, .. }, .. }
            | Failure::Transaction(source) => Some(source),
            Failure::Script { .. }
            | Failure::Unexpected { .. }
            | Failure::Purged { .. }
            | Failure::UnexpectedObject { .. }
            | Failure::Damaged { .. }
            | Failure::Broken { .. }
            | Failure::NeedsSession { .. }
            | Failure::SessionLost { .. }
            | Failure::InDoubt { .. }
            | Failure::ChangedUnderWay { .. }
            | Failure::BatchKey { .. }
            | Failure::RowsWithoutKey { .. }
            | Failure::BatchNotTransactional { .. }
            | Failure::LagUnknown { .. }
            | Failure::Step { .. }
            | Failure::UnknownStep { .. }
            | Failure::StepInShell { .. }
            | Failure::Irreversible { .. } => None,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Failure::Statement { source, may_fail, kept, .. } => source.hint().or_else(|| {
                let goes_on = "correct this statement, or those after it, and run the same again: it goes on here";
                let goes_on = (*kept > 0).then(|| goes_on.to_owned());
                let parts: Vec<String> = may_fail.iter().cloned().chain(goes_on).collect();
                (!parts.is_empty()).then(|| parts.join("; "))
            }),
            Failure::Script { source, .. } => source.hint(),
            Failure::Range { source, .. } => source.hint().or_else(|| {
                Some("correct the rows that are in its way, and run the same again: it goes on with this range".to_owned())
            }),
            Failure::BatchKey { source, .. } => Some(source.hint()),
            Failure::RowsWithoutKey { .. } => Some(
                "give them one, or name a key behind `by` that every row has".to_owned(),
            ),
            Failure::BatchNotTransactional { .. } => Some(
                "nobody would know which rows of an interrupted range are done: change the table's engine, with \
                 `ENGINE=InnoDB`, or remove the `batch` directive"
                    .to_owned(),
            ),
            Failure::LagUnknown { .. } => Some(
                "`GRANT pg_monitor TO` this role, or remove `max_lag`; the ranges that are done stay so".to_owned(),
            ),
            Failure::Step { source: StepFailure::Refused { source, .. }, .. } => source.hint(),
            Failure::Step { source: StepFailure::NotAllowed { .. }, .. } => Some(
                "nothing of the step stays; it reads and changes rows alone, all else belongs into the script around it"
                    .to_owned(),
            ),
            Failure::Step { source: StepFailure::Function { .. } | StepFailure::Panic { .. }, .. } => {
                Some("nothing of the step stays; correct it or the rows, and run the same again".to_owned())
            }
            Failure::UnknownStep { name, registered, .. } => Some(unknown_step(name, registered)),
            Failure::Irreversible { .. } => Some(
                "nothing was undone; write the SQL that undoes it in the place of `-- schema: irreversible`, restore a backup, or undo it by hand and \
                 `stamp` what the database is at then"
                    .to_owned(),
            ),
            Failure::StepInShell { .. } => Some(
                "run it without `--sql`, with the program that has the function; `--sql FROM:TO` writes the revisions before and behind it"
                    .to_owned(),
            ),
            Failure::Transaction(source) => source.hint(),
            Failure::Unexpected { table, .. } => Some(format!(
                "somebody has changed `{table}`, or a trigger, index or view on it, by hand; \
                 put that into a model or a revision of its own, or undo it"
            )),
            Failure::Purged { .. } => Some(
                "somebody has dropped it: take it from a backup, or go back without what it held by \
                 removing the statements that name it from this script"
                    .to_owned(),
            ),
            Failure::UnexpectedObject { object, exists: true, .. } => Some(format!(
                "{object} has another definition or definer here, or a setting, trigger, index, rule or dependent that this script does \
                 not know and would lose; put that into a revision of its own, or undo it; without the hash behind `recreates` the \
                 script does not look"
            )),
            Failure::UnexpectedObject { exists: false, .. } => {
                Some("somebody has dropped or renamed it by hand; undo that".to_owned())
            }
            Failure::NotGivenBack { .. } => Some(
                "nothing was changed; run the same as a superuser, or as a role that is a member of the owners \
                 and may grant what they granted"
                    .to_owned(),
            ),
            Failure::Damaged { .. } => Some(
                "nothing was changed; correct the script, or the rows that it would leave behind".to_owned(),
            ),
            Failure::NeedsSession { state, .. } => Some(state.instead().to_owned()),
            Failure::SessionLost { .. } => Some(
                "correct the statements that have not run so that they do without it, and run the same again; \
                 or do the rest by hand, and `stamp` what the database is at then"
                    .to_owned(),
            ),
            Failure::Broken { cleanup, .. } => Some(format!("run `{cleanup}`, then the same command again")),
            Failure::InDoubt { .. } => {
                Some("look whether its effect is there, then run `resolve --done` or `--redo`".to_owned())
            }
            Failure::ChangedUnderWay { is_done: true, .. } => {
                Some("restore the lines that have run".to_owned())
            }
            Failure::ChangedUnderWay { is_done: false, .. } => Some(
                "restore that statement, so that the run finds out what has become of it; \
                 or look whether its effect is there, and run `resolve --done` or `--redo`"
                    .to_owned(),
            ),
        }
    }
}

/// The command that goes on with a revision that was left half way.
pub(super) fn goes_on(revision: &RevisionId, direction: Direction) -> String {
    match direction {
        Direction::Up => format!("upgrade {revision}"),
        // `downgrade ID` leads to the revision and keeps it.
        Direction::Down => format!("downgrade {revision}@-1"),
    }
}

/// How a program gets a step.
fn unknown_step(name: &str, registered: &[String]) -> String {
    let near = nearest(name, registered.iter().map(String::as_str));
    let meant = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    format!(
        "{meant}nothing was run; an application registers it with `Migrator::with_step({name:?}, …)`, and a command line of your own, which is a \
         program of a few lines, with `schema_cli::main_with(Steps::new().with_step({name:?}, …))`"
    )
}

/// How many tables and views a message names.
const MOST_RELATIONS: usize = 5;

fn relations_listed(relations: &[QualifiedName]) -> String {
    let named: Vec<String> =
        relations.iter().take(MOST_RELATIONS).map(|relation| format!("`{relation}`")).collect();
    let more = relations.len().saturating_sub(MOST_RELATIONS);
    let tail = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("tables or views: {}{tail}", named.join(", "))
}

fn listed(revisions: &[RevisionId]) -> String {
    revisions.iter().map(|revision| format!("`{revision}`")).collect::<Vec<_>>().join(", ")
}

fn unreadable(source: &DirectoryError) -> String {
    if let DirectoryError::Io { source, .. } = source {
        format!("cannot be read: {source}")
    } else {
        "is missing".to_owned()
    }
}

fn kept_steps(kept: usize, total: usize) -> String {
    match kept {
        0 => String::new(),
        1 => format!("; the statement before it, of {total}, has run and stays"),
        kept => format!("; the {kept} statements before it, of {total}, have run and stay"),
    }
}

fn damages(damage: &[Damage]) -> String {
    damage.iter().map(Damage::to_string).collect::<Vec<_>>().join("; ")
}
