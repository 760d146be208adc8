//! A run: the loop over the revisions, and what it knows of the history.

use super::abandoned::Watch;
use super::at_stake::large_rewrites;
use super::history::{self, AppliedRevision, History};
use super::journal::Journal;
use super::script::PreparedScript;
use super::stop::Stop;
use super::targets::Goal;
use super::{Event, Failure, Observer, RunnerError, journal, lock, project, squashed};
use crate::dialect::mysql::definer::Kept;
use crate::driver::{BackupDestination, Driver, Execute};
use crate::filter::Filter;
use crate::model::Engine;
use crate::parallel;
use crate::revision::directory::Direction;
use crate::revision::{Directory, RevisionId};
use crate::steps::Steps;
use std::collections::BTreeSet;

/// How to run.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Where to put a backup before anything is changed.
    pub backup: Option<BackupDestination>,
    /// Applies revisions to a database that has tables and no history, too.
    pub adopt: bool,
    /// What such a database may have all the same: tables that the project leaves alone.
    pub filter: Filter,
    /// The functions that scripts may name.
    pub steps: Steps,
}

pub(super) struct Run<'run> {
    pub(super) driver: &'run mut dyn Driver,
    pub(super) revisions: &'run Directory,
    pub(super) history: History,
    /// The history was read by this run.
    is_read: bool,
    /// The journal is empty: it was found so, or its only script has come to an end, and nobody has written into it since.
    pub(super) journal_is_empty: bool,
    verified: BTreeSet<RevisionId>,
    /// Where a backup goes that is still to be made.
    backup: Option<BackupDestination>,
    /// The definers that the script at hand has to give back; none where that is not found out yet.
    pub(super) definers: Option<Vec<Kept>>,
    /// The functions that scripts may name.
    pub(super) steps: Steps,
}

/// What the database is at, as it was read under the lock.
pub(super) struct Look {
    /// Another process has changed the history since it was last read.
    pub(super) has_changed: bool,
    pub(super) journal: Journal,
}

/// What became of one revision.
pub(super) enum Outcome {
    /// It was applied or undone.
    Done { duration: std::time::Duration },
    /// Another process has changed the history: what is to be done has to be asked anew.
    ChangedElsewhere,
}

impl<'run> Run<'run> {
    /// A run that knows nothing of the history yet.
    pub(super) fn new(driver: &'run mut dyn Driver, revisions: &'run Directory) -> Self {
        Run {
            driver,
            revisions,
            history: History::default(),
            is_read: false,
            journal_is_empty: false,
            verified: BTreeSet::new(),
            backup: None,
            definers: None,
            steps: Steps::default(),
        }
    }

    /// Reads the history and holds it against the files.
    pub(super) fn refresh(&mut self) -> Result<(), RunnerError> {
        self.history = history::read_for(self.driver, self.revisions.graph())?;
        self.is_read = true;
        self.verify()
    }

    pub(super) fn applied(&self) -> BTreeSet<RevisionId> {
        self.history.applied.keys().cloned().collect()
    }

    fn verify(&mut self) -> Result<(), RunnerError> {
        let graph = self.revisions.graph();
        project::check_owner(self.driver, &self.history, graph)?;
        if let Some(partly) = self.history.partly.first() {
            return Err(partly.error());
        }
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
        let squashed = &self.history.squashed;
        parallel::try_map(&unverified, |row| {
            match squashed.get(&row.revision).zip(graph.get(&row.revision)) {
                Some((rows, revision)) => squashed::check_rows(revision, rows, engine),
                None => check_script(revisions, engine, row),
            }
        })?;
        self.verified = applied;
        Ok(())
    }

    /// Under the lock: reads the history again where another process may have changed it, and tells whether it did.
    pub(super) fn changed_elsewhere(&mut self) -> Result<bool, RunnerError> {
        // It has to be asked in any case: that is where the next question counts from.
        let may_have_changed = self.driver.changed_elsewhere()?;
        if self.is_read && !may_have_changed {
            return Ok(false);
        }
        let was_read = self.is_read;
        self.journal_is_empty = false;
        let before = self.applied();
        self.refresh()?;
        Ok(was_read && before != self.applied())
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

    /// Before the first revision: a database with tables and no history is not taken for this project's.
    pub(super) fn check_unclaimed(
        &mut self,
        direction: Direction,
        options: &RunOptions,
    ) -> Result<(), RunnerError> {
        let RunOptions { backup: _, adopt, filter, steps: _ } = options;
        match direction {
            Direction::Up if !self.history.exists && !adopt => project::check_unclaimed(self.driver, filter),
            Direction::Up | Direction::Down => Ok(()),
        }
    }

    /// Works towards a goal, under the lock; how to get there is asked again whenever the history has changed.
    pub(super) fn follow(
        mut self,
        goal: Goal<'_>,
        options: &RunOptions,
        observer: &mut Observer<'_>,
    ) -> Result<Vec<RevisionId>, RunnerError> {
        self.steps = options.steps.clone();
        self.check_names()?;
        let is_judged = goal.may_be_judged_without_lock();
        if is_judged {
            self.refresh()?;
            let resolved = goal.resolve(&self)?;
            if goal.path(&self, &resolved).is_empty() && self.journal()?.is_empty() {
                return Ok(Vec::new());
            }
        }
        self.backup.clone_from(&options.backup);
        lock::acquire(self.driver, observer)?;
        let result = self.follow_locked(goal, options, is_judged, observer);
        // What is committed stays so, and the connection's end gives the lock back too.
        let _ = self.driver.unlock();
        result
    }

    fn follow_locked(
        &mut self,
        goal: Goal<'_>,
        options: &RunOptions,
        was_judged_before: bool,
        observer: &mut Observer<'_>,
    ) -> Result<Vec<RevisionId>, RunnerError> {
        let (revisions, engine) = (self.revisions, self.driver.engine());
        let load = |id: &RevisionId| PreparedScript::load(revisions, id, engine, goal.direction);
        let mut watch = Watch::default();
        let mut look = self.look()?;
        if look.has_changed && was_judged_before {
            observer(Event::ChangedElsewhere);
        }
        let mut done = Vec::new();
        let mut resolved = goal.resolve(self)?;
        loop {
            let waiting = goal.path(self, &resolved);
            if !waiting.is_empty() {
                self.check_reversible(&waiting, goal.direction)?;
                self.check_steps(&waiting, goal.direction)?;
                self.check_unclaimed(goal.direction, options)?;
                let has_changed = parallel::map_ahead(&waiting, load, |scripts| {
                    self.run_scripts(scripts, waiting.len(), goal.direction, observer, &mut done)
                })?;
                if !has_changed {
                    return Ok(done);
                }
            } else if done.is_empty() && self.is_another_inside(&look.journal, &mut watch, observer)? {
                look = self.look()?;
            } else {
                return Ok(done);
            }
            // What an address means is settled once something is done: `-1` is one revision and no more.
            if done.is_empty() {
                resolved = goal.resolve(self)?;
            }
        }
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
            match script.and_then(|mut script| self.one(&mut script, observer)) {
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

    /// What the journal says of revisions that are under way.
    fn journal(&mut self) -> Result<Journal, RunnerError> {
        if self.history.exists { journal::read(self.driver, None) } else { Ok(Journal::default()) }
    }

    /// Reads the history and the journal under the lock; where that is a transaction, in one of its own.
    pub(super) fn look(&mut self) -> Result<Look, RunnerError> {
        let is_transaction = self.driver.capabilities().lock_ends_with_transaction;
        if is_transaction {
            self.driver.begin()?;
        }
        let look = self.changed_elsewhere().and_then(|has_changed| {
            let journal = self.journal()?;
            self.journal_is_empty = journal.is_empty();
            Ok(Look { has_changed, journal })
        });
        if is_transaction {
            // What went wrong before says more.
            let ended = self.driver.rollback();
            let look = look?;
            ended?;
            return Ok(look);
        }
        look
    }

    /// Whether another process is still inside a revision, so that what there is to do has to be judged again. A revision that was left partly applied is an
    /// error: that is no state to call the end.
    pub(super) fn is_another_inside(
        &mut self,
        journal: &Journal,
        watch: &mut Watch,
        observer: &mut Observer<'_>,
    ) -> Result<bool, RunnerError> {
        match &journal.other {
            None => Ok(false),
            Some(_) if !watch.is_over(self.driver, &journal.rows) => {
                watch.wait(self.driver, observer)?;
                Ok(true)
            }
            Some((revision, direction)) => {
                Err(RunnerError::UnderWay { revision: revision.clone(), direction: *direction })
            }
        }
    }

    fn one(&mut self, script: &mut PreparedScript, observer: &mut Observer<'_>) -> Result<Outcome, Stop> {
        for table in &large_rewrites(self.driver, script) {
            observer(Event::Rewrites { table });
        }
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
pub(super) fn create_tables(driver: &mut dyn Execute) -> Result<(), RunnerError> {
    let table = driver.history_table().clone();
    let has_history = driver.table_exists(table.name())?;
    if !has_history {
        project::check_tables(driver)?;
    }
    let has_steps = driver.table_exists(&table.steps())?;
    // The history comes last: where it is, both are, even if a process dies between the two.
    let tables = [
        (has_steps, table.steps(), journal::columns(driver.capabilities())),
        (has_history, table.name().clone(), history::columns(driver.capabilities())),
    ];
    for (exists, name, columns) in tables {
        if !exists {
            let statement = format!("CREATE TABLE {} {columns}", driver.quote(&name));
            // The revision that is about to run is not to blame.
            driver.execute(&statement).map_err(|error| {
                error.reworded(|message| format!("the history table `{name}` cannot be created: {message}"))
            })?;
        }
    }
    Ok(())
}
