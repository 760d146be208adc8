//! Values of enums and sets beyond the first plane, for which everything that tells a type says `?`, SHOW CREATE too. A row tells them as they are.

use super::Catalogue;
use super::tables::Tables;
use crate::dialect::mysql::{quote, quote_name, type_of_values, values_of_type};
use crate::driver::DriverError;
use crate::driver::mysql::connection::get;
use crate::driver::mysql::error::{is_not_allowed, message};
use crate::model::{Column, ColumnType, QualifiedName};

/// The character sets that hold what the catalogue does not.
pub(super) const WHOLE_UNICODE: [&str; 5] = ["gb18030", "utf16", "utf16le", "utf32", "utf8mb4"];

pub(super) fn read(catalogue: &mut Catalogue<'_>, tables: &mut Tables) -> Result<(), DriverError> {
    for table in tables.iter_mut() {
        let charset = table.options.charset.clone();
        for column in &mut table.columns {
            let charset = column.charset.as_ref().or(charset.as_ref());
            if charset.is_none_or(|charset| WHOLE_UNICODE.contains(&charset.as_str()))
                && let Some(ty) = asked(catalogue, &table.name, column)?
            {
                column.ty = ColumnType::Sql(ty);
            }
        }
    }
    Ok(())
}

/// The column's type with its values as they are; none where the catalogue tells them.
fn asked(
    catalogue: &mut Catalogue<'_>,
    table: &QualifiedName,
    column: &Column,
) -> Result<Option<String>, DriverError> {
    let ColumnType::Sql(ty) = &column.ty else { return Ok(None) };
    let Some(mut values) = values_of_type(ty) else { return Ok(None) };
    let kind = if ty.starts_with("set") { "set" } else { "enum" };
    let in_doubt: Vec<usize> =
        (0..values.len()).filter(|place| values.get(*place).is_some_and(|it| it.contains('?'))).collect();
    if in_doubt.is_empty() {
        return Ok(None);
    }
    for (place, text) in in_doubt.iter().zip(ask(catalogue, table, &column.name, kind, &in_doubt)?) {
        if let Some(value) = values.get_mut(*place) {
            *value = text;
        }
    }
    Ok(Some(type_of_values(kind, &values)))
}

/// Puts the values, by their numbers, into a copy of the column: the table itself may have no row with them.
fn ask(
    catalogue: &mut Catalogue<'_>,
    table: &QualifiedName,
    column: &str,
    kind: &str,
    places: &[usize],
) -> Result<Vec<String>, DriverError> {
    let (copy, name) = ("`schema_question_values`", quote_name(table));
    // A value of a set is a bit.
    let number = |place: &usize| {
        if kind == "set" { format!("({})", 1_u64 << place) } else { format!("({})", place + 1) }
    };
    let numbers: Vec<String> = places.iter().map(number).collect();
    let create = format!(
        "CREATE TEMPORARY TABLE {copy} (`schema_key` int AUTO_INCREMENT PRIMARY KEY) AS SELECT {} AS `schema_value` FROM {name} LIMIT 0;\n\
         INSERT INTO {copy} (`schema_value`) VALUES {}",
        quote(column),
        numbers.join(", ")
    );
    let rows = match catalogue.connection.run(&create) {
        Ok(()) => {
            catalogue.connection.rows(&format!("SELECT `schema_value` FROM {copy} ORDER BY `schema_key`"), ())
        }
        Err(error) if is_not_allowed(&error) => Err(DriverError::ValuesNotTold {
            what: format!("the values of `{table}`.`{column}`"),
            message: message(&error),
            database: catalogue.database.to_owned(),
        }),
        Err(error) => Err(error.into()),
    };
    let _ = catalogue.connection.run(&format!("DROP TEMPORARY TABLE IF EXISTS {copy}"));
    rows?.iter().map(|row| get(row, 0)).collect()
}
