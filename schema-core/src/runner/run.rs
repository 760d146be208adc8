//! A run: the loop over the revisions, and what it knows of the history.

use super::history::{self, AppliedRevision, History};
use super::script::PreparedScript;
use super::{Event, Failure, Observer, RunnerError, journal, lock};
use crate::driver::{BackupDestination, Driver, DriverError};
use crate::model::Engine;
use crate::parallel;
use crate::revision::directory::Direction;
use crate::revision::{Directory, RevisionId};
use std::collections::BTreeSet;

/// How to run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunOptions {
    /// Where to put a backup before anything is changed.
    pub backup: Option<BackupDestination>,
}

pub(super) struct Run<'run> {
    pub(super) driver: &'run mut dyn Driver,
    pub(super) revisions: &'run Directory,
    pub(super) history: History,
    /// The journal was found empty, and nobody has written into it since.
    pub(super) journal_is_empty: bool,
    verified: BTreeSet<RevisionId>,
    /// Where a backup goes that is still to be made.
    backup: Option<BackupDestination>,
}

/// What became of one revision.
pub(super) enum Outcome {
    /// It was applied or undone.
    Done { duration: std::time::Duration },
    /// Another process has changed the history: what is to be done has to be asked anew.
    ChangedElsewhere,
}

impl<'run> Run<'run> {
    pub(super) fn new(driver: &'run mut dyn Driver, revisions: &'run Directory) -> Result<Self, RunnerError> {
        let mut run = Run {
            driver,
            revisions,
            history: History::default(),
            journal_is_empty: false,
            verified: BTreeSet::new(),
            backup: None,
        };
        run.refresh()?;
        Ok(run)
    }

    /// Reads the history and holds it against the files.
    pub(super) fn refresh(&mut self) -> Result<(), RunnerError> {
        self.history = history::read(self.driver)?;
        self.verify()
    }

    pub(super) fn applied(&self) -> BTreeSet<RevisionId> {
        self.history.applied.keys().cloned().collect()
    }

    fn verify(&mut self) -> Result<(), RunnerError> {
        let graph = self.revisions.graph();
        let applied = self.applied();
        let unknown = graph.unknown(&applied);
        if !unknown.is_empty() {
            return Err(RunnerError::UnknownApplied { revisions: unknown.into_iter().collect() });
        }
        if let Some(gap) = graph.gaps(&applied).into_iter().next() {
            return Err(RunnerError::Gap { gap });
        }
        let (revisions, engine) = (self.revisions, self.driver.engine());
        let unverified: Vec<&AppliedRevision> =
            self.history.applied.values().filter(|row| !self.verified.contains(&row.revision)).collect();
        parallel::try_map(&unverified, |row| check_script(revisions, engine, row))?;
        self.verified = applied;
        Ok(())
    }

    /// Under the lock: reads the history again where another process may have changed it, and tells whether it did.
    pub(super) fn changed_elsewhere(&mut self) -> Result<bool, RunnerError> {
        if !self.driver.changed_elsewhere()? {
            return Ok(false);
        }
        self.journal_is_empty = false;
        let before = self.applied();
        self.refresh()?;
        Ok(before != self.applied())
    }

    /// Makes the backup once, under the lock, and only where there is something to do: of several processes the first one's is of what was there before, and
    /// where the lock lasts for the whole run, there is no other.
    pub(super) fn back_up(&mut self, observer: &mut Observer<'_>) -> Result<(), Stop> {
        let Some(destination) = self.backup.take() else { return Ok(()) };
        let written = self.driver.backup(&destination).map_err(|error| Stop::NoBackup(Box::new(error)))?;
        if let Some(path) = written {
            observer(Event::BackedUp { path: &path });
        }
        Ok(())
    }

    /// Creates the tables where the history is not known to exist.
    pub(super) fn create_tables(&mut self) -> Result<(), RunnerError> {
        if self.history.exists { Ok(()) } else { create_tables(self.driver) }
    }

    /// Works through a path that is asked for anew whenever the history has changed.
    pub(super) fn follow(
        mut self,
        direction: Direction,
        options: &RunOptions,
        observer: &mut Observer<'_>,
        path: impl Fn(&Self) -> Vec<RevisionId>,
    ) -> Result<Vec<RevisionId>, RunnerError> {
        let waiting = path(&self);
        if waiting.is_empty() {
            self.check_nothing_under_way()?;
            return Ok(Vec::new());
        }
        let RunOptions { backup } = options;
        self.backup.clone_from(backup);
        lock::acquire(self.driver, observer)?;
        let result = self.follow_locked(waiting, direction, observer, path);
        // What is committed stays so, and the connection's end gives the lock back too.
        let _ = self.driver.unlock();
        result
    }

    fn follow_locked(
        &mut self,
        mut waiting: Vec<RevisionId>,
        direction: Direction,
        observer: &mut Observer<'_>,
        path: impl Fn(&Self) -> Vec<RevisionId>,
    ) -> Result<Vec<RevisionId>, RunnerError> {
        let (revisions, engine) = (self.revisions, self.driver.engine());
        let load = |id: &RevisionId| PreparedScript::load(revisions, id, engine, direction);
        let mut done = Vec::new();
        while !waiting.is_empty() {
            let changed = parallel::map_ahead(&waiting, load, |scripts| {
                self.run_scripts(scripts, waiting.len(), direction, observer, &mut done)
            })?;
            waiting = if changed { path(self) } else { Vec::new() };
        }
        Ok(done)
    }

    /// Returns whether another process has changed the history, so that what is left has to be asked anew.
    fn run_scripts(
        &mut self,
        scripts: &mut dyn Iterator<Item = (&RevisionId, Result<PreparedScript, Stop>)>,
        count: usize,
        direction: Direction,
        observer: &mut Observer<'_>,
        done: &mut Vec<RevisionId>,
    ) -> Result<bool, RunnerError> {
        let total = done.len() + count;
        for (id, script) in scripts {
            if let Some(revision) = self.revisions.graph().get(id) {
                observer(Event::Started { revision, direction, position: done.len() + 1, total });
            }
            match script.and_then(|script| self.one(&script, observer)) {
                Ok(Outcome::Done { duration }) => {
                    done.push(id.clone());
                    observer(Event::Finished { revision: id, direction, duration });
                }
                Ok(Outcome::ChangedElsewhere) => {
                    observer(Event::ChangedElsewhere);
                    return Ok(true);
                }
                Err(stop) => return Err(stop.at(id, direction, std::mem::take(done))),
            }
        }
        Ok(false)
    }

    /// A revision that is done by half is no state to call the end.
    fn check_nothing_under_way(&mut self) -> Result<(), RunnerError> {
        if !self.history.exists {
            return Ok(());
        }
        match journal::read(self.driver, None)?.other {
            Some((revision, direction)) => Err(RunnerError::UnderWay { revision, direction }),
            None => Ok(()),
        }
    }

    fn one(&mut self, script: &PreparedScript, observer: &mut Observer<'_>) -> Result<Outcome, Stop> {
        if !script.foreign_keys_off {
            return self.run_script(script, observer);
        }
        self.driver.switch_foreign_keys(false).map_err(Failure::Transaction)?;
        let outcome = self.run_script(script, observer);
        let restored = self.driver.switch_foreign_keys(true);
        let outcome = outcome?;
        restored.map_err(Failure::Transaction)?;
        Ok(outcome)
    }
}

/// An applied revision's script is still what was applied.
fn check_script(revisions: &Directory, engine: Engine, row: &AppliedRevision) -> Result<(), RunnerError> {
    let revision = row.revision.clone();
    match revisions.script(&revision, engine, Direction::Up) {
        Err(source) => Err(RunnerError::MissingScript { revision, source }),
        Ok(script) if script.checksum.as_str() != row.checksum => {
            Err(RunnerError::Edited { revision, path: script.path })
        }
        Ok(_) => Ok(()),
    }
}

/// Creates the tables that are missing, in the transaction of whatever is recorded first: unless somebody asked for the tables alone
/// (`ensure_history`), there is never a history without a row that was meant to be in it.
pub(super) fn create_tables(driver: &mut dyn Driver) -> Result<(), RunnerError> {
    let table = driver.history_table().clone();
    // The history comes last: where it is, both are, even if a process dies between the two.
    let columns = [
        (table.steps(), journal::columns(driver.capabilities())),
        (table.name().clone(), history::columns(driver.capabilities())),
    ];
    for (name, columns) in columns {
        if !driver.table_exists(&name)? {
            let statement = format!("CREATE TABLE {} {columns}", driver.quote(&name));
            // The revision that is about to run is not to blame.
            driver.execute(&statement).map_err(|error| {
                error.reworded(|message| format!("the history table `{name}` cannot be created: {message}"))
            })?;
        }
    }
    Ok(())
}

/// Why a revision was not done: something about the revision, or about the history as a whole.
pub(super) enum Stop {
    Failure {
        failure: Box<Failure>,
        can_be_repeated: bool,
    },
    Runner(Box<RunnerError>),
    /// There is no backup, so nothing was begun.
    NoBackup(Box<DriverError>),
}

impl Stop {
    /// A failure after which the same must not simply be done again.
    pub(super) fn finally(failure: Failure) -> Self {
        Stop::Failure { failure: Box::new(failure), can_be_repeated: false }
    }

    /// What the database said, where the same may work a moment later.
    pub(super) fn transient(&self) -> Option<String> {
        let error = match self {
            Stop::Failure { failure, can_be_repeated: true } => failure.driver_error()?,
            Stop::Failure { .. } | Stop::NoBackup(_) => return None,
            Stop::Runner(error) => error.driver_error()?,
        };
        error.is_transient().then(|| error.to_string())
    }

    pub(super) fn at(
        self,
        revision: &RevisionId,
        direction: Direction,
        done: Vec<RevisionId>,
    ) -> RunnerError {
        let failure = match self {
            Stop::Failure { failure, can_be_repeated: _ } => failure,
            Stop::Runner(error) => match *error {
                RunnerError::Driver(error) => Box::new(Failure::Transaction(error)),
                error => return error,
            },
            Stop::NoBackup(error) => return RunnerError::Driver(*error),
        };
        RunnerError::Stopped { revision: revision.clone(), direction, failure, done }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::Failure { failure: Box::new(failure), can_be_repeated: true }
    }
}

impl From<RunnerError> for Stop {
    fn from(error: RunnerError) -> Self {
        Stop::Runner(Box::new(error))
    }
}
