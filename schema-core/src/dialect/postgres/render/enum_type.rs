//! Enum types.

use super::super::{quote_name, quote_text};
use crate::model::{EnumType, QualifiedName};

/// CREATE TYPE, under another name than its own where the caller wants one.
#[must_use]
pub fn create_enum(object: &EnumType, name: &QualifiedName) -> String {
    let values: Vec<String> = object.values.iter().map(|value| quote_text(&value.name)).collect();
    format!("CREATE TYPE {} AS ENUM ({})", quote_name(name), values.join(", "))
}
