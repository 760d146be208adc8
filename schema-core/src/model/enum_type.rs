//! Enums.

use super::QualifiedName;
use serde::{Deserialize, Serialize};

/// An enum: a closed list of texts, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumType {
    /// The name; it names a type where the engine has enum types, and nothing elsewhere.
    #[serde(flatten)]
    pub name: QualifiedName,
    /// The values, in order.
    pub values: Vec<EnumValue>,
    /// The comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// A former name of the type; acts only while that one is in the database and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumValue {
    /// The text in the database.
    pub name: String,
    /// A former name; acts only while that one is in the database and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}
