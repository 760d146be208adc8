//! The comparison of two schemas: `filter`ed and resolved → `rename` → `normalize` → `diff` → `plan`.
//!
//! Pure: it knows no connection. What asks a database stands above it, in `autogenerate`.

use crate::dialect::{self, Scope};
use crate::diff::{self, Changes, ObjectChange, Pair, Rename, RenameCandidate, RenameError, RenameRequest};
use crate::driver::Canonical;
use crate::kept::KeepDropped;
use crate::model::{DatabaseSchema, Engine, Object, ObjectId};
use crate::plan::{self, Kept, Path, Unplanned};
use crate::sql::Plan;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Two schemas of one engine, and what lies between them.
#[derive(Clone, Debug)]
pub struct Comparison {
    engine: Engine,
    scope: Scope,
    // Shared, because a schema may be large: mostly nothing is renamed.
    current: Arc<DatabaseSchema>,
    renamed: Arc<DatabaseSchema>,
    desired: DatabaseSchema,
    changes: Changes,
    canonical: Canonical,
    /// Tables are recreated where a statement could change them.
    rebuilds_only: bool,
    /// Tables that stay are changed beside reads and writes.
    online: bool,
    /// The revision for which what is dropped is kept; none where it is destroyed.
    keep_dropped: Option<KeepDropped>,
}

/// Compares what a database holds with what it shall hold. Both are in the engine's terms: introspected, or resolved by
/// [`dialect::resolve`].
///
/// # Errors
///
/// When a requested rename cannot be made.
pub fn compare(
    engine: Engine,
    current: impl Into<Arc<DatabaseSchema>>,
    mut desired: DatabaseSchema,
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
        online: false,
        keep_dropped: None,
    })
}

/// Puts views and objects of both sides of the renames into the order of their names after these: at one place is one thing.
fn keep_together(current: &mut DatabaseSchema, renamed: &mut DatabaseSchema) {
    sort_both(&mut current.views, &mut renamed.views, |view| view.name.clone());
    sort_both(&mut current.objects, &mut renamed.objects, |object| object.id.clone());
}

fn sort_both<T, K: Ord>(one: &mut Vec<T>, other: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let mut pairs: Vec<(T, T)> = one.drain(..).zip(other.drain(..)).collect();
    pairs.sort_by_cached_key(|(_, other)| key(other));
    (*one, *other) = pairs.into_iter().unzip();
}

/// What turns the schema, as it is before and after the renames, into the desired one.
fn changes(
    (engine, scope): (Engine, Scope),
    (current, renamed): (&DatabaseSchema, &DatabaseSchema),
    desired: &DatabaseSchema,
    renames: Vec<Rename>,
) -> Changes {
    let kept = match renamed.objects == desired.objects {
        true => Cow::Borrowed(desired.objects.as_slice()),
        false => dialect::kept_objects(engine, renamed, desired, scope),
    };
    let rights = dialect::inherited_rights(engine, renamed, desired);
    diff::diff(Pair { current, renamed, desired, kept: &kept, rights: &rights }, renames)
}

impl Comparison {
    /// Whether views, triggers and other objects have to follow a rename, which only the engine knows how to do.
    pub(crate) fn has_followers(&self) -> bool {
        let DatabaseSchema { views, triggers, objects, .. } = &*self.current;
        let nothing_follows = views.is_empty() && triggers.is_empty() && objects.is_empty();
        !self.changes.renames.is_empty() && !nothing_follows
    }

    /// The comparison with the views, triggers and other objects as they are in `found`, after the engine's own renames.
    pub(crate) fn with_followers(&self, found: &DatabaseSchema) -> Comparison {
        let mut comparison = self.clone();
        let renamed = Arc::make_mut(&mut comparison.renamed);
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
        for object in &mut renamed.objects {
            if let Some(found) = found.objects.iter().find(|found| found.id == object.id) {
                object.clone_from(found);
            }
        }
        dialect::normalize(comparison.engine, renamed, &mut comparison.desired, comparison.scope);
        comparison.compared_again()
    }

    /// The comparison with the differences between what the renames have left and what is desired, where one of the two has changed.
    fn compared_again(mut self) -> Comparison {
        let renames = std::mem::take(&mut self.changes.renames);
        let engine_and_scope = (self.engine, self.scope);
        self.changes = changes(engine_and_scope, (&self.current, &self.renamed), &self.desired, renames);
        self
    }

    /// The comparison whose plans recreate a table where a statement could change it.
    pub(crate) fn by_rebuilds_only(self) -> Comparison {
        Comparison { rebuilds_only: true, ..self }
    }

    /// The comparison whose plans change tables that stay beside reads and writes, in more than one transaction (PostgreSQL); or no longer.
    #[must_use]
    pub fn online(self, online: bool) -> Comparison {
        Comparison { online, ..self }
    }

    /// The comparison whose up script keeps the rows of the tables that it drops, and whose down script brings them back.
    #[must_use]
    pub fn keeping_dropped(self, keep: KeepDropped) -> Comparison {
        Comparison { keep_dropped: Some(keep), ..self }
    }

    /// Whether its plans change tables that stay beside reads and writes.
    pub(crate) fn is_online(&self) -> bool {
        self.online
    }

    /// The comparison with how its expressions were compared.
    pub(crate) fn compared(self, canonical: Canonical) -> Comparison {
        Comparison { canonical, ..self }
    }

    /// The schema after the renames alone.
    pub(crate) fn renamed(&self) -> &DatabaseSchema {
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
    pub fn current(&self) -> &DatabaseSchema {
        &self.current
    }

    /// The schema after, spelled as the database spells what stays.
    #[must_use]
    pub fn desired(&self) -> &DatabaseSchema {
        &self.desired
    }

    /// The comparison in which views and triggers that speak of what is renamed go before and come back after it: the engine cannot have them follow.
    pub(crate) fn with_readers_aside(&self) -> Comparison {
        let mut comparison = self.clone();
        let (current, renamed) = (&self.current, Arc::make_mut(&mut comparison.renamed));
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
        comparison.compared_again()
    }

    /// What is dropped beside something like it that is new, and may be a rename.
    #[must_use]
    pub fn rename_candidates(&self) -> Vec<RenameCandidate> {
        diff::candidates(&self.changes)
    }

    /// The comparison with all that differs and cannot be planned, there or back, left as it is; and what that is.
    #[must_use]
    pub fn leaving_unplanned(mut self) -> (Comparison, Vec<Object>) {
        let is_unplanned = |change: &&ObjectChange| {
            !plan::can_plan(self.engine, change) || !plan::can_plan(self.engine, &change.inverse())
        };
        let unplanned: BTreeMap<ObjectId, ObjectChange> = self
            .changes
            .object_changes()
            .filter(is_unplanned)
            .filter_map(|change| Some((change.object()?.id.clone(), change.clone())))
            .collect();
        let stays = |object: &Object| !unplanned.contains_key(&object.id);
        self.desired.objects.retain(stays);
        self.desired.objects.extend(unplanned.values().filter_map(|change| change.before.clone()));
        self.desired.objects.sort_by(|left, right| left.id.cmp(&right.id));
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
        let Comparison { current, renamed, desired, rebuilds_only, online, keep_dropped, scope, .. } = self;
        let path = Path {
            start: current,
            before: renamed,
            after: desired,
            finish: desired,
            rebuilds_only: *rebuilds_only,
            online: *online,
            kept: keep_dropped.as_ref().map(Kept::MovesAside),
            scope: *scope,
        };
        plan::plan(self.engine, &self.changes, path)
    }

    /// The script that takes them back.
    ///
    /// # Errors
    ///
    /// When a change cannot be planned.
    pub fn down(&self) -> Result<Plan, Unplanned> {
        let Comparison { current, renamed, desired, rebuilds_only, online, keep_dropped, scope, .. } = self;
        let path = Path {
            start: desired,
            before: desired,
            after: renamed,
            finish: current,
            rebuilds_only: *rebuilds_only,
            online: *online,
            kept: keep_dropped.as_ref().map(Kept::BringsBack),
            scope: *scope,
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
