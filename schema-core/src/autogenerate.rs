//! From two schemas to a script: the pipeline in one place.
//!
//! `resolve` → `rename` → `normalize` → `diff` → `plan`. Reading a database and writing files is for others to do.

use crate::dialect::{self, Scope};
use crate::diff::{self, Changes, Pair, Rename, RenameCandidate, RenameError, RenameRequest};
use crate::model::{Engine, OpaqueObject, Schema};
use crate::plan::{self, Path, Unplanned};
use crate::sql::Plan;

/// Two schemas of one engine, and what lies between them.
#[derive(Clone, Debug)]
pub struct Comparison {
    engine: Engine,
    current: Schema,
    renamed: Schema,
    desired: Schema,
    changes: Changes,
}

/// Compares what a database holds with what it shall hold. Both are in the engine's terms: introspected, or resolved by
/// [`dialect::resolve`].
///
/// # Errors
///
/// When a requested rename cannot be made.
pub fn compare(
    engine: Engine,
    current: Schema,
    mut desired: Schema,
    scope: Scope,
    requests: &[RenameRequest],
) -> Result<Comparison, RenameError> {
    let spelling = dialect::spelling(engine);
    let mut renames = diff::resolve(&current, &desired, requests, spelling.fold)?;
    let renamed = diff::apply(&current, &renames, spelling.rewrite);
    renames.extend(dialect::normalize(engine, &renamed, &mut desired, scope));
    let changes = diff::diff(Pair { current: &current, renamed: &renamed, desired: &desired }, renames);
    Ok(Comparison { engine, current, renamed, desired, changes })
}

impl Comparison {
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

    /// What is dropped beside something like it that is new, and may be a rename.
    #[must_use]
    pub fn rename_candidates(&self) -> Vec<RenameCandidate> {
        diff::candidates(&self.changes)
    }

    /// Objects that this release reads but cannot plan, and that differ.
    #[must_use]
    pub fn opaque_differences(&self) -> Vec<&OpaqueObject> {
        let only_in = |one: &'_ Schema, other: &'_ Schema| -> Vec<usize> {
            one.opaque
                .iter()
                .enumerate()
                .filter(|(_, object)| !other.opaque.contains(object))
                .map(|(position, _)| position)
                .collect()
        };
        let gone = only_in(&self.current, &self.desired)
            .into_iter()
            .filter_map(|place| self.current.opaque.get(place));
        let new = only_in(&self.desired, &self.current)
            .into_iter()
            .filter_map(|place| self.desired.opaque.get(place));
        gone.chain(new).collect()
    }

    /// The script that makes the changes.
    ///
    /// # Errors
    ///
    /// When a change cannot be planned.
    pub fn up(&self) -> Result<Plan, Unplanned> {
        let path =
            Path { start: &self.current, before: &self.renamed, after: &self.desired, finish: &self.desired };
        plan::plan(self.engine, &self.changes, path)
    }

    /// The script that takes them back.
    ///
    /// # Errors
    ///
    /// When a change cannot be planned.
    pub fn down(&self) -> Result<Plan, Unplanned> {
        let path =
            Path { start: &self.desired, before: &self.desired, after: &self.renamed, finish: &self.current };
        plan::plan(self.engine, &self.changes.inverse(), path)
    }

    /// The renames among the changes.
    #[must_use]
    pub fn renames(&self) -> &[Rename] {
        &self.changes.renames
    }
}
