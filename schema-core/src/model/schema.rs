//! A whole schema, as one engine holds it.

use super::{EnumType, Namespace, OpaqueObject, Table, Trigger, View};
use std::collections::BTreeSet;

/// Everything a database holds, or shall hold, on one engine.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Schema {
    /// The schemas beside the usual one, on engines that have them.
    pub namespaces: Vec<Namespace>,
    /// The tables.
    pub tables: Vec<Table>,
    /// The enum types, on engines that have them.
    pub enums: Vec<EnumType>,
    /// The views.
    pub views: Vec<View>,
    /// The triggers, by name, and those of one table that fire at the same time on the same event in the order in which they are to be created.
    pub triggers: Vec<Trigger>,
    /// What is kept without being understood.
    pub opaque: Vec<OpaqueObject>,
    /// What of triggers and opaque objects models say; a database says all of them.
    pub said: Said,
}

/// What models say in SQL, as a server has it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Said {
    /// The triggers.
    pub triggers: Vec<Trigger>,
    /// The opaque objects.
    pub opaque: Vec<OpaqueObject>,
    /// The labels of what models said once, as [`Said::label_of_object`] gives them: where no model says it any more, it goes.
    pub formerly: BTreeSet<String>,
}

impl Said {
    /// What a revision calls an opaque object: `function touch()`.
    #[must_use]
    pub fn label_of_object(object: &OpaqueObject) -> String {
        format!("{} {}", object.kind.words(), object.name)
    }

    /// What a revision calls a trigger: `trigger touch on users`.
    #[must_use]
    pub fn label_of_trigger(trigger: &Trigger) -> String {
        format!("trigger {} on {}", trigger.name, trigger.table)
    }

    /// The labels of what models say, and said in no earlier revision.
    #[must_use]
    pub fn new_labels(&self) -> Vec<String> {
        let Said { triggers, opaque, formerly } = self;
        let labels = opaque.iter().map(Said::label_of_object);
        let labels = labels.chain(triggers.iter().map(Said::label_of_trigger));
        labels.filter(|label| !formerly.contains(label)).collect()
    }
}
