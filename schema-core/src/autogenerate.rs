//! From models and a database to scripts: the pipeline in one place.
//!
//! `introspect` and `resolve` → `filter` → `sources` → `canonicalize` → `rename` → `normalize` → `diff` → `plan` → `prove`. Writing files is for others to do.

use crate::dialect::{self, Attached, Scope, Unsupported};
use crate::diff::{self, Changes, ObjectChange, Pair, Rename, RenameCandidate, RenameError, RenameRequest};
use crate::driver::{Canonical, Driver, DriverError};
use crate::error::ErrorClass;
use crate::filter::{Filter, FilteredModels};
use crate::model::{Document, Engine, OpaqueKind, OpaqueObject, QualifiedName, Schema, Source};
use crate::plan::{self, Path, Unplanned};
use crate::proof::{self, ProofError, Proven};
use crate::sources::{self, SourceError};
use crate::sql::Plan;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Why models and a database cannot be compared, or no scripts be made of the difference.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AutogenerateError {
    /// The models declare what the engine cannot hold.
    #[error("{}", list(problems))]
    Unsupported {
        /// Each of these things.
        problems: Vec<Unsupported>,
    },
    /// The models declare what is to be left alone.
    #[error(transparent)]
    Filtered(#[from] FilteredModels),
    /// What is to be left alone cannot stay as it is.
    #[error("`[filters]` leaves {names} alone, which cannot stay as it is while the rest changes")]
    FilteredInTheWay {
        /// The tables and views, as the engine spells them.
        names: String,
    },
    /// The SQL of the models cannot be used.
    #[error(transparent)]
    Sources(#[from] SourceError),
    /// A requested rename cannot be made.
    #[error(transparent)]
    Rename(#[from] RenameError),
    /// A change cannot be planned.
    #[error(transparent)]
    Unplanned(#[from] Unplanned),
    /// The scripts do not do what they should.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The database refused.
    #[error(transparent)]
    Driver(#[from] DriverError),
}

impl AutogenerateError {
    /// The class of exit code.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            AutogenerateError::Unsupported { .. }
            | AutogenerateError::Filtered(_)
            | AutogenerateError::FilteredInTheWay { .. }
            | AutogenerateError::Rename(_)
            | AutogenerateError::Unplanned(_) => ErrorClass::Usage,
            AutogenerateError::Proof(ProofError::Driver(error)) | AutogenerateError::Driver(error) => {
                error.class()
            }
            AutogenerateError::Sources(error) => error.class(),
            AutogenerateError::Proof(_) => ErrorClass::Usage,
        }
    }

    /// What to type to get on.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            AutogenerateError::Unsupported { problems } => {
                let mut hints: Vec<&str> = problems.iter().map(|problem| problem.hint.as_str()).collect();
                hints.sort_unstable();
                hints.dedup();
                Some(hints.join("; "))
            }
            AutogenerateError::Filtered(_) => Some(
                "take the pattern out of `[filters]` in schema.toml, or the table out of the models"
                    .to_owned(),
            ),
            AutogenerateError::FilteredInTheWay { .. } => Some(
                "it would be missing where the script is applied elsewhere: drop it meanwhile, or take it out of the filters"
                    .to_owned(),
            ),
            AutogenerateError::Sources(error) => error.hint(),
            AutogenerateError::Rename(_) => Some(
                "write `--rename old_table=new_table` or `--rename table.old_column=new_column`".to_owned(),
            ),
            AutogenerateError::Proof(ProofError::Damaging { .. }) => {
                Some("change the view or trigger in the same step, or drop it first".to_owned())
            }
            AutogenerateError::Proof(ProofError::Refused { hint: Some(hint), .. }) => Some(hint.clone()),
            AutogenerateError::Proof(ProofError::Driver(error)) => error.hint(),
            AutogenerateError::Proof(_) => Some(
                "make the change by hand in an empty revision (`schema-cli revision`), and report this"
                    .to_owned(),
            ),
            AutogenerateError::Unplanned(error) => error.hint().map(ToOwned::to_owned),
            AutogenerateError::Driver(error) => error.hint(),
        }
    }
}

fn list(problems: &[Unsupported]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// What models declare for one engine.
#[derive(Clone, Debug)]
pub struct Declared {
    structs: Schema,
    /// What the structs say that is known by its statements: triggers, policies and the like.
    attached: Vec<Attached>,
    sources: Vec<Source>,
}

impl Declared {
    /// What a document declares for an engine, in the engine's own types.
    ///
    /// # Errors
    ///
    /// When the engine cannot hold it.
    pub fn of(document: &Document, engine: Engine) -> Result<Self, AutogenerateError> {
        let (structs, attached) =
            match (dialect::resolve(document, engine), dialect::attached(document, engine)) {
                (Ok(structs), Ok(attached)) => (structs, attached),
                (structs, attached) => {
                    let problems = structs.err().into_iter().chain(attached.err()).flatten().collect();
                    return Err(AutogenerateError::Unsupported { problems });
                }
            };
        Ok(Declared { structs, attached, sources: document.sources_for(engine) })
    }

    /// The same, where revisions have made objects from SQL of models, which go when no model says them any more: each revision's labels of what it made and of what
    /// it dropped, with the engine in front, the oldest first.
    #[must_use]
    pub fn having_made<'label>(
        mut self,
        engine: Engine,
        revisions: impl IntoIterator<Item = (&'label [String], &'label [String])>,
    ) -> Self {
        let of_engine = |label: &'label String| label.strip_prefix(engine.name())?.strip_prefix(' ');
        let formerly = &mut self.structs.said.formerly;
        for (makes, drops) in revisions {
            for label in drops.iter().filter_map(of_engine) {
                formerly.remove(label);
            }
            formerly.extend(makes.iter().filter_map(of_engine).map(str::to_owned));
        }
        self
    }

    /// The desired schema as the database that the driver is connected to would have it, and how its expressions are compared. `current` is what it holds.
    ///
    /// # Errors
    ///
    /// When the models declare what `filter` leaves alone, or the database refuses what they say.
    pub fn on_server(
        self,
        driver: &mut dyn Driver,
        current: &Schema,
        filter: &Filter,
    ) -> Result<(Schema, Canonical), AutogenerateError> {
        let Declared { structs: mut desired, attached, sources } = self;
        filter.leave_alone(driver.engine(), current, &mut desired, Scope::Models)?;
        if sources.is_empty() && attached.is_empty() {
            let canonical = driver.canonicalize(current, &mut desired)?;
            return Ok((desired, canonical));
        }
        // What new functions change the meaning of, only the scratch database can spell.
        if !sources.iter().any(|source| sources::speaks_of_functions(source, driver.engine())) {
            let mut spelled = desired.clone();
            match driver.canonicalize(current, &mut spelled) {
                Ok(_) => desired = spelled,
                // The database may not have yet what the sources make.
                Err(DriverError::Refused { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let of_structs: HashSet<QualifiedName> = desired.views.iter().map(|view| view.name.clone()).collect();
        let canonical = sources::understand(driver, current, &mut desired, (&attached, &sources))?;
        let views = desired.views.iter().map(|view| &view.name).filter(|name| !of_structs.contains(name));
        filter.refuse_said(driver.engine(), views, &desired.said)?;
        Ok((desired, canonical))
    }
}

/// Compares the models with the database that the driver is connected to; the history tables of other tools are left alone.
///
/// # Errors
///
/// When the engine cannot hold what the models declare, a requested rename cannot be made, or the database refuses.
pub fn compare_models(
    driver: &mut dyn Driver,
    document: &Document,
    requests: &[RenameRequest],
) -> Result<Comparison, AutogenerateError> {
    let engine = driver.engine();
    let declared = Declared::of(document, engine)?;
    let current = driver.introspect()?;
    let (desired, canonical) = declared.on_server(driver, &current, &Filter::default())?;
    let comparison = compare(engine, current, desired, Scope::Models, requests)?;
    Ok(Comparison { canonical, ..comparison })
}

/// Why scripts could not be tried on a scratch database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unproven {
    /// The reason.
    pub reason: String,
    /// What to do about it, where that is known.
    pub hint: Option<String>,
}

/// The two scripts of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scripts {
    /// Makes the changes.
    pub up: Plan,
    /// Takes them back.
    pub down: Plan,
    /// Why the scripts could not be tried on a scratch database; none where they were, and did what they should.
    pub unproven: Option<Unproven>,
    /// What the scratch database did not have, so that nobody knows what the scripts do to it: ``the foreign table `a` ``.
    pub not_judged: Vec<String>,
}

/// Plans a comparison both ways, and tries the scripts on a scratch database.
///
/// # Errors
///
/// When a change cannot be planned, speaks of what `filter` leaves alone, which may be missing where a script is applied, or the scripts do not lead where they
/// should and back.
pub fn scripts(
    driver: &dyn Driver,
    comparison: &Comparison,
    filter: &Filter,
) -> Result<Scripts, AutogenerateError> {
    let comparison = comparison.with_own_renames(driver)?;
    match tried_out(driver, &comparison, filter) {
        Err(AutogenerateError::Proof(ProofError::Refused { reason, .. })) if is_about_others(&reason) => {
            tried_out(driver, &Comparison { rebuilds_only: true, ..comparison.into_owned() }, filter)
        }
        result => result,
    }
}

/// Whether SQLite refuses an ALTER TABLE because of a view or trigger, at all of which it looks then: of one that is broken already, too.
fn is_about_others(reason: &str) -> bool {
    reason.starts_with("error in view ") || reason.starts_with("error in trigger ")
}

fn tried_out(
    driver: &dyn Driver,
    comparison: &Comparison,
    filter: &Filter,
) -> Result<Scripts, AutogenerateError> {
    let (up, down) = (comparison.up()?, comparison.down()?);
    let touched = filter.touched(comparison.engine, &comparison.current, [&up, &down]);
    if !touched.is_empty() {
        return Err(AutogenerateError::FilteredInTheWay { names: touched.join(", ") });
    }
    match proof::prove_apart(driver, comparison, &up, &down) {
        Ok(Proven { up, down, not_judged }) => Ok(Scripts { up, down, unproven: None, not_judged }),
        Err(ProofError::NoScratch { reason, hint }) => {
            Ok(Scripts { up, down, unproven: Some(Unproven { reason, hint }), not_judged: Vec::new() })
        }
        Err(error) => Err(error.into()),
    }
}

/// Two schemas of one engine, and what lies between them.
#[derive(Clone, Debug)]
pub struct Comparison {
    engine: Engine,
    scope: Scope,
    // Shared, because a schema may be large: mostly nothing is renamed.
    current: Arc<Schema>,
    renamed: Arc<Schema>,
    desired: Schema,
    changes: Changes,
    canonical: Canonical,
    /// Tables are recreated where a statement could change them.
    rebuilds_only: bool,
}

/// Compares what a database holds with what it shall hold. Both are in the engine's terms: introspected, or resolved by
/// [`dialect::resolve`].
///
/// # Errors
///
/// When a requested rename cannot be made.
pub fn compare(
    engine: Engine,
    current: impl Into<Arc<Schema>>,
    mut desired: Schema,
    scope: Scope,
    requests: &[RenameRequest],
) -> Result<Comparison, RenameError> {
    let mut current = current.into();
    let spelling = dialect::spelling(engine);
    let arrange = dialect::arrangement(engine);
    if let Some(arrange) = arrange {
        arrange(Arc::make_mut(&mut current));
    }
    let mut renames = diff::resolve(&current, &desired, requests, &spelling.renames)?;
    let mut renamed = match renames.as_slice() {
        [] => Arc::clone(&current),
        renames => Arc::new(diff::apply(&current, renames, &spelling.renames)),
    };
    desired.said.follow(&current, &renamed);
    let found = dialect::normalize(engine, &renamed, &mut desired, scope);
    if !found.is_empty() {
        renamed = Arc::new(diff::apply(&renamed, &found, &spelling.renames));
        renames.extend(found);
    }
    if let Some(arrange) = arrange {
        arrange(&mut desired);
        if !renames.is_empty() {
            let renamed = Arc::make_mut(&mut renamed);
            keep_together(Arc::make_mut(&mut current), renamed);
            arrange(renamed);
        }
    }
    let changes = changes((engine, scope), (&current, &renamed), &desired, renames);
    Ok(Comparison {
        engine,
        scope,
        current,
        renamed,
        desired,
        changes,
        canonical: Canonical::AsWritten,
        rebuilds_only: false,
    })
}

/// What tells objects apart that are known by their statements alone.
fn key(object: &OpaqueObject) -> (OpaqueKind, QualifiedName) {
    (object.kind, object.name.clone())
}

/// Puts views and objects of both sides of the renames into the order of their names after these: at one place is one thing.
fn keep_together(current: &mut Schema, renamed: &mut Schema) {
    sort_both(&mut current.views, &mut renamed.views, |view| view.name.clone());
    sort_both(&mut current.opaque, &mut renamed.opaque, key);
}

fn sort_both<T, K: Ord>(one: &mut Vec<T>, other: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let mut pairs: Vec<(T, T)> = one.drain(..).zip(other.drain(..)).collect();
    pairs.sort_by_cached_key(|(_, other)| key(other));
    (*one, *other) = pairs.into_iter().unzip();
}

/// What turns the schema, as it is before and after the renames, into the desired one.
fn changes(
    (engine, scope): (Engine, Scope),
    (current, renamed): (&Schema, &Schema),
    desired: &Schema,
    renames: Vec<Rename>,
) -> Changes {
    let kept = match renamed.opaque == desired.opaque {
        true => Cow::Borrowed(desired.opaque.as_slice()),
        false => dialect::kept_opaque(engine, renamed, desired, scope),
    };
    diff::diff(Pair { current, renamed, desired, kept: &kept }, renames)
}

impl Comparison {
    /// The comparison with the views, triggers and opaque objects as they are after the engine's own renames.
    ///
    /// Which table a bare name in their text belongs to only the engine knows; without it, that is a guess.
    fn with_own_renames(&self, driver: &dyn Driver) -> Result<Cow<'_, Comparison>, AutogenerateError> {
        let Schema { views, triggers, opaque, .. } = &*self.current;
        let nothing_follows = views.is_empty() && triggers.is_empty() && opaque.is_empty();
        if self.changes.renames.is_empty() || nothing_follows {
            return Ok(Cow::Borrowed(self));
        }
        let found = match proof::renamed(driver, self) {
            Ok(found) => found,
            Err(ProofError::Refused { .. }) => return Ok(Cow::Owned(self.with_readers_aside())),
            // The proof says why.
            Err(_) => return Ok(Cow::Borrowed(self)),
        };
        let mut comparison = self.clone();
        let Comparison { engine, scope, current, renamed, desired, changes, canonical: _, rebuilds_only: _ } =
            &mut comparison;
        let renamed = Arc::make_mut(renamed);
        for view in &mut renamed.views {
            if let Some(found) = found.views.iter().find(|found| found.name == view.name) {
                view.clone_from(found);
            }
        }
        for trigger in &mut renamed.triggers {
            if let Some(found) = found.triggers.iter().find(|found| found.name == trigger.name) {
                trigger.clone_from(found);
            }
        }
        for object in &mut renamed.opaque {
            let same = |found: &&OpaqueObject| found.kind == object.kind && found.name == object.name;
            if let Some(found) = found.opaque.iter().find(same) {
                object.clone_from(found);
            }
        }
        dialect::normalize(*engine, renamed, desired, *scope);
        let renames = std::mem::take(&mut changes.renames);
        *changes = self::changes((*engine, *scope), (current, renamed), desired, renames);
        Ok(Cow::Owned(comparison))
    }

    /// The schema after the renames alone.
    pub(crate) fn renamed(&self) -> &Schema {
        &self.renamed
    }

    /// The engine of both schemas.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// How the expressions of the models were compared; two schemas of databases are compared as written.
    #[must_use]
    pub fn canonical(&self) -> &Canonical {
        &self.canonical
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// What turns the current schema into the desired one.
    #[must_use]
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// The schema before: what the database holds.
    #[must_use]
    pub fn current(&self) -> &Schema {
        &self.current
    }

    /// The schema after, spelled as the database spells what stays.
    #[must_use]
    pub fn desired(&self) -> &Schema {
        &self.desired
    }

    /// The comparison in which views and triggers that speak of what is renamed go before and come back after it: the engine cannot have them follow.
    fn with_readers_aside(&self) -> Comparison {
        let mut comparison = self.clone();
        let Comparison { engine, scope, current, renamed, desired, changes, canonical: _, rebuilds_only: _ } =
            &mut comparison;
        let renamed = Arc::make_mut(renamed);
        for view in &mut renamed.views {
            if let Some(found) = current.views.iter().find(|found| found.name == view.name) {
                view.query.clone_from(&found.query);
            }
        }
        for trigger in &mut renamed.triggers {
            if let Some(found) = current.triggers.iter().find(|found| found.name == trigger.name) {
                trigger.definition.clone_from(&found.definition);
            }
        }
        let renames = std::mem::take(&mut changes.renames);
        *changes = self::changes((*engine, *scope), (current, renamed), desired, renames);
        comparison
    }

    /// What is dropped beside something like it that is new, and may be a rename.
    #[must_use]
    pub fn rename_candidates(&self) -> Vec<RenameCandidate> {
        diff::candidates(&self.changes)
    }

    /// The comparison with all that differs and cannot be planned, there or back, left as it is; and what that is.
    #[must_use]
    pub fn leaving_unplanned(mut self) -> (Comparison, Vec<OpaqueObject>) {
        let is_unplanned = |change: &&ObjectChange| {
            !plan::can_plan(self.engine, change) || !plan::can_plan(self.engine, &change.inverse())
        };
        let unplanned: BTreeMap<(OpaqueKind, QualifiedName), ObjectChange> = self
            .changes
            .object_changes()
            .filter(is_unplanned)
            .filter_map(|change| Some((key(change.object()?), change.clone())))
            .collect();
        let stays = |object: &OpaqueObject| !unplanned.contains_key(&key(object));
        self.desired.opaque.retain(stays);
        self.desired.opaque.extend(unplanned.values().filter_map(|change| change.before.clone()));
        self.desired.opaque.sort_by(|left, right| (left.kind, &left.name).cmp(&(right.kind, &right.name)));
        self.changes.retain_objects(|change| change.object().is_some_and(stays));
        let unplanned = unplanned.into_values().filter_map(|change| change.before.or(change.after));
        (self, unplanned.collect())
    }

    /// The script that makes the changes.
    ///
    /// # Errors
    ///
    /// When a change cannot be planned.
    pub fn up(&self) -> Result<Plan, Unplanned> {
        let Comparison { current, renamed, desired, rebuilds_only, .. } = self;
        let path = Path {
            start: current,
            before: renamed,
            after: desired,
            finish: desired,
            rebuilds_only: *rebuilds_only,
        };
        plan::plan(self.engine, &self.changes, path)
    }

    /// The script that takes them back.
    ///
    /// # Errors
    ///
    /// When a change cannot be planned.
    pub fn down(&self) -> Result<Plan, Unplanned> {
        let Comparison { current, renamed, desired, rebuilds_only, .. } = self;
        let path = Path {
            start: desired,
            before: desired,
            after: renamed,
            finish: current,
            rebuilds_only: *rebuilds_only,
        };
        plan::plan(self.engine, &self.changes.inverse(), path)
    }

    /// The labels of what SQL of models makes here first, for a revision to keep.
    #[must_use]
    pub fn newly_said(&self) -> Vec<String> {
        self.desired.said.new_labels()
    }

    /// The labels of what models said once and say no more, for a revision to keep.
    #[must_use]
    pub fn no_longer_said(&self) -> Vec<String> {
        self.desired.said.old_labels()
    }

    /// The renames among the changes.
    #[must_use]
    pub fn renames(&self) -> &[Rename] {
        &self.changes.renames
    }
}
