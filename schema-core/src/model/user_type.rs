//! Types that models make beside enums: domains and composite types.

use super::{ColumnType, Default, QualifiedName};
use serde::{Deserialize, Serialize};

/// A domain: a type whose values obey rules. Where an engine has no domains, a column of it is of the type below and obeys the rules itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// The name; it names a type where the engine has domains, and nothing elsewhere.
    #[serde(flatten)]
    pub name: QualifiedName,
    /// The type below.
    #[serde(rename = "type")]
    pub ty: ColumnType,
    /// Whether NULL is refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_null: bool,
    /// The default of columns that have none of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Default>,
    /// How text is compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// What holds for each value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<DomainCheck>,
    /// The comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// A former name; acts only while that one is in the database and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}

impl Domain {
    /// A domain that adds nothing to the type below.
    pub fn new(name: impl Into<QualifiedName>, ty: ColumnType) -> Self {
        Domain {
            name: name.into(),
            ty,
            not_null: false,
            default: None,
            collation: None,
            checks: Vec::new(),
            comment: None,
            renamed_from: None,
        }
    }
}

/// What holds for each value of a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainCheck {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The condition, in which `VALUE` stands for the value.
    pub expression: String,
}

/// A composite type: a value of several (PostgreSQL).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompositeType {
    /// The name.
    #[serde(flatten)]
    pub name: QualifiedName,
    /// The attributes, in their order.
    pub attributes: Vec<CompositeAttribute>,
    /// The comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// A former name; acts only while that one is in the database and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}

/// An attribute of a composite type, as models say it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompositeAttribute {
    /// The name.
    pub name: String,
    /// The type.
    #[serde(rename = "type")]
    pub ty: ColumnType,
    /// How text is compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// A former name; acts only while that one is in the type and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}
