//! The spellings that mean the same to PostgreSQL.

use crate::dialect::Scope;
use crate::diff::Rename;
use crate::model::Schema;

/// Spells `desired` as `current` does wherever both mean the same, and returns the renames of values that act.
pub fn normalize(current: &Schema, desired: &mut Schema, scope: Scope) -> Vec<Rename> {
    let _ = (current, desired, scope);
    Vec::new()
}
