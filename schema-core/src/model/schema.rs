//! A whole schema, as one engine holds it.

use super::{EnumType, Namespace, Object, ObjectKind, QualifiedName, Rights, Table, Trigger, View};
use std::collections::{BTreeMap, BTreeSet};

/// Everything a database holds, or shall hold, on one engine.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct DatabaseSchema {
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
    /// What is known by its statement alone.
    pub objects: Vec<Object>,
    /// Who owns what, and who may do what with it, on engines of which that is read.
    pub rights: Rights,
    /// What of triggers and such objects models say; a database says all of them.
    pub said: Said,
}

/// What models say in SQL, as a server has it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Said {
    /// The triggers.
    pub triggers: Vec<Trigger>,
    /// The objects that are known by their statements.
    pub objects: Vec<Object>,
    /// The owners, grants and default privileges.
    pub rights: Rights,
    /// The labels of what is no object of these: [`Said::label_of_schema`], [`Said::label_of_row_security`],
    /// [`Said::label_of_replica_identity`].
    pub others: BTreeSet<String>,
    /// The tables of which models say that they are partitioned, and whether models say all their partitions.
    pub partitioned: BTreeMap<QualifiedName, bool>,
    /// The partitions that models say, where these are tables (PostgreSQL).
    pub partitions: BTreeSet<QualifiedName>,
    /// What of it had other names.
    pub former_names: Vec<FormerName>,
    /// The labels of what models said once, as earlier revisions have them.
    pub formerly: BTreeSet<String>,
    /// The labels of what goes, if it is there: nobody says it any more. Names are those after the renames.
    pub gone: BTreeSet<String>,
}

/// A former name of what models say and a server has by its statement; acts only while that one is in the database and the new one is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormerName {
    /// Of a domain or composite type.
    Type {
        /// Which of them it is.
        kind: ObjectKind,
        /// The name.
        name: QualifiedName,
        /// The former name.
        from: String,
    },
    /// Of an attribute of a composite type.
    Attribute {
        /// The type.
        of: QualifiedName,
        /// The attribute.
        name: String,
        /// The former name.
        from: String,
    },
    /// Of a trigger or policy.
    OnTable {
        /// Which of them it is.
        kind: ObjectKind,
        /// The table.
        table: QualifiedName,
        /// The name.
        name: String,
        /// The former name.
        from: String,
    },
}

impl Said {
    /// What a revision calls such an object: `function touch()`.
    #[must_use]
    pub fn label_of_object(object: &Object) -> String {
        format!("{} {}", object.id.kind.words(), object.id)
    }

    /// What a revision calls a trigger: `trigger touch on users`.
    #[must_use]
    pub fn label_of_trigger(trigger: &Trigger) -> String {
        format!("trigger {} on {}", trigger.name, trigger.table)
    }

    /// What a revision calls a schema: `schema app`.
    #[must_use]
    pub fn label_of_schema(name: &str) -> String {
        format!("schema {name}")
    }

    /// What a revision calls it that policies decide who sees which row of a table, for its owner too where it is `forced`: `row-level security on users`.
    #[must_use]
    pub fn label_of_row_security(table: &QualifiedName, forced: bool) -> String {
        format!("{}row-level security on {table}", if forced { "forced " } else { "" })
    }

    /// What revisions call what identifies a row of a table to a replica: `replica identity of users`.
    #[must_use]
    pub fn label_of_replica_identity(table: &QualifiedName) -> String {
        format!("replica identity of {table}")
    }

    /// The labels of all that models say.
    fn labels(&self) -> impl Iterator<Item = String> {
        let labels = self.objects.iter().map(Said::label_of_object);
        let labels = labels.chain(self.triggers.iter().map(Said::label_of_trigger));
        labels.chain(self.rights.labels()).chain(self.others.iter().cloned())
    }

    /// The labels of what models say, and said in no earlier revision.
    #[must_use]
    pub fn new_labels(&self) -> Vec<String> {
        self.labels().filter(|label| !self.formerly.contains(label)).collect()
    }

    /// The labels of what models said once and do not say now.
    #[must_use]
    pub fn old_labels(&self) -> Vec<String> {
        let said: BTreeSet<String> = self.labels().collect();
        self.formerly.difference(&said).cloned().collect()
    }

    /// Tells what goes, where the schema that is there is called `current` before the renames and `renamed` after them.
    #[cfg(feature = "migrate")]
    pub(crate) fn follow(&mut self, current: &DatabaseSchema, renamed: &DatabaseSchema) {
        let mut gone = self.replaced_triggers(renamed);
        if self.formerly.is_empty() {
            self.gone = gone;
            return;
        }
        let said: BTreeSet<String> = self.labels().collect();
        let mut follow = |before: String, after: String| {
            if self.formerly.contains(&before) && !said.contains(&after) {
                gone.insert(after);
            }
        };
        for (before, after) in current.objects.iter().zip(&renamed.objects) {
            follow(Said::label_of_object(before), Said::label_of_object(after));
        }
        for (before, after) in current.triggers.iter().zip(&renamed.triggers) {
            follow(Said::label_of_trigger(before), Said::label_of_trigger(after));
        }
        for (before, after) in current.tables.iter().zip(&renamed.tables) {
            for forced in [false, true] {
                let label = |table: &Table| Said::label_of_row_security(&table.name, forced);
                follow(label(before), label(after));
            }
            let label = |table: &Table| Said::label_of_replica_identity(&table.name);
            follow(label(before), label(after));
        }
        for (before, after) in current.rights.labels().zip(renamed.rights.labels()) {
            follow(before, after);
        }
        for namespace in &current.namespaces {
            let label = Said::label_of_schema(&namespace.name);
            follow(label.clone(), label);
        }
        self.gone = gone;
    }

    /// The labels of triggers that are there under the former name of one that models say, and whose names the engine cannot change.
    #[cfg(feature = "migrate")]
    fn replaced_triggers(&self, there: &DatabaseSchema) -> BTreeSet<String> {
        let is_on = |trigger: &Trigger, table: &QualifiedName, name: &str| {
            trigger.table == *table && trigger.name.eq_ignore_ascii_case(name)
        };
        let replaced = self.former_names.iter().filter_map(|former| {
            let FormerName::OnTable { kind: ObjectKind::Trigger, table, name, from } = former else {
                return None;
            };
            let is_taken = there.triggers.iter().any(|trigger| is_on(trigger, table, name))
                || self.triggers.iter().any(|trigger| is_on(trigger, table, from));
            let old = there.triggers.iter().find(|trigger| is_on(trigger, table, from))?;
            (!is_taken).then(|| Said::label_of_trigger(old))
        });
        replaced.collect()
    }
}
