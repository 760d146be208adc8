//! Which of the objects that are kept without being understood a scratch database can tell something about.

use super::ProofError;
use crate::diff::Changes;
use crate::driver::Introspect;
use crate::model::{DatabaseSchema, Object, ObjectId, ObjectKind};
use std::collections::{BTreeMap, BTreeSet};

/// The objects that a scratch database has just as the schema has them: what scripts do to these shows there.
pub(super) struct Judged(BTreeSet<ObjectId>);

impl Judged {
    /// Those of the schema that the scratch database was made of, and those that the scripts make.
    pub(super) fn on(
        scratch: &mut dyn Introspect,
        schema: &DatabaseSchema,
        desired: &DatabaseSchema,
    ) -> Result<Self, ProofError> {
        let known: BTreeSet<_> = schema.objects.iter().map(|object| &object.id).collect();
        let new = desired.objects.iter().filter(|it| is_of_interest(it) && it.definition.is_some());
        let new: BTreeSet<_> = new.map(|object| object.id.clone()).filter(|id| !known.contains(id)).collect();
        if !schema.objects.iter().any(is_of_interest) {
            return Ok(Judged(new));
        }
        let there = scratch.introspect()?;
        let there: BTreeMap<_, &Object> = there.objects.iter().map(|object| (&object.id, object)).collect();
        let wanted = schema.objects.iter().filter(|it| is_of_interest(it) && it.definition.is_some());
        let made = wanted.filter(|object| there.get(&object.id).is_some_and(|made| made == object));
        Ok(Judged(made.map(|object| object.id.clone()).chain(new).collect()))
    }

    /// Leaves out what is left to do about objects that cannot be judged. One that was never meant to be there is left to do.
    pub(super) fn leave_out_unknown(&self, left: &mut Changes) {
        left.retain_objects(|change| {
            change.object().is_some_and(|object| {
                is_of_interest(object) && (self.0.contains(&object.id) || change.after.is_none())
            })
        });
    }

    /// The names of those that cannot be judged.
    pub(super) fn left_out(&self, schema: &DatabaseSchema) -> Vec<String> {
        let left_out = schema.objects.iter().filter(|it| is_of_interest(it) && !self.0.contains(&it.id));
        left_out.map(Object::label).collect()
    }
}

/// Shadow tables come with their virtual table, and no script needs a detail that none makes.
fn is_of_interest(object: &Object) -> bool {
    !matches!(object.id.kind, ObjectKind::ShadowTable | ObjectKind::Detail)
}
