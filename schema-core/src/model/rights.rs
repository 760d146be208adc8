//! Who owns what, and who may do what with it (PostgreSQL).

use super::QualifiedName;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The owners and grants of a schema that are not the usual ones, and the default privileges.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rights {
    /// The owners, where they are others than the one who looks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<Owner>,
    /// What somebody may do beside what is usual, and the usual rights that are missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
    /// What somebody may do with objects that are created later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub defaults: Vec<DefaultGrant>,
    /// The one who looks, where that is known: what he has been granted becomes his as the owner where he becomes one. No difference.
    #[serde(skip)]
    pub current_user: Option<String>,
}

impl Rights {
    /// Whether everything is as usual.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Rights { owners, grants, defaults, current_user: _ } = self;
        owners.is_empty() && grants.is_empty() && defaults.is_empty()
    }

    /// What a revision calls each of them, in their order.
    pub fn labels(&self) -> impl Iterator<Item = String> {
        let Rights { owners, grants, defaults, current_user: _ } = self;
        let owners = owners.iter().map(|owner| format!("owner of {}", owner.object.label()));
        let grants = grants.iter().map(|grant| grant.privilege.label());
        owners.chain(grants).chain(defaults.iter().map(|grant| grant.privilege.label()))
    }

    /// Sorts everything, so that the same rights give the same text.
    pub fn sort(&mut self) {
        let Rights { owners, grants, defaults, current_user: _ } = self;
        owners.sort();
        grants.sort();
        defaults.sort();
    }
}

/// What has an owner and grants.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Securable {
    /// A schema.
    Schema {
        /// Its name.
        name: String,
    },
    /// A type: an enum, a domain, a composite type or a range.
    Type {
        /// Its name.
        #[serde(flatten)]
        name: QualifiedName,
    },
    /// A sequence.
    Sequence {
        /// Its name.
        #[serde(flatten)]
        name: QualifiedName,
        /// The column that it numbers, with which it comes and goes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<NumberedColumn>,
    },
    /// A table, view, materialized view or foreign table.
    Table {
        /// Its name.
        #[serde(flatten)]
        name: QualifiedName,
    },
    /// A function, procedure or aggregate.
    Routine {
        /// Its name.
        #[serde(flatten)]
        name: QualifiedName,
        /// The types of its arguments, as the server writes them.
        arguments: Vec<String>,
    },
}

/// The column that a sequence numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NumberedColumn {
    /// The table.
    pub table: QualifiedName,
    /// The column.
    pub column: String,
}

impl Securable {
    /// The word for it in GRANT and ALTER.
    #[must_use]
    pub fn keyword(&self) -> &'static str {
        match self {
            Securable::Schema { .. } => "SCHEMA",
            Securable::Type { .. } => "TYPE",
            Securable::Sequence { .. } => "SEQUENCE",
            Securable::Table { .. } => "TABLE",
            Securable::Routine { .. } => "ROUTINE",
        }
    }

    /// Its name; a schema's is in no schema, a routine's has no arguments.
    #[must_use]
    pub fn name(&self) -> QualifiedName {
        match self {
            Securable::Schema { name } => QualifiedName::new(name.as_str()),
            Securable::Type { name }
            | Securable::Sequence { name, of: _ }
            | Securable::Table { name }
            | Securable::Routine { name, arguments: _ } => name.clone(),
        }
    }

    /// What tells it from others of its kind in its schema: a routine's name has its arguments.
    #[must_use]
    pub fn name_in_schema(&self) -> String {
        match self {
            Securable::Routine { name, arguments } => format!("{}({})", name.name, arguments.join(", ")),
            Securable::Schema { .. }
            | Securable::Type { .. }
            | Securable::Sequence { .. }
            | Securable::Table { .. } => self.name().name,
        }
    }

    /// What it is, and its name: `table users`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} {self}", self.keyword().to_lowercase())
    }
}

/// The name, unquoted: `note(integer)`.
impl fmt::Display for Securable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Securable::Schema { name } => formatter.write_str(name),
            Securable::Type { name } | Securable::Sequence { name, of: _ } | Securable::Table { name } => {
                name.fmt(formatter)
            }
            Securable::Routine { name, arguments } => write!(formatter, "{name}({})", arguments.join(", ")),
        }
    }
}

/// The owner of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Owner {
    /// The object.
    pub object: Securable,
    /// The role.
    pub owner: String,
}

/// Who has a privilege.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grantee {
    /// Everybody (PUBLIC).
    Public,
    /// The owner of the object, whoever that is; of what is created later, the one who creates it.
    Owner,
    /// A role.
    Role(String),
}

/// As a revision calls it.
impl fmt::Display for Grantee {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Grantee::Public => "PUBLIC",
            Grantee::Owner => "its owner",
            Grantee::Role(role) => role,
        })
    }
}

/// Whether somebody has a privilege, where that is not the usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Has it.
    Granted,
    /// Has it, and may grant it to others.
    WithGrantOption,
    /// Does not have it, and usually would.
    Revoked,
}

/// A privilege on an object that somebody has, or lacks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// The privilege.
    #[serde(flatten)]
    pub privilege: Privilege,
    /// Whether he has it.
    pub right: Right,
}

/// What somebody may do with an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Privilege {
    /// The object.
    pub object: Securable,
    /// The column that it is for; none means all of the object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What he may do: `SELECT`.
    pub privilege: String,
    /// Who may.
    pub grantee: Grantee,
    /// The role that has granted it, where that is not the owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grantor: Option<String>,
}

impl Privilege {
    /// What a revision calls it: `grant select (email) on table users to reader`.
    #[must_use]
    pub fn label(&self) -> String {
        let Privilege { object, column, privilege, grantee, grantor: _ } = self;
        let privilege = privilege.to_lowercase();
        let column = column.as_ref().map(|column| format!(" ({column})")).unwrap_or_default();
        format!("grant {privilege}{column} on {} to {grantee}", object.label())
    }
}

/// A privilege on objects that are created later, that somebody has, or lacks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DefaultGrant {
    /// The privilege.
    #[serde(flatten)]
    pub privilege: DefaultPrivilege,
    /// Whether he has it.
    pub right: Right,
}

/// What somebody may do with objects that are created later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DefaultPrivilege {
    /// Who creates the objects; none means the one who looks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// The schema in which they are created; none means any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// What is created.
    pub objects: CreatedLater,
    /// What he may do: `SELECT`.
    pub privilege: String,
    /// Who may.
    pub grantee: Grantee,
}

impl DefaultPrivilege {
    /// What a revision calls it: `default grant select on tables of ann in app to reader`.
    #[must_use]
    pub fn label(&self) -> String {
        let DefaultPrivilege { creator, schema, objects, privilege, grantee } = self;
        let creator = creator.as_ref().map(|role| format!(" of {role}")).unwrap_or_default();
        let schema = schema.as_ref().map(|schema| format!(" in {schema}")).unwrap_or_default();
        let (privilege, objects) = (privilege.to_lowercase(), objects.keyword().to_lowercase());
        format!("default grant {privilege} on {objects}{creator}{schema} to {grantee}")
    }
}

/// The objects that default privileges are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreatedLater {
    /// Tables, views and their like.
    Tables,
    /// Sequences.
    Sequences,
    /// Functions, procedures and aggregates.
    Routines,
    /// Types.
    Types,
    /// Schemas.
    Schemas,
}

impl CreatedLater {
    /// The word for them in ALTER DEFAULT PRIVILEGES.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            CreatedLater::Tables => "TABLES",
            CreatedLater::Sequences => "SEQUENCES",
            CreatedLater::Routines => "ROUTINES",
            CreatedLater::Types => "TYPES",
            CreatedLater::Schemas => "SCHEMAS",
        }
    }

    /// Those that an object is one of.
    #[must_use]
    pub fn of(object: &Securable) -> Self {
        match object {
            Securable::Schema { .. } => CreatedLater::Schemas,
            Securable::Type { .. } => CreatedLater::Types,
            Securable::Sequence { .. } => CreatedLater::Sequences,
            Securable::Table { .. } => CreatedLater::Tables,
            Securable::Routine { .. } => CreatedLater::Routines,
        }
    }
}
