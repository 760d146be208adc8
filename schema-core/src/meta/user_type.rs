//! Domains and composite types as declared.

use super::{ColumnType, Default};
use crate::model::Engine;

/// A domain as declared.
#[derive(Clone, Copy, Debug)]
pub struct Domain {
    /// The schema, where the engine has schemas.
    pub schema: Option<&'static str>,
    /// The name.
    pub name: &'static str,
    /// The struct's path.
    pub origin: &'static str,
    /// The only engines that have its rules, each named; empty means all.
    pub only: &'static [Engine],
    /// The definition.
    pub definition: DomainDefinition,
    /// Whole definitions for engines that differ.
    pub overrides: &'static [(Engine, DomainDefinition)],
}

/// What a domain is.
#[derive(Clone, Copy, Debug)]
pub struct DomainDefinition {
    /// The type below.
    pub ty: ColumnType,
    /// Whether NULL is refused.
    pub not_null: bool,
    /// The default of columns that have none of their own.
    pub default: Option<Default>,
    /// How text is compared.
    pub collation: Option<&'static str>,
    /// What holds for each value.
    pub checks: &'static [DomainCheck],
    /// The comment.
    pub comment: Option<&'static str>,
    /// A former name.
    pub renamed_from: Option<&'static str>,
}

/// What holds for each value of a domain.
#[derive(Clone, Copy, Debug)]
pub struct DomainCheck {
    /// The name.
    pub name: Option<&'static str>,
    /// The condition, in which `VALUE` stands for the value.
    pub expression: &'static str,
}

/// A composite type as declared.
#[derive(Clone, Copy, Debug)]
pub struct CompositeType {
    /// The schema, where the engine has schemas.
    pub schema: Option<&'static str>,
    /// The name.
    pub name: &'static str,
    /// The struct's path.
    pub origin: &'static str,
    /// The attributes, in their order.
    pub attributes: &'static [CompositeAttribute],
    /// The comment.
    pub comment: Option<&'static str>,
    /// A former name.
    pub renamed_from: Option<&'static str>,
}

/// An attribute of a composite type.
#[derive(Clone, Copy, Debug)]
pub struct CompositeAttribute {
    /// The name.
    pub name: &'static str,
    /// The type.
    pub ty: ColumnType,
    /// How text is compared.
    pub collation: Option<&'static str>,
    /// A former name.
    pub renamed_from: Option<&'static str>,
}
