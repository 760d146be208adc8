//! What constraints and indexes have in common: a name, and an identity to be known by without it.

use super::identity;
use crate::dialect::Scope;
use crate::model::{Check, Exclusion, ForeignKey, Index, PrimaryKey, Unique};
use std::collections::HashSet;

/// The names that the database has.
pub(super) struct Names<'a> {
    /// Those of tables, views, sequences and indexes in the schema.
    pub(super) relations: &'a mut HashSet<String>,
    /// Those of constraints of the table.
    pub(super) constraints: HashSet<String>,
}

/// A constraint or index.
pub(super) trait Named: Clone {
    fn name(&self) -> Option<&String>;

    fn set_name(&mut self, name: String);

    /// All that tells it apart beside its name and comment.
    fn identity(&self) -> String;

    /// Takes over the database's spelling, and what the scope leaves to it.
    fn become_current(&mut self, current: &Self, scope: Scope);

    /// Takes a name for another object of the kind, unless it is taken.
    fn take(names: &mut Names<'_>, name: &str) -> bool;
}

macro_rules! constraint {
    ($type:ident, $identity:ident, $take:expr) => {
        impl Named for $type {
            fn name(&self) -> Option<&String> {
                self.name.as_ref()
            }

            fn set_name(&mut self, name: String) {
                self.name = Some(name);
            }

            fn identity(&self) -> String {
                identity::$identity(self)
            }

            fn become_current(&mut self, current: &Self, scope: Scope) {
                // A comment that no model says stays.
                let comment = match scope {
                    Scope::Models => self.comment.take().or_else(|| current.comment.clone()),
                    Scope::Database => self.comment.take(),
                };
                *self = $type { comment, ..current.clone() };
            }

            fn take(names: &mut Names<'_>, name: &str) -> bool {
                let take: fn(&mut Names<'_>, &str) -> bool = $take;
                take(names, name)
            }
        }
    };
}

constraint!(PrimaryKey, primary_key, take_both);
constraint!(Unique, unique, take_both);
constraint!(Exclusion, exclusion, take_both);
constraint!(Check, check, |names, name| names.constraints.insert(name.to_owned()));
constraint!(ForeignKey, foreign_key, |names, name| names.constraints.insert(name.to_owned()));

impl Named for Index {
    fn name(&self) -> Option<&String> {
        self.name.as_ref()
    }

    fn set_name(&mut self, name: String) {
        self.name = Some(name);
    }

    fn identity(&self) -> String {
        identity::index(self)
    }

    fn become_current(&mut self, current: &Self, _: Scope) {
        *self = Index { comment: self.comment.take(), ..current.clone() };
    }

    fn take(names: &mut Names<'_>, name: &str) -> bool {
        names.relations.insert(name.to_owned())
    }
}

/// A constraint that an index keeps has a name in both spaces.
fn take_both(names: &mut Names<'_>, name: &str) -> bool {
    if names.relations.contains(name) || names.constraints.contains(name) {
        return false;
    }
    names.relations.insert(name.to_owned()) && names.constraints.insert(name.to_owned())
}
