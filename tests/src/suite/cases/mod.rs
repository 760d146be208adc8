//! The cases, by what changes.

mod columns;
mod tables;

use super::Case;

/// All cases.
pub fn all() -> Vec<Case> {
    [tables::cases(), columns::cases()].concat()
}
