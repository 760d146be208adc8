//! What models say in SQL, among what a database keeps.

use crate::model::{Object, ObjectId, QualifiedName, Said, Trigger};
use crate::sql::firing::{self, Firing};
use std::collections::{HashMap, HashSet};

/// The objects that are kept, with those that models say in their place or beside them, and without those that no model says any more.
pub(super) fn objects(mut kept: Vec<Object>, said: &Said, fold: fn(&str) -> String) -> Vec<Object> {
    let Said { objects: said, gone, .. } = said;
    if !gone.is_empty() {
        kept.retain(|object| !gone.contains(&Said::label_of_object(object)));
    }
    if said.is_empty() {
        return kept;
    }
    let key = |object: &Object| {
        let ObjectId { kind, name: QualifiedName { schema, name }, scope } = &object.id;
        (*kind, schema.clone(), fold(name), scope.clone())
    };
    let mut objects: HashMap<_, Object> = kept.into_iter().map(|object| (key(&object), object)).collect();
    for object in said {
        let id = objects.remove(&key(object)).map_or_else(|| object.id.clone(), |kept| kept.id);
        objects.insert(key(object), Object { id, ..object.clone() });
    }
    let mut objects: Vec<Object> = objects.into_values().collect();
    objects.sort_by(|left, right| left.id.cmp(&right.id));
    objects
}

/// The triggers that are kept, with those that models say in their place, and without those that no model says any more. Those that models say fire in the models'
/// order; each of the others behind the one that it fires behind in the database.
pub(super) fn triggers(mut kept: Vec<Trigger>, said: &Said, fold: fn(&str) -> String) -> Vec<Trigger> {
    let Said { triggers: said, gone, .. } = said;
    if !gone.is_empty() {
        kept.retain(|trigger| !gone.contains(&Said::label_of_trigger(trigger)));
    }
    if said.is_empty() {
        return kept;
    }
    let names: HashSet<String> = said.iter().map(|trigger| fold(&trigger.name)).collect();
    let mut triggers: Vec<Trigger> = said.to_vec();
    for group in Firing::of(&kept).groups() {
        let mut place = 0;
        for trigger in group {
            let there = triggers.iter().position(|other| fold(&other.name) == fold(&trigger.name));
            if names.contains(&fold(&trigger.name)) {
                place = there.map_or(place, |there| there + 1);
            } else {
                triggers.insert(place, (*trigger).clone());
                place += 1;
            }
        }
    }
    firing::arrange(&mut triggers);
    triggers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::QualifiedName;

    fn trigger(name: &str) -> Trigger {
        Trigger {
            name: name.to_owned(),
            table: QualifiedName::new("t"),
            definition: format!("CREATE TRIGGER {name} AFTER INSERT ON t BEGIN SELECT 1; END"),
            settings: std::collections::BTreeMap::new(),
        }
    }

    fn order(kept: &[&str], said: &[&str]) -> Vec<String> {
        let list = |names: &[&str]| names.iter().map(|name| trigger(name)).collect::<Vec<_>>();
        let said = Said { triggers: list(said), ..Said::default() };
        triggers(list(kept), &said, str::to_owned).into_iter().map(|trigger| trigger.name).collect()
    }

    #[test]
    fn triggers_that_models_say_fire_in_their_order_and_others_keep_their_neighbours() {
        assert_eq!(order(&["a", "c"], &["a", "b", "c"]), ["a", "b", "c"]);
        assert_eq!(order(&["a", "b"], &["b", "a"]), ["b", "a"]);
        assert_eq!(order(&["hand", "b"], &["b", "a"]), ["hand", "b", "a"]);
        assert_eq!(order(&["b", "hand"], &["a", "b", "c"]), ["a", "b", "hand", "c"]);
        assert_eq!(order(&["hand"], &[]), ["hand"]);
    }
}
