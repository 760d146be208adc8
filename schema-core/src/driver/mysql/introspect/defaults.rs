//! Defaults that MariaDB shows nowhere as they are: characters beyond the first plane, and bytes that are no text, which even SHOW CREATE TABLE gives as `?`.

use super::Catalogue;
use super::tables::Tables;
use crate::dialect::mysql::{Variant, quote, quote_name, quote_text};
use crate::driver::DriverError;
use crate::driver::mysql::connection::get;
use crate::driver::mysql::literals::hexadecimal;
use crate::model::{Column, ColumnType, Default};

pub(super) fn read(catalogue: &mut Catalogue<'_>, tables: &mut Tables) -> Result<(), DriverError> {
    if catalogue.variant() != Variant::Mariadb {
        return Ok(());
    }
    for table in tables.iter_mut() {
        let name = quote_name(&table.name);
        for column in table.columns.iter_mut().filter(|column| may_be_garbled(column)) {
            let Some(bytes) = ask(catalogue, &name, &quote(&column.name))? else { continue };
            match String::from_utf8(bytes) {
                Ok(text) if !is_of_bytes(column) => column.default = Some(Default::Sql(quote_text(&text))),
                // The catalogue gives a plain text rightly.
                Ok(text) if is_plain(&text) => {}
                Ok(text) => column.default = Some(Default::Sql(hexadecimal(text.as_bytes()))),
                Err(error) => column.default = Some(Default::Sql(hexadecimal(error.as_bytes()))),
            }
        }
    }
    Ok(())
}

/// The default as the server gives it to a row: to one of a copy of the column, because the table may be empty, or have other columns that want a value.
fn ask(catalogue: &mut Catalogue<'_>, table: &str, column: &str) -> Result<Option<Vec<u8>>, DriverError> {
    let copy = "`schema_question_default`";
    let create = format!(
        "CREATE TEMPORARY TABLE {copy} AS SELECT {column} FROM {table} LIMIT 0;\nINSERT INTO {copy} VALUES ()"
    );
    // An account that may not create temporary tables gets what the catalogue says.
    let row = match catalogue.connection.run(&create) {
        Ok(()) => catalogue.connection.row(&format!("SELECT {column} FROM {copy}"), ()),
        Err(_) => Ok(None),
    };
    let _ = catalogue.connection.run(&format!("DROP TEMPORARY TABLE IF EXISTS {copy}"));
    match row? {
        Some(row) => get(&row, 0),
        None => Ok(None),
    }
}

/// Whether the default is a text with what may stand for something else.
fn may_be_garbled(column: &Column) -> bool {
    matches!(&column.default, Some(Default::Sql(sql)) if sql.starts_with('\'') && sql.contains('?'))
}

fn is_of_bytes(column: &Column) -> bool {
    matches!(&column.ty, ColumnType::Sql(ty) if ty.contains("binary") || ty.contains("blob"))
}

/// A fixed length is filled with zeros.
fn is_plain(text: &str) -> bool {
    text.trim_end_matches('\0').bytes().all(|byte| (b' '..=b'~').contains(&byte))
}
