//! A whole schema, as one engine holds it.

use super::{EnumType, Namespace, OpaqueObject, Table, Trigger, View};

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
}
