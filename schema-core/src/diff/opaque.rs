//! Objects that are kept without being understood: told apart as whole texts.

use crate::model::{OpaqueKind, OpaqueObject, QualifiedName};
use std::collections::BTreeMap;
use std::fmt;

/// An object of which there is nothing but its text, and which is not the same on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpaqueDifference<'a> {
    /// The object as it is, if it is there.
    pub before: Option<&'a OpaqueObject>,
    /// The desired object, if any.
    pub after: Option<&'a OpaqueObject>,
}

impl<'a> OpaqueDifference<'a> {
    /// The object on the side that has it.
    #[must_use]
    pub fn object(&self) -> Option<&'a OpaqueObject> {
        self.before.or(self.after)
    }
}

/// What would have to be done: ``change the function `note()` ``.
impl fmt::Display for OpaqueDifference<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match (self.before, self.after) {
            (None, _) => "create",
            (Some(_), None) => "drop",
            (Some(_), Some(_)) => "change",
        };
        let label = self.object().map(OpaqueObject::label).unwrap_or_default();
        write!(formatter, "{verb} {label}")
    }
}

/// The objects that differ, in the order of their kinds and names.
#[must_use]
pub fn opaque_differences<'a>(
    before: &'a [OpaqueObject],
    after: &'a [OpaqueObject],
) -> Vec<OpaqueDifference<'a>> {
    type Sides<'a> = (Option<&'a OpaqueObject>, Option<&'a OpaqueObject>);
    let mut sides: BTreeMap<(OpaqueKind, &QualifiedName), Sides<'a>> = BTreeMap::new();
    for object in before {
        sides.entry((object.kind, &object.name)).or_default().0 = Some(object);
    }
    for object in after {
        sides.entry((object.kind, &object.name)).or_default().1 = Some(object);
    }
    let differ = sides.into_values().filter(|(before, after)| before != after);
    differ.map(|(before, after)| OpaqueDifference { before, after }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_named_by_what_would_have_to_be_done() {
        let function =
            |name: &str, text: &str| OpaqueObject::new(OpaqueKind::Function, name, Some(text.to_owned()));
        let before = [function("a()", "1"), function("b()", "1"), function("c()", "1")];
        let after = [function("b()", "2"), function("c()", "1"), function("d()", "1")];
        let found: Vec<String> =
            opaque_differences(&before, &after).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            ["drop the function `a()`", "change the function `b()`", "create the function `d()`"]
        );
    }
}
