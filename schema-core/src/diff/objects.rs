//! Objects that are known by their statements alone: told apart as whole texts.

use super::ObjectChange;
use crate::model::{Object, ObjectId, ObjectKind};
use std::collections::BTreeMap;

/// The objects that differ, in the order of their kinds and names.
pub(super) fn changes(before: &[Object], after: &[Object]) -> Vec<ObjectChange> {
    type Sides<'a> = (Option<&'a Object>, Option<&'a Object>);
    let mut sides: BTreeMap<&ObjectId, Sides<'_>> = BTreeMap::new();
    for object in before {
        sides.entry(&object.id).or_default().0 = Some(object);
    }
    for object in after {
        sides.entry(&object.id).or_default().1 = Some(object);
    }
    sides
        .into_iter()
        // Shadow tables come and go with their virtual table.
        .filter(|(id, (before, after))| id.kind != ObjectKind::ShadowTable && before != after)
        .map(|(_, (before, after))| ObjectChange { before: before.cloned(), after: after.cloned() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_named_by_what_has_to_be_done() {
        let function =
            |name: &str, text: &str| Object::new(ObjectId::routine(name, &[]), Some(text.to_owned()));
        let before = [function("a", "1"), function("b", "1"), function("c", "1")];
        let after = [function("b", "2"), function("c", "1"), function("d", "1")];
        let found: Vec<String> = changes(&before, &after).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            ["drop the function `a()`", "change the function `b()`", "create the function `d()`"]
        );
    }
}
