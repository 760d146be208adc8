//! What models say in SQL, among what a database keeps.

use crate::model::{OpaqueObject, QualifiedName, Said, Trigger};
use crate::sql::firing;
use std::collections::{HashMap, HashSet};

/// The objects that are kept, with those that models say in their place or beside them, and without those that no model says any more.
pub(super) fn objects(
    mut kept: Vec<OpaqueObject>,
    said: &Said,
    fold: fn(&str) -> String,
) -> Vec<OpaqueObject> {
    let Said { triggers: _, opaque: said, formerly } = said;
    if !formerly.is_empty() {
        kept.retain(|object| !formerly.contains(&Said::label_of_object(object)));
    }
    if said.is_empty() {
        return kept;
    }
    let key = |object: &OpaqueObject| {
        let QualifiedName { schema, name } = &object.name;
        (object.kind, schema.clone(), fold(name))
    };
    let mut objects: HashMap<_, OpaqueObject> =
        kept.into_iter().map(|object| (key(&object), object)).collect();
    for object in said {
        let name = objects.remove(&key(object)).map_or_else(|| object.name.clone(), |kept| kept.name);
        objects.insert(key(object), OpaqueObject { name, ..object.clone() });
    }
    let mut objects: Vec<OpaqueObject> = objects.into_values().collect();
    objects.sort_by(|left, right| (left.kind, &left.name).cmp(&(right.kind, &right.name)));
    objects
}

/// The triggers that are kept, with those that models say in their place, and behind them where they are new; without those that no model says any more.
pub(super) fn triggers(mut kept: Vec<Trigger>, said: &Said, fold: fn(&str) -> String) -> Vec<Trigger> {
    let Said { triggers: said, opaque: _, formerly } = said;
    let names: HashSet<String> = said.iter().map(|trigger| fold(&trigger.name)).collect();
    if !formerly.is_empty() {
        kept.retain(|trigger| {
            names.contains(&fold(&trigger.name)) || !formerly.contains(&Said::label_of_trigger(trigger))
        });
    }
    if said.is_empty() {
        return kept;
    }
    let known: HashSet<String> = kept.iter().map(|trigger| fold(&trigger.name)).collect();
    let (mut there, new): (Vec<&Trigger>, Vec<&Trigger>) =
        said.iter().partition(|trigger| known.contains(&fold(&trigger.name)));
    // Their places are the database's, their order among each other is the models'.
    there.reverse();
    let mut triggers: Vec<Trigger> = kept
        .into_iter()
        .map(|trigger| match names.contains(&fold(&trigger.name)) {
            true => there.pop().cloned().unwrap_or(trigger),
            false => trigger,
        })
        .collect();
    triggers.extend(new.into_iter().cloned());
    firing::arrange(&mut triggers);
    triggers
}
