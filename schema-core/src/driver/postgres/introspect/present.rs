//! Which kinds of objects there may be, so that the server need not plan queries of kinds that are absent.

use super::{Catalogue, get};
use crate::driver::DriverError;

/// The kinds that there may be, as `queries/present.sql` names them.
pub(super) struct Present(Vec<String>);

impl Present {
    pub(super) fn read(catalogue: &mut Catalogue<'_, '_>) -> Result<Self, DriverError> {
        let kinds: Vec<Vec<String>> =
            catalogue.rows(include_str!("../queries/present.sql"), |row| get(row, 0))?;
        Ok(Present(kinds.concat()))
    }

    pub(super) fn has(&self, kind: &str) -> bool {
        self.0.iter().any(|present| present == kind)
    }
}
