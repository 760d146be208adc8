//! From models and a database to scripts: the pipeline in one place.
//!
//! `introspect` and `resolve` → `filter` → `sources` → `canonicalize` → [`comparison`](crate::comparison) → `prove`. Writing files is for others to do.

use crate::comparison::{Comparison, compare};
use crate::dialect::{self, Attached, Scope, Unsupported};
use crate::diff::{RenameError, RenameRequest};
use crate::driver::{Canonical, Driver, DriverError, ScratchSource};
use crate::error_class::ErrorClass;
use crate::filter::{Filter, FilteredModels};
use crate::model::{DatabaseSchema, Document, Engine, QualifiedName, Source};
use crate::plan::Unplanned;
use crate::proof::{self, ProofError, Proven};
use crate::sources::{self, SourceError};
use crate::sql::Plan;
use std::borrow::Cow;
use std::collections::HashSet;

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
    #[error("the plan would change {names}, which `[filters]` excludes")]
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
    structs: DatabaseSchema,
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
        current: &DatabaseSchema,
        filter: &Filter,
    ) -> Result<(DatabaseSchema, Canonical), AutogenerateError> {
        let Declared { structs: mut desired, attached, sources } = self;
        filter.leave_alone(driver.engine(), current, &mut desired, Scope::Models)?;
        // How the server spells a partition's bounds, only a partition shows.
        if sources.is_empty() && attached.is_empty() && desired.said.partitioned.is_empty() {
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
    Ok(compare(engine, current, desired, Scope::Models, requests)?.compared(canonical))
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
    /// Why these are the plain forms although the online ones were asked for: what the scratch database said of those.
    pub plain_because: Option<String>,
}

/// Plans a comparison both ways, and tries the scripts on a scratch database.
///
/// # Errors
///
/// When a change cannot be planned, speaks of what `filter` leaves alone, which may be missing where a script is applied, or the scripts do not lead where they
/// should and back.
pub fn scripts(
    driver: &dyn ScratchSource,
    comparison: &Comparison,
    filter: &Filter,
) -> Result<Scripts, AutogenerateError> {
    let comparison = with_own_renames(driver, comparison);
    match tried_out(driver, &comparison, filter) {
        Err(AutogenerateError::Proof(ProofError::Refused { reason, .. })) if is_about_others(&reason) => {
            tried_out(driver, &comparison.into_owned().by_rebuilds_only(), filter)
        }
        Err(AutogenerateError::Proof(
            error @ (ProofError::Refused { .. } | ProofError::Unsettled { .. } | ProofError::Damaging { .. }),
        )) if comparison.is_online() => {
            let scripts = tried_out(driver, &comparison.into_owned().online(false), filter)?;
            Ok(Scripts { plain_because: Some(error.to_string()), ..scripts })
        }
        result => result,
    }
}

/// The comparison with the views, triggers and other objects as they are after the engine's own renames.
///
/// Which table a bare name in their text belongs to only the engine knows; without it, that is a guess.
fn with_own_renames<'comparison>(
    driver: &dyn ScratchSource,
    comparison: &'comparison Comparison,
) -> Cow<'comparison, Comparison> {
    if !comparison.has_followers() {
        return Cow::Borrowed(comparison);
    }
    match proof::renamed(driver, comparison) {
        Ok(found) => Cow::Owned(comparison.with_followers(&found)),
        Err(ProofError::Refused { .. }) => Cow::Owned(comparison.with_readers_aside()),
        // The proof says why.
        Err(_) => Cow::Borrowed(comparison),
    }
}

/// Whether SQLite refuses an ALTER TABLE because of a view or trigger, at all of which it looks then: of one that is broken already, too.
fn is_about_others(reason: &str) -> bool {
    reason.starts_with("error in view ") || reason.starts_with("error in trigger ")
}

fn tried_out(
    driver: &dyn ScratchSource,
    comparison: &Comparison,
    filter: &Filter,
) -> Result<Scripts, AutogenerateError> {
    let (up, down) = (comparison.up()?, comparison.down()?);
    let touched = filter.touched(comparison.engine(), comparison.current(), [&up, &down]);
    if !touched.is_empty() {
        return Err(AutogenerateError::FilteredInTheWay { names: touched.join(", ") });
    }
    match proof::prove_apart(driver, comparison, &up, &down) {
        Ok(Proven { up, down, not_judged }) => {
            Ok(Scripts { up, down, unproven: None, not_judged, plain_because: None })
        }
        Err(ProofError::NoScratch { reason, hint }) => {
            let unproven = Some(Unproven { reason, hint });
            Ok(Scripts { up, down, unproven, not_judged: Vec::new(), plain_because: None })
        }
        Err(error) => Err(error.into()),
    }
}
