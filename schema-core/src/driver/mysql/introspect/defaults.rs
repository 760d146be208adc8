//! Defaults that MariaDB shows nowhere as they are: characters beyond the first plane, and bytes that are no text, which even SHOW CREATE TABLE gives as `?`.

use super::Catalogue;
use super::tables::Tables;
use crate::dialect::mysql::{Variant, quote, quote_name, quote_text};
use crate::driver::DriverError;
use crate::driver::mysql::connection::get;
use crate::model::{Column, ColumnType, Default};

pub(super) fn read(catalogue: &mut Catalogue<'_>, tables: &mut Tables) -> Result<(), DriverError> {
    if catalogue.variant() != Variant::Mariadb {
        return Ok(());
    }
    for table in tables.iter_mut() {
        let name = quote_name(&table.name);
        for column in table.columns.iter_mut().filter(|column| may_be_garbled(column)) {
            let of_bytes = is_of_bytes(column);
            let Some(text) = ask(catalogue, &name, &quote(&column.name), of_bytes)? else { continue };
            if !of_bytes {
                column.default = Some(Default::Sql(quote_text(&text)));
            } else if !is_plain(&text) {
                column.default = Some(Default::Sql(format!("x'{text}'")));
            }
        }
    }
    Ok(())
}

/// The default as the server gives it to a row: to one of a copy of the column, because the table may be empty, or have other columns that want a value.
fn ask(
    catalogue: &mut Catalogue<'_>,
    table: &str,
    column: &str,
    of_bytes: bool,
) -> Result<Option<String>, DriverError> {
    let copy = "`schema_question_default`";
    let create = format!(
        "CREATE TEMPORARY TABLE {copy} AS SELECT {column} FROM {table} LIMIT 0;\nINSERT INTO {copy} VALUES ()"
    );
    let value = if of_bytes { format!("HEX({column})") } else { column.to_owned() };
    // An account that may not create temporary tables gets what the catalogue says.
    let row = match catalogue.connection.run(&create) {
        Ok(()) => catalogue.connection.row(&format!("SELECT {value} FROM {copy}"), ()),
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

/// Whether bytes in hexadecimal are a plain text, which the catalogue gives rightly; a fixed length is filled with zeros.
fn is_plain(bytes: &str) -> bool {
    let pairs = bytes.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap_or_default());
    let mut bytes: Vec<u8> = pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect();
    while bytes.last() == Some(&0) {
        bytes.pop();
    }
    bytes.iter().all(|byte| (b' '..=b'~').contains(byte))
}
