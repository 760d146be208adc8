//! Owners, grants and default privileges (PostgreSQL).

use super::{Beside, without_rights};
use crate::comparison::compare;
use crate::dialect::Scope;
use crate::model::{DatabaseSchema, Engine};
use std::collections::BTreeMap;

/// Adds a file with the rights that are not the usual ones.
pub(super) fn say(engine: Engine, schema: &DatabaseSchema, beside: &mut Beside<'_>) {
    if schema.rights.is_empty() {
        return;
    }
    let made = compare(engine, without_rights(schema), schema.clone(), Scope::Database, &[]);
    let plan = made.map_err(|error| error.to_string());
    match plan.and_then(|made| made.up().map_err(|error| error.to_string())) {
        Ok(plan) => {
            for statement in plan.statements {
                let label = format!("`{}`", statement.sql);
                beside.add_statements(("rights", None), label, &BTreeMap::new(), vec![statement]);
            }
        }
        Err(reason) => {
            for label in schema.rights.labels() {
                beside.losses.add(label, reason.clone());
            }
        }
    }
}
