//! Objects that are known by their statements: what is no table, view or enum type.

use super::{ObjectId, QualifiedName};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An object that is known by its statement: a function, a policy, a sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// What tells it from all others.
    #[serde(flatten)]
    pub id: ObjectId,
    /// The statement that creates it, where the database tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// The tables and views that it depends on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<QualifiedName>,
    /// What statements call it: `FUNCTION note(integer)`, `TRIGGER a ON t` (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The comment on it (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Statements that restore what `definition` leaves out once the object was dropped and created again: owner, grants, comments on its parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restore: Vec<String>,
    /// The attributes of a composite type, in their order (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// The settings of the session that created it, under which it runs (MySQL, MariaDB), as those of a [`Trigger`](super::Trigger); of an event its time zone, too, and
    /// whether it starts at the moment of its creation because nobody has said when.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
}

impl Object {
    /// An object that depends on nothing.
    #[must_use]
    pub fn new(id: ObjectId, definition: Option<String>) -> Self {
        Object {
            id,
            definition,
            depends_on: Vec::new(),
            target: None,
            comment: None,
            restore: Vec::new(),
            attributes: Vec::new(),
            settings: BTreeMap::new(),
        }
    }

    /// What the object is, and its name: ``the function `note()` ``.
    #[must_use]
    pub fn label(&self) -> String {
        self.id.label()
    }
}

/// An attribute of a composite type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type, with a collation that is not the type's, as SQL.
    #[serde(rename = "type")]
    pub ty: String,
    /// The comment on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl ObjectKind {
    /// The kind as the servers' statements have it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            ObjectKind::VirtualTable => "virtual table",
            ObjectKind::ShadowTable => "shadow table",
            ObjectKind::Extension => "extension",
            ObjectKind::Collation => "collation",
            ObjectKind::Domain => "domain",
            ObjectKind::CompositeType => "composite type",
            ObjectKind::RangeType => "range type",
            ObjectKind::Sequence => "sequence",
            ObjectKind::Function => "function",
            ObjectKind::Procedure => "procedure",
            ObjectKind::Package => "package",
            ObjectKind::PackageBody => "package body",
            ObjectKind::Event => "event",
            ObjectKind::MaterializedView => "materialized view",
            ObjectKind::ForeignTable => "foreign table",
            ObjectKind::Trigger => "trigger",
            ObjectKind::Rule => "rule",
            ObjectKind::Policy => "policy",
            ObjectKind::Statistics => "statistics",
            ObjectKind::NotNull => "NOT NULL constraint",
            ObjectKind::Setting => "settings",
            ObjectKind::Detail => "detail",
            ObjectKind::Other => "object",
        }
    }
}

/// The kind of an [`Object`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A virtual table (SQLite).
    VirtualTable,
    /// A table in which a virtual table keeps its data (SQLite).
    ShadowTable,
    /// An extension (PostgreSQL).
    Extension,
    /// A user-defined collation (PostgreSQL).
    Collation,
    /// A domain (PostgreSQL).
    Domain,
    /// A composite type (PostgreSQL).
    CompositeType,
    /// A range type (PostgreSQL).
    RangeType,
    /// A sequence that belongs to no column (PostgreSQL, MariaDB).
    Sequence,
    /// A function, procedure or aggregate (PostgreSQL); a function (MySQL, MariaDB).
    Function,
    /// A procedure (MySQL, MariaDB).
    Procedure,
    /// A package of functions and procedures: what it is called by (MariaDB).
    Package,
    /// The body of a package, of the same name (MariaDB).
    PackageBody,
    /// An event: something that the server does at set times (MySQL, MariaDB).
    Event,
    /// A view whose rows are stored (PostgreSQL).
    MaterializedView,
    /// A table that lives elsewhere (PostgreSQL).
    ForeignTable,
    /// A trigger (PostgreSQL).
    Trigger,
    /// A rule (PostgreSQL).
    Rule,
    /// A policy (PostgreSQL).
    Policy,
    /// Extended statistics (PostgreSQL).
    Statistics,
    /// A NOT NULL that is not inherited, or not true of all rows (PostgreSQL 18).
    NotNull,
    /// What a table, one of its columns or an index is set to beside all that models say: how values are stored, how closely they are looked at, which index
    /// the rows are kept in the order of (PostgreSQL).
    Setting,
    /// A detail of an object that has no place among what is known of that, and is never planned.
    Detail,
    /// An object of a kind that only its name is read of (PostgreSQL).
    Other,
}
