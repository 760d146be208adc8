//! Renames that somebody asks for.

use super::RenameRules;
use crate::model::{DatabaseSchema, QualifiedName, Table};
use std::fmt;

/// A rename that somebody asks for, on the command line or at a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameRequest {
    /// What is renamed.
    pub subject: RenameSubject,
    /// Its new name.
    pub to: String,
}

/// What can be renamed by request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RenameSubject {
    /// The table of this name; where there is none, the enum type.
    Table(QualifiedName),
    /// The column of this name, in the table of that (old or new) name; where there is none, the index or constraint of the table, or the value of
    /// the enum type.
    Column(QualifiedName, String),
    /// The enum type of this name.
    EnumType(QualifiedName),
    /// The value of the enum type of that (old or new) name.
    EnumValue(QualifiedName, String),
    /// The index or constraint of this name, of the table of that (old or new) name.
    Object(QualifiedName, String),
}

/// For messages, in the form of the `--rename` option.
impl fmt::Display for RenameRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.subject {
            RenameSubject::Table(name) | RenameSubject::EnumType(name) => {
                write!(formatter, "{name}={}", self.to)
            }
            RenameSubject::Column(owner, name)
            | RenameSubject::EnumValue(owner, name)
            | RenameSubject::Object(owner, name) => write!(formatter, "{owner}.{name}={}", self.to),
        }
    }
}

/// Why a requested rename cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenameError {
    /// The old name is not in the database.
    #[error("cannot rename `{request}`: the database has no `{missing}`")]
    OldNameMissing {
        /// The request.
        request: String,
        /// What is missing.
        missing: String,
    },
    /// The new name is not in the models.
    #[error("cannot rename `{request}`: the models have no `{missing}`")]
    NewNameMissing {
        /// The request.
        request: String,
        /// What is missing.
        missing: String,
    },
    /// The new name is in the database already.
    #[error("cannot rename `{request}`: the database has `{name}` already")]
    NewNameTaken {
        /// The request.
        request: String,
        /// The name.
        name: String,
    },
    /// A model claims the old name.
    #[error("cannot rename `{request}`: the models still have `{name}`")]
    OldNameClaimed {
        /// The request.
        request: String,
        /// The name.
        name: String,
    },
}

impl RenameRequest {
    /// Each name with whether the database and whether the models have it.
    pub(super) fn check(
        &self,
        (old, old_found, old_wanted): (&dyn fmt::Display, bool, bool),
        (new, new_found, new_wanted): (&dyn fmt::Display, bool, bool),
    ) -> Result<(), RenameError> {
        let request = self.to_string();
        if !old_found {
            Err(RenameError::OldNameMissing { request, missing: old.to_string() })
        } else if !new_wanted {
            Err(RenameError::NewNameMissing { request, missing: new.to_string() })
        } else if new_found {
            Err(RenameError::NewNameTaken { request, name: new.to_string() })
        } else if old_wanted {
            Err(RenameError::OldNameClaimed { request, name: old.to_string() })
        } else {
            Ok(())
        }
    }

    /// The request with what its names mean in these schemas: what is written `a.b` may be a column, or a table with its schema.
    pub(super) fn read(
        &self,
        current: &DatabaseSchema,
        desired: &DatabaseSchema,
        rules: &RenameRules,
    ) -> RenameRequest {
        let scene = Scene { current, desired, rules };
        let subject = match &self.subject {
            RenameSubject::Table(name) => scene.table_or_enum(name),
            RenameSubject::Column(owner, name) => scene.part(owner, name),
            RenameSubject::EnumType(_) | RenameSubject::EnumValue(..) | RenameSubject::Object(..) => None,
        };
        RenameRequest { subject: subject.unwrap_or_else(|| self.subject.clone()), to: self.to.clone() }
    }
}

/// Where names are looked up.
struct Scene<'a> {
    current: &'a DatabaseSchema,
    desired: &'a DatabaseSchema,
    rules: &'a RenameRules,
}

impl Scene<'_> {
    fn table(&self, name: &QualifiedName) -> Option<&Table> {
        let tables = self.current.tables.iter().chain(&self.desired.tables);
        tables.into_iter().find(|table| self.rules.key(&table.name) == self.rules.key(name))
    }

    fn has_enum(&self, name: &QualifiedName) -> bool {
        let mut enums = self.current.enums.iter().chain(&self.desired.enums);
        self.rules.enum_types && enums.any(|object| object.name == *name)
    }

    fn table_or_enum(&self, name: &QualifiedName) -> Option<RenameSubject> {
        if self.table(name).is_some() {
            Some(RenameSubject::Table(name.clone()))
        } else {
            self.has_enum(name).then(|| RenameSubject::EnumType(name.clone()))
        }
    }

    fn part(&self, owner: &QualifiedName, name: &str) -> Option<RenameSubject> {
        let in_schema = owner
            .name
            .split_once('.')
            .map(|(schema, owner)| QualifiedName { schema: Some(schema.to_owned()), name: owner.to_owned() });
        for owner in [Some(owner.clone()), in_schema].into_iter().flatten() {
            if let Some(table) = self.table(&owner) {
                let fold = self.rules.fold;
                let is_column = table.columns.iter().any(|column| fold(&column.name) == fold(name));
                let is_object = !is_column && self.has_object(name);
                return Some(if is_object {
                    RenameSubject::Object(owner, name.to_owned())
                } else {
                    RenameSubject::Column(owner, name.to_owned())
                });
            }
            if self.has_enum(&owner) {
                return Some(RenameSubject::EnumValue(owner, name.to_owned()));
            }
        }
        self.table_or_enum(&QualifiedName { schema: Some(owner.name.clone()), name: name.to_owned() })
    }

    /// Whether a table, which may be called otherwise by now, has an index or constraint of this name.
    fn has_object(&self, name: &str) -> bool {
        let is_it = |kind, known: &str| known == name && self.rules.renames(kind);
        self.current
            .tables
            .iter()
            .any(|table| super::object::names(table).any(|(kind, known)| is_it(kind, known)))
    }
}
