//! Which of the objects that are kept without being understood a scratch database can tell something about.

use super::ProofError;
use crate::autogenerate::Comparison;
use crate::driver::Driver;
use crate::model::{OpaqueKind, OpaqueObject, QualifiedName, Schema};
use std::collections::{BTreeMap, BTreeSet};

/// The objects that a scratch database has just as the schema has them: what scripts do to these shows there.
pub(super) struct Judged(BTreeSet<(OpaqueKind, QualifiedName)>);

impl Judged {
    /// Those of the schema that the scratch database was made of.
    pub(super) fn on(scratch: &mut dyn Driver, schema: &Schema) -> Result<Self, ProofError> {
        if !schema.opaque.iter().any(is_of_interest) {
            return Ok(Judged(BTreeSet::new()));
        }
        let there = scratch.introspect()?;
        let there: BTreeMap<_, &OpaqueObject> =
            there.opaque.iter().map(|object| (key(object), object)).collect();
        let wanted = schema.opaque.iter().filter(|it| is_of_interest(it) && it.definition.is_some());
        let made = wanted.filter(|object| there.get(&key(object)).is_some_and(|made| made == object));
        Ok(Judged(made.map(key).collect()))
    }

    /// What is left to do about the objects that can be judged, and about those that were never meant to be there.
    pub(super) fn differences(&self, left: &Comparison) -> Vec<String> {
        let differences = left.opaque_differences();
        let told = differences.iter().filter(|difference| {
            let Some(object) = difference.object() else { return false };
            is_of_interest(object) && (self.0.contains(&key(object)) || difference.after.is_none())
        });
        told.map(ToString::to_string).collect()
    }

    /// The names of those that cannot be judged.
    pub(super) fn left_out(&self, schema: &Schema) -> Vec<String> {
        let left_out = schema.opaque.iter().filter(|it| is_of_interest(it) && !self.0.contains(&key(it)));
        left_out.map(OpaqueObject::label).collect()
    }
}

fn key(object: &OpaqueObject) -> (OpaqueKind, QualifiedName) {
    (object.kind, object.name.clone())
}

/// On a scratch database everything belongs to who makes it, and shadow tables come with their virtual table.
fn is_of_interest(object: &OpaqueObject) -> bool {
    !object.kind.is_about_roles() && object.kind != OpaqueKind::ShadowTable
}
