//! What views read, and the defaults of their columns.

use super::tables::Relations;
use super::{Catalogue, get};
use crate::driver::DriverError;
use crate::model::QualifiedName;

pub(super) fn read(catalogue: &mut Catalogue<'_, '_>, relations: &mut Relations) -> Result<(), DriverError> {
    if relations.views.is_empty() {
        return Ok(());
    }
    catalogue.rows(include_str!("../queries/view_dependencies.sql"), |row| {
        if let Some(view) = relations.views.get_mut(&get(row, 0)?) {
            view.depends_on.push(QualifiedName { schema: get(row, 1)?, name: get(row, 2)? });
        }
        Ok(())
    })?;
    catalogue.rows(include_str!("../queries/view_defaults.sql"), |row| {
        if let Some(view) = relations.views.get_mut(&get(row, 0)?) {
            view.restore.push(get(row, 1)?);
        }
        Ok(())
    })?;
    Ok(())
}
