//! Texts that MariaDB shows nowhere as they are: defaults with characters beyond the first plane, which even SHOW CREATE TABLE gives as `?`.

use super::Catalogue;
use super::tables::Tables;
use crate::dialect::mysql::{Variant, quote, quote_name, quote_text};
use crate::driver::DriverError;
use crate::driver::mysql::connection::get;
use crate::model::{Column, Default};

pub(super) fn read(catalogue: &mut Catalogue<'_>, tables: &mut Tables) -> Result<(), DriverError> {
    if catalogue.variant() != Variant::Mariadb {
        return Ok(());
    }
    for table in tables.iter_mut() {
        let name = quote_name(&table.name);
        for column in table.columns.iter_mut().filter(|column| may_be_garbled(column)) {
            // The table gives no row, and its column has its default all the same.
            let question = format!(
                "SELECT DEFAULT({}) FROM (SELECT 1 AS `one`) AS `one` LEFT JOIN {name} ON FALSE",
                quote(&column.name)
            );
            let Some(row) = catalogue.connection.row(&question, ())? else { continue };
            if let Some(text) = get::<Option<String>>(&row, 0)? {
                column.default = Some(Default::Sql(quote_text(&text)));
            }
        }
    }
    Ok(())
}

/// Whether the default is a text with what may stand for something else.
fn may_be_garbled(column: &Column) -> bool {
    matches!(&column.default, Some(Default::Sql(sql)) if sql.starts_with('\'') && sql.contains('?'))
}
