//! One revision in the place of a line of others, proven equal to them.
//!
//! A scratch database is brought to where the line begins, and through it. What lies between the schemas before and after is planned as any difference is; what the
//! schemas do not tell (statements about rows, functions of the application, what the planner could not have written) is refused by file and line. Owns no
//! connection of its own; must only ever be given scratch databases that nobody needs. Writing files is for [`Directory::prepare_squash`].

mod by_hand;
mod line;
mod names;
mod rows;
#[cfg(test)]
mod test_schema;

pub use line::{Line, LineError, Part};

use crate::autogenerate::{self, AutogenerateError};
use crate::comparison::{Comparison, compare};
use crate::dialect::Scope;
use crate::diff::RenameError;
use crate::driver::{Driver, DriverError};
use crate::error_class::ErrorClass;
use crate::filter::Filter;
use crate::model::{DatabaseSchema, Engine};
use crate::plan::Unplanned;
use crate::revision::{
    Direction, Directory, DirectoryError, Follow, NewRevision, NewSquash, RevisionId, Scripts,
};
use crate::runner::{self, Event, RunOptions, RunnerError};
use crate::sql::{Plan, Script};
use crate::steps::Steps;
use crate::verify::{VerifyError, between, on_scratch};
use by_hand::{ByHand, Sides};
use names::Names;
use rows::{Otherwise, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// Why revisions cannot be squashed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SquashError {
    /// They are no line.
    #[error(transparent)]
    Line(#[from] LineError),
    /// A statement does what the schemas before and after it do not tell.
    #[error("`{}`, line {line}: {what}", path.display())]
    ByHand {
        /// The revision.
        revision: RevisionId,
        /// The script.
        path: PathBuf,
        /// The line of the statement.
        line: usize,
        /// What it does.
        what: String,
    },
    /// A revision says that it cannot be undone.
    #[error("`{}`, line {line}: it says that `{revision}` cannot be undone", path.display())]
    Irreversible {
        /// The revision.
        revision: RevisionId,
        /// The down script.
        path: PathBuf,
        /// The line that says so.
        line: usize,
    },
    /// One step would leave rows otherwise than several.
    #[error("one revision would not leave rows as these do, because of `{revision}` ({direction}): {what}")]
    Rows {
        /// The revision because of which.
        revision: RevisionId,
        /// Which way.
        direction: Direction,
        /// What it does.
        what: String,
    },
    /// The down scripts of the range do not bring back what was there before it.
    #[error("undoing `{first}` to `{last}` does not bring back what was there: {}", differences.join("; "))]
    NotUndone {
        /// The first revision.
        first: RevisionId,
        /// The last revision.
        last: RevisionId,
        /// What would still have to be done.
        differences: Vec<String>,
    },
    /// The new revision does not do what the old ones did.
    #[error("the one revision would not be equal to `{first}` to `{last}` ({direction}): {}", differences.join("; "))]
    NotEqual {
        /// The first revision.
        first: RevisionId,
        /// The last revision.
        last: RevisionId,
        /// Which way.
        direction: Direction,
        /// What would still have to be done.
        differences: Vec<String>,
    },
    /// A rename cannot be made.
    #[error(transparent)]
    Rename(#[from] RenameError),
    /// The difference cannot be planned.
    #[error(transparent)]
    Autogenerate(#[from] AutogenerateError),
    /// A script fails.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// The scratch database cannot be read.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// The migrations folder cannot be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
}

impl From<VerifyError> for SquashError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Runner(error) => error.into(),
            VerifyError::Driver(error) => error.into(),
            VerifyError::NotUndone { revision, differences }
            | VerifyError::NotRepeated { revision, differences } => {
                SquashError::NotUndone { first: revision.clone(), last: revision, differences }
            }
        }
    }
}

impl SquashError {
    /// The class of exit code.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            SquashError::Line(_)
            | SquashError::ByHand { .. }
            | SquashError::Irreversible { .. }
            | SquashError::Rows { .. }
            | SquashError::Rename(_)
            | SquashError::Directory(_) => ErrorClass::Usage,
            SquashError::NotUndone { .. } | SquashError::NotEqual { .. } => ErrorClass::Differences,
            SquashError::Autogenerate(error) => error.class(),
            SquashError::Runner(error) => error.class(),
            SquashError::Driver(error) => error.class(),
        }
    }

    /// What to type.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            SquashError::Line(error) => error.hint(),
            SquashError::ByHand { revision, .. }
            | SquashError::Irreversible { revision, .. }
            | SquashError::Rows { revision, .. } => Some(format!(
                "`--keep {revision}` leaves it as it is, between what is squashed before and behind it"
            )),
            SquashError::NotUndone { .. } => Some(
                "`schema-cli verify` names the revision whose down script does not hold; `--keep REVISION` leaves it as it is".to_owned(),
            ),
            SquashError::NotEqual { .. } => Some(
                "nothing was written; squash a shorter range, or `--keep` the revision that makes what is named, and report this"
                    .to_owned(),
            ),
            SquashError::Rename(_) => None,
            SquashError::Autogenerate(error) => error.hint(),
            SquashError::Runner(error) => error.hint(),
            SquashError::Driver(error) => error.hint(),
            SquashError::Directory(error) => error.hint(),
        }
    }
}

/// How to squash.
#[derive(Clone, Debug, Default)]
pub struct SquashOptions {
    /// Tables that stay are changed beside reads and writes (PostgreSQL).
    pub online: bool,
    /// What the project leaves alone.
    pub filter: Filter,
    /// The functions that kept revisions may name.
    pub steps: Steps,
}

/// What a line does on one engine, and the scripts that do the same at once.
#[derive(Clone, Debug)]
pub struct Rewritten {
    /// For each part that is squashed, in their order.
    parts: Vec<RewrittenPart>,
}

#[derive(Clone, Debug)]
struct RewrittenPart {
    before: Arc<DatabaseSchema>,
    after: Arc<DatabaseSchema>,
    scripts: Scripts,
}

/// Told what is at work: a revision, its place from 1, and how many there are.
pub type Observer<'a> = dyn FnMut(&RevisionId, usize, usize) + 'a;

/// Brings a scratch database through the line, and writes for each part that is squashed the scripts that do the same at once.
///
/// # Errors
///
/// [`SquashError`]: what no comparison of schemas tells, a script that fails, or a difference that cannot be planned.
pub fn rewrite(
    source: &dyn Driver,
    revisions: &Directory,
    line: &Line,
    options: &SquashOptions,
    observer: &mut Observer<'_>,
) -> Result<Rewritten, SquashError> {
    let mut scratch = source.scratch_for_scripts()?;
    let total = line.revisions().count();
    let mut replay = Replay { revisions, run: on_scratch(&options.steps), done: 0, total };
    replay.to_begin(&mut *scratch, line)?;
    let mut comparisons = Vec::new();
    for part in &line.parts {
        match part {
            Part::Kept(id) => replay.apply(&mut *scratch, id, observer)?,
            Part::Squashed(ids) => comparisons.push(replay.through(&mut *scratch, ids, observer)?),
        }
    }
    let mut parts = Vec::new();
    // Last, because a scratch database that is kept between runs is at hand only once.
    for (comparison, before, after) in comparisons {
        let comparison = comparison.online(options.online);
        let scripts = autogenerate::scripts(&*scratch, &comparison, &options.filter)?;
        let scripts = Scripts::new(scripts.up.to_script(), scripts.down.to_script());
        parts.push(RewrittenPart { before, after, scripts });
    }
    Ok(Rewritten { parts })
}

struct Replay<'a> {
    revisions: &'a Directory,
    run: RunOptions,
    done: usize,
    total: usize,
}

impl Replay<'_> {
    /// Brings the database to where the line begins.
    fn to_begin(&self, scratch: &mut dyn Driver, line: &Line) -> Result<(), SquashError> {
        let graph = self.revisions.graph();
        let inside: BTreeSet<&RevisionId> = line.revisions().collect();
        let below: BTreeSet<RevisionId> = graph
            .ancestors(line.revisions(), Follow::RevisesAndDependencies)
            .into_iter()
            .filter(|id| !inside.contains(id))
            .collect();
        runner::upgrade(scratch, self.revisions, &below, &self.run, &mut |_: Event<'_>| {})?;
        Ok(())
    }

    fn apply(
        &mut self,
        scratch: &mut dyn Driver,
        id: &RevisionId,
        observer: &mut Observer<'_>,
    ) -> Result<(), SquashError> {
        self.done += 1;
        observer(id, self.done, self.total);
        let only = BTreeSet::from([id.clone()]);
        runner::upgrade(scratch, self.revisions, &only, &self.run, &mut |_: Event<'_>| {})?;
        Ok(())
    }

    /// Applies these, undoes them and applies them again; what lies between the schemas before and after.
    fn through(
        &mut self,
        scratch: &mut dyn Driver,
        ids: &[RevisionId],
        observer: &mut Observer<'_>,
    ) -> Result<(Comparison, Arc<DatabaseSchema>, Arc<DatabaseSchema>), SquashError> {
        let engine = scratch.engine();
        let start = Arc::new(scratch.introspect()?);
        let mut before = Arc::clone(&start);
        let (mut ups, mut steps) = (Names::default(), Vec::new());
        for id in ids {
            let scripts = OwnScripts::read(self.revisions, id, engine)?;
            scripts.refuse_data()?;
            self.apply(scratch, id, observer)?;
            let after = Arc::new(scratch.introspect()?);
            let mut own = Names::default();
            by_hand::renames(&scripts.up.script, &mut own, engine);
            by_hand::renames(&scripts.up.script, &mut ups, engine);
            let requests = own
                .requests(engine, &before, &after)
                .map_err(|clash| scripts.up.stop(id, None, clash.what()))?;
            let comparison = compare(
                engine,
                Arc::clone(&before),
                DatabaseSchema::clone(&after),
                Scope::Database,
                &requests,
            )?;
            let plan = |plan: Result<Plan, Unplanned>| plan.unwrap_or_default();
            let sides = Sides { engine, before: &before, after: &after };
            scripts.up.refuse_by_hand(id, &plan(comparison.up()), sides)?;
            let back = Sides { engine, before: &after, after: &before };
            scripts.down.refuse_by_hand(id, &plan(comparison.down()), back)?;
            steps.push(Step {
                revision: id.clone(),
                before: Arc::clone(&before),
                after: Arc::clone(&after),
                renames: comparison.renames().to_vec(),
            });
            before = after;
        }
        let end = before;
        let last = ids.last().unwrap_or(&ids[0]);
        let requests = ups.requests(engine, &start, &end).map_err(|clash| SquashError::Rows {
            revision: last.clone(),
            direction: Direction::Up,
            what: clash.what(),
        })?;
        let whole =
            compare(engine, Arc::clone(&start), DatabaseSchema::clone(&end), Scope::Database, &requests)?;
        same_rows(engine, &steps, &whole)?;

        let all: BTreeSet<RevisionId> = ids.iter().cloned().collect();
        runner::downgrade(scratch, self.revisions, &all, &self.run, &mut |_: Event<'_>| {})?;
        let differences = between(scratch, &start)?;
        if !differences.is_empty() {
            return Err(SquashError::NotUndone { first: ids[0].clone(), last: last.clone(), differences });
        }
        runner::upgrade(scratch, self.revisions, &all, &self.run, &mut |_: Event<'_>| {})?;
        Ok((whole, start, end))
    }
}

/// Refuses a step that would leave rows otherwise than several, there or back.
fn same_rows(engine: Engine, steps: &[Step], whole: &Comparison) -> Result<(), SquashError> {
    let back: Vec<Step> = steps.iter().rev().map(Step::inverse).collect();
    let renames_back: Vec<_> = whole.renames().iter().rev().map(crate::diff::Rename::inverse).collect();
    for (direction, steps, renames) in
        [(Direction::Up, steps, whole.renames()), (Direction::Down, &back[..], &renames_back[..])]
    {
        if let Some(Otherwise { revision, what }) = rows::otherwise(engine, steps, renames) {
            return Err(SquashError::Rows { revision, direction, what });
        }
    }
    Ok(())
}

/// A script of a revision, as it was read.
struct OwnScript {
    path: PathBuf,
    script: Script,
}

struct OwnScripts<'a> {
    id: &'a RevisionId,
    up: OwnScript,
    down: OwnScript,
}

impl<'a> OwnScripts<'a> {
    fn read(revisions: &Directory, id: &'a RevisionId, engine: Engine) -> Result<Self, SquashError> {
        let read = |direction| -> Result<OwnScript, SquashError> {
            let text = revisions.script(id, engine, direction)?;
            let script = Script::parse(&text.text, engine).map_err(|error| SquashError::ByHand {
                revision: id.clone(),
                path: text.path.clone(),
                line: error.line(),
                what: error.to_string(),
            })?;
            Ok(OwnScript { path: text.path, script })
        };
        Ok(OwnScripts { id, up: read(Direction::Up)?, down: read(Direction::Down)? })
    }

    /// Refuses what needs no database to be known.
    fn refuse_data(&self) -> Result<(), SquashError> {
        if let Some(irreversible) = &self.down.script.irreversible {
            return Err(SquashError::Irreversible {
                revision: self.id.clone(),
                path: self.down.path.clone(),
                line: irreversible.line,
            });
        }
        for script in [&self.up, &self.down] {
            if let Some(ByHand { line, what }) = by_hand::find_data(&script.script) {
                return Err(script.stop(self.id, Some(line), what.to_owned()));
            }
        }
        Ok(())
    }
}

impl OwnScript {
    fn refuse_by_hand(&self, id: &RevisionId, plan: &Plan, sides: Sides<'_>) -> Result<(), SquashError> {
        match by_hand::find(&self.script, plan, sides) {
            Some(ByHand { line, what }) => Err(self.stop(id, Some(line), what.to_owned())),
            None => Ok(()),
        }
    }

    fn stop(&self, id: &RevisionId, line: Option<usize>, what: String) -> SquashError {
        let line = line.unwrap_or(1);
        SquashError::ByHand { revision: id.clone(), path: self.path.clone(), line, what }
    }
}

/// The revisions that are to be written, of what was rewritten for each engine. They bear the time of the last one that they replace, so that they sort where those were.
#[must_use]
pub fn new_revisions(
    revisions: &Directory,
    line: &Line,
    message: &str,
    rewritten: &BTreeMap<Engine, Rewritten>,
) -> Vec<NewSquash> {
    let graph = revisions.graph();
    let count = line.squashed().count();
    let one = |(number, ids): (usize, &[RevisionId])| {
        let old: Vec<_> = ids.iter().filter_map(|id| graph.get(id)).collect();
        let message = match count {
            1 => message.to_owned(),
            _ => format!("{message} ({} of {count})", number + 1),
        };
        let mut new = NewRevision::new(message, old.iter().take(1).flat_map(|it| it.revises.clone()));
        let mut depends_on: BTreeSet<RevisionId> = old.iter().flat_map(|it| it.depends_on.clone()).collect();
        depends_on.retain(|id| !ids.contains(id));
        new.depends_on = depends_on.into_iter().collect();
        new.labels = old.iter().flat_map(|it| it.labels.clone()).collect();
        if let Some(last) = old.last() {
            new.created = last.created;
        }
        for (engine, rewritten) in rewritten {
            if let Some(part) = rewritten.parts.get(number) {
                new.scripts.insert(*engine, part.scripts.clone());
            }
        }
        NewSquash { new, replaced: ids.to_vec() }
    };
    line.squashed().enumerate().map(one).collect()
}

/// Brings a scratch database through the new revisions, each up, down and up again, and compares every step with the old ones; then a database with the old revisions
/// is handed over to the new ones.
///
/// # Errors
///
/// A step that leads elsewhere, and a script that fails.
pub fn prove(
    source: &dyn Driver,
    (old, new): (&Directory, &Directory),
    line: &Line,
    rewritten: &Rewritten,
    options: &SquashOptions,
    observer: &mut Observer<'_>,
) -> Result<(), SquashError> {
    let mut scratch = source.scratch_for_scripts()?;
    let scratch = scratch.as_mut();
    let run = on_scratch(&options.steps);
    let mut silent = |_: Event<'_>| {};
    Replay { revisions: old, run: run.clone(), done: 0, total: 0 }.to_begin(scratch, line)?;
    let total = line.parts.len();
    let mut parts = rewritten.parts.iter();
    for (position, part) in line.parts.iter().enumerate() {
        let (id, ids) = match part {
            Part::Kept(id) => (id, None),
            Part::Squashed(ids) => {
                let Some(squash) = ids.first().and_then(|id| new.graph().replacing(id)) else { continue };
                (&squash.id, Some(ids))
            }
        };
        observer(id, position + 1, total);
        let only = BTreeSet::from([id.clone()]);
        let Some(ids) = ids else {
            runner::upgrade(scratch, old, &only, &run, &mut silent)?;
            continue;
        };
        // What is below was run by the old ones, which the new ones stand for.
        runner::upgrade(scratch, new, &only, &run, &mut silent)?;
        let Some(RewrittenPart { before, after, scripts: _ }) = parts.next() else { continue };
        let is_at = |scratch: &mut dyn Driver, wanted: &DatabaseSchema, direction: Direction| {
            let differences = between(scratch, wanted)?;
            let (first, last) = (ids[0].clone(), ids[ids.len() - 1].clone());
            match differences.is_empty() {
                true => Ok(()),
                false => Err(SquashError::NotEqual { first, last, direction, differences }),
            }
        };
        is_at(scratch, after, Direction::Up)?;
        runner::downgrade(scratch, new, &only, &run, &mut silent)?;
        is_at(scratch, before, Direction::Down)?;
        // A database that has run the old ones is undone by the new one.
        let old_ones: BTreeSet<RevisionId> = ids.iter().cloned().collect();
        runner::upgrade(scratch, old, &old_ones, &run, &mut silent)?;
        runner::downgrade(scratch, new, &only, &run, &mut silent)?;
        is_at(scratch, before, Direction::Down)?;
        runner::upgrade(scratch, old, &old_ones, &run, &mut silent)?;
        is_at(scratch, after, Direction::Up)?;
    }
    runner::verify_history(scratch, new)?;
    Ok(())
}
