//! Defaults that MariaDB shows nowhere as they are: characters beyond the first plane, and bytes that are no text, which even SHOW CREATE TABLE gives as `?`.

use super::Catalogue;
use super::tables::Tables;
use super::values::WHOLE_UNICODE;
use crate::dialect::mysql::{Variant, quote, quote_name, quote_text};
use crate::driver::DriverError;
use crate::driver::mysql::connection::get;
use crate::driver::mysql::error::message;
use crate::driver::mysql::literals::hexadecimal;
use crate::model::{Column, ColumnType, Default, QualifiedName};
use mysql::Value;

pub(super) fn read(catalogue: &mut Catalogue<'_>, tables: &mut Tables) -> Result<(), DriverError> {
    if catalogue.variant() != Variant::Mariadb {
        return Ok(());
    }
    for table in tables.iter_mut() {
        let charset = table.options.charset.clone();
        for column in table.columns.iter_mut().filter(|column| may_be_garbled(column, charset.as_ref())) {
            let Some(bytes) = ask(catalogue, &table.name, &column.name)? else { continue };
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
fn ask(
    catalogue: &mut Catalogue<'_>,
    table: &QualifiedName,
    column: &str,
) -> Result<Option<Vec<u8>>, DriverError> {
    let (copy, from, name) = ("`schema_question_default`", quote_name(table), quote(column));
    let create = format!(
        "CREATE TEMPORARY TABLE {copy} AS SELECT {name} FROM {from} LIMIT 0;\nINSERT INTO {copy} VALUES ()"
    );
    let row = match catalogue.connection.run(&create) {
        Ok(()) => catalogue.connection.row(&format!("SELECT {name} FROM {copy}"), ()),
        // The table itself tells it, unless it is empty and the column is NOT NULL.
        Err(error) => {
            let of_table = format!(
                "SELECT DEFAULT(t.{name}) FROM (SELECT 1 AS one) o LEFT JOIN {from} t ON TRUE LIMIT 1"
            );
            let row = catalogue.connection.row(&of_table, ()).ok().flatten();
            match row.filter(|row| !matches!(row.as_ref(0), None | Some(Value::NULL))) {
                Some(row) => Ok(Some(row)),
                None => Err(DriverError::ValuesNotTold {
                    what: format!("the default of `{table}`.`{column}`"),
                    message: message(&error),
                    database: catalogue.database.to_owned(),
                }),
            }
        }
    };
    let _ = catalogue.connection.run(&format!("DROP TEMPORARY TABLE IF EXISTS {copy}"));
    match row? {
        Some(row) => get(&row, 0),
        None => Ok(None),
    }
}

/// Whether the default is a text with what may stand for something else.
fn may_be_garbled(column: &Column, charset: Option<&String>) -> bool {
    let charset = column.charset.as_ref().or(charset);
    let holds_more = charset.is_none_or(|charset| WHOLE_UNICODE.contains(&charset.as_str()));
    (holds_more || is_of_bytes(column))
        && matches!(&column.default, Some(Default::Sql(sql)) if sql.starts_with('\'') && sql.contains('?'))
}

fn is_of_bytes(column: &Column) -> bool {
    matches!(&column.ty, ColumnType::Sql(ty) if ty.contains("binary") || ty.contains("blob"))
}

/// A fixed length is filled with zeros.
fn is_plain(text: &str) -> bool {
    text.trim_end_matches('\0').bytes().all(|byte| (b' '..=b'~').contains(&byte))
}
